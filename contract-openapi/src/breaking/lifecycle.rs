//! Deprecation, sunset, stability.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{BreakingOptions, Stability};
use crate::document::Node;

/// The `x-sunset` of an operation, a parameter or a schema.
pub(super) enum Sunset {
    Missing,
    /// Neither a date nor a date with a time (RFC 3339).
    Unreadable,
    On(Date),
}

impl Sunset {
    pub(super) fn of(node: &Node) -> Self {
        let Some(sunset) = node.get("x-sunset") else {
            return Self::Missing;
        };
        let text = sunset.as_str().unwrap_or_default();
        let date = text.parse::<Date>().or_else(|_| {
            let timestamp = text.parse::<jiff::Timestamp>();
            timestamp.map(|timestamp| timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
        });
        date.map_or(Self::Unreadable, Self::On)
    }

    /// Returns the text as written.
    pub(super) fn text(node: &Node) -> String {
        node.get("x-sunset")
            .and_then(Node::scalar_text)
            .unwrap_or_default()
    }
}

pub(super) fn is_deprecated(node: &Node) -> bool {
    node.get("deprecated").and_then(Node::as_bool) == Some(true)
}

/// Returns `x-stability-level`; an error if it is none of the four levels.
pub(super) fn stability(node: &Node) -> Result<Stability, String> {
    match node.get("x-stability-level") {
        None => Ok(Stability::Stable),
        Some(level) => match level.as_str() {
            Some("draft") => Ok(Stability::Draft),
            Some("alpha") => Ok(Stability::Alpha),
            Some("beta") => Ok(Stability::Beta),
            Some("stable") => Ok(Stability::Stable),
            _ => Err(level.to_json().to_string()),
        },
    }
}

/// Returns the required number of days between deprecation and sunset for an operation of this stability.
pub(super) fn grace_days(options: &BreakingOptions, stability: Stability) -> u32 {
    match stability {
        Stability::Stable => options.deprecation_days_stable,
        Stability::Beta => options.deprecation_days_beta,
        Stability::Alpha | Stability::Draft => 0,
    }
}

/// Returns whether a day is less than this many days from today.
pub(super) fn is_too_near(options: &BreakingOptions, date: Date, days: u32) -> bool {
    let Some(today) = options.today else { return false };
    today
        .checked_add(i64::from(days).days())
        .is_ok_and(|earliest| date < earliest)
}

/// Returns whether the sunset is in the future; true if `today` is not set.
pub(super) fn is_before(options: &BreakingOptions, date: Date) -> bool {
    options.today.is_none_or(|today| today < date)
}
