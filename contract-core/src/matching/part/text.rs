//! A part that consists of one text: the method, the path.

use super::values::push;
use crate::json::Value;

use crate::Error;
use crate::contract::RuleList;
use crate::matching::rule::{Applied, Failure, Rules};
use crate::matching::scope::Scope;
use crate::matching::{Mismatch, Part};

/// The rules for a part that consists of one text.
#[derive(Debug)]
pub(super) struct TextRules {
    rules: Option<Rules>,
}

impl TextRules {
    pub(super) fn compile(part: Part, list: Option<&RuleList>, example: &str) -> Result<Self, Error> {
        let rules = list.map(Rules::compile_one).transpose();
        let mut rules = rules.map_err(|error| error.context(part))?;
        if let Some(rules) = &mut rules {
            rules.rename(part.name());
            rules.fit(|_| Some(example.into()));
        }
        Ok(Self { rules })
    }

    /// Returns the rules, if any.
    pub(super) fn applied(&self) -> Option<Applied<'_>> {
        self.rules.as_ref().and_then(|rules| Scope::root(rules).applied())
    }
}

/// Adds the mismatches of a part that consists of one text.
pub(super) fn report(
    part: Part,
    expected: &str,
    actual: &str,
    failures: Vec<Failure>,
    applied: Option<Applied<'_>>,
    out: &mut Vec<Mismatch>,
) {
    let (expected, actual) = (Value::from(expected), Value::from(actual));
    push(part, "", Some(&expected), Some(&actual), failures, applied, out);
}
