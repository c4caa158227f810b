//! Reads interactions from files.

use super::draft::Draft;
use super::finding::{Finding, Notes};
use super::interactions::interactions;
use super::options::Options;
use super::{Kind, Source, har, http_file, httpmock, postman, vcr, wiremock, yaml};
use crate::contract::Interaction;
use crate::json::{self, Value};
use crate::{Error, ErrorKind};

/// The result of an import.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Imported {
    /// The interactions, in the order of the files.
    pub interactions: Vec<Interaction>,
    /// What was lost, left out and replaced.
    pub findings: Vec<Finding>,
}

/// Reads interactions from these files.
///
/// ```
/// use contract_core::import::{self, Options, Source};
///
/// let stub = r#"{
///     "request": { "method": "GET", "urlPath": "/users/42" },
///     "response": { "status": 200, "jsonBody": { "name": "Ada" }, "fixedDelayMilliseconds": 20 }
/// }"#;
/// let imported = import::read(&[Source::new("user.json", stub)], &Options::default())?;
/// assert_eq!(imported.interactions[0].description, "GET /users/42");
/// assert_eq!(
///     imported.findings[0].to_string(),
///     "user.json: response.fixedDelayMilliseconds: a contract has no delays",
/// );
/// # Ok::<(), contract_core::Error>(())
/// ```
///
/// # Errors
///
/// `Malformed` if a file is not in the expected format, with file and place. `Invalid` if no exchange of the
/// files can become an interaction, with the reason for each.
pub fn read(sources: &[Source], options: &Options) -> Result<Imported, Error> {
    let mut drafts = Vec::new();
    let mut findings = Vec::new();
    for source in sources {
        let mut notes = Notes::of_file(source.name());
        let document = Document::read(source, options.kind)?;
        let kind = options.kind.map_or_else(|| Kind::of(source, &document), Ok)?;
        let found = drafts_of(kind, &document, source, options, &mut notes)
            .map_err(|error| error.context(source.name()))?;
        drafts.extend(found.into_iter().map(|draft| (draft, source.name())));
        findings.append(&mut notes.findings);
    }
    let mut notes = Notes {
        file: String::new(),
        findings,
    };
    let interactions = interactions(drafts, options, &mut notes);
    let findings = notes.findings;
    if interactions.is_empty() {
        return Err(nothing(&findings));
    }
    Ok(Imported {
        interactions,
        findings,
    })
}

/// A parsed file.
pub(super) enum Document {
    /// JSON (one document) or YAML documents.
    Values(Vec<Value>),
    /// Text with its own grammar.
    Text,
}

impl Document {
    /// Parses a file according to its extension, or the given kind. Files without a YAML extension are parsed
    /// as JSON.
    fn read(source: &Source, kind: Option<Kind>) -> Result<Self, Error> {
        let extension = source.path.extension().and_then(|extension| extension.to_str());
        match (kind, extension) {
            (Some(Kind::HttpFile), _) | (None, Some("http" | "rest")) => return Ok(Self::Text),
            (Some(Kind::Httpmock), _) | (_, Some("yaml" | "yml")) => return Self::yaml(source),
            _ => {}
        }
        json::from_str(&source.text)
            .map(|value| Self::Values(vec![value]))
            .map_err(|error| {
                Error::new(
                    ErrorKind::Malformed,
                    format!("{}: not valid JSON: {error}", source.name()),
                )
            })
    }

    fn yaml(source: &Source) -> Result<Self, Error> {
        if source.text.contains("<%") {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!(
                    "{}: the file has templates (<% … %>): give the file that they make",
                    source.name()
                ),
            ));
        }
        yaml::read(&source.text, &source.name()).map(Self::Values)
    }
}

fn drafts_of(
    kind: Kind,
    document: &Document,
    source: &Source,
    options: &Options,
    notes: &mut Notes,
) -> Result<Vec<Draft>, Error> {
    let values = match document {
        Document::Text => return Ok(http_file::read(source, options, notes)),
        Document::Values(values) => values,
    };
    if kind == Kind::Httpmock {
        return Ok(httpmock::read(values, notes));
    }
    let [value] = values.as_slice() else {
        return Err(Error::new(
            ErrorKind::Malformed,
            format!("one document is expected, the file has {}", values.len()),
        ));
    };
    match kind {
        Kind::WireMock => Ok(wiremock::read(value, source, notes)),
        Kind::Har => har::read(value, options, notes),
        Kind::Postman => postman::read(value, options, notes),
        Kind::Vcr => vcr::read(value, options, notes),
        Kind::Httpmock | Kind::HttpFile => Ok(Vec::new()),
    }
}

fn nothing(findings: &[Finding]) -> Error {
    let reasons: Vec<String> = findings
        .iter()
        .filter(|finding| finding.kind == super::FindingKind::LeftOut)
        .map(|finding| format!("\n  {finding}"))
        .collect();
    let reasons = if reasons.is_empty() {
        ": the files have no exchange".to_owned()
    } else {
        format!(":{}", reasons.concat())
    };
    Error::new(ErrorKind::Invalid, format!("nothing to import{reasons}"))
}
