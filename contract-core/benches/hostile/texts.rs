//! Texts that are read: definitions, paths, integration JSON, contracts.

use contract_core::contract::{Body, Contract, Path};
use contract_core::pattern::integration::{self, Definition};
use serde_json::json;

use super::compare::{compare, short};
use super::input::{Input, input, list};

pub(super) fn inputs() -> Vec<Input> {
    let definition = |text: String| {
        text.parse::<Definition>().map_or_else(
            |error| short(&error.to_string()),
            |read| format!("{} rules", read.rules.len()),
        )
    };
    vec![
        input("definition: 49,000 escapes", move || {
            definition(format!("matching(type, '{}')", r"\n".repeat(49_000)))
        }),
        input("definition: unicode escapes", move || {
            definition(format!("matching(type, '{}')", r"\u{41}".repeat(16_000)))
        }),
        input("definition: 7,000 parts", move || {
            definition(vec!["atLeast(1)"; 9_000].join(","))
        }),
        input("definition: parts and blanks", move || {
            definition(vec!["notEmpty(1)\n  "; 7_000].join(","))
        }),
        input("definition: nested", move || {
            definition(format!("{}{}", "eachValue(".repeat(5_000), ")".repeat(5_000)))
        }),
        input("path: 30,000 steps", || {
            format!("{}", format!("${}", ".a".repeat(45_000)).parse::<Path>().is_ok())
        }),
        input("path: two long paths in order", || {
            let rules = json!({
                format!("${}", "[*]".repeat(15_000)): {"matchers": [{"match": "type"}]},
                format!("${}", ".*".repeat(22_000)): {"matchers": [{"match": "type"}]},
            });
            compare(rules, json!([]), json!([[[[1]]]]))
        }),
        input("integration JSON: deep instructions", || {
            let mut document = json!(1);
            for _ in 0..60 {
                document = json!({"pact:matcher:type": "type", "value": {"a": document}});
            }
            integration::read(&document.to_string(), "deep").map_or_else(
                |error| short(&error.to_string()),
                |read| format!("{} rules", read.rules.len()),
            )
        }),
        input("integration JSON: a fault at the end", || {
            let mut text = list(99_000, |index| format!("\"a{index}\":1"));
            text.push_str(",\"z\":{\"pact:matcher:type\":\"nope\"}");
            integration::read(&format!("{{{text}}}"), "wide")
                .map_or_else(|error| short(&error.to_string()), |_| String::new())
        }),
        input("contract: 1,200 interactions", || {
            let text = format!(
                "{{\"consumer\":{{\"name\":\"c\"}},\"provider\":{{\"name\":\"p\"}},\"interactions\":[{}],\"metadata\":{{\"pactSpecification\":{{\"version\":\"4.0\"}}}}}}",
                list(99_000, |index| format!(
                    "{{\"type\":\"Synchronous/HTTP\",\"description\":\"{index}\",\"request\":{{}},\"response\":{{}}}}"
                ))
            );
            Contract::read_str(&text, "wide").map_or_else(
                |error| short(&error.to_string()),
                |contract| format!("{} faults", contract.faults().len()),
            )
        }),
        input("body: a long text told by its bytes", || {
            format!(
                "{:?}",
                Body::from_wire("{\"a\":".repeat(20_000).into(), None)
                    .content()
                    .is_some()
            )
        }),
    ]
}
