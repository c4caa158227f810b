//! Generators that make long or many values.

use contract_core::contract::{Body, Generator, Response, read};
use contract_core::generate;
use serde_json::{Value, json};

use super::compare::short;
use super::input::{Input, array, input};

pub(super) fn generated(generator: &Generator, example: &Value) -> String {
    let context = generate::Context::consumer().with_seed(7);
    let example = example.clone().into();
    match generate::value(generator, Some(&example), &context) {
        Ok(Some(contract_core::json::Value::String(text))) => format!("{} characters", text.len()),
        Ok(value) => short(&format!("{value:?}")),
        Err(error) => short(&error.to_string()),
    }
}

pub(super) fn inputs() -> Vec<Input> {
    let sample = |pattern: &str| generated(&Generator::Regex(pattern.to_owned()), &json!("a"));
    let mut inputs: Vec<Input> = [
        ("generator: b{99999}\\B", r"b{99999}\B"),
        ("generator: \\h{99999}", r"\h{99999}"),
        ("generator: \\w{99999}(?=x)", r"\w{99999}(?=x)"),
        (
            "generator: nested repetitions of nothing",
            "(?:(?:(?:(?:){100}){100}){100}){100}",
        ),
        ("generator: references that double", r"(a{30000})\1\1\1(?<!a)"),
        ("generator: a pattern that backtracks", "(?:a|aa)+(?<=b)"),
        ("generator: unicode classes", r"(?:\p{L}\P{L}){40000}"),
    ]
    .into_iter()
    .map(|(name, pattern)| input(name, move || sample(pattern)))
    .collect();
    inputs.extend([
        input("generator: 20,000 elements of a million characters", || {
            let body = array(50_000, |_| "1".to_owned());
            let generators = json!({"body": {"$[*]": {"type": "RandomString", "size": 1_000_000}}});
            apply(body, generators)
        }),
        input("generator: 1,000 generators of a million digits", || {
            let generators: serde_json::Map<_, _> = (0..1_000)
                .map(|index| {
                    (
                        format!("$[{index}]"),
                        json!({"type": "RandomHexadecimal", "digits": 1_000_000}),
                    )
                })
                .collect();
            apply(Value::from(vec!["1"; 1_000]), json!({ "body": generators }))
        }),
        input("generator: a slow pattern for 10,000 elements", || {
            let generators = json!({"body": {"$[*]": {"type": "Regex", "regex": r"b{9999}\B"}}});
            apply(array(50_000, |_| "1".to_owned()), generators)
        }),
        input("generator: 1,000 generators in XML", || {
            let generators: serde_json::Map<_, _> = (0..900)
                .map(|index| {
                    (
                        format!("$.r.a[{index}]"),
                        json!({"type": "RandomInt", "min": 1, "max": 2}),
                    )
                })
                .collect();
            let response = Response {
                body: Body::text(
                    format!("<r>{}</r>", "<a>1</a>".repeat(5_000)),
                    "application/xml".parse().ok(),
                ),
                generators: read::generators(json!({ "body": generators })).unwrap_or_default(),
                ..Response::default()
            };
            let made = generate::response(&response, &generate::Context::consumer());
            made.map_or_else(|error| short(&error.to_string()), |_| "made".to_owned())
        }),
    ]);
    inputs
}

fn apply(body: Value, generators: Value) -> String {
    let response = Response {
        body: Body::json(body),
        generators: match read::generators(generators) {
            Ok(generators) => generators,
            Err(error) => return short(&error.to_string()),
        },
        ..Response::default()
    };
    match generate::response(&response, &generate::Context::consumer().with_seed(7)) {
        Ok(made) => format!("{} bytes", made.body.to_bytes().len()),
        Err(error) => short(&error.to_string()),
    }
}
