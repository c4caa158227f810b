//! Determines which matching rule of a contract applies at a place, as far as needed for a proof.

use std::collections::BTreeMap;

use contract_core::contract::{Matcher, Path, RuleList, Token};

use super::edit::Step;

/// What a contract accepts at a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Accepts<'r> {
    /// Only the example.
    Example,
    /// The values that one rule accepts.
    Rule(&'r Matcher),
    /// A combination that is not understood here.
    Other,
}

/// Returns what a contract accepts at a place, by its rules for the body (specification version 2, "matching
/// rules": the path with the greatest weight applies, and rules for the type are inherited).
pub(super) fn accepts<'r>(rules: &'r BTreeMap<Path, RuleList>, steps: &[Step<'_>]) -> Accepts<'r> {
    let mut best: Option<(Weight, &RuleList, bool)> = None;
    let mut is_tied = false;
    for (path, list) in rules {
        let Some(weight) = weight(path.tokens(), steps) else {
            continue;
        };
        let is_here = path.tokens().len() == steps.len();
        match &best {
            Some((other, ..)) if *other > weight => {}
            Some((other, ..)) if *other == weight => is_tied = true,
            _ => {
                best = Some((weight, list, is_here));
                is_tied = false;
            }
        }
    }
    let Some((_, list, is_here)) = best else {
        return Accepts::Example;
    };
    let [rule] = &list.rules[..] else {
        return Accepts::Other;
    };
    if is_tied {
        return Accepts::Other;
    }
    match (&rule.matcher, is_here) {
        (matcher, true) => Accepts::Rule(matcher),
        (Matcher::Type { .. }, false) => Accepts::Rule(&CASCADED),
        _ => Accepts::Other,
    }
}

/// An inherited `type`, without its bounds.
static CASCADED: Matcher = Matcher::TYPE;

/// The weight of a path, then its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Weight {
    product: u64,
    length: usize,
}

/// Returns the weight of a path that matches the place or one of its parents.
fn weight(tokens: &[Token], steps: &[Step<'_>]) -> Option<Weight> {
    if tokens.len() > steps.len() || tokens.len() > 60 {
        return None;
    }
    let mut product = 2;
    for (token, step) in tokens.iter().zip(steps) {
        product *= match (token, step) {
            (Token::Field(name), Step::Member(other)) if name == other => 2,
            (Token::Index(index), Step::Element(other)) if index == other => 2,
            (Token::Star, _) | (Token::StarIndex, Step::Element(_)) => 1,
            _ => return None,
        };
    }
    Some(Weight {
        product,
        length: tokens.len(),
    })
}

/// Returns whether a rule for dates is about those of ISO 8601, as the format `date` is.
pub(super) fn is_iso_date(format: Option<&str>) -> bool {
    format.is_none_or(|format| matches!(format, "yyyy-MM-dd" | "uuuu-MM-dd"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use contract_core::contract::{Matcher, RuleList};

    use super::{Accepts, Step, accepts};

    #[test]
    fn the_heaviest_path_decides() {
        let rules: BTreeMap<_, _> = [
            ("$.items", RuleList::one(Matcher::TYPE)),
            ("$.items[*].id", RuleList::one(Matcher::Integer)),
            ("$.items[0].id", RuleList::one(Matcher::Number)),
        ]
        .into_iter()
        .map(|(path, list)| (path.parse().unwrap(), list))
        .collect();
        let member = Step::Member;
        let at = |steps: &[Step<'_>]| match accepts(&rules, steps) {
            Accepts::Rule(matcher) => matcher.name().to_owned(),
            Accepts::Example => "example".to_owned(),
            Accepts::Other => "other".to_owned(),
        };
        assert_eq!(at(&[member("items"), Step::Element(0), member("id")]), "number");
        assert_eq!(at(&[member("items"), Step::Element(1), member("id")]), "integer");
        assert_eq!(at(&[member("items"), Step::Element(1), member("name")]), "type");
        assert_eq!(at(&[member("other")]), "example");
    }
}
