//! The request of a webhook: its template, and the rendered request.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    MASK, Values,
    redact::{Secrets, UrlParts, shown_header, shown_url, shown_value},
    render_json, render_text, render_url,
};
use crate::auth::Access;

/// The template written by the author, with parameters and secrets. Stored encrypted.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// The rendered request.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) method: String,
    pub(crate) url: String,
    /// By name, in the author's spelling.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// The rendered request, and what may be shown of it.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) request: Rendered,
    /// The same with its secrets masked, for users who may write webhooks.
    pub(crate) shown: Rendered,
    /// Secrets removed from a displayed response.
    pub(crate) secrets: Secrets,
}

const AUTHORIZATION: &str = "Authorization";

impl RequestTemplate {
    /// Returns the template for a reader with this access. Nobody sees the values of headers (except harmless ones),
    /// the password and the query values; read-only users see neither body, account nor path.
    pub(crate) fn shown(&self, access: Access) -> Self {
        let headers = self.headers.iter();
        let reads_only = access == Access::Read;
        Self {
            method: self.method.clone(),
            url: shown_url(&self.url, access),
            headers: headers
                .map(|(name, value)| (name.clone(), shown_header(name, value).to_owned()))
                .collect(),
            body: match &self.body {
                Some(_) if reads_only => Some(Value::from(MASK)),
                body => body.clone(),
            },
            username: match &self.username {
                Some(username) if reads_only => Some(shown_value(username).to_owned()),
                username => username.clone(),
            },
            password: self
                .password
                .as_ref()
                .map(|password| shown_value(password).to_owned()),
        }
    }

    /// Inserts the values, each escaped for its place.
    pub(crate) fn render(&self, values: &Values) -> Outgoing {
        let request = self.rendered(values);
        let mut shown = self.shown(Access::Write).rendered(&values.without_secrets());
        if self.has_account() {
            shown.headers.insert(AUTHORIZATION.to_owned(), MASK.to_owned());
        }
        Outgoing {
            secrets: self.secrets(values, &request),
            request,
            shown,
        }
    }

    fn has_account(&self) -> bool {
        self.username.as_ref().is_some_and(|name| !name.is_empty())
    }

    fn rendered(&self, values: &Values) -> Rendered {
        let mut headers: BTreeMap<String, String> = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), render_text(value, values)))
            .collect();
        if let Some(username) = self.username.as_ref().filter(|_| self.has_account()) {
            let password = self.password.as_deref().unwrap_or_default();
            let account = format!(
                "{}:{}",
                render_text(username, values),
                render_text(password, values)
            );
            headers.retain(|name, _| !name.eq_ignore_ascii_case(AUTHORIZATION));
            headers.insert(
                AUTHORIZATION.to_owned(),
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

    /// Returns what is masked in the rendered request, in every form that a receiver may repeat.
    fn secrets(&self, values: &Values, request: &Rendered) -> Secrets {
        let mut secrets = Secrets::default();
        for secret in values.secrets() {
            secrets.add(secret);
            secrets.add(&render_url("${user.x}", &Values::with_secret("x", secret)));
        }
        let mut header = |value: &str| {
            secrets.add(value);
            // As in "Bearer x": the scheme is not secret, and what follows is also a secret on its own.
            if let Some((_, credentials)) = value.split_once(' ') {
                secrets.add(credentials.trim());
            }
        };
        if self.has_account()
            && let Some(account) = request.headers.get(AUTHORIZATION)
        {
            header(account);
        }
        for (name, value) in &self.headers {
            if shown_header(name, value) == MASK {
                header(&render_text(value, values));
            }
        }
        if let Some(password) = &self.password {
            secrets.add(&render_text(password, values));
        }
        for piece in UrlParts::of(&self.url).pieces() {
            if shown_value(piece.value) == MASK {
                let value = render_url(piece.value, values);
                secrets.add(&percent_decode_str(&value).decode_utf8_lossy());
                secrets.add(&value);
            }
        }
        secrets
    }

    fn content_type(&self) -> String {
        self.headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value.to_ascii_lowercase())
            .unwrap_or_default()
    }
}

/// Secrets must not appear in logs.
impl std::fmt::Debug for RequestTemplate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            method,
            url,
            headers,
            body,
            username,
            password,
        } = self.shown(Access::Read);
        f.debug_struct("RequestTemplate")
            .field("method", &method)
            .field("url", &url)
            .field("headers", &headers)
            .field("body", &body)
            .field("username", &username)
            .field("password", &password)
            .finish()
    }
}

/// Secrets must not appear in logs.
impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rendered")
            .field("method", &self.method)
            .field("url", &shown_url(&self.url, Access::Read))
            .finish_non_exhaustive()
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
            let rendered = template(content_type, body).render(&values).request;
            assert_eq!(rendered.body, expected, "{content_type}");
            assert_eq!(rendered.method, "POST");
            assert_eq!(rendered.url, "https://ci/a%22%26b");
        }
        let rendered = template("", json!({})).render(&values).request;
        assert_eq!(rendered.headers["Content-Type"], "application/json");
    }

    #[test]
    fn an_account_becomes_a_header_that_nobody_sees() {
        let request = RequestTemplate {
            username: Some("ci".to_owned()),
            password: Some("swordfish".to_owned()),
            ..template("text/plain", json!("hello"))
        };
        let outgoing = request.render(&Values::default());
        assert_eq!(
            outgoing.request.headers["Authorization"],
            "Basic Y2k6c3dvcmRmaXNo"
        );
        assert_eq!(outgoing.shown.headers["Authorization"], MASK);
        let back = "Basic Y2k6c3dvcmRmaXNo, Y2k6c3dvcmRmaXNo, swordfish";
        assert_eq!(
            outgoing.secrets.remove_from(back),
            format!("{MASK}, {MASK}, {MASK}")
        );
    }

    /// Returns a webhook with a secret in each place.
    fn full() -> RequestTemplate {
        RequestTemplate {
            url: "https://ci/secret-path?key=secret-query&who=${pactbroker.consumerName}".to_owned(),
            headers: [
                ("X-Auth-Key", "secret-header-${pactbroker.consumerName}"),
                ("X-Consumer", "${pactbroker.consumerName}"),
                ("Accept", "text/plain"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            body: Some(json!({"secret-body": "${pactbroker.consumerName}"})),
            username: Some("secret-user".to_owned()),
            password: Some("secret-password".to_owned()),
            method: "POST".to_owned(),
        }
    }

    #[test]
    fn writers_see_what_is_sent_less_its_secrets_and_readers_where_to() {
        let writer = serde_json::to_string(&full().shown(Access::Write)).expect("JSON");
        for (part, shown) in [
            ("secret-path", true),
            ("secret-query", false),
            ("secret-header", false),
            ("secret-body", true),
            ("secret-user", true),
            ("secret-password", false),
            ("${pactbroker.consumerName}", true),
            ("text/plain", true),
        ] {
            assert_eq!(writer.contains(part), shown, "{part}: {writer}");
        }
        let reader = serde_json::to_string(&full().shown(Access::Read)).expect("JSON");
        assert!(!reader.contains("secret"), "{reader}");
        assert!(
            reader.contains("https://ci/**********?key=**********&who=${pactbroker.consumerName}"),
            "{reader}"
        );
        let debug = format!("{:?} {:?}", full(), full().render(&Values::default()));
        assert!(!debug.contains("secret-"), "{debug}");
    }

    #[test]
    fn what_is_sent_is_shown_with_its_values_and_without_its_secrets() {
        let mut values = Values::default();
        values.set("consumerName", "web");
        let outgoing = full().render(&values);
        assert_eq!(
            outgoing.request.url,
            "https://ci/secret-path?key=secret-query&who=web"
        );
        assert_eq!(
            outgoing.shown.url,
            "https://ci/secret-path?key=**********&who=web"
        );
        assert_eq!(outgoing.request.headers["X-Auth-Key"], "secret-header-web");
        assert_eq!(outgoing.shown.headers["X-Auth-Key"], MASK);
        assert_eq!(outgoing.shown.headers["X-Consumer"], "web");
        assert_eq!(outgoing.shown.body, outgoing.request.body);
        let echo = format!(
            "{:?} {} secret-password",
            outgoing.request.headers, outgoing.request.url
        );
        let back = outgoing.secrets.remove_from(&echo);
        for secret in [
            "secret-query",
            "secret-header",
            "secret-password",
            &BASE64_STANDARD.encode("secret-user:secret-password"),
        ] {
            assert!(!back.contains(secret), "{back}");
        }
    }
}
