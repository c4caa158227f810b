//! The request's path.

use super::text::{TextRules, report};
use crate::Error;
use crate::contract::RuleList;
use crate::matching::rule::Failure;
use crate::matching::{Mismatch, Part};
use crate::wire::target;

/// The expected path: compared exactly, trailing slash included (specification 1, "request"), or by rules.
/// Percent-encoding of a character does not matter (RFC 3986, section 6.2.2).
#[derive(Debug)]
pub(crate) struct PathPlan {
    expected: String,
    /// The expected path, normalised.
    normalised: String,
    rules: TextRules,
}

impl PathPlan {
    pub(crate) fn compile(expected: &str, list: Option<&RuleList>) -> Result<Self, Error> {
        Ok(Self {
            expected: expected.to_owned(),
            normalised: target::normalised(expected).into_owned(),
            rules: TextRules::compile(Part::Path, list, expected)?,
        })
    }

    /// Returns the path in the example.
    pub(crate) fn example(&self) -> &str {
        &self.expected
    }

    /// Returns the only matching path, [normalised](target::normalised); `None` if rules apply.
    pub(crate) fn literal(&self) -> Option<&str> {
        self.rules.applied().is_none().then_some(self.normalised.as_str())
    }

    /// Returns whether a path matches.
    pub(crate) fn fits(&self, actual: &str) -> bool {
        match self.rules.applied() {
            Some(applied) => applied.holds_text(Some(&self.expected), actual),
            None => self.is_same(actual),
        }
    }

    fn is_same(&self, actual: &str) -> bool {
        self.expected == actual || self.normalised == target::normalised(actual)
    }

    pub(crate) fn compare(&self, actual: &str, out: &mut Vec<Mismatch>) {
        let applied = self.rules.applied();
        let failures = match applied {
            Some(applied) => match applied.check_text(Some(&self.expected), actual) {
                Ok(()) => return,
                Err(failures) => failures,
            },
            None if self.is_same(actual) => return,
            None => vec![Failure {
                expectation: self.expected.clone(),
                description: format!("Expected path '{}' but received '{actual}'", self.expected),
                rule: String::new(),
            }],
        };
        report(Part::Path, &self.expected, actual, failures, applied, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_equal_however_their_characters_are_written() {
        for (expected, actual, fits) in [
            ("/users/42", "/users/42", true),
            ("/a b/é", "/a%20b/%C3%A9", true),
            ("/a%20b/%c3%a9", "/a b/é", true),
            ("/a[1]|{x}", "/a%5B1%5D%7C%7Bx%7D", true),
            ("/%7Euser/%41", "/~user/A", true),
            ("/100%", "/100%25", true),
            // A separator differs from its percent-encoded form.
            ("/a%2Fb", "/a/b", false),
            ("/a;b", "/a%3Bb", false),
            ("/users/", "/users", false),
            ("/Users", "/users", false),
        ] {
            let plan = PathPlan::compile(expected, None).unwrap();
            assert_eq!(plan.fits(actual), fits, "{expected} {actual}");
            let mut out = Vec::new();
            plan.compare(actual, &mut out);
            assert_eq!(out.is_empty(), fits, "{expected} {actual}");
        }
    }
}
