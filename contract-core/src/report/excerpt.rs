//! The beginning of a body, shown if it explains a failure.

use super::secret;
use super::value::{inline, quoted};
use crate::contract::{Body, Data};
use crate::json::Value;

/// Maximum number of lines shown.
const LINES: usize = 20;
/// Maximum number of characters shown of one line.
const WIDTH: usize = 400;
/// Maximum number of characters and items of an array of scalars shown on one line.
const SHORT: usize = 80;
const SHORT_ITEMS: usize = 8;
/// Levels of a JSON document that are expanded.
const DEPTH: usize = 4;

/// Returns the first lines of a body, without line ends; for a binary body its size and type. A last line `…` marks a
/// cut. Empty if the body is empty.
///
/// Secrets are masked: the `known` ones wherever they occur, values of JSON members and header lines by name, and what
/// follows an authentication scheme. Control characters are escaped.
pub(crate) fn of(body: &Body, known: &[String]) -> Vec<String> {
    let Some(content) = body.content() else {
        return Vec::new();
    };
    let mut excerpt = Excerpt {
        lines: Vec::new(),
        known,
        is_cut: false,
    };
    match &content.data {
        Data::Json(value) => excerpt.json("", value, 0, ""),
        Data::Text(text) => excerpt.text(text),
        Data::Undecoded(undecoded) => excerpt.push(&format!("(it cannot be decoded: {})", undecoded.problem)),
        Data::Binary(bytes) => {
            let kind = content.content_type.as_ref();
            let kind = kind.map_or_else(String::new, |kind| format!(" of {}", kind.essence()));
            excerpt.push(&format!("({} bytes{kind})", bytes.len()));
        }
    }
    if excerpt.is_cut {
        excerpt.lines.push("…".to_owned());
    }
    excerpt.lines
}

/// Returns whether an array fits on one line: a few scalars.
fn is_short(items: &[Value]) -> bool {
    let is_short = |item: &Value| match item {
        Value::Array(_) | Value::Object(_) => false,
        Value::String(text) => text.len() <= SHORT / SHORT_ITEMS,
        _ => true,
    };
    items.len() <= SHORT_ITEMS && items.iter().all(is_short)
}

struct Excerpt<'a> {
    lines: Vec<String>,
    known: &'a [String],
    is_cut: bool,
}

impl Excerpt<'_> {
    fn push(&mut self, line: &str) {
        if self.lines.len() >= LINES {
            self.is_cut = true;
            return;
        }
        let line = secret::masked_in_text(line, self.known);
        let mut shown = String::new();
        for (index, character) in line.chars().enumerate() {
            if index == WIDTH {
                shown.push('…');
                break;
            }
            if character.is_control() && character != '\t' {
                shown.extend(character.escape_default());
            } else {
                shown.push(character);
            }
        }
        self.lines.push(shown);
    }

    fn text(&mut self, text: &str) {
        for line in text.trim().lines().map(str::trim_end) {
            // Only as much as can be shown is examined.
            let end = line
                .char_indices()
                .nth(WIDTH * 2)
                .map_or(line.len(), |(at, _)| at);
            self.push(&line[..end]);
            if self.is_cut {
                return;
            }
        }
    }

    /// Writes one value after its name (`"id": ` or nothing), followed by `after`.
    fn json(&mut self, name: &str, value: &Value, depth: usize, comma: &str) {
        if self.is_cut {
            return;
        }
        let indent = "  ".repeat(depth);
        let mut line = |content: &str| self.push(&format!("{indent}{name}{content}{comma}"));
        match value {
            Value::Object(members) if members.is_empty() => line("{}"),
            Value::Array(items) if items.is_empty() => line("[]"),
            Value::Array(items) if is_short(items) => line(&inline(value, SHORT)),
            Value::Object(_) if depth == DEPTH => line("{ … }"),
            Value::Array(_) if depth == DEPTH => line("[ … ]"),
            Value::Object(members) => {
                self.push(&format!("{indent}{name}{{"));
                for (index, (name, member)) in members.iter().enumerate() {
                    let comma = if index + 1 < members.len() { "," } else { "" };
                    let label = format!("{}: ", quoted(name));
                    match member {
                        Value::String(text) if secret::is_secret(name) && !text.contains(' ') => {
                            self.json(&label, &Value::from(secret::MASK), depth + 1, comma);
                        }
                        member => self.json(&label, member, depth + 1, comma),
                    }
                }
                self.push(&format!("{indent}}}{comma}"));
            }
            Value::Array(items) => {
                self.push(&format!("{indent}{name}["));
                for (index, item) in items.iter().enumerate() {
                    let comma = if index + 1 < items.len() { "," } else { "" };
                    self.json("", item, depth + 1, comma);
                }
                self.push(&format!("{indent}]{comma}"));
            }
            Value::String(text) => {
                let head: String = text.chars().take(WIDTH * 2).collect();
                line(&quoted(&head));
            }
            scalar => line(&scalar.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;

    fn shown(body: &Body) -> String {
        of(body, &["s3cr3t-token".to_owned()]).join("\n")
    }

    #[test]
    fn text_is_shown_by_lines_and_bounded() {
        let page: Vec<String> = (1..=50).map(|n| format!("  at Order.java:{n}")).collect();
        let text = format!(
            "\r\njava.lang.NullPointerException\u{1b}[31m\r\n{}",
            page.join("\r\n")
        );
        let shown = shown(&Body::text(text, None));
        assert!(
            shown.starts_with("java.lang.NullPointerException\\u{1b}[31m\n  at Order.java:1\n"),
            "{shown}"
        );
        assert!(shown.ends_with("  at Order.java:19\n…"), "{shown}");
        let long = of(&Body::text("x".repeat(1_000_000), None), &[]);
        assert_eq!(long[0].chars().count(), WIDTH + 1);
    }

    #[test]
    fn json_is_shown_member_by_member_with_secrets_masked() {
        let body = Body::json(json!({
            "error": "no order 7",
            "password": "hunter2",
            "errors": { "password": "must not be blank" },
            "echo": "sent s3cr3t-token and Bearer abcdef012345",
            "deep": [[[[[{}]]]]],
            "ids": [1, 2],
        }));
        insta::assert_snapshot!(shown(&body), @r#"
        {
          "deep": [
            [
              [
                [ … ]
              ]
            ]
          ],
          "echo": "sent *** and Bearer ***",
          "error": "no order 7",
          "errors": {
            "password": "must not be blank"
          },
          "ids": [1, 2],
          "password": "***"
        }
        "#);
    }

    #[test]
    fn header_lines_and_binary_bodies() {
        let dump = Body::text(
            "GET /orders\nAuthorization: Basic dXNlcjpwYXNz\nCookie: id=7; theme=dark",
            None,
        );
        insta::assert_snapshot!(shown(&dump), @r#"
        GET /orders
        Authorization: Basic ***
        Cookie: id=***; theme=***
        "#);
        let image = Body::binary(
            Bytes::from_static(&[0x89, 0x50, 0x4e]),
            Some("image/png".parse().unwrap()),
        );
        assert_eq!(shown(&image), "(3 bytes of image/png)");
        assert_eq!(of(&Body::Empty, &[]), Vec::<String>::new());
    }
}
