//! Rewrites bracketed classes in the syntax of `regex-syntax`.

use super::emit::push_character;
use super::escape::{Escaped, is_posix};
use super::parse::Parser;
use super::syntax::{Dialect, SyntaxError};

/// More deeply nested classes are rejected.
const DEPTH_LIMIT: usize = 30;

impl Parser {
    /// Parses a class whose opening bracket has been read.
    pub(super) fn class(&mut self, start: usize) -> Result<String, SyntaxError> {
        self.class_at(start, 0)
    }

    fn class_at(&mut self, start: usize, depth: usize) -> Result<String, SyntaxError> {
        if depth > DEPTH_LIMIT {
            return Err(self.error(start, "classes nested too deep; flatten the class"));
        }
        let nesting = self.dialect != Dialect::JavaScript;
        let mut set = String::from("[");
        if self.eat("^") {
            set.push('^');
        }
        if self.peek() == Some(']') {
            // JavaScript's `[^]`; in every other dialect a bracket in first place is a literal.
            if set == "[^" && !self.characters[self.at + 1..].contains(&']') {
                self.at += 1;
                return Ok("(?s:.)".to_owned());
            }
            self.at += 1;
            self.item(&mut set, Escaped::Character(']'))?;
        }
        let mut operand = set.len();
        loop {
            let at = self.at;
            let Some(character) = self.next() else {
                return Err(SyntaxError {
                    at: start,
                    problem: "a class that does not close; add ']', or write '\\[' for the character"
                        .to_owned(),
                    open_class: true,
                });
            };
            match character {
                ']' => {
                    if set.ends_with("&&") && set.len() == operand {
                        return Err(
                            self.error(at, "'&&' with nothing after it; write '\\&' for the character")
                        );
                    }
                    set.push(']');
                    return Ok(set);
                }
                '[' if self.peek() == Some(':') && self.posix(&mut set)? => {}
                '[' if nesting => set.push_str(&self.class_at(at, depth + 1)?),
                '&' if nesting && self.peek() == Some('&') => {
                    self.at += 1;
                    if set.len() == operand {
                        return Err(
                            self.error(at, "'&&' with nothing before it; write '\\&' for the character")
                        );
                    }
                    set.push_str("&&");
                    operand = set.len();
                }
                '-' if nesting && self.peek() == Some('[') && set.len() > operand => {
                    return Err(self.error(at, "subtraction of classes is not supported; write '&&[^…]'"));
                }
                '\\' => {
                    if self.quoted_in_class(&mut set) {
                        continue;
                    }
                    let escaped = self.class_escape(at)?;
                    self.item(&mut set, escaped)?;
                }
                other => self.item(&mut set, Escaped::Character(other))?,
            }
        }
    }

    /// Parses `\Q…\E` or a stray `\E` in a class; the backslash has been read.
    fn quoted_in_class(&mut self, set: &mut String) -> bool {
        if self.eat("E") {
            return true;
        }
        if !self.eat("Q") {
            return false;
        }
        while self.peek().is_some() && !self.eat("\\E") {
            if let Some(character) = self.next() {
                push_character(set, character);
            }
        }
        true
    }

    fn class_escape(&mut self, at: usize) -> Result<Escaped, SyntaxError> {
        match self.peek() {
            Some('b') => {
                self.at += 1;
                Ok(Escaped::Character('\u{8}'))
            }
            Some('R' | 'N' | 'X' | '1'..='9') => {
                Err(self.error(at, "this escape is not allowed in a class; put it outside"))
            }
            _ => self.escaped(at),
        }
    }

    /// Parses a character, a set, or a range if a hyphen and an end follow.
    fn item(&mut self, set: &mut String, first: Escaped) -> Result<(), SyntaxError> {
        let first = match first {
            Escaped::Set(inner) => {
                set.push_str(&inner);
                return Ok(());
            }
            Escaped::Character(character) => character,
        };
        let opens_class = |next: char| next == '[' && self.dialect != Dialect::JavaScript;
        let ranged = self.peek() == Some('-')
            && self
                .peek_at(1)
                .is_some_and(|next| next != ']' && !opens_class(next));
        if !ranged {
            push_character(set, first);
            return Ok(());
        }
        self.at += 1;
        let at = self.at;
        let last = match self.next() {
            Some('\\') => self.class_escape(at)?,
            Some(character) => Escaped::Character(character),
            None => return Ok(()),
        };
        push_character(set, first);
        match last {
            Escaped::Character(last) if first <= last => {
                set.push('-');
                push_character(set, last);
                Ok(())
            }
            Escaped::Character(last) => Err(self.error(
                at,
                format!("the range {first:?} to {last:?} runs backwards; write '\\-' for a hyphen"),
            )),
            // A set cannot end a range: the hyphen is then a literal.
            Escaped::Set(inner) => {
                push_character(set, '-');
                set.push_str(&inner);
                Ok(())
            }
        }
    }

    /// Parses `[:alpha:]` in a class; the first bracket has been read. Returns false if it is something else.
    fn posix(&mut self, set: &mut String) -> Result<bool, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let negated = self.eat("^");
        let name = self.take_until(':').unwrap_or_default();
        if self.peek() != Some(']') || !name.bytes().all(|b| b.is_ascii_lowercase()) {
            self.at = start;
            return Ok(false);
        }
        self.at += 1;
        if !is_posix(&name) {
            return Err(self.error(start - 1, format!("there is no class [:{name}:]")));
        }
        let sign = if negated { "^" } else { "" };
        let unicode = match name.as_str() {
            _ if self.dialect != Dialect::Ruby => None,
            "alpha" => Some(r"\p{Alphabetic}"),
            "lower" => Some(r"\p{Lowercase}"),
            "upper" => Some(r"\p{Uppercase}"),
            "digit" => Some(r"\p{Nd}"),
            "alnum" => Some(r"\p{Alphabetic}\p{Nd}"),
            "space" => Some(r"\s"),
            "word" => Some(r"\w"),
            _ => None,
        };
        match unicode {
            Some(inside) => set.extend(["[", sign, inside, "]"]),
            None => set.extend(["[:", sign, &name, ":]"]),
        }
        Ok(true)
    }
}
