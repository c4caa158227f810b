//! Two multipart bodies, which a line of `====` separates.
#![no_main]

use contract_fuzz::{bodies, within_a_second};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    within_a_second(|| {
        let (expected, actual) = text.split_once("====").unwrap_or((text, ""));
        bodies::compare("multipart/form-data; boundary=b", expected, expected);
        bodies::compare("multipart/mixed", expected, actual);
    });
});
