//! `notEmpty`: there is a value, and it is not empty.

use crate::json::Value;

use crate::matching::given::Given;

/// `null`, `""`, `[]` and `{}` are empty, as is a body without bytes.
pub(crate) fn holds(given: Given<'_>) -> bool {
    match given {
        Given::Json(Value::Null) => false,
        Given::Json(Value::String(text)) => !text.is_empty(),
        Given::Json(Value::Array(elements)) => !elements.is_empty(),
        Given::Json(Value::Object(members)) => !members.is_empty(),
        Given::Json(Value::Bool(_) | Value::Number(_)) => true,
        Given::Text(text) => !text.is_empty(),
        Given::Bytes(bytes) => !bytes.is_empty(),
    }
}
