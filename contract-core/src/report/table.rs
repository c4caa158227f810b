//! One aligned row for each mismatch: place, expected value, actual value, rule.

use std::fmt::Write as _;

use super::style::{Style, Tone};
use super::value::{inline, kind, more, same_kind};
use super::{difference, secret};
use crate::matching::{Mismatch, MismatchKind, Part};

/// Maximum column width that stays readable; longer values are cut in the middle.
const VALUE_WIDTH: usize = 60;
const INDENT: &str = "  ";
/// Maximum number of reasons shown why the nearest element does not match.
const REASONS: usize = 5;

struct Row {
    /// The depth below the mismatch that it explains.
    depth: usize,
    place: String,
    expected: String,
    got: String,
    rule: String,
    /// How the two differ, if this is hard to see.
    note: String,
}

impl Row {
    /// Returns a row with a place alone.
    fn only(depth: usize, place: String) -> Self {
        Self {
            depth,
            place,
            expected: String::new(),
            got: String::new(),
            rule: String::new(),
            note: String::new(),
        }
    }
}

/// Returns the rows, each line terminated.
pub(super) fn render(mismatches: &[Mismatch], style: Style) -> String {
    let mut rows = Vec::new();
    for mismatch in mismatches {
        push_rows(&mut rows, mismatch, 0);
    }
    let width = |column: fn(&Row) -> usize| rows.iter().map(column).max().unwrap_or(0);
    let widths = [
        width(|row| row.depth * 4 + length(&row.place)),
        width(|row| length(&row.expected)),
        width(|row| length(&row.got)),
    ];
    let rule_width = width(|row| length(&row.rule));
    let total = INDENT.len() + widths.iter().sum::<usize>() + rule_width + 6;
    let mut text = String::new();
    for row in &rows {
        if total <= style.width {
            in_columns(&mut text, row, widths, style);
        } else {
            stacked(&mut text, row, style);
        }
        if !row.note.is_empty() {
            let indent = "    ".repeat(row.depth + 1);
            let _ = writeln!(text, "{INDENT}{indent}{}", style.paint(Tone::Aside, &row.note));
        }
    }
    text
}

/// Adds the mismatch, followed by those of the nearest element.
fn push_rows(rows: &mut Vec<Row>, mismatch: &Mismatch, depth: usize) {
    if !mismatch.is_difference() {
        rows.push(Row {
            note: mismatch.description.clone(),
            ..Row::only(depth, place(mismatch))
        });
        return;
    }
    let shown = secret::shown(mismatch);
    let mut row = Row {
        depth,
        place: place(&shown),
        expected: format!("expected {}", expectation(&shown)),
        got: format!("got {}", got(&shown)),
        rule: shown
            .rule
            .as_ref()
            .map_or_else(String::new, |rule| format!("rule: {rule}")),
        note: String::new(),
    };
    if let Some(difference) = secret::difference(mismatch) {
        row.note = difference;
    } else if let Some(difference) = difference::of_mismatch(&shown, VALUE_WIDTH) {
        row.expected = format!("expected {}", difference.expected);
        row.got = format!("got {}", difference.actual);
        row.note = difference.place;
    }
    rows.push(row);
    // A few reasons are enough here; the JSON report has all.
    for nearest in mismatch.nearest.iter().take(REASONS) {
        push_rows(rows, nearest, depth + 1);
    }
    let hidden = mismatch.nearest.len().saturating_sub(REASONS);
    if hidden > 0 {
        rows.push(Row::only(
            depth + 1,
            format!("… and {}", more(hidden, "mismatch")),
        ));
    }
}

fn in_columns(text: &mut String, row: &Row, widths: [usize; 3], style: Style) {
    let mut line = String::from(INDENT);
    line.push_str(&"    ".repeat(row.depth));
    let cells = [
        (row.place.as_str(), Tone::Place, widths[0] - row.depth * 4),
        (row.expected.as_str(), Tone::Expected, widths[1]),
        (row.got.as_str(), Tone::Actual, widths[2]),
    ];
    for (cell, tone, width) in cells {
        line.push_str(&style.paint(tone, cell));
        line.push_str(&" ".repeat(width - length(cell) + 2));
    }
    line.push_str(&style.paint(Tone::Aside, &row.rule));
    text.push_str(line.trim_end());
    text.push('\n');
}

fn stacked(text: &mut String, row: &Row, style: Style) {
    let indent = format!("{INDENT}{}", "    ".repeat(row.depth));
    let _ = writeln!(text, "{indent}{}", style.paint(Tone::Place, &row.place));
    for (cell, tone) in [
        (&row.expected, Tone::Expected),
        (&row.got, Tone::Actual),
        (&row.rule, Tone::Aside),
    ] {
        if !cell.is_empty() {
            let _ = writeln!(text, "{indent}    {}", style.paint(tone, cell));
        }
    }
}

/// Returns the place of the mismatch: a path in the body, or the part with the name in it.
fn place(mismatch: &Mismatch) -> String {
    match mismatch.part {
        Part::Body if !mismatch.path.is_empty() => mismatch.path.clone(),
        part if mismatch.path.is_empty() => part.name().to_owned(),
        part => format!("{part} {}", mismatch.path),
    }
}

/// Returns the actual value, with its type if the type is the point.
fn got(mismatch: &Mismatch) -> String {
    let Some(actual) = &mismatch.actual else {
        let searches = (mismatch.rule.as_ref()).is_some_and(|rule| rule.name == "arrayContains");
        return if searches { "no such element" } else { "nothing" }.to_owned();
    };
    if mismatch.kind == MismatchKind::Bytes
        && let Some(text) = actual.as_str()
    {
        return text.to_owned();
    }
    let shown = inline(actual, VALUE_WIDTH);
    match &mismatch.expected {
        Some(expected) if !same_kind(expected, actual) && !actual.is_null() => {
            format!("{shown} ({})", kind(actual))
        }
        Some(expected) if expected.is_number() && kind(expected) != kind(actual) => {
            format!("{shown} ({})", kind(actual))
        }
        _ => shown,
    }
}

/// Returns what was expected on one line. The reason why content cannot be read is never cut.
fn expectation(mismatch: &Mismatch) -> String {
    match mismatch.kind {
        MismatchKind::Bytes | MismatchKind::Unreadable => mismatch.expectation.replace('\n', " "),
        _ => one_line(&mismatch.expectation),
    }
}

/// Formats an expectation on one line. Long ones (a whole document, an enumeration) are cut like values.
fn one_line(text: &str) -> String {
    super::value::cut(&text.replace('\n', " "), VALUE_WIDTH * 2, true)
}

fn length(text: &str) -> usize {
    text.chars().count()
}
