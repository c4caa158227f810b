//! The mock provider's server on the wire: framing, broken requests, its end.

use contract_core::ErrorKind;
use contract_core::prelude::*;
use tempfile::TempDir;

use crate::talk::{Connection, get, send};

async fn serve(directory: &TempDir, interaction: impl Into<Interaction>) -> MockProvider {
    Contract::between("web-app", "user-api")
        .directory(directory.path())
        .interaction(interaction)
        .serve()
        .await
        .unwrap()
}

fn hello() -> impl Into<Interaction> {
    Interaction::http("a greeting")
        .request(Request::get("/hello"))
        .response(Response::ok().text("Hello!"))
}

fn order() -> impl Into<Interaction> {
    Interaction::http("an order")
        .request(Request::post("/orders").json(json_like!({ "items": each_like(integer(1)) })))
        .response(Response::created())
}

#[tokio::test]
async fn a_connection_is_kept_and_requests_may_follow_without_waiting() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, hello()).await;
    let mut connection = Connection::open(provider.url());
    let request = "GET /hello HTTP/1.1\r\nhost: h\r\n\r\n";
    connection.write(request);
    assert_eq!(connection.read().body, "Hello!");
    connection.write(request.repeat(3));
    for _ in 0..3 {
        assert_eq!(connection.read().body, "Hello!");
    }
    provider.finish().await.unwrap();
    assert_eq!(connection.read_to_end(), b"");
}

#[tokio::test]
async fn a_chunked_body_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, order()).await;
    let mut connection = Connection::open(provider.url());
    connection.write("POST /orders HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\n");
    connection.write("transfer-encoding: chunked\r\n\r\n");
    connection.write("6\r\n{\"item\r\n");
    connection.write("b;name=value\r\ns\": [1, 2]}\r\n0\r\ntrailer: x\r\n\r\n");
    let answer = connection.read();
    assert_eq!(answer.status, 201, "{}", answer.body);
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_client_that_waits_for_leave_to_send_gets_it() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, order()).await;
    let mut connection = Connection::open(provider.url());
    connection.write("POST /orders HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\n");
    connection.write("expect: 100-continue\r\ncontent-length: 13\r\n\r\n");
    assert!(connection.read_head().starts_with("http/1.1 100 "));
    connection.write("{\"items\":[1]}");
    assert_eq!(connection.read().status, 201);
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn framing_is_computed_whatever_the_contract_says() {
    let directory = tempfile::tempdir().unwrap();
    let response = Response::ok()
        .header("content-length", "628")
        .header("transfer-encoding", "chunked")
        .header("connection", "close")
        .header("keep-alive", "timeout=1")
        .header("x-kept", "yes")
        .text("Hello!");
    let recorded = Interaction::http("recorded")
        .request(Request::get("/hello"))
        .response(response);
    let provider = serve(&directory, recorded).await;
    let mut connection = Connection::open(provider.url());
    for _ in 0..2 {
        connection.write("GET /hello HTTP/1.1\r\nhost: h\r\n\r\n");
        let answer = connection.read();
        assert_eq!(answer.body, "Hello!");
        assert!(answer.head.contains("content-length: 6\r\n"), "{}", answer.head);
        assert!(answer.head.contains("x-kept: yes"), "{}", answer.head);
        for absent in ["transfer-encoding", "connection", "keep-alive"] {
            assert!(!answer.head.contains(absent), "{}", answer.head);
        }
    }
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn an_answer_to_head_describes_a_body_and_has_none() {
    let directory = tempfile::tempdir().unwrap();
    let size = Interaction::http("the size of a file")
        .request(Request::head("/file"))
        .response(Response::ok().header("content-length", "628"));
    let provider = serve(&directory, size).await;
    let mut connection = Connection::open(provider.url());
    for _ in 0..2 {
        connection.write("HEAD /file HTTP/1.1\r\nhost: h\r\n\r\n");
        let head = connection.read_head();
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert!(head.contains("content-length: 628\r\n"), "{head}");
    }
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_client_may_close_its_side_and_read_the_answer() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, hello()).await;
    let mut connection = Connection::open(provider.url());
    connection.write("GET /hello HTTP/1.1\r\nhost: h\r\n\r\n");
    connection.half_close();
    assert_eq!(connection.read().body, "Hello!");
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn targets_are_matched_as_clients_send_them() {
    let directory = tempfile::tempdir().unwrap();
    let named = Interaction::http("a name")
        .request(Request::get("/users/caf%C3%A9%2Fbar").query("q", "a b"))
        .response(Response::ok());
    let provider = serve(&directory, named).await;
    for target in [
        "/users/caf%C3%A9%2Fbar?q=a%20b",
        "/users/café%2Fbar?q=a+b",
        "/x/../users/caf%C3%A9%2Fbar?q=a+b",
    ] {
        assert_eq!(get(provider.url(), target).status, 200, "{target}");
    }
    let absolute = format!("{}/users/caf%C3%A9%2Fbar?q=a+b", provider.url());
    assert_eq!(get(provider.url(), &absolute).status, 200);
    provider.finish().await.unwrap();
}

/// What became of a test whose client sent a request that cannot be read.
async fn problem_of(provider: MockProvider) -> String {
    let [unexpected] = &provider.unexpected_requests()[..] else {
        panic!("{:?}", provider.unexpected_requests());
    };
    let problem = unexpected.problem.clone().unwrap();
    let error = provider.finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unmet);
    let error = error.to_string();
    assert!(error.contains("1 request could not be read"), "{error}");
    assert!(error.contains(&problem), "{error}");
    problem
}

#[tokio::test]
async fn a_body_that_breaks_off_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, order()).await;
    let mut connection = Connection::open(provider.url());
    connection.write("POST /orders HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\n{\"items\"");
    connection.half_close();
    assert_eq!(connection.read().status, 400);
    assert_eq!(provider.unexpected_requests()[0].request.path, "/orders");
    let problem = problem_of(provider).await;
    assert!(problem.contains("its body broke off"), "{problem}");
}

#[tokio::test]
async fn a_body_with_wrong_chunks_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, order()).await;
    let mut connection = Connection::open(provider.url());
    connection.write("POST /orders HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n");
    connection.write("no chunk\r\n");
    assert_eq!(connection.read().status, 400);
    let problem = problem_of(provider).await;
    assert!(problem.contains("its body broke off"), "{problem}");
}

#[tokio::test]
async fn what_is_not_http_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, order()).await;
    let mut connection = Connection::open(provider.url());
    // The beginning of a TLS handshake.
    connection.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n");
    assert!(connection.read_to_end().starts_with(b"HTTP/1.1 400 "));
    let error = provider.finish().await.unwrap_err().to_string();
    assert!(error.contains("1 request could not be read"), "{error}");
    assert!(
        error.contains("unreadable request: a connection\n  it is not HTTP"),
        "{error}"
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_reported() {
    let directory = tempfile::tempdir().unwrap();
    let serve = || async {
        Contract::between("web-app", "user-api")
            .directory(directory.path())
            .interaction(order())
            .body_limit(1_000)
            .serve()
            .await
            .unwrap()
    };
    let provider = serve().await;
    let mut connection = Connection::open(provider.url());
    let body = "x".repeat(1_001);
    connection.write(format!(
        "POST /orders HTTP/1.1\r\nhost: h\r\ncontent-length: 1001\r\n\r\n{body}"
    ));
    let answer = connection.read();
    assert_eq!(answer.status, 413);
    assert!(
        answer.body.contains("the limit of 1,000 bytes"),
        "{}",
        answer.body
    );
    assert_eq!(connection.read_to_end(), b"");
    let problem = problem_of(provider).await;
    assert!(problem.contains("the limit of 1,000 bytes"), "{problem}");

    // Whoever asks before sending the body is told at once.
    let provider = serve().await;
    let mut connection = Connection::open(provider.url());
    connection
        .write("POST /orders HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 1001\r\n\r\n");
    assert_eq!(connection.read().status, 413);
    problem_of(provider).await;

    // An endless body is not read for ever.
    let provider = serve().await;
    let mut connection = Connection::open(provider.url());
    connection.write("POST /orders HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n");
    for _ in 0..17 {
        connection.write(format!("3e8\r\n{}\r\n", "x".repeat(1_000)));
    }
    assert_eq!(connection.read().status, 413);
    problem_of(provider).await;

    let provider = serve().await;
    let items = vec!["1"; 490].join(",");
    let body = format!("{{\"items\":[{items}]}}");
    assert_eq!(
        send(
            provider.url(),
            "POST",
            "/orders",
            &["content-type: application/json"],
            &body
        )
        .status,
        201
    );
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn unexpected_requests_are_kept_within_bounds() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, order()).await;
    let body = format!("[\"{}\"]", "x".repeat(99_996));
    for _ in 0..30 {
        let head = ["content-type: application/json"];
        assert_eq!(send(provider.url(), "POST", "/orders", &head, &body).status, 500);
    }
    let unexpected = provider.unexpected_requests();
    assert_eq!(unexpected.len(), 20);
    let whole = unexpected.iter().filter(|request| request.omitted_body.is_none());
    assert_eq!(
        whole.count(),
        10,
        "10 bodies of 100,000 bytes are less than 1 MiB"
    );
    for omitted in &unexpected[10..] {
        assert_eq!(omitted.omitted_body, Some(100_000));
        assert_eq!(omitted.request.body, contract_core::contract::Body::Missing);
        let near = omitted.nearest.as_ref().unwrap();
        assert!(format!("{:?}", near.mismatches).len() < 5_000);
    }
    let error = provider.finish().await.unwrap_err().to_string();
    assert!(error.contains("30 requests matched no interaction"), "{error}");
    assert!(error.contains("its body of 100000 bytes is too large to be kept"));
    assert!(error.contains("… and 10 more requests"));
}

#[tokio::test]
async fn nothing_is_left_of_a_dropped_provider() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, hello()).await;
    let address = provider.address();
    let mut idle = Connection::open(provider.url());
    let mut busy = Connection::open(provider.url());
    busy.write("POST /hello HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\n");
    assert_eq!(get(provider.url(), "/hello").status, 200);
    drop(provider);

    assert_eq!(idle.read_to_end(), b"");
    assert_eq!(busy.read_to_end(), b"");
    // The port could not be taken if a socket listened on it still.
    std::net::TcpListener::bind(address).unwrap();
    #[cfg(target_os = "linux")]
    {
        let name = format!("mock {}\n", address.port());
        let threads = std::fs::read_dir("/proc/self/task").unwrap();
        let names = threads.map(|thread| std::fs::read_to_string(thread.unwrap().path().join("comm")));
        // A thread that ends while they are listed has no name any more.
        assert!(!names.filter_map(Result::ok).any(|found| found == name));
    }
}

#[test]
fn a_provider_needs_no_runtime() {
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};

    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    fn wait_for<T>(future: impl Future<Output = T>) -> T {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut future = std::pin::pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(output) => return output,
                Poll::Pending => std::thread::park(),
            }
        }
    }

    let directory = tempfile::tempdir().unwrap();
    let provider = wait_for(serve(&directory, hello()));
    assert_eq!(get(provider.url(), "/hello").body, "Hello!");
    wait_for(provider.finish()).unwrap();
}

#[tokio::test]
async fn a_request_under_way_ends_before_the_provider() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, order()).await;
    let mut connection = Connection::open(provider.url());
    connection.write("POST /orders HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\n");
    connection.write("expect: 100-continue\r\ncontent-length: 13\r\n\r\n");
    assert!(connection.read_head().starts_with("http/1.1 100 "));
    let address = provider.address();
    let finishing = tokio::spawn(provider.finish());
    // The server has heard of its end when it accepts no more connections.
    while std::net::TcpStream::connect(address).is_ok() {
        tokio::task::yield_now().await;
    }
    connection.write("{\"items\":[1]}");
    assert_eq!(connection.read().status, 201);
    finishing.await.unwrap().unwrap();
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn http2_is_answered_without_tls() {
    let directory = tempfile::tempdir().unwrap();
    let root = Interaction::http("the root")
        .request(Request::get("/"))
        .response(Response::ok());
    let provider = serve(&directory, root).await;
    let mut connection = Connection::open(provider.url());
    // The preface, empty settings, and a request of HPACK's static table: GET, http, /.
    connection.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    connection.write([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    connection.write([0, 0, 3, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84]);
    let headers = loop {
        let head = connection.read_exact(9);
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let payload = connection.read_exact(length);
        if head[3] == 1 {
            break payload;
        }
    };
    assert_eq!(headers[0], 0x88, "`:status: 200` of the static table");
    provider.finish().await.unwrap();
}
