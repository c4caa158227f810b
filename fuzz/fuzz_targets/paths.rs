//! The path of a rule: what is read is written as it was.
#![no_main]

use contract_core::contract::Path;
use contract_fuzz::within_a_second;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    within_a_second(|| {
        if let Ok(path) = text.parse::<Path>() {
            assert_eq!(path.as_str(), text);
            let written = Path::from_tokens(path.tokens().to_vec());
            // A name with both kinds of quotes has no form that is read.
            if let Ok(again) = written.as_str().parse::<Path>() {
                assert_eq!(again.tokens(), path.tokens());
            }
        }
    });
});
