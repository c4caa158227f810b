//! `jiff`.

use jiff::{SignedDuration, Span, Timestamp, Zoned, civil};

use super::dates::{day, instant, local, time_of_day};
use crate::pattern::regex;
use crate::pattern::typed::scalars::patterns;

patterns!(civil::Date => day());
patterns!(civil::Time => time_of_day());
patterns!(civil::DateTime => local());
patterns!(Timestamp => instant());
// RFC 9557: the time zone follows in brackets. The example has an offset, which requires no time zone
// database.
patterns!(Zoned => regex(
    r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})\[[^\]]+\]$",
    "2026-01-01T12:30:00+00:00[+00:00]",
));
// ISO 8601-2: with a sign.
patterns!(Span, SignedDuration => regex("^[+-]?P[0-9A-Z.]+$", "PT1H30M"));
