//! Findings of an import: what it could not keep.

use std::fmt;

use crate::{Error, ErrorKind};

/// Something that an import lost, left out or replaced. Never contains a value of the file.
///
/// Displayed as `stubs.json: mappings[2].response.fixedDelayMilliseconds: a contract has no delays`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Finding {
    /// The kind of finding.
    pub kind: FindingKind,
    /// The file.
    pub file: String,
    /// The place in the file: a path of members, or a line.
    pub place: String,
    /// A description, with what to do about it.
    pub what: String,
}

/// The outcome for a part of an imported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// The interaction requires less, or more, than the file.
    Lost,
    /// The exchange is not in the contract.
    LeftOut,
    /// A secret was replaced.
    Redacted,
}

impl FindingKind {
    /// Returns `lost`, `left out` or `redacted`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::LeftOut => "left out",
            Self::Redacted => "redacted",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.what)
    }
}

/// The findings of one file.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(super) file: String,
    pub(super) findings: Vec<Finding>,
}

impl Notes {
    pub(crate) fn of_file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            findings: Vec::new(),
        }
    }

    pub(crate) fn lost(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.add(FindingKind::Lost, place.into(), what.into());
    }

    pub(crate) fn is_left_out(&mut self, place: &str, what: &str) {
        self.add(FindingKind::LeftOut, place.to_owned(), what.to_owned());
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    pub(super) fn left_out(&mut self, unfit: Unfit) {
        self.add(FindingKind::LeftOut, unfit.place, unfit.what);
    }

    pub(super) fn add(&mut self, kind: FindingKind, place: String, what: String) {
        self.findings.push(Finding {
            kind,
            file: self.file.clone(),
            place,
            what,
        });
    }
}

/// Why an exchange cannot become an interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfit {
    pub(super) place: String,
    pub(super) what: String,
}

impl Unfit {
    pub(super) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
        }
    }

    /// The same for a whole file. The path is empty for what the file itself lacks.
    pub(super) fn malformed(self) -> Error {
        let Self { place, what } = self;
        let text = if place.is_empty() {
            what
        } else {
            format!("{place}: {what}")
        };
        Error::new(ErrorKind::Malformed, text)
    }
}
