//! HAL: links, and answers that carry them.

use std::fmt::{self, Write as _};

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::base_url::BaseUrl;

/// The media type of nearly every answer.
pub(crate) const MEDIA_TYPE: &str = "application/hal+json;charset=utf-8";

/// A link.
pub(crate) fn link(href: impl Into<String>) -> Value {
    json!({ "href": href.into() })
}

/// A link with a title.
pub(crate) fn titled(href: impl Into<String>, title: impl Into<String>) -> Value {
    json!({ "href": href.into(), "title": title.into() })
}

/// A link with a title and a name.
pub(crate) fn named(href: impl Into<String>, title: impl Into<String>, name: impl Into<String>) -> Value {
    json!({ "href": href.into(), "title": title.into(), "name": name.into() })
}

/// A link with `{names}` to fill in.
pub(crate) fn templated(href: impl Into<String>, title: impl Into<String>) -> Value {
    json!({ "href": href.into(), "title": title.into(), "templated": true })
}

/// The prefixes of relation names, each with where its documentation is.
pub(crate) fn curies(base: &BaseUrl, context: &str) -> Value {
    json!([{ "name": "pb", "href": base.join(&format!("/doc/{{rel}}?context={context}")), "templated": true }])
}

/// The links of an answer that has many, written straight to text.
#[derive(Debug)]
pub(crate) struct Links {
    out: String,
    href: String,
}

impl Links {
    pub(crate) fn new() -> Self {
        Self {
            out: String::with_capacity(4096),
            href: String::with_capacity(256),
        }
    }

    /// Adds a link with members beside its address, such as its title.
    pub(crate) fn add(&mut self, relation: &str, href: impl fmt::Display, members: &[(&str, &str)]) {
        self.relation(relation);
        self.link(href, members, None);
    }

    /// Adds a link with a title.
    pub(crate) fn titled(&mut self, relation: &str, href: impl fmt::Display, title: &str) {
        self.add(relation, href, &[("title", title)]);
    }

    /// Adds a link with `{names}` to fill in.
    pub(crate) fn templated(&mut self, relation: &str, href: impl fmt::Display, title: &str) {
        self.relation(relation);
        self.link(href, &[("title", title)], Some(true));
    }

    /// Adds a link that says whether it has `{names}` to fill in.
    pub(crate) fn flagged(&mut self, relation: &str, href: impl fmt::Display, title: &str, templated: bool) {
        self.relation(relation);
        self.link(href, &[("title", title)], Some(templated));
    }

    /// Adds a relation with several links.
    pub(crate) fn list<H: fmt::Display, T: AsRef<str>>(
        &mut self,
        relation: &str,
        links: impl IntoIterator<Item = (H, &'static str, T)>,
    ) {
        self.relation(relation);
        self.out.push('[');
        for (index, (href, title, name)) in links.into_iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.link(href, &[("title", title), ("name", name.as_ref())], None);
        }
        self.out.push(']');
    }

    /// Adds the prefixes of relation names, each with where its documentation is.
    pub(crate) fn curies(&mut self, base: &BaseUrl, context: &str, prefixes: &[&str]) {
        self.relation("curies");
        self.out.push('[');
        for (index, prefix) in prefixes.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            let href = format_args!("{}/doc/{{rel}}?context={context}", base.as_str());
            self.link(href, &[("name", prefix)], Some(true));
        }
        self.out.push(']');
    }

    /// The links as a JSON object.
    pub(crate) fn finish(mut self) -> String {
        if self.out.is_empty() {
            self.out.push('{');
        }
        self.out.push('}');
        self.out
    }

    fn relation(&mut self, relation: &str) {
        self.out.push(if self.out.is_empty() { '{' } else { ',' });
        push_json(&mut self.out, relation);
        self.out.push(':');
    }

    fn link(&mut self, href: impl fmt::Display, members: &[(&str, &str)], templated: Option<bool>) {
        self.href.clear();
        let _ = write!(self.href, "{href}");
        self.out.push_str("{\"href\":");
        push_json(&mut self.out, &self.href);
        for (name, value) in members {
            self.out.push(',');
            push_json(&mut self.out, name);
            self.out.push(':');
            push_json(&mut self.out, value);
        }
        if let Some(templated) = templated {
            let _ = write!(self.out, ",\"templated\":{templated}");
        }
        self.out.push('}');
    }
}

/// Appends a JSON string.
fn push_json(out: &mut String, text: &str) {
    if text
        .bytes()
        .all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
    {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&Value::from(text).to_string());
    }
}

/// An answer whose JSON is written already.
pub(crate) fn written(body: String) -> Response {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response()
}

/// An answer with a HAL body.
pub(crate) struct Hal {
    status: StatusCode,
    location: Option<String>,
    body: Value,
}

impl Hal {
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            location: None,
            body,
        }
    }

    /// 201 with the address of what was created.
    pub(crate) fn created(location: impl Into<String>, body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location.into()),
            body,
        }
    }

    /// 201 with an address when something was created, else 200.
    pub(crate) fn put(created: bool, location: impl Into<String>, body: Value) -> Self {
        if created {
            Self::created(location, body)
        } else {
            Self::ok(body)
        }
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl IntoResponse for Hal {
    fn into_response(self) -> Response {
        let mut response = (
            self.status,
            [(header::CONTENT_TYPE, MEDIA_TYPE)],
            // Without the formatter that `to_string` goes through.
            serde_json::to_string(&self.body).unwrap_or_default(),
        )
            .into_response();
        if let Some(location) = self.location.and_then(|location| location.parse().ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// Adds members to an object; the later wins.
pub(crate) fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}

/// Leaves out members that are null.
pub(crate) fn compact(mut object: Value) -> Value {
    if let Value::Object(map) = &mut object {
        let kept: Map<String, Value> = std::mem::take(map)
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect();
        *map = kept;
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_json_whatever_stands_in_them() {
        let base = BaseUrl::of(Some("http://x"), &http::HeaderMap::new());
        assert_eq!(Links::new().finish(), "{}");
        let mut links = Links::new();
        links.titled("self", "http://x/\"", "a \"title\"\n");
        links.templated("pb:t", "http://x/{t}", "template");
        links.list("pb:all", [("http://x/1", "One", "1"), ("http://x/2", "Two", "2")]);
        links.curies(&base, "index", &["pb"]);
        let read: Value = serde_json::from_str(&links.finish()).expect("valid JSON");
        assert_eq!(
            read,
            json!({
                "self": { "href": "http://x/\"", "title": "a \"title\"\n" },
                "pb:t": { "href": "http://x/{t}", "title": "template", "templated": true },
                "pb:all": [
                    { "href": "http://x/1", "title": "One", "name": "1" },
                    { "href": "http://x/2", "title": "Two", "name": "2" },
                ],
                "curies": [{ "name": "pb", "href": "http://x/doc/{rel}?context=index", "templated": true }],
            })
        );
    }
}
