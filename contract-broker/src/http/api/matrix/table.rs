//! The matrix as text for people.

use std::fmt::Write as _;

use crate::app::{DecidedRow, Decision};

/// Formats the decision as text.
pub(super) fn table(decision: &Decision) -> String {
    let head = ["CONSUMER", "C.VERSION", "PROVIDER", "P.VERSION", "SUCCESS?"].map(str::to_owned);
    let mut lines = vec![head];
    for DecidedRow { row, ignored } in &decision.rows {
        let outcome = match row.success() {
            Some(success) => success.to_string(),
            None => "???".to_owned(),
        };
        let outcome = if *ignored {
            format!("{outcome} [ignored]")
        } else {
            outcome
        };
        let provider_version = row
            .provider_version
            .as_ref()
            .map_or("???", |version| version.number.as_str());
        lines.push([
            row.consumer.clone(),
            row.consumer_version.number.clone(),
            row.provider.clone(),
            provider_version.to_owned(),
            outcome,
        ]);
    }
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths = [0, 1, 2, 3, 4].map(width);
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())))
            .collect();
        text.push_str(cells.join(" | ").trim_end());
        text.push('\n');
        if index == 0 {
            text.push_str(&widths.map(|width| "-".repeat(width)).join("-|-"));
            text.push('\n');
        }
    }
    let verdict = match decision.summary.deployable {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    };
    let _ = writeln!(text, "\nDeployable: {verdict}\n{}", decision.summary.reason);
    text
}
