//! Collects the mismatches of a body that is not a JSON document.

use crate::json::Value;

use super::place::Place;
use super::rule::{Applied, Failure};
use super::scope::Scope;
use super::{Mismatch, MismatchKind, Part, Unexpected, effort};

/// Collects the mismatches of a body.
#[derive(Debug)]
pub(crate) struct Reporter<'o> {
    /// Whether values that the example does not contain are allowed.
    pub(crate) unexpected: Unexpected,
    /// At which depth the rules have their root.
    root_depth: usize,
    out: &'o mut Vec<Mismatch>,
}

impl<'o> Reporter<'o> {
    pub(crate) fn new(unexpected: Unexpected, out: &'o mut Vec<Mismatch>) -> Self {
        Self {
            unexpected,
            root_depth: 0,
            out,
        }
    }

    /// Collects mismatches of a part at this depth, whose rules have their root there.
    #[cfg(feature = "xml")]
    pub(crate) fn rooted(unexpected: Unexpected, root_depth: usize, out: &'o mut Vec<Mismatch>) -> Self {
        Self {
            unexpected,
            root_depth,
            out,
        }
    }

    /// Adds a mismatch. `applied` is the rule set that decided, if any; the scope must be that of the place.
    pub(crate) fn report(
        &mut self,
        place: &Place<'_>,
        expected: Option<Value>,
        actual: Option<Value>,
        failure: Failure,
        decided: Option<(Applied<'_>, &Scope<'_>)>,
    ) {
        // Once a comparison is given up, rules fail without being decided.
        if effort::is_spent() {
            return;
        }
        self.out.push(Mismatch {
            kind: MismatchKind::Differs,
            part: Part::Body,
            path: place.path(),
            expected,
            actual,
            expectation: failure.expectation,
            description: failure.description,
            rule: decided
                .map(|(applied, scope)| scope.explain(applied, failure.rule, place, self.root_depth)),
            nearest: Vec::new(),
        });
    }

    /// Adds a mismatch of this kind. See [`report`](Self::report).
    pub(crate) fn report_as(
        &mut self,
        kind: MismatchKind,
        place: &Place<'_>,
        expected: Option<Value>,
        actual: Value,
        failure: Failure,
        decided: Option<(Applied<'_>, &Scope<'_>)>,
    ) {
        let before = self.out.len();
        self.report(place, expected, Some(actual), failure, decided);
        for mismatch in &mut self.out[before..] {
            mismatch.kind = kind;
        }
    }

    /// Adds that the document is nested too deeply to be compared further than this place.
    #[cfg(feature = "xml")]
    pub(crate) fn too_deep(&mut self, place: &Place<'_>, most: usize) {
        self.out.push(Mismatch::of_comparison(
            MismatchKind::Undecided,
            Part::Body,
            place.path(),
            format!("at most {most} levels"),
            format!("The document is nested deeper than {most} levels and not compared further"),
        ));
    }

    /// Adds to the last mismatch how the nearest candidate differs.
    #[cfg(feature = "xml")]
    pub(crate) fn explain_last(&mut self, nearest: Vec<Mismatch>) {
        if let Some(last) = self.out.last_mut() {
            last.nearest = nearest;
        }
    }

    /// Compares a text by the rules at the scope, or for equality with the example. `wording` describes a difference if
    /// no rule applies. Returns whether the text matches.
    pub(crate) fn text(
        &mut self,
        place: &Place<'_>,
        scope: &Scope<'_>,
        example: Option<&str>,
        actual: &str,
        wording: impl FnOnce(&str, &str) -> String,
    ) -> bool {
        let failures = match scope.applied() {
            Some(applied) => match applied.check_text(example, actual) {
                Ok(()) => return true,
                Err(failures) => failures,
            },
            None => match example {
                Some(example) if example != actual => vec![Failure {
                    expectation: format!("{:?}", super::show::cut(example)),
                    description: wording(example, actual),
                    rule: String::new(),
                }],
                _ => return true,
            },
        };
        for failure in failures {
            let decided = scope.applied().map(|applied| (applied, scope));
            self.report(
                place,
                example.map(Value::from),
                Some(actual.into()),
                failure,
                decided,
            );
        }
        false
    }

    /// Moves mismatches of a named part (whose path begins with the name) to the field with that name.
    pub(crate) fn field(&mut self, name: &str, add: impl FnOnce(&mut Vec<Mismatch>)) {
        let before = self.out.len();
        add(self.out);
        if self.out.len() == before {
            return;
        }
        let path = Place::ROOT.name(name).path();
        for mismatch in &mut self.out[before..] {
            let rule = mismatch.rule.as_mut().map(|rule| &mut rule.path);
            for text in std::iter::once(&mut mismatch.path).chain(rule) {
                if text.starts_with(name) {
                    text.replace_range(..name.len(), &path);
                }
            }
        }
    }
}
