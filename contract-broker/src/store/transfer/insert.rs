//! Inserts rows of an export into a table.

use serde_json::{Map, Value as Json};

use super::{
    super::{Connection, Dialect, Error, Result, Statement},
    Shape, shape,
    shape::{Column, list},
};
use crate::domain::Refusal;

/// Rows of one table, as JSON objects with the same members.
pub(crate) struct Batch {
    pub(crate) table: &'static str,
    pub(crate) rows: Vec<String>,
}

/// The outcome of inserting a batch.
pub(crate) struct Inserted {
    /// Number of rows that were missing. The others existed with the same values.
    pub(crate) new: u64,
}

/// Inserts the missing rows.
///
/// # Errors
/// Database errors; a row has a column that the table lacks, or the table has another row with the same key.
pub(crate) async fn insert(connection: &mut Connection, batch: &Batch) -> Result<Inserted> {
    let Some(first) = batch.rows.first() else {
        return Ok(Inserted { new: 0 });
    };
    let shape = shape(&mut *connection, batch.table).await?;
    let given = parsed(&shape, first)?;
    if let Some(unknown) = given.keys().find(|name| !shape.has(name)) {
        return Err(refused(format!(
            "{} has no column {unknown}: the export is of a newer broker",
            shape.table
        )));
    }
    // A column that the exporting broker did not have gets its default.
    let columns: Vec<&Column> = shape
        .columns
        .iter()
        .filter(|column| given.contains_key(&column.name))
        .collect();
    let names = list(columns.iter().map(|column| column.quoted()));
    let source = source(connection.dialect(), &shape, &columns);
    let rows = format!("[{}]", batch.rows.join(","));
    let new = Statement::new(format!(
        "INSERT INTO {} ({names}) {source} ON CONFLICT DO NOTHING",
        shape.table
    ))
    .bind(&rows)
    .execute(&mut *connection)
    .await?;
    let count = u64::try_from(batch.rows.len()).unwrap_or(u64::MAX);
    if new < count {
        compare(connection, &shape, batch, &rows).await?;
    }
    Ok(Inserted { new })
}

/// Returns the query that selects these columns of the rows in `$1`.
fn source(dialect: Dialect, shape: &Shape, columns: &[&Column]) -> String {
    match dialect {
        Dialect::Sqlite => format!(
            "SELECT {} FROM json_each($1) WHERE true",
            list(
                columns
                    .iter()
                    .map(|column| format!("json_extract(value, '$.{}')", column.name))
            )
        ),
        Dialect::Postgres => format!(
            "SELECT {} FROM json_populate_recordset(NULL::{}, $1::json)",
            list(columns.iter().map(|column| column.quoted())),
            shape.table
        ),
    }
}

/// Fails unless every row of the batch is in the table with the same values.
async fn compare(connection: &mut Connection, shape: &Shape, batch: &Batch, rows: &str) -> Result<()> {
    let dialect = connection.dialect();
    let there: Vec<String> = Statement::new(format!(
        "SELECT {} FROM {} WHERE ({}) IN ({})",
        shape.as_json(dialect),
        shape.table,
        shape.key_names(),
        source(dialect, shape, &shape.key())
    ))
    .bind(rows)
    .all(connection)
    .await?;
    let key = |row: &Map<String, Json>| {
        list(
            shape
                .key()
                .into_iter()
                .map(|column| format!("{} {}", column.name, row.get(&column.name).unwrap_or(&Json::Null))),
        )
    };
    let there: std::collections::BTreeMap<String, Map<String, Json>> = there
        .iter()
        .map(|row| parsed(shape, row).map(|row| (key(&row), row)))
        .collect::<Result<_>>()?;
    for row in &batch.rows {
        let row = parsed(shape, row)?;
        let key = key(&row);
        let same = there
            .get(&key)
            .is_some_and(|there| row.iter().all(|(name, value)| there.get(name) == Some(value)));
        if !same {
            return Err(refused(if shape.table == "encryption_check" {
                "the database already has another encryption key: import into an empty database".to_owned()
            } else {
                format!(
                    "{} already holds something else for {key}: import into an empty database, or into one that \
                     nobody has changed since this export was imported",
                    shape.table
                )
            }));
        }
    }
    Ok(())
}

fn parsed(shape: &Shape, row: &str) -> Result<Map<String, Json>> {
    serde_json::from_str(row).map_err(|error| refused(format!("a row of {}: {error}", shape.table)))
}

fn refused(problem: String) -> Error {
    Refusal::Conflict(problem).into()
}
