//! Writes JSON text: members sorted by name, numbers with their original text.

use super::{Map, Value};

/// Formats the value with two spaces per level and a trailing newline.
pub(crate) fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, Some(0));
    out.push('\n');
    out
}

/// Formats the value on one line, without spaces.
pub(crate) fn compact(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, None);
    out
}

/// Like [`compact`], for an object.
pub(crate) fn compact_members(members: &Map<String, Value>) -> String {
    let mut out = String::new();
    write_object(&mut out, members, None);
    out
}

/// Writes a value. The recursion is as deep as the document, which the readers and `serde_json` limit to 128
/// levels.
fn write(out: &mut String, value: &Value, level: Option<usize>) {
    match value {
        Value::Array(elements) => write_array(out, elements, level),
        Value::Object(members) => write_object(out, members, level),
        Value::String(text) => write_string(out, text),
        Value::Number(number) => number.with_text(|text| out.push_str(text)),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Null => out.push_str("null"),
    }
}

fn write_string(out: &mut String, text: &str) {
    if text
        .bytes()
        .all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
    {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

fn write_array(out: &mut String, elements: &[Value], level: Option<usize>) {
    if elements.is_empty() {
        out.push_str("[]");
        return;
    }
    out.push('[');
    let below = level.map(|level| level + 1);
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        new_line(out, below);
        write(out, element, below);
    }
    new_line(out, level);
    out.push(']');
}

fn write_object(out: &mut String, members: &Map<String, Value>, level: Option<usize>) {
    if members.is_empty() {
        out.push_str("{}");
        return;
    }
    out.push('{');
    let below = level.map(|level| level + 1);
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        new_line(out, below);
        write_string(out, name);
        out.push(':');
        if level.is_some() {
            out.push(' ');
        }
        write(out, value, below);
    }
    new_line(out, level);
    out.push('}');
}

fn new_line(out: &mut String, level: Option<usize>) {
    if let Some(level) = level {
        out.push('\n');
        for _ in 0..level {
            out.push_str("  ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::*;

    #[test]
    fn members_are_sorted_and_numbers_kept() {
        let value = json!({"b": [1, 1.0, {}], "a": {"é\n\"": null, "": []}});
        assert_eq!(compact(&value), r#"{"a":{"":[],"é\n\"":null},"b":[1,1.0,{}]}"#);
        assert_eq!(
            pretty(&value),
            "{\n  \"a\": {\n    \"\": [],\n    \"é\\n\\\"\": null\n  },\n  \"b\": [\n    1,\n    1.0,\n    {}\n  ]\n}\n"
        );
        assert_eq!(super::super::from_str(&pretty(&value)).unwrap(), value);
    }
}
