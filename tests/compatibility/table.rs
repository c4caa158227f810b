//! Tables of the scenarios.

use std::collections::BTreeMap;

use cucumber::gherkin::Step;
use serde_json::{Map, Value};

/// One row by its column names; empty cells are left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    cells: BTreeMap<String, String>,
}

impl Row {
    /// The cell of this column, if it is not empty.
    pub(crate) fn get(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }

    /// Columns with their cells.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cells
            .iter()
            .map(|(column, cell)| (column.as_str(), cell.as_str()))
    }
}

/// The cells of a step's table, line by line.
pub(crate) fn lines(step: &Step) -> &[Vec<String>] {
    &step
        .table
        .as_ref()
        .unwrap_or_else(|| panic!("the step {:?} has no table", step.value))
        .rows
}

/// The rows below the table's first line, which names the columns.
pub(crate) fn rows(step: &Step) -> Vec<Row> {
    let (head, body) = lines(step).split_first().expect("a table has a first line");
    body.iter().map(|line| row(head.iter().zip(line))).collect()
}

/// The only row below the table's first line.
pub(crate) fn only_row(step: &Step) -> Row {
    let mut rows = rows(step);
    assert_eq!(rows.len(), 1, "the step {:?} has one row", step.value);
    rows.remove(0)
}

/// A table whose first column names what the second one holds.
pub(crate) fn by_line(step: &Step) -> Row {
    row(lines(step).iter().map(|line| (&line[0], &line[1])))
}

fn row<'a>(cells: impl Iterator<Item = (&'a String, &'a String)>) -> Row {
    Row {
        cells: cells
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(column, cell)| (column.clone(), cell.clone()))
            .collect(),
    }
}

/// The parameters of a row: each cell is JSON.
pub(crate) fn parameters(row: &Row) -> Map<String, Value> {
    row.iter()
        .map(|(name, cell)| {
            let value =
                serde_json::from_str(cell).unwrap_or_else(|error| panic!("{cell:?} is not JSON: {error}"));
            (name.to_owned(), value)
        })
        .collect()
}
