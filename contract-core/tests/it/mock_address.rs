//! Where a mock provider listens, and who may use it.

use contract_core::prelude::*;
use tempfile::TempDir;

use crate::talk::{get, send};

fn between(directory: &TempDir) -> contract_core::mock::ContractBuilder {
    Contract::between("web-app", "user-api")
        .directory(directory.path())
        .interaction(
            Interaction::http("a greeting")
                .request(Request::get("/hello"))
                .response(Response::ok().header("x-page", "1").text("hello")),
        )
}

#[test]
fn a_provider_on_all_interfaces_has_an_address_to_connect_to() {
    let directory = tempfile::tempdir().unwrap();
    for (listen, url) in [
        ("0.0.0.0:0", "http://127.0.0.1:"),
        ("127.0.0.1:0", "http://127.0.0.1:"),
    ] {
        let provider = between(&directory).listen(listen).serve_blocking().unwrap();
        assert!(provider.url().starts_with(url), "{}", provider.url());
        assert_eq!(get(provider.url(), "/hello").body, "hello");
        provider.finish().unwrap();
    }
}

#[test]
fn a_page_of_another_origin_may_use_it() {
    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory).cors().serve_blocking().unwrap();
    let page = "origin: http://localhost:3000";
    let preflight = send(
        provider.url(),
        "OPTIONS",
        "/hello",
        &[
            page,
            "access-control-request-method: GET",
            "access-control-request-headers: x-trace",
        ],
        "",
    );
    assert_eq!(preflight.status, 204);
    for field in [
        "access-control-allow-methods: get\r\n",
        "access-control-allow-headers: x-trace\r\n",
        "access-control-allow-origin: http://localhost:3000\r\n",
    ] {
        assert!(preflight.head.contains(field), "{field}{}", preflight.head);
    }
    let answer = send(provider.url(), "GET", "/hello", &[page], "");
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello"));
    assert!(
        answer
            .head
            .contains("access-control-allow-origin: http://localhost:3000\r\n"),
        "{}",
        answer.head
    );
    assert!(
        answer.head.contains("access-control-expose-headers: "),
        "{}",
        answer.head
    );
    assert_eq!(provider.requests().len(), 2);
    provider.finish().unwrap();
    let contract = std::fs::read_to_string(directory.path().join("web-app-user-api.json")).unwrap();
    assert!(
        !contract.contains("access-control") && !contract.contains("OPTIONS"),
        "{contract}"
    );
}

#[test]
fn what_is_no_preflight_is_unexpected() {
    let directory = tempfile::tempdir().unwrap();
    let provider = between(&directory).cors().serve_blocking().unwrap();
    assert_eq!(send(provider.url(), "OPTIONS", "/hello", &[], "").status, 500);
    provider.finish().unwrap_err();

    let provider = between(&directory).serve_blocking().unwrap();
    let asked = [
        "origin: http://localhost:3000",
        "access-control-request-method: GET",
    ];
    assert_eq!(send(provider.url(), "OPTIONS", "/hello", &asked, "").status, 500);
    provider.finish().unwrap_err();
}
