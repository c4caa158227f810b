//! Reads whole documents: detects the version, reads the participants and each interaction.

use std::ops::Range;
use std::path::Path;

use crate::json::{self, Value};

use super::place::{At, Fault, Read, says_nothing, take};
use super::unread::{self, UnreadContract};
use super::writers::writers;
use super::{v3, v4};
use crate::contract::{Contract, Interaction, Members, Participant, Specification};
use crate::{Error, ErrorKind};

impl Contract {
    /// Reads a contract from text. `origin` (a file name, a URL) prefixes every error.
    ///
    /// The version is read from `metadata.pactSpecification.version` (also spelt `pact-specification`, or
    /// `pactSpecificationVersion` next to it). A file without it is read as version 4 if each interaction has a `type`,
    /// otherwise as version 3, whose reader also accepts older notations.
    ///
    /// ```
    /// use contract_core::contract::Contract;
    ///
    /// let text = r#"{"consumer": {"name": "web-app"}, "provider": {"name": "user-api"}, "interactions": []}"#;
    /// assert_eq!(Contract::read_str(text, "a.json")?.provider.name, "user-api");
    ///
    /// let error = Contract::read_str("{", "a.json").unwrap_err();
    /// assert!(error.is_malformed());
    /// assert!(error.to_string().starts_with("a.json:1:"), "{error}");
    /// # Ok::<(), contract_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// - [`Malformed`](ErrorKind::Malformed): the text is not JSON, is nested deeper than 128 levels, or violates the
    ///   format. The message names the origin, line, column, path and interaction.
    /// - [`NotAContract`](ErrorKind::NotAContract): the document is not a contract: it has neither `interactions` nor
    ///   `messages`, and does not name both participants.
    pub fn read_str(text: &str, origin: &str) -> Result<Self, Error> {
        UnreadContract::new(text, origin)?.read()
    }

    /// Reads a contract from bytes, which must be UTF-8; see [`read_str`](Self::read_str).
    ///
    /// # Errors
    /// See [`read_str`](Self::read_str).
    pub fn read_bytes(bytes: &[u8], origin: &str) -> Result<Self, Error> {
        UnreadContract::from_bytes(bytes, origin)?.read()
    }

    /// Reads a contract from a file.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) if the file cannot be read, otherwise see [`read_str`](Self::read_str).
    pub fn read_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        UnreadContract::read_file(path)?.read()
    }

    /// Reads a contract from a JSON document.
    ///
    /// # Errors
    /// [`Malformed`](ErrorKind::Malformed) or [`NotAContract`](ErrorKind::NotAContract), naming the path in the
    /// document.
    pub fn from_json(document: impl Into<Value>) -> Result<Self, Error> {
        Document::of(document.into())
            .and_then(|document| document.read(""))
            .map_err(Fault::into_error)
    }
}

/// Returns whether a JSON document is intended as a contract: it has `interactions` or `messages`, or names both
/// participants.
#[cfg(feature = "broker")]
pub(crate) fn is_contract(document: &Value) -> bool {
    document.as_object().is_some_and(has_members_of_a_contract)
}

fn has_members_of_a_contract(members: &Members) -> bool {
    let has = |name: &str| members.get(name).is_some_and(|value| !value.is_null());
    has("interactions")
        || members.get("messages").is_some_and(Value::is_array)
        || (has("consumer") && has("provider"))
}

fn not_a_contract() -> Fault {
    Fault {
        kind: ErrorKind::NotAContract,
        ..At::Root.fault(
            "this document is not a contract: it has no `interactions` member (or `messages`, in version 3)",
        )
    }
}

/// What a contract consists of besides its interactions.
#[derive(Debug, Clone)]
pub(super) struct Head {
    consumer: Participant,
    provider: Participant,
    pub(super) specification: Specification,
    metadata: Members,
    extra: Members,
}

/// A contract whose interactions are not read yet.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) head: Head,
    pub(super) unread: Vec<Unread>,
}

/// An interaction that is not read yet.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) list: List,
    pub(super) index: usize,
    pub(super) entry: Entry,
}

/// An element of a list of interactions.
#[derive(Debug)]
pub(super) enum Entry {
    Value(Value),
    /// The place of its text in the text of the contract.
    Text(Range<usize>),
}

/// A member that lists interactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Interactions,
    /// Of version 3.
    Messages,
}

impl List {
    const ALL: [Self; 2] = [Self::Interactions, Self::Messages];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Interactions => "interactions",
            Self::Messages => "messages",
        }
    }

    fn reader(self, specification: Specification) -> fn(Members, &At) -> Read<Interaction> {
        match (self, specification) {
            (Self::Interactions, Specification::V4) => v4::interaction,
            (Self::Interactions, _) => v3::interaction_or_message,
            (Self::Messages, Specification::V4) => v4::message_interaction,
            (Self::Messages, _) => v3::interaction,
        }
    }
}

impl Document {
    /// Reads everything but the interactions of a document that is parsed.
    pub(super) fn of(document: Value) -> Read<Self> {
        let Value::Object(mut rest) = document else {
            return Err(not_a_contract());
        };
        let mut unread = Vec::new();
        for list in List::ALL {
            match rest.remove(list.name()) {
                Some(Value::Array(entries)) if !entries.is_empty() => {
                    unread.extend(entries.into_iter().enumerate().map(|(index, value)| Unread {
                        list,
                        index,
                        entry: Entry::Value(value),
                    }));
                }
                Some(other) => {
                    rest.insert(list.name().to_owned(), other);
                }
                None => {}
            }
        }
        Self::with(rest, unread, "")
    }

    /// Reads everything but the interactions, whose places are in `text`. `rest` holds a list of interactions only if it
    /// is empty or no list.
    pub(super) fn with(mut rest: Members, unread: Vec<Unread>, text: &str) -> Read<Self> {
        if unread.is_empty() && !has_members_of_a_contract(&rest) {
            return Err(not_a_contract());
        }
        let at = At::Root;
        let metadata = match take(&mut rest, "metadata") {
            Some(value) => at.member("metadata").object(value)?,
            None => Members::new(),
        };
        let consumer = participant(&mut rest, "consumer", &at)?;
        let provider = participant(&mut rest, "provider", &at)?;
        let mut is_listed = !unread.is_empty();
        for list in List::ALL {
            if let Some(value) = take(&mut rest, list.name()) {
                is_listed = true;
                // One that is empty, in whichever notation.
                at.member(list.name()).array(value.clone())?;
                if list == List::Messages {
                    rest.insert(list.name().to_owned(), value);
                }
            }
        }
        if !is_listed {
            return Err(at.fault("expected an `interactions` member (or `messages`, in version 3)"));
        }
        let specification = match named_specification(&metadata, &at)? {
            Some(named) => named,
            None if is_typed(&unread, text) => Specification::V4,
            None => Specification::V3,
        };
        let head = Head {
            consumer,
            provider,
            specification,
            metadata,
            extra: rest,
        };
        Ok(Self { head, unread })
    }

    /// Reads the interactions, whose places are in `text`.
    pub(super) fn read(self, text: &str) -> Read<Contract> {
        let Self { head, unread } = self;
        let mut interactions = Vec::with_capacity(unread.len());
        for one in unread {
            let value = match one.entry {
                Entry::Value(value) => value,
                Entry::Text(place) => parsed(&text[place], one.list, one.index)?,
            };
            interactions.push(head.interaction(one.list, one.index, value)?);
        }
        Ok(head.with(interactions))
    }
}

impl Entry {
    fn type_name(&self, text: &str) -> Option<String> {
        match self {
            Self::Value(value) => value.get("type")?.as_str().map(str::to_owned),
            Self::Text(place) => unread::type_name(&text[place.clone()]),
        }
    }
}

/// Parses the text of an element of a list of interactions.
pub(super) fn parsed(text: &str, list: List, index: usize) -> Read<Value> {
    // Below the document and the list.
    json::from_str_below(text, 2).map_err(|error| {
        At::Root
            .member(list.name())
            .element(index)
            .fault(format!("not valid JSON: {error}"))
    })
}

impl Head {
    /// Reads an element of a list of interactions.
    pub(super) fn interaction(&self, list: List, index: usize, value: Value) -> Read<Interaction> {
        let at = At::Root;
        let at = at.member(list.name());
        let at = at.element(index);
        let description = value["description"].as_str().map(str::to_owned);
        let has_description = value.get("description").is_some_and(|value| !value.is_null());
        let read = list.reader(self.specification);
        let interaction = at.object(value).and_then(|members| read(members, &at));
        let mut interaction = interaction.map_err(|fault| {
            let fault = with_writer(fault, &self.metadata);
            match &description {
                Some(description) => fault.in_interaction(description),
                None => fault,
            }
        })?;
        if !has_description {
            interaction.description = match interaction.as_http() {
                Some(http) => format!("{} {}", http.request.method, http.request.path),
                None => format!("message {}", index + 1),
            };
        }
        Ok(interaction)
    }

    /// Returns the contract with these interactions.
    pub(super) fn with(self, interactions: Vec<Interaction>) -> Contract {
        Contract {
            consumer: self.consumer,
            provider: self.provider,
            interactions,
            specification: self.specification,
            metadata: self.metadata,
            extra: self.extra,
        }
    }
}

/// Adds to an error about a path expression the tool that wrote it and the correct form.
fn with_writer(mut fault: Fault, metadata: &Members) -> Fault {
    if fault.is_about_path {
        let by =
            writers(metadata).map_or_else(String::new, |tools| format!("; the file was written by {tools}"));
        fault.message = format!(
            "{}{by}; write the path as $.name, $['any name'], $.list[0] or $.list[*]",
            fault.message
        );
    }
    fault
}

/// Returns whether each entry of `interactions` has a type, as version 4 requires.
fn is_typed(unread: &[Unread], text: &str) -> bool {
    let mut listed = unread
        .iter()
        .filter(|one| one.list == List::Interactions)
        .peekable();
    listed.peek().is_some()
        && listed.all(|one| {
            one.entry
                .type_name(text)
                .as_deref()
                .and_then(v4::Kind::named)
                .is_some()
        })
}

fn participant(rest: &mut Members, role: &str, at: &At) -> Read<Participant> {
    let at = at.member(role);
    let mut extra = match take(rest, role) {
        None => return Ok(Participant::new(role)),
        Some(Value::String(name)) => return Ok(Participant::new(name)),
        Some(value) => at.object(value)?,
    };
    let name = match take(&mut extra, "name") {
        Some(value) => at.member("name").text(value)?,
        None => role.to_owned(),
    };
    Ok(Participant { name, extra })
}

/// Returns the version in the metadata, in any notation. A missing, `null` or empty member is ignored.
fn named_specification(metadata: &Members, at: &At) -> Read<Option<Specification>> {
    let at = at.member("metadata");
    for name in [
        "pact-specification",
        "pactSpecification",
        "pactSpecificationVersion",
    ] {
        let at = at.member(name);
        let named = match metadata.get(name) {
            Some(Value::Object(block)) => match block.get("version") {
                Some(version) => named_version(version, &at.member("version"))?,
                None => None,
            },
            Some(version) => named_version(version, &at)?,
            None => None,
        };
        if named.is_some() {
            return Ok(named);
        }
    }
    Ok(None)
}

fn named_version(version: &Value, at: &At) -> Read<Option<Specification>> {
    if version.is_null()
        || version.as_str().is_some_and(|text| text.trim().is_empty())
        || says_nothing(version)
    {
        return Ok(None);
    }
    let text = at.text(version.clone())?;
    let read = text.parse().map_err(|error: Error| at.fault(error.to_string()));
    read.map(Some)
}
