//! An XML document, and another one below a line of its own.
#![no_main]

use contract_fuzz::{bodies, two, within_a_second};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    within_a_second(|| {
        let (expected, actual) = two(text);
        bodies::compare("application/xml", expected, expected);
        bodies::compare("application/xml", expected, actual);
    });
});
