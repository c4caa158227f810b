//! Clients that are slow or silent, and an operator who stops the broker.

use std::time::Duration;

use contract_broker::Config;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    broker::Database,
    running::{Running, with_each_database},
};

/// Longer than any of this takes: a test that waits so long for the broker has failed.
const TOO_LONG: Duration = Duration::from_mins(1);

async fn impatient(database: &Database) -> Running {
    let config = Config {
        http_idle_timeout: Duration::from_millis(100),
        http_request_timeout: Duration::from_millis(100),
        ..Config::default()
    };
    Running::start(database, config).await
}

/// Everything that the broker sends until it closes the connection.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end too: bytes of ours were still on their way.
    let _ = timeout(TOO_LONG, stream.read_to_end(&mut bytes)).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

/// What the broker sends up to the text.
async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.contains(end) {
        let byte = timeout(TOO_LONG, stream.read_u8()).await.unwrap().unwrap();
        text.push(char::from(byte));
    }
    text
}

with_each_database! {
    async fn a_client_that_does_not_finish_is_left(database) {
        let broker = impatient(database).await;
        for (sent, answered) in [
            ("GET / HT", ""),
            ("", ""),
            ("POST /pacticipants HTTP/1.1\r\nhost: b\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{", "408"),
            ("POST /pacticipants HTTP/1.1\r\nhost: b\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n", "408"),
        ] {
            let mut stream = TcpStream::connect(broker.address).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            let answer = until_closed(&mut stream).await;
            assert_eq!(answer.split(' ').nth(1).unwrap_or_default(), answered, "{sent}: {answer}");
        }
        broker.stop().await;
    }

    async fn a_connection_that_is_not_used_is_closed(database) {
        let broker = impatient(database).await;
        let mut stream = TcpStream::connect(broker.address).await.unwrap();
        for _ in 0..2 {
            stream.write_all(b"HEAD /healthz HTTP/1.1\r\nhost: b\r\n\r\n").await.unwrap();
            assert!(until(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 200"));
        }
        until_closed(&mut stream).await;
        broker.stop().await;
    }

    async fn a_request_under_way_is_finished_before_the_end(database) {
        let broker = Running::start(database, Config::default()).await;
        let address = broker.address;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let body = "{\"name\":\"web\"}";
        let head = format!(
            "POST /pacticipants HTTP/1.1\r\nhost: b\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // The handler has the request and waits for its body.
        until(&mut stream, "100 Continue\r\n\r\n").await;
        let finish = async {
            let refused = async {
                while TcpStream::connect(address).await.is_ok() {
                    tokio::task::yield_now().await;
                }
            };
            timeout(TOO_LONG, refused).await.unwrap();
            stream.write_all(body.as_bytes()).await.unwrap();
            until_closed(&mut stream).await
        };
        let ((), answer) = tokio::join!(broker.stop(), finish);
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }
}
