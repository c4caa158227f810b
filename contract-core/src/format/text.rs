//! Text of an unknown format: the rules at the root, or equality.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::bytes::Bytes;
use super::content;
use super::format::{Actual, Comparison, Expected, ExpectedContent, Format, TypeMatch};
use super::unreadable::Unreadable;
use crate::Error;
use crate::contract::{Content, ContentType, Generator, Path};
use crate::generate::{self, Context};
use crate::json::Value;
use crate::matching::Mismatch;
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::scope::Scope;

/// Text of an unknown format.
#[derive(Debug)]
pub(super) struct Text;

/// An expected text.
#[derive(Debug)]
struct ExpectedText {
    text: String,
}

impl Format for Text {
    fn recognises(&self, content_type: &ContentType) -> bool {
        content_type.is_text()
    }

    fn read(&self, expected: &Expected<'_>) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
        let text = content::decoded(&expected.content.data, expected.content_type);
        Ok(text.ok().map(|text| -> Box<dyn ExpectedContent> {
            Box::new(ExpectedText {
                text: text.into_owned(),
            })
        }))
    }

    /// Returns the format for text that cannot be decoded: it is compared as bytes.
    fn otherwise(&self) -> &'static dyn Format {
        &Bytes
    }

    fn leads_nowhere(&self, _: &Content, _: &ContentType, path: &Path) -> Option<&'static str> {
        (!path.tokens().is_empty()).then_some("a text has no places inside")
    }
}

impl ExpectedContent for ExpectedText {
    fn compare(
        &self,
        actual: &Actual<'_>,
        comparison: &Comparison<'_>,
        out: &mut Vec<Mismatch>,
    ) -> Result<(), Unreadable> {
        let reporter = &mut Reporter::new(comparison.unexpected, out);
        match actual.text() {
            Ok(text) => {
                let scope = Scope::root(comparison.rules);
                reporter.text(
                    &Place::ROOT,
                    &scope,
                    Some(&self.text),
                    &text,
                    |expected, actual| {
                        format!(
                            "Expected body '{expected}' to match '{actual}' using equality but did not match"
                        )
                    },
                );
            }
            // This is reported as the problem, whatever the content type.
            Err(undecodable) => undecodable.report(reporter),
        }
        Ok(())
    }

    /// Text is always compared, whatever the content type.
    fn is_compared(&self, type_match: TypeMatch) -> bool {
        type_match != TypeMatch::Differs
    }

    fn shown(&self) -> Option<Value> {
        (!self.text.is_empty()).then(|| Value::from(self.text.as_str()))
    }

    fn text_at(&self, path: &str) -> Option<Cow<'_, str>> {
        (path == "$").then_some(Cow::Borrowed(&self.text))
    }
}

/// Replaces the text by what the generators at the root return; text has no other paths.
///
/// # Errors
///
/// If a generator fails.
pub(super) fn generate(
    text: &str,
    generators: &BTreeMap<Path, Generator>,
    context: &Context,
) -> Result<String, Error> {
    let mut text = text.to_owned();
    for (path, generator) in generators {
        if path.tokens().is_empty()
            && let Some(made) = generate::text(generator, Some(&text), context)
                .map_err(|error| generate::at_body_path(error, path))?
        {
            text = made;
        }
    }
    Ok(text)
}
