//! Work that nobody waits for ends soon.

use std::cell::Cell;
use std::fmt::Write as _;

use contract_openapi::breaking::{BreakingOptions, Consumer, Population, compare_for_consumers_while};
use contract_openapi::{ContractFile, Description};
use serde_json::{Value, json};

/// A description with as many paths.
fn large_description(count: usize) -> String {
    let mut text = String::from("openapi: 3.0.3\npaths:\n");
    for index in 0..count {
        // Writing into a text cannot fail.
        let _ = writeln!(
            text,
            "  /p{index}: {{get: {{responses: {{200: {{description: a}}}}}}}}"
        );
    }
    text
}

/// A contract with an interaction for each path.
fn large_contract(count: usize) -> ContractFile {
    let interactions: Vec<Value> = (0..count)
        .map(|index| {
            json!({
                "description": format!("p{index}"),
                "request": {"method": "GET", "path": format!("/p{index}")},
                "response": {"status": 200},
            })
        })
        .collect();
    let contract =
        json!({"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": interactions});
    ContractFile::from_text("web.json", &contract.to_string()).unwrap()
}

#[test]
fn a_judgement_that_nobody_waits_for_ends() {
    let description = Description::from_text("openapi.yaml", &large_description(20)).unwrap();
    let contract = large_contract(20);
    let consumers = [Consumer {
        name: "web".to_owned(),
        version: None,
        environments: Vec::new(),
        contract: &contract,
    }];
    let asked = Cell::new(0_usize);
    let judged = |limit: usize| {
        asked.set(0);
        let wanted = || {
            asked.set(asked.get() + 1);
            asked.get() <= limit
        };
        let options = BreakingOptions::default();
        compare_for_consumers_while(
            &description,
            &description,
            &consumers,
            Population::Open,
            &options,
            &wanted,
        )
        .unwrap()
    };
    assert!(judged(usize::MAX).is_some());
    let whole = asked.get();
    // Each operation of the description, and each interaction with both descriptions.
    assert!(whole >= 20 + 2 * 20, "{whole}");
    for limit in [0, 5, 25, 45, whole - 1] {
        assert!(judged(limit).is_none(), "{limit}");
        // Once it was told that nobody waits, it asks a few more times at most, on its way out.
        assert!(asked.get() <= limit + 4, "{limit}: {}", asked.get());
    }
}
