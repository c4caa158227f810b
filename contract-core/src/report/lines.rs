//! The differing lines of a text body.

use std::fmt::Write as _;

use super::difference;
use super::line_diff::{self, Side};
use super::style::{Style, Tone};
use super::value::{cut, more};

/// Unchanged lines shown around a difference.
const CONTEXT: usize = 2;
/// Maximum number of lines compared: the cost of a diff grows with the product of lines and differences.
const COMPARED: usize = 2_000;
/// Maximum number of lines shown.
const SHOWN: usize = 60;
const WIDTH: usize = 200;

/// Returns the differing hunks, each line terminated.
pub(super) fn render(expected: &str, actual: &str, style: Style) -> String {
    let (expected, expected_rest) = head(expected);
    let (actual, actual_rest) = head(actual);
    let mut text = String::new();
    let mut shown = 0;
    for (index, hunk) in line_diff::hunks(expected, actual, CONTEXT).iter().enumerate() {
        if index > 0 {
            text.push_str("    …\n");
        }
        for line in &hunk.lines {
            shown += 1;
            if shown > SHOWN {
                continue;
            }
            let (sign, tone) = match line.side {
                Side::Both => (' ', None),
                Side::Before => ('-', Some(Tone::Expected)),
                Side::After => ('+', Some(Tone::Actual)),
            };
            let line = match line.side {
                Side::Both => cut(line.text.trim_end_matches(['\r', '\n']), WIDTH, true),
                Side::Before | Side::After => cut(&changed(line.text), WIDTH, true),
            };
            let line = format!("  {sign} {line}");
            text.push_str(&tone.map_or_else(|| line.clone(), |tone| style.paint(tone, &line)));
            text.push('\n');
        }
    }
    let hidden = shown.saturating_sub(SHOWN);
    if hidden > 0 {
        let _ = writeln!(text, "    … {}", more(hidden, "line"));
    }
    if let Some(difference) = difference::of(expected, actual, usize::MAX) {
        let _ = writeln!(text, "    {}", style.paint(Tone::Aside, &difference.place));
    }
    if expected_rest || actual_rest {
        let _ = writeln!(text, "    … only the first {COMPARED} lines are compared here");
    }
    text
}

/// Returns a differing line without its line end; trailing blanks and invisible characters are escaped.
fn changed(line: &str) -> String {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let text = line.trim_end_matches(' ');
    let blanks = "\\u0020".repeat(line.len() - text.len());
    format!("{}{blanks}", difference::escape_hidden(text))
}

/// Returns the first lines, and whether there are more.
fn head(text: &str) -> (&str, bool) {
    match text.match_indices('\n').nth(COMPARED - 1) {
        Some((at, _)) if at + 1 < text.len() => (&text[..=at], true),
        _ => (text, false),
    }
}
