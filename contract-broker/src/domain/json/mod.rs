//! JSON as it was written: order, numbers and positions are kept, which a map of values would lose.

mod reader;
mod sorted;

use std::borrow::Cow;

use self::reader::Reader;

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
    /// An object of which only its sorted text was wanted.
    Sorted(Sorted),
}

/// An object as sorted text, and what else is asked of an interaction.
#[derive(Debug)]
pub(crate) struct Sorted {
    pub(crate) text: String,
    /// It has no members.
    pub(crate) empty: bool,
    /// It has an `_id`.
    pub(crate) identified: bool,
    /// Its `type` names messages.
    pub(crate) of_messages: bool,
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
        Self::read(text, &[])
    }

    /// Reads a whole text. The objects in the lists that the root has by these names are read as sorted text alone,
    /// which takes half as long as a tree that is sorted afterwards.
    pub(crate) fn outline(text: &'t str, lists: &'t [&'t str]) -> Result<Self, Malformed> {
        Self::read(text, lists)
    }

    fn read(text: &'t str, lists: &'t [&'t str]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(text, lists);
        let node = reader.document().map_err(|what| {
            let before = reader.before();
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
            Value::Sorted(sorted) => out.push_str(&sorted.text),
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
                out.push('{');
                let start = out.len();
                let mut write = |member: &Member<'_>| {
                    if out.len() > start {
                        out.push(',');
                    }
                    write_string(out, &member.name);
                    out.push(':');
                    member.node.write_sorted(out, &|_| false);
                };
                let stays = |member: &&Member<'_>| !leave_out(&member.name);
                if members.is_sorted_by(|a, b| a.name < b.name) {
                    members.iter().filter(stays).for_each(write);
                } else {
                    let mut sorted: Vec<&Member<'_>> = members.iter().filter(stays).collect();
                    sorted.sort_by(|a, b| a.name.cmp(&b.name));
                    for (index, member) in sorted.iter().enumerate() {
                        // Of members with one name the last counts.
                        if sorted.get(index + 1).is_none_or(|next| next.name != member.name) {
                            write(member);
                        }
                    }
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
    loop {
        let at = length_of_plain_text(rest.as_bytes());
        out.push_str(&rest[..at]);
        let Some(end) = rest.as_bytes().get(at) else { break };
        match end {
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
    out.push('"');
}

/// How many bytes a string begins with that stand for nothing but themselves. Eight are looked at together: a byte that
/// is less than another leaves its highest bit where the other is taken from it.
fn length_of_plain_text(bytes: &[u8]) -> usize {
    const EACH: u64 = u64::MAX / 0xff;
    let less = |word: u64, than: u8| word.wrapping_sub(EACH * u64::from(than)) & !word;
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let is = |byte: u8| less(word ^ (EACH * u64::from(byte)), 1);
        let ends = (less(word, 0x20) | is(b'"') | is(b'\\')) & (EACH * 0x80);
        if ends != 0 {
            return index * 8 + ends.trailing_zeros() as usize / 8;
        }
    }
    let ends = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    words.len() * 8 + rest.iter().position(ends).unwrap_or(rest.len())
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

    proptest! {
        /// Sorted text is the same whether a tree is made first or not, and so are errors.
        #[test]
        fn an_outline_says_the_same_as_a_tree(
            items in r#"(\{("(a|b|_id|type)" ?: ?("x\\n?|\\u00e9"|1.50|null|\[ ?true ?\]|\{("b":1)?(,"a":\{\})?\}),? ?){0,4}\},?){0,3}"#,
        ) {
            let text = format!("{{\"interactions\": [{items}] , \"other\": [{{\"z\":1,\"a\":2}}]}}");
            let tree = Node::parse(&text).map(|node| node.sorted());
            let outline = Node::outline(&text, &["interactions"]).map(|node| node.sorted());
            prop_assert_eq!(&tree, &outline, "{}", text);
        }
    }

    #[test]
    fn an_outline_knows_what_is_asked_of_an_interaction() {
        let text = r#"{"interactions":[{},{"type":"x","_id":1,"type":"Synchronous/Messages"},{"type":1},{"b":{"y":1,"x":2},"a":[{"d":1,"c":2}],"b":3},7]}"#;
        let root = Node::outline(text, &["interactions"]).unwrap();
        let items = root.member("interactions").and_then(Node::as_array).unwrap();
        let known: Vec<Option<(&str, bool, bool, bool)>> = items
            .iter()
            .map(|item| match &item.value {
                Value::Sorted(sorted) => Some((
                    sorted.text.as_str(),
                    sorted.empty,
                    sorted.identified,
                    sorted.of_messages,
                )),
                _ => None,
            })
            .collect();
        assert_eq!(
            known,
            [
                Some(("{}", true, false, false)),
                Some((r#"{"_id":1,"type":"Synchronous/Messages"}"#, false, true, true)),
                Some((r#"{"type":1}"#, false, false, false)),
                Some((r#"{"a":[{"c":2,"d":1}],"b":3}"#, false, false, false)),
                None,
            ]
        );
        assert_eq!(root.sorted(), Node::parse(text).unwrap().sorted());
        let deep = format!("{{\"interactions\":[{{\"a\":{}", "[".repeat(100_000));
        assert!(Node::outline(&deep, &["interactions"]).is_err());
    }

    #[test]
    fn plain_text_ends_at_the_first_byte_that_stands_for_more() {
        for before in 0..20 {
            for plain in ["x", "\u{7f}", "é", "\u{ffff}", " ", "#", "["] {
                let plain = plain.repeat(before);
                assert_eq!(length_of_plain_text(plain.as_bytes()), plain.len(), "{plain}");
                for (end, after) in [
                    ("\"", "\\"),
                    ("\\", "x"),
                    ("\n", "!"),
                    ("\u{1f}", "é"),
                    ("\0", "\"\u{1}"),
                ] {
                    let text = format!("{plain}{end}{}", after.repeat(9));
                    assert_eq!(length_of_plain_text(text.as_bytes()), plain.len(), "{text}");
                }
            }
        }
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
