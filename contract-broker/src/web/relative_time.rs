//! Points in time, displayed relative to now.

use std::fmt;

use askama::FastWritable;

use crate::domain::time;

/// A point in time, and how long ago it was when the page was rendered. Displayed as a `time` element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RelativeTime {
    micros: i64,
    now: i64,
}

impl RelativeTime {
    /// Creates it from a point in time and the current time, both in microseconds since 1970, UTC.
    pub(super) fn new(micros: i64, now: i64) -> Self {
        Self { micros, now }
    }

    fn ago(self) -> String {
        let seconds = (self.now - self.micros) / 1_000_000;
        let count = |count: i64, unit: &str| match count {
            1 => format!("1 {unit} ago"),
            count => format!("{count} {unit}s ago"),
        };
        match seconds {
            ..10 => "just now".to_owned(),
            10..60 => count(seconds, "second"),
            60..3_600 => count(seconds / 60, "minute"),
            3_600..86_400 => count(seconds / 3_600, "hour"),
            86_400..5_184_000 => count(seconds / 86_400, "day"),
            5_184_000..63_072_000 => count(seconds / 2_592_000, "month"),
            _ => count(seconds / 31_536_000, "year"),
        }
    }
}

impl fmt::Display for RelativeTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = time::iso(self.micros);
        let part = |range| iso.get(range).unwrap_or_default();
        let (date, time) = (part(0..10), part(11..19));
        write!(
            f,
            "<time datetime=\"{date}T{time}Z\" title=\"{date} {time} UTC\">{}</time>",
            self.ago()
        )
    }
}

impl FastWritable for RelativeTime {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        write!(dest, "{self}").map_err(Into::into)
    }
}

/// It only produces markup with numbers and fixed words.
impl askama::filters::HtmlSafe for RelativeTime {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_long_ago() {
        let day = 86_400;
        for (seconds, expected) in [
            (0, "just now"),
            (-50, "just now"),
            (59, "59 seconds ago"),
            (60, "1 minute ago"),
            (7_300, "2 hours ago"),
            (day, "1 day ago"),
            (59 * day, "59 days ago"),
            (90 * day, "3 months ago"),
            (800 * day, "2 years ago"),
        ] {
            assert_eq!(RelativeTime::new(0, seconds * 1_000_000).ago(), expected);
        }
        let shown = RelativeTime::new(0, 1_000_000).to_string();
        assert_eq!(
            shown,
            "<time datetime=\"1970-01-01T00:00:00Z\" title=\"1970-01-01 00:00:00 UTC\">just now</time>"
        );
        assert!(!RelativeTime::new(i64::MAX, i64::MAX).to_string().is_empty());
    }
}
