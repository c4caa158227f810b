//! Rows of text in columns.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

/// A text table. Columns without any value are omitted.
pub(crate) struct Table {
    titles: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(titles: Vec<&'static str>) -> Self {
        Self {
            titles,
            rows: Vec::new(),
        }
    }

    /// Adds a row with a cell for each title.
    pub(crate) fn add(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Returns the indexes of columns with values.
    fn columns(&self) -> Vec<usize> {
        let says_something = |column: &usize| self.rows.iter().any(|row| !cell(row, *column).is_empty());
        (0..self.titles.len()).filter(says_something).collect()
    }

    /// Formats the table for terminals: padded columns, titles first.
    pub(crate) fn text(&self) -> String {
        let columns = self.columns();
        let titles: Vec<String> = self.titles.iter().map(|title| title.to_uppercase()).collect();
        let lines: Vec<&[String]> = std::iter::once(titles.as_slice())
            .chain(self.rows.iter().map(Vec::as_slice))
            .collect();
        let width = |column: usize| {
            let widths = lines.iter().map(|line| cell(line, column).width());
            widths.max().unwrap_or(0)
        };
        let widths: Vec<usize> = columns.iter().map(|column| width(*column)).collect();
        let mut text = String::new();
        for line in &lines {
            let mut shown = String::new();
            for (&column, width) in columns.iter().zip(&widths) {
                let cell = cell(line, column);
                let padding = width.saturating_sub(cell.width());
                let _ = write!(shown, "{cell}{:padding$}  ", "");
            }
            text.push_str(shown.trim_end());
            text.push('\n');
        }
        text
    }

    /// Formats the table as Markdown.
    pub(crate) fn markdown(&self) -> String {
        let columns = self.columns();
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(
            columns
                .iter()
                .map(|&column| self.titles[column].to_owned())
                .collect(),
        );
        text.push_str(&line(columns.iter().map(|_| "---".to_owned()).collect()));
        for row in &self.rows {
            let escaped = |column: &usize| cell(row, *column).replace('|', "\\|").replace('\n', " ");
            text.push_str(&line(columns.iter().map(escaped).collect()));
        }
        text
    }
}

/// Returns the cell of a row; rows may be short.
fn cell(row: &[String], column: usize) -> &str {
    row.get(column).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_padded_and_those_without_values_left_out() {
        let mut table = Table::new(vec!["name", "branch", "note"]);
        table.add(vec!["orders-web".to_owned(), String::new(), "a|b".to_owned()]);
        table.add(vec!["é".to_owned(), String::new(), String::new()]);
        table.add(vec!["日本".to_owned(), String::new(), "wide".to_owned()]);
        assert_eq!(
            table.text(),
            "NAME        NOTE\norders-web  a|b\né\n日本        wide\n"
        );
        assert_eq!(
            table.markdown(),
            "| name | note |\n| --- | --- |\n| orders-web | a\\|b |\n| é |  |\n| 日本 | wide |\n"
        );
    }
}
