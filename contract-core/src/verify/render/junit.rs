//! JUnit's XML, which most CI services read.

use std::fmt::Write as _;

use super::markup::escape;
use crate::report::Style;
use crate::verify::report::{Outcome, VerificationReport, describe};

impl VerificationReport {
    /// The report as JUnit XML: a suite per contract, a case per interaction. A pending interaction that fails is skipped.
    pub fn to_junit(&self) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let counts = self.counts();
        let unreadable = self.unreadable.len();
        let total = counts.passed + counts.failed + counts.pending + unreadable;
        let _ = writeln!(
            xml,
            "<testsuites name=\"{}\" tests=\"{total}\" failures=\"{}\" skipped=\"{}\">",
            escape(&self.provider),
            counts.failed + unreadable,
            counts.pending
        );
        if unreadable > 0 {
            let _ = writeln!(
                xml,
                "  <testsuite name=\"contracts\" tests=\"{unreadable}\" failures=\"0\" errors=\"{unreadable}\" skipped=\"0\">"
            );
            for error in &self.unreadable {
                let error = escape(error);
                let _ = writeln!(
                    xml,
                    "    <testcase name=\"a contract can be read\" classname=\"contracts\"><error message=\"{error}\"/></testcase>"
                );
            }
            xml.push_str("  </testsuite>\n");
        }
        for contract in &self.contracts {
            let count = |name: &str, pending: bool| {
                contract
                    .interactions
                    .iter()
                    .filter(|report| report.outcome.name() == name && report.pending == pending)
                    .count()
            };
            let suite = format!("{} → {}", contract.contract.consumer.name, self.provider);
            let _ = writeln!(
                xml,
                "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
                escape(&suite),
                contract.interactions.len(),
                count("failed", false),
                count("error", false),
                count("failed", true) + count("error", true),
            );
            for report in &contract.interactions {
                let _ = write!(
                    xml,
                    "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
                    escape(&suite),
                    escape(&describe(contract.interaction(report))),
                    report.duration.as_secs_f64()
                );
                let explanation = escape(report.explanation(contract, Style::PLAIN).trim_end());
                let element = match (&report.outcome, report.pending) {
                    (Outcome::Passed, _) => {
                        xml.push_str("/>\n");
                        continue;
                    }
                    (_, true) => format!(
                        "<skipped message=\"pending: it fails, and does not fail the run\"/>\n      <system-out>{explanation}</system-out>"
                    ),
                    (Outcome::Failed(difference), false) => {
                        let mismatches = difference.mismatches.len();
                        let plural = if mismatches == 1 { "mismatch" } else { "mismatches" };
                        format!("<failure message=\"{mismatches} {plural}\">{explanation}</failure>")
                    }
                    (Outcome::Errored(error), false) => {
                        format!(
                            "<error message=\"{}\">{explanation}</error>",
                            escape(&error.to_string())
                        )
                    }
                };
                let _ = write!(xml, ">\n      {element}\n    </testcase>\n");
            }
            xml.push_str("  </testsuite>\n");
        }
        xml.push_str("</testsuites>\n");
        xml
    }
}
