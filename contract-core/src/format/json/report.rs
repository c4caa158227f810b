//! Reports what differs. Nothing here runs if everything matches.

use crate::json::{Map, Value};

use super::DEEPEST;
use super::at::At;
use super::walk::Walk;
use crate::matching::given::Given;
use crate::matching::place::Place;
use crate::matching::rule::array_contains::more_missing;
use crate::matching::rule::equality::Equality;
use crate::matching::rule::{
    AlternativesRule, Applied, CompiledRule, EachKey, Failure, MOST_NAMED, MatchingRule as _, Rejected, Role,
    Verdict,
};
use crate::matching::{Mismatch, MismatchKind, Unexpected, show};

/// How many variants that are missing are explained by the nearest element.
const MOST_EXPLAINED: usize = 5;

impl Walk<'_> {
    /// Reports members that are missing and members that are not expected.
    pub(super) fn keys(
        &mut self,
        place: &Place<'_>,
        example: &Map<String, Value>,
        actual: &Map<String, Value>,
        at: &At<'_, '_>,
    ) {
        if !self.reports() {
            return;
        }
        // The wording names all members. It is given once, so that a report stays linear in the documents.
        let mut whole = (self.unexpected == Unexpected::Refused).then(|| {
            let names = |map: &Map<String, Value>| {
                let names: Vec<_> = map.keys().map(String::as_str).collect();
                show::cut(&names.join(", ")).into_owned()
            };
            let (expected, received) = (names(example), names(actual));
            format!("Expected a Map with keys [{expected}] but received one with keys [{received}]")
        });
        for (name, example) in example.iter().filter(|(name, _)| !actual.contains_key(*name)) {
            if !self.reports() {
                return;
            }
            let given = Some(Given::Json(example));
            let failure = Failure {
                expectation: at
                    .scope
                    .member(name)
                    .applied()
                    .map_or_else(|| Equality.expect(given), |applied| applied.expectation(given)),
                description: whole
                    .take()
                    .unwrap_or_else(|| format!("Actual map is missing the following keys: {name}")),
                rule: String::new(),
            };
            self.report(&place.name(name), Some(example), None, failure, None, at);
        }
        if self.unexpected == Unexpected::Allowed {
            return;
        }
        for (name, actual) in actual.iter().filter(|(name, _)| !example.contains_key(*name)) {
            if !self.reports() {
                return;
            }
            let failure = Failure {
                expectation: "no such key".to_owned(),
                description: whole
                    .take()
                    .unwrap_or_else(|| format!("Unexpected key '{name}' received")),
                rule: String::new(),
            };
            self.report(&place.name(name), None, Some(actual), failure, None, at);
        }
    }

    /// Reports the rules that do not hold. Where all must hold, each missing variant and each failing key is reported
    /// on its own.
    pub(super) fn failures(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        at: &At<'_, '_>,
        applied: Applied<'_>,
    ) {
        let mut apart: Vec<&CompiledRule> = Vec::new();
        if !applied.any() {
            for rule in applied.rules() {
                match (rule.role(), actual) {
                    (Role::ArrayContains(contains), Value::Array(elements)) => {
                        let (missing, more) = contains.first_missing(example, elements, self.unexpected);
                        for (index, wanted) in missing.iter().enumerate() {
                            // The array is shown once, and a few variants are explained.
                            let shown = (index == 0).then_some(actual);
                            self.report(place, wanted.example, shown, wanted.failure(), Some(applied), at);
                            if index < MOST_EXPLAINED
                                && let Some(last) = self.out.as_mut().and_then(|out| out.last_mut())
                            {
                                last.nearest = wanted.nearest(elements, self.unexpected, place);
                            }
                        }
                        if more > 0 {
                            let failure = Failure {
                                expectation: format!("{more} more elements"),
                                description: more_missing(more),
                                rule: rule.name().to_owned(),
                            };
                            self.report(place, None, None, failure, Some(applied), at);
                        }
                    }
                    (Role::EachKey(each), Value::Object(members)) if example.is_none_or(Value::is_object) => {
                        self.failing_keys(place, members, each, at, applied);
                    }
                    _ => continue,
                }
                apart.push(rule);
            }
        }
        for rule in applied.rules() {
            if let (false, Role::Alternatives(alternatives)) = (applied.any(), rule.role())
                && rule.judge(example, actual, self.unexpected) == Verdict::Fails
            {
                self.rejected_by_all(place, example, actual, alternatives, at, applied);
                apart.push(rule);
            }
        }
        let failed = |rule: &CompiledRule| {
            let verdict = rule.judge(example, actual, self.unexpected);
            matches!(verdict, Verdict::Fails | Verdict::FailsDescend)
                && !apart.iter().any(|apart| std::ptr::eq(*apart, rule))
        };
        let failures = applied.failures(
            failed,
            example.map(Given::Json),
            Given::Json(actual),
            self.unexpected,
        );
        for failure in failures {
            self.report(place, example, Some(actual), failure, Some(applied), at);
        }
    }

    /// Reports that a value matches no alternative, and what differs from the nearest one.
    fn rejected_by_all(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        alternatives: &AlternativesRule,
        at: &At<'_, '_>,
        applied: Applied<'_>,
    ) {
        let rejected = Rejected {
            example: example.map(Given::Json),
            actual: Given::Json(actual),
            unexpected: self.unexpected,
        };
        let failure = Failure::of(alternatives, &rejected);
        self.report(place, example, Some(actual), failure, Some(applied), at);
        if let Some(last) = self.out.as_mut().and_then(|out| out.last_mut()) {
            (_, last.nearest) = alternatives.nearest(actual, self.unexpected, place);
            last.nearest.truncate(MOST_NAMED);
        }
    }

    fn failing_keys(
        &mut self,
        place: &Place<'_>,
        members: &Map<String, Value>,
        each: &EachKey,
        at: &At<'_, '_>,
        applied: Applied<'_>,
    ) {
        for name in members.keys() {
            if !self.reports() {
                return;
            }
            for rule in each.failing(name).take(MOST_NAMED) {
                let rejected = Rejected {
                    example: each.example.as_deref().map(Given::Text),
                    actual: Given::Text(name),
                    unexpected: self.unexpected,
                };
                let mut failure = Failure::of(rule.as_ref(), &rejected);
                failure.expectation = format!("a key that is {}", failure.expectation);
                "eachKey".clone_into(&mut failure.rule);
                let key = Value::from(name.as_str());
                self.report(&place.name(name), None, Some(&key), failure, Some(applied), at);
            }
        }
    }

    pub(super) fn too_deep(&mut self, place: &Place<'_>) -> bool {
        if let Some(out) = &mut self.out {
            out.push(Mismatch::of_comparison(
                MismatchKind::Undecided,
                self.part,
                place.path(),
                format!("at most {DEEPEST} levels"),
                format!("The document is nested deeper than {DEEPEST} levels and not compared further"),
            ));
        }
        false
    }

    pub(super) fn report(
        &mut self,
        place: &Place<'_>,
        expected: Option<&Value>,
        actual: Option<&Value>,
        failure: Failure,
        applied: Option<Applied<'_>>,
        at: &At<'_, '_>,
    ) {
        let (part, root_depth) = (self.part, self.root_depth);
        if let Some(out) = &mut self.out {
            out.push(Mismatch {
                kind: MismatchKind::Differs,
                part,
                path: place.path(),
                expected: expected.cloned(),
                actual: actual.cloned(),
                expectation: failure.expectation,
                description: failure.description,
                rule: applied.map(|applied| at.scope.explain(applied, failure.rule, place, root_depth)),
                nearest: Vec::new(),
            });
        }
    }
}
