//! Stubs through their public API, over real sockets.

use std::sync::{Arc, Mutex};

use contract_core::ErrorKind;
use contract_core::contract::Contract;
use contract_core::mock::Stub;
use serde_json::{Value, json};

use crate::talk::{Answer, get, send};

fn contract(interactions: &Value) -> Contract {
    Contract::from_json(json!({
        "consumer": { "name": "shop" },
        "provider": { "name": "stock" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    }))
    .unwrap()
}

fn answering(description: &str, state: Option<&str>, path: &str, body: &str) -> Value {
    let mut interaction = json!({
        "description": description,
        "request": { "method": "GET", "path": path },
        "response": { "status": 200, "headers": { "Content-Type": "text/plain" }, "body": body },
    });
    if let Some(state) = state {
        interaction["providerStates"] = json!([{ "name": state }]);
    }
    interaction
}

fn user() -> Contract {
    contract(&json!([
        answering("a user", Some("user exists"), "/users/1", "Ada"),
        answering("a user", Some("user is locked"), "/users/1", "locked"),
        answering("all users", None, "/users", "all"),
    ]))
}

#[tokio::test]
async fn the_same_request_has_the_same_answer_each_time() {
    let stub = Stub::new().contract(user(), "users.json").serve().await.unwrap();
    for _ in 0..4 {
        assert_eq!(get(stub.url(), "/users/1").body, "Ada");
    }
    stub.stop().await;
}

#[tokio::test]
async fn of_several_contracts_the_first_answers() {
    let other = contract(&json!([
        answering("a user", Some("user exists"), "/users/1", "Grace"),
        answering("an order", None, "/orders/1", "tea"),
    ]));
    for (contracts, body) in [
        ([(user(), "a.json"), (other.clone(), "b.json")], "Ada"),
        ([(other, "b.json"), (user(), "a.json")], "Grace"),
    ] {
        let stub = contracts
            .into_iter()
            .fold(Stub::new(), |stub, (contract, origin)| {
                stub.contract(contract, origin)
            });
        let stub = stub.serve().await.unwrap();
        assert_eq!(get(stub.url(), "/users/1").body, body);
        assert_eq!(get(stub.url(), "/orders/1").body, "tea");
    }
}

#[tokio::test]
async fn a_more_specific_request_answers_wherever_it_stands() {
    let mut ruled = answering("any user", None, "/users/7", "any");
    ruled["request"]["matchingRules"] =
        json!({ "path": { "matchers": [{ "match": "regex", "regex": "/users/\\d+" }] } });
    let contract = contract(&json!([ruled, answering("user 1", None, "/users/1", "Ada")]));
    let stub = Stub::new()
        .contract(contract, "users.json")
        .serve()
        .await
        .unwrap();
    assert_eq!(get(stub.url(), "/users/1").body, "Ada");
    assert_eq!(get(stub.url(), "/users/2").body, "any");
}

#[tokio::test]
async fn a_provider_state_chooses() {
    let stub = Stub::new()
        .contract(user(), "users.json")
        .state("user is locked")
        .serve()
        .await
        .unwrap();
    assert_eq!(get(stub.url(), "/users/1").body, "locked");
    assert_eq!(get(stub.url(), "/users").body, "all");
    assert_eq!(stub.contracts()[0].served, 2);
}

#[tokio::test]
async fn an_unknown_request_is_404_and_names_the_contract() {
    let stub = Stub::new()
        .contract(user(), "pacts/users.json")
        .serve()
        .await
        .unwrap();
    let port = stub.address().port().to_string();
    let text = get(stub.url(), "/users/2");
    assert_eq!(text.status, 404);
    assert!(text.head.contains("x-pact: request-mismatch"), "{}", text.head);
    insta::assert_snapshot!(text.body.replace(&port, "PORT"));

    let answer = send(stub.url(), "GET", "/users/2", &["accept: application/json"], "");
    assert_eq!(answer.status, 404);
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer["contract"], "pacts/users.json");
    assert_eq!(answer["consumer"], "shop");
    assert_eq!(answer["provider"], "stock");
}

#[tokio::test]
async fn what_cannot_be_served_is_named_and_the_rest_is_served() {
    let mut of_plugin = answering("with a plugin", None, "/plugin", "x");
    of_plugin["request"]["matchingRules"] = json!({ "path": { "matchers": [{ "match": "semantic" }] } });
    let mut informational = answering("early hints", None, "/hints", "x");
    informational["response"]["status"] = json!(103);
    let contract = contract(&json!([
        of_plugin,
        informational,
        answering("a user", None, "/users/1", "Ada")
    ]));
    let stub = Stub::new()
        .contract(contract, "mixed.json")
        .serve()
        .await
        .unwrap();
    assert_eq!(get(stub.url(), "/users/1").body, "Ada");
    let contracts = stub.contracts();
    let [mixed] = contracts.as_slice() else {
        panic!("{:?}", stub.contracts());
    };
    assert_eq!((mixed.origin.as_str(), mixed.served), ("mixed.json", 1));
    let left_out: Vec<String> = mixed.left_out.iter().map(ToString::to_string).collect();
    assert!(
        left_out[0].contains("\"with a plugin\" cannot be served") && left_out[0].contains("semantic"),
        "{left_out:?}"
    );
    assert!(
        left_out[1].contains("\"early hints\" cannot be served") && left_out[1].contains("103"),
        "{left_out:?}"
    );
}

#[tokio::test]
async fn nothing_to_serve_is_an_error() {
    let messages = Contract::from_json(json!({
        "consumer": { "name": "shop" },
        "provider": { "name": "stock" },
        "messages": [{ "description": "an event", "contents": "x" }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    }))
    .unwrap();
    let error = Stub::new()
        .contract(messages, "events.json")
        .serve()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(
        error.to_string().contains("no HTTP interaction to serve"),
        "{error}"
    );
}

fn options(url: &str, head: &[&str]) -> Answer {
    send(url, "OPTIONS", "/users/1", head, "")
}

#[tokio::test]
async fn pages_of_other_origins_may_use_a_stub_with_cors() {
    let own = json!({
        "description": "with its own origin",
        "request": { "method": "GET", "path": "/own" },
        "response": { "status": 200, "headers": { "Access-Control-Allow-Origin": "https://shop.example" } },
    });
    let contract = contract(&json!([answering("a user", None, "/users/1", "Ada"), own]));
    let stub = Stub::new()
        .contract(contract, "users.json")
        .cors()
        .serve()
        .await
        .unwrap();

    let preflight = options(
        stub.url(),
        &[
            "origin: http://localhost:3000",
            "access-control-request-method: PATCH",
            "access-control-request-headers: authorization, x-trace",
        ],
    );
    assert_eq!(preflight.status, 204);
    for line in [
        "access-control-allow-origin: http://localhost:3000\r\n",
        "access-control-allow-methods: patch\r\n",
        "access-control-allow-headers: authorization, x-trace\r\n",
        "access-control-allow-credentials: true\r\n",
        "vary: origin\r\n",
    ] {
        assert!(preflight.head.contains(line), "{line}{}", preflight.head);
    }
    assert_eq!(options(stub.url(), &[]).status, 204);

    let origin = ["origin: http://localhost:3000"];
    let known = send(stub.url(), "GET", "/users/1", &origin, "");
    assert_eq!(known.body, "Ada");
    assert!(
        known
            .head
            .contains("access-control-expose-headers: content-type\r\n"),
        "{}",
        known.head
    );
    let unknown = send(stub.url(), "GET", "/users/2", &origin, "");
    assert_eq!(unknown.status, 404);
    for answer in [known, unknown] {
        let line = "access-control-allow-origin: http://localhost:3000\r\n";
        assert!(answer.head.contains(line), "{}", answer.head);
    }
    let anonymous = get(stub.url(), "/users/1");
    assert!(
        anonymous.head.contains("access-control-allow-origin: *\r\n"),
        "{}",
        anonymous.head
    );

    let own = send(stub.url(), "GET", "/own", &origin, "");
    assert_eq!(own.head.matches("access-control-allow-origin").count(), 1);
    assert!(
        own.head
            .contains("access-control-allow-origin: https://shop.example\r\n"),
        "{}",
        own.head
    );
}

#[tokio::test]
async fn without_cors_nothing_is_added() {
    let stub = Stub::new().contract(user(), "users.json").serve().await.unwrap();
    assert_eq!(
        options(stub.url(), &["origin: http://localhost:3000"]).status,
        404
    );
    let known = send(
        stub.url(),
        "GET",
        "/users/1",
        &["origin: http://localhost:3000"],
        "",
    );
    assert!(!known.head.contains("access-control"), "{}", known.head);
}

#[tokio::test]
async fn each_answer_can_be_logged() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let stub = Stub::new()
        .contract(user(), "users.json")
        .body_limit(10)
        .on_answer(move |answer| {
            log.lock().unwrap().push((
                format!("{} {}", answer.request.method, answer.request.path),
                answer.status,
                answer
                    .interaction
                    .map(|interaction| interaction.description.clone()),
                answer.origin.map(ToOwned::to_owned),
                answer.problem.is_some(),
            ));
        })
        .serve()
        .await
        .unwrap();
    get(stub.url(), "/users");
    get(stub.url(), "/nobody");
    send(stub.url(), "PUT", "/users", &[], "12345678901");
    stub.stop().await;
    let line = |request: &str, status, interaction: Option<&str>, origin: Option<&str>, problem| {
        (
            request.to_owned(),
            status,
            interaction.map(ToOwned::to_owned),
            origin.map(ToOwned::to_owned),
            problem,
        )
    };
    assert_eq!(
        *lines.lock().unwrap(),
        [
            line("GET /users", 200, Some("all users"), Some("users.json"), false),
            line("GET /nobody", 404, None, None, false),
            line("PUT /users", 413, None, None, true),
        ]
    );
}

#[tokio::test]
async fn a_request_chooses_the_state_by_a_header_field() {
    let stub = Stub::new()
        .contract(user(), "users.json")
        .state_header("X-State")
        .serve()
        .await
        .unwrap();
    for (state, body) in [
        ("user exists", "Ada"),
        ("user is locked", "locked"),
        ("no such state", "Ada"),
    ] {
        let head = format!("x-state: {state}");
        let answer = send(stub.url(), "GET", "/users/1", &[&head], "");
        assert_eq!(answer.body, body, "{state}");
    }
    stub.stop().await;
}

#[tokio::test]
async fn contracts_are_replaced_while_it_runs() {
    let stub = Stub::new().contract(user(), "users.json").serve().await.unwrap();
    let other = contract(&json!([answering("an order", None, "/orders/1", "tea")]));
    stub.replace(vec![(other, "orders.json".to_owned())]).unwrap();
    assert_eq!(get(stub.url(), "/orders/1").body, "tea");
    assert_eq!(get(stub.url(), "/users/1").status, 404);
    let error = stub
        .replace(vec![(contract(&json!([])), "empty.json".to_owned())])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(get(stub.url(), "/orders/1").body, "tea");
    stub.stop().await;
}
