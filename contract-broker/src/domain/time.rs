//! Points in time: microseconds since 1970-01-01T00:00:00Z.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The microseconds of a day.
pub(crate) const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Returns the current time.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// Formats a time for clients: ISO 8601 with seconds and the offset `+00:00`.
pub(crate) fn iso(micros: i64) -> String {
    let at = Timestamp::from_microsecond(micros).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// Parses a date (`2026-01-31`) or a point in time (`2026-01-31T10:00:00Z`).
pub(crate) fn parse(text: &str) -> Option<i64> {
    let at = match Date::strptime("%Y-%m-%d", text) {
        Ok(date) => date.to_zoned(TimeZone::UTC).ok()?.timestamp(),
        Err(_) => text.parse::<Timestamp>().ok()?,
    };
    Some(at.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written_in_utc() {
        assert_eq!(
            parse("2026-01-31").map(iso).as_deref(),
            Some("2026-01-31T00:00:00+00:00")
        );
        assert_eq!(
            parse("2026-01-31T10:00:00+02:00").map(iso).as_deref(),
            Some("2026-01-31T08:00:00+00:00")
        );
        assert_eq!(
            parse("2031-12-09T23:59:58Z").map(iso).as_deref(),
            Some("2031-12-09T23:59:58+00:00")
        );
        assert_eq!(parse("yesterday"), None);
    }
}
