//! Reads what [`export`](super::export) wrote.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use super::{
    format::{FORMAT, Head, Line},
    place::failed,
};
use crate::{
    Config, Error,
    domain::count::counted,
    store::{
        Store,
        transfer::{self, Batch, Inserted, Role, Sequence, TABLES},
    },
};

/// What is said of a line that means nothing.
const UNKNOWN: &str = "it is neither a row nor an id nor the end of an export";
/// How many rows, and about how many bytes, one transaction inserts.
const ROWS: usize = 500;
const BYTES: usize = 4 * 1024 * 1024;

/// Reads the export `from`, or standard input if it is `-`, into the database of these settings, which may be missing or
/// empty, or hold an earlier part of the same export: rows that are there are left as they are. The broker must not run
/// meanwhile. Gives a summary to `line`.
///
/// # Errors
/// It is no export, is damaged or cut off, or was written by a newer broker; the database holds something else; the
/// database fails. What was read before the error stays; the same import can be started again.
pub async fn import(config: &Config, from: &str, mut line: impl FnMut(String)) -> Result<(), Error> {
    let input: Box<dyn BufRead + Send + Sync> = if from == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        let path = Path::new(from);
        let file = File::open(path).map_err(|error| failed("reading", path, error))?;
        Box::new(BufReader::new(file))
    };
    let mut lines = Lines {
        input,
        name: from.to_owned(),
        number: 0,
    };
    let head = lines.head()?;
    if head.schema > Store::SCHEMA {
        return Err(Error::said(format!(
            "{from} was written by a newer broker ({}, schema step {}; this one knows {}): import it with that version",
            head.version,
            head.schema,
            Store::SCHEMA
        )));
    }
    let store = super::place::open(config).await?;
    let mut importing = Importing {
        store,
        waiting: None,
        first: 0,
        bytes: 0,
        rows: 0,
        new: 0,
    };
    let read = importing.all(&mut lines).await;
    importing.store.close().await;
    read?;
    line(format!(
        "{} imported from {from}, {} of them new. What webhooks send is encrypted with the key of the broker that was \
         exported: start this one with the same key",
        counted(importing.rows, "row"),
        importing.new
    ));
    Ok(())
}

/// The lines of an export.
struct Lines {
    input: Box<dyn BufRead + Send + Sync>,
    name: String,
    /// Of the line that was read last, from 1.
    number: u64,
}

impl Lines {
    fn next(&mut self) -> Result<Option<String>, Error> {
        let mut text = String::new();
        self.number += 1;
        let read = self
            .input
            .read_line(&mut text)
            .map_err(|error| Error::new(&self.place(), error))?;
        Ok((read > 0).then_some(text))
    }

    fn head(&mut self) -> Result<Head, Error> {
        let text = self.next()?.unwrap_or_default();
        let head: Head = serde_json::from_str(&text).map_err(|_| {
            Error::said(format!(
                "{} is no export of a contract-broker: its first line does not say so",
                self.name
            ))
        })?;
        if head.contract_broker_export != FORMAT {
            return Err(Error::said(format!(
                "{} has version {} of the format, this broker knows {FORMAT}",
                self.name, head.contract_broker_export
            )));
        }
        Ok(head)
    }

    /// Where the line is that was read last.
    fn place(&self) -> String {
        format!("{}, line {}", self.name, self.number)
    }

    fn wrong(&self, problem: impl std::fmt::Display) -> Error {
        Error::said(format!("{}: {problem}", self.place()))
    }
}

struct Importing {
    store: Store,
    /// Rows of one table that are not inserted yet.
    waiting: Option<Batch>,
    /// The line of the first of them; the others follow it.
    first: u64,
    bytes: usize,
    rows: u64,
    new: u64,
}

impl Importing {
    async fn all(&mut self, lines: &mut Lines) -> Result<(), Error> {
        let mut ended = false;
        while let Some(text) = lines.next()? {
            if ended {
                return Err(lines.wrong("there is something behind the last line of the export"));
            }
            match parsed(&text).map_err(|problem| lines.wrong(problem))? {
                Line {
                    table: Some(table),
                    row: Some(row),
                    last_id: None,
                    rows: None,
                } if row.get().starts_with('{') => {
                    self.row(table_of(&table, lines)?, row.get(), lines).await?;
                }
                Line {
                    table: Some(table),
                    row: None,
                    last_id: Some(last_id),
                    rows: None,
                } => {
                    self.flush(lines).await?;
                    let sequence = Sequence {
                        table: table_of(&table, lines)?,
                        last: last_id,
                    };
                    self.store
                        .write(sequence, |connection, sequence| {
                            Box::pin(transfer::advance(connection, sequence))
                        })
                        .await
                        .map_err(|error| Error::new(&lines.place(), error))?;
                }
                Line {
                    table: None,
                    row: None,
                    last_id: None,
                    rows: Some(rows),
                } => {
                    if rows != self.rows {
                        let problem = format!(
                            "the export says that it has {}, and {} came",
                            counted(rows, "row"),
                            self.rows
                        );
                        return Err(lines.wrong(problem));
                    }
                    ended = true;
                }
                _ => return Err(lines.wrong(UNKNOWN)),
            }
        }
        self.flush(lines).await?;
        if ended {
            Ok(())
        } else {
            Err(lines.wrong("the export was cut off here: its last line is missing"))
        }
    }

    async fn row(&mut self, table: &'static str, row: &str, lines: &Lines) -> Result<(), Error> {
        let is_full = |batch: &Batch| {
            batch.table != table || batch.rows.len() >= ROWS || self.bytes + row.len() > BYTES
        };
        if self.waiting.as_ref().is_some_and(is_full) {
            self.flush(lines).await?;
        }
        if self.waiting.is_none() {
            self.first = lines.number;
        }
        self.bytes += row.len();
        self.rows += 1;
        let batch = self.waiting.get_or_insert(Batch {
            table,
            rows: Vec::new(),
        });
        batch.rows.push(row.to_owned());
        Ok(())
    }

    async fn flush(&mut self, lines: &Lines) -> Result<(), Error> {
        self.bytes = 0;
        let Some(batch) = self.waiting.take() else {
            return Ok(());
        };
        let last = self.first + u64::try_from(batch.rows.len()).unwrap_or(1) - 1;
        let place = format!(
            "{}, lines {} to {last}, table {}",
            lines.name, self.first, batch.table
        );
        let Inserted { new } = self
            .store
            .write(batch, |connection, batch| {
                Box::pin(transfer::insert(connection, batch))
            })
            .await
            .map_err(|error| Error::new(&place, error))?;
        self.new += new;
        Ok(())
    }
}

/// Reads a line after the first.
fn parsed(text: &str) -> Result<Line, String> {
    serde_json::from_str(text).map_err(|error| {
        if error.is_data() {
            UNKNOWN.to_owned()
        } else {
            format!("it is no JSON, at column {}", error.column())
        }
    })
}

fn table_of(name: &str, lines: &Lines) -> Result<&'static str, Error> {
    TABLES
        .iter()
        .find(|table| table.role == Role::Exported && table.name == name)
        .map(|table| table.name)
        .ok_or_else(|| lines.wrong(format!("no table that an export holds is called {name:?}")))
}
