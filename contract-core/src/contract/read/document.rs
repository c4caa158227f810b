//! The whole document: which version it is, who the participants are, one reader for each interaction.

use std::path::Path as FilePath;

use serde_json::Value;

use super::place::{At, Fault, Read, take};
use super::position::{line_and_column, position};
use super::{v1, v3, v4};
use crate::contract::{Contract, Interaction, Members, Participant, Specification};
use crate::{Error, ErrorKind};

impl Contract {
    /// Reads a contract from its text; `origin` (a file name, a URL) stands in front of every error.
    ///
    /// The version is what `metadata.pactSpecification.version` says (also spelt `pact-specification`, or
    /// `pactSpecificationVersion` beside it). A file that does not say is read as version 3, whose reader takes the
    /// spellings of the older versions too.
    ///
    /// # Errors
    /// [`Malformed`](ErrorKind::Malformed): the text is not JSON, is nested deeper than 128 levels, or is not a
    /// contract. The message names the origin, line, column, path, and the interaction that is wrong.
    pub fn read_str(text: &str, origin: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let value: Value = serde_json::from_str(text).map_err(|error| not_json(&error, origin))?;
        contract(value).map_err(|fault| {
            let (line, column) = position(text, &fault.steps);
            fault.into_error().context(format!("{origin}:{line}:{column}"))
        })
    }

    /// Reads a contract from bytes, which must be UTF-8; otherwise as [`read_str`](Self::read_str).
    ///
    /// # Errors
    /// [`Malformed`](ErrorKind::Malformed), as for [`read_str`](Self::read_str).
    pub fn read_bytes(bytes: &[u8], origin: &str) -> Result<Self, Error> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let (line, column) = line_and_column(&valid, valid.len());
            Error::new(
                ErrorKind::Malformed,
                format!("{origin}:{line}:{column}: not UTF-8: save the contract as UTF-8"),
            )
        })?;
        Self::read_str(text, origin)
    }

    /// Reads a contract from a file.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) where the file cannot be read, else as for [`read_str`](Self::read_str).
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
    /// [`Malformed`](ErrorKind::Malformed), naming the path in the document.
    pub fn from_json(document: Value) -> Result<Self, Error> {
        contract(document).map_err(Fault::into_error)
    }
}

fn not_json(error: &serde_json::Error, origin: &str) -> Error {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = text.strip_suffix(&place).unwrap_or(&text);
    let what = match what {
        "recursion limit exceeded" => "nested deeper than 128 levels, which no contract needs".to_owned(),
        what if what.starts_with("EOF") => format!("not valid JSON: the text ends too early ({what})"),
        what => format!("not valid JSON: {what}"),
    };
    Error::new(
        ErrorKind::Malformed,
        // The parser counts columns from 0 where there is nothing to read.
        format!("{origin}:{}:{}: {what}", error.line(), error.column().max(1)),
    )
}

fn contract(document: Value) -> Read<Contract> {
    let at = At::Root;
    let mut rest = at.object(document)?;
    let metadata = match take(&mut rest, "metadata") {
        Some(value) => at.member("metadata").object(value)?,
        None => Members::new(),
    };
    let specification = specification(&metadata, &at)?;
    let consumer = participant(&mut rest, "consumer", &at)?;
    let provider = participant(&mut rest, "provider", &at)?;

    let listed = take(&mut rest, "interactions");
    let messages = if specification == Specification::V4 {
        None
    } else {
        take(&mut rest, "messages")
    };
    if listed.is_none() && messages.is_none() {
        return Err(at.fault(
            "expected an `interactions` member (or `messages`, in version 3): this document is not a contract",
        ));
    }
    let mut interactions = Vec::new();
    if let Some(value) = listed {
        let read = if specification == Specification::V4 {
            v4::interaction
        } else {
            v1::interaction
        };
        read_all(value, read, &mut interactions, &at.member("interactions"))?;
    }
    if let Some(value) = messages {
        if value.as_array().is_some_and(Vec::is_empty) {
            rest.insert("messages".to_owned(), value);
        } else {
            read_all(value, v3::interaction, &mut interactions, &at.member("messages"))?;
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

fn read_all(
    value: Value,
    read: impl Fn(Members, &At) -> Read<Interaction>,
    into: &mut Vec<Interaction>,
    at: &At,
) -> Read<()> {
    for (index, value) in at.array(value)?.into_iter().enumerate() {
        let at = at.element(index);
        let description = value["description"].as_str().map(str::to_owned);
        let interaction = at.object(value).and_then(|members| read(members, &at));
        into.push(interaction.map_err(|fault| match &description {
            Some(description) => fault.in_interaction(description),
            None => fault,
        })?);
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
        Some(value) => at.member("name").string(value)?,
        None => role.to_owned(),
    };
    Ok(Participant { name, extra })
}

/// The version that the metadata names, in any of the spellings; version 3 where it names none.
fn specification(metadata: &Members, at: &At) -> Read<Specification> {
    let at = at.member("metadata");
    for name in ["pact-specification", "pactSpecification"] {
        if let Some(version) = metadata.get(name).and_then(|member| member.get("version")) {
            return version_of(version, &at.member(name).member("version"));
        }
    }
    match metadata.get("pactSpecificationVersion") {
        Some(version) => version_of(version, &at.member("pactSpecificationVersion")),
        None => Ok(Specification::V3),
    }
}

fn version_of(version: &Value, at: &At) -> Read<Specification> {
    let text = at.text(version.clone())?;
    text.parse().map_err(|error: Error| at.fault(error.to_string()))
}
