//! Patterns where only text can stand: paths, query parameters, header fields.

use crate::json::Value;

use crate::contract::{Generator, Path, RuleList, Token};
use crate::pattern::expand::Place;
use crate::pattern::{IntoPattern, Pattern};

/// What a pattern means for one named text with one or several values.
pub(super) struct Textual {
    pub(super) values: Vec<String>,
    pub(super) rules: Option<RuleList>,
    pub(super) generator: Option<Generator>,
}

impl Textual {
    /// `what` names the place for the message: `header "accept"`.
    #[track_caller]
    pub(super) fn of(pattern: impl IntoPattern, what: impl Fn() -> String) -> Self {
        let pattern: Pattern = pattern.into_pattern();
        let expanded = pattern.expand_for(Place::Text);
        let values = match &expanded.example {
            Value::Array(items) if !items.is_empty() => items.iter().map(|item| text(item, &what)).collect(),
            example => vec![text(example, &what)],
        };
        let root = Path::root();
        let each = root.join(Token::StarIndex);
        let first = root.join(Token::Index(0));
        let mut rules = expanded.rules;
        // A rule at a name applies to each of its values, so that of the elements is the one to write.
        let rules = rules
            .remove(&each)
            .or_else(|| rules.remove(&first))
            .or_else(|| rules.remove(&root));
        let mut generators = expanded.generators;
        let generator = generators.remove(&root).or_else(|| generators.remove(&each));
        Self {
            values,
            rules,
            generator,
        }
    }

    /// The only value.
    #[track_caller]
    pub(super) fn single(self, what: &str) -> (String, Option<RuleList>, Option<Generator>) {
        let [value] = <[String; 1]>::try_from(self.values)
            .unwrap_or_else(|values| panic!("{what} takes one value, not {}", values.len()));
        (value, self.rules, self.generator)
    }
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
