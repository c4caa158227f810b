//! The request that a webhook makes: as its author wrote it, and as it goes out.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Values, redacted_headers, render_json, render_text, render_url};

/// The request as its author wrote it, parameters and secrets included. It is stored encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct RequestTemplate {
    pub(crate) method: String,
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
    #[serde(default)]
    pub(crate) username: Option<String>,
    #[serde(default)]
    pub(crate) password: Option<String>,
}

/// The request as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) method: String,
    pub(crate) url: String,
    /// By name, in the author's spelling.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl RequestTemplate {
    /// Puts the values in, each escaped for its place.
    pub(crate) fn render(&self, values: &Values) -> Rendered {
        let mut headers: BTreeMap<String, String> = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), render_text(value, values)))
            .collect();
        if let Some(username) = self.username.as_ref().filter(|name| !name.is_empty()) {
            let password = self.password.as_deref().unwrap_or_default();
            let account = format!(
                "{}:{}",
                render_text(username, values),
                render_text(password, values)
            );
            headers.retain(|name, _| !name.eq_ignore_ascii_case("authorization"));
            headers.insert(
                "Authorization".to_owned(),
                format!("Basic {}", BASE64_STANDARD.encode(account)),
            );
        }
        let body = match (&self.body, self.content_type()) {
            (None | Some(Value::Null), _) => String::new(),
            (Some(Value::String(text)), kind) if kind.contains("x-www-form-urlencoded") => {
                render_url(text, values)
            }
            (Some(Value::String(text)), kind) if !kind.contains("json") => render_text(text, values),
            (Some(body), kind) => {
                if kind.is_empty() {
                    headers.insert("Content-Type".to_owned(), "application/json".to_owned());
                }
                render_json(body, values)
            }
        };
        Rendered {
            method: self.method.to_uppercase(),
            url: render_url(&self.url, values),
            headers,
            body,
        }
    }

    fn content_type(&self) -> String {
        self.headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value.to_ascii_lowercase())
            .unwrap_or_default()
    }
}

impl Rendered {
    /// The request as a log may show it: secrets in headers are masked.
    pub(crate) fn log(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.url);
        for (name, value) in redacted_headers(&self.headers) {
            text.extend([&*name, ": ", &*value, "\n"]);
        }
        if !self.body.is_empty() {
            text.push('\n');
            text.push_str(&self.body);
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(content_type: &str, body: Value) -> RequestTemplate {
        let headers =
            [("content-type", content_type)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        RequestTemplate {
            method: "post".to_owned(),
            url: "https://ci/${pactbroker.consumerName}".to_owned(),
            headers: headers
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            body: Some(body),
            ..RequestTemplate::default()
        }
    }

    #[test]
    fn each_body_is_escaped_for_what_it_is() {
        let mut values = Values::default();
        values.set("consumerName", "a\"&b");
        let parameter = "x=${pactbroker.consumerName}";
        for (content_type, body, expected) in [
            ("application/json", json!([parameter]), "[\"x=a\\\"&b\"]"),
            ("", json!({"a": 1}), "{\"a\":1}"),
            (
                "application/vnd.x+json",
                json!(format!("[\"{parameter}\"]")),
                "[\"x=a\\\"&b\"]",
            ),
            (
                "application/x-www-form-urlencoded",
                json!(parameter),
                "x=a%22%26b",
            ),
            ("text/plain", json!(parameter), "x=a\"&b"),
            ("text/plain", Value::Null, ""),
        ] {
            let rendered = template(content_type, body).render(&values);
            assert_eq!(rendered.body, expected, "{content_type}");
            assert_eq!(rendered.method, "POST");
            assert_eq!(rendered.url, "https://ci/a%22%26b");
        }
        let rendered = template("", json!({})).render(&values);
        assert_eq!(rendered.headers["Content-Type"], "application/json");
    }

    #[test]
    fn an_account_becomes_a_header_that_logs_do_not_show() {
        let request = RequestTemplate {
            username: Some("ci".to_owned()),
            password: Some("swordfish".to_owned()),
            ..template("text/plain", json!("hello"))
        };
        let rendered = request.render(&Values::default());
        assert_eq!(rendered.headers["Authorization"], "Basic Y2k6c3dvcmRmaXNo");
        let log = rendered.log();
        assert!(
            log.contains("Authorization: **********") && !log.contains("Y2k6"),
            "{log}"
        );
    }
}
