//! Alternatives: several patterns for one value, of which one or all must match.

use super::failure::{MOST_NAMED, Rejected};
use super::matching_rule::{Inherited, MatchingRule, Role};
use super::rules::Rules;
use super::verdict::Verdict;
use crate::Error;
use crate::contract::Combine;
use crate::contract::alternatives::{Alternative, Alternatives};
use crate::format::ExpectedContent as _;
use crate::format::json::{self, JsonPlan};
use crate::json::Value;
use crate::matching::given::Given;
use crate::matching::place::Place;
use crate::matching::scope::Scope;
use crate::matching::{Mismatch, Unexpected, effort};

/// The minimum cost of trying one pattern on a value, in steps.
const STEPS_OF_PATTERN: u64 = 20;

/// The cost of visiting one value, in steps, each time that a pattern is tried.
const STEPS_OF_VALUE: u64 = 1;

/// Several compiled patterns for one value.
#[derive(Debug)]
pub(crate) struct AlternativesRule {
    combine: Combine,
    patterns: Vec<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    plan: JsonPlan,
    rules: Rules,
}

impl AlternativesRule {
    /// Compiles the rules of each pattern.
    ///
    /// # Errors
    ///
    /// Errors of the rules, with the number of the pattern.
    pub(crate) fn compile(alternatives: Alternatives) -> Result<Self, Error> {
        let patterns = alternatives.patterns.into_iter().zip(1..);
        let patterns = patterns.map(|(alternative, number)| {
            Compiled::of(alternative).map_err(|error| error.context(format_args!("alternative {number}")))
        });
        Ok(Self {
            combine: alternatives.combine,
            patterns: patterns.collect::<Result<_, Error>>()?,
        })
    }

    fn fits(&self, actual: &Value, unexpected: Unexpected) -> bool {
        let cost = STEPS_OF_PATTERN + STEPS_OF_VALUE * values_in(actual);
        self.holds_for(unexpected, |pattern, unexpected| {
            effort::spend(cost) && pattern.plan.fits(&pattern.rules, actual, unexpected)
        })
    }

    /// Returns whether one pattern matches, or all do. If all must match, the first one determines the
    /// members: the others cover only some of them.
    fn holds_for(&self, unexpected: Unexpected, holds: impl Fn(&Compiled, Unexpected) -> bool) -> bool {
        let mut patterns = self.patterns.iter();
        match self.combine {
            Combine::Or => patterns.any(|pattern| holds(pattern, unexpected)),
            Combine::And => {
                patterns.next().is_none_or(|first| holds(first, unexpected))
                    && patterns.all(|pattern| holds(pattern, Unexpected::Allowed))
            }
        }
    }

    /// Returns the mismatches with the nearest pattern or, if all must match, with the first one that does
    /// not; with the pattern's number.
    pub(crate) fn nearest(
        &self,
        actual: &Value,
        unexpected: Unexpected,
        place: &Place<'_>,
    ) -> (usize, Vec<Mismatch>) {
        let cost = STEPS_OF_PATTERN + STEPS_OF_VALUE * values_in(actual);
        let attempts = self.patterns.iter().zip(1..).take(MOST_NAMED);
        let attempts = attempts.take_while(|_| effort::spend(cost));
        let attempts = attempts.map(|(pattern, number)| {
            let unexpected = match self.combine {
                Combine::And if number > 1 => Unexpected::Allowed,
                _ => unexpected,
            };
            let example = Some(pattern.plan.example());
            let found = json::mismatches(&pattern.rules, example, actual, unexpected, place);
            (number, found)
        });
        let mut attempts = attempts.filter(|(_, found)| !found.is_empty());
        match self.combine {
            Combine::Or => attempts.min_by_key(|(_, found)| distance(found)),
            Combine::And => attempts.next(),
        }
        .unwrap_or_default()
    }
}

/// Returns the distance of a value from a pattern. A different fixed value counts more than other mismatches,
/// so that a tag identifies the intended pattern.
fn distance(found: &[Mismatch]) -> usize {
    const FIXED: usize = 1_000;
    let is_fixed = |mismatch: &&Mismatch| {
        let rule = mismatch.rule.as_ref().map(|rule| rule.name.as_str());
        matches!(rule, None | Some("equality")) && mismatch.actual.is_some()
    };
    found.len() + FIXED * found.iter().filter(is_fixed).count()
}

impl Compiled {
    fn of(alternative: Alternative) -> Result<Self, Error> {
        let mut rules = Rules::compile(&alternative.rules)?;
        let plan = JsonPlan::compile(&rules, alternative.example)?;
        rules.fit(|path| plan.text_at(path));
        Ok(Self { plan, rules })
    }

    /// Returns whether a text matches: a header, a query parameter, the text of an XML element.
    fn holds_text(&self, actual: &str) -> bool {
        let example = Given::Json(self.plan.example());
        let scope = Scope::root(&self.rules);
        example
            .with_text(|example| match scope.applied() {
                Some(applied) => applied.holds_text(Some(example), actual),
                None => example == actual,
            })
            .unwrap_or(false)
    }
}

/// Returns the number of values, including nested ones.
fn values_in(value: &Value) -> u64 {
    1 + match value {
        Value::Array(elements) => elements.iter().map(values_in).sum::<u64>(),
        Value::Object(members) => members.values().map(values_in).sum(),
        _ => 0,
    }
}

impl MatchingRule for AlternativesRule {
    fn name(&self) -> &'static str {
        Alternatives::keyword(self.combine)
    }

    fn inherited(&self) -> Inherited {
        Inherited::Nothing
    }

    fn judge(&self, _: Option<&Value>, actual: &Value, unexpected: Unexpected) -> Verdict {
        Verdict::holds_if(self.fits(actual, unexpected))
    }

    fn holds(&self, given: Given<'_>) -> bool {
        match given {
            Given::Json(value) => self.fits(value, Unexpected::Allowed),
            Given::Text(_) | Given::Bytes(_) => given.as_readable().is_some_and(|text| {
                self.holds_for(Unexpected::Allowed, |pattern, _| {
                    effort::spend(STEPS_OF_PATTERN) && pattern.holds_text(text)
                })
            }),
        }
    }

    fn checks_type(&self) -> bool {
        false
    }

    /// Describes the mismatches with the nearest pattern.
    fn describe(&self, rejected: &Rejected<'_>) -> String {
        let wanted = match self.combine {
            Combine::Or => format!("one of {} alternatives", self.patterns.len()),
            Combine::And => format!("all of {} patterns", self.patterns.len()),
        };
        let Given::Json(actual) = rejected.actual else {
            return format!("Expected {} to match {wanted}", rejected.typed());
        };
        let (number, found) = self.nearest(actual, rejected.unexpected, &Place::ROOT);
        let first = found
            .first()
            .map(|mismatch| format!(": {}: {}", mismatch.path, mismatch.description))
            .unwrap_or_default();
        match self.combine {
            Combine::Or => format!(
                "Expected {} to match {wanted}; the nearest is alternative {number}{first}",
                rejected.typed()
            ),
            Combine::And => format!(
                "Expected {} to match {wanted}, it does not match pattern {number}{first}",
                rejected.typed()
            ),
        }
    }

    fn expect(&self, _: Option<Given<'_>>) -> String {
        let between = match self.combine {
            Combine::Or => " or ",
            Combine::And => " and ",
        };
        let mut examples: Vec<String> = self
            .patterns
            .iter()
            .take(MOST_NAMED)
            .map(|pattern| {
                format!(
                    "like {}",
                    crate::matching::show::cut(&pattern.plan.example().to_string())
                )
            })
            .collect();
        if self.patterns.len() > MOST_NAMED {
            examples.push(format!("{} more", self.patterns.len() - MOST_NAMED));
        }
        format!("a value {}", examples.join(between))
    }

    fn role(&self) -> Role<'_> {
        Role::Alternatives(self)
    }
}
