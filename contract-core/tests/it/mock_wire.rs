//! What goes over the wire between a consumer and the mock provider: codings, charsets, framing, cookies.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use contract_core::contract::{Body, ContentType, Contract};
use contract_core::contract::{HttpInteraction, Interaction, InteractionKind, Request, Response};
use contract_core::mock::MockProvider;
use serde_json::json;

use super::talk;

/// A mock provider with one interaction; its contract is written nowhere that matters.
async fn mock(request: Request, response: Response) -> (MockProvider, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let http = HttpInteraction { request, response };
    let provider = Contract::between("web-app", "user-api")
        .interaction(Interaction::new(
            "an exchange",
            InteractionKind::Http(Box::new(http)),
        ))
        .directory(directory.path())
        .serve()
        .await
        .unwrap();
    (provider, directory)
}

fn post() -> Request {
    Request {
        method: "POST".into(),
        path: "/it".into(),
        ..Request::default()
    }
}

/// Sends a request of these bytes and reads the answer to its end.
fn send(provider: &MockProvider, method: &str, head: &[&str], body: &[u8]) -> Vec<u8> {
    let host = provider.address();
    let mut stream = TcpStream::connect(host).unwrap();
    let mut request = format!("{method} /it HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for line in head {
        request.push_str(line);
        request.push_str("\r\n");
    }
    let mut request = format!("{request}content-length: {}\r\n\r\n", body.len()).into_bytes();
    request.extend(body);
    stream.write_all(&request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

fn status(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "encodings")]
#[tokio::test]
async fn a_coded_request_is_decoded_and_a_broken_one_is_explained() {
    let request = Request {
        body: Body::json(json!({ "name": "Ada" })),
        ..post()
    };
    let (provider, _directory) = mock(request, Response::default()).await;
    let fields = ["content-type: application/json", "content-encoding: gzip"];
    let coded = gzip(b"{\"name\": \"Ada\"}");
    assert_eq!(
        status(&send(&provider, "POST", &fields, &coded)),
        "HTTP/1.1 200 OK"
    );

    let answer = send(&provider, "POST", &fields, b"{\"name\": \"Ada\"}");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("the body is not valid gzip"), "{answer}");
    assert!(provider.finish().await.is_err());
}

#[cfg(feature = "encodings")]
#[tokio::test]
async fn an_answer_is_sent_in_its_coding_and_charset() {
    let mut response = Response {
        body: Body::text("né", None),
        ..Response::default()
    };
    response
        .headers
        .append("Content-Type", "text/plain; charset=iso-8859-1");
    response.headers.append("Content-Encoding", "gzip");
    let (provider, _directory) = mock(post(), response).await;
    let answer = send(&provider, "POST", &[], b"");
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(&answer[at..])
        .read_to_end(&mut body)
        .unwrap();
    assert_eq!(body, b"n\xe9");
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn framing_fields_of_an_answer_are_computed() {
    let mut response = Response {
        body: Body::text("short", Some(ContentType::text())),
        ..Response::default()
    };
    for (name, value) in [
        ("Content-Length", "628"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "keep-alive"),
        ("Keep-Alive", "timeout=5"),
        ("X-Kept", "yes"),
    ] {
        response.headers.append(name, value);
    }
    let (provider, _directory) = mock(post(), response).await;
    let answer = talk::send(provider.url(), "POST", "/it", &[], "");
    assert_eq!(answer.body, "short");
    assert!(answer.head.contains("content-length: 5"), "{}", answer.head);
    assert!(answer.head.contains("x-kept: yes"), "{}", answer.head);
    for field in ["transfer-encoding", "keep-alive", "628"] {
        assert!(!answer.head.contains(field), "{}", answer.head);
    }
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn the_answer_to_head_tells_the_length_of_the_contract() {
    let mut response = Response::default();
    response.headers.append("Content-Length", "1234");
    let head = Request {
        method: "HEAD".into(),
        ..post()
    };
    let (provider, _directory) = mock(head, response).await;
    let answer = talk::send(provider.url(), "HEAD", "/it", &[], "");
    assert!(answer.head.contains("content-length: 1234"), "{}", answer.head);
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_client_makes_its_own_boundary_and_frames_its_own_request() {
    let part = "Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    let mut request = Request {
        body: Body::binary(format!("--AAA\r\n{part}--AAA--\r\n"), None),
        ..post()
    };
    request
        .headers
        .append("Content-Type", "multipart/form-data; boundary=AAA");
    request.headers.append("Content-Length", "99");
    request.headers.append("Host", "svc.internal:8080");
    request.headers.append("Cookie", "a=1; b=2");
    let mut response = Response::default();
    response.headers.append("Set-Cookie", "a=1; Path=/");
    response.headers.append("Set-Cookie", "b=2");
    let (provider, _directory) = mock(request, response).await;
    let answer = talk::send(
        provider.url(),
        "POST",
        "/it",
        &[
            "content-type: multipart/form-data; boundary=own",
            "cookie: b=2; a=1",
        ],
        &format!("--own\r\n{part}--own--\r\n"),
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer
            .head
            .contains("set-cookie: a=1; path=/\r\nset-cookie: b=2\r\n"),
        "{}",
        answer.head
    );
    provider.finish().await.unwrap();
}

#[cfg(not(feature = "encodings"))]
#[tokio::test]
async fn a_coded_request_names_the_feature_that_this_build_lacks() {
    let request = Request {
        body: Body::json(json!({ "name": "Ada" })),
        ..post()
    };
    let (provider, _directory) = mock(request, Response::default()).await;
    let fields = ["content-type: application/json", "content-encoding: gzip"];
    let answer = send(&provider, "POST", &fields, &gzip(b"{\"name\": \"Ada\"}"));
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("needs the feature `encodings`"), "{answer}");
    assert!(provider.finish().await.is_err());
}
