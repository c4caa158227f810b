//! HAL: links, and answers that carry them.

use std::fmt::Display;

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::{
    base_url::BaseUrl,
    json::{self, Object},
};

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

/// Links as a JSON object, written straight to text.
pub(crate) fn links(with: impl FnOnce(&mut Links<'_, '_>)) -> String {
    json::object(|object| with(&mut Links(object)))
}

/// The links of an answer that are being written.
#[derive(Debug)]
pub(crate) struct Links<'l, 'o>(&'l mut Object<'o>);

impl Object<'_> {
    /// Adds the links of what the object stands for.
    pub(crate) fn links(&mut self, with: impl FnOnce(&mut Links<'_, '_>)) {
        self.object("_links", |object| with(&mut Links(object)));
    }

    /// Adds where the thing is that the object stands for.
    pub(crate) fn itself(&mut self, href: impl Display) {
        self.links(|links| links.add("self", href, &[]));
    }
}

impl Links<'_, '_> {
    /// Adds a link with members beside its address, such as its title.
    pub(crate) fn add(&mut self, relation: &str, href: impl Display, members: &[(&str, &str)]) {
        self.0.object(relation, |link| write_link(link, href, members));
    }

    /// Adds a link with a title.
    pub(crate) fn titled(&mut self, relation: &str, href: impl Display, title: &str) {
        self.add(relation, href, &[("title", title)]);
    }

    /// Adds a link with `{names}` to fill in.
    pub(crate) fn templated(&mut self, relation: &str, href: impl Display, title: &str) {
        self.flagged(relation, href, title, true);
    }

    /// Adds a link that says whether it has `{names}` to fill in.
    pub(crate) fn flagged(&mut self, relation: &str, href: impl Display, title: &str, templated: bool) {
        self.0.object(relation, |link| {
            write_link(link, href, &[("title", title)]);
            link.flag("templated", templated);
        });
    }

    /// Adds a relation with several links.
    pub(crate) fn list<H: Display, T: AsRef<str>>(
        &mut self,
        relation: &str,
        links: impl IntoIterator<Item = (H, &'static str, T)>,
    ) {
        self.0.objects(relation, links, |link, (href, title, name)| {
            write_link(link, href, &[("title", title), ("name", name.as_ref())]);
        });
    }

    /// Adds the prefixes of relation names, each with where its documentation is.
    pub(crate) fn curies(&mut self, base: &BaseUrl, context: &str, prefixes: &[&str]) {
        self.0.objects("curies", prefixes, |link, prefix| {
            let href = format_args!("{}/doc/{{rel}}?context={context}", base.as_str());
            write_link(link, href, &[("name", prefix)]);
            link.flag("templated", true);
        });
    }
}

fn write_link(link: &mut Object<'_>, href: impl Display, members: &[(&str, &str)]) {
    link.text("href", href);
    for (name, value) in members {
        link.text(name, value);
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
        let written = links(|links| {
            links.titled("self", "http://x/\"", "a \"title\"\n");
            links.templated("pb:t", "http://x/{t}", "template");
            links.list("pb:all", [("http://x/1", "One", "1"), ("http://x/2", "Two", "2")]);
            links.curies(&base, "index", &["pb"]);
        });
        let read: Value = serde_json::from_str(&written).expect("valid JSON");
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
