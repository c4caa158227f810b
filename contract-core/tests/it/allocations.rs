//! Where nothing differs, matching allocates nothing: its cost is the walk.

use allocation_counter::measure;
use contract_core::contract::{Body, ContentType, Headers, Query, Request, Response, Specification, read};
use contract_core::matching::{RequestPlan, ResponsePlan};
use contract_core::mock::Stub;
use contract_core::prelude::{
    Contract, Interaction, Request as RequestPattern, Response as ResponsePattern, any_of, datetime, decimal,
    each_like, integer, json_like, regex,
};
use serde_json::{Value, json};

fn wire(body: &Value) -> Body {
    Body::from_wire(body.to_string().into(), Some(ContentType::json()))
}

fn headers(lines: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in lines {
        headers.append(*name, *value);
    }
    headers
}

/// An order with its lines: all kinds of values, all of them under rules.
fn order(lines: usize) -> Value {
    let line =
        |index: usize| json!({"sku": format!("A-{index}"), "count": index, "price": 9.5, "tags": ["x"]});
    json!({
        "id": 7,
        "placed": "2026-01-31",
        "note": null,
        "lines": (0..lines).map(line).collect::<Vec<_>>(),
        "by_country": {"fr": {"total": 1.5}, "de": {"total": 2.5}},
        "version": "1.2.3",
    })
}

fn rules() -> Value {
    let one = |rule: Value| json!({ "matchers": [rule] });
    json!({
        "body": {
            "$": one(json!({"match": "type"})),
            "$.id": one(json!({"match": "integer"})),
            "$.placed": one(json!({"match": "regex", "regex": r"\d{4}-\d{2}-\d{2}"})),
            "$.note": {"combine": "OR", "matchers": [{"match": "null"}, {"match": "type"}]},
            "$.lines": one(json!({"match": "type", "min": 1})),
            "$.lines[*].sku": one(json!({"match": "include", "value": "-"})),
            "$.lines[*].count": one(json!({"match": "number"})),
            "$.lines[*].price": one(json!({"match": "decimal"})),
            "$.lines[*].*": one(json!({"match": "type"})),
            "$.by_country": {"matchers": [
                {"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]{2}"}]},
                {"match": "eachValue", "rules": [{"match": "type"}]},
            ]},
            "$.version": one(json!({"match": "semver"})),
        },
    })
}

#[test]
fn comparing_a_response_that_matches_allocates_nothing() {
    let expected = Response {
        status: Some(200),
        headers: headers(&[("Content-Type", "application/json"), ("Vary", "accept, origin")]),
        body: Body::json(order(1)),
        rules: read::matching_rules(rules()).unwrap(),
        ..Response::default()
    };
    let plan = ResponsePlan::compile(&expected).unwrap();
    let actual = Response {
        status: Some(200),
        headers: headers(&[
            ("content-type", "application/json; charset=utf-8"),
            ("vary", "accept,origin"),
        ]),
        body: wire(&order(100)),
        ..Response::default()
    };
    // Once before: a regular expression makes its working memory at first use.
    assert!(plan.compare(&actual).is_match());
    let counted = measure(|| assert!(plan.compare(&actual).is_match()));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn comparing_a_request_that_matches_allocates_nothing() {
    let expected = Request {
        method: "POST".into(),
        path: "/orders".into(),
        query: Query::parse("dry=true&tag=a&tag=b"),
        headers: headers(&[("Accept", "application/json"), ("X-Trace", "1")]),
        body: Body::json(order(3)),
        rules: read::matching_rules(json!({
            "query": {"tag": {"matchers": [{"match": "regex", "regex": "[a-z]"}]}},
            "header": {"X-Trace": {"matchers": [{"match": "integer"}]}},
            "path": {"matchers": [{"match": "regex", "regex": "/[a-z]+"}]},
        }))
        .unwrap(),
        ..Request::default()
    };
    let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
    let actual = Request {
        method: "post".into(),
        path: "/orders".into(),
        query: Query::parse("tag=x&dry=true&tag=y&tag=z"),
        headers: headers(&[
            ("accept", "application/json"),
            ("x-trace", "77"),
            ("host", "localhost"),
        ]),
        body: wire(&order(3)),
        ..Request::default()
    };
    assert!(plan.compare(&actual).is_match());
    let counted = measure(|| {
        assert!(plan.compare(&actual).is_match());
        assert!(plan.matches(&actual));
    });
    assert_eq!(counted.count_total, 0);
}

/// An interaction whose text in a contract file is of a usual size: 2 KB of body under some twenty rules.
fn usual(number: usize) -> Interaction {
    Interaction::http(format!("a request for item {number}"))
        .request(
            RequestPattern::get(format!("/items/{number}"))
                .query("page", regex(r"\d+", "1"))
                .header("accept", "application/json"),
        )
        .response(ResponsePattern::ok().json(json_like!({
            "id": integer(42),
            "name": "Ada Lovelace",
            "email": regex(r"^\S+@\S+$", "ada@example.com"),
            "status": any_of(["active", "locked"]),
            "created": datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-01-01T00:00:00Z"),
            "address": { "street": "Main Street", "number": integer(12), "zip": regex(r"\w+", "N1") },
            "orders": each_like({
                "id": integer(1),
                "total": decimal(17.9),
                "note": "x".repeat(1_600),
                "lines": each_like({ "sku": "TEA-250", "quantity": integer(2), "price": decimal(8.95) }),
            }),
        })))
        .into()
}

#[test]
fn an_interaction_that_is_served_costs_at_most_three_and_a_half_times_its_text() {
    const INTERACTIONS: usize = 300;
    let contract = || {
        let mut contract = Contract::new("web-app", "shop");
        contract.interactions = (0..INTERACTIONS).map(usual).collect();
        contract
    };
    let text = contract().to_text(Specification::V4).unwrap().len();
    let limit = i64::try_from(7 * text / 2).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();

    let mut mock = None;
    let counted = measure(|| {
        let builder = Contract::between("web-app", "shop").interactions((0..INTERACTIONS).map(usual));
        mock = Some(runtime.block_on(builder.serve()).unwrap());
    });
    assert!(
        counted.bytes_current < limit,
        "mock provider: {} of {text}",
        counted.bytes_current
    );
    // Nothing was asked for, which is not the point here.
    std::mem::forget(mock);

    let mut stub = None;
    let counted = measure(|| {
        let builder = Stub::new().contract(contract(), "shop.json");
        stub = Some(runtime.block_on(builder.serve()).unwrap());
    });
    assert!(
        counted.bytes_current < limit,
        "stub: {} of {text}",
        counted.bytes_current
    );
}

/// An interaction whose body has 16 members, each with a rule.
fn ruled_interaction(number: usize) -> Value {
    let members: Vec<String> = (0..16).map(|member| format!("member{member:02}")).collect();
    let value = |member: &String| json!(format!("the value of {member} in interaction {number}"));
    let body: serde_json::Map<String, Value> = members
        .iter()
        .map(|member| (member.clone(), value(member)))
        .collect();
    let rules: serde_json::Map<String, Value> = members
        .iter()
        .map(|member| {
            let rule = json!({ "combine": "AND", "matchers": [{ "match": "type" }] });
            (format!("$.{member}"), rule)
        })
        .collect();
    json!({
        "type": "Synchronous/HTTP",
        "description": format!("interaction {number}"),
        "request": { "method": "GET", "path": format!("/{number}") },
        "response": {
            "status": 200,
            "body": { "content": body, "contentType": "application/json", "encoded": false },
            "matchingRules": { "body": rules },
        },
    })
}

/// A contract in version 4.
pub(crate) fn contract_of_ruled_interactions(count: usize) -> Value {
    json!({
        "consumer": { "name": "web" },
        "provider": { "name": "api" },
        "interactions": (0..count).map(ruled_interaction).collect::<Vec<_>>(),
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
}

#[test]
fn what_is_kept_of_a_contract_is_not_many_times_its_text() {
    let text = serde_json::to_string_pretty(&contract_of_ruled_interactions(50)).unwrap();
    let mut kept = None;
    let memory = measure(|| kept = Some(Contract::read_str(&text, "web-api.json").unwrap()));
    let taken = usize::try_from(memory.bytes_current).unwrap();
    assert!(
        2 * taken < 7 * text.len(),
        "the contract takes {taken} bytes, its text {}",
        text.len()
    );
}
