//! Statements put together from parts, with their values in place.

use std::{fmt::Write as _, ops::Range};

use super::{Connection, Result};

/// A statement under construction: text, and values that become placeholders where they are added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statement {
    sql: String,
    values: Vec<Bound>,
    /// Where the list that was added last stands in the text.
    last_list: Range<usize>,
}

#[derive(Debug, Clone)]
enum Bound {
    Number(i64),
    Text(String),
    NoNumber,
    NoText,
}

impl Statement {
    pub(crate) fn new(sql: &str) -> Self {
        Self::default().sql(sql)
    }

    /// Appends text as it is. It never comes from outside the program.
    pub(crate) fn sql(mut self, text: &str) -> Self {
        self.sql.push_str(text);
        self
    }

    pub(crate) fn number(mut self, value: i64) -> Self {
        self.bind(Bound::Number(value));
        self
    }

    /// A number, or NULL.
    pub(crate) fn number_or_null(mut self, value: Option<i64>) -> Self {
        self.bind(value.map_or(Bound::NoNumber, Bound::Number));
        self
    }

    /// A text, or NULL.
    pub(crate) fn text_or_null(mut self, value: Option<&str>) -> Self {
        self.bind(value.map_or(Bound::NoText, |text| Bound::Text(text.to_owned())));
        self
    }

    pub(crate) fn text(mut self, value: &str) -> Self {
        self.bind(Bound::Text(value.to_owned()));
        self
    }

    /// Appends `(…)` with the values. Their count is rounded up to a power of two (the last value is repeated), so that
    /// a few statements, prepared once, serve lists of every length. An empty list holds a value that no id has.
    pub(crate) fn numbers(mut self, values: &[i64]) -> Self {
        let last = values.last().copied().unwrap_or(NO_ID);
        self.list(values.len(), |index| {
            Bound::Number(values.get(index).copied().unwrap_or(last))
        });
        self
    }

    /// Appends the list that was added last once more; its values are not bound again.
    pub(crate) fn same_list(mut self) -> Self {
        let list = self.sql[self.last_list.clone()].to_owned();
        self.sql.push_str(&list);
        self
    }

    /// As [`Self::numbers`]; an empty list holds the empty text.
    pub(crate) fn texts(mut self, values: &[String]) -> Self {
        let last = values.last().map(String::as_str).unwrap_or_default();
        self.list(values.len(), |index| {
            Bound::Text(values.get(index).map_or(last, String::as_str).to_owned())
        });
        self
    }

    /// Appends `(…)` with exactly these values: a row to insert.
    pub(crate) fn row(mut self, values: &[i64]) -> Self {
        for (index, value) in values.iter().enumerate() {
            self.sql.push_str(if index == 0 { "(" } else { ", " });
            self.bind(Bound::Number(*value));
        }
        self.sql.push(')');
        self
    }

    /// Changes rows, and says how many.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn execute(self, connection: &mut Connection) -> Result<u64> {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(self.sql));
        for value in self.values {
            query = match value {
                Bound::Number(number) => query.bind(number),
                Bound::Text(text) => query.bind(text),
                Bound::NoNumber => query.bind(None::<i64>),
                Bound::NoText => query.bind(None::<String>),
            };
        }
        Ok(query.execute(connection).await?.rows_affected())
    }

    /// Every row.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn all<Row>(self, connection: &mut Connection) -> Result<Vec<Row>>
    where
        Row: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> + Send + Unpin,
    {
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(self.sql));
        for value in self.values {
            query = match value {
                Bound::Number(number) => query.bind(number),
                Bound::Text(text) => query.bind(text),
                Bound::NoNumber => query.bind(None::<i64>),
                Bound::NoText => query.bind(None::<String>),
            };
        }
        Ok(query.fetch_all(connection).await?)
    }

    fn bind(&mut self, value: Bound) {
        self.values.push(value);
        let _ = write!(self.sql, "${}", self.values.len());
    }

    fn list(&mut self, len: usize, value: impl Fn(usize) -> Bound) {
        let start = self.sql.len();
        self.sql.push('(');
        for index in 0..len.max(1).next_power_of_two() {
            if index > 0 {
                self.sql.push_str(", ");
            }
            self.bind(value(index));
        }
        self.sql.push(')');
        self.last_list = start..self.sql.len();
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
            .text("x")
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
                Bound::Text(_),
                Bound::Number(1),
                Bound::Number(2),
                Bound::Number(3),
                Bound::Number(3),
                Bound::Number(NO_ID)
            ]
        ));
    }
}
