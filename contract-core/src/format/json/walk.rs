//! The walk over the example and the actual document together.

use crate::json::{Map, Value};

use super::at::At;
use super::{DEEPEST, quick};
use crate::matching::effort;
use crate::matching::given::Given;
use crate::matching::place::Place;
use crate::matching::rule::equality::Equality;
use crate::matching::rule::{
    Applied, Failure, Keys, MOST_NAMED, MatchingRule as _, Plain, Rejected, SetId, Verdict,
};
use crate::matching::{Mismatch, MismatchKind, Part, Unexpected};
use crate::report::value::grouped;

/// Alternatives inside of alternatives multiply the walks. If more than this many are nested, rules
/// of which one is enough are judged value by value.
const MOST_ALTERNATIVES: usize = 64;

/// At most this many mismatches are reported; the walk ends there.
pub(super) const MOST_MISMATCHES: usize = 1_000;

/// At most this many rules at one place are judged as part of the walk; judging more of them is work beyond the documents' size.
const USUAL_RULES: usize = 16;

/// What judging one rule costs.
const STEPS_OF_RULE: u64 = 10;

/// What walking one value costs, where it is walked again for each of several alternatives.
const STEPS_OF_VALUE: u64 = 10;

/// A comparison under way.
pub(super) struct Walk<'o> {
    pub(super) part: Part,
    pub(super) unexpected: Unexpected,
    /// At which depth the rules have their root.
    pub(super) root_depth: usize,
    /// Where mismatches go. `None`: the walk ends at the first.
    pub(super) out: Option<&'o mut Vec<Mismatch>>,
    /// Whether subtrees without rules of their own may be compared without look-ups first.
    quick: bool,
    /// How many times the alternatives that the walk is inside of multiply it.
    inside: usize,
}

impl<'o> Walk<'o> {
    pub(super) fn new(
        part: Part,
        unexpected: Unexpected,
        root: &Place<'_>,
        out: Option<&'o mut Vec<Mismatch>>,
    ) -> Self {
        Self {
            part,
            unexpected,
            root_depth: root.depth(),
            out,
            quick: true,
            inside: 1,
        }
    }

    /// Returns whether a mismatch is reported: not if the first is enough, not if there are many, and not if the
    /// comparison was given up, since nothing is known then.
    pub(super) fn reports(&self) -> bool {
        let has_place = self.out.as_ref().is_some_and(|out| out.len() < MOST_MISMATCHES);
        has_place && !effort::is_spent()
    }

    /// Adds that there may be more mismatches if the walk ended because of their number.
    pub(super) fn conclude(&mut self) {
        let part = self.part;
        if let Some(out) = &mut self.out
            && out.len() >= MOST_MISMATCHES
            && out
                .iter()
                .all(|mismatch| mismatch.kind != MismatchKind::MayBeMore)
        {
            let most = grouped(MOST_MISMATCHES);
            out.push(Mismatch::of_comparison(
                MismatchKind::MayBeMore,
                part,
                "$".to_owned(),
                format!("fewer than {most} mismatches"),
                format!("The comparison ended after {most} mismatches: there may be more"),
            ));
        }
    }

    /// Compares one value; returns whether it matches. Without an example only rules count.
    pub(super) fn value(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        at: &At<'_, '_>,
    ) -> bool {
        if place.depth() > DEEPEST {
            return self.too_deep(place);
        }
        if self.inside > 1 && !effort::spend(STEPS_OF_VALUE) {
            return false;
        }
        let applied = at.scope.applied();
        if self.quick
            && at.scope.is_leaf()
            && let Some(example) = example
        {
            let depth = DEEPEST + 1 - place.depth();
            let fits = match applied.map(|applied| applied.plain()) {
                None | Some(Plain::Equality) => Some(quick::equal(example, actual, self.unexpected, depth)),
                Some(Plain::Type) => Some(quick::alike(example, actual, self.unexpected, depth)),
                Some(Plain::No) => None,
            };
            match fits {
                Some(true) => return true,
                Some(false) if !self.reports() => return false,
                Some(false) => {
                    // Something below differs: walk it again, step by step, to report what.
                    self.quick = false;
                    let fits = self.value(place, Some(example), actual, at);
                    self.quick = true;
                    return fits;
                }
                None => {}
            }
        }
        match applied {
            Some(applied) => self.ruled(place, example, actual, at, applied),
            None => self.plain(place, example, actual, at),
        }
    }

    /// Without a rule the value is the example's.
    fn plain(&mut self, place: &Place<'_>, example: Option<&Value>, actual: &Value, at: &At<'_, '_>) -> bool {
        match Equality.judge(example, actual, self.unexpected) {
            Verdict::Holds => true,
            Verdict::Descend => self.below(place, example, actual, at, false, (Keys::Same, 0)),
            Verdict::Fails | Verdict::FailsDescend => {
                if self.reports() {
                    let mut failure = Failure::of(
                        &Equality,
                        &Rejected {
                            example: example.map(Given::Json),
                            actual: Given::Json(actual),
                            unexpected: self.unexpected,
                        },
                    );
                    failure.rule.clear();
                    self.report(place, example, Some(actual), failure, None, at);
                }
                false
            }
        }
    }

    fn ruled(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        at: &At<'_, '_>,
        applied: Applied<'_>,
    ) -> bool {
        let alternatives = &applied.set.alternatives;
        let is_apart = !applied.cascaded && !alternatives.is_empty();
        if is_apart && (self.inside == 1 || self.inside * alternatives.len() <= MOST_ALTERNATIVES) {
            return self.alternatives(place, example, actual, at, alternatives);
        }
        let unexpected = self.unexpected;
        let unusual = applied.rules().len().saturating_sub(USUAL_RULES) as u64;
        if unusual > 0 && !effort::spend(unusual * STEPS_OF_RULE) {
            return false;
        }
        let verdict = applied.verdict(|rule| rule.judge(example, actual, unexpected));
        if matches!(verdict, Verdict::Fails | Verdict::FailsDescend) {
            if !self.reports() {
                return false;
            }
            self.failures(place, example, actual, at, applied);
        }
        match verdict {
            Verdict::Holds => true,
            Verdict::Fails => false,
            Verdict::Descend | Verdict::FailsDescend => {
                let members = applied.members();
                let fits = self.below(place, example, actual, at, applied.frees_length(), members);
                fits && verdict == Verdict::Descend
            }
        }
    }

    /// One alternative must match the whole value; if none does, the one with the fewest mismatches is reported.
    fn alternatives(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        at: &At<'_, '_>,
        alternatives: &[SetId],
    ) -> bool {
        let (part, unexpected, root_depth) = (self.part, self.unexpected, self.root_depth);
        let inside = self.inside * alternatives.len();
        let attempt = |alternative: SetId, out: Option<&mut Vec<Mismatch>>| {
            let mut walk = Walk {
                part,
                unexpected,
                root_depth,
                out,
                quick: true,
                inside,
            };
            walk.value(place, example, actual, &At::open(at.scope.under(alternative)))
        };
        if alternatives.iter().any(|&alternative| attempt(alternative, None)) {
            return true;
        }
        if self.reports()
            && let Some(out) = &mut self.out
        {
            let reports = alternatives.iter().take(MOST_NAMED).map(|&alternative| {
                let mut report = Vec::new();
                attempt(alternative, Some(&mut report));
                report
            });
            out.extend(reports.min_by_key(Vec::len).unwrap_or_default());
        }
        false
    }

    /// Compares what is below a container; a scalar has nothing below.
    fn below(
        &mut self,
        place: &Place<'_>,
        example: Option<&Value>,
        actual: &Value,
        at: &At<'_, '_>,
        frees_length: bool,
        (keys, each): (Keys, SetId),
    ) -> bool {
        match actual {
            Value::Array(elements) => {
                let example = example.and_then(Value::as_array).map(Vec::as_slice);
                self.array(place, example, elements, at, frees_length, each)
            }
            Value::Object(members) => {
                let example = example.and_then(Value::as_object);
                match keys {
                    Keys::Same => self.object(place, example, members, at),
                    Keys::Free | Keys::Alike => self.map(place, example, members, at, keys, each),
                }
            }
            _ => true,
        }
    }

    fn array(
        &mut self,
        place: &Place<'_>,
        example: Option<&[Value]>,
        actual: &[Value],
        at: &At<'_, '_>,
        frees_length: bool,
        each: SetId,
    ) -> bool {
        let mut fits = true;
        let examples = example.unwrap_or_default();
        let spare = if frees_length { examples.first() } else { None };
        let compared = if frees_length || example.is_none() {
            actual.len()
        } else {
            examples.len()
        };
        for (index, actual) in actual.iter().enumerate().take(compared) {
            let example = examples.get(index).or(spare);
            let at = at.element(index, each);
            fits &= self.value(&place.index(index), example, actual, &at);
            if !fits && !self.reports() {
                return false;
            }
        }
        if let Some(example) = example
            && !frees_length
            && example.len() != actual.len()
        {
            fits = false;
            if self.reports() {
                let (expected, received) = (example.len(), actual.len());
                let failure = Failure {
                    expectation: format!(
                        "an array of {expected} {}",
                        if expected == 1 { "element" } else { "elements" }
                    ),
                    description: format!(
                        "Expected a List with {expected} elements but received {received} elements"
                    ),
                    rule: String::new(),
                };
                let (example, actual) = (Value::from(example.to_vec()), Value::from(actual.to_vec()));
                self.report(place, Some(&example), Some(&actual), failure, None, at);
            }
        }
        fits
    }

    /// Compares an object with the example's members.
    fn object(
        &mut self,
        place: &Place<'_>,
        example: Option<&Map<String, Value>>,
        actual: &Map<String, Value>,
        at: &At<'_, '_>,
    ) -> bool {
        let mut fits = true;
        let Some(example) = example else {
            for (name, actual) in actual {
                fits &= self.value(&place.name(name), None, actual, &At::open(at.scope.member(name)));
            }
            return fits;
        };
        let mut cursor = quick::Cursor::new(actual);
        let mut found = 0;
        for (position, (name, example)) in example.iter().enumerate() {
            let Some(actual) = cursor.find(name) else {
                continue;
            };
            found += 1;
            fits &= self.value(
                &place.name(name),
                Some(example),
                actual,
                &at.member(position, name),
            );
            if !fits && !self.reports() {
                return false;
            }
        }
        if found == example.len() && (found == actual.len() || self.unexpected == Unexpected::Allowed) {
            return fits;
        }
        self.keys(place, example, actual, at);
        false
    }

    /// An object whose member names are free.
    fn map(
        &mut self,
        place: &Place<'_>,
        example: Option<&Map<String, Value>>,
        actual: &Map<String, Value>,
        at: &At<'_, '_>,
        keys: Keys,
        each: SetId,
    ) -> bool {
        let mut fits = true;
        let first =
            example.and_then(|example| example.iter().min_by(|(left, _), (right, _)| left.cmp(right)));
        for (name, actual) in actual {
            let at = At::open(at.scope.member_with(name, each));
            let same = example.and_then(|example| example.get(name));
            let example = match keys {
                Keys::Alike => same.or(first.map(|(_, value)| value)),
                // The rule speaks of names alone: values are compared where another rule speaks of them.
                Keys::Free | Keys::Same => same.filter(|_| at.scope.applied().is_some()),
            };
            fits &= self.value(&place.name(name), example, actual, &at);
            if !fits && !self.reports() {
                return false;
            }
        }
        fits
    }
}
