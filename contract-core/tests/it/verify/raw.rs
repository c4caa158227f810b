//! A provider that answers with exactly these bytes, and keeps what it was asked.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use contract_core::provider::*;
use contract_core::report::Style;
use serde_json::{Value, json};

use super::provider::contract;

#[derive(Clone)]
pub(super) struct Raw {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Raw {
    /// Answers every request with these bytes, then closes the connection.
    pub(super) fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = request(&mut stream);
                kept.lock().unwrap().push(request);
                // The verifier may have gone before it read all.
                let _ = stream.write_all(&answer);
            }
        });
        Self { url, asked }
    }

    /// The requests that came, each with its body.
    pub(super) fn asked(&self) -> Vec<Vec<u8>> {
        self.asked.lock().unwrap().clone()
    }

    /// The only request that came, as text.
    pub(super) fn asked_once(&self) -> String {
        let asked = self.asked();
        assert_eq!(asked.len(), 1);
        String::from_utf8_lossy(&asked[0]).into_owned()
    }
}

/// A request up to the end of its body, by `Content-Length`.
fn request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap() == 0 {
            return request;
        }
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    request.extend(body);
    request
}

/// An answer with these header lines and this body; its length is told.
pub(super) fn answer(head: &[&str], body: &[u8]) -> Vec<u8> {
    let mut answer = b"HTTP/1.1 200 OK\r\n".to_vec();
    for line in head {
        answer.extend(line.as_bytes());
        answer.extend(b"\r\n");
    }
    answer.extend(format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes());
    answer.extend(body);
    answer
}

/// An interaction in the form of version 4.
pub(super) fn interaction(request: &Value, response: &Value) -> Value {
    json!({
        "type": "Synchronous/HTTP",
        "description": "an exchange",
        "request": request,
        "response": response,
    })
}

/// What a verification of one interaction says, as text; empty where the provider fulfils it.
pub(super) async fn verify(url: &str, request: Value, response: Value) -> String {
    verify_with(url, request, response, |verifier| verifier).await
}

pub(super) async fn verify_with(
    url: &str,
    request: Value,
    response: Value,
    configure: impl FnOnce(Verifier) -> Verifier,
) -> String {
    let verifier = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[interaction(&request, &response)])))
        .base_url(url);
    match configure(verifier).run().await {
        Ok(report) if report.is_success() => String::new(),
        Ok(report) => report.to_text(Style::PLAIN),
        Err(error) => error.to_string(),
    }
}
