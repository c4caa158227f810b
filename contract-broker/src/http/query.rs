//! Query strings as clients send them: nested names such as `q[][pacticipant]=a`, brackets raw or encoded.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use percent_encoding::percent_decode_str;

use crate::domain::{Refusal, text};

/// The pairs of a query string, decoded, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        let decode = |part: &str| {
            let part = part.replace('+', " ");
            percent_decode_str(&part).decode_utf8_lossy().into_owned()
        };
        Self(
            text.split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    /// Creates a query from decoded parameters.
    pub(crate) fn of(parameters: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self(parameters.iter().map(owned).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter()
    }

    /// Returns the value of a name, the last one if it is repeated. Empty values count as missing.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().rev().find(|(n, _)| n == name)?;
        (!value.is_empty()).then_some(value.as_str())
    }

    /// Returns the value of a name that has to be one of these choices.
    ///
    /// # Errors
    /// It is another one: the message names the choices.
    pub(crate) fn one_of<'a>(&self, name: &str, choices: &[&'a str]) -> Result<Option<&'a str>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match choices.iter().find(|choice| **choice == text) {
            Some(choice) => Ok(Some(choice)),
            None => Err(Refusal::invalid(
                name,
                format!("must be one of {}", choices.join(", ")),
            )),
        }
    }

    /// Returns the value of a name that has to be `true` or `false`; an empty one counts as missing.
    ///
    /// # Errors
    /// It is something else.
    pub(crate) fn truth(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.get(name) {
            None | Some("") => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Refusal::invalid(name, "must be true or false")),
        }
    }

    /// Returns the text to search names for.
    ///
    /// # Errors
    /// The text is longer than any name.
    pub(crate) fn search(&self) -> Result<Option<&str>, Refusal> {
        let text = self.get("q");
        match text.and_then(|text| text::fault("q", text)) {
            Some(fault) => Err(Refusal::invalid("q", fault)),
            None => Ok(text),
        }
    }

    /// Returns whether the name is given, with or without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// Returns the values of `name` and `name[]`.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let many = format!("{name}[]");
        self.0
            .iter()
            .filter(|(n, _)| n == name || *n == many)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Returns the objects of `name[][key]=value` (also `name[]key`): a repeated key starts the next object.
    ///
    /// If a reordering proxy left an object without its `leader`, it takes the pairs of the neighbour that
    /// has two.
    pub(crate) fn objects(&self, name: &str) -> Vec<Vec<(String, String)>> {
        let prefix = format!("{name}[]");
        let mut objects: Vec<Vec<(String, String)>> = Vec::new();
        for (full, value) in &self.0 {
            let Some(key) = full.strip_prefix(&prefix).filter(|key| !key.is_empty()) else {
                continue;
            };
            let key = key
                .trim_start_matches('[')
                .trim_end_matches(']')
                .trim_end_matches("][")
                .to_owned();
            let starts = objects
                .last()
                .is_none_or(|object| object.iter().any(|(k, _)| *k == key));
            if starts {
                objects.push(Vec::new());
            }
            if let Some(object) = objects.last_mut() {
                object.push((key, value.clone()));
            }
        }
        objects
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_names_make_objects() {
        let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        let expected = vec![
            pairs(&[("pacticipant", "a b"), ("version", "1")]),
            pairs(&[("pacticipant", "c"), ("latest", "true")]),
        ];
        for text in [
            "q[][pacticipant]=a+b&q[][version]=1&q[][pacticipant]=c&q[][latest]=true",
            "q%5B%5D%5Bpacticipant%5D=a%20b&q%5B%5D%5Bversion%5D=1&q%5B%5D%5Bpacticipant%5D=c&q%5B%5D%5Blatest%5D=true",
            "q[]pacticipant=a+b&q[]version=1&q[]pacticipant=c&q[]latest=true",
        ] {
            assert_eq!(Query::parse(text).objects("q"), expected, "{text}");
        }
        assert_eq!(
            Query::parse("success[]=true&success=&x=1").list("success"),
            ["true", ""]
        );
        assert_eq!(Query::parse("a=1&a=2&b=").get("a"), Some("2"));
        assert_eq!(Query::parse("b=").get("b"), None);
    }
}
