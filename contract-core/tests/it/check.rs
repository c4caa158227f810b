//! What is wrong with a contract, and what of it checks nothing.

use contract_core::contract::Contract;
use serde_json::{Value, json};

/// A contract of these interactions.
#[expect(
    clippy::needless_pass_by_value,
    reason = "cases are written where they are read"
)]
fn contract(version: &str, interactions: Value) -> Contract {
    let document = json!({
        "consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": interactions,
        "metadata": {"pactSpecification": {"version": version}, "plugins": [
            {"name": "protobuf", "version": "0.3.14", "configuration": {}}, {"name": "csv", "version": "0.0.6"},
        ]},
    });
    Contract::read_str(&document.to_string(), "web-api.json").unwrap()
}

fn faults(version: &str, interactions: Value) -> Vec<String> {
    let faults = contract(version, interactions).faults();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn rules_that_check_nothing_are_named() {
    let http = contract(
        "3.0.0",
        json!([{
            "description": "a user",
            "request": {"query": "a=1", "matchingRules": {
                "query": {"b": {"matchers": [{"match": "type"}]}, "a[0]": {"matchers": [{"match": "type"}]}},
            }},
            "response": {
                "status": 200, "headers": {"X-A": "1"}, "body": {"id": 1, "none": [], "list": [1]},
                "matchingRules": {
                    "header": {"x-a": {"matchers": [{"match": "type"}]}, "X-B": {"matchers": [{"match": "type"}]}},
                    "body": {
                        "$.id": {"matchers": []},
                        "$.idd": {"matchers": [{"match": "type"}]},
                        "$.none[*].x": {"matchers": [{"match": "type"}]},
                        "$.list[*].*": {"matchers": [{"match": "type"}]},
                        "$.list": {"matchers": [{"match": "eachKey", "rules": []}]},
                    },
                    "trailer": {"X-C": {"matchers": [{"match": "type"}]}},
                    "status": {},
                },
                "generators": {"body": {"$.other": {"type": "Uuid"}}},
            },
        }]),
    );
    assert_eq!(
        http.warnings(),
        [
            r#"interaction "a user": the rule for query parameter "b" is not used: the request has no such query parameter"#,
            r#"interaction "a user": the rule "trailer" of the response is not used: it matches nothing"#,
            r#"interaction "a user": the rule for header "X-B" is not used: the response has no such header"#,
            r#"interaction "a user": the rule for $.idd of the response is not used: it matches nothing in the body"#,
            r#"interaction "a user": the generator for $.other of the response is not used: it matches nothing in the body"#,
            r#"interaction "a user": the list of rules for $.id of the response is empty: it checks nothing"#,
            r#"interaction "a user": the rule `eachKey` for $.list of the response has no rules: it checks nothing"#,
        ]
    );
    let flat = contract(
        "2.0.0",
        json!([
            {"description": "x", "request": {}, "response": {"status": 200, "matchingRules": {
                "$.trailers.a": {"match": "type"}, "$.body.id": {"match": "type"}, "$.headers": {"match": "regex", "regex": "a"},
            }}},
        ]),
    );
    assert_eq!(
        flat.warnings(),
        [
            r#"interaction "x": the rule "$.trailers.a" of the response is not used: it matches nothing"#,
            r#"interaction "x": the rule for all headers is not used: the response has no such header"#,
            r#"interaction "x": the rule for $.id of the response is not used: it has no body"#,
        ]
    );
}

#[test]
fn rules_that_accept_every_value_are_named() {
    let one = |rule: Value| json!({"matchers": [rule]});
    let rules = json!({"header": {"X-Ids": one(json!({"match": "include", "value": ""}))}, "body": {
        "$.any": one(json!({"match": "type", "schema": {"title": "any"}})),
        "$.date": one(json!({"match": "type", "schema": {"format": "date"}})),
        "$.id": one(json!({"match": "type", "schema": {"type": "integer"}})),
        "$.keys": one(json!({"match": "eachKey", "rules": [{"match": "type"}]})),
        "$.list": one(json!({"match": "arrayContains", "variants": [
            {"index": 0, "rules": {"$.text": one(json!({"match": "include", "value": ""}))}},
        ]})),
        "$.values": one(json!({"match": "eachValue", "rules": []})),
    }});
    let content = json!({"any": 1, "date": "2026-11-29", "id": 1, "keys": {"a": 1}, "list": [{"text": "a"}], "values": {"a": 1}});
    let empty_text = "looks for an empty text, which is in every text: it checks nothing of a text";
    let any_value = "has a JSON Schema that accepts every value: only the type is compared";
    let found = contract(
        "4.0",
        json!([{"type": "Synchronous/HTTP", "description": "x", "request": {}, "response": {
            "status": 200, "headers": {"X-Ids": ["1"]}, "matchingRules": rules,
            "body": {"content": content, "contentType": "application/json"},
        }}]),
    );
    let found = found.warnings();
    let found: Vec<&str> = found
        .iter()
        .map(|warning| warning.strip_prefix("interaction \"x\": ").unwrap())
        .collect();
    assert_eq!(
        found,
        [
            format!("the rule `include` for header \"X-Ids\" of the response {empty_text}"),
            format!("the rule `type` for $.any of the response {any_value}"),
            format!("the rule `type` for $.date of the response {any_value}"),
            "the rule `eachKey` for $.keys of the response accepts every name: its rules check nothing of a text"
                .to_owned(),
            format!("the rule `include` for $.list of the response {empty_text}"),
            "the rule `eachValue` for $.values of the response has no rules: it compares values with the example's, \
             as `values` does"
                .to_owned(),
        ]
    );
}

/// Warnings about a response of version 4 with this body, and rules and generators for it.
fn of_response(content_type: &str, content: &str, rules: &Value, generators: &Value) -> Vec<String> {
    let warnings = contract(
        "4.0",
        json!([{
            "type": "Synchronous/HTTP", "description": "x", "request": {},
            "response": {
                "status": 200, "headers": {"Content-Type": [content_type], "X-Ids": ["1", "2"]},
                "body": {"content": content, "contentType": content_type, "encoded": false},
                "matchingRules": rules, "generators": generators,
            },
        }]),
    )
    .warnings();
    let prefix = "interaction \"x\": ";
    warnings
        .iter()
        .map(|warning| warning.strip_prefix(prefix).unwrap().to_owned())
        .collect()
}

#[test]
fn rules_for_places_that_a_body_of_any_kind_lacks_are_named() {
    let any = || json!({"matchers": [{"match": "type"}]});
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--b--\r\n";
    for (content_type, content, used, unused, why) in [
        (
            "text/plain",
            "hello",
            "$",
            "$.greeting",
            "a text has no places inside",
        ),
        (
            "application/x-www-form-urlencoded",
            "a=1&b=2",
            "$.a[0]",
            "$.c",
            "it matches nothing in the body",
        ),
        (
            "application/xml",
            "<o><i n='1'>x</i></o>",
            "$.o.i.@n",
            "$.o.item['#text']",
            "it matches nothing in the body",
        ),
        (
            "multipart/form-data; boundary=b",
            multipart,
            "$.note",
            "$.file",
            "it matches nothing in the body",
        ),
    ] {
        let rules = json!({"body": {used: any(), unused: any()}});
        assert_eq!(
            of_response(content_type, content, &rules, &json!({})),
            [format!(
                "the rule for {unused} of the response is not used: {why}"
            )],
            "{content_type}"
        );
        let generators = json!({"body": {unused: {"type": "Uuid"}}});
        assert_eq!(
            of_response(content_type, content, &json!({}), &generators),
            [format!(
                "the generator for {unused} of the response is not used: {why}"
            )],
            "{content_type}"
        );
    }
    let generators = json!({"header": {"X-Ids[2]": {"type": "Uuid"}, "X-Ids[1]": {"type": "Uuid"}, "X-New": {"type": "Uuid"}}});
    assert_eq!(
        of_response("text/plain", "hello", &json!({}), &generators),
        [r#"the generator for header "X-Ids[2]" is not used: the response has 2 of it"#]
    );
}

#[test]
fn rules_of_variants_that_lead_nowhere_are_named() {
    let rule = json!({"matchers": [{"match": "type"}]});
    let variants = json!([
        {"index": 0, "rules": {"$.id": rule, "$.name": rule}, "generators": {"$.key": {"type": "Uuid"}}},
        {"index": 1, "rules": {"$.name": rule}},
    ]);
    let found = contract(
        "4.0",
        json!([{"type": "Synchronous/HTTP", "description": "x", "request": {}, "response": {
            "status": 200, "body": {"content": {"list": [{"id": 1}, {"name": "a"}]}, "contentType": "application/json"},
            "matchingRules": {"body": {"$.list": {"matchers": [{"match": "arrayContains", "variants": variants}]}}},
        }}]),
    );
    let nowhere = |what: &str| {
        format!(
            "interaction \"x\": the {what} of a variant of `arrayContains` at $.list of the response is not used: it matches nothing \
             in the variant's example"
        )
    };
    assert_eq!(
        found.warnings(),
        [nowhere("rule for $.name"), nowhere("generator for $.key")]
    );
}

#[test]
fn rules_for_cookies_and_metadata_that_are_not_there_are_named() {
    let rule = json!({"matchers": [{"match": "type"}]});
    let http = contract(
        "4.0",
        json!([{"type": "Synchronous/HTTP", "description": "x", "request": {"matchingRules": {
            "cookie": {"session": rule}, "header": {"Cookie": rule},
        }}, "response": {"status": 200}}]),
    );
    assert_eq!(
        http.warnings(),
        [
            r#"interaction "x": the rule "cookie" of the request is not used: it matches nothing"#,
            r#"interaction "x": the rule for header "Cookie" is not used: the request has no such header"#,
        ]
    );
    let message = contract(
        "4.0",
        json!([{"type": "Asynchronous/Messages", "description": "x", "contents": {"content": {"id": 1}},
            "metadata": {"topic": "a"}, "matchingRules": {"metadata": {"topic": rule, "queue": rule}}}]),
    );
    assert_eq!(
        message.warnings(),
        [
            r#"interaction "x": the rule for metadata entry "queue" is not used: the message has no such metadata entry"#
        ]
    );
}

#[test]
fn parts_that_say_nothing_are_named() {
    let silent = contract(
        "4.0",
        json!([
            {"type": "Synchronous/HTTP", "description": "a", "request": {"path": "/a"}},
            {"type": "Asynchronous/Messages", "description": "b"},
            {"type": "Synchronous/Messages", "description": "c", "request": {"contents": {"content": "x"}}},
            {"type": "Synchronous/HTTP", "description": "d", "request": {}, "response": {"status": 0,
                "matchingRules": {"status": {"$": {"matchers": [{"match": "statusCode", "status": "success"}]}}}}},
        ]),
    );
    assert_eq!(
        silent.warnings(),
        [
            r#"interaction "a": its response specifies nothing: any is accepted"#,
            r#"interaction "b": its message specifies nothing: any is accepted"#,
            r#"interaction "c": it has no response message: nothing is compared"#,
        ]
    );
    assert!(silent.faults().is_empty(), "{:?}", silent.faults());
}

#[test]
fn matchers_that_were_left_in_the_example_are_named() {
    let left = contract(
        "2.0.0",
        json!([{"description": "x", "request": {}, "response": {"status": 200,
        "body": {"list": [{"pact:matcher:type": "type", "value": 1}]}}}]),
    );
    let warnings = left.warnings();
    assert!(
        warnings[0].contains("the response's body holds \"pact:matcher:type\" as data"),
        "{warnings:?}"
    );
}

#[test]
fn an_example_that_contradicts_its_rule_is_a_fault() {
    let found = faults(
        "2.0.0",
        json!([
            {"description": "search", "request": {}, "response": {"status": 200, "body": {"type": "application/json"},
                "matchingRules": {"$.body.type": {"match": "regex", "regex": "json"}}}},
            {"description": "literal", "request": {"path": "/7", "matchingRules": {"$.path": {"match": "regex", "regex": "/^\\d+$/"}}}, "response": {"status": 200}},
        ]),
    );
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0]
            .starts_with(r#"interaction "search": the response's example does not match its own rules: "#),
        "{found:?}"
    );
    assert!(
        found[1]
            .starts_with(r#"interaction "literal": the request's example does not match its own rules: "#),
        "{found:?}"
    );
}

#[test]
fn of_a_generated_value_what_is_generated_counts() {
    let generated = |generator: Value| {
        faults(
            "3.0.0",
            json!([{"description": "x", "request": {}, "response": {"status": 200,
        "body": {"day": ""}, "matchingRules": {"body": {"$.day": {"matchers": [{"match": "date", "format": "yyyy-MM-dd"}]}}},
        "generators": {"body": {"$.day": generator}}}}]),
        )
    };
    assert!(generated(json!({"type": "Date", "format": "yyyy-MM-dd"})).is_empty());
    let nonsense = generated(json!({"type": "RandomInt", "min": 5, "max": 1}));
    assert!(
        nonsense
            .iter()
            .any(|fault| fault.contains("the generator for $.day of the response: ")),
        "{nonsense:?}"
    );
    let unknown = generated(json!({"type": "Ulid"}));
    assert!(
        unknown.iter().any(|fault| fault.contains("\"Ulid\"")),
        "{unknown:?}"
    );
}

#[test]
fn a_generator_whose_values_break_the_rules_is_named() {
    let found = faults(
        "3.0.0",
        json!([{"description": "x", "request": {
            "path": "/tickets", "headers": {"X-Trace": "a"}, "body": {"rows": [{"id": "a"}], "kind": "b"},
            "generators": {
                "path": {"type": "RandomInt", "min": 7, "max": 7},
                "header": {"x-trace": {"type": "RandomInt", "min": 7, "max": 7}},
                "body": {"$.rows[*].id": {"type": "RandomInt", "min": 7, "max": 7}},
            },
        }, "response": {"status": 200}}]),
    );
    assert_eq!(found.len(), 3, "{found:?}");
    for (fault, place) in found
        .iter()
        .zip(["the path", "header \"x-trace\"", "$.rows[*].id"])
    {
        let expected = format!(
            "interaction \"x\": the generator for {place} of the request makes values that do not match its own rules, for example: "
        );
        assert!(fault.starts_with(&expected), "{fault}");
        assert!(!fault.contains("example does not match"), "{fault}");
    }
}

#[test]
fn an_example_that_is_too_expensive_to_compare_is_not_called_wrong() {
    let rows: Vec<Value> = (0..3_000).map(|id| json!({"id": id})).collect();
    let last_first: Vec<&Value> = rows.iter().rev().collect();
    let anywhere = json!({"matchers": [{"match": "arrayContains", "variants": []}]});
    let found = faults(
        "4.0",
        json!([{"type": "Synchronous/HTTP", "description": "x", "request": {}, "response": {
            "status": 200, "body": {"content": {"rows": last_first}, "contentType": "application/json"},
            "matchingRules": {"body": {"$.rows": anywhere}},
        }}]),
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with(
            "interaction \"x\": whether the response's example matches its own rules could not be decided: $: The comparison \
             was given up after 40,000,000 steps"
        ),
        "{found:?}"
    );
}

#[test]
fn interactions_of_plugins_are_refused_by_name() {
    let protobuf =
        json!({"content": "CgEx", "encoded": "base64", "contentType": "application/protobuf;message=Area"});
    let found = faults(
        "4.0",
        json!([
            {"type": "Synchronous/Messages", "description": "a", "transport": "grpc", "request": {"contents": protobuf},
                "response": [{"contents": protobuf}], "pluginConfiguration": {"protobuf": {"service": "A/B"}}},
            {"type": "Asynchronous/Messages", "description": "b", "contents": protobuf},
            {"type": "Synchronous/HTTP", "description": "c", "request": {}, "response": {"status": 200,
                "headers": {"Content-Type": ["text/csv"]}, "body": {"content": "a,b", "contentType": "text/csv"}}},
            {"type": "Synchronous/HTTP", "description": "d", "transport": "mqtt", "request": {}, "response": {"status": 200}},
            {"type": "Matt/Messages", "description": "e", "pluginConfiguration": {"matt": {}}},
            {"type": "Synchronous/HTTP", "description": "f", "transport": "https", "request": {}, "response": {"status": 200,
                "body": {"content": {"id": 1}, "contentType": "application/json"}}, "pluginConfiguration": {}},
        ]),
    );
    assert_eq!(
        found,
        [
            r#"interaction "a": it needs the plugin protobuf 0.3.14 (transport "grpc"), which this library does not run"#,
            r#"interaction "b": it needs the plugin protobuf 0.3.14 (content type "application/protobuf"), which this library does not run"#,
            r#"interaction "c": it needs the plugin csv 0.0.6 (content type "text/csv"), which this library does not run"#,
            r#"interaction "d": it needs the transport "mqtt", which this library does not have"#,
            r#"interaction "e": it needs the plugin matt, which this library does not run"#,
        ]
    );
}

#[test]
fn an_unknown_rule_of_a_response_makes_an_interaction_not_verifiable() {
    let unknown = json!({"body": {"$.id": {"matchers": [{"match": "sounds-like"}]}}});
    let body = json!({"id": "a"});
    for (in_request, lint) in [(false, "not-verifiable"), (true, "broken-rule")] {
        let mut interaction = json!({
            "description": "a user",
            "request": {"method": "POST", "path": "/", "body": body},
            "response": {"status": 200, "body": body},
        });
        let part = if in_request { "request" } else { "response" };
        interaction[part]["matchingRules"] = unknown.clone();
        let contract = contract("3.0.0", json!([interaction]));
        let found: Vec<&str> = contract
            .findings()
            .iter()
            .filter(|finding| finding.message.contains("sounds-like"))
            .map(|finding| finding.lint.id)
            .collect();
        assert_eq!(found, [lint], "{part}");
    }
}
