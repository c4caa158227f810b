//! Formats findings, and decides which make the command fail.

use clap::ValueEnum;
use contract_openapi::report::{self, Issue, IssueLevel};
use serde::Serialize;

use crate::exit::Exit;
use crate::output;

/// The format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// JUnit XML
    Junit,
    /// SARIF 2.1.0 for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Markdown table for a comment
    Markdown,
    /// HTML page
    Html,
}

/// The lowest level that makes the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum FailOn {
    /// Only errors
    #[default]
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Info,
    /// Never
    Never,
}

impl FailOn {
    fn is_reached(self, level: IssueLevel) -> bool {
        match self {
            Self::Error => level == IssueLevel::Error,
            Self::Warning => level >= IssueLevel::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }

    pub(super) fn exit(self, issues: &[Issue]) -> Exit {
        if issues.iter().any(|issue| self.is_reached(issue.level)) {
            Exit::No
        } else {
            Exit::Fine
        }
    }
}

/// Shows findings; `whole` is the output for programs.
pub(super) fn show(title: &str, format: Format, issues: &[Issue], whole: &impl Serialize) {
    match format {
        Format::Text => output::result(&report::text(issues)),
        Format::Json => output::json(whole),
        Format::Junit => output::result(&report::junit(title, issues)),
        Format::Sarif => output::json(&report::sarif(issues)),
        Format::Github if issues.is_empty() => {}
        Format::Github => output::result(&report::github(issues)),
        Format::Markdown => output::result(&report::markdown(issues)),
        Format::Html => output::result(&report::html(title, issues)),
    }
}
