//! Links between resources, as defined by HAL (draft-kelly-json-hal-08, sections 4.1.1 and 5).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{address, base_url::BaseUrl};

/// A link to a resource.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(crate) struct Link {
    /// The address, or a URI template (RFC 6570).
    href: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Whether the address is a URI template.
    #[serde(skip_serializing_if = "Option::is_none")]
    templated: Option<bool>,
    /// Only for environments: whether a version is currently deployed there.
    #[serde(skip_serializing_if = "Option::is_none")]
    currently_deployed: Option<bool>,
    /// Only for environments: whether the version is currently released and supported there.
    #[serde(skip_serializing_if = "Option::is_none")]
    currently_supported: Option<bool>,
    /// Only for environments: the application instance that the version is deployed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    application_instance: Option<String>,
}

impl Link {
    pub(crate) fn to(href: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            ..Self::default()
        }
    }

    /// Returns a link with a URI template.
    pub(crate) fn template(href: impl Into<String>) -> Self {
        Self::to(href).templated(true)
    }

    pub(crate) fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    pub(crate) fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub(crate) fn templated(mut self, templated: bool) -> Self {
        self.templated = Some(templated);
        self
    }

    pub(crate) fn currently_deployed(mut self, current: bool) -> Self {
        self.currently_deployed = Some(current);
        self
    }

    pub(crate) fn currently_supported(mut self, current: bool) -> Self {
        self.currently_supported = Some(current);
        self
    }

    pub(crate) fn application_instance(mut self, instance: &str) -> Self {
        self.application_instance = Some(instance.to_owned());
        self
    }
}

/// The target of a relation: one resource, or a list of resources.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Related {
    One(Link),
    Many(Vec<Link>),
}

/// Links by their relations.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(value_type = BTreeMap<String, Related>)]
pub(crate) struct Links(BTreeMap<&'static str, Related>);

impl Links {
    /// Returns the links of a resource with its link to itself.
    pub(crate) fn itself(link: Link) -> Self {
        Self::default().with("self", link)
    }

    /// Adds a link, replacing one with the same relation.
    pub(crate) fn with(mut self, relation: &'static str, link: Link) -> Self {
        self.add(relation, link);
        self
    }

    /// Like [`Links::with`].
    pub(crate) fn add(&mut self, relation: &'static str, link: Link) {
        self.0.insert(relation, Related::One(link));
    }

    /// Adds a relation with a list of links.
    pub(crate) fn with_all(mut self, relation: &'static str, links: impl IntoIterator<Item = Link>) -> Self {
        self.0
            .insert(relation, Related::Many(links.into_iter().collect()));
        self
    }

    /// Adds the same list of links under a relation and under its older name without a prefix.
    pub(crate) fn with_both(self, relation: &'static str, older: &'static str, links: Vec<Link>) -> Self {
        self.with_all(older, links.clone()).with_all(relation, links)
    }

    /// Adds the prefix `pb` of relation names, with the address of their documentation.
    pub(crate) fn curies(self, base: &BaseUrl, context: &str) -> Self {
        self.prefixes(base, context, &["pb"])
    }

    /// Adds prefixes of relation names, each with the address of their documentation.
    pub(crate) fn prefixes(self, base: &BaseUrl, context: &str, prefixes: &[&str]) -> Self {
        let documentation = base.template(address::RELATION, ["{rel}"]);
        let links = prefixes
            .iter()
            .map(|prefix| Link::template(format!("{documentation}?context={context}")).named(*prefix));
        self.with_all("curies", links)
    }
}

/// The only link of a small document: to itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Itself {
    #[serde(rename = "self")]
    itself: Link,
}

impl Itself {
    pub(crate) fn at(href: impl Into<String>) -> Self {
        Self {
            itself: Link::to(href),
        }
    }
}

/// A document that only contains links.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Linked {
    #[serde(rename = "_links")]
    pub(crate) links: Links,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn links_are_written_by_relation_without_what_they_lack() {
        let base = BaseUrl::of(Some("http://x"), &http::HeaderMap::new());
        let links = Links::itself(Link::to("http://x/\"").titled("a \"title\"\n"))
            .with("pb:tag", Link::template("http://x/{t}").titled("template"))
            .with_all(
                "pb:versions",
                ["1", "2"].map(|name| Link::to(format!("http://x/{name}")).named(name)),
            )
            .curies(&base, "index");
        assert_eq!(
            serde_json::to_value(links).unwrap(),
            json!({
                "self": { "href": "http://x/\"", "title": "a \"title\"\n" },
                "pb:tag": { "href": "http://x/{t}", "title": "template", "templated": true },
                "pb:versions": [{ "href": "http://x/1", "name": "1" }, { "href": "http://x/2", "name": "2" }],
                "curies": [{ "name": "pb", "href": "http://x/doc/{rel}?context=index", "templated": true }],
            })
        );
    }
}
