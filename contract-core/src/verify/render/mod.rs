//! Report formats for CI services and people.

mod github;
mod html;
mod junit;
mod markup;
mod sarif;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::report::Document;
use crate::{Error, ErrorKind};

/// The format of a report file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportFormat {
    /// JSON according to the schema in `docs/src/schemas/verification-report.json`.
    Json,
    /// JUnit XML.
    Junit,
    /// An HTML page without scripts or external resources.
    Html,
    /// Markdown, for the job summary of GitHub Actions.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

impl ReportFormat {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Json, Self::Junit, Self::Html, Self::Markdown, Self::Sarif];

    /// Returns `json`, `junit`, `html`, `markdown` or `sarif`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
        }
    }

    /// Returns the file extension, including its first dot.
    fn extension(self) -> &'static str {
        match self {
            Self::Json => ".json",
            Self::Junit => ".junit.xml",
            Self::Html => ".html",
            Self::Markdown => ".md",
            Self::Sarif => ".sarif",
        }
    }
}

/// Returns whether a mismatch of a report is about a value, not about a comparison that ended before all were compared.
fn is_difference(mismatch: &serde_json::Value) -> bool {
    !matches!(mismatch["kind"].as_str(), Some("undecided" | "mayBeMore"))
}

impl FromStr for ReportFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| {
                let known: Vec<&str> = Self::ALL.into_iter().map(Self::name).collect();
                format!("{text:?} is not a report format: use one of {}", known.join(", "))
            })
    }
}

impl Document {
    /// Renders the report in this format.
    pub fn render(&self, format: ReportFormat) -> String {
        match format {
            ReportFormat::Json => self.to_json(),
            ReportFormat::Junit => junit::render(self),
            ReportFormat::Html => html::render(self),
            ReportFormat::Markdown => github::summary(self),
            ReportFormat::Sarif => sarif::render(self),
        }
    }

    /// Returns one GitHub Actions workflow command per problem, which is shown next to the change.
    pub fn github_annotations(&self) -> String {
        github::annotations(self)
    }

    /// Writes the report in this format to a file, and creates its parent directories.
    ///
    /// # Errors
    ///
    /// `Io` if the file cannot be written.
    pub fn write(&self, format: ReportFormat, path: &Path) -> Result<(), Error> {
        let failed = |error: std::io::Error| {
            Error::new(
                ErrorKind::Io,
                format!(
                    "cannot write the {} report to {}: {error}",
                    format.name(),
                    path.display()
                ),
            )
        };
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).map_err(failed)?;
        }
        std::fs::write(path, self.render(format)).map_err(failed)
    }

    /// Writes the report in every format to a directory; the files are named after the provider:
    /// `user-api.verification.json`.
    ///
    /// # Errors
    ///
    /// `Io` if a file cannot be written.
    pub fn write_all(&self, directory: &Path) -> Result<Vec<PathBuf>, Error> {
        let is_plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        let name: String = (self.provider.chars())
            .map(|c| if is_plain(c) { c } else { '-' })
            .collect();
        let mut written = Vec::new();
        for format in ReportFormat::ALL {
            let path = directory.join(format!("{name}.verification{}", format.extension()));
            self.write(format, &path)?;
            written.push(path);
        }
        Ok(written)
    }
}
