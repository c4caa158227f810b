//! XML, multipart, form and text bodies.

use contract_core::contract::{Body, Request, Specification, read};
use contract_core::matching::RequestPlan;
use serde_json::{Value, json};

use super::compare::{outcome, short};
use super::input::{Input, array, input, one_list};

pub(super) fn inputs() -> Vec<Input> {
    let compare = |content_type: &str, rules: Value, expected: String, received: String| {
        let body = |text: String| Body::text(text, content_type.parse().ok());
        let expected = Request {
            body: body(expected),
            rules: read::matching_rules(json!({ "body": rules })).unwrap_or_default(),
            ..Request::default()
        };
        let actual = Request {
            body: body(received),
            ..Request::default()
        };
        RequestPlan::compile(&expected, Specification::V4).map_or_else(
            |error| short(&error.to_string()),
            |plan| outcome(&plan.compare(&actual)),
        )
    };
    let elements = |reverse: bool| {
        let mut names: Vec<String> = (0..7_000).map(|index| format!("<a{index:x}/>")).collect();
        if reverse {
            names.reverse();
        }
        format!("<r>{}</r>", names.concat())
    };
    vec![
        input("xml: 7,000 names, the other way round", move || {
            compare("application/xml", json!({}), elements(false), elements(true))
        }),
        input("xml: a long namespace over many elements", move || {
            let document = format!("<r xmlns='{}'>{}</r>", "n".repeat(25_000), "<a/>".repeat(6_000));
            compare("application/xml", json!({}), document.clone(), document)
        }),
        input("xml: 2,000 attributes", move || {
            let attributes: String = (0..2_000).map(|index| format!(" a{index}='1'")).collect();
            let document = format!("<r>{}</r>", format!("<a{attributes}/>").repeat(2));
            compare(
                "application/xml",
                json!({}),
                document.clone(),
                document.replace('1', "2"),
            )
        }),
        input("xml: 2,000 namespaces", move || {
            let namespaces: String = (0..1_900)
                .map(|index| format!(" xmlns:n{index}='u{index}'"))
                .collect();
            let document = format!("<r{namespaces}>{}</r>", "<n0:a/>".repeat(2_500));
            compare("application/xml", json!({}), document.clone(), document)
        }),
        input("xml: a deep document", move || {
            let document = format!("{}{}", "<a>".repeat(14_000), "</a>".repeat(14_000));
            compare("application/xml", json!({}), document.clone(), document)
        }),
        input("xml: rules for many elements", move || {
            let rules: serde_json::Map<_, _> = (0..900)
                .map(|index| {
                    (
                        format!("$.r.a{index:x}"),
                        json!({"matchers": [{"match": "type"}]}),
                    )
                })
                .collect();
            compare("application/xml", rules.into(), elements(false), elements(true))
        }),
        input("multipart: 1,000 parts under 1,000 rules", move || {
            let part = |index: usize| {
                format!("--b\r\nContent-Disposition: form-data; name=\"{index}\"\r\n\r\n1\r\n")
            };
            let body = format!("{}--b--\r\n", (0..700).map(part).collect::<String>());
            let rules = array(40_000, |index| {
                format!("{{\"match\":\"regex\",\"regex\":\"1|{index}\"}}")
            });
            compare(
                "multipart/form-data; boundary=b",
                one_list("$.*", "AND", rules),
                body.clone(),
                body,
            )
        }),
        input("multipart: boundaries that are none", move || {
            let body = format!("--b\r\n\r\n{}\r\n--b--\r\n", "--bx\n".repeat(9_000));
            compare("multipart/form-data; boundary=b", json!({}), body.clone(), body)
        }),
        input("multipart: parts without a name", move || {
            let body = format!("{}--b--\r\n", "--b\r\n\r\n\r\n".repeat(5_000));
            compare("multipart/form-data; boundary=b", json!({}), body.clone(), body)
        }),
        input("form: 1,000 fields under 1,000 rules", move || {
            let form = |value: &str| {
                (0..6_000)
                    .map(|index| format!("{index:x}={value}"))
                    .collect::<Vec<_>>()
                    .join("&")
            };
            let rules = array(40_000, |index| {
                format!("{{\"match\":\"regex\",\"regex\":\"1|{index}\"}}")
            });
            compare(
                "application/x-www-form-urlencoded",
                one_list("$", "AND", rules),
                form("1"),
                form("1"),
            )
        }),
        input("text: two long texts that differ", move || {
            compare(
                "text/plain",
                json!({}),
                "a\n".repeat(25_000),
                "b\n".repeat(25_000),
            )
        }),
        input("json: a long text that is none", move || {
            compare(
                "application/json",
                json!({}),
                "{}".to_owned(),
                "[".repeat(100_000),
            )
        }),
    ]
}
