//! Decides which of several rules for one place applies: a total order over paths.

use std::cmp::Ordering;

use crate::contract::{Path, Token};

/// Compares two paths that lead to the same place by specificity; the greater one applies.
///
/// In this order:
/// 1. the specification's weight: the product over the steps of 2 for an exact one and 1 for a wildcard (version 2,
///    "matchers"), which orders by the number of exact steps;
/// 2. the longer path;
/// 3. fewer wildcards (which the first two imply, since a step is one or the other);
/// 4. the path with the rightmost exact step where the other has a wildcard;
/// 5. `[*]` before `.*`, since it is more specific;
/// 6. the text, so that the order is total.
pub(crate) fn compare(left: &Path, right: &Path) -> Ordering {
    exact_steps(left)
        .cmp(&exact_steps(right))
        .then_with(|| left.tokens().len().cmp(&right.tokens().len()))
        .then_with(|| {
            let steps = left.tokens().iter().rev().zip(right.tokens().iter().rev());
            steps
                .map(|(left, right)| is_exact(left).cmp(&is_exact(right)))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        })
        .then_with(|| {
            let steps = left.tokens().iter().rev().zip(right.tokens().iter().rev());
            steps
                .map(|(left, right)| (*left == Token::StarIndex).cmp(&(*right == Token::StarIndex)))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        })
        .then_with(|| left.tokens().cmp(right.tokens()))
        .then_with(|| left.as_str().cmp(right.as_str()))
}

fn exact_steps(path: &Path) -> usize {
    path.tokens().iter().filter(|token| is_exact(token)).count()
}

fn is_exact(token: &Token) -> bool {
    matches!(token, Token::Field(_) | Token::Index(_))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_specification_s_example_is_ordered_by_weight() {
        let weakest_first = [
            "$",
            "$.*.level[*].id",
            "$.item1",
            "$.item1.level",
            "$.item1.level[*].id",
            "$.item1.level[1]",
            "$.item1.level[1].id",
        ];
        // `$.*.level[*].id` has two exact steps of four, `$.item1.level` two of two: the longer one applies.
        let by_order = {
            let mut paths: Vec<Path> = weakest_first.iter().map(|text| text.parse().unwrap()).collect();
            paths.sort_by(compare);
            paths
                .iter()
                .map(|path| path.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            by_order,
            [
                "$",
                "$.item1",
                "$.item1.level",
                "$.*.level[*].id",
                "$.item1.level[1]",
                "$.item1.level[*].id",
                "$.item1.level[1].id",
            ]
        );
    }

    #[test]
    fn ties_of_weight_and_length_go_to_the_exact_step_furthest_right() {
        for (weaker, stronger) in [
            ("$.a.*", "$.*.b"),
            ("$.b.x[*]", "$.*.x[1]"),
            ("$.a[*].*", "$.*.b[*]"),
            ("$.a.*", "$.a[*]"),
            ("$.a[*].c.*", "$.a[*].*.d"),
        ] {
            let (weaker, stronger): (Path, Path) = (weaker.parse().unwrap(), stronger.parse().unwrap());
            assert_eq!(compare(&weaker, &stronger), Ordering::Less, "{weaker} {stronger}");
        }
    }

    fn path() -> impl Strategy<Value = Path> {
        let token = prop_oneof![
            "[ab]".prop_map(Token::Field),
            (0..2_usize).prop_map(Token::Index),
            Just(Token::Star),
            Just(Token::StarIndex),
        ];
        prop::collection::vec(token, 0..4).prop_map(Path::from_tokens)
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in path(), b in path(), c in path()) {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }
}
