//! Asking: statements meet a connection.

use super::{Connection, Error, FromRow, Question, Result, Statement};

impl Statement<'_> {
    /// Changes rows, and returns how many.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn execute(self, connection: &mut Connection) -> Result<u64> {
        connection.execute(&self).await
    }

    /// Changes rows within a transaction, at the latest with its commit; a failure shows then.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn later(self, connection: &mut Connection) -> Result<()> {
        connection.later(self).await
    }

    /// Returns every row.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn all<R: FromRow>(self, connection: &mut Connection) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        together(connection, &mut [self.into_rows(&mut rows)]).await?;
        Ok(rows)
    }

    /// Returns the first row, if there is one. The statement gives no more than it needs.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn optional<R: FromRow>(self, connection: &mut Connection) -> Result<Option<R>> {
        Ok(self.all(connection).await?.into_iter().next())
    }

    /// Returns the row that there is.
    ///
    /// # Errors
    /// The database's; and if there is no row, which another transaction may have deleted.
    pub(crate) async fn one<R: FromRow>(self, connection: &mut Connection) -> Result<R> {
        self.optional(connection)
            .await?
            .ok_or_else(|| Error::met_another("a row that was there before is gone"))
    }
}

/// Asks several things that do not need each other's answers, in order: PostgreSQL gets all of them at once.
///
/// # Errors
/// The database's; rows may have been added nevertheless.
pub(crate) async fn together(connection: &mut Connection, questions: &mut [Question<'_>]) -> Result<()> {
    connection.ask(questions).await
}

/// As [`together`], for statements whose rows are alike: the rows of each.
///
/// # Errors
/// The database's.
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

/// Asks about a long list in parts: `statement` makes the statement for each of them. The rows are in the order of the
/// parts.
///
/// # Errors
/// The database's.
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

/// The most values of a list that [`in_parts`] asks about at once.
pub(crate) const PART: usize = 512;
