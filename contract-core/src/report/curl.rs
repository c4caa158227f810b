//! A request as a command to repeat it with.

use std::fmt::Write as _;

use super::secret;
use crate::contract::{Body, Data, Request, Undecoded};
use crate::wire::framing;

/// A `curl` command that sends this request to `base_url` (`http://127.0.0.1:8080`, without a slash at its end), quoted
/// for a POSIX shell.
///
/// Secrets in header fields are masked, and a binary body is named by its size, since the command is meant for a report.
pub fn curl(base_url: &str, request: &Request) -> String {
    let url = format!("{}{}", base_url.trim_end_matches('/'), request.target());
    let mut command = String::from("curl -i");
    let has_body = matches!(request.body, Body::Present(_));
    let implied = if has_body { "POST" } else { "GET" };
    if !request.method.eq_ignore_ascii_case(implied) {
        let _ = write!(command, " -X {}", quoted(&request.method.to_ascii_uppercase()));
    }
    let _ = write!(command, " '{}'", url.replace('\'', "%27"));
    for (name, values) in request.headers.iter() {
        let is_of_client = matches!(
            name.to_ascii_lowercase().as_str(),
            "accept-encoding" | "user-agent"
        );
        if is_of_client || framing::is_computed(name) {
            continue;
        }
        for value in values {
            let shown = if secret::is_secret(name) {
                secret::masked(name, value)
            } else {
                value.clone()
            };
            let _ = write!(command, " -H {}", quoted_always(&format!("{name}: {shown}")));
        }
    }
    if let Some(content) = request.body.content() {
        match &content.data {
            Data::Json(value) => {
                let _ = write!(command, " -d {}", quoted_always(&value.to_string()));
            }
            Data::Text(text) => {
                let _ = write!(command, " --data-raw {}", quoted_always(text));
            }
            Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => {
                let _ = write!(command, " --data-binary @body  # {} bytes", bytes.len());
            }
        }
    }
    command
}

fn quoted(word: &str) -> String {
    if word
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte))
    {
        word.to_owned()
    } else {
        quoted_always(word)
    }
}

fn quoted_always(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Query;
    use crate::json::json;

    #[test]
    fn a_get_with_headers_and_query() {
        let mut request = Request {
            method: "GET".into(),
            path: "/users/42".into(),
            query: Query::parse("full=yes"),
            ..Request::default()
        };
        request.headers.append("accept", "application/json");
        request.headers.append("authorization", "Bearer abc");
        assert_eq!(
            curl("http://127.0.0.1:8080", &request),
            "curl -i 'http://127.0.0.1:8080/users/42?full=yes' -H 'accept: application/json' \
             -H 'authorization: Bearer ***'"
        );
    }

    #[test]
    fn a_put_with_a_body() {
        let request = Request {
            method: "put".into(),
            path: "/notes".into(),
            body: Body::json(json!({ "text": "it's" })),
            ..Request::default()
        };
        assert_eq!(
            curl("http://h/", &request),
            r#"curl -i -X PUT 'http://h/notes' -d '{"text":"it'\''s"}'"#
        );
    }
}
