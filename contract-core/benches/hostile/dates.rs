//! Date patterns that can be read in many ways.

use contract_core::contract::Generator;
use contract_core::matching::date::DatePattern;
use serde_json::{Value, json};

use super::compare::{compare, short};
use super::generators::generated;
use super::input::{Input, input, one_list};

pub(super) fn inputs() -> Vec<Input> {
    let date = |pattern: &str, text: &str| match DatePattern::compile(pattern) {
        Ok(pattern) => pattern.matches(text).to_string(),
        Err(error) => short(&error.to_string()),
    };
    vec![
        input("date: optional parts", move || {
            date(&"[d]".repeat(66), &"1".repeat(60))
        }),
        input("date: numbers of open width", move || {
            date(&"nA".repeat(100), &"1".repeat(100_000))
        }),
        input("date: zones in words", move || {
            date(&"zzzz ".repeat(40), &"a ".repeat(50_000))
        }),
        input("date: zone identifiers", move || {
            date("VV'x'", &"A/".repeat(50_000))
        }),
        input("date: zone identifiers in turn", move || {
            date(&"VVzzzz".repeat(33), &"GMT+1/".repeat(16_000))
        }),
        input("date: 3,000 texts under an ambiguous pattern", || {
            let format = "[d]".repeat(66);
            compare(
                one_list("$[*]", "AND", json!([{"match": "date", "format": format}])),
                json!(["1"]),
                Value::from(vec!["1".repeat(30); 3_000]),
            )
        }),
        input("date: an endless expression", || {
            let generator = Generator::Date {
                format: None,
                expression: Some("+ 1 day ".repeat(12_000)),
            };
            generated(&generator, &json!("2024-01-01"))
        }),
    ]
}
