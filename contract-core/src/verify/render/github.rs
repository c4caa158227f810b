//! GitHub Actions: annotations and the job's summary.

use std::fmt::Write as _;

use crate::verify::report::{Document, InteractionDocument};

/// Maximum size of a job summary in bytes; GitHub rejects more than 1 MiB.
const SUMMARY_LIMIT: usize = 900_000;

/// Returns one workflow command per problem.
pub(super) fn annotations(report: &Document) -> String {
    let mut text = String::new();
    for (contract, interaction) in problems(report) {
        let level = if interaction.fails { "error" } else { "warning" };
        let file = match interaction.line_of_file(contract) {
            Some(line) => format!("file={},line={line},", property(&contract.source)),
            None => String::new(),
        };
        let explanation = interaction.explanation.as_deref().unwrap_or_default();
        let _ = writeln!(
            text,
            "::{level} {file}title={}::{}",
            property(&interaction.name),
            data(explanation.trim())
        );
    }
    for error in &report.unreadable {
        let _ = writeln!(text, "::error title=contract not read::{}", data(error));
    }
    if let Some(error) = &report.ended {
        let _ = writeln!(text, "::error title={}::{}", report.end_heading(), data(error));
    }
    if let Some(error) = &report.publish_error {
        let _ = writeln!(text, "::error title=results not published::{}", data(error));
    }
    text
}

/// Returns the summary of the job in Markdown: the decision, a table of the contracts, and each problem, collapsed.
pub(super) fn summary(report: &Document) -> String {
    let mark = if report.success { "✅" } else { "❌" };
    let mut text = format!("## {mark} {}\n\n", cell(&report.decision));
    if let Some(version) = &report.provider_version {
        let _ = write!(text, "Version `{version}`");
        if let Some(branch) = &report.provider_branch {
            let _ = write!(text, " of branch `{branch}`");
        }
        text.push_str("\n\n");
    }
    text.push_str("| Consumer | Contract | Passed | Failed | Pending | Not run | Result |\n");
    text.push_str("|---|---|--:|--:|--:|--:|---|\n");
    for contract in &report.contracts {
        let count = |condition: &dyn Fn(&&InteractionDocument) -> bool| {
            contract.interactions.iter().filter(condition).count()
        };
        let link = contract
            .published
            .as_ref()
            .map(|address| format!("[published]({address})"));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            cell(&contract.consumer),
            cell(contract.selected_as.as_deref().unwrap_or(&contract.source)),
            count(&|report| report.outcome == "passed"),
            count(&|report| report.fails),
            count(&|report| report.outcome != "passed" && !report.fails),
            contract.left_out,
            link.unwrap_or_default()
        );
    }
    for (_, interaction) in problems(report) {
        let mark = if interaction.fails { "❌" } else { "⚠️" };
        let details = format!(
            "\n<details><summary>{mark} {}</summary>\n\n~~~text\n{}\n~~~\n\n</details>\n",
            super::markup::escape(&interaction.name),
            interaction
                .explanation
                .as_deref()
                .unwrap_or_default()
                .replace("~~~", "~ ~ ~")
        );
        if text.len() + details.len() > SUMMARY_LIMIT {
            text.push_str("\nMore problems are in the log.\n");
            break;
        }
        text.push_str(&details);
    }
    for error in report
        .unreadable
        .iter()
        .chain(&report.ended)
        .chain(&report.publish_error)
    {
        let _ = writeln!(text, "\n❌ {}", cell(error));
    }
    text
}

fn problems(
    report: &Document,
) -> impl Iterator<Item = (&crate::verify::ContractDocument, &InteractionDocument)> {
    report
        .interactions()
        .filter(|(_, interaction)| interaction.outcome != "passed")
}

/// Escapes text for a cell or a line of Markdown.
fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\r' | '\n' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Escapes the message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
