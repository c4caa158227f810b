//! What a test says of an interaction beyond the contract: how often, when, how late, and what fails.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use contract_core::ErrorKind;
use contract_core::mock::Fault;
use contract_core::prelude::*;
use tempfile::TempDir;

use crate::talk::{get, send};

fn serve(directory: &TempDir) -> BlockingMockProvider {
    Contract::between("web-app", "user-api")
        .directory(directory.path())
        .serve_blocking()
        .unwrap()
}

fn answering(description: &str, path: &str, body: &str) -> impl Into<Interaction> {
    Interaction::http(description)
        .request(Request::get(path))
        .response(Response::ok().text(body))
}

fn user() -> impl Into<Interaction> {
    answering("a user", "/users/1", "Ada Lovelace")
}

/// The descriptions of the interactions in the contract.
fn written(directory: &TempDir) -> Vec<String> {
    let path = directory.path().join("web-app-user-api.json");
    if !path.exists() {
        return Vec::new();
    }
    let contract = Contract::read_file(&path).unwrap();
    contract
        .interactions
        .into_iter()
        .map(|one| one.description)
        .collect()
}

fn panic_message(test: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(test)).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

/// All that the server sends before the connection ends, and whether it ended with an error.
fn raw(provider: &MockProvider, path: &str) -> (String, bool) {
    let mut stream = TcpStream::connect(provider.address()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: h\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes);
    (String::from_utf8(bytes).unwrap(), ended.is_err())
}

#[test]
fn requests_are_counted() {
    for (times, requests, is_met) in [
        ((2..=2), 1, false),
        ((2..=2), 2, true),
        ((2..=2), 3, false),
        ((1..=3), 3, true),
        ((1..=3), 4, false),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let provider = serve(&directory);
        provider.expect(user()).times(times.clone());
        for number in 1..=requests {
            let status = get(provider.url(), "/users/1").status;
            assert_eq!(status == 200, number <= *times.end(), "{times:?} {number}");
        }
        let outcome = provider.finish();
        assert_eq!(outcome.is_ok(), is_met, "{times:?} {requests}: {outcome:?}");
        assert_eq!(written(&directory).len(), usize::from(is_met));
    }
}

#[test]
fn a_wrong_number_of_requests_is_explained() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider.expect(user()).times(2);
    get(provider.url(), "/users/1");
    let error = provider.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unmet);
    insta::assert_snapshot!(error, @r#"
    the mock provider "user-api" was not used as expected: 1 interaction was not requested as often as expected

    requested too seldom: "a user": GET /users/1 was sent 1 time, expected at least 2 times
    "#);

    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider.expect(user()).times(1);
    get(provider.url(), "/users/1");
    let answer = get(provider.url(), "/users/1");
    assert_eq!(answer.status, 500);
    insta::assert_snapshot!(answer.body, @r#"
    unexpected request: GET /users/1
    the interaction "a user" was requested 1 time already, and no more is expected
    "#);
    let [unexpected] = &provider.unexpected_requests()[..] else {
        panic!("one request is unexpected");
    };
    assert!(unexpected.withheld.as_deref().unwrap().contains("1 time already"));
    provider.finish().unwrap_err();
}

#[test]
fn requests_at_once_are_counted_exactly() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider.expect(answering("any", "/a", "any")).times(10);
    let url = provider.url();
    let answered = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..30)
            .map(|_| scope.spawn(|| get(url, "/a").status == 200))
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .filter(|is_answered| *is_answered)
            .count()
    });
    assert_eq!(answered, 10);
    provider.finish().unwrap_err();
}

#[test]
fn numbers_that_no_test_can_mean_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    for (message, part) in [
        (
            panic_message(|| {
                serve(&directory).expect(user()).times(0);
            }),
            "need not be requested",
        ),
        (
            #[expect(clippy::reversed_empty_ranges, reason = "what is refused")]
            panic_message(|| {
                serve(&directory).expect(user()).times(3..=2);
            }),
            "there is no number between 3 and 2",
        ),
        (
            panic_message(|| {
                serve(&directory).expect(user()).times(1).fail_once(Fault::Close);
            }),
            "it fails 1 time first, so it has to be requested at least 2 times, and at most 1 time is allowed",
        ),
    ] {
        assert!(message.starts_with("interaction \"a user\": "), "{message}");
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_sequence_is_answered_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider
        .expect(answering("an order that is open", "/orders/1", "open"))
        .times(2);
    provider
        .expect(answering("an order that is paid", "/orders/1", "paid"))
        .times(1);
    provider.expect(answering("an order that is sent", "/orders/1", "sent"));
    let bodies: Vec<String> = (0..5).map(|_| get(provider.url(), "/orders/1").body).collect();
    assert_eq!(bodies, ["open", "open", "paid", "sent", "sent"]);
    provider.finish().unwrap();
    assert_eq!(written(&directory).len(), 3);
}

#[test]
fn an_interaction_waits_for_another() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    let payment = provider.expect(
        Interaction::http("a payment")
            .request(Request::post("/orders/1/payment"))
            .response(Response::created()),
    );
    let order = |state: &str, body: &str| {
        Interaction::http("a request for order 1")
            .given(state)
            .request(Request::get("/orders/1"))
            .response(Response::ok().text(body))
    };
    provider.expect(order("order 1 is open", "open")).until(&payment);
    provider.expect(order("order 1 is paid", "paid")).after(&payment);
    for _ in 0..2 {
        assert_eq!(get(provider.url(), "/orders/1").body, "open");
    }
    assert_eq!(
        send(provider.url(), "POST", "/orders/1/payment", &[], "").status,
        201
    );
    for _ in 0..2 {
        assert_eq!(get(provider.url(), "/orders/1").body, "paid");
    }
    provider.finish().unwrap();
    assert_eq!(written(&directory).len(), 3);
}

#[test]
fn an_interaction_that_still_waits_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    let payment = provider.expect(answering("a payment", "/payment", "done"));
    provider.expect(user()).after(&payment);
    provider
        .expect(answering("a draft", "/draft", "draft"))
        .until(&payment);
    let text = |path| get(provider.url(), path).body;
    insta::assert_snapshot!(text("/users/1"), @r#"
    unexpected request: GET /users/1
    the interaction "a user" answers only after "a payment" was requested
    "#);
    text("/payment");
    insta::assert_snapshot!(text("/draft"), @r#"
    unexpected request: GET /draft
    the interaction "a draft" answers only until "a payment" was requested
    "#);
    provider.finish().unwrap_err();
}

#[test]
fn interactions_of_different_providers_do_not_depend_on_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let message = panic_message(|| {
        let (one, other) = (serve(&directory), serve(&directory));
        let payment = other.expect(answering("a payment", "/payment", "done"));
        one.expect(user()).after(&payment);
    });
    assert!(message.contains("of another provider"), "{message}");
}

#[test]
fn a_consumer_that_tries_again_is_answered() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider
        .expect(user())
        .fail_once(Response::status(503).header("retry-after", "1").text("later"))
        .fail_once(Fault::Close);
    let refused = get(provider.url(), "/users/1");
    assert_eq!((refused.status, refused.body.as_str()), (503, "later"));
    assert!(refused.head.contains("retry-after: 1\r\n"), "{}", refused.head);
    assert_eq!(raw(&provider, "/users/1").0, "");
    let answer = get(provider.url(), "/users/1");
    assert_eq!((answer.status, answer.body.as_str()), (200, "Ada Lovelace"));
    provider.finish().unwrap();

    let contract = std::fs::read_to_string(directory.path().join("web-app-user-api.json")).unwrap();
    assert!(contract.contains("Ada Lovelace"), "{contract}");
    assert!(
        !contract.contains("503") && !contract.contains("later"),
        "{contract}"
    );
}

#[test]
fn a_consumer_that_does_not_try_again_fails_the_test() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider.expect(user()).fail_once(Response::status(503));
    get(provider.url(), "/users/1");
    let error = provider.finish().unwrap_err();
    insta::assert_snapshot!(error, @r#"
    the mock provider "user-api" was not used as expected: 1 interaction was not requested as often as expected

    not answered: "a user": GET /users/1 was sent 1 time and failed as the test says; it was not sent again
    "#);
    assert!(written(&directory).is_empty());
}

#[test]
fn what_only_ever_failed_is_not_written() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider.expect(user()).fail_always(Response::status(500));
    provider.expect(answering("a greeting", "/hello", "hello"));
    for _ in 0..2 {
        assert_eq!(get(provider.url(), "/users/1").status, 500);
    }
    get(provider.url(), "/hello");
    provider.finish().unwrap();
    assert_eq!(written(&directory), ["a greeting"]);
}

#[test]
fn a_connection_is_closed_or_reset() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider.expect(user()).fail_always(Fault::Close);
    provider
        .expect(answering("a greeting", "/hello", "hello"))
        .fail_always(Fault::Reset);
    assert_eq!(raw(&provider, "/users/1"), (String::new(), false));
    assert_eq!(raw(&provider, "/hello"), (String::new(), true));
    provider.finish().unwrap();
}

#[test]
fn a_body_breaks_off() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider.expect(user()).fail_once(Fault::Truncate);
    let (answer, _) = raw(&provider, "/users/1");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-length: 12\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nAda Lo"), "{answer}");
    assert_eq!(get(provider.url(), "/users/1").body, "Ada Lovelace");
    provider.finish().unwrap();

    let message = panic_message(|| {
        let empty = Interaction::http("nothing")
            .request(Request::get("/"))
            .response(Response::no_content());
        serve(&directory).expect(empty).fail_once(Fault::Truncate);
    });
    assert!(message.contains("no body that could be truncated"), "{message}");
}

#[test]
fn an_answer_is_late_and_others_are_not() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    let late = Duration::from_millis(150);
    provider.expect(user()).delay(late);
    provider.expect(answering("a greeting", "/hello", "hello"));
    let url = provider.url();
    std::thread::scope(|scope| {
        let started = Instant::now();
        let slow = scope.spawn(move || {
            let answer = get(url, "/users/1");
            (answer.body, started.elapsed())
        });
        assert_eq!(get(url, "/hello").body, "hello");
        let (body, took) = slow.join().unwrap();
        assert_eq!(body, "Ada Lovelace");
        assert!(took >= late, "{took:?}");
    });
    provider.finish().unwrap();
    assert_eq!(written(&directory), ["a greeting", "a user"]);
}

#[test]
fn an_answer_that_nobody_waits_for_does_not_hold_up_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider.expect(user()).delay(Duration::from_secs(3_600));
    let mut stream = TcpStream::connect(provider.address()).unwrap();
    write!(stream, "GET /users/1 HTTP/1.1\r\nhost: h\r\n\r\n").unwrap();
    while provider.requests().is_empty() {
        std::thread::yield_now();
    }
    // A client whose patience is over hangs up.
    drop(stream);
    provider.finish().unwrap();
    assert_eq!(written(&directory), ["a user"]);
}

#[test]
fn a_body_is_slow() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    let over = Duration::from_millis(100);
    provider.expect(user()).slow_body(over);
    let started = Instant::now();
    assert_eq!(get(provider.url(), "/users/1").body, "Ada Lovelace");
    assert!(started.elapsed() >= over, "{:?}", started.elapsed());
    provider.finish().unwrap();
    assert_eq!(written(&directory), ["a user"]);
}

#[test]
fn messages_have_no_requests_to_count() {
    let directory = tempfile::tempdir().unwrap();
    let message = panic_message(|| {
        let placed = Interaction::message("order placed").json(json_like!({ "id": 7 }));
        serve(&directory).expect(placed).times(2);
    });
    assert!(message.contains("it is a message"), "{message}");
}

#[test]
fn what_came_is_in_the_journal() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider.expect(
        Interaction::http("a new user")
            .request(Request::post("/users").json(json_like!({ "name": "Ada" })))
            .response(Response::created()),
    );
    let head = ["content-type: application/json", "x-trace: 7"];
    send(
        provider.url(),
        "POST",
        "/users?dry=yes",
        &head,
        r#"{"name":"Grace"}"#,
    );
    send(provider.url(), "POST", "/users", &head, r#"{"name":"Grace"}"#);
    let requests = provider.requests();
    let [unexpected, expected] = &requests[..] else {
        panic!("{requests:?}");
    };
    assert_eq!(unexpected.interaction, None);
    assert_eq!(unexpected.request.query.to_text(), "dry=yes");
    assert_eq!(expected.interaction.as_deref(), Some("a new user"));
    assert_eq!(
        (expected.request.method.as_str(), expected.request.path.as_str()),
        ("POST", "/users")
    );
    assert_eq!(expected.request.headers.first("X-Trace"), Some("7"));
    assert_eq!(
        expected.request.body,
        contract_core::contract::Body::json(serde_json::json!({ "name": "Grace" }))
    );
    provider.finish().unwrap_err();
}

#[cfg(feature = "http2")]
#[test]
fn over_http2_the_stream_of_the_request_is_reset() {
    use crate::talk::Connection;

    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory);
    provider
        .expect(answering("the root", "/", "hello"))
        .fail_once(Fault::Reset)
        .fail_once(Fault::Truncate);
    let mut connection = Connection::open(provider.url());
    connection.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    connection.write([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    let mut ask = |stream: u8| {
        // A request of HPACK's static table: GET, http, /.
        connection.write([0, 0, 3, 1, 5, 0, 0, 0, stream, 0x82, 0x86, 0x84]);
        let mut kinds = Vec::new();
        loop {
            let head = connection.read_exact(9);
            let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
            connection.read_exact(length);
            if head[8] == stream {
                kinds.push(head[3]);
                let is_end = head[3] == 3 || head[4] & 1 == 1;
                if is_end {
                    return kinds;
                }
            }
        }
    };
    let (headers, data, reset) = (1, 0, 3);
    assert_eq!(ask(1), [reset]);
    assert_eq!(ask(3), [headers, data, reset]);
    assert_eq!(ask(5), [headers, data]);
    provider.finish().unwrap();
}
