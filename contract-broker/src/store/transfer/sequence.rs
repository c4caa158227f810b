//! Sequences of ids: the ids of deleted rows are never assigned again, not even after an import, because
//! clients may still refer to them.

use super::{
    super::{Connection, Dialect, Result, Statement},
    Shape,
};

/// The greatest id that a table has assigned.
pub(crate) struct Sequence {
    pub(crate) table: &'static str,
    pub(crate) last: i64,
}

/// Reads the greatest assigned id of a table; `None` if it assigns no ids, or has not assigned any yet.
///
/// # Errors
/// Database errors.
pub(crate) async fn sequence(connection: &mut Connection, shape: &Shape) -> Result<Option<Sequence>> {
    if !shape.has("id") {
        return Ok(None);
    }
    let last: Option<i64> = match connection.dialect() {
        Dialect::Sqlite => {
            Statement::new("SELECT seq FROM sqlite_sequence WHERE name = $1")
                .bind(shape.table)
                .optional(connection)
                .await?
        }
        Dialect::Postgres => {
            Statement::new("SELECT pg_sequence_last_value(to_regclass(pg_get_serial_sequence($1, 'id')))")
                .bind(shape.table)
                .optional::<Option<i64>>(connection)
                .await?
                .flatten()
        }
    };
    Ok(last.map(|last| Sequence {
        table: shape.table,
        last,
    }))
}

/// Makes a table assign only ids greater than this one.
///
/// # Errors
/// Database errors.
pub(crate) async fn advance(connection: &mut Connection, sequence: &Sequence) -> Result<()> {
    match connection.dialect() {
        Dialect::Sqlite => {
            let raised = Statement::new("UPDATE sqlite_sequence SET seq = MAX(seq, $2) WHERE name = $1")
                .bind(sequence.table)
                .bind(sequence.last)
                .execute(&mut *connection)
                .await?;
            if raised == 0 {
                Statement::new("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)")
                    .bind(sequence.table)
                    .bind(sequence.last)
                    .execute(connection)
                    .await?;
            }
        }
        Dialect::Postgres => {
            Statement::new(
                "SELECT setval(to_regclass(s.name), GREATEST($2, COALESCE(pg_sequence_last_value(to_regclass(s.name)), 0))) \
                 FROM (SELECT pg_get_serial_sequence($1, 'id') AS name) AS s",
            )
            .bind(sequence.table)
            .bind(sequence.last)
            .all::<i64>(connection)
            .await?;
        }
    }
    Ok(())
}
