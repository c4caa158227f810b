//! Export formats, and the interactions that they contain.

use std::fmt;
use std::str::FromStr;

use super::{http_file, k6, postman, wiremock};
use crate::contract::{Contract, HttpInteraction, Interaction};
use crate::import::Finding;
use crate::import::Notes;
use crate::{Error, ErrorKind};

/// A format that a contract can be exported to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Form {
    /// Stub mappings of WireMock.
    WireMock,
    /// A Postman collection 2.1, with saved responses.
    Postman,
    /// Requests for editors, `.http`.
    HttpFile,
    /// A load script for k6 that checks statuses.
    K6,
}

/// An exported contract.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// The text of the file.
    pub text: String,
    /// What the format cannot represent.
    pub findings: Vec<Finding>,
}

impl Form {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::WireMock, Self::Postman, Self::HttpFile, Self::K6];

    /// Returns the name: `wiremock`, `postman`, `http`, `k6`.
    pub fn name(self) -> &'static str {
        match self {
            Self::WireMock => "wiremock",
            Self::Postman => "postman",
            Self::HttpFile => "http",
            Self::K6 => "k6",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Form {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|form| form.name() == text)
            .ok_or_else(|| Error::new(ErrorKind::Usage, format!("unknown form {text:?}")))
    }
}

/// An HTTP interaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exchange<'a> {
    pub(super) interaction: &'a Interaction,
    pub(super) http: &'a HttpInteraction,
}

impl Exchange<'_> {
    pub(super) fn status(&self) -> u16 {
        self.http.response.example_status().unwrap_or(200)
    }

    /// Returns the body of the request as text; `None` if there is none, or it is not text.
    pub(super) fn sent_text(&self) -> Option<String> {
        let bytes = self.http.request.body.to_bytes();
        String::from_utf8(bytes.to_vec())
            .ok()
            .filter(|text| !text.is_empty())
    }
}

/// Exports the HTTP interactions of a contract.
pub fn write(contract: &Contract, form: Form) -> Exported {
    let mut notes = Notes::of_file(format!("{}-{}", contract.consumer.name, contract.provider.name));
    let mut exchanges = Vec::new();
    for interaction in &contract.interactions {
        match interaction.as_http() {
            Some(http) => exchanges.push(Exchange { interaction, http }),
            None => notes.is_left_out(
                &interaction.description,
                "it is a message: only interactions over HTTP are exported",
            ),
        }
    }
    let text = match form {
        Form::WireMock => wiremock::write(&exchanges, &mut notes),
        Form::Postman => postman::write(contract, &exchanges, &mut notes),
        Form::HttpFile => http_file::write(&exchanges, &mut notes),
        Form::K6 => k6::write(&exchanges, &mut notes),
    };
    Exported {
        text,
        findings: notes.into_findings(),
    }
}

/// Records that the rules of an interaction are lost in a format that has only values.
pub(super) fn without_rules(exchange: Exchange<'_>, notes: &mut Notes) {
    let HttpInteraction { request, response } = exchange.http;
    if !request.rules.is_empty() || !response.rules.is_empty() {
        notes.lost(
            exchange.interaction.description.clone(),
            "its rules: the form holds examples only",
        );
    }
}
