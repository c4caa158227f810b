//! A verification's report in the formats that CI services and people read.

mod github;
mod html;
mod junit;
mod markup;
mod sarif;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::report::Document;
use crate::{Error, ErrorKind};

/// The format of a report in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportFormat {
    /// JSON, by the schema in `docs/src/schemas/verification-report.json`.
    Json,
    /// JUnit's XML.
    Junit,
    /// One page without scripts or outside resources.
    Html,
    /// Markdown, for the job summary of GitHub Actions.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

impl ReportFormat {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Json, Self::Junit, Self::Html, Self::Markdown, Self::Sarif];

    /// `json`, `junit`, `html`, `markdown` or `sarif`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
        }
    }

    /// The end of a file's name, with its first dot.
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

impl FromStr for ReportFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| {
                let known: Vec<&str> = Self::ALL.into_iter().map(Self::name).collect();
                format!(
                    "{text:?} is not a format of reports: write one of {}",
                    known.join(", ")
                )
            })
    }
}

impl Document {
    /// The report in this format.
    pub fn render(&self, format: ReportFormat) -> String {
        match format {
            ReportFormat::Json => self.to_json(),
            ReportFormat::Junit => junit::render(self),
            ReportFormat::Html => html::render(self),
            ReportFormat::Markdown => github::summary(self),
            ReportFormat::Sarif => sarif::render(self),
        }
    }

    /// One workflow command of GitHub Actions per problem, which is shown beside the change.
    pub fn github_annotations(&self) -> String {
        github::annotations(self)
    }

    /// Writes the report in this format into a file, and makes the directories that lead to it.
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

    /// Writes the report in every format into a directory; the files are named after the provider:
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
