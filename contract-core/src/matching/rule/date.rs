//! `date`, `time` and `datetime`.

use crate::Error;
use crate::matching::date::DatePattern;

/// A date, a time or both in a pattern of Java's letters.
#[derive(Debug)]
pub(crate) struct DateRule {
    kind: Kind,
    text: String,
    pattern: DatePattern,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Date,
    Time,
    DateTime,
}

impl DateRule {
    /// Compiles the pattern; without one ISO 8601 is expected (specification 3, "matchers").
    pub(crate) fn compile(kind: Kind, pattern: Option<&str>) -> Result<Self, Error> {
        let text = pattern
            .filter(|pattern| !pattern.is_empty())
            .unwrap_or(match kind {
                Kind::Date => "yyyy-MM-dd",
                Kind::Time => "HH:mm:ss",
                Kind::DateTime => "yyyy-MM-dd'T'HH:mm:ssXXX",
            });
        Ok(Self {
            kind,
            text: text.to_owned(),
            pattern: DatePattern::compile(text)?,
        })
    }

    pub(crate) fn name(&self) -> &'static str {
        match self.kind {
            Kind::Date => "date",
            Kind::Time => "time",
            Kind::DateTime => "datetime",
        }
    }

    pub(crate) fn holds(&self, text: &str) -> bool {
        self.pattern.matches(text)
    }

    /// `Expected '23/07/19' to match a date pattern of 'yyyy-MM-dd'`
    pub(crate) fn description(&self, actual: &str) -> String {
        format!(
            "Expected {actual} to match a {} pattern of '{}'",
            self.name(),
            self.text
        )
    }

    /// `a date like yyyy-MM-dd`
    pub(crate) fn expectation(&self) -> String {
        format!("a {} like {}", self.name(), self.text)
    }
}
