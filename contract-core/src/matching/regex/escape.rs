//! Escapes after a backslash, and named character sets.

use super::parse::Parser;
use super::syntax::{Anchor, Dialect, Node, SyntaxError, Target};

/// Carriage return with line feed, or any other line break.
const LINE_END: &str = r"[\n\x0B\f\r\x{85}\x{2028}\x{2029}]";
const HORIZONTAL_SPACE: &str = r"[ \t\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]";
const NOT_HORIZONTAL_SPACE: &str = r"[^ \t\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]";

/// An escape that is also allowed in a class: one character, or a set.
pub(super) enum Escaped {
    Character(char),
    Set(String),
}

impl Parser {
    /// Parses an escape outside of a class; the backslash has been read.
    pub(super) fn escape(&mut self, start: usize) -> Result<Node, SyntaxError> {
        let anchor = match self.peek() {
            Some('A' | 'G') => Some(Anchor::TextStart),
            Some('z') => Some(Anchor::TextEnd),
            Some('Z') => Some(Anchor::FinalLineEnd),
            Some('b') => Some(Anchor::WordBoundary),
            Some('B') => Some(Anchor::NotWordBoundary),
            _ => None,
        };
        if let Some(anchor) = anchor {
            self.at += 1;
            if self.peek() == Some('{') && self.characters[self.at - 1] == 'b' {
                return Err(self.error(start, "boundary types are not supported; write '\\b'"));
            }
            return Ok(Node::Anchor(anchor));
        }
        match self.peek() {
            Some('R') => {
                self.at += 1;
                let both = Node::Sequence(vec![Node::literal('\r'), Node::literal('\n')]);
                Ok(Node::Alternation(vec![both, self.set(LINE_END)]))
            }
            Some('N') if self.peek_at(1) != Some('{') => {
                self.at += 1;
                Ok(self.set("[^\\n]"))
            }
            Some('O') if self.dialect == Dialect::Ruby => {
                self.at += 1;
                Ok(self.set("(?s:.)"))
            }
            Some('1'..='9') => {
                let digits: String = self.characters[self.at..]
                    .iter()
                    .take(2)
                    .take_while(|c| c.is_ascii_digit())
                    .collect();
                self.at += digits.len();
                Ok(self.referring(Target::Digits(digits), start))
            }
            Some('k') => {
                self.at += 1;
                let end = match self.next() {
                    Some('<') => '>',
                    Some('\'') => '\'',
                    Some('{') => '}',
                    _ => return Err(self.error(start, "a reference without a name; write '\\k<name>'")),
                };
                let name = self.name(end)?;
                Ok(self.referring(Target::Name(name), start))
            }
            Some('g') => self.numbered_reference(start),
            _ => Ok(match self.escaped(start)? {
                Escaped::Character(character) => self.literal(character),
                Escaped::Set(set) => self.set(set),
            }),
        }
    }

    fn referring(&self, target: Target, at: usize) -> Node {
        Node::Reference {
            target,
            ignore_case: self.flags.ignore_case,
            at,
        }
    }

    /// Parses PCRE's `\g1`, `\g{1}`, `\g{-1}` and `\g{name}`. In Ruby `\g<…>` is a subroutine call, which is not
    /// supported.
    fn numbered_reference(&mut self, start: usize) -> Result<Node, SyntaxError> {
        self.at += 1;
        let inside = if self.eat("{") {
            self.take_until('}')
        } else {
            self.next().filter(char::is_ascii_digit).map(String::from)
        };
        let Some(inside) = inside else {
            return Err(self.error(
                start,
                "subroutine calls are not supported; repeat the group's pattern",
            ));
        };
        let target = if let Some(back) = inside.strip_prefix('-').and_then(|n| n.parse::<usize>().ok()) {
            Target::Group((self.groups_so_far() + 1).saturating_sub(back))
        } else if let Ok(group) = inside.parse() {
            Target::Group(group)
        } else {
            Target::Name(inside)
        };
        Ok(self.referring(target, start))
    }

    /// Parses an escape with the same meaning inside and outside of a class; the backslash has been read.
    pub(super) fn escaped(&mut self, start: usize) -> Result<Escaped, SyntaxError> {
        use Escaped::{Character, Set};
        let Some(character) = self.next() else {
            return Err(self.error(start, "a backslash at the end; write '\\\\' for the character"));
        };
        let java = self.dialect == Dialect::Java;
        Ok(match character {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => Set(format!("\\{character}")),
            'h' if java => Set(HORIZONTAL_SPACE.to_owned()),
            'H' if java => Set(NOT_HORIZONTAL_SPACE.to_owned()),
            'h' => Set("[0-9A-Fa-f]".to_owned()),
            'H' => Set("[^0-9A-Fa-f]".to_owned()),
            'v' if java => Set(LINE_END.to_owned()),
            'v' => Character('\u{B}'),
            'V' => Set(format!("[^{}", &LINE_END[1..])),
            'p' | 'P' => Set(self.property(start, character == 'P')?),
            't' => Character('\t'),
            'n' => Character('\n'),
            'r' => Character('\r'),
            'f' => Character('\u{C}'),
            'a' => Character('\u{7}'),
            'e' => Character('\u{1B}'),
            '0' => Character(self.octal()),
            'x' => Character(self.hexadecimal(start)?),
            'u' => Character(self.unicode(start)?),
            'c' => match self.next() {
                Some(letter @ '?'..='z') => Character(char::from((letter.to_ascii_uppercase() as u8) ^ 0x40)),
                _ => return Err(self.error(start, "a control escape without its letter; write '\\cA'")),
            },
            letter if letter.is_ascii_alphanumeric() => {
                return Err(self.error(
                    start,
                    format!("'\\{letter}' is not supported; for the character itself write '{letter}'"),
                ));
            }
            other => Character(other),
        })
    }

    /// Parses up to three octal digits after `\0`; without any it is the character NUL.
    fn octal(&mut self) -> char {
        let mut value = 0;
        for _ in 0..3 {
            match self.peek().and_then(|c| c.to_digit(8)) {
                Some(digit) if value * 8 + digit <= 0o377 => {
                    value = value * 8 + digit;
                    self.at += 1;
                }
                _ => break,
            }
        }
        char::from_u32(value).unwrap_or('\0')
    }

    /// Parses `\x41` or `\x{1F600}`.
    fn hexadecimal(&mut self, start: usize) -> Result<char, SyntaxError> {
        if self.peek() == Some('{') {
            self.braced(start)
        } else {
            let value = self.digits(2, start)?;
            self.scalar(value, start)
        }
    }

    /// Parses `\u0041`, `\u{1F600}` or a surrogate pair.
    fn unicode(&mut self, start: usize) -> Result<char, SyntaxError> {
        if self.peek() == Some('{') {
            return self.braced(start);
        }
        let value = self.digits(4, start)?;
        if (0xD800..0xDC00).contains(&value) && self.eat("\\u") {
            let low = self.digits(4, start)?;
            if (0xDC00..0xE000).contains(&low) {
                return self.scalar(0x1_0000 + ((value - 0xD800) << 10) + (low - 0xDC00), start);
            }
        }
        self.scalar(value, start)
    }

    fn braced(&mut self, start: usize) -> Result<char, SyntaxError> {
        self.at += 1;
        let value = self
            .take_until('}')
            .and_then(|digits| u32::from_str_radix(&digits, 16).ok())
            .ok_or_else(|| self.error(start, "not a code point; write hexadecimal digits in braces"))?;
        self.scalar(value, start)
    }

    fn digits(&mut self, count: usize, start: usize) -> Result<u32, SyntaxError> {
        let mut value = 0;
        for _ in 0..count {
            let digit = self.next().and_then(|c| c.to_digit(16));
            value = value * 16
                + digit.ok_or_else(|| self.error(start, format!("write {count} hexadecimal digits here")))?;
        }
        Ok(value)
    }

    fn scalar(&self, value: u32, start: usize) -> Result<char, SyntaxError> {
        char::from_u32(value).ok_or_else(|| {
            self.error(
                start,
                "half of a surrogate pair is not a character; write the whole character",
            )
        })
    }

    /// Parses `\p{L}`, `\pL`, `\p{^L}`, `\p{Alpha}`, `\p{IsLatin}` or `\p{javaLowerCase}`; the letter has been read.
    fn property(&mut self, start: usize, negated: bool) -> Result<String, SyntaxError> {
        let mut negated = negated;
        let name = if self.eat("{") {
            negated ^= self.eat("^");
            self.take_until('}')
                .ok_or_else(|| self.error(start, "a property that does not close; add '}'"))?
        } else {
            self.next().map(String::from).unwrap_or_default()
        };
        let set = self.property_set(&name).ok_or_else(|| {
            self.error(
                start,
                format!("unknown property {name:?}; write a Unicode category or script, or a range"),
            )
        })?;
        Ok(match (negated, set.strip_prefix('[')) {
            (false, _) => set,
            (true, Some(inside)) => format!("[^{inside}"),
            (true, None) => format!("[^{set}]"),
        })
    }

    fn property_set(&self, name: &str) -> Option<String> {
        let java = match name {
            "javaLowerCase" => "Lowercase",
            "javaUpperCase" => "Uppercase",
            "javaAlphabetic" => "Alphabetic",
            "javaLetter" => "L",
            "javaDigit" => "Nd",
            "javaWhitespace" => "White_Space",
            "javaLetterOrDigit" | "LD" => return Some(r"[\p{L}\p{Nd}]".to_owned()),
            "L1" => return Some(r"[\x00-\x{FF}]".to_owned()),
            other => other,
        };
        if self.dialect != Dialect::Ruby && java.bytes().all(|b| b.is_ascii_alphabetic()) {
            let posix = java.to_ascii_lowercase();
            if is_posix(&posix) && java.starts_with(|c: char| c.is_ascii_uppercase()) {
                return Some(format!("[[:{posix}:]]"));
            }
        }
        if java.starts_with("In") || java.starts_with("blk") || java.starts_with("block") {
            return None;
        }
        let plain = match java {
            "Punct" => "P",
            "Digit" => "Nd",
            "Space" => "White_Space",
            "Alnum" => return Some(r"[\p{Alphabetic}\p{Nd}]".to_owned()),
            "Word" => return Some(r"\w".to_owned()),
            other => other,
        };
        let set = format!("\\p{{{plain}}}");
        regex_syntax::parse(&set).is_ok().then_some(set)
    }
}

/// Returns whether this is a POSIX class name, as in `[:…:]`.
pub(super) fn is_posix(name: &str) -> bool {
    [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
        "upper", "word", "xdigit",
    ]
    .contains(&name)
}
