//! Contracts that are exported and imported again.

use contract_core::contract::{Body, Query, Request, Response};
use contract_core::contract::{Contract, HttpInteraction, Interaction, InteractionKind, Matcher, RuleList};
use contract_core::export::{self, Form};
use contract_core::import::{self, FindingKind, Imported, Options, Patterns, Source};
use contract_core::prelude::*;
use proptest::prelude::*;
use serde_json::json;

use super::{request, response};

/// Interactions that consist of values, without rules.
fn plain() -> impl Strategy<Value = HttpInteraction> {
    let names = || prop::collection::btree_map("X-[A-Z][a-z]{2,5}", "[a-z0-9][a-z0-9 ]{0,6}[a-z0-9]", 0..3);
    let body = || {
        prop::option::of(prop::collection::btree_map(
            "[a-z]{1,4}",
            (0_u32..1000, "[A-Za-z ]{0,8}"),
            1..4,
        ))
        .prop_map(|body| {
            body.map_or(Body::Missing, |members| {
                let members: Vec<(String, serde_json::Value)> = members
                    .into_iter()
                    .map(|(name, (number, text))| (name, json!({ "n": number, "t": [text, true, null] })))
                    .collect();
                Body::json(serde_json::Value::Object(members.into_iter().collect()))
            })
        })
    };
    (
        prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]),
        "(/[a-z0-9]{1,5}){1,3}",
        prop::collection::btree_map("[a-z]{2,4}", "[ -~]{0,6}", 0..3),
        names(),
        body(),
        (200_u16..500, names(), body()),
    )
        .prop_map(
            |(method, path, query, headers, body, (status, answered, answer))| {
                let mut request = Request {
                    method: method.to_owned(),
                    path,
                    body,
                    ..Request::default()
                };
                let mut parameters = Query::new();
                for (name, value) in query {
                    parameters.append(format!("q{name}"), Some(value));
                }
                request.query = parameters;
                for (name, value) in headers {
                    request.headers.append(name, value);
                }
                let mut response = Response {
                    status: Some(status),
                    body: answer,
                    ..Response::default()
                };
                for (name, value) in answered {
                    response.headers.append(name, value);
                }
                HttpInteraction { request, response }
            },
        )
}

fn contract(exchanges: Vec<HttpInteraction>) -> Contract {
    let mut contract = Contract::new("web-app", "user-api");
    for (index, http) in exchanges.into_iter().enumerate() {
        let kind = InteractionKind::Http(Box::new(http));
        contract
            .interactions
            .push(Interaction::new(format!("number {index}"), kind));
    }
    contract
}

fn there_and_back(contract: &Contract, form: Form) -> Imported {
    let mut options = Options::default();
    options.patterns = Patterns::Exact;
    options.keep = vec!["*".to_owned()];
    options.assume_status = Some(200);
    let name = if form == Form::HttpFile {
        "a.http"
    } else {
        "a.json"
    };
    let text = export::write(contract, form).text;
    import::read(&[Source::new(name, text)], &options).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn values_survive(exchanges in prop::collection::vec(plain(), 1..4)) {
        let contract = contract(exchanges);
        for form in [Form::WireMock, Form::Postman] {
            let back = there_and_back(&contract, form);
            prop_assert_eq!(&back.interactions, &contract.interactions, "{}", form);
        }
        let back = there_and_back(&contract, Form::HttpFile);
        for (back, interaction) in back.interactions.iter().zip(&contract.interactions) {
            prop_assert_eq!(&back.description, &interaction.description);
            prop_assert_eq!(request(back), request(interaction));
        }
    }
}

#[test]
fn rules_of_requests_survive_in_stubs() {
    let mut contract = Contract::new("web-app", "user-api");
    contract.interactions.push(
        Interaction::http("an order")
            .given(state("a user exists").with("id", 42))
            .request(
                Request::post(regex("/users/[0-9]+/orders", "/users/42/orders"))
                    .query("page", regex("[0-9]+", "1"))
                    .header("x-trace", includes("a", "bab"))
                    .json(json_like!({ "amount": number(3), "paid": true, "code": regex("[A-Z]{2}", "AB") })),
            )
            .response(Response::created())
            .into(),
    );
    let back = there_and_back(&contract, Form::WireMock);
    let (before, after) = (&contract.interactions[0], &back.interactions[0]);
    assert_eq!(before.provider_states, after.provider_states);
    let (before, after) = (request(before), request(after));
    assert_eq!(before.rules.path, after.rules.path);
    assert_eq!(before.rules.query, after.rules.query);
    assert_eq!(before.rules.headers, after.rules.headers);
    let of_amount = &after.rules.body[&"$.amount".parse().unwrap()];
    assert_eq!(*of_amount, RuleList::one(Matcher::Number));
    assert_eq!(
        before.rules.body[&"$.code".parse().unwrap()],
        after.rules.body[&"$.code".parse().unwrap()]
    );
}

#[test]
fn what_a_form_cannot_say_is_named() {
    let mut contract = Contract::new("web-app", "user-api");
    contract.interactions.push(
        Interaction::http("a user")
            .given(state("a user exists"))
            .request(Request::get("/users/42"))
            .response(Response::ok().json(json_like!({ "name": "Ada" })))
            .into(),
    );
    contract.interactions.push(
        Interaction::message("a user was created")
            .json(json_like!({ "id": 1 }))
            .into(),
    );
    for (form, lost) in [
        (Form::WireMock, vec!["the rules of the response"]),
        (Form::Postman, vec!["its rules", "its provider states"]),
        (Form::HttpFile, vec!["its rules", "its response"]),
        (Form::K6, vec!["its rules", "its provider states"]),
    ] {
        let exported = export::write(&contract, form);
        assert_eq!(exported.findings[0].kind, FindingKind::LeftOut);
        assert!(
            exported.findings[0]
                .to_string()
                .starts_with("web-app-user-api: a user was created: ")
        );
        let found: Vec<String> = exported.findings[1..]
            .iter()
            .map(|finding| finding.what.clone())
            .collect();
        assert_eq!(found.len(), lost.len(), "{form}: {found:?}");
        for (found, lost) in found.iter().zip(lost) {
            assert!(found.starts_with(lost), "{form}: {found}");
        }
    }
}

#[test]
fn a_load_script_has_each_request_once() {
    let mut contract = Contract::new("web-app", "user-api");
    contract.interactions.push(
        Interaction::http("it's \"new\"")
            .request(Request::post("/users").json(json!({ "name": "Ada" })))
            .response(Response::created())
            .into(),
    );
    let text = export::write(&contract, Form::K6).text;
    insta::assert_snapshot!(text, @r#"
    import http from 'k6/http';
    import { check } from 'k6';

    const baseUrl = __ENV.BASE_URL || 'http://localhost:8080';

    export const options = {
      vus: 1,
      iterations: 1,
      thresholds: { checks: ['rate==1'] },
    };

    export default function () {
      check(
        http.request("POST", baseUrl + "/users", "{\"name\":\"Ada\"}", { headers: {"Content-Type":"application/json"} }),
        { "it's \"new\"": (r) => r.status === 201 },
      );
    }
    "#);
}

#[test]
fn an_http_file_reads_as_one_writes_it() {
    let mut contract = Contract::new("web-app", "user-api");
    contract.interactions.push(
        Interaction::http("a user")
            .given(state("a user exists"))
            .request(Request::get("/users/42").header("accept", "application/json"))
            .response(Response::ok())
            .into(),
    );
    insta::assert_snapshot!(export::write(&contract, Form::HttpFile).text, @r"
    @baseUrl = http://localhost:8080

    ### a user
    # given a user exists
    # expects 200
    GET {{baseUrl}}/users/42
    accept: application/json
    ");
    let stub = export::write(&contract, Form::WireMock).text;
    assert_eq!(
        response(&there_and_back(&contract, Form::WireMock).interactions[0]).status,
        Some(200),
        "{stub}"
    );
}

#[test]
fn an_exported_path_is_one_word() {
    let mut contract = Contract::new("web-app", "user-api");
    let interaction = Interaction::http("a file")
        .request(Request::get("/año 100%/b").query("q", "a b"))
        .response(Response::ok());
    contract.interactions.push(interaction.into());
    for form in [Form::HttpFile, Form::K6, Form::Postman] {
        let text = export::write(&contract, form).text;
        assert!(text.contains("/a%C3%B1o%20100%25/b?q=a%20b"), "{form}: {text}");
    }
}

#[test]
fn stubs_ask_for_types_where_the_contract_does() {
    let mut contract = Contract::new("web-app", "user-api");
    let interactions: [Interaction; 2] = [
        Interaction::http("an order")
            .request(Request::post("/orders").json(json_like!({
                "id": 1, "paid": true, "name": "Ada", "lines": [{ "count": 2, "sku": regex("[A-Z]+", "TEA") }],
                "tags": each_like("new"),
            })))
            .response(Response::created())
            .into(),
        Interaction::http("a document")
            .request(Request::post("/documents").xml("<a>1</a>"))
            .response(Response::created())
            .into(),
    ];
    contract.interactions.extend(interactions);
    let exported = export::write(&contract, Form::WireMock);
    let stubs: serde_json::Value = serde_json::from_str(&exported.text).unwrap();
    assert_eq!(
        stubs["mappings"][0]["request"]["bodyPatterns"][0]["equalToJson"],
        json!({
            "id": "${json-unit.any-number}", "paid": "${json-unit.any-boolean}", "name": "${json-unit.any-string}",
            "lines": [{ "count": "${json-unit.any-number}", "sku": "${json-unit.regex}[A-Z]+" }],
            "tags": ["${json-unit.any-string}"],
        })
    );
    assert_eq!(
        stubs["mappings"][1]["request"]["bodyPatterns"],
        json!([{ "equalToXml": "<a>1</a>" }])
    );
    let lost: Vec<&str> = exported
        .findings
        .iter()
        .map(|finding| finding.what.as_str())
        .collect();
    let of_array = |path| {
        format!(
            "the rule of the body at {path}, which has no placeholder in WireMock: the example is expected there"
        )
    };
    assert_eq!(lost, [of_array("$.lines"), of_array("$.tags")]);
}
