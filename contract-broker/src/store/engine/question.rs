//! Statements with a destination for their rows.

use super::{Columns, FromRow, Result, Statement};

/// A statement, and the destination of its rows.
pub(crate) struct Question<'a> {
    pub(super) statement: Statement<'a>,
    pub(super) rows: &'a mut dyn Rows,
}

impl<'a> Statement<'a> {
    /// Creates a question for [`super::together`] whose rows are added to `rows`.
    pub(crate) fn into_rows<R: FromRow>(self, rows: &'a mut Vec<R>) -> Question<'a> {
        Question {
            statement: self,
            rows,
        }
    }
}

/// The destination of rows.
pub(super) trait Rows: Send {
    /// Reads and stores one row.
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
