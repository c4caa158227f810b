//! `contract openapi coverage`

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use contract_core::{Error, ErrorKind};
use contract_openapi::coverage::{
    CoverageInput, CoverageReport, CoverageThresholds, Covered, Dimension, DimensionTotal, coverage,
};
use contract_openapi::report::{Badge, IssueLevel, Tone, coverage_issues};
use serde::Serialize;

use super::files::{self, Inputs};
use super::show::{FailOn, Format, show};
use crate::exit::Exit;
use crate::output;

#[derive(Debug, Args)]
#[command(
    after_help = "Example: contract openapi coverage openapi.yaml contracts/ --min operations=80,responses=60"
)]
pub(super) struct Arguments {
    /// OpenAPI description of the provider: a file, REVISION:PATH of Git, a URL, or broker:PROVIDER@BRANCH
    description: String,
    /// Contract files, or directories that contain them
    #[arg(required = true)]
    contracts: Vec<String>,
    /// Minimum percentages by dimension, as operations=80,responses=60
    #[arg(long, value_name = "THRESHOLDS", value_parser = CoverageThresholds::parse)]
    min: Option<CoverageThresholds>,
    /// Fail if a contract uses something that the description lacks
    #[arg(long)]
    fail_on_missing: bool,
    /// Lowest level that makes the command fail: totals below their minimum are errors, what the description lacks is a warning
    #[arg(long, value_enum, default_value_t)]
    fail_on: FailOn,
    /// Draw a badge with the percentage of operations
    #[arg(long, value_name = "FILE.svg")]
    badge: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    output: Format,
    #[command(flatten)]
    inputs: Inputs,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let description = arguments.inputs.description(&arguments.description)?;
    let contracts = arguments.inputs.contracts(&arguments.contracts)?;
    let inputs: Vec<CoverageInput<'_>> = contracts
        .iter()
        .map(|named| CoverageInput {
            consumer: named.consumer(),
            contract: &named.contract,
        })
        .collect();
    let report = coverage(&description, &inputs).map_err(files::usage)?;
    let thresholds = arguments.min.clone().unwrap_or_default();
    let missing = if arguments.fail_on_missing {
        IssueLevel::Error
    } else {
        IssueLevel::Warning
    };
    let issues = coverage_issues(&report, &thresholds, missing, description.documents());
    match arguments.output {
        Format::Text => output::result(&text(&report)),
        format => show(
            "contract coverage",
            format,
            &issues,
            &Counted {
                report: &report,
                totals: report.totals(),
            },
        ),
    }
    for total in report.below(&thresholds) {
        output::error(&format!(
            "{}: {} % covered, less than the minimum of {} %",
            total.dimension,
            total.percent().unwrap_or_default(),
            thresholds.minimum(total.dimension).unwrap_or_default()
        ));
    }
    if let Some(path) = &arguments.badge {
        let svg = badge(&report, arguments.min.as_ref()).svg();
        std::fs::write(path, svg)
            .map_err(|error| Error::new(ErrorKind::Io, format!("writing {}: {error}", path.display())))?;
    }
    Ok(arguments.fail_on.exit(&issues))
}

/// The report for programs, with its totals.
#[derive(Serialize)]
struct Counted<'r> {
    #[serde(flatten)]
    report: &'r CoverageReport,
    totals: Vec<DimensionTotal>,
}

/// Percentages of operations from which a badge is green and yellow, unless thresholds decide.
const GOOD: usize = 80;
const FAIR: usize = 50;

/// Returns the badge: green or red by the thresholds, if there are some, otherwise by the percentage.
fn badge(report: &CoverageReport, thresholds: Option<&CoverageThresholds>) -> Badge {
    let totals = report.totals();
    let operations = totals
        .iter()
        .find(|total| total.dimension == Dimension::Operation);
    let Some(percent) = operations.and_then(DimensionTotal::percent) else {
        return Badge::new("contract coverage", "no operations", Tone::Unknown);
    };
    let is_good = match thresholds {
        Some(thresholds) => report.below(thresholds).is_empty(),
        None => percent >= GOOD,
    };
    let tone = if is_good {
        Tone::Good
    } else if thresholds.is_none() && percent >= FAIR {
        Tone::Warning
    } else {
        Tone::Bad
    };
    Badge::new("contract coverage", format!("{percent} % of operations"), tone)
}

/// Returns totals with numerator and denominator, then what no contract covers.
fn text(report: &CoverageReport) -> String {
    let mut text = format!("contracts of {}\n\n", report.population.join(", "));
    for total in report.totals() {
        let percent = total
            .percent()
            .map_or_else(|| "-".to_owned(), |percent| format!("{percent} %"));
        // Writing into a text cannot fail.
        let _ = write!(
            text,
            "{:<16} {percent:>6}  {} of {}",
            total.dimension.name(),
            total.covered,
            total.counted
        );
        if total.partly > 0 {
            let _ = write!(text, ", {} partly", total.partly);
        }
        if total.excluded > 0 {
            let _ = write!(text, ", {} excluded", total.excluded);
        }
        text.push('\n');
    }
    let unclaimed: Vec<String> = report
        .rows
        .iter()
        .filter(|row| row.unit.is_empty() && row.covered == Covered::No && row.excluded.is_none())
        .map(|row| format!("  {} {}", row.method, row.path))
        .collect();
    if !unclaimed.is_empty() {
        let _ = write!(
            text,
            "\noperations without a contract:\n{}\n",
            unclaimed.join("\n")
        );
    }
    if !report.missing_in_spec.is_empty() {
        text.push_str("\nmissing in the description:\n");
        for missing in &report.missing_in_spec {
            let _ = writeln!(text, "  {}: {}", missing.consumer, missing.message);
        }
    }
    text
}
