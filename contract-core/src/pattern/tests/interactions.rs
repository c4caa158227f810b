//! Interactions, requests and responses.

use super::*;
use crate::contract::{Interaction, Message, Request, Response, StatusClass};

#[test]
fn an_http_interaction() {
    let interaction: Interaction = Interaction::http("a search")
        .given("no orders")
        .given(state("user exists").with("id", 42))
        .comment("asked by the front page")
        .request(
            Request::get(from_state("/users/${id}", "/users/42"))
                .query("status", any_of(["open", "paid"]))
                .query("tag", ["a", "b"])
                .query_flag("verbose")
                .header("accept", "application/json"),
        )
        .response(Response::status(StatusClass::Success).json(object(vec![member("id", 1)])))
        .into();
    assert_eq!(interaction.provider_states[1].to_string(), "user exists (id: 42)");
    let http = interaction.as_http().unwrap();
    assert_eq!(http.request.path, "/users/42");
    assert_eq!(http.request.rules.path, None);
    assert!(http.request.generators.path.is_some());
    assert_eq!(http.request.query.to_text(), "status=open&tag=a&tag=b&verbose");
    assert_eq!(http.request.rules.query.keys().collect::<Vec<_>>(), ["status"]);
    assert_eq!(http.response.status, Some(200));
    assert_eq!(http.response.rules.status.as_ref().unwrap().rules.len(), 1);
    assert_eq!(
        http.response.headers.first("content-type"),
        Some("application/json")
    );
}

/// Returns the rules of a parameter's or field's values, as in a contract.
fn rules_of(lists: &std::collections::BTreeMap<String, crate::contract::RuleList>) -> Vec<String> {
    let named = lists.iter().map(|(name, list)| {
        let names: Vec<&str> = list.rules.iter().map(|rule| rule.matcher.name()).collect();
        format!("{name}: {}", names.join(" and "))
    });
    named.collect()
}

#[test]
fn no_rule_of_several_values_is_lost() {
    let request: Request = Request::get("/")
        .query("each", each_like(integer(1)))
        .query("some", each_like(integer(1)).at_least(2).at_most(3))
        .query(
            "mixed",
            array(vec![integer(1), regex("[a-z]", "b"), "c".into_pattern()]),
        )
        .query("then", string("a"))
        .query("then", "exactly")
        .header("x-mixed", array(vec![integer(1), regex("[a-z]", "b")]))
        .into();
    assert_eq!(
        rules_of(&request.rules.query),
        [
            "each: integer",
            "mixed[0]: integer",
            "mixed[1]: regex",
            "mixed[2]: type",
            "some: type and integer",
            "then: type",
            "then[1]: equality",
        ]
    );
    assert_eq!(
        rules_of(&request.rules.headers),
        ["x-mixed[0]: integer", "x-mixed[1]: regex"]
    );
    let alternatives = misuse(|| drop(Request::get("/").query("ids", each_like(nullable(1)).at_most(2))));
    assert!(
        alternatives.contains("beside a number of values"),
        "{alternatives}"
    );
}

#[test]
fn forms_have_a_rule_for_each_field() {
    let request: Request = Request::post("/login")
        .form(object(vec![
            member("name", "ada"),
            member("pin", regex(r"\d{4}", "1234")),
        ]))
        .into();
    assert_eq!(request.body.to_bytes(), "name=ada&pin=1234".as_bytes());
    let rules: Vec<&str> = request.rules.body.keys().map(Path::as_str).collect();
    assert_eq!(rules, ["$.name", "$.pin"]);
}

#[test]
fn messages() {
    let interaction: Interaction = Interaction::message("order placed")
        .metadata("topic", "orders")
        .metadata("key", regex(r"\d+", "7"))
        .json(object(vec![member("id", integer(7))]))
        .into();
    let crate::contract::InteractionKind::Message(message) = interaction.kind else {
        panic!("a message");
    };
    assert_eq!(message.metadata["topic"], "orders");
    assert_eq!(message.rules.metadata.keys().collect::<Vec<_>>(), ["key"]);
    assert_eq!(message.parse_json::<Value>().unwrap(), json!({ "id": 7 }));
    let error = Message::default().parse_json::<Value>().unwrap_err();
    assert!(error.to_string().contains("no payload"), "{error}");
}

#[test]
fn misuse_names_the_part() {
    for (message, part) in [
        (misuse(|| drop(Request::get("users"))), r#"write "/users""#),
        (misuse(|| drop(Request::get("/users?a=1"))), ".query(name, value)"),
        (
            misuse(|| drop(Request::with_method("GET IT", "/"))),
            "not an HTTP method",
        ),
        (
            misuse(|| drop(Request::get("/").header("a b", "c"))),
            "not the name of a header field",
        ),
        (
            misuse(|| drop(Request::get("/").header("a", "c\nd"))),
            "only visible characters",
        ),
        (
            misuse(|| drop(Request::get("/").query("a", json!({})))),
            r#"query parameter "a" takes texts"#,
        ),
        (misuse(|| drop(Response::status(99))), "not an HTTP status"),
        (
            misuse(|| drop(Request::post("/").form("text"))),
            "a form takes an object",
        ),
    ] {
        assert!(message.contains(part), "{message}");
    }
}
