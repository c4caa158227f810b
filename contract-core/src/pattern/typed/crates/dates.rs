//! Dates and times as RFC 3339 and ISO 8601 write them, as the crates for dates read them: with any number of digits of a
//! second's fraction, which no date pattern of a contract can say.

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

/// With an offset (RFC 3339, section 5.6).
pub(super) fn instant() -> Pattern {
    regex(
        r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$",
        "2026-01-01T12:30:00Z",
    )
}
