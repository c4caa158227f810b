//! Annotations of GitHub Actions.

use std::fmt::Write as _;

use crate::report::Style;
use crate::verify::report::VerificationReport;

impl VerificationReport {
    /// The report for people, followed by one workflow command per failure, which GitHub Actions shows beside the change.
    pub fn to_github(&self, style: Style) -> String {
        let mut text = self.to_text(style);
        for (contract, report) in self
            .interactions()
            .filter(|(_, report)| !report.outcome.is_passed())
        {
            let level = if report.pending { "warning" } else { "error" };
            let file = if contract.source.contains("://") {
                String::new()
            } else {
                format!("file={},", property(&contract.source))
            };
            let _ = writeln!(
                text,
                "::{level} {file}title={}::{}",
                property(&report.name),
                data(report.explanation(contract, Style::PLAIN).trim())
            );
        }
        for error in &self.unreadable {
            let _ = writeln!(text, "::error title=contract not read::{}", data(error));
        }
        if let Some(error) = &self.publish_error {
            let _ = writeln!(
                text,
                "::error title=results not published::{}",
                data(&error.to_string())
            );
        }
        text
    }
}

/// The message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
