//! Statements with a place for their rows.

use super::{Columns, FromRow, Result, Statement};

/// A statement, and where the rows go that it gives.
pub(crate) struct Question<'a> {
    pub(super) statement: Statement<'a>,
    pub(super) rows: &'a mut dyn Rows,
}

impl<'a> Statement<'a> {
    /// Makes a question for [`super::together`] whose rows are added to `rows`.
    pub(crate) fn into_rows<R: FromRow>(self, rows: &'a mut Vec<R>) -> Question<'a> {
        Question {
            statement: self,
            rows,
        }
    }
}

/// Where the rows of an answer go.
pub(super) trait Rows: Send {
    /// Reads one row and keeps it.
    fn read(&mut self, row: Columns<'_>) -> Result<()>;
    fn count(&self) -> usize;
}

impl<R: FromRow> Rows for Vec<R> {
    fn read(&mut self, row: Columns<'_>) -> Result<()> {
        self.push(row.whole()?);
        Ok(())
    }

    fn count(&self) -> usize {
        self.len()
    }
}
