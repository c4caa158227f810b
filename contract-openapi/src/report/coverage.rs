//! Coverage as issues, for the formats that show those.

use std::fmt::Write as _;

use super::issue::place;
use super::{Issue, IssueLevel};
use crate::coverage::{CoverageReport, CoverageThresholds, Covered, DimensionTotal};
use crate::document::Documents;

/// Returns a coverage report as issues: what contracts use and the description lacks, the total of each dimension, and
/// the operations without a contract.
///
/// Totals below their threshold are errors. The level of missing parts is that of the caller; everything else is info.
/// `description` shows the lines of operations.
pub fn coverage_issues(
    report: &CoverageReport,
    thresholds: &CoverageThresholds,
    missing: IssueLevel,
    description: &Documents,
) -> Vec<Issue> {
    let missing = report.missing_in_spec.iter().map(|found| Issue {
        level: missing,
        code: "coverage-missing-in-description".to_owned(),
        message: found.message.clone(),
        subject: found.consumer.clone(),
        places: found
            .place
            .clone()
            .map(|at| place("contract", at, None))
            .into_iter()
            .collect(),
        notes: Vec::new(),
    });
    let totals = report.totals();
    let totals = totals.iter().map(|total| of_total(total, thresholds));
    let unclaimed = report
        .rows
        .iter()
        .filter(|row| row.unit.is_empty() && row.covered == Covered::No && row.excluded.is_none());
    let unclaimed = unclaimed.map(|row| Issue {
        level: IssueLevel::Info,
        code: "coverage-operation-without-contract".to_owned(),
        message: "no contract uses this operation".to_owned(),
        subject: format!("{} {}", row.method, row.path),
        places: row
            .place
            .clone()
            .map(|at| place("description", at, Some(description)))
            .into_iter()
            .collect(),
        notes: Vec::new(),
    });
    missing.chain(totals).chain(unclaimed).collect()
}

fn of_total(total: &DimensionTotal, thresholds: &CoverageThresholds) -> Issue {
    let mut message = match total.percent() {
        Some(percent) => format!("{percent} % covered: {} of {}", total.covered, total.counted),
        None => "none counted".to_owned(),
    };
    // Writing into a text cannot fail.
    if total.partly > 0 {
        let _ = write!(message, ", {} partly", total.partly);
    }
    if total.excluded > 0 {
        let _ = write!(message, ", {} excluded", total.excluded);
    }
    let minimum = thresholds.minimum(total.dimension);
    let missed = minimum.filter(|minimum| total.percent().is_some_and(|percent| percent < *minimum));
    if let Some(minimum) = missed {
        let _ = write!(message, "; the minimum is {minimum} %");
    }
    Issue {
        level: if missed.is_some() {
            IssueLevel::Error
        } else {
            IssueLevel::Info
        },
        code: "coverage".to_owned(),
        message,
        subject: total.dimension.name().to_owned(),
        places: Vec::new(),
        notes: Vec::new(),
    }
}
