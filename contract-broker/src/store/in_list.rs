//! `IN (…)` with a number of values that varies.

use std::fmt::Write as _;

use super::{
    Connection, Result,
    connection::{FromRow, Value},
    statement::Statement,
};

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

/// Runs a select for a list of values of any length: `sql` gets the placeholders, which begin after those of `fixed`.
pub(crate) async fn select_in<'v, R: FromRow, V>(
    connection: &mut Connection,
    sql: impl Fn(&InList) -> String,
    fixed: &[Value<'v>],
    values: &'v [V],
) -> Result<Vec<R>>
where
    Value<'v>: From<&'v V>,
{
    let mut rows = Vec::new();
    for part in values.chunks(MOST) {
        let list = InList::new(fixed.len() + 1, part.len());
        let mut statement = Statement::new(sql(&list));
        for value in fixed {
            statement = statement.bind(value.clone());
        }
        for value in list.padded(part) {
            statement = statement.bind(value);
        }
        rows.append(&mut statement.all(connection).await?);
    }
    Ok(rows)
}
