//! Formats values for mismatches.

use crate::json::Value;

/// Longer texts are cut: a mismatch must stay readable, and the size of a report linear in the documents.
const LONGEST: usize = 1_000;

/// Formats a value: strings in single quotes (`'dog'`), everything else as compact JSON (`100`, `["b"]`).
pub(crate) fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", cut(text)),
        other => cut(&other.to_string()).into_owned(),
    }
}

/// Formats a value with its type: `'dog' (String)`, `100 (Integer)`, `["b"] (Array)`.
pub(crate) fn typed(value: &Value) -> String {
    format!("{} ({})", quoted(value), type_name(value))
}

/// Formats an array as in mismatches about its size: `[1, 2, 3]`.
pub(crate) fn list(elements: &[Value]) -> String {
    let mut text = String::from("[");
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&cut(&element.to_string()));
        if text.len() > LONGEST {
            text.push_str(", …");
            break;
        }
    }
    text.push(']');
    text
}

/// Returns the name of the type: `String`, `Integer`, `Decimal`, `Boolean`, `Null`, `Array`, `Object`.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "Null",
        Value::Bool(_) => "Boolean",
        Value::Number(number) if !number.is_integer() => "Decimal",
        Value::Number(_) => "Integer",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Object(_) => "Object",
    }
}

/// Returns the type in words: `a string`, `a number`, `an object`.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Returns the beginning of a text that is too long to show.
pub(crate) fn cut(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= LONGEST {
        return text.into();
    }
    let mut end = LONGEST;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end]).into()
}

/// Returns the part of a long pattern around a character, with `…` for what is left out; a shorter one as it is.
pub(crate) fn around(pattern: &str, character: usize) -> std::borrow::Cow<'_, str> {
    /// Maximum number of characters shown of a pattern in an error.
    const MOST: usize = 200;
    let length = pattern.chars().count();
    if length <= MOST {
        return pattern.into();
    }
    let start = character.saturating_sub(MOST / 2).min(length - MOST);
    let shown: String = pattern.chars().skip(start).take(MOST).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if start + MOST < length { "…" } else { "" };
    format!("{before}{shown}{after}").into()
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn values_are_written_as_the_field_s_tools_write_them() {
        for (value, text) in [
            (json!("dog"), "'dog' (String)"),
            (json!(100), "100 (Integer)"),
            (json!(100.1), "100.1 (Decimal)"),
            (json!(true), "true (Boolean)"),
            (json!(null), "null (Null)"),
            (json!([]), "[] (Array)"),
            (json!(["b"]), "[\"b\"] (Array)"),
        ] {
            assert_eq!(typed(&value), text);
        }
        assert_eq!(list(&[json!(1), json!("a")]), "[1, \"a\"]");
    }

    #[test]
    fn of_a_long_pattern_the_place_is_shown() {
        assert_eq!(around("a(b", 1), "a(b");
        let pattern = format!("{}({}", "a".repeat(5_000), "b".repeat(5_000));
        let shown = around(&pattern, 5_000);
        assert_eq!(*shown, format!("…{}({}…", "a".repeat(100), "b".repeat(99)));
        assert!(around(&pattern, 0).ends_with("a…"));
        assert!(around(&pattern, 10_000).ends_with('b'));
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let text = quoted(&Value::String("ä".repeat(2_000)));
        assert!(text.ends_with("…'"));
        assert!(text.len() < 1_100);
        assert!(list(&vec![json!(1); 5_000]).len() < 1_100);
    }
}
