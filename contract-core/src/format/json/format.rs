//! JSON as a kind of body.

use std::borrow::Cow;

use super::JsonPlan;
use crate::contract::{Content, ContentType, Data, Path, Token};
use crate::format::content;
use crate::format::{Actual, Comparison, Expected, ExpectedContent, Format, Unreadable};
use crate::json::Value;
use crate::matching::rule::Rules;
use crate::matching::{Mismatch, Part};
use crate::{Error, unreadable};

/// JSON documents.
#[derive(Debug)]
pub(crate) struct Json;

impl Format for Json {
    fn recognises(&self, content_type: &ContentType) -> bool {
        content_type.is_json()
    }

    /// Content that is not JSON, whatever its type says, can only be the same text.
    fn read(&self, expected: &Expected<'_>) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
        let document = match &expected.content.data {
            Data::Json(document) => Some(document.clone()),
            other => content::decoded(other, expected.content_type)
                .ok()
                .and_then(|text| crate::json::from_str(&text).ok()),
        };
        document
            .map(|document| compiled(expected.rules, document))
            .transpose()
    }

    fn read_null(&self, rules: &Rules) -> Result<Option<Box<dyn ExpectedContent>>, Error> {
        compiled(rules, Value::Null).map(Some)
    }

    /// Whether JSON that cannot be read has such a place is not known.
    fn leads_nowhere(&self, _: &Content, _: &ContentType, _: &Path) -> Option<&'static str> {
        None
    }
}

fn compiled(rules: &Rules, document: Value) -> Result<Box<dyn ExpectedContent>, Error> {
    Ok(Box::new(JsonPlan::compile(rules, document)?))
}

impl ExpectedContent for JsonPlan {
    fn compare(
        &self,
        actual: &Actual<'_>,
        comparison: &Comparison<'_>,
        out: &mut Vec<Mismatch>,
    ) -> Result<(), Unreadable> {
        let data = &actual.content.data;
        if let Data::Json(document) = data {
            self.compare_body(document, comparison, out);
            return Ok(());
        }
        let text = content::json_text(data, actual.expected_type)
            .map_err(|problem| Unreadable::undecodable(data, &problem))?;
        let document = crate::json::from_str(&text).map_err(|error| {
            let problem = unreadable::json(text.as_bytes(), &error);
            Unreadable::malformed("a", "JSON", Some(self.example()), data, &problem)
        })?;
        self.compare_body(&document, comparison, out);
        Ok(())
    }

    fn fits(&self, actual: &Content, comparison: &Comparison<'_>) -> Option<bool> {
        match &actual.data {
            Data::Json(document) => Some(self.fits(comparison.rules, document, comparison.unexpected)),
            _ => None,
        }
    }

    /// JSON is compared whatever its content type says, if it can be read: that says more than the type alone.
    fn is_compared(&self, _: crate::format::TypeMatch) -> bool {
        true
    }

    fn compare_absent(&self, is_null: bool, comparison: &Comparison<'_>, out: &mut Vec<Mismatch>) -> bool {
        let is_compared = is_null || self.example().is_null();
        if is_compared {
            self.compare_body(&Value::Null, comparison, out);
        }
        is_compared
    }

    fn shown(&self) -> Option<Value> {
        Some(self.example().clone())
    }

    fn text_at(&self, path: &str) -> Option<Cow<'_, str>> {
        let path: Path = path.parse().ok()?;
        match path.tokens().iter().try_fold(self.example(), first_at)? {
            Value::String(text) => Some(text.into()),
            Value::Array(_) | Value::Object(_) => None,
            scalar => Some(scalar.to_string().into()),
        }
    }
}

impl JsonPlan {
    fn compare_body(&self, document: &Value, comparison: &Comparison<'_>, out: &mut Vec<Mismatch>) {
        self.compare(comparison.rules, document, Part::Body, comparison.unexpected, out);
    }
}

/// Returns the first value that a step leads to.
fn first_at<'v>(value: &'v Value, step: &Token) -> Option<&'v Value> {
    match (step, value) {
        (Token::Field(name), Value::Object(members)) => members.get(name),
        (Token::Index(index), Value::Array(elements)) => elements.get(*index),
        (Token::Star, Value::Object(members)) => members.values().next(),
        (Token::Star | Token::StarIndex, Value::Array(elements)) => elements.first(),
        _ => None,
    }
}
