//! Formats a request as a command that repeats it.

use std::fmt::Write as _;

use base64::Engine as _;

use super::secret;
use crate::contract::{Body, Data, Request, Undecoded};
use crate::wire::framing;

/// Maximum number of bytes of a binary body in a command.
const LONGEST_BODY: usize = 4_096;

/// Returns a `curl` command that sends this request to `base_url` (`http://127.0.0.1:8080`, without a trailing slash),
/// quoted for a POSIX shell. It sends the header fields of the request and no others that a provider may look at.
///
/// Secrets in header fields are masked, since the command is part of reports. For a binary body of more than 4 KiB only
/// the size is shown.
pub fn curl(base_url: &str, request: &Request) -> String {
    curl_at(
        &format!("{}{}", base_url.trim_end_matches('/'), request.target()),
        request,
    )
}

/// Returns a [`curl`](curl()) command that sends this request to a whole address instead of its path and query.
pub(crate) fn curl_at(url: &str, request: &Request) -> String {
    let mut command = String::from("curl -i");
    let method = request.method.to_ascii_uppercase();
    let has_body = matches!(request.body, Body::Present(_));
    let implied = if has_body { "POST" } else { "GET" };
    if method == "HEAD" && !has_body {
        // With -X curl would wait for a body.
        command.push_str(" -I");
    } else if method != implied {
        let _ = write!(command, " -X {}", quoted(&method));
    }
    if url.contains("/.") {
        command.push_str(" --path-as-is");
    }
    let _ = write!(command, " '{}'", url.replace('\'', "%27"));
    for field in fields(request, &method, has_body) {
        let _ = write!(command, " -H {}", quoted_always(&field));
    }
    if request.headers.first("accept-encoding").is_some() {
        command.push_str(" --compressed");
    }
    match body(request) {
        None => command,
        Some(BodyArgument::Text(text)) => format!("{command} --data-raw {}", quoted_always(&text)),
        Some(BodyArgument::Bytes(bytes)) if bytes.len() > LONGEST_BODY => {
            format!("{command} --data-binary @body  # {} bytes", bytes.len())
        }
        Some(BodyArgument::Bytes(bytes)) => format!(
            "echo {} | base64 -d | {command} --data-binary @-",
            base64::engine::general_purpose::STANDARD.encode(bytes)
        ),
    }
}

/// How the body is passed to curl.
enum BodyArgument {
    Text(String),
    Bytes(bytes::Bytes),
}

fn body(request: &Request) -> Option<BodyArgument> {
    Some(match &request.body.content()?.data {
        Data::Json(value) => BodyArgument::Text(value.to_string()),
        // An argument cannot contain a zero byte.
        Data::Text(text) if text.contains('\0') => BodyArgument::Bytes(text.clone().into_bytes().into()),
        Data::Text(text) => BodyArgument::Text(text.clone()),
        Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => BodyArgument::Bytes(bytes.clone()),
    })
}

/// Returns the header fields of the request as `name: value`, and those that curl would otherwise send with another
/// value.
fn fields(request: &Request, method: &str, has_body: bool) -> Vec<String> {
    let mut fields = Vec::new();
    for (name, values) in request
        .headers
        .iter()
        .filter(|(name, _)| !framing::is_computed(name))
    {
        for value in values {
            let shown = if secret::is_secret(name) {
                secret::masked(name, value)
            } else {
                value.clone()
            };
            fields.push(format!("{name}: {shown}"));
        }
    }
    let content_type = request
        .body
        .content()
        .and_then(|content| content.content_type.as_ref());
    if has_body && request.headers.first("content-type").is_none() {
        // curl would declare it as a form.
        fields.push(match content_type {
            Some(content_type) => format!("content-type: {content_type}"),
            None => "content-type:".to_owned(),
        });
    }
    if !has_body && ["POST", "PUT", "PATCH"].contains(&method) {
        fields.push("content-length: 0".to_owned());
    }
    fields
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
            r#"curl -i -X PUT 'http://h/notes' -H 'content-type: application/json' --data-raw '{"text":"it'\''s"}'"#
        );
    }

    #[test]
    fn what_curl_would_do_by_itself_is_prevented() {
        let request = |method: &str, path: &str| Request {
            method: method.into(),
            path: path.into(),
            ..Request::default()
        };
        assert_eq!(
            curl("http://h", &request("HEAD", "/a")),
            "curl -i -I 'http://h/a'"
        );
        assert_eq!(
            curl("http://h", &request("POST", "/a")),
            "curl -i -X POST 'http://h/a' -H 'content-length: 0'"
        );
        assert_eq!(
            curl("http://h", &request("GET", "/a/../b[1]")),
            "curl -i --path-as-is 'http://h/a/../b%5B1%5D'"
        );
        let mut compressed = request("GET", "/a");
        compressed.headers.append("accept-encoding", "gzip");
        assert_eq!(
            curl("http://h", &compressed),
            "curl -i 'http://h/a' -H 'accept-encoding: gzip' --compressed"
        );
        let binary = Request {
            body: Body::from_wire(vec![0, 255].into(), Some("image/png".parse().unwrap())),
            ..request("POST", "/a")
        };
        assert_eq!(
            curl("http://h", &binary),
            "echo AP8= | base64 -d | curl -i 'http://h/a' -H 'content-type: image/png' --data-binary @-"
        );
    }
}
