//! Parses bytes as JSON, and explains errors.

use std::borrow::Cow;
use std::str::Utf8Error;

use crate::json::Value;

use crate::unreadable::{OUT_OF_RANGE, half_of_a_pair, in_words, line_and_column};
use crate::{Error, ErrorKind};

/// A byte order mark.
const MARK: char = '\u{feff}';

/// Returns the text without a byte order mark.
pub(crate) fn without_mark(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => text.strip_prefix(MARK).unwrap_or(text).into(),
        Cow::Owned(text) if text.starts_with(MARK) => text[MARK.len_utf8()..].to_owned().into(),
        Cow::Owned(text) => text.into(),
    }
}

/// Decodes the bytes as text, without a byte order mark.
///
/// # Errors
/// [`Malformed`](ErrorKind::Malformed), with line and column.
pub(crate) fn utf8<'b>(bytes: Cow<'b, [u8]>, origin: &str) -> Result<Cow<'b, str>, Error> {
    let malformed = |place: &str, what: &str| {
        Error::new(
            ErrorKind::Malformed,
            format!("{origin}{place}: {what}: save the contract as UTF-8"),
        )
    };
    let not_utf8 = |bytes: &[u8], error: Utf8Error| {
        let (line, column) = line_and_column(bytes, error.valid_up_to());
        malformed(&format!(":{line}:{column}"), "not UTF-8")
    };
    if is_wide(&bytes) {
        return Err(malformed(":1:1", "it is UTF-16 or UTF-32, not UTF-8"));
    }
    let text = match bytes {
        Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => return Err(not_utf8(bytes, error)),
        },
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => return Err(not_utf8(error.as_bytes(), error.utf8_error())),
        },
    };
    Ok(without_mark(text))
}

/// Returns whether the bytes are UTF-16 or UTF-32: by their byte order mark, or a zero next to the first character of
/// JSON.
fn is_wide(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe])
        || bytes.starts_with(&[0xfe, 0xff])
        || bytes.iter().take(4).any(|byte| *byte == 0)
}

/// Parses a JSON document in a text without a byte order mark.
///
/// # Errors
/// [`Malformed`](ErrorKind::Malformed), with line and column.
pub(crate) fn json(text: &str, origin: &str) -> Result<Value, Error> {
    crate::json::from_str(text).map_err(|error| {
        let Place { line, column, what } = explain(text, &error);
        Error::new(ErrorKind::Malformed, format!("{origin}:{line}:{column}: {what}"))
    })
}

struct Place {
    line: usize,
    column: usize,
    what: String,
}

/// Explains an error, with its position, in terms of the file instead of the parser.
fn explain(text: &str, error: &serde_json::Error) -> Place {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    // The parser counts columns from 0 if there is nothing to read.
    let mut found = Place {
        line: error.line(),
        column: error.column().max(1),
        what: format!("not valid JSON: {}", in_words(message)),
    };
    let here = line_of(text, error.line());
    if message == "recursion limit exceeded" {
        "nested deeper than 128 levels, which no contract needs".clone_into(&mut found.what);
    } else if message == OUT_OF_RANGE {
        // JSON itself has no limit.
        in_words(message).clone_into(&mut found.what);
    } else if text.trim().is_empty() {
        "the file is empty".clone_into(&mut found.what);
    } else if ["<<<<<<<", "=======", ">>>>>>>"]
        .iter()
        .any(|mark| here.starts_with(mark))
    {
        "not valid JSON: it holds the marks of a merge conflict: resolve it".clone_into(&mut found.what);
    } else if let Some(half) = half_of_a_pair(text.as_bytes()) {
        (found.line, found.column) = line_and_column(text.as_bytes(), half.offset);
        found.what = format!(
            "not valid JSON: half of a surrogate pair in a string ({}): no character is written so",
            half.escape
        );
    } else if message.starts_with("EOF") {
        found.what = format!("not valid JSON: the text ends too early ({message})");
    } else if text.trim_start().starts_with('<') {
        found.what = format!("not valid JSON: {message}; it looks like HTML or XML");
    } else if here.trim_start().starts_with("//") || here.trim_start().starts_with("/*") {
        found.what = format!("not valid JSON: {message}; JSON has no comments");
    }
    found
}

fn line_of(text: &str, line: usize) -> &str {
    text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> String {
        json(text, "a.json").unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_said_in_plain_words() {
        for (text, expected) in [
            ("", "a.json:1:1: the file is empty"),
            (" \n", "a.json:2:1: the file is empty"),
            (
                "{\n \"a\": \"ä\\uDAA5y\"}",
                "a.json:2:9: not valid JSON: half of a surrogate pair in a string (\\uDAA5): no character is written so",
            ),
            (
                r#"["\ud83d\ude00", "\\ud800", "\udc00"]"#,
                "a.json:1:30: not valid JSON: half of a surrogate pair in a string (\\udc00): no character is written so",
            ),
            (
                r#"["\ud83dx"]"#,
                "a.json:1:3: not valid JSON: half of a surrogate pair in a string (\\ud83d): no character is written so",
            ),
            (
                "{\n<<<<<<< HEAD\n}",
                "a.json:2:1: not valid JSON: it holds the marks of a merge conflict: resolve it",
            ),
            (
                "<!DOCTYPE html>",
                "a.json:1:1: not valid JSON: expected value; it looks like HTML or XML",
            ),
            (
                "{\n // a comment\n}",
                "a.json:2:2: not valid JSON: key must be a string; JSON has no comments",
            ),
            (
                "{\"a\": tru}",
                "a.json:1:10: not valid JSON: expected `true`, `false` or `null`",
            ),
            (
                "{\"a\":\n -2.5E+999}",
                "a.json:2:10: a number is beyond the range that is supported, about ±1.8e308",
            ),
        ] {
            assert_eq!(reason(text), expected);
        }
    }

    #[test]
    fn wide_text_is_named() {
        let wide: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [&[0xff, 0xfe], wide.as_slice()].concat();
        for bytes in [&wide, &big, &marked] {
            assert_eq!(
                utf8(bytes.into(), "a.json").unwrap_err().to_string(),
                "a.json:1:1: it is UTF-16 or UTF-32, not UTF-8: save the contract as UTF-8"
            );
        }
        let (marked, latin) = (b"\xef\xbb\xbf{}", b"{\n\"a\": \"\xe4\"}");
        for bytes in [Cow::Borrowed(marked.as_slice()), Cow::Owned(marked.to_vec())] {
            assert_eq!(utf8(bytes, "a.json").unwrap(), "{}");
        }
        for bytes in [Cow::Borrowed(latin.as_slice()), Cow::Owned(latin.to_vec())] {
            assert_eq!(
                utf8(bytes, "a.json").unwrap_err().to_string(),
                "a.json:2:7: not UTF-8: save the contract as UTF-8"
            );
        }
    }
}
