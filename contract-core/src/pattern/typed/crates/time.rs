//! `time`, which is serialised as text or as an array of numbers, depending on its feature
//! `serde-human-readable`: the form is determined in this build.

use serde::Serialize;
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::json::{self, Value};
use crate::pattern::typed::scalars::patterns;
use crate::pattern::value::array;
use crate::pattern::{Pattern, integer, like, regex};

/// Number of days from 1970-01-01 to 2026-01-01.
const DAYS: i64 = 20_454;

fn example() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(DAYS)
}

#[track_caller]
fn written(value: impl Serialize, text: &str) -> Pattern {
    match json::to_value(value) {
        Ok(Value::String(example)) => regex(text, example),
        Ok(Value::Array(numbers)) => array(numbers.into_iter().map(integer).collect()),
        Ok(other) => like(other),
        Err(error) => panic!("a value of the crate time cannot be written as JSON: {error}"),
    }
}

patterns!(Date => written(example().date(), r"^[+-]?\d{4,6}-\d{2}-\d{2}$"));
patterns!(Time => written(example().time(), r"^\d{1,2}:\d{2}:\d{2}(?:\.\d+)?$"));
patterns!(PrimitiveDateTime => written(
    PrimitiveDateTime::new(example().date(), example().time()),
    r"^[+-]?\d{4,6}-\d{2}-\d{2} \d{1,2}:\d{2}:\d{2}(?:\.\d+)?$",
));
patterns!(OffsetDateTime => written(
    example(),
    r"^[+-]?\d{4,6}-\d{2}-\d{2} \d{1,2}:\d{2}:\d{2}(?:\.\d+)? [+-]\d{2}:\d{2}(?::\d{2})?$",
));
patterns!(UtcOffset => written(UtcOffset::UTC, r"^[+-]\d{2}:\d{2}(?::\d{2})?$"));
patterns!(Duration => written(Duration::seconds(90), r"^-?\d+\.\d+$"));
