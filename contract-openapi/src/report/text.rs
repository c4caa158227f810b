//! Formats issues for people.

use std::fmt::Write as _;

use super::{Issue, IssueLevel};

/// Maximum length of a shown line of a document, in characters.
const MAX_LINE: usize = 120;

/// Formats issues for people: each with its places, the lines there and further details; the last line has
/// the totals.
pub fn text(issues: &[Issue]) -> String {
    let mut text = String::new();
    for issue in issues {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} {}: {}", issue.level, issue.code, issue.message);
        if !issue.subject.is_empty() {
            let _ = writeln!(text, "  {}", issue.subject);
        }
        for place in &issue.places {
            let _ = writeln!(text, "  --> {} ({})", place.place, place.label);
            if let Some(line) = &place.line {
                let shown: String = line.trim_end().chars().take(MAX_LINE).collect();
                let _ = writeln!(text, "   {:>5} | {shown}", place.place.line);
            }
        }
        for note in &issue.notes {
            let _ = writeln!(text, "  = {note}");
        }
        text.push('\n');
    }
    text.push_str(&totals(issues));
    text.push('\n');
    text
}

/// Returns the number of issues by level.
pub(super) fn totals(issues: &[Issue]) -> String {
    if issues.is_empty() {
        return "no findings".to_owned();
    }
    let count = |level: IssueLevel| issues.iter().filter(|issue| issue.level == level).count();
    format!(
        "{}, {}, {} info",
        plural(count(IssueLevel::Error), "error"),
        plural(count(IssueLevel::Warning), "warning"),
        count(IssueLevel::Info)
    )
}

fn plural(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
