//! Reading JSON.

use std::borrow::Cow;

use super::{Member, Node, Value, length_of_plain_text, sorted::Piece};

/// The deepest nesting that is read.
pub(super) const DEEPEST: usize = 100;

/// Reads a text from its beginning.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    bytes: &'t [u8],
    pub(super) at: usize,
    /// Members and items of the objects and arrays that are not at their end, those of the innermost last: each list is
    /// allocated once, when its length is known.
    members: Vec<Member<'t>>,
    items: Vec<Node<'t>>,
    /// The same for objects that are read as sorted text.
    pub(super) pieces: Vec<Piece<'t>>,
    /// The lists of the root whose objects are read as sorted text.
    lists: &'t [&'t str],
}

pub(super) type Read<T> = Result<T, &'static str>;

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, lists: &'t [&'t str]) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            members: Vec::new(),
            items: Vec::new(),
            pieces: Vec::new(),
            lists,
        }
    }

    /// What was read so far.
    pub(super) fn before(&self) -> &'t [u8] {
        &self.bytes[..self.at.min(self.bytes.len())]
    }

    pub(super) fn document(&mut self) -> Read<Node<'t>> {
        let node = self.node(0)?;
        self.space();
        if self.at < self.bytes.len() {
            Err("unexpected text after the JSON document")
        } else {
            Ok(node)
        }
    }

    pub(super) fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn node(&mut self, depth: usize) -> Read<Node<'t>> {
        if depth > DEEPEST {
            return Err("nested deeper than 100 levels");
        }
        self.space();
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(_) => return Err("expected a JSON value"),
            None => return Err("the JSON document ends too early"),
        };
        Ok(Node {
            start,
            end: self.at,
            value,
        })
    }

    fn word(&mut self, word: &str, value: Value<'t>) -> Read<Value<'t>> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err("expected a JSON value")
        }
    }

    /// Reads the bracket that begins an object or a list; false where it ends at once.
    pub(super) fn begins(&mut self, end: u8) -> bool {
        self.at += 1;
        self.space();
        let empty = self.peek() == Some(end);
        if empty {
            self.at += 1;
        }
        !empty
    }

    /// Reads what stands after a part of an object or a list: a comma, or the bracket at its end (false then).
    pub(super) fn goes_on(&mut self, end: u8) -> Read<bool> {
        self.space();
        let next = self.peek().ok_or("the JSON document ends too early")?;
        if next != b',' && next != end {
            return Err(if end == b'}' {
                "expected ',' or '}'"
            } else {
                "expected ',' or ']'"
            });
        }
        self.at += 1;
        Ok(next == b',')
    }

    /// Reads the name of a member, with what reads strings, and the colon after it.
    pub(super) fn name(
        &mut self,
        string: impl FnOnce(&mut Self) -> Read<Cow<'t, str>>,
    ) -> Read<Cow<'t, str>> {
        if self.peek() != Some(b'"') {
            return Err("expected the name of a member in double quotes");
        }
        let name = string(self)?;
        self.space();
        if self.peek() != Some(b':') {
            return Err("expected ':' after the name of a member");
        }
        self.at += 1;
        Ok(name)
    }

    fn object(&mut self, depth: usize) -> Read<Value<'t>> {
        let first = self.members.len();
        let mut more = self.begins(b'}');
        while more {
            self.space();
            let start = self.at;
            let name = self.name(Self::string)?;
            self.space();
            let node = if depth == 0 && self.peek() == Some(b'[') && self.lists.contains(&&*name) {
                let start = self.at;
                let value = self.list(depth + 1)?;
                Node {
                    start,
                    end: self.at,
                    value,
                }
            } else {
                self.node(depth + 1)?
            };
            self.members.push(Member { start, name, node });
            more = self.goes_on(b'}')?;
        }
        Ok(Value::Object(self.members.split_off(first)))
    }

    fn array(&mut self, depth: usize) -> Read<Value<'t>> {
        self.items(depth, Self::node)
    }

    pub(super) fn items(
        &mut self,
        depth: usize,
        item: impl Fn(&mut Self, usize) -> Read<Node<'t>>,
    ) -> Read<Value<'t>> {
        let first = self.items.len();
        let mut more = self.begins(b']');
        while more {
            let item = item(self, depth + 1)?;
            self.items.push(item);
            more = self.goes_on(b']')?;
        }
        Ok(Value::Array(self.items.split_off(first)))
    }

    pub(super) fn number(&mut self) -> Read<&'t str> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err("expected a digit"),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Read<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            Err("expected a digit")
        } else {
            Ok(())
        }
    }

    pub(super) fn string(&mut self) -> Read<Cow<'t, str>> {
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        let mut plain = start;
        loop {
            self.at += length_of_plain_text(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    let last = &self.text[plain..self.at];
                    self.at += 1;
                    return Ok(match owned {
                        Some(mut text) => {
                            text.push_str(last);
                            Cow::Owned(text)
                        }
                        None => Cow::Borrowed(last),
                    });
                }
                Some(b'\\') => {
                    let text = owned.get_or_insert_default();
                    text.push_str(&self.text[plain..self.at]);
                    self.at += 1;
                    let escaped = self.escape()?;
                    text.push(escaped);
                    plain = self.at;
                }
                Some(_) => return Err("a control character in a string must be escaped"),
                None => return Err("a string does not end"),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let kind = self.peek().ok_or("a string does not end")?;
        self.at += 1;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                if (0xd800..0xdc00).contains(&first) {
                    if !self.bytes[self.at..].starts_with(b"\\u") {
                        return Err("half of a surrogate pair in a string");
                    }
                    self.at += 2;
                    let second = self.hex()?;
                    if !(0xdc00..0xe000).contains(&second) {
                        return Err("half of a surrogate pair in a string");
                    }
                    let both = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    char::from_u32(both).ok_or("not a character")?
                } else {
                    char::from_u32(first).ok_or("half of a surrogate pair in a string")?
                }
            }
            _ => return Err("unknown escape in a string"),
        })
    }

    fn hex(&mut self) -> Read<u32> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .ok_or("expected four hexadecimal digits")?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("expected four hexadecimal digits");
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| "expected four hexadecimal digits")
    }
}
