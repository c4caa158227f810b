//! Parts of a document with their positions.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::canonical::{self, Start};

/// An error in a text with its position (counted from 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at line {line}, column {column}")]
pub(crate) struct Malformed {
    what: String,
    line: usize,
    column: usize,
}

/// A value of a document with its original text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'t> {
    document: &'t str,
    /// The first byte of the value, and the one after it.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Number of surrounding objects and lists.
    depth: usize,
}

/// A member of an object; `start` is the start of its name.
#[derive(Debug)]
pub(crate) struct Member<'t> {
    pub(crate) start: usize,
    pub(crate) name: Cow<'t, str>,
    pub(crate) value: Part<'t>,
}

/// The members of an object, in order.
#[derive(Debug, Default)]
pub(crate) struct Members<'t>(pub(crate) Vec<Member<'t>>);

impl<'t> Members<'t> {
    /// Returns the member with this name; the last if it is repeated, like JSON readers.
    pub(crate) fn get(&self, name: &str) -> Option<Part<'t>> {
        let found = self.0.iter().rev().find(|member| member.name == name);
        found.map(|member| member.value)
    }
}

impl<'t> Part<'t> {
    /// Parses a whole text.
    ///
    /// # Errors
    /// The text is not JSON. What [`Part::canonical`] rejects is not detected yet.
    pub(crate) fn document(text: &'t str) -> Result<Self, Malformed> {
        let whole = Self {
            document: text,
            start: 0,
            end: text.len(),
            depth: 0,
        };
        Ok(whole.part(whole.read()?, 0))
    }

    /// Returns the original text of the value.
    pub(crate) fn text(&self) -> &'t str {
        &self.document[self.start..self.end]
    }

    /// Returns the members of an object; `None` for any other value.
    ///
    /// # Errors
    /// A name contains half of a surrogate pair.
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

    /// Returns the items of a list; `None` for any other value.
    ///
    /// # Errors
    /// Never for a part of a parsed document.
    pub(crate) fn items(&self) -> Result<Option<Vec<Part<'t>>>, Malformed> {
        if !self.text().starts_with('[') {
            return Ok(None);
        }
        let raw: Vec<&RawValue> = self.read()?;
        let items = raw.into_iter().map(|item| self.part(item, self.depth + 1));
        Ok(Some(items.collect()))
    }

    /// Returns the characters of a string; `None` for any other value.
    ///
    /// # Errors
    /// It contains half of a surrogate pair.
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

    /// Returns the value without white space, with canonical string escapes and with object members sorted by name, so
    /// that equal values have equal text. Numbers keep their text. If a name is repeated, the last member counts.
    ///
    /// # Errors
    /// It is nested too deeply, or a string contains half of a surrogate pair.
    pub(crate) fn canonical(&self) -> Result<String, Malformed> {
        self.written(None)
    }

    /// Like [`Part::canonical`], excluding a member of the object itself (but not of nested objects).
    ///
    /// # Errors
    /// See [`Part::canonical`].
    pub(crate) fn canonical_without(&self, name: &str) -> Result<String, Malformed> {
        self.written(Some(name))
    }

    fn written(&self, left_out: Option<&str>) -> Result<String, Malformed> {
        let start = Start {
            document: self.document,
            at: self.start,
            depth: self.depth,
        };
        canonical::write(self.text(), start, left_out).map_err(|error| self.malformed(&error))
    }

    fn read<T: Deserialize<'t>>(&self) -> Result<T, Malformed> {
        serde_json::from_str(self.text()).map_err(|error| self.malformed(&error))
    }

    /// Returns the part of a raw value.
    fn part(&self, raw: &'t RawValue, depth: usize) -> Self {
        let start = offset(self.document, raw);
        Self {
            document: self.document,
            start,
            end: start + raw.get().len(),
            depth,
        }
    }

    /// Converts an error in this text to a position in the document.
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

/// Returns the message without the position in the parsed text.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) => what.to_owned(),
        None => text,
    }
}

/// Returns where a raw value begins in the document that it was parsed from.
pub(super) fn offset(document: &str, raw: &RawValue) -> usize {
    raw.get().as_ptr().addr() - document.as_ptr().addr()
}

/// The direct members of an object.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Result<String, Malformed> {
        Part::document(text)?.canonical()
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
        // Positions are counted from the root of the document.
        let inner = format!("{{\"a\":{closed}}}");
        let members = Part::document(&inner).unwrap().members().unwrap().unwrap();
        assert!(members.get("a").unwrap().canonical().is_err());
    }
}
