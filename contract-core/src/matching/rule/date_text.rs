//! Dates and times in text, for `date`, `time` and `datetime`.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule};
use crate::Error;
use crate::matching::date::DatePattern;
use crate::matching::given::Given;

/// A date, a time or both in Java's pattern syntax.
#[derive(Debug)]
pub(super) struct DateText {
    /// The rule's name.
    name: &'static str,
    text: String,
    pattern: DatePattern,
}

impl DateText {
    /// Compiles the pattern; `iso` (ISO 8601) is the default (specification 3, "matchers").
    ///
    /// # Errors
    ///
    /// If the pattern cannot be parsed.
    pub(super) fn compile(name: &'static str, pattern: Option<&str>, iso: &str) -> Result<Self, Error> {
        let text = pattern.filter(|pattern| !pattern.is_empty()).unwrap_or(iso);
        Ok(Self {
            name,
            text: text.to_owned(),
            pattern: DatePattern::compile(text)?,
        })
    }
}

impl MatchingRule for DateText {
    fn name(&self) -> &'static str {
        self.name
    }

    fn inherited(&self) -> Inherited {
        Inherited::Rule
    }

    fn holds(&self, given: Given<'_>) -> bool {
        given.as_readable().is_some_and(|text| self.pattern.matches(text))
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        let (name, pattern) = (self.name, &self.text);
        format!(
            "Expected {} to match a {name} pattern of '{pattern}'",
            rejected.text()
        )
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        format!("a {} like {}", self.name, self.text)
    }
}
