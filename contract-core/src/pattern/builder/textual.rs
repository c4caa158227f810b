//! Patterns for parts that are text: paths, query parameters, header fields.

use crate::json::Value;

use crate::contract::{Combine, Generator, Matcher, Path, RuleList, Token};
use crate::pattern::expand::Place;
use crate::pattern::{IntoPattern, Pattern};

/// The meaning of a pattern for a named text with one or several values.
pub(super) struct Textual {
    pub(super) values: Vec<String>,
    rules: Rules,
    pub(super) generator: Option<Generator>,
}

/// The rules for the values.
enum Rules {
    /// They must equal the example.
    None,
    /// The same rules for each value.
    Each(RuleList),
    /// Different rules for each value, in order; a value without rules must equal the example.
    ByIndex(Vec<Option<RuleList>>),
}

impl Textual {
    /// Converts a pattern. `what` names the place in messages: `header "accept"`.
    #[track_caller]
    pub(super) fn of(pattern: impl IntoPattern, what: impl Fn() -> String) -> Self {
        let pattern: Pattern = pattern.into_pattern();
        let expanded = pattern.expand_for(Place::Text);
        let values: Vec<String> = match &expanded.example {
            Value::Array(items) if !items.is_empty() => items.iter().map(|item| text(item, &what)).collect(),
            example => vec![text(example, &what)],
        };
        let root = Path::root();
        let each = root.join(Token::StarIndex);
        let mut lists = expanded.rules;
        let mut generators = expanded.generators;
        let generator = generators.remove(&root).or_else(|| generators.remove(&each));
        assert!(
            generators.is_empty(),
            "{}: a contract cannot put in one value of an array when the interaction is played: add the values one by one",
            what()
        );
        let at_all = lists.remove(&root);
        let at_each = lists.remove(&each);
        let by_index: Vec<Option<RuleList>> = (0..values.len())
            .map(|index| lists.remove(&root.join(Token::Index(index))))
            .collect();
        assert!(
            lists.is_empty(),
            "{}: a contract has no place for rules inside a value",
            what()
        );
        let rules = match (at_each, by_index.iter().any(Option::is_some)) {
            (Some(list), _) => Rules::Each(with_bounds(list, at_all, &what)),
            (None, true) if by_index.iter().all(|list| *list == by_index[0]) => {
                match by_index.into_iter().next() {
                    Some(Some(list)) => Rules::Each(with_bounds(list, at_all, &what)),
                    _ => Rules::None,
                }
            }
            (None, true) => Rules::ByIndex(by_index),
            (None, false) => at_all.map_or(Rules::None, Rules::Each),
        };
        Self {
            values,
            rules,
            generator,
        }
    }

    /// Returns the rules for all values, or for the one with an index. `earlier` is the number of values that
    /// the name already has, `is_ruled` whether a rule applies to all of them.
    pub(super) fn placed_rules(&self, earlier: usize, is_ruled: bool) -> Vec<(Option<usize>, RuleList)> {
        let one_by_one = |list: &RuleList| {
            let indexes = 0..self.values.len();
            indexes
                .map(|index| (Some(earlier + index), list.clone()))
                .collect()
        };
        match &self.rules {
            // A rule for all values applies to these as well.
            Rules::None if is_ruled => one_by_one(&exactly()),
            Rules::None => Vec::new(),
            Rules::Each(list) if earlier > 0 => one_by_one(list),
            Rules::Each(list) => vec![(None, list.clone())],
            Rules::ByIndex(lists) => lists
                .iter()
                .enumerate()
                .map(|(index, list)| (Some(earlier + index), list.clone().unwrap_or_else(exactly)))
                .collect(),
        }
    }

    /// Returns the rules with their names in a contract: `name` for all values, `name[1]` for one.
    pub(super) fn named_rules(&self, name: &str, earlier: usize, is_ruled: bool) -> Vec<(String, RuleList)> {
        let named = |index: Option<usize>| match index {
            Some(index) => format!("{name}[{index}]"),
            None => name.to_owned(),
        };
        let placed = self.placed_rules(earlier, is_ruled).into_iter();
        placed.map(|(index, list)| (named(index), list)).collect()
    }

    /// Returns the only value.
    #[track_caller]
    pub(super) fn single(self, what: &str) -> (String, Option<RuleList>, Option<Generator>) {
        let [value] = <[String; 1]>::try_from(self.values)
            .unwrap_or_else(|values| panic!("{what} takes one value, not {}", values.len()));
        let rules = match self.rules {
            Rules::None => None,
            Rules::Each(list) => Some(list),
            Rules::ByIndex(lists) => lists.into_iter().next().flatten(),
        };
        (value, rules, self.generator)
    }
}

/// Returns the rules for a value that must equal the example.
fn exactly() -> RuleList {
    RuleList::one(Matcher::Equality)
}

/// Returns the rules of each value, with the bounds on their number. At least one is required in any case.
#[track_caller]
fn with_bounds(mut list: RuleList, at_all: Option<RuleList>, what: &impl Fn() -> String) -> RuleList {
    let bounds = at_all.into_iter().flat_map(|list| list.rules).find(|rule| {
        matches!(
            rule.matcher,
            Matcher::Type { min: Some(2..), .. } | Matcher::Type { max: Some(_), .. }
        )
    });
    if let Some(bounds) = bounds {
        assert!(
            list.rules.len() <= 1 || list.combine == Combine::And,
            "{}: a contract cannot hold alternatives beside a number of values: leave the bounds out",
            what()
        );
        list.combine = Combine::And;
        list.rules.insert(0, bounds);
    }
    list
}

#[track_caller]
fn text(value: &Value, what: &impl Fn() -> String) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        other => panic!("{} takes texts, numbers and booleans, not {other}", what()),
    }
}
