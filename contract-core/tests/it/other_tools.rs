//! Contract files as other tools write them.

use contract_core::contract::{
    Body, Contract, Data, Generators, Interaction, InteractionKind, MatchingRules, Request, Response,
    Specification,
};
use contract_core::matching::{RequestPlan, ResponsePlan};
use serde_json::{Value, json};

/// Reads a contract, and holds that reading and writing the same version again changes nothing further.
#[expect(
    clippy::needless_pass_by_value,
    reason = "cases are written where they are read"
)]
pub(super) fn read(document: Value) -> Contract {
    let contract = Contract::read_str(&document.to_string(), "other.json").unwrap();
    let version = contract.specification.max(Specification::V2);
    let written = contract.to_text(version).unwrap();
    let again = Contract::read_str(&written, "again.json").unwrap();
    assert_eq!(again.to_text(version).unwrap(), written);
    assert_eq!(again.interactions.len(), contract.interactions.len());
    contract
}

/// A contract of one interaction.
#[expect(
    clippy::needless_pass_by_value,
    reason = "cases are written where they are read"
)]
pub(super) fn one(version: &str, interaction: Value) -> Interaction {
    let document = json!({
        "consumer": {"name": "web"}, "provider": {"name": "api"},
        "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": version}},
    });
    read(document).interactions.remove(0)
}

pub(super) fn parts(interaction: &Interaction) -> (&Request, &Response) {
    let http = interaction.as_http().unwrap();
    (&http.request, &http.response)
}

/// A response with this body and rules, in version 2.
#[expect(
    clippy::needless_pass_by_value,
    reason = "cases are written where they are read"
)]
pub(super) fn response(body: Value, rules: Value) -> Response {
    let interaction = one(
        "2.0.0",
        json!({"description": "x", "request": {}, "response": {
            "status": 200, "headers": {"Content-Type": "application/json", "X-Trace": "abc"}, "body": body, "matchingRules": rules,
        }}),
    );
    parts(&interaction).1.clone()
}

fn body_paths(response: &Response) -> Vec<String> {
    response.rules.body.keys().map(ToString::to_string).collect()
}

/// Whether a response with this JSON body fulfils the expected one.
pub(super) fn fits(expected: &Response, body: Value) -> bool {
    let mut actual = Response {
        rules: MatchingRules::default(),
        generators: Generators::default(),
        ..expected.clone()
    };
    actual.body = Body::json(body);
    let plan = ResponsePlan::compile(expected).unwrap();
    plan.compare(&actual).is_match()
}

#[test]
fn an_empty_array_is_read_where_an_object_is_meant() {
    let empties = json!({
        "description": "php", "providerStates": [{"name": "ready", "params": []}],
        "request": {"method": "GET", "path": "/", "headers": [], "query": [], "matchingRules": [], "generators": []},
        "response": {"status": 200, "headers": [], "generators": {"body": [], "status": [], "header": []},
            "matchingRules": {"body": [], "status": [], "header": [], "path": [], "query": []}},
    });
    for version in ["2.0.0", "3.0.0"] {
        let interaction = one(version, empties.clone());
        let (request, response) = parts(&interaction);
        assert!(request.headers.is_empty() && request.query.is_empty());
        assert!(
            request.rules.is_empty() && response.rules.body.is_empty() && response.rules.status.is_none()
        );
        assert!(interaction.provider_states[0].params.is_empty());
    }
    let mut typed = empties;
    typed["type"] = json!("Synchronous/HTTP");
    typed["comments"] = json!([]);
    typed["request"]["body"] = json!([]);
    typed["response"]["body"] = json!({"content": {"id": 7}, "contentType": "application/json"});
    typed["response"]["matchingRules"]["body"] = json!({"$": {"matchers": [
        {"match": "arrayContains", "variants": [{"index": 0, "rules": [], "generators": []}]},
    ]}});
    let interaction = one("4.0", typed);
    let (request, response) = parts(&interaction);
    assert_eq!(request.body, Body::Missing);
    assert_eq!(response.rules.body.len(), 1);
    assert!(interaction.comments.is_empty());

    let message = one(
        "4.0",
        json!({
            "type": "Asynchronous/Messages", "description": "m", "contents": [], "metadata": [], "matchingRules": [],
        }),
    );
    let InteractionKind::Message(message) = &message.kind else {
        panic!("{message:?}")
    };
    assert_eq!((&message.contents, message.metadata.len()), (&Body::Missing, 0));
}

#[test]
fn participants_and_metadata_may_be_empty_arrays() {
    let contract =
        read(json!({"consumer": [], "provider": {"name": "api"}, "interactions": {}, "metadata": []}));
    assert_eq!(contract.consumer.name, "consumer");
    assert_eq!(contract.specification, Specification::V3);
}

#[test]
fn a_status_that_a_rule_makes_meaningless_is_kept_and_not_checked() {
    let rules = json!({"status": {"$": {"matchers": [{"match": "statusCode", "status": "clientError"}]}}});
    for version in ["3.0.0", "4.0"] {
        let interaction = one(
            version,
            json!({"description": "x", "request": {}, "response": {"status": 0, "matchingRules": rules}}),
        );
        let response = parts(&interaction).1;
        assert_eq!((response.status, response.example_status()), (None, Some(400)));
        assert_eq!(response.extra["status"], 0);
        let plan = ResponsePlan::compile(response).unwrap();
        let answered = |status| Response {
            status: Some(status),
            ..Response::default()
        };
        assert!(plan.compare(&answered(404)).is_match());
        assert!(!plan.compare(&answered(200)).is_match());
    }
    let without_rule =
        json!({"interactions": [{"description": "x", "request": {}, "response": {"status": 0}}]});
    assert!(Contract::read_str(&without_rule.to_string(), "x").is_err());
}

#[test]
fn a_version_that_says_nothing_is_as_if_there_were_none() {
    for metadata in [
        json!({"pact-specification": {"version": null}}),
        json!({"pactSpecification": {"version": ""}}),
        json!({"pactSpecification": null}),
        json!({"pactSpecification": []}),
        json!({"pactSpecificationVersion": null}),
        Value::Null,
    ] {
        let contract = read(json!({"interactions": [], "metadata": metadata}));
        assert_eq!(contract.specification, Specification::V3, "{metadata}");
    }
    let contract = read(
        json!({"interactions": [], "metadata": {"pact-specification": {"version": null}, "pactSpecification": "2.0.0"}}),
    );
    assert_eq!(contract.specification, Specification::V2);
}

#[test]
fn what_an_interaction_leaves_out_has_defaults() {
    let contract = read(json!({"interactions": [
        {"request": {"method": "PUT", "path": "/a"}, "response": {"status": 204}},
        {"description": null, "request": {"path": "/b"}},
        {"description": 42, "response": {"status": 200}},
        {"description": ""},
        {"contents": {"id": 1}},
    ]}));
    let described: Vec<_> = contract
        .interactions
        .iter()
        .map(|one| one.description.as_str())
        .collect();
    assert_eq!(described, ["PUT /a", "GET /b", "42", "", "message 5"]);
    let (request, _) = parts(&contract.interactions[2]);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/"));
    assert!(matches!(
        contract.interactions[4].kind,
        InteractionKind::Message(_)
    ));
}

#[test]
fn interactions_are_read_by_their_types() {
    let contract = read(json!({"interactions": [
        {"type": "Asynchronous/Messages", "description": "a", "contents": {"content": {"id": 1}, "contentType": "application/json"}},
        {"type": "synchronous/message", "description": "b", "request": {"contents": {"content": "x"}}, "response": []},
        {"type": "Sync/HTTP", "description": "c", "request": {}, "response": {}},
    ]}));
    assert_eq!(contract.specification, Specification::V4);
    let types: Vec<_> = contract
        .interactions
        .iter()
        .map(|one| one.kind.type_name())
        .collect();
    assert_eq!(
        types,
        [
            "Asynchronous/Messages",
            "Synchronous/Messages",
            "Synchronous/HTTP"
        ]
    );

    let mixed = read(json!({"interactions": [
        {"type": "Async/Messages"},
        {"description": "login", "request": {"method": "POST"}, "response": {"status": 201, "body": {}}},
    ]}));
    assert_eq!(mixed.specification, Specification::V3);
    assert_eq!(mixed.interactions[0].kind.type_name(), "Asynchronous/Messages");
    let body = &parts(&mixed.interactions[1]).1.body;
    assert_eq!(
        body.content().map(|content| &content.data),
        Some(&Data::Json(json!({}).into()))
    );

    let listed_as_messages = read(json!({
        "messages": [{"description": "m", "contents": {"content": "x"}}],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }));
    assert_eq!(
        listed_as_messages.interactions[0].kind.type_name(),
        "Asynchronous/Messages"
    );
}

#[test]
fn generators_are_named_by_paths_too() {
    let interaction = one(
        "3.0.0",
        json!({"description": "x",
            "request": {"headers": {"se-token": "ABC", "Authorization": "x"}, "query": {"page": ["1"]}, "body": {"id": 1}, "generators": {
                "header": {"$['se-token'][0]": {"type": "Uuid"}, "$.Authorization": {"type": "ProviderState", "expression": "${t}"}},
                "query": {"$.page": {"type": "RandomInt"}, "$.query.size[1]": {"type": "RandomInt"}},
            }},
            "response": {"generators": {"$.body.id": {"type": "RandomInt"}, "$.headers['X-A']": {"type": "Uuid"}, "header": {"X-B": {}}}},
        }),
    );
    let (request, response) = parts(&interaction);
    assert_eq!(
        request.generators.headers.keys().collect::<Vec<_>>(),
        ["Authorization", "se-token[0]"]
    );
    assert_eq!(
        request.generators.query.keys().collect::<Vec<_>>(),
        ["page", "size[1]"]
    );
    assert_eq!(response.generators.headers.keys().collect::<Vec<_>>(), ["X-A"]);
    assert_eq!(
        response
            .generators
            .body
            .keys()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["$.id"]
    );
}

#[test]
fn paths_of_released_writers_lead_to_what_they_mean() {
    let body = json!({
        "first name": "Ada", "a|b": {"c/d": 1}, "@odata.context": "x", "list": [{"filter[city]": 1}], "size": 1,
    });
    for (key, path) in [
        ("$.body.first name", "$['first name']"),
        ("$.body.a|b.c/d", "$['a|b']['c/d']"),
        ("$.body.@odata.context", "$['@odata.context']"),
        ("$.body.list[*].filter[city]", "$.list[*]['filter[city]']"),
        ("$.body.$.size", "$.size"),
        ("$.body$.size", "$.size"),
        ("$$.body.size", "$.size"),
        ("$.size", "$.size"),
        (".size", "$.size"),
        ("$['list'][0]", "$.list[0]"),
    ] {
        let response = response(body.clone(), json!({key: {"match": "type"}}));
        assert_eq!(body_paths(&response), [path], "{key}");
        assert!(response.rules.extra.is_empty(), "{key}");
    }
    for (key, name) in [
        ("$.header.$.X-Trace[0]", "X-Trace[0]"),
        ("$.headers.$['X-Trace']", "X-Trace"),
        ("$.headerX-Trace", "X-Trace"),
    ] {
        let response = response(body.clone(), json!({key: {"match": "regex", "regex": "[a-z]+"}}));
        assert_eq!(response.rules.headers.keys().collect::<Vec<_>>(), [name], "{key}");
    }
    let by_category = one(
        "3.0.0",
        json!({"description": "x", "request": {}, "response": {
            "body": [{"tenant id": 1}],
            "matchingRules": {"body": {"$$[0].tenant id": {"matchers": [{"match": "integer"}]}}},
            "generators": {"body": {"$$[0].tenant id": {"type": "RandomInt"}}},
        }}),
    );
    let response = parts(&by_category).1;
    assert_eq!(body_paths(response), ["$[0]['tenant id']"]);
    assert_eq!(
        response.generators.body.keys().next().unwrap().as_str(),
        "$[0]['tenant id']"
    );
}

#[test]
fn a_rule_that_leads_nowhere_stays_as_it_is() {
    for key in ["$", "$.foo", "$.headersX-None", "$.trailers.a"] {
        let response = response(json!({"bar": 1}), json!({key: {"match": "type"}}));
        assert_eq!(response.rules.extra.keys().collect::<Vec<_>>(), [key]);
        assert!(response.rules.body.is_empty());
    }
}

#[test]
fn flat_rules_and_categories_may_stand_together() {
    let response = response(
        json!({"a": 1}),
        json!({
            "$.body.a": {"match": "type"},
            "header": {"X-Trace": {"matchers": [{"match": "regex", "regex": "[a-z]+"}]}},
        }),
    );
    assert_eq!(body_paths(&response), ["$.a"]);
    assert_eq!(response.rules.headers.keys().collect::<Vec<_>>(), ["X-Trace"]);
}

#[test]
fn two_spellings_of_one_path_are_one_list() {
    let matchers = |regex: &str| json!({"matchers": [{"match": "regex", "regex": regex}]});
    let interaction = one(
        "3.0.0",
        json!({"description": "x", "request": {}, "response": {
            "body": {"a b": "x"}, "matchingRules": {"body": {"$.a b": matchers("x"), "$['a b']": matchers(".")}},
        }}),
    );
    let rules = &parts(&interaction).1.rules.body;
    assert_eq!(
        rules.values().map(|list| list.rules.len()).collect::<Vec<_>>(),
        [2]
    );
}

#[test]
fn a_rule_for_the_whole_query_is_applied() {
    for (version, rules) in [
        (
            "2.0.0",
            json!({"$.query": {"match": "regex", "regex": r"date=\d{4}-\d{2}&x=[a ]"}}),
        ),
        (
            "3.0.0",
            json!({"query": {"$": {"matchers": [{"match": "regex", "regex": r"date=\d{4}-\d{2}&x=[a ]"}]}}}),
        ),
        (
            "3.0.0",
            json!({"query": {"matchers": [{"match": "regex", "regex": r"date=\d{4}-\d{2}&x=[a ]"}]}}),
        ),
    ] {
        let interaction = one(
            version,
            json!({"description": "x", "response": {},
            "request": {"path": "/q", "query": "date=2020-01&x=a", "matchingRules": rules}}),
        );
        let request = parts(&interaction).0;
        let plan = RequestPlan::compile(request, Specification::V2).unwrap();
        let asked = |text: &str| {
            let query = contract_core::contract::Query::parse(text);
            plan.compare(&Request {
                query,
                rules: MatchingRules::default(),
                ..request.clone()
            })
            .is_match()
        };
        assert!(asked("date=1999-12&x=a") && asked("date=2020-01&x=%20"));
        assert!(!asked("date=today&x=a") && !asked("date=2020-01&x=a&y=1"));
    }
}

#[test]
fn a_type_rule_for_all_headers_or_parameters_is_one_for_each() {
    let interaction = one(
        "2.0.0",
        json!({"description": "x",
            "request": {"query": "a=1&b=2", "matchingRules": {"$.query": {"match": "type"}}},
            "response": {"headers": {"X-A": "1", "X-B": "2"}, "matchingRules": {
                "$.headers": {"match": "type"}, "$.header.X-B": {"match": "regex", "regex": "[0-9]"},
            }},
        }),
    );
    let (request, response) = parts(&interaction);
    assert_eq!(request.rules.query.keys().collect::<Vec<_>>(), ["a", "b"]);
    let names: Vec<_> = response
        .rules
        .headers
        .iter()
        .map(|(name, list)| (name.as_str(), list.rules[0].matcher.name()))
        .collect();
    assert_eq!(names, [("X-A", "type"), ("X-B", "regex")]);
}
