//! Finds a place of a JSON document in its text. Used only to report an error.

use super::place::Step;
use crate::unreadable::line_and_column;

/// Returns the line and column, both from 1, at which the value at this place starts. The column counts characters.
///
/// The text has been parsed before. If it does not correspond to the steps, the last place found is returned.
pub(crate) fn position(text: &str, steps: &[Step]) -> (usize, usize) {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
    };
    scanner.skip_space();
    let mut found = scanner.at;
    for step in steps {
        let entered = match step {
            Step::Member(name) => scanner.enter_member(name),
            Step::Element(index) => scanner.enter_element(*index),
        };
        match entered {
            Some(at) => {
                scanner.at = at;
                found = at;
            }
            None => break,
        }
    }
    line_and_column(text.as_bytes(), found)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Skips the opening or closing bracket, or the comma or colon.
    fn eat(&mut self, byte: u8) -> Option<()> {
        self.skip_space();
        if self.peek() == Some(byte) {
            self.at += 1;
            self.skip_space();
            Some(())
        } else {
            None
        }
    }

    /// Reads a string and returns the raw text between its quotes.
    fn string(&mut self) -> Option<&[u8]> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let start = self.at + 1;
        self.at = start;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    let end = self.at;
                    self.at += 1;
                    return self.bytes.get(start..end);
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        None
    }

    /// Skips the value that starts here, without recursion.
    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            self.skip_space();
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    while self
                        .peek()
                        .is_some_and(|byte| !byte.is_ascii_whitespace() && !b",]}:".contains(&byte))
                    {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Moves to the value of this member: the last one if the name is repeated, like the parser.
    fn enter_member(&mut self, name: &str) -> Option<usize> {
        let mut found = None;
        self.eat(b'{')?;
        while self.peek()? != b'}' {
            let raw = self.string()?;
            let is_it = raw == name.as_bytes() || unescape(raw).is_some_and(|read| read == name);
            self.eat(b':')?;
            if is_it {
                found = Some(self.at);
            }
            if self.skip_value().is_none() || self.eat(b',').is_none() {
                break;
            }
        }
        found
    }

    fn enter_element(&mut self, index: usize) -> Option<usize> {
        self.eat(b'[')?;
        for _ in 0..index {
            self.skip_value()?;
            self.eat(b',')?;
        }
        Some(self.at)
    }
}

fn unescape(raw: &[u8]) -> Option<String> {
    let raw = std::str::from_utf8(raw).ok()?;
    serde_json::from_str(&format!("\"{raw}\"")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str) -> Step {
        Step::Member(name.to_owned())
    }

    #[test]
    fn finds_values_by_member_and_element() {
        let text = "{\n  \"a\": [1, {\"b\\u0063\": \"ü\",\n   \"ä\": \"}]\", \"d\": null}],\n  \"e\": 2\n}";
        let cases = [
            (vec![], (1, 1)),
            (vec![member("a")], (2, 8)),
            (vec![member("a"), Step::Element(0)], (2, 9)),
            (vec![member("a"), Step::Element(1), member("bc")], (2, 24)),
            (vec![member("a"), Step::Element(1), member("d")], (3, 20)),
            (vec![member("e")], (4, 8)),
            (vec![member("e"), member("deeper")], (4, 8)),
        ];
        for (steps, expected) in cases {
            assert_eq!(position(text, &steps), expected, "{steps:?}");
        }
    }

    #[test]
    fn of_a_repeated_member_the_last_one_counts() {
        assert_eq!(position(r#"{"a": 1, "a": 2}"#, &[member("a")]), (1, 15));
    }

    #[test]
    fn text_that_is_not_json_is_survived() {
        for text in ["", "{", "{\"a", "{\"a\\", "[", "[1", "{\"a\":", "]]", "nonsense"] {
            let _ = position(text, &[member("a"), Step::Element(3)]);
            let _ = position(text, &[Step::Element(3), member("a")]);
        }
    }
}
