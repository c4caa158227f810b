//! Formats the report as text.

use std::fmt::Write as _;

use super::{Compared, ContractReport, InteractionReport, Outcome, Sent, SourceReport, VerificationReport};
use crate::report::value::counted;
use crate::report::{self, Style, one_line, secret};

/// Maximum number of lines of provider output shown with an interaction.
const SHOWN_OUTPUT: usize = 30;

impl VerificationReport {
    /// Returns the whole report: one line per interaction, failures, one line per source, and the decision.
    pub fn to_text(&self, style: Style) -> String {
        let mut text = String::new();
        for contract in &self.contracts {
            text.push_str(&contract_lines(contract));
        }
        for (contract, report) in self.interactions() {
            let explanation = report.explanation(contract, style);
            if !explanation.is_empty() {
                text.push_str(explanation.trim_end());
                text.push_str("\n\n");
            }
        }
        for line in self.summary() {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// Returns the end of the text: unreadable contracts, warnings, published results, one line per source, and the
    /// decision.
    pub(crate) fn summary(&self) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(self.unreadable.iter().map(|error| format!("error: {error}")));
        lines.extend(self.warnings.iter().map(|warning| format!("warning: {warning}")));
        let published = self
            .contracts
            .iter()
            .filter_map(|contract| contract.published.as_ref());
        lines.extend(published.map(|address| format!("result published: {address}")));
        lines.extend(self.ended.iter().map(|error| format!("error: {error}")));
        lines.extend(self.publish_error.iter().map(|error| format!("error: {error}")));
        lines.extend(self.source_lines());
        lines.push(self.decision());
        lines
    }

    /// Returns one line per source with its contracts and their outcome.
    pub fn source_lines(&self) -> Vec<String> {
        (self.sources.iter().enumerate())
            .map(|(index, source)| self.source_line(index, source))
            .collect()
    }

    fn source_line(&self, index: usize, source: &SourceReport) -> String {
        let contracts: Vec<&ContractReport> = self.contracts_of(index).collect();
        let counts = self.counts_of(index);
        let found = counts.run() + counts.left_out;
        let mut line = format!("{}: {}", source.name, counted(contracts.len(), "contract"));
        let of_contracts = [
            (
                contracts.iter().filter(|contract| contract.wip).count(),
                "work in progress",
            ),
            (
                contracts
                    .iter()
                    .filter(|contract| contract.pending && !contract.wip)
                    .count(),
                "pending",
            ),
        ];
        let notes: Vec<String> = (of_contracts.iter())
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if !notes.is_empty() {
            let _ = write!(line, " ({})", notes.join(", "));
        }
        let _ = write!(line, ", {}", counted(found, "interaction"));
        let results = [
            (counts.passed, "passed"),
            (counts.failed, "failed"),
            (counts.pending, "pending failed"),
            (counts.not_verifiable, "not verifiable"),
            (counts.left_out, "not run"),
        ];
        for (count, what) in results {
            if count > 0 {
                let _ = write!(line, " · {count} {what}");
            }
        }
        match source.of_other_providers {
            0 => {}
            others => {
                let _ = write!(
                    line,
                    " · skipped {} with other providers",
                    counted(others, "contract")
                );
            }
        }
        for reason in &source.skipped {
            let _ = write!(line, "\n  skipped: {reason}");
        }
        line
    }

    /// Returns the last line of the text: the outcome in one sentence.
    pub fn decision(&self) -> String {
        self.findings().decision(&self.provider)
    }
}

/// Returns the contract, its notices, and one line per interaction.
fn contract_lines(contract: &ContractReport) -> String {
    let mut text = format!(
        "{} → {}   {}",
        one_line(&contract.consumer),
        contract.provider,
        contract.source
    );
    if let Some(selected) = &contract.selected_as {
        let _ = write!(text, " · {selected}");
    }
    text.push('\n');
    for notice in &contract.notices {
        let _ = writeln!(text, "  note: {notice}");
    }
    for report in &contract.interactions {
        let summary = contract.summary(report);
        let _ = write!(text, "  {} {}", report.mark(), summary.short_name());
        if report.pending && !report.outcome.is_passed() {
            text.push_str(" (pending: does not fail the run)");
        }
        if let Some(test) = &summary.test_name {
            let _ = write!(text, " · written by {}", one_line(test));
        }
        text.push('\n');
        for line in &summary.comment_lines {
            let _ = writeln!(text, "      {line}");
        }
        for remark in report.remarks() {
            let _ = writeln!(text, "      warning: {remark}");
        }
    }
    text.push('\n');
    text
}

impl Sent {
    /// Returns how to send it again, or what was sent.
    fn text(&self) -> String {
        let secrets = self
            .request
            .as_ref()
            .map(|request| secret::values(&request.headers));
        report::sent(
            self.reproduce().as_deref(),
            self.request.as_ref(),
            &secrets.into_iter().flatten().collect::<Vec<_>>(),
            Style::PLAIN,
        )
    }
}

impl InteractionReport {
    fn mark(&self) -> &'static str {
        match (self.outcome.is_passed(), self.fails()) {
            (true, _) => "✓",
            (false, true) => "✗",
            (false, false) => "⚠",
        }
    }

    /// Explains what went wrong; empty if nothing did.
    pub fn explanation(&self, contract: &ContractReport, style: Style) -> String {
        let mut text = match (&self.outcome, self.failure(contract)) {
            (Outcome::Passed, _) => return String::new(),
            (Outcome::Errored(error), _) => {
                let mut text = format!("✗ {}   {}\n\n  {error}\n", self.name, contract.source);
                let mut source = std::error::Error::source(error);
                while let Some(cause) = source {
                    let _ = writeln!(text, "    caused by: {cause}");
                    source = cause.source();
                }
                text.push_str(&self.sent.as_ref().map_or_else(String::new, |sent| sent.text()));
                text
            }
            (Outcome::NotVerifiable(reason), _) => format!(
                "{} {}   {}\n\n  not verifiable: {reason}\n  verify it with a tool that supports it and \
                 exclude it here by a selection, or allow it (allow_not_verifiable, --allow-not-verifiable)\n",
                self.mark(),
                self.name,
                contract.source
            ),
            (Outcome::Failed(_), Some(failure)) => report::text(&failure, style),
            (Outcome::Failed(_), None) => String::new(),
        };
        if let Some(hint) = self.credentials_hint() {
            let _ = writeln!(text, "\n  {hint}");
        }
        if self.is_fault_of_contract() {
            let _ = writeln!(
                text,
                "\n  this is a fault of the contract, which contradicts itself: a provider that responds with \
                 its example fails. Change it in the tests of {}, not {}",
                contract.consumer, contract.provider
            );
        }
        text.push_str(&self.output_lines());
        text
    }

    /// Returns a hint if the provider unexpectedly requires credentials.
    fn credentials_hint(&self) -> Option<String> {
        let Outcome::Failed(difference) = &self.outcome else {
            return None;
        };
        let Compared::Response { expected, actual } = &difference.compared else {
            return None;
        };
        let status = actual.status.filter(|status| matches!(status, 401 | 403))?;
        (expected.status != Some(status)).then(|| {
            format!(
                "hint: the provider responded with {status}, so it may require credentials that the contract \
                 does not contain: add them with a request filter or a header (.request_filter(…), .header(…), \
                 --header 'Authorization: …')"
            )
        })
    }

    /// Returns the provider's output during the interaction.
    fn output_lines(&self) -> String {
        if self.provider_output.is_empty() {
            return String::new();
        }
        let mut text = "\n  provider output:\n\n".to_owned();
        let hidden = self.provider_output.len().saturating_sub(SHOWN_OUTPUT);
        if hidden > 0 {
            let _ = writeln!(text, "    … {} before", counted(hidden, "line"));
        }
        for line in &self.provider_output[hidden..] {
            let _ = writeln!(text, "    {line}");
        }
        text
    }
}
