//! Runs statements on a connection.

use super::{Connection, Error, FromRow, Question, Result, Statement};

impl Statement<'_> {
    /// Changes rows, and returns their number.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) async fn execute(self, connection: &mut Connection) -> Result<u64> {
        connection.execute(&self).await
    }

    /// Changes rows within a transaction, at the latest at its commit, which reports failures.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) async fn later(self, connection: &mut Connection) -> Result<()> {
        connection.later(self).await
    }

    /// Returns every row.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) async fn all<R: FromRow>(self, connection: &mut Connection) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        together(connection, &mut [self.into_rows(&mut rows)]).await?;
        Ok(rows)
    }

    /// Returns the first row, if there is one. The statement must not return more than needed.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) async fn optional<R: FromRow>(self, connection: &mut Connection) -> Result<Option<R>> {
        Ok(self.all(connection).await?.into_iter().next())
    }

    /// Returns the only row.
    ///
    /// # Errors
    /// Database errors; no row, for example because another transaction deleted it.
    pub(crate) async fn one<R: FromRow>(self, connection: &mut Connection) -> Result<R> {
        self.optional(connection)
            .await?
            .ok_or_else(|| Error::met_another("a row that was there before is gone"))
    }
}

/// Runs independent questions in order: PostgreSQL gets all of them at once.
///
/// # Errors
/// Database errors; rows may have been added nevertheless.
pub(crate) async fn together(connection: &mut Connection, questions: &mut [Question<'_>]) -> Result<()> {
    connection.ask(questions).await
}

/// Like [`together`], for statements with rows of one type: returns the rows of each.
///
/// # Errors
/// Database errors.
pub(crate) async fn rows_of_each<R: FromRow>(
    connection: &mut Connection,
    statements: Vec<Statement<'_>>,
) -> Result<Vec<Vec<R>>> {
    let mut rows: Vec<Vec<R>> = statements.iter().map(|_| Vec::new()).collect();
    let mut questions: Vec<Question<'_>> = statements
        .into_iter()
        .zip(&mut rows)
        .map(|(statement, rows)| statement.into_rows(rows))
        .collect();
    together(connection, &mut questions).await?;
    drop(questions);
    Ok(rows)
}

/// Queries a long list in parts: `statement` creates the statement for each part. The rows are in the order of the
/// parts.
///
/// # Errors
/// Database errors.
pub(crate) async fn in_parts<'v, R: FromRow, V>(
    connection: &mut Connection,
    values: &'v [V],
    statement: impl Fn(&'v [V]) -> Statement<'v>,
) -> Result<Vec<R>> {
    let mut rows = Vec::new();
    for part in values.chunks(PART) {
        rows.append(&mut statement(part).all(connection).await?);
    }
    Ok(rows)
}

/// Maximum number of values per part in [`in_parts`].
pub(crate) const PART: usize = 512;
