//! Many rules at one place, and many places for a rule.

use serde_json::{Value, json};

use super::compare::compare;
use super::input::{Input, array, input, one_list};

pub(super) fn inputs() -> Vec<Input> {
    let distinct = |bytes: usize| {
        array(bytes, |index| {
            format!("{{\"match\":\"include\",\"value\":\"b{index}\"}}")
        })
    };
    let patterns = |bytes: usize| {
        array(bytes, |index| {
            format!("{{\"match\":\"regex\",\"regex\":\"b?{index}\"}}")
        })
    };
    vec![
        input("an OR of 1,000 over 1,000 elements", move || {
            compare(
                one_list("$[*]", "OR", distinct(36_000)),
                json!(["b0"]),
                array(50_000, |index| format!("\"{}{index}\"", "x".repeat(40))),
            )
        }),
        input("an OR of 1,400 regexes over 12,000 elements", move || {
            compare(
                one_list("$[*]", "OR", patterns(50_000)),
                json!(["b0"]),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("an AND of 1,400 rules over 12,000 elements", move || {
            compare(
                one_list("$[*]", "AND", distinct(50_000)),
                json!(["b0"]),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("an AND of 1,400 rules that hold over 12,000 elements", || {
            let rules = array(50_000, |index| {
                format!("{{\"match\":\"regex\",\"regex\":\"1|b{index}\"}}")
            });
            compare(
                one_list("$[*]", "AND", rules),
                json!([1]),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("1,400 rules at one long text", move || {
            compare(
                one_list("$", "AND", distinct(50_000)),
                json!("b0"),
                json!("x".repeat(50_000)),
            )
        }),
        input("1,400 rules at a container of another kind", move || {
            compare(
                one_list("$", "AND", distinct(50_000)),
                json!({}),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("alternatives in alternatives", || {
            let alternatives = || {
                array(8_000, |index| {
                    format!(
                        "{{\"match\":\"eachKey\",\"rules\":[{{\"match\":\"regex\",\"regex\":\"b{index}\"}}]}}"
                    )
                })
            };
            let rules: Value = (0..6)
                .map(|depth| {
                    (
                        format!("${}", ".a".repeat(depth)),
                        json!({"combine": "OR", "matchers": alternatives()}),
                    )
                })
                .collect::<serde_json::Map<_, _>>()
                .into();
            let mut document = json!({"a": 1, "c": 2});
            for _ in 0..6 {
                document = json!({"a": document, "c": 3});
            }
            compare(rules, document.clone(), document)
        }),
        input("values OR values OR … over a wide document", || {
            let rules = array(45_000, |index| {
                format!(
                    "{{\"match\":\"eachKey\",\"rules\":[{{\"match\":\"regex\",\"regex\":\"b{index}\"}}]}}"
                )
            });
            compare(
                one_list("$", "OR", rules),
                json!({"a": [1]}),
                json!({"a": array(50_000, |_| "1".to_owned())}),
            )
        }),
        input("1,024 wildcard paths over a deep array", || {
            let mut rules = serde_json::Map::new();
            for bits in 0..1_024_u32 {
                let path: String = (0..10)
                    .map(|step| if bits >> step & 1 == 1 { "[0]" } else { "[*]" })
                    .collect();
                rules.insert(format!("${path}.x"), json!({"matchers": [{"match": "type"}]}));
            }
            let mut document = array(30_000, |_| "{\"x\":1}".to_owned());
            for _ in 0..9 {
                document = json!([document]);
            }
            let mut actual = array(30_000, |_| "{\"x\":\"1\"}".to_owned());
            for _ in 0..9 {
                actual = json!([actual]);
            }
            compare(Value::Object(rules), document, actual)
        }),
        input("5,000 rules by path", || {
            let rules: serde_json::Map<_, _> = (0..2_000)
                .map(|index| (format!("$.*.a{index}"), json!({"matchers": [{"match": "type"}]})))
                .collect();
            compare(rules.into(), json!({}), json!({"x": {"a1": 1}}))
        }),
    ]
}
