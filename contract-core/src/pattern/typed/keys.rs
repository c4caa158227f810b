//! Keys of maps: in JSON they are strings, so serde writes numbers and Booleans as strings.

use super::scalars::TEXT;
use crate::contract::Matcher;
use crate::json::{Map, Value};
use crate::pattern::value::Node;
use crate::pattern::{Pattern, each_key, each_value, regex};

/// Returns an object with keys of this form, whose values all match; any object if the values contain the map
/// itself.
///
/// # Panics
///
/// If the key is neither a string, a number nor a Boolean.
#[track_caller]
pub(super) fn map(key: Pattern, value: Option<Pattern>) -> Pattern {
    let Some(value) = value else {
        return Pattern {
            node: Node::Like(Value::Object(Map::new())),
        };
    };
    let example = key.expand().example;
    let shown = match &example {
        Value::String(text) if text == TEXT => "key".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => example.to_string(),
        _ => panic!("the keys of a JSON object are texts, and {example} is not one"),
    };
    match key.node.only_matcher() {
        Some(Matcher::Type { .. }) if example.is_string() => each_value(shown, value),
        Some(Matcher::Integer) => each_key(regex(r"^-?\d+$", shown), value),
        Some(Matcher::Number | Matcher::Decimal) => {
            each_key(regex(r"^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$", shown), value)
        }
        Some(Matcher::Boolean) => each_key(regex("^(?:true|false)$", shown), value),
        _ if example.is_string() => each_key(key, value),
        _ => each_key(crate::pattern::exactly(shown), value),
    }
}

impl Node {
    /// Returns the rule of a value with exactly one rule.
    fn only_matcher(&self) -> Option<&Matcher> {
        match self {
            Self::Ruled { matchers, .. } => match matchers.as_slice() {
                [matcher] => Some(matcher),
                _ => None,
            },
            Self::Variants { alternatives, shown } => alternatives[*shown].node.only_matcher(),
            _ => None,
        }
    }
}
