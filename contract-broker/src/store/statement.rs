//! Statements put together from parts, with their values in place.

use std::{borrow::Cow, fmt::Write as _, ops::Range};

use super::{
    Connection, Error, Result,
    connection::{FromRow, Value},
    in_list::InList,
};
use crate::domain::Refusal;

/// A statement under construction: text, and values. A value may become a placeholder where it is added, or the text
/// names its place (`$1` is the first).
#[derive(Debug, Clone, Default)]
pub(crate) struct Statement<'a> {
    sql: Cow<'static, str>,
    values: Vec<Value<'a>>,
    /// Where the list that was added last stands in the text.
    last_list: Range<usize>,
}

impl<'a> Statement<'a> {
    /// Text as it is. It never comes from outside the program.
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self {
            sql: sql.into(),
            ..Self::default()
        }
    }

    /// The value of the next placeholder that the text names.
    pub(crate) fn bind(mut self, value: impl Into<Value<'a>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Appends text as it is. It never comes from outside the program.
    pub(crate) fn sql(mut self, text: &str) -> Self {
        self.sql.to_mut().push_str(text);
        self
    }

    /// Appends a value.
    pub(crate) fn value(mut self, value: impl Into<Value<'a>>) -> Self {
        self.push(value.into());
        self
    }

    /// Appends `(…)` with the values, padded as [`InList`] does. An empty list holds a value that no id has.
    pub(crate) fn numbers(self, values: &[i64]) -> Self {
        let values = if values.is_empty() { &[NO_ID][..] } else { values };
        self.list(values, |value| Value::Number(*value))
    }

    /// Appends the list that was added last once more; its values are not bound again.
    pub(crate) fn same_list(mut self) -> Self {
        let list = self.sql[self.last_list.clone()].to_owned();
        self.sql.to_mut().push_str(&list);
        self
    }

    /// As [`Self::numbers`]; an empty list holds the empty text, which nothing is named.
    pub(crate) fn texts(self, values: &'a [String]) -> Self {
        if values.is_empty() {
            return self.list(&[""], |value| Value::from(*value));
        }
        self.list(values, Value::from)
    }

    /// Appends `(…)` with exactly these values: a row to insert.
    pub(crate) fn row(mut self, values: &[i64]) -> Self {
        for (index, value) in values.iter().enumerate() {
            self.sql.to_mut().push_str(if index == 0 { "(" } else { ", " });
            self.push(Value::Number(*value));
        }
        self.sql.to_mut().push(')');
        self
    }

    pub(super) fn text(&self) -> &str {
        &self.sql
    }

    pub(super) fn values(&self) -> &[Value<'a>] {
        &self.values
    }

    /// Refuses what PostgreSQL cannot keep in a text, so that both databases say the same.
    ///
    /// # Errors
    /// A text holds the character U+0000.
    pub(super) fn check(&self) -> Result<()> {
        let holds_nul = |value: &Value<'_>| matches!(value, Value::Text(text) if text.contains('\0'));
        if self.values.iter().any(holds_nul) {
            let message =
                "a text in the request contains the character U+0000, which no text may contain: remove it";
            return Err(Refusal::Malformed(message.to_owned()).into());
        }
        Ok(())
    }

    pub(super) fn into_values(self) -> Vec<Value<'a>> {
        self.values
    }

    /// Changes rows, and says how many.
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

    /// Every row.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn all<R: FromRow>(self, connection: &mut Connection) -> Result<Vec<R>> {
        connection.rows(&self).await
    }

    /// The ids that a statement with one column gives.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn ids(self, connection: &mut Connection) -> Result<Vec<i64>> {
        let rows: Vec<(i64,)> = self.all(connection).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// The first row, if there is one. The statement gives no more than it needs.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn optional<R: FromRow>(self, connection: &mut Connection) -> Result<Option<R>> {
        Ok(connection.rows(&self).await?.into_iter().next())
    }

    /// The row that there is.
    ///
    /// # Errors
    /// The database's; and where there is no row, which another transaction may have deleted.
    pub(crate) async fn one<R: FromRow>(self, connection: &mut Connection) -> Result<R> {
        self.optional(connection)
            .await?
            .ok_or_else(|| Error::met_another("a row that was there before is gone"))
    }

    fn push(&mut self, value: Value<'a>) {
        self.values.push(value);
        let _ = write!(self.sql.to_mut(), "${}", self.values.len());
    }

    fn list<'v, T>(mut self, values: &'v [T], bound: impl Fn(&'v T) -> Value<'a>) -> Self {
        let list = InList::new(self.values.len() + 1, values.len());
        let start = self.sql.len();
        let _ = write!(self.sql.to_mut(), "{list}");
        self.last_list = start..self.sql.len();
        self.values.extend(list.padded(values).map(bound));
        self
    }
}

/// The most values that a caller puts into one list; longer ones are asked in parts.
pub(crate) const MOST: usize = 4096;

/// Ids begin at 1.
pub(crate) const NO_ID: i64 = -1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_placeholders_in_order_and_lists_have_few_lengths() {
        let statement = Statement::new("SELECT 1 WHERE a = ")
            .value("x")
            .sql(" AND b IN ")
            .numbers(&[1, 2, 3])
            .sql(" OR d IN ")
            .same_list()
            .sql(" AND c IN ")
            .numbers(&[]);
        assert_eq!(
            statement.sql,
            "SELECT 1 WHERE a = $1 AND b IN ($2, $3, $4, $5) OR d IN ($2, $3, $4, $5) AND c IN ($6)"
        );
        assert!(matches!(
            statement.values.as_slice(),
            [
                Value::Text(_),
                Value::Number(1),
                Value::Number(2),
                Value::Number(3),
                Value::Number(3),
                Value::Number(NO_ID)
            ]
        ));
    }
}
