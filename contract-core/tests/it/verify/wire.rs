//! What goes over the wire: codings, charsets, framing, addresses, cookies.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};

use axum::Router;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::routing::{any, get};
use bytes::Bytes;
use contract_core::provider::*;
use contract_core::report::Style;
use futures_util::stream;
use serde_json::{Value, json};

use super::provider::{contract, serve};
use super::raw::{Raw, answer, interaction, verify, verify_with};

pub(super) const JSON: &str = "content-type: application/json";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn get_it() -> Value {
    json!({ "method": "GET", "path": "/it" })
}

pub(super) fn ada() -> Value {
    json!({
        "status": 200,
        "headers": { "Content-Type": ["application/json"] },
        "body": { "content": { "name": "Ada" }, "contentType": "application/json", "encoded": false },
    })
}

#[tokio::test]
async fn content_codings_are_undone_over_http_and_in_process() {
    let ada_gzip = gzip(br#"{"name":"Ada"}"#);
    let zlib = b"\x78\x9c\xabV\xcaK\xccMU\xb2RrLIT\xaa\x05\x00!\xcf\x04b".to_vec();
    for (coding, body) in [
        ("gzip", ada_gzip.clone()),
        ("X-GZip", ada_gzip.clone()),
        ("identity", br#"{"name":"Ada"}"#.to_vec()),
        ("gzip, gzip", gzip(&ada_gzip)),
        ("deflate", zlib),
    ] {
        let line = format!("content-encoding: {coding}");
        let raw = Raw::answering(answer(&[JSON, &line], &body));
        assert_eq!(verify(&raw.url, get_it(), ada()).await, "", "{coding}");

        let app = Router::new().route(
            "/it",
            get(move || async move {
                (
                    [("content-type", "application/json"), ("content-encoding", coding)],
                    body,
                )
            }),
        );
        let report = Verifier::new("user-api")
            .contracts(Contracts::value(contract(&[interaction(&get_it(), &ada())])))
            .service(move || std::future::ready(app.clone()))
            .run()
            .await
            .unwrap();
        assert!(report.is_success(), "{coding}: {}", report.to_text(Style::PLAIN));
    }
}

#[tokio::test]
async fn codings_that_cannot_be_undone_are_named() {
    for (coding, body, words) in [
        (
            "compress",
            &b"\x1f\x9d\x90"[..],
            "the content coding \"compress\" is unknown",
        ),
        ("br", b"{\"name\":\"Ada\"}", "the body is not valid br"),
        (
            "gzip",
            &gzip(br#"{"name":"Ada"}"#)[..20],
            "the body is not valid gzip",
        ),
    ] {
        let line = format!("content-encoding: {coding}");
        let raw = Raw::answering(answer(&[JSON, &line], body));
        let said = verify(&raw.url, get_it(), ada()).await;
        assert!(said.contains(words), "{said}");
        // The contract does not speak of the body: nothing to decode.
        assert_eq!(verify(&raw.url, get_it(), json!({ "status": 200 })).await, "");
    }
    // Both sides agree on what nobody else knows.
    let raw = Raw::answering(answer(&[JSON, "content-encoding: utf-8"], br#"{"name":"Ada"}"#));
    let mut agreed = ada();
    agreed["headers"]["Content-Encoding"] = json!(["UTF-8"]);
    assert_eq!(verify(&raw.url, get_it(), agreed).await, "");
}

#[tokio::test]
async fn a_request_body_is_encoded_as_the_contract_says() {
    let raw = Raw::answering(answer(&[], b""));
    let request = json!({
        "method": "POST",
        "path": "/it",
        "headers": {
            "Content-Type": ["application/json"],
            "Content-Encoding": ["gzip"],
            "Accept-Encoding": ["br"],
        },
        "body": { "content": { "name": "Ada" }, "contentType": "application/json", "encoded": false },
    });
    assert_eq!(
        verify(&raw.url, request.clone(), json!({ "status": 200 })).await,
        ""
    );
    let asked = &raw.asked()[0];
    let head = String::from_utf8_lossy(asked).to_ascii_lowercase();
    assert!(head.contains("content-encoding: gzip\r\n"), "{head}");
    assert!(head.contains("accept-encoding: br\r\n"), "{head}");
    let at = asked.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let mut body = String::new();
    flate2::read::GzDecoder::new(&asked[at..])
        .read_to_string(&mut body)
        .unwrap();
    assert_eq!(body, r#"{"name":"Ada"}"#);

    // A recording holds the bytes as they were: they are not encoded again.
    let coded = gzip(b"{\"name\": \"Ada\"}");
    let mut recorded = request;
    recorded["body"] = json!({
        "content": base64(&coded),
        "contentType": "application/json",
        "encoded": "base64",
    });
    let raw = Raw::answering(answer(&[], b""));
    assert_eq!(verify(&raw.url, recorded, json!({ "status": 200 })).await, "");
    assert!(raw.asked()[0].ends_with(&coded));
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[tokio::test]
async fn framing_fields_of_a_contract_are_computed() {
    let fields = json!({
        "Content-Length": ["628"],
        "Host": ["svc.internal:8080"],
        "Transfer-Encoding": ["chunked"],
        "Connection": ["close"],
        "Keep-Alive": ["timeout=5"],
        "TE": ["trailers"],
        "Upgrade": ["h2c"],
        "X-Kept": ["yes"],
    });
    let request = json!({
        "method": "POST",
        "path": "/it",
        "headers": fields,
        "body": { "content": "short", "contentType": "text/plain", "encoded": false },
    });
    let raw = Raw::answering(answer(&[], b"ok"));
    assert_eq!(
        verify(
            &raw.url,
            request,
            json!({ "status": 200, "headers": fields_of_answer() })
        )
        .await,
        ""
    );
    let asked = raw.asked_once().to_ascii_lowercase();
    assert!(asked.contains("content-length: 5\r\n"), "{asked}");
    assert!(
        asked.contains(&format!("host: {}\r\n", raw.url.trim_start_matches("http://"))),
        "{asked}"
    );
    assert!(asked.contains("x-kept: yes\r\n"), "{asked}");
    for field in [
        "transfer-encoding",
        "svc.internal",
        "keep-alive",
        "te:",
        "upgrade",
    ] {
        assert!(!asked.contains(field), "{field}: {asked}");
    }
}

fn fields_of_answer() -> Value {
    json!({ "Content-Length": ["99"], "Transfer-Encoding": ["chunked"], "Connection": ["keep-alive"] })
}

#[tokio::test]
async fn a_host_that_a_filter_sets_is_meant() {
    let raw = Raw::answering(answer(&[], b""));
    let request = json!({ "method": "GET", "path": "/it", "headers": { "Host": ["recorded"] } });
    let said = verify_with(&raw.url, request, json!({ "status": 200 }), |verifier| {
        verifier
            .header("Host", "api.example.com")
            .header("Content-Length", "7")
    })
    .await;
    assert_eq!(said, "");
    let asked = raw.asked_once().to_ascii_lowercase();
    assert!(asked.contains("host: api.example.com\r\n"), "{asked}");
    assert!(
        !asked.contains("recorded") && !asked.contains("content-length"),
        "{asked}"
    );
}

#[tokio::test]
async fn content_length_is_compared_in_the_answer_to_head_and_where_a_rule_is_about_it() {
    let raw = Raw::answering("HTTP/1.1 200 OK\r\ncontent-length: 1234\r\nconnection: close\r\n\r\n");
    let head = json!({ "method": "HEAD", "path": "/it" });
    let length = |length: &str| json!({ "status": 200, "headers": { "Content-Length": [length] } });
    assert_eq!(verify(&raw.url, head.clone(), length("1234")).await, "");
    let said = verify(&raw.url, head, length("99")).await;
    assert!(said.contains("Content-Length"), "{said}");

    let raw = Raw::answering(answer(&[], b"12345"));
    let ruled = |regex: &str| {
        let mut response = length("1");
        let rule = json!({ "match": "regex", "regex": regex });
        response["matchingRules"] = json!({ "header": { "Content-Length": { "matchers": [rule] } } });
        response
    };
    assert_eq!(verify(&raw.url, get_it(), ruled("\\d")).await, "");
    let said = verify(&raw.url, get_it(), ruled("1+")).await;
    assert!(said.contains("Content-Length"), "{said}");
}

#[tokio::test]
async fn methods_with_content_always_tell_its_length() {
    for (method, told) in [
        ("POST", true),
        ("put", true),
        ("PATCH", true),
        ("GET", false),
        ("DELETE", false),
    ] {
        let raw = Raw::answering(answer(&[], b""));
        let request = json!({ "method": method, "path": "/it" });
        assert_eq!(verify(&raw.url, request, json!({ "status": 200 })).await, "");
        let asked = raw.asked_once().to_ascii_lowercase();
        assert_eq!(asked.contains("content-length: 0\r\n"), told, "{asked}");
    }
    let app = || async {
        let length = |headers: HeaderMap| async move {
            headers
                .get("content-length")
                .map_or_else(|| "none".to_owned(), |length| length.to_str().unwrap().to_owned())
        };
        Router::new().route("/it", any(length))
    };
    for (method, body, length) in [("POST", "", "0"), ("POST", "four", "4"), ("GET", "", "none")] {
        let request = json!({
            "method": method,
            "path": "/it",
            "body": { "content": body, "contentType": "text/plain", "encoded": false },
        });
        let response = json!({
            "status": 200,
            "body": { "content": length, "contentType": "text/plain", "encoded": false },
        });
        let report = Verifier::new("user-api")
            .contracts(Contracts::value(contract(&[interaction(&request, &response)])))
            .service(app)
            .run()
            .await
            .unwrap();
        assert!(report.is_success(), "{}", report.to_text(Style::PLAIN));
    }
}

#[tokio::test]
async fn paths_and_queries_hold_what_a_uri_may_hold() {
    for (path, query, target) in [
        (
            "/q",
            "state[]=open&x={1}|^`",
            "/q?state%5B%5D=open&x=%7B1%7D%7C%5E%60",
        ),
        ("/q", "a=1%20b&c=ü", "/q?a=1%20b&c=%C3%BC"),
        ("/a b|c\\d[e]", "", "/a%20b%7Cc%5Cd%5Be%5D"),
        ("/caf%C3%A9/100%", "", "/caf%C3%A9/100%25"),
    ] {
        let raw = Raw::answering(answer(&[], b""));
        let contract = json!({
            "consumer": { "name": "web-app" },
            "provider": { "name": "user-api" },
            "interactions": [{
                "description": "a search",
                "request": { "method": "GET", "path": path, "query": query },
                "response": { "status": 200 },
            }],
            "metadata": { "pactSpecification": { "version": "2.0.0" } },
        });
        let contract = contract_core::contract::Contract::read_str(&contract.to_string(), "v2").unwrap();
        let report = Verifier::new("user-api")
            .contracts(Contracts::value(contract))
            .base_url(&raw.url)
            .run()
            .await
            .unwrap();
        assert!(report.is_success(), "{}", report.to_text(Style::PLAIN));
        let asked = raw.asked_once();
        assert!(
            asked.starts_with(&format!("GET {target} HTTP/1.1\r\n")),
            "{asked}"
        );
    }
}

#[tokio::test]
async fn cookies_are_compared_one_by_one_and_sent_as_one_list() {
    let lines = [
        "set-cookie: b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
        "set-cookie: tracking=x",
        "set-cookie: a=1; HttpOnly; path=/",
    ];
    let raw = Raw::answering(answer(&lines, b""));
    let request = json!({
        "method": "GET",
        "path": "/it",
        "headers": { "Cookie": ["s=1", "t=2"] },
    });
    let expected = json!({
        "status": 200,
        "headers": { "Set-Cookie": ["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"] },
    });
    assert_eq!(verify(&raw.url, request, expected).await, "");
    assert!(
        raw.asked_once().contains("cookie: s=1; t=2\r\n"),
        "{}",
        raw.asked_once()
    );
}

#[tokio::test]
async fn a_multipart_boundary_is_the_one_that_the_body_has() {
    let body = "--real\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--real--\r\n";
    for content_type in ["multipart/form-data", "multipart/form-data; boundary=recorded"] {
        let other = body.replace("real", "other");
        let raw = Raw::answering(answer(
            &["content-type: multipart/form-data; boundary=other"],
            other.as_bytes(),
        ));
        let message = json!({
            "headers": { "Content-Type": [content_type] },
            "body": { "content": base64(body.as_bytes()), "contentType": content_type, "encoded": "base64" },
        });
        let mut request = message.clone();
        request["method"] = json!("POST");
        request["path"] = json!("/it");
        let mut response = message;
        response["status"] = json!(200);
        assert_eq!(verify(&raw.url, request, response).await, "");
        let asked = raw.asked_once();
        assert!(
            asked.contains("content-type: multipart/form-data; boundary=\"real\"\r\n"),
            "{asked}"
        );
    }
}

#[tokio::test]
async fn an_endless_body_is_not_read_to_its_end() {
    fn endless() -> Body {
        let piece = Bytes::from(vec![b'x'; 8192]);
        Body::from_stream(stream::repeat(Ok::<_, Infallible>(piece)))
    }
    let app = Router::new().route("/it", get(|| async { endless() }));
    let url = serve(app.clone()).await;
    let said = verify_with(&url, get_it(), json!({ "status": 200 }), |verifier| {
        verifier.max_body_size(100_000)
    })
    .await;
    assert!(said.contains("longer than the limit of 100,000 bytes"), "{said}");

    let report = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[interaction(
            &get_it(),
            &json!({ "status": 200 }),
        )])))
        .service(move || std::future::ready(app.clone()))
        .max_body_size(100_000)
        .run()
        .await
        .unwrap();
    let said = report.to_text(Style::PLAIN);
    assert!(said.contains("longer than the limit of 100,000 bytes"), "{said}");

    // Decoded, too.
    let raw = Raw::answering(answer(
        &[JSON, "content-encoding: gzip"],
        &gzip(&vec![b' '; 1_000_000]),
    ));
    let said = verify_with(&raw.url, get_it(), ada(), |verifier| {
        verifier.max_body_size(100_000)
    })
    .await;
    assert!(
        said.contains("decodes to more than the limit of 100,000 bytes"),
        "{said}"
    );
}

#[tokio::test]
async fn what_a_broken_provider_did_is_said() {
    for (bytes, words) in [
        ("", "closed the connection before it answered"),
        (
            "HTTP/1.1 200 OK\r\ncontent-le",
            "closed the connection before it answered",
        ),
        (
            "220 smtp.example.com ESMTP\r\n",
            "if it listens with TLS, write its address as https://",
        ),
        ("HTTP/1.1 abc OK\r\n\r\n", "breaks the rules of HTTP"),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
            "it is shorter than Content-Length says",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n",
            "its last chunk is missing",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nshort\r\n",
            "breaks the rules of HTTP",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
            "breaks the rules of HTTP",
        ),
    ] {
        let raw = Raw::answering(bytes);
        let said = verify(&raw.url, get_it(), json!({ "status": 200 })).await;
        assert!(said.contains(words), "{bytes:?}: {said}");
    }
}
