//! JUnit XML, which most CI services read.

use std::fmt::Write as _;

use super::is_difference;
use super::markup::escape;
use crate::verify::report::{ContractDocument, Document, InteractionDocument};

/// Returns a suite per contract and a case per interaction. Pending failures are reported as skipped.
pub(super) fn render(report: &Document) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let broken = broken(report);
    let interactions: Vec<&InteractionDocument> = report.interactions().map(|(_, report)| report).collect();
    let count = |is_counted: fn(&InteractionDocument) -> bool| {
        interactions.iter().filter(|report| is_counted(report)).count()
    };
    let _ = writeln!(
        xml,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\">",
        escape(&report.provider),
        interactions.len() + broken.len(),
        count(is_failure),
        count(is_error) + broken.len(),
        count(is_skipped),
        seconds(report.duration_ms)
    );
    if !broken.is_empty() {
        let number = broken.len();
        let _ = writeln!(
            xml,
            "  <testsuite name=\"contracts\" tests=\"{number}\" failures=\"0\" errors=\"{number}\" skipped=\"0\">"
        );
        for Broken { case, kind, error } in broken {
            let error = escape(error);
            let _ = writeln!(
                xml,
                "    <testcase name=\"{case}\" classname=\"contracts\"><error type=\"{kind}\" message=\"{error}\"/></testcase>"
            );
        }
        xml.push_str("  </testsuite>\n");
    }
    for contract in &report.contracts {
        xml.push_str(&suite(contract));
    }
    xml.push_str("</testsuites>\n");
    xml
}

/// An error that is not one of an interaction, as a case.
struct Broken<'r> {
    case: &'static str,
    /// The kind of the error, a word for programs.
    kind: &'static str,
    error: &'r str,
}

/// Returns the errors that fail the run beside those of interactions.
fn broken(report: &Document) -> Vec<Broken<'_>> {
    let unreadable = report.unreadable.iter().map(|error| Broken {
        case: "a contract can be read",
        kind: "unreadable",
        error,
    });
    let ended = report.ended.iter().map(|error| Broken {
        case: "the run is complete",
        kind: if report.interrupted {
            "interrupted"
        } else {
            "ended-early"
        },
        error,
    });
    let unpublished = report.publish_error.iter().map(|error| Broken {
        case: "the results are published",
        kind: "not-published",
        error,
    });
    unreadable.chain(ended).chain(unpublished).collect()
}

fn suite(contract: &ContractDocument) -> String {
    let count = |is_counted: fn(&InteractionDocument) -> bool| {
        (contract.interactions.iter())
            .filter(|report| is_counted(report))
            .count()
    };
    let name = format!("{} → {}", contract.consumer, contract.provider);
    let mut xml = format!(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\">\n",
        escape(&name),
        contract.interactions.len(),
        count(is_failure),
        count(is_error),
        count(is_skipped),
        seconds(
            contract
                .interactions
                .iter()
                .map(|report| report.duration_ms)
                .sum()
        ),
    );
    for report in &contract.interactions {
        xml.push_str(&case(&name, report));
    }
    xml.push_str("  </testsuite>\n");
    xml
}

fn case(suite: &str, report: &InteractionDocument) -> String {
    let mut xml = format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
        escape(suite),
        escape(&report.short_name()),
        seconds(report.duration_ms)
    );
    if report.outcome == "passed" {
        xml.push_str("/>\n");
        return xml;
    }
    let explanation = escape(report.explanation.as_deref().unwrap_or_default());
    let element = if !report.fails {
        let why = if report.pending {
            "pending"
        } else {
            "not verifiable"
        };
        format!(
            "<skipped message=\"{why}: it does not fail the run\"/>\n      <system-out>{explanation}</system-out>"
        )
    } else if let Some(error) = &report.error {
        format!("<error message=\"{}\">{explanation}</error>", escape(error))
    } else {
        let found = report.mismatches();
        let mismatches = found.iter().filter(|mismatch| is_difference(mismatch)).count();
        let at_least = if mismatches < found.len() { "at least " } else { "" };
        let plural = if mismatches == 1 { "mismatch" } else { "mismatches" };
        format!("<failure message=\"{at_least}{mismatches} {plural}\">{explanation}</failure>")
    };
    let _ = write!(xml, ">\n      {element}\n    </testcase>\n");
    xml
}

fn is_failure(report: &InteractionDocument) -> bool {
    report.fails && report.outcome == "failed"
}

fn is_error(report: &InteractionDocument) -> bool {
    report.fails && report.outcome != "failed"
}

fn is_skipped(report: &InteractionDocument) -> bool {
    report.outcome != "passed" && !report.fails
}

/// Formats seconds: `1.042`.
fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}
