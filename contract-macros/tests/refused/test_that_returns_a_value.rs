use contract_core::mock::TestOutcome;

/// What the end of a consumer test takes.
fn conclude(_: impl TestOutcome) {}

fn main() {
    conclude(String::new());
}
