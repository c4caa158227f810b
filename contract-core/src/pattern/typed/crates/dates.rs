//! Dates and times in the forms of RFC 3339 and ISO 8601, as accepted by the date crates: with any number of
//! fractional digits of a second, which a date pattern in a contract cannot represent.

use crate::pattern::{Pattern, date, regex};

pub(super) fn day() -> Pattern {
    date("yyyy-MM-dd", "2026-01-01")
}

pub(super) fn time_of_day() -> Pattern {
    regex(r"^\d{2}:\d{2}:\d{2}(?:\.\d+)?$", "12:30:00")
}

pub(super) fn local() -> Pattern {
    regex(
        r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?$",
        "2026-01-01T12:30:00",
    )
}

/// Returns the pattern for a timestamp with an offset (RFC 3339, section 5.6).
pub(super) fn instant() -> Pattern {
    regex(
        r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$",
        "2026-01-01T12:30:00Z",
    )
}
