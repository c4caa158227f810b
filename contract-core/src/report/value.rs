//! Formats values on one line of limited length.

use crate::json::Value;

/// Formats JSON on one line with spaces, cut in the middle to about `limit` characters.
pub(crate) fn inline(value: &Value, limit: usize) -> String {
    let mut text = String::new();
    let complete = write_inline(&mut text, value, limit.saturating_mul(2));
    cut(&text, limit, complete)
}

/// Returns `1 mismatch`, `2 mismatches`; the plural adds `s`, or `es` after `ch`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let ending = match count {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{} {noun}{ending}", grouped(count))
}

/// Returns a number of bytes in the largest unit that it is a multiple of: `64 MiB`, `1,500 bytes`.
pub(crate) fn size(bytes: usize) -> String {
    for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] {
        if bytes >= unit && bytes.is_multiple_of(unit) {
            return format!("{} {name}", grouped(bytes / unit));
        }
    }
    counted(bytes, "byte")
}

/// Returns `1 more mismatch`, `2 more mismatches`.
pub(crate) fn more(count: usize, noun: &str) -> String {
    counted(count, &format!("more {noun}"))
}

/// Returns the JSON type with its article: `a string`.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if !number.is_integer() => "a decimal",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Returns whether both have the same JSON type; all numbers have the same.
pub(super) fn same_kind(one: &Value, other: &Value) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// Returns `12,345` for 12345.
pub(crate) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns the text on one line, cut in the middle if it is longer than `limit` characters.
pub(super) fn cut(text: &str, limit: usize, complete: bool) -> String {
    let length = text.chars().count();
    if length <= limit && complete {
        return text.to_owned();
    }
    let head = limit.saturating_sub(limit / 4 + 1);
    let tail = if complete { limit / 4 } else { 0 };
    let mut short: String = text.chars().take(head).collect();
    short.push('…');
    short.extend(text.chars().skip(length - tail.min(length)));
    short
}

/// Writes until `limit` bytes are exceeded; returns false if something was omitted.
fn write_inline(text: &mut String, value: &Value, limit: usize) -> bool {
    if text.len() > limit {
        return false;
    }
    match value {
        Value::Array(items) if items.is_empty() => text.push_str("[]"),
        Value::Object(members) if members.is_empty() => text.push_str("{}"),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                if !write_inline(text, item, limit) {
                    return false;
                }
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push_str("{ ");
            for (index, (name, member)) in members.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                text.push_str(&quoted(name));
                text.push_str(": ");
                if !write_inline(text, member, limit) {
                    return false;
                }
            }
            text.push_str(" }");
        }
        Value::String(string) if string.len() > limit => {
            // Only this much is examined; the closing quote is cut with the rest.
            let head: String = string.chars().take(limit).collect();
            text.push_str(quoted(&head).trim_end_matches('"'));
            return false;
        }
        other => text.push_str(&other.to_string()),
    }
    true
}

/// Formats a text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn one_line_with_spaces() {
        let value = json!({ "id": 1, "tags": ["a", "b"], "none": {} });
        assert_eq!(
            inline(&value, 80),
            r#"{ "id": 1, "none": {}, "tags": ["a", "b"] }"#
        );
    }

    #[test]
    fn long_values_are_cut() {
        let long = inline(&json!("x".repeat(10_000)), 20);
        assert!(long.chars().count() <= 21, "{long}");
        assert!(long.ends_with('…'), "{long}");
        let middle = inline(&json!("abcdefghijklmnopqrstuvwxyz"), 20);
        assert_eq!(middle, "\"abcdefghijklm…wxyz\"");
    }

    #[test]
    fn counts() {
        assert_eq!(counted(1, "mismatch"), "1 mismatch");
        assert_eq!(counted(12_345, "mismatch"), "12,345 mismatches");
        assert_eq!(counted(0, "member"), "0 members");
    }
}
