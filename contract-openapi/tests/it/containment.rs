//! Containment of schemas: the public suites, and a law.

use contract_openapi::sets::{Containment, Draft, contains};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::conformance::{Case, cases};

fn draft(case: &Case) -> Draft {
    match case.json["draft"].as_str() {
        Some("draft4") => Draft::Draft4,
        Some("draft6") => Draft::Draft6,
        Some("draft7") => Draft::Draft7,
        Some("draft2019-09") => Draft::Draft201909,
        _ => Draft::Draft202012,
    }
}

/// Cases whose label is wrong: the value beside each is allowed by one schema and refused by the other, as reading the
/// two schemas shows.
const WRONG_LABELS: [(&str, &str); 3] = [
    (
        "containment/draft6/universal/ref#13/2in1",
        "[]: both branches ask for an object",
    ),
    (
        "containment/draft6/unsatisfiable/id#1/1in2",
        "the enum's value: what `not` excludes has another `$id`",
    ),
    (
        "containment/draft7/unsatisfiable/ref#17/1in2",
        "the enum's value: what `not` excludes has another `$ref`",
    ),
];

/// How a suite went.
#[derive(Default)]
struct Tally {
    decided: usize,
    all: usize,
    wrong: Vec<String>,
}

fn run(suite: &str) -> Tally {
    let mut tally = Tally::default();
    for case in cases(suite) {
        let (sub, sup) = (&case.json["inputs"]["sub"], &case.json["inputs"]["sup"]);
        let corrected = case.json["expected"]["corrected"]["contained"]
            .as_bool()
            .or_else(|| case.json["corrected"]["contained"].as_bool());
        let is_disputed = !case.json["disputed"].is_null();
        let label = case.json["expected"]["contained"].as_bool();
        let Some(expected) = corrected.or(label.filter(|_| !is_disputed)) else {
            continue;
        };
        // Formats are assertions up to draft 7 and annotations from 2019-09 on.
        let formats = !matches!(draft(&case), Draft::Draft201909 | Draft::Draft202012);
        let mut answers = vec![contains(sup, sub, draft(&case), formats)];
        if case.json["kind"] == "schema-equivalence" {
            answers.push(contains(sub, sup, draft(&case), formats));
        }
        tally.all += 1;
        let refuted = answers.iter().find_map(|answer| match answer {
            Containment::NotContained { witness } => Some(witness.clone()),
            _ => None,
        });
        let found = match refuted {
            Some(_) => Some(false),
            None if answers.iter().all(|answer| *answer == Containment::Contained) => Some(true),
            None => None,
        };
        tally.decided += usize::from(found.is_some());
        let is_wrong_label = WRONG_LABELS.iter().any(|(id, _)| *id == case.id);
        if found.is_some_and(|found| found != expected) && !is_wrong_label {
            tally
                .wrong
                .push(format!("{}: expected {expected}, witness {refuted:?}", case.id));
        }
    }
    tally
}

#[test]
fn no_answer_of_the_suites_is_wrong() {
    for (suite, least) in [
        ("apicurio", 70),
        ("jsonsubschema", 70),
        ("containment-testsuite", 85),
    ] {
        let tally = run(suite);
        if tally.all == 0 {
            continue;
        }
        let percent = tally.decided * 100 / tally.all;
        println!(
            "{suite}: {} of {} decided, {percent} %, {} wrong",
            tally.decided,
            tally.all,
            tally.wrong.len()
        );
        assert!(tally.wrong.is_empty(), "{suite}: {:#?}", tally.wrong);
        assert!(percent >= least, "{suite}: only {percent} % decided");
    }
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!({"type": "null"})),
        Just(json!({"type": "boolean"})),
        (0..5_i64, 0..5_i64)
            .prop_map(|(low, more)| json!({"type": "integer", "minimum": low, "maximum": low + more})),
        (0..4_u64).prop_map(|length| json!({"type": "string", "maxLength": length})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"enum": ["a", 1, null]})),
        Just(json!({"const": "a"})),
        Just(json!({"type": "string", "pattern": "^[a-c]+$"})),
        Just(json!({"type": "number"})),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), any::<bool>(), any::<bool>()).prop_map(
                |(a, b, required, closed)| {
                    let mut schema = json!({"type": "object", "properties": {"a": a, "b": b}});
                    if required {
                        schema["required"] = json!(["a"]);
                    }
                    if closed {
                        schema["additionalProperties"] = json!(false);
                    }
                    schema
                }
            ),
            (inner.clone(), 0..3_u64)
                .prop_map(|(items, least)| json!({"type": "array", "items": items, "minItems": least})),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| json!({"anyOf": [one, other]})),
            (inner.clone(), inner).prop_map(|(one, other)| json!({"allOf": [one, other]})),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_witness_is_real(whole in schema(), part in schema()) {
        let valid = |schema: &Value, value: &Value| jsonschema::validator_for(schema).unwrap().is_valid(value);
        match contains(&whole, &part, Draft::Draft202012, true) {
            Containment::NotContained { witness } => {
                prop_assert!(valid(&part, &witness), "{part} refuses {witness}");
                prop_assert!(!valid(&whole, &witness), "{whole} allows {witness}");
            }
            Containment::Contained => {
                let values = [json!(null), json!(true), json!(0), json!(3), json!("a"), json!("abcd"), json!([]),
                    json!([1, "a"]), json!({}), json!({"a": 1, "b": "a"}), json!({"a": null, "c": 1})];
                for value in values {
                    prop_assert!(!valid(&part, &value) || valid(&whole, &value), "{value}");
                }
            }
            Containment::Unknown { .. } => {}
        }
    }

    #[test]
    fn a_schema_contains_itself(schema in schema()) {
        let answer = contains(&schema, &schema, Draft::Draft202012, true);
        let refuted = matches!(answer, Containment::NotContained { .. });
        prop_assert!(!refuted, "{answer:?}");
    }
}
