//! Rust source as far as it is needed to find documents in it: strings, words, brackets and other signs, without comments.

/// A token, with its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `"…"`, with its quotes.
    Text,
    /// A name, a number, another kind of string, a character or a lifetime.
    Word,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// Any other sign.
    Sign(u8),
}

/// Returns the tokens of the source. What is no Rust gives tokens of no use, and no error.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let bytes = source.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (kind, length) = match rest[0] {
            byte if byte.is_ascii_whitespace() => (None, 1),
            b'/' if rest.starts_with(b"//") => (
                None,
                rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            ),
            b'/' if rest.starts_with(b"/*") => (None, comment(rest)),
            b'"' => (Some(TokenKind::Text), string(rest)),
            b'\'' => (Some(TokenKind::Word), character(rest)),
            b'(' | b'[' | b'{' => (Some(TokenKind::Open), 1),
            b')' | b']' | b'}' => (Some(TokenKind::Close), 1),
            byte if is_of_word(byte) => (Some(TokenKind::Word), word(rest)),
            byte => (Some(TokenKind::Sign(byte)), 1),
        };
        if let Some(kind) = kind {
            tokens.push(Token {
                kind,
                start: at,
                end: at + length,
            });
        }
        at += length;
    }
    tokens
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// The length of a comment, which may contain others.
fn comment(rest: &[u8]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length of a string in quotes, with `\` before what does not end it.
fn string(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of a character, or of a lifetime.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        let end = rest.iter().skip(3).position(|byte| *byte == b'\'');
        return end.map_or(rest.len(), |end| end + 4);
    }
    let width = std::str::from_utf8(&rest[1..rest.len().min(5)])
        .or_else(|error| std::str::from_utf8(&rest[1..=error.valid_up_to()]))
        .ok()
        .and_then(|text| text.chars().next())
        .map_or(1, char::len_utf8);
    if rest.get(1 + width) == Some(&b'\'') {
        return width + 2;
    }
    1 + rest[1..].iter().take_while(|byte| is_of_word(**byte)).count()
}

/// The length of a word; with the string that it begins: `r#"…"#`, `b"…"`.
fn word(rest: &[u8]) -> usize {
    let length = rest.iter().take_while(|byte| is_of_word(**byte)).count();
    let (prefix, after) = rest.split_at(length);
    let hashes = after.iter().take_while(|byte| **byte == b'#').count();
    let is_raw = matches!(prefix, b"r" | b"br" | b"cr");
    if is_raw && after.get(hashes) == Some(&b'"') {
        let mut end = vec![b'"'];
        end.resize(1 + hashes, b'#');
        let begin = length + hashes + 1;
        let found = rest[begin..].windows(end.len()).position(|window| window == end);
        return found.map_or(rest.len(), |found| begin + found + end.len());
    }
    if matches!(prefix, b"b" | b"c") && after.first() == Some(&b'"') {
        return length + string(after);
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_hide_what_is_in_them() {
        let source = r##"f(r#"a "}" b"#, b"}", '}', '\'', '\u{7d}', 'é', "\"}") // }
            /* } /* } */ } */ [x<'a>] "é{" "##;
        let shown: Vec<&str> = tokens(source)
            .iter()
            .map(|token| &source[token.start..token.end])
            .collect();
        assert_eq!(
            shown,
            [
                "f",
                "(",
                r##"r#"a "}" b"#"##,
                ",",
                "b\"}\"",
                ",",
                "'}'",
                ",",
                r"'\''",
                ",",
                r"'\u{7d}'",
                ",",
                "'é'",
                ",",
                r#""\"}""#,
                ")",
                "[",
                "x",
                "<",
                "'a",
                ">",
                "]",
                "\"é{\""
            ]
        );
    }

    #[test]
    fn text_that_is_no_rust_ends() {
        for source in ["'", "\"", "r#\"", "/*", "'\\", "b\"\\", "'é", "\\", "é'"] {
            tokens(source);
        }
    }
}
