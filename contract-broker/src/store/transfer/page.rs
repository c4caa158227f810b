//! Pages of rows of a table, in the order of its primary key.

use serde_json::Value as Json;

use super::{
    super::{Connection, Error, Result, Statement},
    Shape,
};
use crate::store::engine::Value;

/// Number of rows per page.
const ROWS: usize = 200;

/// Rows as JSON objects, one per line.
pub(crate) struct Page {
    pub(crate) rows: Vec<String>,
    /// Where the next page begins; `None` after the last one.
    pub(crate) next: Option<Position>,
}

/// The primary key of the last row of a page.
pub(crate) struct Position(Vec<Value<'static>>);

/// Reads the rows after `after`, or the first ones.
///
/// # Errors
/// Database errors.
pub(crate) async fn page(
    connection: &mut Connection,
    shape: &Shape,
    after: Option<Position>,
) -> Result<Page> {
    let key = shape.key_names();
    let json = shape.as_json(connection.dialect());
    let mut statement = Statement::new(format!("SELECT {json} FROM {}", shape.table));
    if let Some(Position(values)) = after {
        statement = statement.sql(&format!(" WHERE ({key}) > ("));
        for (place, value) in values.into_iter().enumerate() {
            statement = statement.sql(if place == 0 { "" } else { ", " }).value(value);
        }
        statement = statement.sql(")");
    }
    let rows: Vec<String> = statement
        .sql(&format!(" ORDER BY {key} LIMIT {ROWS}"))
        .all(connection)
        .await?;
    let next = match rows.last() {
        Some(last) if rows.len() == ROWS => Some(position(shape, last)?),
        _ => None,
    };
    Ok(Page { rows, next })
}

fn position(shape: &Shape, row: &str) -> Result<Position> {
    let unreadable =
        |problem: String| Error::unavailable("reading rows", format!("{}: {problem}", shape.table));
    let row: Json = serde_json::from_str(row).map_err(|error| unreadable(error.to_string()))?;
    let key = shape.key().into_iter().map(|column| {
        let value = &row[&column.name];
        match (value.as_i64(), value.as_str()) {
            (Some(number), _) if column.is_number() => Ok(Value::from(number)),
            (_, Some(text)) if !column.is_number() => Ok(Value::from(text.to_owned())),
            _ => Err(unreadable(format!("{} is {value}", column.name))),
        }
    });
    Ok(Position(key.collect::<Result<_>>()?))
}
