//! The columns of a table, according to the database.

use super::super::{Connection, Dialect, Error, Result, Statement, row};

row! {
    /// A column: its type in lower case, and its position in the primary key, counted from 1; 0 if it is not
    /// part of it.
    pub(crate) struct Column {
        pub(crate) name: String,
        kind: String,
        key_place: i64,
    }
}

/// The columns of a table.
pub(crate) struct Shape {
    pub(super) table: &'static str,
    pub(super) columns: Vec<Column>,
}

impl Column {
    pub(super) fn is_number(&self) -> bool {
        self.kind != "text"
    }

    pub(super) fn quoted(&self) -> String {
        format!("\"{}\"", self.name)
    }
}

impl Shape {
    /// Returns the columns of the primary key, in its order.
    pub(super) fn key(&self) -> Vec<&Column> {
        let mut key: Vec<&Column> = self
            .columns
            .iter()
            .filter(|column| column.key_place > 0)
            .collect();
        key.sort_by_key(|column| column.key_place);
        key
    }

    /// Returns the names of the primary key's columns, quoted and separated by commas.
    pub(super) fn key_names(&self) -> String {
        list(self.key().into_iter().map(Column::quoted))
    }

    /// Returns whether the column exists.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    /// Returns the expression for a whole row as JSON text.
    pub(super) fn as_json(&self, dialect: Dialect) -> String {
        let members = list(
            self.columns
                .iter()
                .map(|column| format!("'{}', {}", column.name, column.quoted())),
        );
        match dialect {
            Dialect::Sqlite => format!("json_object({members})"),
            Dialect::Postgres => format!("json_build_object({members})::text"),
        }
    }
}

/// Joins parts with commas.
pub(super) fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// Reads the columns of a table.
///
/// # Errors
/// Database errors; a column of a type that exports do not support, or no primary key.
pub(crate) async fn shape(connection: &mut Connection, table: &'static str) -> Result<Shape> {
    let sql = match connection.dialect() {
        Dialect::Sqlite => "SELECT name, lower(type), pk FROM pragma_table_info($1) ORDER BY cid",
        Dialect::Postgres => {
            "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), \
             COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint FROM pg_attribute a \
             LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary \
             WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        }
    };
    let columns: Vec<Column> = Statement::new(sql).bind(table).all(connection).await?;
    let shape = Shape { table, columns };
    let doing = "reading the tables";
    if let Some(column) = shape
        .columns
        .iter()
        .find(|column| !["bigint", "integer", "text"].contains(&column.kind.as_str()))
    {
        let problem = format!("{table}.{} is of the type {}", column.name, column.kind);
        return Err(Error::unavailable(doing, problem));
    }
    if shape.key().is_empty() {
        return Err(Error::unavailable(doing, format!("{table} has no primary key")));
    }
    Ok(shape)
}
