//! The difference between two texts, line by line.

use std::fmt;
use std::ops::Range;

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::{DiffTag, group_diff_ops};

/// Differing lines that are near each other, with the unchanged lines around them.
pub(crate) struct Hunk<'t> {
    before: Range<usize>,
    after: Range<usize>,
    pub(crate) lines: Vec<Line<'t>>,
}

/// A line of one text or of both, with its line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'t> {
    pub(crate) side: Side,
    pub(crate) text: &'t str,
}

/// The texts that have a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Both,
    Before,
    After,
}

/// Returns the hunks, each with at most `context` unchanged lines at either end; none if the texts are equal.
pub(crate) fn hunks<'t>(before: &'t str, after: &'t str, context: usize) -> Vec<Hunk<'t>> {
    let before: Vec<&str> = before.split_inclusive('\n').collect();
    let after: Vec<&str> = after.split_inclusive('\n').collect();
    let mut found = Compact::new(Replace::new(Capture::new()), &before[..], &after[..]);
    // Myers by name: similar's `TextDiff` can be told the algorithm at run time, so that all of them are compiled.
    let Ok(()) = myers::diff(
        &mut found,
        &before[..],
        0..before.len(),
        &after[..],
        0..after.len(),
    );
    let operations = found.into_inner().into_inner().into_ops();
    let mut hunks = Vec::new();
    for group in group_diff_ops(operations, context) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let mut hunk = Hunk {
            before: first.old_range().start..last.old_range().end,
            after: first.new_range().start..last.new_range().end,
            lines: Vec::new(),
        };
        for operation in &group {
            let (of_before, of_after) = (&before[operation.old_range()], &after[operation.new_range()]);
            if operation.tag() == DiffTag::Equal {
                hunk.add(Side::Both, of_before);
            } else {
                hunk.add(Side::Before, of_before);
                hunk.add(Side::After, of_after);
            }
        }
        hunks.push(hunk);
    }
    hunks
}

impl<'t> Hunk<'t> {
    fn add(&mut self, side: Side, lines: &[&'t str]) {
        self.lines.extend(lines.iter().map(|text| Line { side, text }));
    }
}

/// As in a unified diff.
impl fmt::Display for Hunk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "@@ -{} +{} @@", position(&self.before), position(&self.after))?;
        for line in &self.lines {
            let sign = match line.side {
                Side::Both => ' ',
                Side::Before => '-',
                Side::After => '+',
            };
            writeln!(f, "{sign}{}", line.text.trim_end_matches(['\r', '\n']))?;
        }
        Ok(())
    }
}

/// Returns lines as a unified diff counts them: the first one from 1, and how many if not one.
fn position(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        count => format!("{},{count}", lines.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unified(before: &str, after: &str, context: usize) -> String {
        hunks(before, after, context)
            .iter()
            .map(Hunk::to_string)
            .collect()
    }

    #[test]
    fn equal_texts_have_no_hunk() {
        assert_eq!(unified("a\nb\n", "a\nb\n", 3), "");
        assert_eq!(unified("", "", 3), "");
    }

    #[test]
    fn changes_far_apart_are_hunks_of_their_own() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n";
        let after = "one\n2\n3\n4\n5\n6\n8\n";
        assert_eq!(
            unified(before, after, 1),
            "@@ -1,2 +1,2 @@\n-1\n+one\n 2\n@@ -6,3 +6,2 @@\n 6\n-7\n 8\n"
        );
        assert_eq!(hunks(before, after, 3).len(), 1, "their contexts touch");
    }

    #[test]
    fn positions_of_no_and_of_one_line_are_those_of_a_unified_diff() {
        assert_eq!(unified("", "new\n", 3), "@@ -0,0 +1 @@\n+new\n");
        assert_eq!(unified("a\nb\n", "a\n", 0), "@@ -2 +1,0 @@\n-b\n");
    }

    #[test]
    fn a_missing_line_end_is_a_difference() {
        let sides: Vec<Side> = hunks("a\nb", "a\nb\n", 1)[0]
            .lines
            .iter()
            .map(|line| line.side)
            .collect();
        assert_eq!(sides, [Side::Both, Side::Before, Side::After]);
    }
}
