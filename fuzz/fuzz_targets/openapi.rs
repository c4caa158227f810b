//! An OpenAPI description, a line feed and `====`, a contract, again `====`, and the description before: compared, linted, bundled.
#![no_main]

use contract_fuzz::within_a_second;
use contract_openapi::breaking::{BreakingOptions, compare_descriptions};
use contract_openapi::document::{Documents, Limits};
use contract_openapi::lint::{Ruleset, lint};
use contract_openapi::{Comparator, CompareOptions, ContractFile, Description, bundle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    within_a_second(|| {
        let (description, rest) = text.split_once("\n====\n").unwrap_or((text, ""));
        let (contract, before) = rest.split_once("\n====\n").unwrap_or((rest, description));
        if let Ok(documents) = Documents::from_text("openapi.yaml", description, &Limits::default()) {
            let _ = lint(&documents, &Ruleset::recommended().with_security());
            let _ = bundle(&documents);
        }
        let Ok(description) = Description::from_text("openapi.yaml", description) else { return };
        if let Ok(before) = Description::from_text("before.yaml", before) {
            let _ = compare_descriptions(&before, &description, &BreakingOptions::default());
        }
        let Ok(contract) = ContractFile::from_text("contract.json", contract) else { return };
        for options in [CompareOptions::default(), CompareOptions::parity()] {
            let _ = Comparator::new(&description, options).and_then(|comparator| comparator.compare(&contract));
        }
    });
});
