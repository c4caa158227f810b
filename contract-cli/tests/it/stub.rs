//! A server that answers as a test says.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What is answered to `METHOD /path` (without the query); anything else is 404.
#[derive(Default)]
pub(crate) struct Answers {
    always: BTreeMap<String, (u16, String)>,
    /// What is answered to the first call of a kind instead, with `Retry-After: 1`.
    first: Mutex<BTreeMap<String, String>>,
}

impl Answers {
    pub(crate) fn with(mut self, call: &str, status: u16, body: impl Into<String>) -> Self {
        self.always.insert(call.to_owned(), (status, body.into()));
        self
    }

    /// Answers the first of these calls differently, and asks to call again after a second.
    pub(crate) fn first(self, call: &str, body: impl Into<String>) -> Self {
        self.first.lock().unwrap().insert(call.to_owned(), body.into());
        self
    }

    /// Serves the answers on a free port until the test ends; `{base}` in a body is the server's address.
    pub(crate) fn serve(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (answers, url) = (Arc::new(self), base.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, base) = (Arc::clone(&answers), base.clone());
                std::thread::spawn(move || {
                    let _ = answer(stream, &answers, &base);
                });
            }
        });
        url
    }
}

fn answer(mut stream: TcpStream, answers: &Answers, base: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let call = format!("{method} {}", target.split('?').next().unwrap_or_default());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        if header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    let first = answers.first.lock().unwrap().remove(&call);
    let retry_after = if first.is_some() { "retry-after: 1\r\n" } else { "" };
    let (status, body) = match (first, answers.always.get(&call)) {
        (Some(body), _) => (200, body),
        (None, Some((status, body))) => (*status, body.replace("{base}", base)),
        (None, None) => (404, r#"{"error":"not here"}"#.to_owned()),
    };
    write!(
        stream,
        "HTTP/1.1 {status} Answer\r\n{retry_after}content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// An address at which nobody listens: its port is kept until the process ends, so that no other test gets it.
pub(crate) fn nobody() -> String {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = socket.local_addr().unwrap();
    Box::leak(Box::new(socket));
    format!("http://{address}")
}

/// A contract between web-app and user-api with one interaction: `GET /users/1`.
pub(crate) fn contract_text(state: Option<&str>) -> String {
    let states = state.map_or_else(String::new, |state| {
        format!(r#""providerStates": [{{ "name": "{state}" }}],"#)
    });
    format!(
        r#"{{
  "consumer": {{ "name": "web-app" }},
  "provider": {{ "name": "user-api" }},
  "interactions": [
    {{
      "type": "Synchronous/HTTP",
      "description": "a request for user 1",
      {states}
      "request": {{ "method": "GET", "path": "/users/1" }},
      "response": {{
        "status": 200,
        "body": {{ "content": {{ "id": 1, "name": "Ada" }}, "contentType": "application/json", "encoded": false }}
      }}
    }}
  ],
  "metadata": {{ "pactSpecification": {{ "version": "4.0" }} }}
}}
"#
    )
}

/// A broker's index with the links that the program follows.
pub(crate) fn broker() -> Answers {
    Answers::default().with(
        "GET /",
        200,
        r#"{"_links":{
            "pb:latest-pact-versions":{"href":"{base}/pacts/latest"},
            "pb:publish-contracts":{"href":"{base}/contracts/publish"},
            "pb:environments":{"href":"{base}/environments"},
            "pb:environment":{"href":"{base}/environments/{uuid}"},
            "pb:pacticipant-version":{"href":"{base}/pacticipants/{pacticipant}/versions/{version}"},
            "pb:provider-pacts-for-verification":{"href":"{base}/pacts/provider/{provider}/for-verification"}
        }}"#,
    )
}
