//! Keys of maps: JSON has texts alone, so serde writes numbers and booleans as texts.

use super::scalars::TEXT;
use crate::contract::Matcher;
use crate::json::{Map, Value};
use crate::pattern::value::Node;
use crate::pattern::{Pattern, each_key, each_value, regex};

/// An object with keys of this form, each of whose values fits; any object if the values contain the map itself.
///
/// # Panics
///
/// If the key is neither text, number nor boolean.
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
    /// The rule of a value that has one rule.
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
