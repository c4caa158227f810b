//! A rule file of Spectral, a line feed and `====`, and an OpenAPI description: read, and linted by it.
#![no_main]

use contract_fuzz::within_a_second;
use contract_openapi::document::{Documents, Limits};
use contract_openapi::lint::{Ruleset, lint};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    within_a_second(|| {
        let (rules, description) = text.split_once("\n====\n").unwrap_or((text, ""));
        let Ok(ruleset) = Ruleset::from_spectral("rules.yaml", rules) else { return };
        let Ok(documents) = Documents::from_text("openapi.yaml", description, &Limits::default()) else { return };
        let _ = lint(&documents, &ruleset);
    });
});
