//! Opens the database of a Pact Broker for reading.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::super::engine::{Address, Dialect, Error};
use super::{Connection, Result, Statement};

/// The oldest migration with every column that is read: Pact Broker 2.109.
pub(crate) const OLDEST_READ: &str = "20240112";
/// The newest migration that is known: Pact Broker 2.120.
pub(crate) const NEWEST_KNOWN: &str = "20260217";

/// What has a meaning in the path of a SQLite URI.
const URI: &AsciiSet = &CONTROLS.add(b'?').add(b'#').add(b'%');

/// Opens it, and begins a transaction that reads one state of it and can write nothing.
///
/// # Errors
/// It does not exist or cannot be opened.
pub(crate) async fn open(url: &str) -> Result<Connection> {
    let address = match Address::read(url)? {
        // Nothing is created, and no journal mode is changed.
        Address::Sqlite(path) if !path.contains('?') => {
            Address::Sqlite(format!("{}?mode=ro", utf8_percent_encode(&path, URI)))
        }
        address => address,
    };
    let mut connection = Connection::open(&address).await?;
    let begin = match connection.dialect() {
        Dialect::Sqlite => "PRAGMA busy_timeout=10000; PRAGMA query_only=ON; BEGIN",
        Dialect::Postgres => "SET TIME ZONE 'UTC'; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    connection.script(begin).await?;
    Ok(connection)
}

/// Returns the name of the newest migration of a Pact Broker's schema, which begins with its date.
///
/// # Errors
/// It has no such table: it is of no Pact Broker.
pub(crate) async fn newest_migration(connection: &mut Connection) -> Result<String> {
    let newest = Statement::new("SELECT MAX(filename) FROM schema_migrations WHERE filename LIKE '20%'")
        .one::<Option<String>>(connection)
        .await;
    match newest {
        Ok(Some(newest)) => Ok(newest),
        Ok(None) => Err(no_pact_broker("its table schema_migrations names no step of one")),
        Err(error) => Err(no_pact_broker(error)),
    }
}

fn no_pact_broker(problem: impl std::fmt::Display) -> Error {
    Error::unavailable(
        "reading the Pact Broker's database",
        format!("it is of no Pact Broker: {problem}"),
    )
}
