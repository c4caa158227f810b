//! What the macros say about what they do not accept. What they accept is tested where it runs, in contract-core.

#[test]
fn the_compiler_says_what_to_write_instead() {
    trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
}
