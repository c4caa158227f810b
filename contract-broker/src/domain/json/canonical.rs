//! The canonical text of a value.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::part::{offset, without_place};

/// Maximum nesting that is read.
const DEEPEST: usize = 100;

/// The start of a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'t> {
    pub(super) document: &'t str,
    /// In bytes.
    pub(super) at: usize,
    /// Number of surrounding objects and lists in the document.
    pub(super) depth: usize,
}

/// Writes the canonical text of a value, excluding a member of the object itself (but not of nested objects).
///
/// # Errors
/// The value is nested too deeply, or a string contains half of a surrogate pair.
pub(super) fn write<'t>(
    text: &'t str,
    start: Start<'t>,
    left_out: Option<&str>,
) -> Result<String, serde_json::Error> {
    let Start { document, at, depth } = start;
    let mut writer = Writer {
        document,
        at,
        depth,
        left_out,
        out: String::with_capacity(text.len()),
        pieces: Vec::new(),
    };
    writer.deserialize(&mut serde_json::Deserializer::from_str(text))?;
    Ok(writer.out)
}

/// Writes the canonical text while parsing. `serde_json` parses; the writer follows in the document, because only there
/// it can tell objects, lists and values whose text is kept apart.
struct Writer<'t, 'l> {
    document: &'t str,
    /// The position up to which the document was read.
    at: usize,
    depth: usize,
    /// The member of the outermost object that is omitted.
    left_out: Option<&'l str>,
    out: String,
    /// The members of the objects being read, innermost last.
    pieces: Vec<Piece<'t>>,
}

/// A written member: its name, and its range in the canonical text.
struct Piece<'t> {
    name: Cow<'t, str>,
    start: usize,
    end: usize,
}

impl<'t> Writer<'t, '_> {
    /// Moves to the next value, name or bracket.
    fn next(&mut self) -> Option<u8> {
        let rest = &self.document.as_bytes()[self.at..];
        let separators = rest.iter().take_while(|byte| b" \n\r\t,:".contains(byte));
        self.at += separators.count();
        self.document.as_bytes().get(self.at).copied()
    }

    /// Moves past the closing bracket of an object or a list.
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

    /// Writes a value without parts, and returns the characters of a string.
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

    /// Sorts the members of the object that begins at `start` of the canonical text.
    fn sort(&mut self, first: usize, start: usize, left_out: Option<&str>) {
        let pieces = &mut self.pieces[first..];
        let is_left_out = |piece: &Piece<'_>| left_out.is_some_and(|name| piece.name == name);
        if !pieces.is_sorted_by(|a, b| a.name < b.name) || pieces.iter().any(is_left_out) {
            pieces.sort_by(|a, b| a.name.cmp(&b.name));
            let unsorted = self.out.split_off(start);
            for (index, piece) in pieces.iter().enumerate() {
                // If a name is repeated, the last member counts.
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

/// Writes a JSON string with canonical escapes.
fn write_string(out: &mut String, text: &str) {
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

    use crate::domain::json::{Malformed, Part};

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
                // A number out of range is kept.
                (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range")),
                (Err(error), Ok(_)) => prop_assert!(false, "{}", error),
                (Err(_), Err(_)) => {}
            }
        }
    }
}
