//! JSON as it was written: order, numbers and positions are kept, which a map of values would lose.

use std::borrow::Cow;

/// The deepest nesting that is read.
const DEEPEST: usize = 100;

/// A value and where it stands in the text (bytes from and to).
#[derive(Debug)]
pub(crate) struct Node<'t> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) value: Value<'t>,
}

#[derive(Debug)]
pub(crate) enum Value<'t> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'t str),
    String(Cow<'t, str>),
    Array(Vec<Node<'t>>),
    Object(Vec<Member<'t>>),
}

/// A member of an object; `start` is where its name begins.
#[derive(Debug)]
pub(crate) struct Member<'t> {
    pub(crate) start: usize,
    pub(crate) name: Cow<'t, str>,
    pub(crate) node: Node<'t>,
}

/// What is wrong with a text, and where (counted from 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at line {line}, column {column}")]
pub(crate) struct Malformed {
    what: &'static str,
    line: usize,
    column: usize,
}

impl<'t> Node<'t> {
    /// Reads a whole text.
    pub(crate) fn parse(text: &'t str) -> Result<Self, Malformed> {
        let mut reader = Reader {
            text,
            bytes: text.as_bytes(),
            at: 0,
        };
        let node = reader.document().map_err(|what| {
            let before = &reader.bytes[..reader.at.min(reader.bytes.len())];
            let line = before.split(|byte| *byte == b'\n').count();
            let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
            Malformed { what, line, column }
        })?;
        Ok(node)
    }

    pub(crate) fn as_object(&self) -> Option<&[Member<'t>]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn as_array(&self) -> Option<&[Node<'t>]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The member of that name; of several the last, as readers of JSON do.
    pub(crate) fn member(&self, name: &str) -> Option<&Node<'t>> {
        self.as_object()?
            .iter()
            .rev()
            .find(|member| member.name == name)
            .map(|member| &member.node)
    }

    /// Writes the value without white space and with members sorted by name, so that equal values give equal text.
    /// Members of this value (not of those inside it) for which `leave_out` says so are not written.
    pub(crate) fn write_sorted(&self, out: &mut String, leave_out: &dyn Fn(&str) -> bool) {
        match &self.value {
            Value::Null => out.push_str("null"),
            Value::Bool(true) => out.push_str("true"),
            Value::Bool(false) => out.push_str("false"),
            Value::Number(text) => out.push_str(text),
            Value::String(text) => write_string(out, text),
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write_sorted(out, &|_| false);
                }
                out.push(']');
            }
            Value::Object(members) => {
                let mut sorted: Vec<&Member<'_>> =
                    members.iter().filter(|member| !leave_out(&member.name)).collect();
                sorted.sort_by(|a, b| a.name.cmp(&b.name));
                out.push('{');
                let mut first = true;
                for (index, member) in sorted.iter().enumerate() {
                    // Of members with one name the last counts.
                    if sorted.get(index + 1).is_some_and(|next| next.name == member.name) {
                        continue;
                    }
                    if !first {
                        out.push(',');
                    }
                    first = false;
                    write_string(out, &member.name);
                    out.push(':');
                    member.node.write_sorted(out, &|_| false);
                }
                out.push('}');
            }
        }
    }

    /// The value as sorted text.
    pub(crate) fn sorted(&self) -> String {
        let mut out = String::with_capacity(self.end - self.start);
        self.write_sorted(&mut out, &|_| false);
        out
    }
}

/// Writes a JSON string.
pub(crate) fn write_string(out: &mut String, text: &str) {
    use std::fmt::Write as _;
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || (c as u32) < 0x20) {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            other => {
                let _ = write!(out, "\\u{other:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

type Read<T> = Result<T, &'static str>;

impl<'t> Reader<'t> {
    fn document(&mut self) -> Read<Node<'t>> {
        let node = self.node(0)?;
        self.space();
        if self.at < self.bytes.len() {
            Err("unexpected text after the JSON document")
        } else {
            Ok(node)
        }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn node(&mut self, depth: usize) -> Read<Node<'t>> {
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

    fn object(&mut self, depth: usize) -> Read<Value<'t>> {
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err("expected the name of a member in double quotes");
            }
            let name = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err("expected ':' after the name of a member");
            }
            self.at += 1;
            let node = self.node(depth + 1)?;
            members.push(Member { start, name, node });
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(members));
                }
                Some(_) => return Err("expected ',' or '}'"),
                None => return Err("the JSON document ends too early"),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Read<Value<'t>> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.node(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                Some(_) => return Err("expected ',' or ']'"),
                None => return Err("the JSON document ends too early"),
            }
        }
    }

    fn number(&mut self) -> Read<&'t str> {
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

    fn string(&mut self) -> Read<Cow<'t, str>> {
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        let mut plain = start;
        loop {
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
                Some(0..=0x1f) => return Err("a control character in a string must be escaped"),
                Some(_) => self.at += 1,
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn order_white_space_and_escapes_do_not_matter() {
        let a = Node::parse("{\"b\": [1, 2.50, null],\n \"a\": \"\\u00e9/\"}")
            .unwrap()
            .sorted();
        let b = Node::parse("{\"a\":\"é\\/\",\"b\":[1,2.50,null]}")
            .unwrap()
            .sorted();
        assert_eq!(a, b);
        assert_eq!(a, "{\"a\":\"é/\",\"b\":[1,2.50,null]}");
    }

    #[test]
    fn numbers_keep_every_digit() {
        let text = "[12345678901234567890123,1e400,0.1000000000000000000001]";
        assert_eq!(Node::parse(text).unwrap().sorted(), text);
    }

    #[test]
    fn errors_say_where() {
        for (text, expected) in [
            ("{\n \"a\": x}", "expected a JSON value at line 2, column 7"),
            ("[1,]", "expected a JSON value at line 1, column 4"),
            ("", "the JSON document ends too early at line 1, column 1"),
            (
                "{} {}",
                "unexpected text after the JSON document at line 1, column 4",
            ),
            (
                "\"\\ud800\"",
                "half of a surrogate pair in a string at line 1, column 8",
            ),
        ] {
            assert_eq!(Node::parse(text).unwrap_err().to_string(), expected, "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(
            Node::parse(&deep)
                .unwrap_err()
                .to_string()
                .starts_with("nested deeper than 100 levels")
        );
    }

    proptest! {
        #[test]
        fn any_text_gives_a_value_or_an_error(text in ".*") {
            let _ = Node::parse(&text);
        }

        #[test]
        fn what_it_reads_serde_reads_too(text in r#"[\[\]{}",:0-9a-z\\ -.]{0,24}"#) {
            let ours = Node::parse(&text);
            let theirs: Result<serde_json::Value, _> = serde_json::from_str(&text);
            if let Ok(node) = &ours
                && let Ok(value) = &theirs
            {
                let again: serde_json::Value = serde_json::from_str(&node.sorted()).unwrap();
                prop_assert_eq!(&again, value);
            }
            prop_assert!(ours.is_ok() || theirs.is_err());
        }
    }
}
