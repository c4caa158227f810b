//! Compares how much two rules allow.

use std::cmp::Ordering;

use crate::contract::{Combine, Matcher, RuleList};

/// Compares the rules at one place: `Less` if the new ones allow less, `Greater` if they allow more, `None` if they
/// allow something else. Without rules the value must equal the example.
pub(super) fn compare(before: Option<&RuleList>, after: Option<&RuleList>) -> Option<Ordering> {
    match (before.and_then(single), after.and_then(single)) {
        _ if before == after => Some(Ordering::Equal),
        (
            Some(Matcher::Type { min, max }),
            Some(Matcher::Type {
                min: new_min,
                max: new_max,
            }),
        ) => {
            let lower = new_min.unwrap_or(0).cmp(&min.unwrap_or(0)).reverse();
            let upper = new_max.unwrap_or(usize::MAX).cmp(&max.unwrap_or(usize::MAX));
            match (lower, upper) {
                (Ordering::Equal, other) | (other, Ordering::Equal) => Some(other),
                (one, other) => (one == other).then_some(one),
            }
        }
        _ => match freedom(before)?.cmp(&freedom(after)?) {
            Ordering::Less => Some(Ordering::Greater),
            Ordering::Greater => Some(Ordering::Less),
            Ordering::Equal => None,
        },
    }
}

/// Returns whether the value may differ from the example.
pub(super) fn is_free(rules: Option<&RuleList>) -> bool {
    freedom(rules).is_none_or(|freedom| freedom > 0)
}

fn single(rules: &RuleList) -> Option<&Matcher> {
    match rules.rules.as_slice() {
        [rule] => Some(&rule.matcher),
        _ => None,
    }
}

/// Returns how much the rules allow, as far as it can be ordered: the example only, a pattern within a type, a type.
fn freedom(rules: Option<&RuleList>) -> Option<u8> {
    let Some(rules) = rules.filter(|rules| !rules.rules.is_empty()) else {
        return Some(0);
    };
    match single(rules)? {
        Matcher::Equality | Matcher::Null => Some(0),
        Matcher::Regex(_)
        | Matcher::Include(_)
        | Matcher::Date(_)
        | Matcher::Time(_)
        | Matcher::DateTime(_)
        | Matcher::Integer
        | Matcher::Decimal
        | Matcher::Boolean
        | Matcher::Semver => Some(1),
        Matcher::Number => Some(2),
        Matcher::Type { .. } => Some(3),
        _ => None,
    }
}

/// Summarises rules: `type`, `regex ^a$`, `type, at least 1`; several are joined by `and`, or by `or` if one of them is
/// enough.
pub fn describe_rules(rules: &RuleList) -> String {
    let words: Vec<String> = rules
        .rules
        .iter()
        .map(|rule| match &rule.matcher {
            Matcher::Regex(text) => format!("regex {text}"),
            Matcher::Include(text) => format!("include {text}"),
            Matcher::Date(Some(text)) => format!("date {text}"),
            Matcher::Time(Some(text)) => format!("time {text}"),
            Matcher::DateTime(Some(text)) => format!("datetime {text}"),
            Matcher::Type { min, max } => {
                let min = min.map(|min| format!(", at least {min}")).unwrap_or_default();
                let max = max.map(|max| format!(", at most {max}")).unwrap_or_default();
                format!("type{min}{max}")
            }
            other => other.name().to_owned(),
        })
        .collect();
    words.join(if rules.combine == Combine::Or {
        " or "
    } else {
        " and "
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_ordered_where_they_can_be() {
        let kind = |min, max| Some(RuleList::one(Matcher::Type { min, max }));
        let one = |matcher| Some(RuleList::one(matcher));
        let regex = |text: &str| one(Matcher::Regex(text.to_owned()));
        for (before, after, expected) in [
            (None, None, Some(Ordering::Equal)),
            (None, kind(None, None), Some(Ordering::Greater)),
            (kind(None, None), regex("a"), Some(Ordering::Less)),
            (regex("a"), regex("b"), None),
            (
                one(Matcher::Integer),
                one(Matcher::Number),
                Some(Ordering::Greater),
            ),
            (one(Matcher::Equality), None, None),
            (kind(Some(1), None), kind(Some(2), None), Some(Ordering::Less)),
            (kind(None, Some(1)), kind(None, Some(2)), Some(Ordering::Greater)),
            (kind(Some(1), Some(2)), kind(Some(2), Some(3)), None),
            (
                kind(Some(2), Some(2)),
                kind(Some(1), Some(3)),
                Some(Ordering::Greater),
            ),
        ] {
            assert_eq!(
                compare(before.as_ref(), after.as_ref()),
                expected,
                "{before:?} {after:?}"
            );
        }
    }
}
