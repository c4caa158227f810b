//! Explains why a document cannot be parsed, and where.

/// Returns the reason given by serde's JSON parser and its position: `trailing comma at line 3, column 14`.
/// Half of a surrogate pair (`"\uDAA5"`) is named as such, which the parser does not do.
pub(crate) fn json(bytes: &[u8], error: &serde_json::Error) -> String {
    let text = error.to_string();
    if (text.contains("escape") || text.contains("surrogate"))
        && let Some(half) = half_of_a_pair(bytes)
    {
        let (line, column) = line_and_column(bytes, half.offset);
        return format!(
            "{} is half of a surrogate pair, at line {line}, column {column}",
            half.escape
        );
    }
    let reason = text.rsplit_once(" at line ").map_or(&*text, |(reason, _)| reason);
    format!(
        "{} at line {}, column {}",
        in_words(reason),
        error.line(),
        error.column()
    )
}

/// The reason of serde's parser for a number that is too large for a double.
pub(crate) const OUT_OF_RANGE: &str = "number out of range";

/// Returns a reason of serde's JSON parser in terms of the document, if the parser speaks of its own.
pub(crate) fn in_words(reason: &str) -> &str {
    match reason {
        "expected ident" => "expected `true`, `false` or `null`",
        OUT_OF_RANGE => "a number is beyond the range that is supported, about ±1.8e308",
        reason => reason,
    }
}

/// An escape in a JSON text for half of a surrogate pair, without the other half next to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HalfOfAPair {
    /// As written: `\uDAA5`.
    pub(crate) escape: String,
    /// The offset of its first byte.
    pub(crate) offset: usize,
}

/// Returns the first half of a surrogate pair in a JSON text without its other half.
pub(crate) fn half_of_a_pair(bytes: &[u8]) -> Option<HalfOfAPair> {
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                return Some(HalfOfAPair {
                    escape: String::from_utf8_lossy(&bytes[at..at + 6]).into_owned(),
                    offset: at,
                });
            }
            // A backslash is skipped together with the character that it escapes.
            _ => at += 2,
        }
    }
    None
}

/// Returns line and column of a byte, both from 1; the column counts characters.
pub(crate) fn line_and_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = before.split(|byte| *byte == b'\n').count();
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_and_the_place_are_named() {
        for (text, reason) in [
            ("{\n  \"id\": 1,\n}", "trailing comma at line 3, column 1"),
            (
                "{\"id\": nul}",
                "expected `true`, `false` or `null` at line 1, column 11",
            ),
            (
                "[1e400]",
                "a number is beyond the range that is supported, about ±1.8e308 at line 1, column 6",
            ),
            ("<html>", "expected value at line 1, column 1"),
            ("{\"a\":", "EOF while parsing a value at line 1, column 5"),
            (
                "{\n\"a\": \"\\\\x\\uDAA5\"}",
                "\\uDAA5 is half of a surrogate pair, at line 2, column 10",
            ),
            (
                "[\"\\uD83D\\uDE00\", \"\\udc00\"]",
                "\\udc00 is half of a surrogate pair, at line 1, column 19",
            ),
            (
                "[\"\\uD83Dx\"]",
                "\\uD83D is half of a surrogate pair, at line 1, column 3",
            ),
        ] {
            let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
            assert_eq!(json(text.as_bytes(), &error), reason, "{text}");
        }
    }
}
