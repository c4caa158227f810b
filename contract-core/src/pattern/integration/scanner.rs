//! The tokens of a matching definition.

use crate::json::{Number, Value};

use crate::{Error, ErrorKind};

/// Scans a text from left to right, and reports the position of errors.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.skip_space();
        self.rest().is_empty()
    }

    pub(super) fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.rest().chars().next()
    }

    /// Consumes this character if it comes next.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let comes = self.peek() == Some(wanted);
        if comes {
            self.at += wanted.len_utf8();
        }
        comes
    }

    pub(super) fn expect(&mut self, wanted: char) -> Result<(), Error> {
        if self.take(wanted) {
            Ok(())
        } else {
            Err(self.expected(&format!("'{wanted}'")))
        }
    }

    /// Scans a name of letters, digits, `-` and `_`; returns it with its position.
    pub(super) fn name(&mut self, what: &str) -> Result<(&'a str, usize), Error> {
        self.skip_space();
        let start = self.at;
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .unwrap_or(rest.len());
        if length == 0 {
            return Err(self.expected(what));
        }
        self.at += length;
        Ok((&rest[..length], start))
    }

    /// Scans a string in single quotes; returns it unescaped.
    pub(super) fn string(&mut self, what: &str) -> Result<String, Error> {
        if !self.take('\'') {
            return Err(self.expected(what));
        }
        let mut string = String::new();
        while let Some(plain) = self.rest().find(['\'', '\\']) {
            string.push_str(&self.rest()[..plain]);
            self.at += plain;
            if self.rest().starts_with('\'') {
                self.at += 1;
                return Ok(string);
            }
            let (escaped, length) = self.escape()?;
            string.push(escaped);
            self.at += length;
        }
        self.at = self.text.len();
        Err(self.expected("a closing quote (')"))
    }

    /// Returns the escape at this position, and its length in bytes. A backslash before any other character
    /// is a literal, so that regular expressions need no double backslashes.
    fn escape(&self) -> Result<(char, usize), Error> {
        let rest = self.rest();
        let simple = |c: char| Ok((c, 2));
        match rest[1..].chars().next() {
            Some('\'') => simple('\''),
            Some('\\') => simple('\\'),
            Some('b') => simple('\u{8}'),
            Some('f') => simple('\u{c}'),
            Some('n') => simple('\n'),
            Some('r') => simple('\r'),
            Some('t') => simple('\t'),
            Some('u') => {
                let digits = &rest[2..];
                let (digits, length) = match digits.strip_prefix('{') {
                    Some(braced) => {
                        let end = braced
                            .find('}')
                            .ok_or_else(|| self.expected("\\u{…} with its closing brace"))?;
                        (&braced[..end], end + 4)
                    }
                    None => (digits.get(..4).unwrap_or_default(), 6),
                };
                Some(digits)
                    .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
                    .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                    .and_then(char::from_u32)
                    .map(|c| (c, length))
                    .ok_or_else(|| {
                        self.expected("\\u with the four hexadecimal digits of a character, or \\u{…}")
                    })
            }
            _ => Ok(('\\', 1)),
        }
    }

    /// Scans a JSON number, optionally with a leading `+`.
    pub(super) fn number(&mut self, what: &str) -> Result<Number, Error> {
        self.skip_space();
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E')))
            .unwrap_or(rest.len());
        let digits = &rest[..length];
        match crate::json::from_str(digits.strip_prefix('+').unwrap_or(digits)) {
            Ok(Value::Number(number)) => {
                self.at += length;
                Ok(number)
            }
            _ => Err(self.expected(what)),
        }
    }

    pub(super) fn size(&mut self) -> Result<usize, Error> {
        let start = self.at;
        let what = "a whole number that is not negative";
        let number = self.number(what)?;
        match number.as_u64().and_then(|size| usize::try_from(size).ok()) {
            Some(size) => Ok(size),
            None => Err(self.error_at(start, &format!("expected {what}"))),
        }
    }

    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn expected(&self, what: &str) -> Error {
        let rest = self.rest().trim_start();
        let found = match rest.chars().next() {
            Some(c) => format!("found {c:?}"),
            None => "but the definition ends".to_owned(),
        };
        self.error_at(self.text.len() - rest.len(), &format!("expected {what}, {found}"))
    }

    /// Returns an error with the line of the definition, or an excerpt of it, and a mark below the position.
    pub(super) fn error_at(&self, offset: usize, message: &str) -> Error {
        const BEFORE: usize = 60;
        const AFTER: usize = 40;
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let left = &before[line_start..];
        let cut = left
            .char_indices()
            .rev()
            .nth(BEFORE)
            .map_or(0, |(at, c)| at + c.len_utf8());
        let right = self.text[before.len()..].lines().next().unwrap_or_default();
        let end = right.char_indices().nth(AFTER).map_or(right.len(), |(at, _)| at);
        let left = format!("{}{}", if cut > 0 { "…" } else { "" }, &left[cut..]);
        let right = format!("{}{}", &right[..end], if end < right.len() { "…" } else { "" });
        Error::new(
            ErrorKind::Malformed,
            format!(
                "matching definition is not valid at byte {}: {message}\n  {left}{right}\n  {}^",
                before.len(),
                " ".repeat(left.chars().count())
            ),
        )
    }
}
