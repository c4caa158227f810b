//! HAL documents: JSON with links.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Error, ErrorKind};

/// The links of a document.
#[derive(Deserialize)]
struct Linked {
    #[serde(rename = "_links", default)]
    links: Value,
}

/// A document of the broker, with its URL.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) url: String,
    pub(super) body: Value,
    /// The broker's `Retry-After`: it will know more then.
    pub(super) retry_after: Option<Duration>,
}

impl Document {
    /// Reads the links of a text, and keeps nothing else of it: a contract is large.
    ///
    /// # Errors
    ///
    /// If the text is not JSON. A document without links has none.
    pub(super) fn only_links(url: &str, text: &str) -> Result<Self, serde_json::Error> {
        let links = match serde_json::from_str::<Linked>(text) {
            Ok(document) => document.links,
            Err(error) if error.is_data() => Value::Null,
            Err(error) => return Err(error),
        };
        Ok(Self {
            url: url.to_owned(),
            body: json!({ "_links": links }),
            retry_after: None,
        })
    }

    /// Returns the URL of a required link.
    pub(super) fn link(&self, relation: &str) -> Result<&str, Error> {
        self.optional_link(relation).ok_or_else(|| {
            Error::new(
                ErrorKind::Broker,
                format!(
                    "the broker's response at {} has no link {relation:?}: the broker may be too old for this, \
                     or the address is not a broker's",
                    self.url
                ),
            )
        })
    }

    /// Returns the document if it has links, as that of everything that a broker created does; `doing` is what it should
    /// confirm.
    ///
    /// # Errors
    ///
    /// `Broker` without links: another server may answer anything.
    pub(super) fn confirmed(self, doing: &str) -> Result<Self, Error> {
        if self.body.get("_links").is_some() {
            return Ok(self);
        }
        Err(Error::new(
            ErrorKind::Broker,
            format!(
                "{doing}: the response at {} has no links, so it does not say that anything was stored: is this the \
                 address of a broker?",
                self.url
            ),
        ))
    }

    /// Returns the URL of an optional link; the first if there are several.
    pub(super) fn optional_link(&self, relation: &str) -> Option<&str> {
        let link = self.body.get("_links")?.get(relation)?;
        let link = link.as_array().map_or(Some(link), |several| several.first())?;
        link.get("href")?.as_str()
    }

    /// Returns the URL of the link with this name.
    pub(super) fn named_link(&self, relation: &str, name: &str) -> Option<&str> {
        self.links(relation)
            .find(|link| link.get("name").and_then(Value::as_str) == Some(name))?
            .get("href")?
            .as_str()
    }

    /// Returns all links of a relation.
    pub(super) fn links(&self, relation: &str) -> impl Iterator<Item = &Value> {
        let link = self.body.get("_links").and_then(|links| links.get(relation));
        let several: &[Value] = match link {
            Some(Value::Array(several)) => several,
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        several.iter()
    }

    /// Returns the embedded documents with this name.
    pub(super) fn embedded(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.body
            .get("_embedded")
            .and_then(|embedded| embedded.get(name))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    }
}

/// Returns the text of a member if it is a string.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

/// Returns the names of the documents embedded under `list`.
pub(super) fn embedded_names(value: &Value, list: &str) -> Vec<String> {
    let embedded = value.get("_embedded").and_then(|embedded| embedded.get(list));
    let items = embedded.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| text(item, "name")).collect()
}

/// Returns the URL of the document itself.
pub(super) fn self_link(value: &Value) -> Option<String> {
    let link = value.get("_links")?.get("self")?;
    // The newest contracts have two links: the last one names the version.
    let link = link.as_array().map_or(Some(link), |several| several.last())?;
    text(link, "href")
}

/// Expands a link template: `{name}` is replaced by the percent-encoded value.
pub(super) fn expand(template: &str, values: &[(&str, &str)]) -> String {
    let mut url = template.to_owned();
    for (name, value) in values {
        url = url.replace(&format!("{{{name}}}"), &encode(value));
    }
    url
}

/// Percent-encodes one path segment or query value.
pub(super) fn encode(text: &str) -> String {
    /// All characters except the unreserved ones of RFC 3986, section 2.3.
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_take_encoded_values() {
        assert_eq!(
            expand(
                "http://b/pacticipants/{pacticipant}/branches/{branch}",
                &[("pacticipant", "web app"), ("branch", "feat/x{pacticipant}")]
            ),
            "http://b/pacticipants/web%20app/branches/feat%2Fx%7Bpacticipant%7D"
        );
    }

    #[test]
    fn of_a_contract_only_the_links_are_kept() {
        let only_links = |text| Document::only_links("http://b/", text);
        let text = r#"{"interactions": [{"number": 1e999}], "_links": {"self": {"href": "http://b/1"}}}"#;
        let document = only_links(text).unwrap();
        assert_eq!(document.link("self").unwrap(), "http://b/1");
        assert_eq!(document.body.as_object().unwrap().len(), 1);
        for text in ["[]", "7", r#"{"_links": null}"#] {
            assert_eq!(only_links(text).unwrap().optional_link("self"), None, "{text}");
        }
        for text in ["", "{", "<html>"] {
            assert!(only_links(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_link_is_found_alone_among_several_and_by_name() {
        let document = Document {
            url: "http://b/".into(),
            body: json!({ "_links": {
                "one": { "href": "http://b/1" },
                "many": [{ "name": "a", "href": "http://b/a" }, { "name": "b", "href": "http://b/b" }],
                "none": [],
            }}),
            retry_after: None,
        };
        assert_eq!(document.link("one").unwrap(), "http://b/1");
        assert_eq!(document.link("many").unwrap(), "http://b/a");
        assert_eq!(document.named_link("many", "b"), Some("http://b/b"));
        assert_eq!(document.named_link("one", "b"), None);
        assert_eq!(document.optional_link("none"), None);
        let error = document.link("absent").unwrap_err().to_string();
        assert!(
            error.contains("\"absent\"") && error.contains("http://b/"),
            "{error}"
        );
    }
}
