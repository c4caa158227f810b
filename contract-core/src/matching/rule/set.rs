//! The compiled rules at one path.

use std::sync::Arc;

use super::failure::{self, Failure, MOST_NAMED, Rejected};
use super::matching_rule::{CompiledRule, Inherited, Role};
use super::regex::Regex;
use super::type_of::TypeOf;
use super::verdict::Verdict;
use crate::contract::Combine;
use crate::matching::Unexpected;
use crate::matching::given::Given;

/// A rule set's number: its rank among all sets of the document. The greater one applies; 0 means none.
pub(crate) type SetId = u32;

/// The rules at one path.
#[derive(Debug, Clone)]
pub(crate) struct RuleSet {
    /// The path as written in the contract.
    pub(crate) path: String,
    pub(crate) combine: Combine,
    /// The rules for the value at the path itself.
    pub(crate) own: Vec<CompiledRule>,
    /// The rules for everything nested in it.
    pub(crate) below: Vec<CompiledRule>,
    /// How members are compared, if the rules specify it.
    keys: Keys,
    /// What each nested value must match (`eachValue`).
    pub(crate) each: SetId,
    /// If one of several rules must match and they treat members differently: each as its own set, tried on the whole
    /// value.
    pub(crate) alternatives: Vec<SetId>,
    own_is: Plain,
    below_is: Plain,
}

/// Rule sets that a walk without lookups can apply to a whole subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// `equality` alone.
    Equality,
    /// `type` alone, without bounds.
    Type,
    /// Anything else.
    No,
}

/// How members of an object are paired with those of the example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// By name.
    Same,
    /// Names are free; values are compared if the example or a rule applies to them (`eachKey`).
    Free,
    /// Names are free; each value is compared with the one of the same name, otherwise with the first (`values`,
    /// `eachValue`).
    Alike,
}

/// A rule set applied at a place: at its own path or, inherited, below it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applied<'r> {
    pub(crate) set: &'r RuleSet,
    pub(crate) id: SetId,
    pub(crate) cascaded: bool,
}

impl RuleSet {
    pub(crate) fn new(path: String, combine: Combine, own: Vec<CompiledRule>) -> Self {
        let below: Vec<CompiledRule> = own.iter().filter_map(below).collect();
        let (own_is, below_is) = (plain(&own), plain(&below));
        let keys = own
            .iter()
            .map(|rule| keys_of(rule.role()))
            .fold(Keys::Same, |so_far, keys| match (so_far, keys) {
                (Keys::Alike, _) | (_, Keys::Alike) => Keys::Alike,
                (Keys::Free, _) | (_, Keys::Free) => Keys::Free,
                _ => Keys::Same,
            });
        Self {
            path,
            combine,
            own,
            below,
            keys,
            each: 0,
            alternatives: Vec::new(),
            own_is,
            below_is,
        }
    }

    /// Returns the set with ambiguous patterns in the dialect that matches the example; `None` if none of them changes.
    pub(crate) fn fitted(&self, example: &str) -> Option<Self> {
        let mut fitted = None;
        for (index, rule) in self.own.iter().enumerate() {
            if let Role::Regex(pattern) = rule.role()
                && let Some(fitting) = pattern.fitted_to(example)
            {
                let set = fitted.get_or_insert_with(|| self.clone());
                set.own[index] = Arc::new(Regex::new(fitting));
            }
        }
        let mut set = fitted?;
        set.below = set.own.iter().filter_map(below).collect();
        Some(set)
    }

    /// Returns whether there is a pattern among the rules.
    pub(crate) fn has_pattern(&self) -> bool {
        self.own.iter().any(|rule| matches!(rule.role(), Role::Regex(_)))
    }

    /// Returns whether nested values inherit anything.
    pub(crate) fn cascades(&self) -> bool {
        !self.below.is_empty()
    }

    /// Returns whether inherited rules apply to whole structures, not to single values.
    #[cfg(feature = "xml")]
    pub(crate) fn is_structural(&self) -> bool {
        let structural = |role| matches!(role, Role::Type(_) | Role::Equality);
        self.below.iter().all(|rule| structural(rule.role()))
    }
}

/// Returns what nested values inherit from a rule.
fn below(rule: &CompiledRule) -> Option<CompiledRule> {
    match rule.inherited() {
        Inherited::Nothing => None,
        Inherited::Rule => Some(Arc::clone(rule)),
        Inherited::Type => Some(Arc::new(TypeOf::ANY)),
    }
}

fn plain(rules: &[CompiledRule]) -> Plain {
    let [rule] = rules else { return Plain::No };
    match rule.role() {
        Role::Equality => Plain::Equality,
        Role::Type(bounds) if bounds.is_open() => Plain::Type,
        _ => Plain::No,
    }
}

fn keys_of(role: Role<'_>) -> Keys {
    match role {
        Role::LikeExample => Keys::Alike,
        Role::EachKey(_) => Keys::Free,
        _ => Keys::Same,
    }
}

impl<'r> Applied<'r> {
    /// Returns the rules that apply here.
    pub(crate) fn rules(&self) -> &'r [CompiledRule] {
        if self.cascaded {
            &self.set.below
        } else {
            &self.set.own
        }
    }

    /// Returns whether a walk without lookups can apply the set.
    pub(crate) fn plain(&self) -> Plain {
        if self.cascaded {
            self.set.below_is
        } else {
            self.set.own_is
        }
    }

    /// Returns how members are compared, and what each value must match in addition to the rules at its path.
    pub(crate) fn members(&self) -> (Keys, SetId) {
        if self.cascaded {
            (Keys::Same, 0)
        } else {
            (self.set.keys, self.set.each)
        }
    }

    /// Returns whether one matching rule is enough.
    pub(crate) fn any(&self) -> bool {
        self.set.combine == Combine::Or
    }

    /// Returns whether there may be more or fewer elements, or values of a parameter, than in the example: true for any
    /// rule but `equality`, within its bounds.
    pub(crate) fn frees_length(&self) -> bool {
        let mut rules = self.rules().iter();
        let frees = |rule: &CompiledRule| !matches!(rule.role(), Role::Equality);
        if self.any() {
            rules.any(frees)
        } else {
            rules.all(frees)
        }
    }

    /// Returns a human-readable description of what the rules expect.
    pub(crate) fn expectation(&self, example: Option<Given<'_>>) -> String {
        if self.any() {
            failure::any_of(self.rules(), example)
        } else {
            failure::all_of(self.rules(), example)
        }
    }

    /// Returns the names of the rules: `type`, `regex or null`.
    pub(crate) fn names(&self) -> String {
        let between = if self.any() { " or " } else { " and " };
        failure::joined(self.rules(), between, |rule| rule.name())
    }

    /// Returns whether a text matches the rules.
    pub(crate) fn holds_text(&self, example: Option<&str>, actual: &str) -> bool {
        self.holds(|rule| rule.holds_beside(example.map(Given::Text), Given::Text(actual)))
    }

    fn holds(&self, holds: impl Fn(&CompiledRule) -> bool) -> bool {
        let rules = self.rules();
        if self.any() && !rules.is_empty() {
            rules.iter().any(holds)
        } else {
            rules.iter().all(holds)
        }
    }

    /// Judges a text by all rules: a path, a header, a query parameter, a form field, the text of an XML element.
    ///
    /// # Errors
    ///
    /// Each rule that rejects it, or one failure for all if one matching rule would be enough.
    pub(crate) fn check_text(&self, example: Option<&str>, actual: &str) -> Result<(), Vec<Failure>> {
        self.check_beside(example.map(Given::Text), Given::Text(actual))
    }

    /// Judges bytes by all rules. See [`check_text`](Self::check_text) for errors.
    pub(crate) fn check_bytes(&self, example: Option<&[u8]>, actual: &[u8]) -> Result<(), Vec<Failure>> {
        self.check_beside(example.map(Given::Bytes), Given::Bytes(actual))
    }

    fn check_beside(&self, example: Option<Given<'_>>, actual: Given<'_>) -> Result<(), Vec<Failure>> {
        self.check(|rule| rule.holds_beside(example, actual), example, actual)
    }

    /// Judges a value by all rules, each with `holds`. See [`check_text`](Self::check_text) for errors.
    pub(crate) fn check(
        &self,
        holds: impl Fn(&CompiledRule) -> bool,
        example: Option<Given<'_>>,
        actual: Given<'_>,
    ) -> Result<(), Vec<Failure>> {
        if self.holds(&holds) {
            return Ok(());
        }
        Err(self.failures(|rule| !holds(rule), example, actual, Unexpected::Refused))
    }

    /// Returns the failures of the rules named by `failed`, at most [`MOST_NAMED`]; one for all if one matching rule
    /// would be enough.
    pub(crate) fn failures(
        &self,
        failed: impl Fn(&CompiledRule) -> bool,
        example: Option<Given<'_>>,
        actual: Given<'_>,
        unexpected: Unexpected,
    ) -> Vec<Failure> {
        let failing = self.rules().iter().filter(|rule| self.any() || failed(rule));
        let more = self.rules().len().saturating_sub(MOST_NAMED);
        let rejected = Rejected {
            example,
            actual,
            unexpected,
        };
        let mut failures: Vec<Failure> = Vec::new();
        for rule in failing.take(MOST_NAMED) {
            let failure = Failure::of(rule.as_ref(), &rejected);
            if failures
                .iter()
                .all(|present| present.description != failure.description)
            {
                failures.push(failure);
            }
        }
        if self.any() && failures.len() > 1 {
            let join = |part: fn(&Failure) -> &str, between: &str| {
                failures.iter().map(part).collect::<Vec<_>>().join(between)
            };
            let mut description = join(|failure| &failure.description, ", or ");
            if more > 0 {
                description = format!("{description}, or to match one of {more} more rules");
            }
            return vec![Failure {
                expectation: failure::any_of(self.rules(), example),
                description,
                rule: self.names(),
            }];
        }
        failures
    }

    /// Returns the verdict of rules of which one must match, or of those that must all match.
    pub(crate) fn verdict(&self, judge: impl Fn(&CompiledRule) -> Verdict) -> Verdict {
        match self.rules() {
            [only] => judge(only),
            rules if self.any() => Verdict::any(rules.iter().map(judge)),
            rules => Verdict::all(rules.iter().map(judge)),
        }
    }
}
