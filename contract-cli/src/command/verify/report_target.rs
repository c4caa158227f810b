//! `--report`: the target and format of a report.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::str::FromStr;

use contract_core::verify::{Document, ReportFormat};
use contract_core::{Error, ErrorKind};

use crate::output;

/// The file for the job summary of GitHub Actions.
const SUMMARY_VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// The target of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReportTarget {
    /// A file.
    File { format: ReportFormat, path: PathBuf },
    /// GitHub Actions: annotations and the job summary.
    Github,
}

impl FromStr for ReportTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "github" {
            return Ok(Self::Github);
        }
        let Some((format, path)) = text.split_once('=') else {
            return Err("write it as FORMAT=PATH, such as junit=report.xml, or as github".to_owned());
        };
        if path.is_empty() {
            return Err("the path of the file is missing".to_owned());
        }
        Ok(Self::File {
            format: format.parse()?,
            path: path.into(),
        })
    }
}

impl ReportTarget {
    /// Writes the report.
    pub(crate) fn write(&self, report: &Document) -> Result<(), Error> {
        match self {
            Self::File { format, path } => report.write(*format, path),
            Self::Github => github(report),
        }
    }
}

fn github(report: &Document) -> Result<(), Error> {
    output::result(&report.github_annotations());
    let Some(path) = std::env::var_os(SUMMARY_VARIABLE).filter(|path| !path.is_empty()) else {
        output::note(&format!(
            "{SUMMARY_VARIABLE} is not set: the job summary exists only in GitHub Actions"
        ));
        return Ok(());
    };
    let path = PathBuf::from(path);
    let summary = report.render(ReportFormat::Markdown);
    let written = (std::fs::OpenOptions::new().create(true).append(true).open(&path))
        .and_then(|mut file| file.write_all(summary.as_bytes()));
    written.map_err(|error| {
        let mut text = format!("cannot add the summary to {}", path.display());
        let _ = write!(text, " ({SUMMARY_VARIABLE}): {error}");
        Error::new(ErrorKind::Io, text)
    })
}
