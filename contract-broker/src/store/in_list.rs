//! `IN (…)` with a number of values that varies.

use std::fmt::Write as _;

use super::{Connection, Result};

/// The most values one statement takes; longer lists are asked in parts.
pub(crate) const MOST: usize = 500;

/// Placeholders for a list of values. The count is rounded up to a power of two (the last value is repeated), so
/// that a few statements, prepared once, serve lists of every length.
#[derive(Debug)]
pub(crate) struct InList {
    sql: String,
    count: usize,
}

impl InList {
    /// Placeholders for `len` values (at least one), numbered from `first`.
    pub(crate) fn new(first: usize, len: usize) -> Self {
        let count = len.max(1).next_power_of_two();
        let mut sql = String::with_capacity(count * 5 + 2);
        sql.push('(');
        for index in 0..count {
            let _ = write!(sql, "{}${}", if index == 0 { "" } else { ", " }, first + index);
        }
        sql.push(')');
        Self { sql, count }
    }

    /// The values to bind: those given, the last repeated.
    pub(crate) fn padded<'v, T>(&self, values: &'v [T]) -> impl Iterator<Item = &'v T> {
        values
            .iter()
            .chain(std::iter::repeat_n(values.last(), self.count.saturating_sub(values.len())).flatten())
    }
}

impl std::fmt::Display for InList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sql)
    }
}

/// A value that stands before the list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fixed<'a> {
    Number(i64),
    Text(&'a str),
}

/// Runs a select for a list of values of any length: `sql` gets the placeholders, which begin after those of `fixed`.
pub(crate) async fn select_in<Row, Value>(
    connection: &mut Connection,
    sql: impl Fn(&InList) -> String,
    fixed: &[Fixed<'_>],
    values: &[Value],
) -> Result<Vec<Row>>
where
    Row: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> + Send + Unpin,
    Value: for<'q> sqlx::Encode<'q, sqlx::Any> + sqlx::Type<sqlx::Any> + Clone + Send + 'static,
{
    let mut rows = Vec::new();
    for part in values.chunks(MOST) {
        let list = InList::new(fixed.len() + 1, part.len());
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql(&list)));
        for value in fixed {
            query = match value {
                Fixed::Number(number) => query.bind(*number),
                Fixed::Text(text) => query.bind((*text).to_owned()),
            };
        }
        for value in list.padded(part) {
            query = query.bind(value.clone());
        }
        rows.append(&mut query.fetch_all(&mut *connection).await?);
    }
    Ok(rows)
}
