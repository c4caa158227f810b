//! A regular expression, and a text below it; a text that is made for it matches.
#![no_main]

use contract_core::contract::Generator;
use contract_core::generate::{Context, value};
use contract_core::matching::regex::{TextRegex, Verdict};
use contract_fuzz::{two, within_a_second};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    within_a_second(|| {
        let (pattern, text) = two(text);
        let Ok(regex) = TextRegex::compile_for(pattern, text) else {
            return;
        };
        let _ = regex.group(text, 1);
        let generator = Generator::Regex(pattern.to_owned());
        let common = TextRegex::compile(pattern);
        if let (Ok(Some(made)), Ok(common)) = (value(&generator, None, &Context::consumer().with_seed(7)), common) {
            let made = made.as_str().expect("a text is made").to_owned();
            assert_ne!(common.verdict(&made), Verdict::Differs, "{pattern:?} made {made:?}");
        }
    });
});
