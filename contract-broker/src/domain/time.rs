//! Points in time: microseconds since 1970-01-01T00:00:00Z.

use std::time::{SystemTime, UNIX_EPOCH};

use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};

/// Microseconds of a day.
pub(crate) const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The time now.
pub(crate) fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_micros()).ok())
        .unwrap_or_default()
}

/// As clients read it: ISO 8601 with seconds and the offset `+00:00`.
pub(crate) fn iso(micros: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(micros.div_euclid(1_000_000))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (date, time) = (at.date(), at.time());
    let mut text = *b"0000-00-00T00:00:00+00:00";
    // Nothing here was before the year 0.
    let year = u16::try_from(date.year()).unwrap_or_default();
    for (place, number) in [
        (0, year / 100),
        (2, year % 100),
        (5, u8::from(date.month()).into()),
        (8, date.day().into()),
        (11, time.hour().into()),
        (14, time.minute().into()),
        (17, time.second().into()),
    ] {
        text[place] = digit(number / 10);
        text[place + 1] = digit(number % 10);
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn digit(number: u16) -> u8 {
    b"0123456789"[usize::from(number % 10)]
}

/// Reads a date (`2026-01-31`) or a point in time (`2026-01-31T10:00:00Z`).
pub(crate) fn parse(text: &str) -> Option<i64> {
    let at = match Date::parse(text, format_description!("[year]-[month]-[day]")) {
        Ok(date) => date.midnight().assume_utc(),
        Err(_) => OffsetDateTime::parse(text, &Rfc3339).ok()?,
    };
    i64::try_from(at.unix_timestamp_nanos() / 1000).ok()
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
