//! JSON as it was written: where in a document a value is, and its canonical text. `serde_json` parses; its raw values keep
//! numbers and positions, which a map of values would lose.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// The deepest nesting that is read.
const DEEPEST: usize = 100;

/// What is wrong with a text, and where (counted from 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at line {line}, column {column}")]
pub(crate) struct Malformed {
    what: String,
    line: usize,
    column: usize,
}

/// A value of a document, as it is written there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'t> {
    document: &'t str,
    /// The first byte of the value, and the one behind it.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// In how many objects and lists it is.
    depth: usize,
}

/// A member of an object; `start` is where its name begins.
#[derive(Debug)]
pub(crate) struct Member<'t> {
    pub(crate) start: usize,
    pub(crate) name: Cow<'t, str>,
    pub(crate) value: Part<'t>,
}

/// The members of an object, in their order.
#[derive(Debug, Default)]
pub(crate) struct Members<'t>(pub(crate) Vec<Member<'t>>);

impl<'t> Members<'t> {
    /// The member of that name; of several the last, as readers of JSON do.
    pub(crate) fn get(&self, name: &str) -> Option<Part<'t>> {
        let found = self.0.iter().rev().find(|member| member.name == name);
        found.map(|member| member.value)
    }
}

impl<'t> Part<'t> {
    /// The value of a whole text.
    ///
    /// # Errors
    /// The text is not JSON. What [`Part::canonical`] refuses is not found yet.
    pub(crate) fn document(text: &'t str) -> Result<Self, Malformed> {
        let whole = Self {
            document: text,
            start: 0,
            end: text.len(),
            depth: 0,
        };
        Ok(whole.part(whole.read()?, 0))
    }

    /// The value as it is written.
    pub(crate) fn text(&self) -> &'t str {
        &self.document[self.start..self.end]
    }

    /// The members of an object; `None` for any other value.
    ///
    /// # Errors
    /// A name has half of a surrogate pair.
    pub(crate) fn members(&self) -> Result<Option<Members<'t>>, Malformed> {
        if !self.text().starts_with('{') {
            return Ok(None);
        }
        let RawMembers(raw) = self.read()?;
        let members = raw.into_iter().map(|RawMember { name, value }| {
            let name = self.part(name, self.depth);
            Ok(Member {
                start: name.start,
                name: name.string()?.unwrap_or_default(),
                value: self.part(value, self.depth + 1),
            })
        });
        Ok(Some(Members(members.collect::<Result<_, _>>()?)))
    }

    /// The items of a list; `None` for any other value.
    ///
    /// # Errors
    /// None for a part of a document that was read.
    pub(crate) fn items(&self) -> Result<Option<Vec<Part<'t>>>, Malformed> {
        if !self.text().starts_with('[') {
            return Ok(None);
        }
        let raw: Vec<&RawValue> = self.read()?;
        let items = raw.into_iter().map(|item| self.part(item, self.depth + 1));
        Ok(Some(items.collect()))
    }

    /// The characters of a string; `None` for any other value.
    ///
    /// # Errors
    /// It has half of a surrogate pair.
    pub(crate) fn string(&self) -> Result<Option<Cow<'t, str>>, Malformed> {
        let text = self.text();
        let Some(characters) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            return Ok(None);
        };
        if characters.contains('\\') {
            return self.read().map(|owned: String| Some(Cow::Owned(owned)));
        }
        Ok(Some(Cow::Borrowed(characters)))
    }

    /// The value without white space, its strings escaped in one way only, and with the members of objects sorted by name,
    /// so that equal values give equal text. Numbers are as they are written. Of members with one name the last counts.
    ///
    /// # Errors
    /// It is nested too deeply, or a string has half of a surrogate pair.
    pub(crate) fn canonical(&self) -> Result<String, Malformed> {
        self.written(None)
    }

    /// As [`Part::canonical`], without a member of the object itself (not of those inside it).
    ///
    /// # Errors
    /// As [`Part::canonical`].
    pub(crate) fn canonical_without(&self, name: &str) -> Result<String, Malformed> {
        self.written(Some(name))
    }

    fn written(&self, left_out: Option<&str>) -> Result<String, Malformed> {
        let mut writer = Writer {
            document: self.document,
            at: self.start,
            depth: self.depth,
            left_out,
            out: String::with_capacity(self.end - self.start),
            pieces: Vec::new(),
        };
        let mut reader = serde_json::Deserializer::from_str(self.text());
        let written = writer.deserialize(&mut reader);
        written.map_err(|error| self.malformed(&error))?;
        Ok(writer.out)
    }

    fn read<T: Deserialize<'t>>(&self) -> Result<T, Malformed> {
        serde_json::from_str(self.text()).map_err(|error| self.malformed(&error))
    }

    /// The part that a raw value of this text is.
    fn part(&self, raw: &'t RawValue, depth: usize) -> Self {
        let start = offset(self.document, raw);
        Self {
            document: self.document,
            start,
            end: start + raw.get().len(),
            depth,
        }
    }

    /// Says where in the document something is wrong with this text.
    fn malformed(&self, error: &serde_json::Error) -> Malformed {
        let before = &self.document[..self.start];
        let lines = before.matches('\n').count();
        let column = match error.line() {
            0 | 1 => before.len() - before.rfind('\n').map_or(0, |line| line + 1),
            _ => 0,
        };
        Malformed {
            what: without_place(error),
            line: lines + error.line().max(1),
            column: column + error.column(),
        }
    }
}

/// What is wrong, without the place in the text that was read.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) => what.to_owned(),
        None => text,
    }
}

/// Where in a document a raw value begins that was read from it.
fn offset(document: &str, raw: &RawValue) -> usize {
    raw.get().as_ptr().addr() - document.as_ptr().addr()
}

/// An object one level deep.
struct RawMembers<'t>(Vec<RawMember<'t>>);

struct RawMember<'t> {
    name: &'t RawValue,
    value: &'t RawValue,
}

impl<'de> Deserialize<'de> for RawMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = RawMembers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut raw = Vec::new();
                while let Some(name) = members.next_key()? {
                    let value = members.next_value()?;
                    raw.push(RawMember { name, value });
                }
                Ok(RawMembers(raw))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// Writes the canonical text of what is being read. `serde_json` reads; the writer follows in the document, because only
/// there it sees what comes next: an object, a list, or something whose text is kept.
struct Writer<'t, 'l> {
    document: &'t str,
    /// How far it was read.
    at: usize,
    depth: usize,
    /// The member of the outermost object that is not written.
    left_out: Option<&'l str>,
    out: String,
    /// The members of the objects that are being read, those of the innermost last.
    pieces: Vec<Piece<'t>>,
}

/// A member as it is written: its name, and from where to where in the canonical text it is.
struct Piece<'t> {
    name: Cow<'t, str>,
    start: usize,
    end: usize,
}

impl<'t> Writer<'t, '_> {
    /// Goes to the next value, name or bracket.
    fn next(&mut self) -> Option<u8> {
        let rest = &self.document.as_bytes()[self.at..];
        let separators = rest.iter().take_while(|byte| b" \n\r\t,:".contains(byte));
        self.at += separators.count();
        self.document.as_bytes().get(self.at).copied()
    }

    /// Goes past the bracket at the end of an object or a list.
    fn leave(&mut self, bracket: char) {
        self.next();
        self.at += 1;
        self.depth -= 1;
        self.out.push(bracket);
    }

    fn enter<E: serde::de::Error>(&mut self, bracket: char) -> Result<(), E> {
        if self.depth > DEEPEST {
            return Err(E::custom("nested deeper than 100 levels"));
        }
        self.at += 1;
        self.depth += 1;
        self.out.push(bracket);
        Ok(())
    }

    /// Writes a value without parts, and gives the characters of a string.
    fn leaf<E: serde::de::Error>(&mut self, raw: &'t RawValue) -> Result<Cow<'t, str>, E> {
        let text = raw.get();
        self.at = offset(self.document, raw) + text.len();
        if text.starts_with('"') && text.contains('\\') {
            let characters: String =
                serde_json::from_str(text).map_err(|error| E::custom(without_place(&error)))?;
            write_string(&mut self.out, &characters);
            return Ok(Cow::Owned(characters));
        }
        self.out.push_str(text);
        Ok(Cow::Borrowed(text.trim_matches('"')))
    }

    /// Puts the members of the object that begins at `start` of the canonical text in order.
    fn sort(&mut self, first: usize, start: usize, left_out: Option<&str>) {
        let pieces = &mut self.pieces[first..];
        let is_left_out = |piece: &Piece<'_>| left_out.is_some_and(|name| piece.name == name);
        if !pieces.is_sorted_by(|a, b| a.name < b.name) || pieces.iter().any(is_left_out) {
            pieces.sort_by(|a, b| a.name.cmp(&b.name));
            let unsorted = self.out.split_off(start);
            for (index, piece) in pieces.iter().enumerate() {
                // Of members with one name the last counts.
                let is_repeated = pieces.get(index + 1).is_some_and(|next| next.name == piece.name);
                if is_repeated || is_left_out(piece) {
                    continue;
                }
                if self.out.len() > start {
                    self.out.push(',');
                }
                self.out
                    .push_str(&unsorted[piece.start - start..piece.end - start]);
            }
        }
        self.pieces.truncate(first);
    }
}

impl<'de> DeserializeSeed<'de> for &mut Writer<'de, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.next() {
            Some(b'{') => deserializer.deserialize_map(self),
            Some(b'[') => deserializer.deserialize_seq(self),
            _ => {
                let raw = <&RawValue>::deserialize(deserializer)?;
                self.leaf(raw).map(|_: Cow<'_, str>| ())
            }
        }
    }
}

impl<'de> Visitor<'de> for &mut Writer<'de, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object or list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.enter('{')?;
        let left_out = self.left_out.take();
        let (first, start) = (self.pieces.len(), self.out.len());
        while let Some(name) = members.next_key::<&RawValue>()? {
            if self.pieces.len() > first {
                self.out.push(',');
            }
            let start = self.out.len();
            let name = self.leaf(name)?;
            self.out.push(':');
            members.next_value_seed(&mut *self)?;
            let end = self.out.len();
            self.pieces.push(Piece { name, start, end });
        }
        self.sort(first, start, left_out);
        self.leave('}');
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.enter('[')?;
        self.left_out = None;
        let start = self.out.len();
        loop {
            let before = self.out.len();
            if before > start {
                self.out.push(',');
            }
            if items.next_element_seed(&mut *self)?.is_none() {
                self.out.truncate(before);
                break;
            }
        }
        self.leave(']');
        Ok(())
    }
}

/// Writes a JSON string, in the one way in which canonical text has it.
pub(crate) fn write_string(out: &mut String, text: &str) {
    use std::fmt::Write as _;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> Result<String, Malformed> {
        Part::document(text)?.canonical()
    }

    #[test]
    fn order_white_space_and_escapes_do_not_matter() {
        let a = canonical("{\"b\": [1, 2.50, null],\n \"a\": \"\\u00e9/\"}").unwrap();
        let b = canonical("{\"a\":\"é\\/\",\"b\":[1,2.50,null]}").unwrap();
        assert_eq!(a, b);
        assert_eq!(a, "{\"a\":\"é/\",\"b\":[1,2.50,null]}");
    }

    #[test]
    fn canonical_text_is_the_one_that_stored_digests_are_of() {
        for (text, expected) in [
            ("12345678901234567890123", "12345678901234567890123"),
            ("[1e400, -0, 1E+2, 0.10]", "[1e400,-0,1E+2,0.10]"),
            (
                r#""\b\f\n\r\t\u0001\/\"\\""#,
                r#""\u0008\u000c\n\r\t\u0001/\"\\""#,
            ),
            (r#""\ud83d\ude00 é""#, "\"😀 é\""),
            (
                r#"{"a":1,"b":{},"a":{"y":2,"x":[]}}"#,
                r#"{"a":{"x":[],"y":2},"b":{}}"#,
            ),
            (r#"{"b":1,"\u0061":2,"":3}"#, r#"{"":3,"a":2,"b":1}"#),
            (" [ ] ", "[]"),
            ("{ }", "{}"),
            ("true", "true"),
        ] {
            assert_eq!(canonical(text).unwrap(), expected, "{text}");
        }
        let part = Part::document(r#"{"_id":1,"b":{"_id":2},"a":3}"#).unwrap();
        assert_eq!(part.canonical_without("_id").unwrap(), r#"{"a":3,"b":{"_id":2}}"#);
        let list = Part::document(r#"[{"_id":1}]"#).unwrap();
        assert_eq!(list.canonical_without("_id").unwrap(), r#"[{"_id":1}]"#);
    }

    #[test]
    fn parts_know_where_they_are() {
        let text = r#"  { "é\n" : [ 1.50 , {"x":"y"} ] , "é\n": "z" } "#;
        let root = Part::document(text).unwrap();
        assert_eq!(&text[root.start..root.end], text.trim());
        let members = root.members().unwrap().unwrap();
        assert_eq!(
            members.get("é\n").unwrap().string().unwrap().as_deref(),
            Some("z")
        );
        assert!(members.get("x").is_none());
        assert!(text[members.0[0].start..].starts_with(r#""é\n""#));
        let items = members.0[0].value.items().unwrap().unwrap();
        let texts: Vec<&str> = items.iter().map(Part::text).collect();
        assert_eq!(texts, ["1.50", r#"{"x":"y"}"#]);
        assert!(items[0].members().unwrap().is_none() && items[1].items().unwrap().is_none());
        assert!(items[0].string().unwrap().is_none());
    }

    #[test]
    fn errors_say_where_in_the_document() {
        for (text, expected) in [
            ("{\n \"a\": x}", "expected value at line 2, column 7"),
            ("[1,]", "expected value at line 1, column 4"),
            ("", "EOF while parsing a value at line 1, column 0"),
            ("{} {}", "trailing characters at line 1, column 4"),
            (
                "[\n[\"\\ud800\"]]",
                "unexpected end of hex escape at line 2, column 10",
            ),
        ] {
            assert_eq!(canonical(text).unwrap_err().to_string(), expected, "{text}");
        }
        let deep = canonical(&"[".repeat(100_000)).unwrap_err().to_string();
        assert!(deep.starts_with("EOF while parsing"), "{deep}");
        let closed = format!("{}{}", "[".repeat(102), "]".repeat(102));
        let deep = canonical(&closed).unwrap_err().to_string();
        assert!(
            deep.starts_with("nested deeper than 100 levels at line 1, column 10"),
            "{deep}"
        );
        assert!(canonical(&closed[1..closed.len() - 1]).is_ok());
        // Parts of a document count from its root.
        let inner = format!("{{\"a\":{closed}}}");
        let members = Part::document(&inner).unwrap().members().unwrap().unwrap();
        assert!(members.get("a").unwrap().canonical().is_err());
    }

    proptest! {
        #[test]
        fn any_text_gives_a_value_or_an_error(text in ".*") {
            let _ = canonical(&text);
        }

        #[test]
        fn canonical_text_means_the_same(text in r#"[\[\]{}",:0-9a-z\\ -.]{0,24}"#) {
            let theirs: Result<serde_json::Value, _> = serde_json::from_str(&text);
            match (canonical(&text), theirs) {
                (Ok(ours), Ok(theirs)) => {
                    let again: serde_json::Value = serde_json::from_str(&ours).unwrap();
                    prop_assert_eq!(again, theirs);
                }
                // A number that no computer holds is kept.
                (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range")),
                (Err(error), Ok(_)) => prop_assert!(false, "{}", error),
                (Err(_), Err(_)) => {}
            }
        }
    }
}
