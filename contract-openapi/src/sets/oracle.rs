//! Checks concrete values on both sides of a comparison.

use std::cell::Cell;

use contract_core::json;

use super::Survey;
use super::edit::{Edit, EditKind, pointer};
use super::permitted::Permitted;
use super::trial::Trial;
use crate::document::Node;
use crate::schema::validate::{Dialect, Failure, Undecided, Validator, Verdict};
use crate::schema::{Bundle, Patterns};

/// Both sides: the schema, checked by two validators, and the contract's own matching.
pub(crate) struct Oracle<'o> {
    pub(crate) bundle: &'o Bundle,
    pub(crate) patterns: &'o Patterns,
    /// Returns the second validator, which is made once it is asked for.
    pub(crate) second: &'o dyn Fn() -> Second<'o>,
    /// Returns why the contract rejects a body; `None` if it accepts it. The body is unchanged afterwards.
    pub(crate) refuses: &'o dyn Fn(&mut json::Value) -> Option<String>,
    /// Returns whether somebody still waits for the answer.
    pub(crate) wanted: &'o dyn Fn() -> bool,
    pub(crate) effort: Effort,
}

/// The second validator of a schema.
#[derive(Clone, Copy)]
pub(crate) enum Second<'o> {
    /// All validators understand the schema alike: one is enough.
    Unneeded,
    Asked(&'o jsonschema::Validator),
    /// It does not support the schema: there are no witnesses.
    Unsupported,
}

/// What all validations of one body may cost, and what they could not decide.
pub(crate) struct Effort {
    /// The number of schemas that may still be applied.
    budget: Cell<usize>,
    undecided: Cell<Option<Undecided>>,
}

impl Effort {
    pub(crate) fn new() -> Self {
        Self {
            budget: Cell::new(MAX_APPLIED),
            undecided: Cell::new(None),
        }
    }
}

/// Maximum number of schemas that are applied for one body, all tried values counted.
const MAX_APPLIED: usize = 10_000_000;

/// A value that one side allows and the other rejects.
#[derive(Debug, Clone)]
pub(crate) struct Refutation {
    pub(crate) kind: EditKind,
    /// JSON Pointer to the decisive value.
    pub(crate) path: String,
    pub(crate) value: json::Value,
    /// The reason of the side that rejects it.
    pub(crate) refused: String,
}

/// Maximum number of witnesses reported for one body.
const MAX_WITNESSES: usize = 20;

impl Oracle<'_> {
    /// Returns whether the second validator gives this verdict, too: a witness needs the same one from both.
    fn second_agrees(&self, trial: &mut Trial, edit: &Edit<'_>, is_valid: bool) -> bool {
        match (self.second)() {
            Second::Unneeded => true,
            Second::Asked(second) => {
                let verdict = trial.with_serde(edit, |value| second.is_valid(value));
                verdict == Some(is_valid)
            }
            Second::Unsupported => false,
        }
    }

    fn validator(&self) -> Validator<'_> {
        Validator {
            bundle: self.bundle,
            patterns: self.patterns,
            dialect: Dialect::Draft202012,
            bounds_int64: true,
            coerces: false,
            budget: &self.effort.budget,
        }
    }

    /// Returns whether a value is valid; remembers if that could not be decided.
    fn is_valid(&self, value: &Node) -> bool {
        let verdict = self.validator().verdict(value);
        if let Verdict::Undecided(reason) = verdict {
            self.effort.undecided.set(Some(reason));
        }
        verdict == Verdict::Valid
    }

    /// Returns why values could not be judged, if there were any.
    fn undecided(&self) -> Option<&'static str> {
        self.effort.undecided.get().map(Undecided::name)
    }

    /// Returns values that the description allows and the contract rejects, one for each place and kind.
    pub(crate) fn not_handled(&self, survey: &Survey<'_>) -> Answer {
        let Some(base) = &survey.base else {
            return Answer::Unknown("no-instance");
        };
        if !self.is_valid(base) {
            return Answer::Unknown(self.undecided().unwrap_or("no-instance"));
        }
        if (self.refuses)(&mut base.to_json()).is_some() {
            return Answer::Unknown("example-refused");
        }
        let mut trial = Trial::new(base);
        let mut told: Vec<&Edit<'_>> = Vec::new();
        let mut refutations = Vec::new();
        for edit in survey.edits.iter().take_while(|_| (self.wanted)()) {
            if told.iter().any(|other| other.is_like(edit)) || told.len() >= MAX_WITNESSES {
                continue;
            }
            if let Some(refutation) = self.allowed_and_refused(&mut trial, edit) {
                told.push(edit);
                refutations.push(refutation);
            }
        }
        match (refutations.is_empty(), self.undecided().or(survey.unproved)) {
            (false, _) => Answer::NotContained(most_exact(refutations)),
            (true, None) => Answer::Contained,
            (true, Some(reason)) => Answer::Unknown(reason),
        }
    }

    /// Checks a changed body; returns the refutation if the description allows it and the contract rejects it.
    fn allowed_and_refused(&self, trial: &mut Trial, edit: &Edit<'_>) -> Option<Refutation> {
        if !trial.with_node(edit, |value| self.is_valid(value))? {
            return None;
        }
        let (refused, value) = trial.with_json(edit, |value| {
            let refused = (self.refuses)(value)?;
            Some((refused, value.clone()))
        })??;
        self.second_agrees(trial, edit, true).then(|| Refutation {
            kind: edit.kind,
            path: pointer(&edit.steps),
            value,
            refused,
        })
    }

    /// Returns requests that the contract's rules accept and the description rejects, one for each place.
    pub(crate) fn laxer(&self, example: &Node, permitted: &Permitted<'_>) -> Answer {
        if permitted.edits.is_empty() && permitted.unproved.is_none() {
            return Answer::Contained;
        }
        let mut trial = Trial::new(example);
        let mut told: Vec<&Edit<'_>> = Vec::new();
        let mut refutations = Vec::new();
        for edit in permitted.edits.iter().take_while(|_| (self.wanted)()) {
            let is_told = told.iter().any(|other| other.steps == edit.steps);
            if is_told || told.len() >= MAX_WITNESSES {
                continue;
            }
            if let Some(refutation) = self.accepted_and_refused(&mut trial, edit) {
                told.push(edit);
                refutations.push(refutation);
            }
        }
        match (refutations.is_empty(), self.undecided().or(permitted.unproved)) {
            (false, _) => Answer::NotContained(refutations),
            (true, None) => Answer::Contained,
            (true, Some(reason)) => Answer::Unknown(reason),
        }
    }

    /// Checks a changed request; returns the refutation if the contract accepts it and the description rejects it.
    fn accepted_and_refused(&self, trial: &mut Trial, edit: &Edit<'_>) -> Option<Refutation> {
        let value = trial.with_json(edit, |value| {
            (self.refuses)(value).is_none().then(|| value.clone())
        })??;
        let path = pointer(&edit.steps);
        let failure = trial.with_node(edit, |value| self.failure_at(value, &path))??;
        self.second_agrees(trial, edit, false).then_some(Refutation {
            kind: edit.kind,
            path,
            value,
            refused: failure.message,
        })
    }

    /// Checks a value; returns the refutation if the description rejects it.
    pub(crate) fn outside(&self, value: &Node) -> Option<Refutation> {
        let failure = self.failure_at(value, "")?;
        let is_refused = match (self.second)() {
            Second::Unneeded => true,
            Second::Asked(second) => !second.is_valid(&value.to_serde()),
            Second::Unsupported => false,
        };
        is_refused.then(|| Refutation {
            kind: EditKind::Value,
            path: failure.instance_path,
            value: value.to_json(),
            refused: failure.message,
        })
    }

    /// Returns why a value is not valid: the failure at a place, if there is one, otherwise the first. Branches of `oneOf`
    /// that are not meant fail elsewhere.
    fn failure_at(&self, value: &Node, path: &str) -> Option<Failure> {
        if self.is_valid(value) {
            return None;
        }
        let mut failures = self.validator().outcome(Some(value)).failures;
        let there = failures
            .iter()
            .position(|failure| failure.instance_path == path)
            .unwrap_or_default();
        (there < failures.len()).then(|| failures.swap_remove(there))
    }
}

/// Leaves out each refutation whose value is also that of another one with a deeper place: an array with an element that lacks a
/// member says no more than that the member may be absent.
fn most_exact(refutations: Vec<Refutation>) -> Vec<Refutation> {
    let is_deeper = |one: &Refutation, other: &Refutation| {
        let below = one.path.strip_prefix(&other.path);
        below.is_some_and(|below| below.starts_with('/')) && one.value == other.value
    };
    let is_kept: Vec<bool> = refutations
        .iter()
        .map(|other| !refutations.iter().any(|one| is_deeper(one, other)))
        .collect();
    let kept = refutations.into_iter().zip(is_kept);
    kept.filter_map(|(refutation, is_kept)| is_kept.then_some(refutation))
        .collect()
}

/// Whether all values of the description match the contract.
#[derive(Debug)]
pub(crate) enum Answer {
    Contained,
    NotContained(Vec<Refutation>),
    Unknown(&'static str),
}
