//! What kinds of bodies have in common.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::content;
use super::unreadable::Unreadable;
use crate::Error;
use crate::contract::{Body, Content, ContentType, Generator, Path, RuleList};
use crate::generate::Context;
use crate::json::Value;
use crate::matching::rule::Rules;
use crate::matching::{Mismatch, Unexpected};

/// A kind of body. Each has a file or folder of its own and a line in [`list`](super::list).
pub(crate) trait Format: fmt::Debug + Sync {
    /// Returns whether content of this type is of this kind.
    fn recognises(&self, content_type: &ContentType) -> bool;

    /// Reads expected content; `None` if it is not of this kind, whatever its type says.
    ///
    /// # Errors
    ///
    /// If a rule contradicts the content, or this build lacks a feature for the kind.
    fn read(&self, expected: &Expected<'_>) -> Result<Option<Box<dyn ExpectedContent>>, Error>;

    /// Reads an expected body that is `null` and has rules; `None` if the kind has no `null`.
    ///
    /// # Errors
    ///
    /// If a rule contradicts `null`.
    fn read_null(&self, _rules: &Rules) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
        Ok(None)
    }

    /// Returns the kind as which content is read that is not of this kind, whatever its type says.
    fn otherwise(&self) -> &'static dyn Format {
        &super::text::Text
    }

    /// Returns why a rule or generator for this path has nothing to work on in the content; `None` if it has something, or if
    /// that is not known.
    #[cfg_attr(not(feature = "check"), expect(dead_code, reason = "only checks ask"))]
    fn leads_nowhere(
        &self,
        content: &Content,
        content_type: &ContentType,
        path: &Path,
    ) -> Option<&'static str>;

    /// Writes what generators make into a text of this kind.
    ///
    /// # Errors
    ///
    /// If the text is not of this kind, if a generator fails, or if this build lacks a feature for the kind.
    fn generate(
        &self,
        text: &str,
        generators: &BTreeMap<Path, Generator>,
        context: &Context,
    ) -> Result<String, Error> {
        super::text::generate(text, generators, context)
    }

    /// Returns the content type to send with these bytes, if it is not the one that the contract names.
    #[cfg(any(feature = "consumer", feature = "provider"))]
    fn content_type_to_send(&self, _content_type: &ContentType, _body: &[u8]) -> Option<String> {
        None
    }
}

/// Content that a contract expects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) content: &'a Content,
    pub(crate) content_type: &'a ContentType,
    /// The rules of the body, compiled.
    pub(crate) rules: &'a Rules,
    /// The same rules as the contract writes them.
    pub(crate) lists: &'a BTreeMap<Path, RuleList>,
    pub(crate) unexpected: Unexpected,
}

/// Expected content, compiled: any number of actual contents are compared with it.
pub(crate) trait ExpectedContent: fmt::Debug + Send + Sync {
    /// Compares content and adds what differs.
    ///
    /// # Errors
    ///
    /// If the content cannot be read as one of this kind.
    fn compare(
        &self,
        actual: &Actual<'_>,
        comparison: &Comparison<'_>,
        out: &mut Vec<Mismatch>,
    ) -> Result<(), Unreadable>;

    /// Returns whether content matches, known at the first difference; `None` if only [`compare`](Self::compare) knows.
    fn fits(&self, _actual: &Content, _comparison: &Comparison<'_>) -> Option<bool> {
        None
    }

    /// Returns whether content is compared whose type relates to the expected one like this.
    fn is_compared(&self, type_match: TypeMatch) -> bool {
        type_match == TypeMatch::Same
    }

    /// Compares a body without content: JSON `null`, or none at all. Returns false if that is a missing body.
    fn compare_absent(&self, _is_null: bool, _comparison: &Comparison<'_>, _out: &mut Vec<Mismatch>) -> bool {
        false
    }

    /// Returns the content as a report shows it; `None` if an empty body is as good.
    fn shown(&self) -> Option<Value>;

    /// Returns the text of the first scalar at a path, as the contract writes the path.
    fn text_at(&self, _path: &str) -> Option<Cow<'_, str>> {
        None
    }
}

/// How actual content is compared with the expected one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comparison<'a> {
    /// The rules that the content was compiled with.
    pub(crate) rules: &'a Rules,
    pub(crate) unexpected: Unexpected,
}

/// How the actual content type relates to the expected one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeMatch {
    /// Content of both types can be compared.
    Same,
    /// It is not the one that the contract names.
    Differs,
    /// It is not the one that the example looks like, but the contract names none.
    Unclear,
}

/// Received content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Actual<'a> {
    pub(crate) content: &'a Content,
    /// The body that the content is of.
    pub(crate) body: &'a Body,
    /// The content type that came beside the body.
    pub(crate) header: Option<&'a str>,
    pub(crate) expected_type: &'a ContentType,
}

impl<'a> Actual<'a> {
    /// Returns the characters of the content, by its own content type, else by the expected one.
    ///
    /// # Errors
    ///
    /// If they cannot be decoded.
    pub(crate) fn text(&self) -> Result<Cow<'a, str>, Unreadable> {
        let declared = content::declared_type(self.body, self.header);
        let content_type = declared.as_deref().unwrap_or(self.expected_type);
        content::decoded(&self.content.data, content_type)
            .map_err(|problem| Unreadable::undecodable(&self.content.data, &problem))
    }

    /// Returns the bytes of the content.
    pub(crate) fn bytes(&self) -> Cow<'a, [u8]> {
        content::bytes(&self.content.data)
    }

    /// Returns the content type: the one that came with it, else the one that the content looks like.
    pub(crate) fn content_type(&self) -> Cow<'a, ContentType> {
        content::type_of(self.body, self.content, self.header)
    }
}
