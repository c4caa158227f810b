//! A date pattern, and a text below it.
#![no_main]

use contract_core::matching::date::DatePattern;
use contract_fuzz::{two, within_a_second};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    within_a_second(|| {
        let (pattern, date) = two(text);
        if let Ok(pattern) = DatePattern::compile(pattern) {
            let _ = pattern.matches(date);
        }
    });
});
