//! `--baseline`: findings that are accepted for now.

use std::path::{Path, PathBuf};

use clap::Args;
use contract_core::{Error, ErrorKind};
use contract_openapi::report::{AcceptedFinding, Baseline, Issue};

use super::files::usage;
use crate::output;

#[derive(Debug, Args)]
pub(super) struct BaselineArguments {
    /// Accept the findings in this file: they are not shown and do not make the command fail
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the findings of this run into the baseline file, and accept them
    #[arg(long, requires = "baseline")]
    update_baseline: bool,
}

impl BaselineArguments {
    /// Returns the findings that are not accepted.
    pub(super) fn apply(&self, issues: Vec<Issue>) -> Result<Vec<Issue>, Error> {
        let Some(path) = &self.baseline else {
            return Ok(issues);
        };
        let baseline = if self.update_baseline {
            let before = if path.exists() {
                read(path)?
            } else {
                Baseline::default()
            };
            let baseline = Baseline::of(&issues, &before);
            std::fs::write(path, baseline.to_text())
                .map_err(|error| Error::new(ErrorKind::Io, format!("writing {}: {error}", path.display())))?;
            baseline
        } else {
            read(path)?
        };
        let applied = baseline.apply(issues, jiff::Zoned::now().date());
        if applied.accepted > 0 {
            output::note(&format!(
                "accepted by {}: {}",
                path.display(),
                output::counted(applied.accepted, "finding")
            ));
        }
        tell(path, &applied.expired, "is accepted no longer");
        tell(
            path,
            &applied.unused,
            "is not found any more: use --update-baseline",
        );
        Ok(applied.remaining)
    }
}

fn read(path: &Path) -> Result<Baseline, Error> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| usage(format!("{name}: {error}")))?;
    Baseline::from_text(&name, &text).map_err(usage)
}

fn tell(path: &Path, findings: &[AcceptedFinding], what: &str) {
    for finding in findings {
        output::note(&format!(
            "{}: {} ({}) {what}",
            path.display(),
            finding.code,
            finding.message
        ));
    }
}
