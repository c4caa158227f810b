//! Statements put together from parts, with their values in place.

use std::{fmt::Write as _, ops::Range};

use super::{Connection, Result, in_list::InList};

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

    /// Appends `(…)` with the values, padded as [`InList`] does. An empty list holds a value that no id has.
    pub(crate) fn numbers(self, values: &[i64]) -> Self {
        let values = if values.is_empty() { &[NO_ID][..] } else { values };
        self.list(values, |value| Bound::Number(*value))
    }

    /// Appends the list that was added last once more; its values are not bound again.
    pub(crate) fn same_list(mut self) -> Self {
        let list = self.sql[self.last_list.clone()].to_owned();
        self.sql.push_str(&list);
        self
    }

    /// As [`Self::numbers`]; an empty list holds the empty text, which nothing is named.
    pub(crate) fn texts(self, values: &[String]) -> Self {
        let nothing = [String::new()];
        let values = if values.is_empty() { &nothing } else { values };
        self.list(values, |value| Bound::Text(value.clone()))
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

    fn list<T>(mut self, values: &[T], bound: impl Fn(&T) -> Bound) -> Self {
        let list = InList::new(self.values.len() + 1, values.len());
        let start = self.sql.len();
        let _ = write!(self.sql, "{list}");
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
