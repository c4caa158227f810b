//! A matching definition, and integration JSON.
#![no_main]

use contract_core::pattern::integration::{self, Definition};
use contract_fuzz::within_a_second;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    within_a_second(|| {
        let _ = text.parse::<Definition>();
        let _ = integration::read(text, "fuzz.json");
    });
});
