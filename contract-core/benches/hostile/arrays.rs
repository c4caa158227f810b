//! Long arrays, alone and under `arrayContains`.

use contract_core::contract::{Body, Request, Specification};
use contract_core::matching::RequestPlan;
use serde_json::{Value, json};

use super::compare::{compare, outcome, short};
use super::input::{Input, array, input, list, one_list};

pub(super) fn inputs() -> Vec<Input> {
    let contains = || one_list("$", "AND", json!([{"match": "arrayContains", "variants": []}]));
    vec![
        input("arrayContains: 8,000 numbers in 8,000 others", move || {
            compare(
                contains(),
                array(50_000, |index| (index + 100_000).to_string()),
                array(50_000, |index| (index + 200_000).to_string()),
            )
        }),
        input("arrayContains: short numbers in short numbers", move || {
            compare(
                contains(),
                array(50_000, |index| (index % 900 + 100).to_string()),
                array(50_000, |index| format!("-{}", index % 90)),
            )
        }),
        input("arrayContains: arrays in arrays", move || {
            compare(
                contains(),
                array(50_000, |index| format!("[{}]", index + 1_000)),
                array(50_000, |index| format!("[{}]", index + 50_000)),
            )
        }),
        input("arrayContains: objects in objects", move || {
            compare(
                contains(),
                array(50_000, |index| format!("{{\"a\":{}}}", index + 1_000)),
                array(50_000, |index| format!("{{\"a\":{}}}", index + 50_000)),
            )
        }),
        input("arrayContains: empty objects in numbers", move || {
            compare(
                contains(),
                array(50_000, |_| "{}".to_owned()),
                array(50_000, |_| "1".to_owned()),
            )
        }),
        input("arrayContains: 600 ruled variants in 6,000 elements", || {
            let variants = array(40_000, |index| {
                format!(
                    "{{\"index\":{index},\"rules\":{{\"$\":{{\"matchers\":[{{\"match\":\"regex\",\"regex\":\"b{index}\"}}]}}}}}}"
                )
            });
            let count = variants.as_array().map_or(0, Vec::len);
            compare(
                one_list(
                    "$",
                    "AND",
                    json!([{"match": "arrayContains", "variants": variants}]),
                ),
                Value::from(vec!["b"; count]),
                array(50_000, |index| format!("\"a{index}\"")),
            )
        }),
        input("arrayContains: nested without variants", || {
            let nested = json!({"$": {"matchers": [{"match": "arrayContains", "variants": []}]}});
            let variants: Vec<Value> = (0..400)
                .map(|index| json!({"index": index, "rules": nested}))
                .collect();
            compare(
                one_list(
                    "$",
                    "AND",
                    json!([{"match": "arrayContains", "variants": variants}]),
                ),
                Value::from(vec![json!([1, 2, 3, 4, 5, 6, 7, 8]); 400]),
                array(50_000, |index| format!("[{index},9,9,9,9,9,9]")),
            )
        }),
        input("two long arrays that differ everywhere", || {
            compare(
                json!({}),
                array(50_000, |_| "1".to_owned()),
                array(50_000, |_| "2".to_owned()),
            )
        }),
        input("an object with 9,000 members missing in a request", || {
            let expected = Request {
                body: Body::json(Value::Object(
                    (0..9_000).map(|index| (format!("a{index}"), json!(1))).collect(),
                )),
                ..Request::default()
            };
            let actual = Request {
                body: Body::json(json!({"b": 1})),
                ..Request::default()
            };
            RequestPlan::compile(&expected, Specification::V4).map_or_else(
                |error| short(&error.to_string()),
                |plan| outcome(&plan.compare(&actual)),
            )
        }),
        input("nested arrays of the wrong size", || {
            let nested = |last: &str| {
                let mut text = last.to_owned();
                for _ in 0..100 {
                    text = format!("[{text},{}]", list(400, |_| "1".to_owned()));
                }
                serde_json::from_str::<Value>(&text).expect("the array is JSON")
            };
            compare(
                one_list("$", "AND", json!([{"match": "type", "min": 5_000}])),
                nested("1"),
                nested("\"x\""),
            )
        }),
    ]
}
