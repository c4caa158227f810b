//! Exports all data as JSON lines.

use std::{
    io::{BufWriter, Write},
    path::Path,
};

use serde_json::value::RawValue;

use super::{
    format::{End, FORMAT, Head, LastId, Row},
    place::{Unfinished, failed},
};
use crate::{
    Config, Error,
    domain::count::counted,
    metrics::Build,
    store::{
        Connection, Store,
        transfer::{self, Role, TABLES},
    },
};

/// Exports all data of the broker with these settings to the file `to`, or to standard output if it is `-`:
/// JSON lines that [`import`](super::import) reads into SQLite or PostgreSQL. The broker may run at the same
/// time; the export is a consistent snapshot. Passes a summary to `line`.
///
/// Requests of webhooks stay encrypted: the key is not in the export.
///
/// # Errors
/// The database does not exist or fails, or the file exists or cannot be written.
pub async fn export(config: &Config, to: &str, mut line: impl FnMut(String)) -> Result<(), Error> {
    let (file, out): (Option<Unfinished>, Box<dyn Write>) = if to == "-" {
        (None, Box::new(std::io::stdout()))
    } else {
        let (unfinished, file) = Unfinished::create(Path::new(to))?;
        (Some(unfinished), Box::new(file))
    };
    let mut out = BufWriter::new(out);
    let rows = export_into(config, &mut out, Path::new(to)).await?;
    drop(out);
    if let Some(file) = file {
        file.finish()?;
        line(format!(
            "{} exported to {to}. What webhooks send is encrypted, and the key is not in it: keep that, too",
            counted(rows, "row")
        ));
    }
    Ok(())
}

/// As [`export`], into a writer, which messages call `to`. Gives the number of rows.
///
/// # Errors
/// The database does not exist or fails, or nothing can be written.
pub(crate) async fn export_into(config: &Config, out: &mut impl Write, to: &Path) -> Result<u64, Error> {
    let store = super::place::open_existing(config).await?;
    let mut connection = store
        .snapshot()
        .await
        .map_err(|error| Error::new("exporting", error))?;
    let rows = write_all(&mut connection, out, to).await?;
    out.flush().map_err(|error| failed("writing", to, error))?;
    drop(connection);
    store.close().await;
    Ok(rows)
}

async fn write_all(connection: &mut Connection, out: &mut impl Write, to: &Path) -> Result<u64, Error> {
    let database = |error| Error::new("exporting", error);
    let written = |error| failed("writing", to, error);
    let head = Head {
        contract_broker_export: FORMAT,
        schema: Store::SCHEMA,
        version: Build::VERSION.to_owned(),
    };
    write_line(out, &head).map_err(written)?;
    let mut rows = 0;
    for table in TABLES.iter().filter(|table| table.role == Role::Exported) {
        let shape = transfer::shape(connection, table.name).await.map_err(database)?;
        let mut after = None;
        loop {
            let page = transfer::page(connection, &shape, after)
                .await
                .map_err(database)?;
            for row in &page.rows {
                let row: &RawValue = serde_json::from_str(row)
                    .map_err(|error| Error::new(&format!("exporting a row of {}", table.name), error))?;
                let table = table.name;
                write_line(out, &Row { table, row }).map_err(written)?;
                rows += 1;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if let Some(sequence) = transfer::sequence(connection, &shape).await.map_err(database)? {
            let last = LastId {
                table: sequence.table,
                last_id: sequence.last,
            };
            write_line(out, &last).map_err(written)?;
        }
    }
    write_line(out, &End { rows }).map_err(written)?;
    Ok(rows)
}

fn write_line(out: &mut impl Write, line: &impl serde::Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
