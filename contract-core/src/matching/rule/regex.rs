//! `regex`: a text that matches a pattern entirely.

use super::failure::Rejected;
use super::matching_rule::{Inherited, MatchingRule, Role};
use crate::Error;
use crate::matching::given::Given;
use crate::matching::regex::TextRegex;
use crate::matching::show;

/// The pattern. Numbers and booleans are matched in their JSON form.
#[derive(Debug)]
pub(crate) struct Regex {
    pattern: TextRegex,
}

impl Regex {
    pub(crate) fn new(pattern: TextRegex) -> Self {
        Self { pattern }
    }

    /// Compiles the pattern. See [`TextRegex::compile`] for errors.
    pub(crate) fn compile(pattern: &str) -> Result<Self, Error> {
        TextRegex::compile(pattern).map(Self::new)
    }
}

impl MatchingRule for Regex {
    fn name(&self) -> &'static str {
        "regex"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Rule
    }

    fn holds(&self, given: Given<'_>) -> bool {
        given
            .with_readable(|text| self.pattern.matches(text))
            .unwrap_or(false)
    }

    fn describe(&self, rejected: &Rejected<'_>) -> String {
        let gave_up = rejected.actual.with_text(|text| self.pattern.gives_up(text));
        let why = if gave_up == Some(true) {
            ": the pattern is too expensive on it to be decided"
        } else {
            ""
        };
        let pattern = show::cut(self.pattern.as_str());
        format!("Expected {} to match '{pattern}'{why}", rejected.text())
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        format!("a string matching {}", show::cut(self.pattern.as_str()))
    }

    fn role(&self) -> Role<'_> {
        Role::Regex(&self.pattern)
    }
}
