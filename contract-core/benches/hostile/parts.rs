//! Headers, queries, content types and metadata with many entries.

use std::fmt::Write as _;

use contract_core::contract::{ContentType, Headers, Query, Request, Response, Specification, read};
use contract_core::matching::{MessagePlan, RequestPlan, ResponsePlan};
use serde_json::json;

use super::compare::{outcome, short};
use super::input::{Input, input};

pub(super) fn inputs() -> Vec<Input> {
    let parameters = |from: usize| {
        let mut text = String::from("text/plain");
        for index in 0..14_000 {
            let _ = write!(text, ";{:x}={}", index + 65_536, (index + from) % 10);
        }
        text
    };
    let header = |name: &str, expected: String, received: String| {
        let one = |value: String| {
            let mut headers = Headers::new();
            headers.append(name, value);
            Response {
                headers,
                ..Response::default()
            }
        };
        let plan = ResponsePlan::compile(&one(expected));
        plan.map_or_else(
            |error| short(&error.to_string()),
            |plan| outcome(&plan.compare(&one(received))),
        )
    };
    let request = |query: Query| Request {
        query,
        ..Request::default()
    };
    let names = |prefix: &str| {
        (0..17_576)
            .map(|index| format!("{prefix}{index:x}"))
            .collect::<Vec<_>>()
            .join("&")
    };
    vec![
        input("header: 14,000 parameters of a content type", move || {
            let mut reversed: Vec<String> = parameters(0).split(';').map(str::to_owned).collect();
            reversed[1..].reverse();
            header("Content-Type", parameters(0), reversed.join(";"))
        }),
        input("header: 14,000 parameters that differ", move || {
            header("Accept", parameters(0), parameters(1))
        }),
        input("header: media types in a long list", move || {
            header("Accept", "a/b,".repeat(12_000), "a/c,".repeat(12_000))
        }),
        input("header: 12,000 fields", || {
            let fields = |suffix: &str| {
                let mut headers = Headers::new();
                for index in 0..6_000 {
                    headers.append(format!("x{index}{suffix}"), "1");
                }
                Response {
                    headers,
                    ..Response::default()
                }
            };
            let plan = ResponsePlan::compile(&fields(""));
            plan.map_or_else(
                |error| short(&error.to_string()),
                |plan| {
                    format!(
                        "{}, {}",
                        outcome(&plan.compare(&fields(""))),
                        outcome(&plan.compare(&fields("z")))
                    )
                },
            )
        }),
        input("query: 17,576 names", move || {
            let plan = RequestPlan::compile(&request(Query::parse(&names("a"))), Specification::V4);
            plan.map_or_else(
                |error| short(&error.to_string()),
                |plan| {
                    let same = plan.compare(&request(Query::parse(&names("a"))));
                    let other = plan.compare(&request(Query::parse(&names("b"))));
                    format!("{}, {}", outcome(&same), outcome(&other))
                },
            )
        }),
        input("query: one name 40,000 times", move || {
            let text = "a=1&".repeat(25_000);
            let plan = RequestPlan::compile(&request(Query::parse(&text)), Specification::V4);
            plan.map_or_else(
                |error| short(&error.to_string()),
                |plan| outcome(&plan.compare(&request(Query::parse(&text.replace('1', "2"))))),
            )
        }),
        input("query: rules for 3,000 names", || {
            let rules: serde_json::Map<_, _> = (0..1_500)
                .map(|index| (format!("a{index}"), json!({"matchers": [{"match": "integer"}]})))
                .collect();
            let expected = Request {
                query: Query::parse(
                    &(0..1_500)
                        .map(|index| format!("a{index}=1"))
                        .collect::<Vec<_>>()
                        .join("&"),
                ),
                rules: read::matching_rules(json!({ "query": rules })).unwrap_or_default(),
                ..Request::default()
            };
            RequestPlan::compile(&expected, Specification::V4).map_or_else(
                |error| short(&error.to_string()),
                |plan| outcome(&plan.compare(&expected)),
            )
        }),
        input("content type: 50,000 parameters", || {
            format!("{}", "a/b;".repeat(25_000).parse::<ContentType>().is_ok())
        }),
        input("metadata: 5,000 entries with rules", || {
            let entries: serde_json::Map<_, _> =
                (0..1_500).map(|index| (format!("a{index}"), json!(1))).collect();
            let rules: serde_json::Map<_, _> = (0..1_500)
                .map(|index| (format!("a{index}"), json!({"matchers": [{"match": "integer"}]})))
                .collect();
            let message = read::message(
                json!({
                    "metadata": entries, "matchingRules": {"metadata": rules}
                }),
                Specification::V4,
            );
            match message {
                Ok(message) => MessagePlan::compile(&message).map_or_else(
                    |error| short(&error.to_string()),
                    |plan| outcome(&plan.compare(&message)),
                ),
                Err(error) => short(&error.to_string()),
            }
        }),
    ]
}
