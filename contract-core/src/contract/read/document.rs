//! Reads whole documents: detects the version, reads the participants and each interaction.

use std::path::Path as FilePath;

use crate::json::Value;

use super::place::{At, Fault, Read, says_nothing, take};
use super::position::position;
use super::writers::writers;
use super::{text, v3, v4};
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
        let text = text::without_mark(text);
        let value = text::json(text, origin)?;
        contract(value).map_err(|fault| {
            let (line, column) = position(text, &fault.steps);
            fault.into_error().context(format!("{origin}:{line}:{column}"))
        })
    }

    /// Reads a contract from bytes, which must be UTF-8; see [`read_str`](Self::read_str).
    ///
    /// # Errors
    /// See [`read_str`](Self::read_str).
    pub fn read_bytes(bytes: &[u8], origin: &str) -> Result<Self, Error> {
        Self::read_str(text::utf8(bytes, origin)?, origin)
    }

    /// Reads a contract from a file.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) if the file cannot be read, otherwise see [`read_str`](Self::read_str).
    pub fn read_file(path: impl AsRef<FilePath>) -> Result<Self, Error> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| {
            Error::new(
                ErrorKind::Io,
                format!("cannot read the contract {}: {error}", path.display()),
            )
            .with_source(error)
        })?;
        Self::read_bytes(&bytes, &path.display().to_string())
    }

    /// Reads a contract from a JSON document.
    ///
    /// # Errors
    /// [`Malformed`](ErrorKind::Malformed) or [`NotAContract`](ErrorKind::NotAContract), naming the path in the
    /// document.
    pub fn from_json(document: impl Into<Value>) -> Result<Self, Error> {
        contract(document.into()).map_err(Fault::into_error)
    }
}

/// Returns whether a JSON document is intended as a contract: it has `interactions` or `messages`, or names both
/// participants.
pub(crate) fn is_contract(document: &Value) -> bool {
    let has = |name: &str| document.get(name).is_some_and(|value| !value.is_null());
    has("interactions")
        || document.get("messages").is_some_and(Value::is_array)
        || (has("consumer") && has("provider"))
}

fn contract(document: Value) -> Read<Contract> {
    let at = At::Root;
    if !is_contract(&document) {
        return Err(Fault {
            kind: ErrorKind::NotAContract,
            ..at.fault("this document is not a contract: it has no `interactions` member (or `messages`, in version 3)")
        });
    }
    let mut rest = at.object(document)?;
    let metadata = match take(&mut rest, "metadata") {
        Some(value) => at.member("metadata").object(value)?,
        None => Members::new(),
    };
    let consumer = participant(&mut rest, "consumer", &at)?;
    let provider = participant(&mut rest, "provider", &at)?;

    let listed = take(&mut rest, "interactions");
    let messages = take(&mut rest, "messages");
    if listed.is_none() && messages.is_none() {
        return Err(at.fault("expected an `interactions` member (or `messages`, in version 3)"));
    }
    let specification = match named_specification(&metadata, &at)? {
        Some(named) => named,
        None if listed.as_ref().is_some_and(is_typed) => Specification::V4,
        None => Specification::V3,
    };
    let mut interactions = Vec::new();
    let with_writer = |fault| with_writer(fault, &metadata);
    if let Some(value) = listed {
        let read = if specification == Specification::V4 {
            v4::interaction
        } else {
            v3::interaction_or_message
        };
        read_all(value, read, &mut interactions, &at.member("interactions")).map_err(with_writer)?;
    }
    if let Some(value) = messages {
        if says_nothing(&value) {
            rest.insert("messages".to_owned(), value);
        } else {
            let read = if specification == Specification::V4 {
                v4::message_interaction
            } else {
                v3::interaction
            };
            read_all(value, read, &mut interactions, &at.member("messages")).map_err(with_writer)?;
        }
    }
    Ok(Contract {
        consumer,
        provider,
        interactions,
        specification,
        metadata,
        extra: rest,
    })
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

/// Returns whether each interaction has a type, as version 4 requires.
fn is_typed(interactions: &Value) -> bool {
    let mut interactions = interactions.as_array().into_iter().flatten().peekable();
    interactions.peek().is_some()
        && interactions.all(|interaction| {
            let name = interaction.get("type").and_then(Value::as_str);
            name.and_then(v4::Kind::named).is_some()
        })
}

fn read_all(
    value: Value,
    read: impl Fn(Members, &At) -> Read<Interaction>,
    into: &mut Vec<Interaction>,
    at: &At,
) -> Read<()> {
    for (index, value) in at.array(value)?.into_iter().enumerate() {
        let at = at.element(index);
        let description = value["description"].as_str().map(str::to_owned);
        let has_description = value.get("description").is_some_and(|value| !value.is_null());
        let interaction = at.object(value).and_then(|members| read(members, &at));
        let mut interaction = interaction.map_err(|fault| match &description {
            Some(description) => fault.in_interaction(description),
            None => fault,
        })?;
        if !has_description {
            interaction.description = match interaction.as_http() {
                Some(http) => format!("{} {}", http.request.method, http.request.path),
                None => format!("message {}", index + 1),
            };
        }
        into.push(interaction);
    }
    Ok(())
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
