//! Contracts whose interactions are read one at a time.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde_json::value::RawValue;

use super::annotations::annotations;
use super::document::{Document, Entry, List, Unread, parsed};
use super::place::{At, Fault, Read};
use super::position::position;
use super::{text, v3, v4};
use crate::contract::{Contract, Identity, Interaction, Members, Specification};
use crate::{Error, ErrorKind, json};

/// A contract in text, of which everything but the interactions is read.
///
/// An interaction takes several times the memory of its text. Whoever needs those of a large contract one after the
/// other reads each when it is needed.
///
/// ```
/// use contract_core::contract::UnreadContract;
///
/// let text = r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
///     {"description": "a user", "request": {"path": "/users/1"}, "response": {"status": 200}}]}"#;
/// let contract = UnreadContract::new(text, "web-api.json")?;
/// assert_eq!(contract.len(), 1);
/// assert_eq!(contract.interaction(0)?.description, "a user");
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug)]
pub struct UnreadContract<'t> {
    text: Cow<'t, str>,
    origin: Cow<'t, str>,
    document: Document,
}

impl<'t> UnreadContract<'t> {
    /// Reads everything but the interactions of a text, which is borrowed or owned. `origin` (a file name, a URL) prefixes
    /// every error.
    ///
    /// # Errors
    /// As [`Contract::read_str`], for what surrounds the interactions.
    pub fn new(text: impl Into<Cow<'t, str>>, origin: impl Into<Cow<'t, str>>) -> Result<Self, Error> {
        let (text, origin) = (text::without_mark(text.into()), origin.into());
        let read = match serde_json::from_str::<BTreeMap<String, &RawValue>>(&text) {
            Ok(members) => surroundings(members, &text),
            // Not JSON, or not an object: the reader of whole documents says which.
            Err(_) => Document::of(text::json(&text, &origin)?),
        };
        match read {
            Ok(document) => Ok(Self {
                text,
                origin,
                document,
            }),
            Err(fault) => Err(error(fault, &text, &origin)),
        }
    }

    /// Reads everything but the interactions of a file.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) if the file cannot be read, otherwise see [`new`](Self::new).
    pub fn read_file(path: impl AsRef<Path>) -> Result<UnreadContract<'static>, Error> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| {
            Error::new(
                ErrorKind::Io,
                format!("cannot read the contract {}: {error}", path.display()),
            )
            .with_source(error)
        })?;
        UnreadContract::from_bytes(bytes, path.display().to_string())
    }

    /// Reads everything but the interactions of bytes, which must be UTF-8; see [`new`](Self::new).
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn from_bytes(
        bytes: impl Into<Cow<'t, [u8]>>,
        origin: impl Into<Cow<'t, str>>,
    ) -> Result<Self, Error> {
        let origin = origin.into();
        Self::new(text::utf8(bytes.into(), &origin)?, origin)
    }

    /// Returns the contract without its interactions.
    #[cfg(feature = "provider")]
    pub(crate) fn head(&self) -> Contract {
        self.document.head.clone().with(Vec::new())
    }

    /// Returns the number of interactions.
    pub fn len(&self) -> usize {
        self.document.unread.len()
    }

    /// Returns whether there are no interactions.
    pub fn is_empty(&self) -> bool {
        self.document.unread.is_empty()
    }

    /// Reads the interaction at `index`, in the order of the file.
    ///
    /// # Errors
    /// As [`Contract::read_str`], for this interaction.
    ///
    /// # Panics
    /// If there are no more than `index` interactions.
    pub fn interaction(&self, index: usize) -> Result<Interaction, Error> {
        self.located(self.read_one(index))
    }

    /// Returns the line at which each interaction begins, from 1; `None` for one whose place in the text is not known.
    #[cfg(feature = "provider")]
    pub(crate) fn lines(&self) -> Vec<Option<usize>> {
        let (mut at, mut line) = (0, 1);
        let places = self.document.unread.iter().map(|one| match &one.entry {
            Entry::Value(_) => None,
            Entry::Text(place) => Some(place.start),
        });
        places
            .map(|place| {
                let place = place?;
                // Version 4 has one list, which is in order; the two of version 3 may be in any.
                if place < at {
                    (at, line) = (0, 1);
                }
                line += self.text[at..place].matches('\n').count();
                at = place;
                Some(line)
            })
            .collect()
    }

    /// Reads all interactions.
    ///
    /// # Errors
    /// As [`Contract::read_str`].
    pub fn read(self) -> Result<Contract, Error> {
        let Self {
            text,
            origin,
            document,
        } = self;
        document.read(&text).map_err(|fault| error(fault, &text, &origin))
    }

    /// Returns what identifies the interaction at `index`, without reading its content if possible.
    ///
    /// # Errors
    /// As [`interaction`](Self::interaction).
    pub(crate) fn identity(&self, index: usize) -> Result<Identity, Error> {
        let specification = self.document.head.specification;
        let identity = match identity(specification, &self.document.unread[index], &self.text) {
            Ok(Some(identity)) => Ok(identity),
            Ok(None) => self.read_one(index).map(|interaction| interaction.identity()),
            Err(fault) => Err(fault),
        };
        self.located(identity)
    }

    /// Returns whether an interaction of this contract and one of another have the same text and are read alike.
    pub(crate) fn has_same_text(&self, index: usize, other: &UnreadContract<'_>, at: usize) -> bool {
        let (one, another) = (&self.document.unread[index], &other.document.unread[at]);
        self.document.head.specification == other.document.head.specification
            && one.list == another.list
            && matches!((&one.entry, &another.entry), (Entry::Text(one), Entry::Text(another))
                if self.text[one.clone()] == other.text[another.clone()])
    }

    fn read_one(&self, index: usize) -> Read<Interaction> {
        let one = &self.document.unread[index];
        let value = match &one.entry {
            Entry::Value(value) => value.clone(),
            Entry::Text(place) => parsed(&self.text[place.clone()], one.list, one.index)?,
        };
        self.document.head.interaction(one.list, one.index, value)
    }

    fn located<T>(&self, read: Read<T>) -> Result<T, Error> {
        read.map_err(|fault| error(fault, &self.text, &self.origin))
    }
}

/// Names the place of a fault in the text.
fn error(fault: Fault, text: &str, origin: &str) -> Error {
    // A part that is not JSON is explained by the reader of whole documents, which knows the place in the text.
    if let Err(error) = text::json(text, origin) {
        return error;
    }
    let (line, column) = position(text, &fault.steps);
    fault.into_error().context(format!("{origin}:{line}:{column}"))
}

/// Reads everything but the interactions of a text with these members.
fn surroundings(members: BTreeMap<String, &RawValue>, text: &str) -> Read<Document> {
    let mut rest = Members::new();
    let mut unread = Vec::new();
    for (name, raw) in members {
        let list = List::named(&name);
        match list.map(|list| (list, serde_json::from_str::<Vec<&RawValue>>(raw.get()))) {
            Some((list, Ok(entries))) if !entries.is_empty() => {
                unread.extend(entries.into_iter().enumerate().map(|(index, raw)| Unread {
                    list,
                    index,
                    entry: Entry::Text(place_in(text, raw.get())),
                }));
            }
            _ => {
                let value = json::from_str_below(raw.get(), 1)
                    .map_err(|error| At::Root.member(&name).fault(format!("not valid JSON: {error}")))?;
                rest.insert(name, value);
            }
        }
    }
    Document::with(rest, unread, text)
}

/// Returns the place of a part of a text.
fn place_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// Returns the `type` of an interaction.
pub(super) fn type_name(text: &str) -> Option<String> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    serde_json::from_str(members.get("type")?.get()).ok()
}

/// The members that an interaction is identified by.
const IDENTIFYING: [&str; 6] = [
    "description",
    "providerStates",
    "provider_states",
    "providerState",
    "provider_state",
    "type",
];

/// Returns what identifies an interaction; `None` if that takes its content: if it has no description, or no type in
/// version 4.
fn identity(specification: Specification, one: &Unread, text: &str) -> Read<Option<Identity>> {
    let Entry::Text(place) = &one.entry else {
        return Ok(None);
    };
    let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(&text[place.clone()]) else {
        return Ok(None);
    };
    let mut identifying = Members::new();
    for name in IDENTIFYING {
        if let Some(raw) = members.get(name) {
            identifying.insert(name.to_owned(), parsed(raw.get(), one.list, one.index)?);
        }
    }
    let type_name = identifying.get("type").and_then(json::Value::as_str);
    let kind = match (specification, one.list) {
        (Specification::V4, _) => type_name.and_then(v4::Kind::named),
        (_, List::Interactions) => Some(v3::kind(type_name, |name| members.contains_key(name))),
        (_, List::Messages) => Some(v4::Kind::Message),
    };
    let (Some(kind), Some(_)) = (kind, identifying.get("description").and_then(json::Value::as_str)) else {
        return Ok(None);
    };
    let at = At::Root;
    let at = at.member(one.list.name());
    let (interaction, _) = annotations(identifying, &at.element(one.index))?;
    Ok(Some(Identity {
        kind: kind.type_name().into(),
        ..interaction.identity()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documents in every notation of what surrounds the interactions.
    const DOCUMENTS: [&str; 14] = [
        r#"{"consumer": "web", "provider": {"name": "api", "x": 1.50}, "interactions": []}"#,
        r#"{"consumer": "web", "provider": "api", "interactions": {}, "messages": {}}"#,
        r#"{"interactions": null, "messages": [], "other": [1, 98765432109876543210]}"#,
        r#"{"messages": [{"description": "a", "contents": 1}], "interactions": []}"#,
        r#"{"messages": {"a": 1}}"#,
        r#"{"interactions": "none"}"#,
        r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}}"#,
        r#"{"interactions": [{"type": "Synchronous/HTTP"}, {"type": "Asynchronous/Messages", "contents": {}}]}"#,
        r#"{"interactions": [{"type": "Synchronous/HTTP"}, {"description": "no type"}]}"#,
        r#"{"interactions": [], "interactions": [{"description": "the last counts"}]}"#,
        r#"{"interactions": [{"description": 1, "provider_state": "s"}, []], "metadata": {"pactSpecificationVersion": 2}}"#,
        r#"{"interactions": [7], "metadata": {}}"#,
        r#"{"interactions": [{"description": "a"}], "metadata": {"pactSpecification": {"version": "99"}}}"#,
        "[]",
    ];

    #[test]
    fn text_and_document_are_read_alike() {
        for text in DOCUMENTS {
            let from_text = Contract::read_str(text, "a.json");
            let from_document = Contract::from_json(json::from_str(text).unwrap());
            match (from_text, from_document) {
                (Ok(one), Ok(other)) => assert_eq!(one, other, "{text}"),
                (Err(one), Err(other)) => {
                    assert_eq!(one.is_malformed(), other.is_malformed(), "{text}");
                    let (one, other) = (one.to_string(), other.to_string());
                    assert!(
                        one.starts_with("a.json:1:") && one.ends_with(&other),
                        "{one} and {other}"
                    );
                }
                (one, other) => panic!("{text}: {one:?} and {other:?}"),
            }
        }
    }

    #[test]
    fn what_identifies_an_interaction_is_what_its_content_says() {
        let version_4 = r#"{"interactions": [
            {"type": "Synchronous/HTTP", "description": "a"}, {"type": "sync/message", "description": "b"},
            {"type": "Telepathy", "description": "c"}, {"description": "d", "contents": 1},
            {"type": "Asynchronous/Messages", "contents": 1}],
            "messages": [{"description": "e"}], "metadata": {"pactSpecification": {"version": "4.0"}}}"#;
        let version_3 = r#"{"interactions": [
            {"description": "a", "providerStates": [{"name": "s", "params": {"n": 1.0}}, "t"]},
            {"description": true, "contents": 1}, {"contents": 1, "request": {"path": "/a"}},
            {"type": "Asynchronous/Messages", "description": "d"}, {"type": "Synchronous/Messages", "description": "e"}],
            "messages": [{"type": "Synchronous/HTTP", "description": "f"}]}"#;
        for text in [version_4, version_3] {
            let contract = UnreadContract::new(text, "a.json").unwrap();
            for index in 0..contract.len() {
                let read = contract.interaction(index).unwrap();
                assert_eq!(contract.identity(index).unwrap(), read.identity());
            }
        }
    }

    #[test]
    fn an_owned_text_is_read_like_a_borrowed_one() {
        let text = "\u{feff}{\"interactions\": [{\"description\": \"é\"}, {\"description\": \"b\"}]}";
        let borrowed = UnreadContract::new(text, "a.json").unwrap();
        let owned = UnreadContract::from_bytes(text.as_bytes().to_vec(), "a.json").unwrap();
        for (index, description) in ["é", "b"].into_iter().enumerate() {
            let read = owned.interaction(index).unwrap();
            assert_eq!(read.description, description);
            assert_eq!(read, borrowed.interaction(index).unwrap());
        }
    }

    /// A part that is not JSON is found when it is read, at its place in the whole text.
    #[test]
    fn the_place_of_an_error_is_that_in_the_text() {
        let deep = |levels: usize| {
            let (open, close) = ("[".repeat(levels), "]".repeat(levels));
            format!(r#"{{"interactions": [{{"description": {open}{close}}}]}}"#)
        };
        assert!(
            Contract::read_str(&deep(124), "a.json")
                .unwrap_err()
                .to_string()
                .contains("expected a string")
        );
        for (text, expected) in [
            (
                "{\"interactions\": [{},\n {\"a\": \"\\ud800\"}]}".to_owned(),
                "a.json:2:9: not valid JSON: half of a surrogate pair in a string (\\ud800): no character is written so",
            ),
            (
                "{\"interactions\": [{},\n {\"a\": 1e999}]}".to_owned(),
                "a.json:2:12: a number is beyond the range that is supported, about ±1.8e308",
            ),
            (
                deep(125),
                "a.json:1:159: nested deeper than 128 levels, which no contract needs",
            ),
        ] {
            assert_eq!(
                Contract::read_str(&text, "a.json").unwrap_err().to_string(),
                expected
            );
        }
    }
}
