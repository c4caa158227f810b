//! Checks concrete values on both sides of a comparison.

use std::collections::BTreeSet;

use super::edit::{EditKind, pointer};
use super::{Survey, candidate};
use crate::document::{Node, Value};
use crate::schema::validate::{Dialect, Validator};
use crate::schema::{Bundle, Patterns};

/// Both sides: the schema, checked by two validators, and the contract's own matching.
pub(crate) struct Oracle<'o> {
    pub(crate) bundle: &'o Bundle,
    pub(crate) patterns: &'o Patterns,
    /// The second validator; `None` if it does not support the schema.
    pub(crate) second: Option<&'o jsonschema::Validator>,
    /// Returns why the contract rejects a body; `None` if it accepts it.
    pub(crate) refuses: &'o dyn Fn(&Node) -> Option<String>,
}

/// A value that one side allows and the other rejects.
#[derive(Debug, Clone)]
pub(crate) struct Refutation {
    pub(crate) kind: EditKind,
    /// JSON Pointer to the decisive value.
    pub(crate) path: String,
    pub(crate) value: Node,
    /// The reason of the side that rejects it.
    pub(crate) refused: String,
}

/// Maximum number of witnesses reported for one body.
const MAX_WITNESSES: usize = 20;

impl Oracle<'_> {
    /// Returns whether both validators allow a value. If they disagree, it counts as rejected here, and as
    /// allowed in [`is_refused`](Self::is_refused): a witness needs both.
    fn is_allowed(&self, value: &Node) -> bool {
        self.is_valid(value)
            && self
                .second
                .is_some_and(|second| second.is_valid(&value.to_serde()))
    }

    /// Returns whether both validators reject a value.
    fn is_refused(&self, value: &Node) -> bool {
        !self.is_valid(value)
            && self
                .second
                .is_some_and(|second| !second.is_valid(&value.to_serde()))
    }

    fn is_valid(&self, value: &Node) -> bool {
        let validator = Validator {
            bundle: self.bundle,
            patterns: self.patterns,
            dialect: Dialect::Draft202012,
            coerces: false,
        };
        validator.is_valid(value)
    }

    /// Returns values that the description allows and the contract rejects, one for each place and kind.
    pub(crate) fn not_handled(&self, survey: &Survey) -> Answer {
        let Some(base) = &survey.base else {
            return Answer::Unknown("no-instance");
        };
        if !self.is_valid(base) {
            return Answer::Unknown("no-instance");
        }
        if (self.refuses)(base).is_some() {
            return Answer::Unknown("example-refused");
        }
        let mut told = BTreeSet::new();
        let mut refutations = Vec::new();
        for edit in &survey.edits {
            let key = (edit.steps.clone(), edit.kind);
            if told.contains(&key) || refutations.len() >= MAX_WITNESSES {
                continue;
            }
            let Some(value) = edit.apply(base).filter(|value| self.is_valid(value)) else {
                continue;
            };
            let Some(refused) = (self.refuses)(&value) else {
                continue;
            };
            if self.is_allowed(&value) {
                told.insert(key);
                let path = pointer(&edit.steps);
                refutations.push(Refutation {
                    kind: edit.kind,
                    path,
                    value,
                    refused,
                });
            }
        }
        match (refutations.is_empty(), survey.unproved) {
            (false, _) => Answer::NotContained(refutations),
            (true, None) => Answer::Contained,
            (true, Some(reason)) => Answer::Unknown(reason),
        }
    }

    /// Returns requests that the contract's rules accept and the description rejects, one for each place.
    pub(crate) fn laxer(&self, example: &Node) -> Vec<Refutation> {
        let mut places = Vec::new();
        collect_places(example, &mut Vec::new(), &mut places);
        let mut refutations = Vec::new();
        for edit in places {
            let path = pointer(&edit.steps);
            let is_told = refutations.iter().any(|other: &Refutation| other.path == path);
            if is_told || refutations.len() >= MAX_WITNESSES {
                continue;
            }
            let Some(value) = edit.apply(example) else {
                continue;
            };
            if (self.refuses)(&value).is_none() && self.is_refused(&value) {
                let refused = self.why(&value);
                refutations.push(Refutation {
                    kind: edit.kind,
                    path,
                    value,
                    refused,
                });
            }
        }
        refutations
    }

    /// Checks a value; returns the refutation if the description rejects it.
    pub(crate) fn outside(&self, value: &Node) -> Option<Refutation> {
        let validator = Validator {
            bundle: self.bundle,
            patterns: self.patterns,
            dialect: Dialect::Draft202012,
            coerces: false,
        };
        let failure = validator.failures(Some(value)).into_iter().next()?;
        self.is_refused(value).then(|| Refutation {
            kind: EditKind::Value,
            path: failure.instance_path,
            value: value.clone(),
            refused: failure.message,
        })
    }

    fn why(&self, value: &Node) -> String {
        self.outside(value)
            .map_or_else(String::new, |refutation| refutation.refused)
    }
}

/// Whether all values of the description match the contract.
#[derive(Debug)]
pub(crate) enum Answer {
    Contained,
    NotContained(Vec<Refutation>),
    Unknown(&'static str),
}

/// Collects changes of an example to other values of the same types.
fn collect_places(example: &Node, steps: &mut Vec<super::edit::Step>, places: &mut Vec<super::edit::Edit>) {
    use super::edit::{Edit, Step};
    for value in candidate::values_like(example) {
        let kind = if value.as_array().is_some() {
            EditKind::Empty
        } else {
            EditKind::Value
        };
        places.push(Edit {
            steps: steps.clone(),
            kind,
            value: Some(value),
        });
    }
    match &example.value {
        Value::Object(object) => {
            for (name, member) in object.iter() {
                steps.push(Step::Member(name.to_owned()));
                collect_places(&member.node, steps, places);
                steps.pop();
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate().take(3) {
                steps.push(Step::Element(index));
                collect_places(element, steps, places);
                steps.pop();
            }
        }
        _ => {}
    }
}
