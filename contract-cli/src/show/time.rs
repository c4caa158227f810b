//! Formats points in time for people.

use jiff::Timestamp;

/// Returns `2026-01-31 09:30` in UTC; the text itself if it is not a point in time.
pub(crate) fn day_and_time(text: &str) -> String {
    text.parse::<Timestamp>().map_or_else(
        |_| text.to_owned(),
        |time| time.strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        assert_eq!(day_and_time("2026-01-31T09:30:05+00:00"), "2026-01-31 09:30");
        assert_eq!(day_and_time("never"), "never");
    }
}
