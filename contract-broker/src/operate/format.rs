//! The lines of an export: JSON objects. The first one describes the export, the last one has the number of
//! rows, so that a truncated file is detected.
//!
//! ```json
//! {"contract_broker_export":1,"schema":12,"version":"0.1.0"}
//! {"table":"pacticipants","row":{"id":1,"name":"Shop",…}}
//! {"table":"pacticipants","last_id":1}
//! {"rows":1}
//! ```

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version of the format.
pub(super) const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) contract_broker_export: u32,
    /// The newest migration applied to the rows.
    pub(super) schema: i64,
    /// The version of the broker, for information.
    pub(super) version: String,
}

/// A row.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    pub(super) table: &'a str,
    pub(super) row: &'a RawValue,
}

/// The greatest id that a table has assigned.
#[derive(Debug, Serialize)]
pub(super) struct LastId<'a> {
    pub(super) table: &'a str,
    pub(super) last_id: i64,
}

/// The last line.
#[derive(Debug, Serialize)]
pub(super) struct End {
    pub(super) rows: u64,
}

/// A line after the first: a [`Row`], a [`LastId`] or the [`End`].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) table: Option<String>,
    pub(super) row: Option<Box<RawValue>>,
    pub(super) last_id: Option<i64>,
    pub(super) rows: Option<u64>,
}
