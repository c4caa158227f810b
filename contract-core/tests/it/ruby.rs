//! Matchers that the Ruby family of tools writes into examples.

use contract_core::contract::{Contract, InteractionKind, Specification};
use contract_core::matching::RequestPlan;
use serde_json::{Value, json};

use super::other_tools::{fits, one, parts, read, response};

fn term(example: &str, regex: &str) -> Value {
    json!({"json_class": "Pact::Term", "data": {"generate": example, "matcher": {"json_class": "Regexp", "o": 1, "s": regex}}})
}

#[test]
fn matchers_of_ruby_are_examples_with_rules() {
    let like = |contents: Value| json!({"json_class": "Pact::SomethingLike", "contents": contents});
    let interaction = one(
        "1.0.0",
        json!({"description": "x",
            "request": {
                "method": "get",
                "path": term("/users/7", r"^/users/\d+$"),
                "query": {"page": ["1", term("2", r"^\d+$")]},
                "headers": {"Accept": term("application/json", "json")},
            },
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json", "X-A": like(json!("b"))},
                "body": {
                    "weather": term("rainy", "RAIN"),
                    "count": like(json!(5)),
                    "nested": like(json!({"at": term("12", r"^\d+$"), "name": "x"})),
                    "lines": {"json_class": "Pact::ArrayLike", "contents": {"id": like(json!(1)), "tag": term("a1", "^[a-z]")}, "min": 2},
                },
            },
        }),
    );
    let (request, response) = parts(&interaction);
    assert_eq!(request.path, "/users/7");
    assert_eq!(
        request.query.get("page").unwrap(),
        [Some("1".to_owned()), Some("2".to_owned())]
    );
    assert_eq!(request.rules.query.keys().collect::<Vec<_>>(), ["page[1]"]);
    assert_eq!(request.headers.first("accept"), Some("application/json"));
    let plan = RequestPlan::compile(request, Specification::V1).unwrap();
    let mut other = request.clone();
    other.path = "/users/8".to_owned();
    other
        .query
        .set("page", vec![Some("1".to_owned()), Some("9".to_owned())]);
    other.headers.set("Accept", vec!["text/x-json".to_owned()]);
    assert!(plan.compare(&other).is_match());
    other.path = "/users/x".to_owned();
    assert!(!plan.compare(&other).is_match());

    let example = json!({"weather": "rainy", "count": 5, "nested": {"at": "12", "name": "x"},
        "lines": [{"id": 1, "tag": "a1"}, {"id": 1, "tag": "a1"}]});
    assert!(fits(response, example.clone()));
    assert!(fits(
        response,
        json!({"weather": "no rain", "count": 6, "nested": {"at": "1", "name": "y"},
        "lines": [{"id": 2, "tag": "b"}, {"id": 3, "tag": "cc"}, {"id": 4, "tag": "d!"}]})
    ));
    for (pointer, wrong) in [
        ("/weather", json!("sunny")),
        ("/count", json!("6")),
        ("/nested/at", json!("x")),
        ("/lines", json!([{"id": 1, "tag": "a"}])),
        ("/lines/1/tag", json!("1")),
        ("/lines/0/id", json!("1")),
    ] {
        let mut actual = example.clone();
        *actual.pointer_mut(pointer).unwrap() = wrong;
        assert!(!fits(response, actual), "{pointer}");
    }
}

#[test]
fn matchers_of_ruby_in_messages_and_whole_bodies() {
    let contract = read(json!({"messages": [{"description": "m",
        "contents": {"json_class": "Pact::SomethingLike", "contents": {"id": 1}},
        "metaData": {"topic": term("orders", "^orders")},
    }]}));
    let InteractionKind::Message(message) = &contract.interactions[0].kind else {
        panic!("a message")
    };
    assert_eq!(
        message
            .rules
            .body
            .keys()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["$"]
    );
    assert_eq!(message.rules.metadata.keys().collect::<Vec<_>>(), ["topic"]);
    assert_eq!(message.metadata["topic"], "orders");
    let text = contract.to_text(Specification::V3).unwrap();
    assert!(!text.contains("json_class"), "{text}");
}

#[test]
fn a_matcher_of_ruby_that_lacks_something_is_refused_at_its_place() {
    for (body, expected) in [
        (
            json!({"a": {"json_class": "Pact::Term"}}),
            "$.interactions[0].response.body.a: expected a `data` member: a Pact::Term of Ruby needs one",
        ),
        (
            json!({"json_class": "Pact::ArrayLike", "name": 1}),
            "$.interactions[0].response.body: expected a `contents` member: a Pact::ArrayLike of Ruby needs one",
        ),
        (
            json!([{"json_class": "Pact::ArrayLike", "contents": [1, 2], "min": 100_000_000}]),
            "$.interactions[0].response.body[0].min: expected at most 100000 values",
        ),
    ] {
        let document =
            json!({"interactions": [{"description": "x", "request": {}, "response": {"body": body}}]});
        let error = Contract::read_str(&document.to_string(), "x")
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
    // Any other class is what the provider answers with.
    let other = response(json!({"json_class": "Money", "cents": 5}), json!({}));
    assert!(fits(&other, json!({"json_class": "Money", "cents": 5})));
}
