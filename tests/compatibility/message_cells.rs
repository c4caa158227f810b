//! What cells and arguments of steps say of messages.

use contract_core::json::{self, Value};

use crate::fixtures::{self, Payload};
use crate::table::Row;

/// A payload as a cell or a step's argument gives it; text without a type is plain.
pub(crate) fn payload(cell: &str) -> Payload {
    let mut payload = Payload::of(&cell.replace("\\\"", "\""));
    payload
        .content_type
        .get_or_insert_with(|| fixtures::content_type_of("text/plain"));
    payload
}

/// The value of a cell of metadata: JSON where it says so, else text.
pub(crate) fn metadata_value(cell: &str) -> Value {
    match cell.strip_prefix("JSON:") {
        Some(json) => json::from_str(&json.replace("\\\"", "\"")).expect("the value is JSON"),
        None => Value::from(cell),
    }
}

/// Names and values of a table with the columns `key` and `value`.
pub(crate) fn metadata(rows: &[Row]) -> impl Iterator<Item = (String, Value)> {
    rows.iter().map(|row| {
        let key = row.get("key").expect("metadata has a key");
        (
            key.to_owned(),
            metadata_value(row.get("value").unwrap_or_default()),
        )
    })
}
