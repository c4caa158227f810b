//! Patterns for text.

use super::Pattern;
use crate::contract::Matcher;
use crate::matching::date::mistaken::{Kind, mistaken};

const UUID: &str = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/// Matches a text that the regular expression matches as a whole. If both are literals inside
/// [`json_like!`](crate::json_like), or written as [`regex!`](crate::regex), the example is checked at
/// compile time.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(regex(r"ORD-\d+", "ORD-1").matches(&"ORD-42"));
/// assert!(!regex(r"ORD-\d+", "ORD-1").matches(&"my ORD-42"));
/// ```
///
/// # Panics
///
/// If the expression is invalid, or does not match the example.
#[track_caller]
pub fn regex(expression: impl Into<String>, example: impl Into<String>) -> Pattern {
    let (expression, example) = (expression.into(), example.into());
    Pattern::ruled(example.clone(), Matcher::Regex(expression.clone()))
        .checked(|| format!("regex({expression:?}, {example:?})"))
}

/// Matches a text that contains this one.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(includes("error", "an error occurred").matches(&"no errors"));
/// assert!(!includes("error", "an error occurred").matches(&"fine"));
/// ```
///
/// # Panics
///
/// If the example does not contain it.
#[track_caller]
pub fn includes(part: impl Into<String>, example: impl Into<String>) -> Pattern {
    let (part, example) = (part.into(), example.into());
    Pattern::ruled(example.clone(), Matcher::Include(part.clone()))
        .checked(|| format!("includes({part:?}, {example:?})"))
}

/// Matches a UUID with hyphens: `3f0e6b3c-7a1d-4c52-9d8e-0c2b1a4f5e6d`.
///
/// ```
/// # use contract_core::prelude::*;
/// let pattern = uuid("3f0e6b3c-7a1d-4c52-9d8e-0c2b1a4f5e6d");
/// assert!(pattern.matches(&"00000000-0000-0000-0000-000000000000"));
/// assert!(!pattern.matches(&"42"));
/// ```
///
/// # Panics
///
/// If the example is not one.
#[track_caller]
pub fn uuid(example: impl Into<String>) -> Pattern {
    let example = example.into();
    Pattern::ruled(example.clone(), Matcher::Regex(UUID.to_owned())).checked(|| format!("uuid({example:?})"))
}

/// Matches a version by semver.org, 2.0.0: `1.4.0-rc.1`.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(semver("1.4.0").matches(&"2.0.0-rc.1"));
/// assert!(!semver("1.4.0").matches(&"v2"));
/// ```
///
/// # Panics
///
/// If the example is not one.
#[track_caller]
pub fn semver(example: impl Into<String>) -> Pattern {
    let example = example.into();
    Pattern::ruled(example.clone(), Matcher::Semver).checked(|| format!("semver({example:?})"))
}

/// Matches content of this media type, detected from its bytes, which are encoded as Base64 in JSON:
/// `content_type("image/png", "iVBORw0…")`.
///
/// ```
/// # use contract_core::prelude::*;
/// let pattern = content_type("application/json", "{}");
/// assert!(pattern.matches(&"[1, 2]"));
/// assert!(!pattern.matches(&"not JSON"));
/// ```
///
/// # Panics
///
/// If the example does not have this type.
#[track_caller]
pub fn content_type(media_type: impl Into<String>, example: impl Into<String>) -> Pattern {
    let (media_type, example) = (media_type.into(), example.into());
    Pattern::ruled(example.clone(), Matcher::ContentType(media_type.clone()))
        .checked(|| format!("content_type({media_type:?}, …)"))
}

/// Matches a date in this pattern (Java's letters): `date("yyyy-MM-dd", "2026-01-01")`.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(date("yyyy-MM-dd", "2026-01-01").matches(&"2027-12-31"));
/// assert!(!date("yyyy-MM-dd", "2026-01-01").matches(&"31.12.2027"));
/// ```
///
/// # Panics
///
/// If the pattern is invalid, does not match the example, or is in the syntax of another tool (`YYYY-MM-DD`,
/// `%Y-%m-%d`), which has another meaning in Java; the message suggests the right one.
#[track_caller]
pub fn date(format: impl Into<String>, example: impl Into<String>) -> Pattern {
    let (format, example) = (format.into(), example.into());
    in_java_letters("date", &format, &example, Kind::Date);
    Pattern::ruled(example.clone(), Matcher::Date(Some(format.clone())))
        .checked(|| format!("date({format:?}, {example:?})"))
}

/// Matches a time in this pattern (Java's letters): `time("HH:mm", "12:30")`.
///
/// ```
/// # use contract_core::prelude::*;
/// assert!(time("HH:mm", "12:30").matches(&"23:59"));
/// assert!(!time("HH:mm", "12:30").matches(&"24:00"));
/// ```
///
/// # Panics
///
/// If the pattern is invalid, does not match the example, or is in the syntax of another tool (`YYYY-MM-DD`,
/// `%Y-%m-%d`), which has another meaning in Java; the message suggests the right one.
#[track_caller]
pub fn time(format: impl Into<String>, example: impl Into<String>) -> Pattern {
    let (format, example) = (format.into(), example.into());
    in_java_letters("time", &format, &example, Kind::Time);
    Pattern::ruled(example.clone(), Matcher::Time(Some(format.clone())))
        .checked(|| format!("time({format:?}, {example:?})"))
}

/// Matches a date with a time in this pattern (Java's letters): `datetime("yyyy-MM-dd'T'HH:mm:ssXXX",
/// "2026-01-01T00:00:00Z")`.
///
/// ```
/// # use contract_core::prelude::*;
/// let pattern = datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-01-01T12:00:00Z");
/// assert!(pattern.matches(&"2027-12-31T23:59:59+01:00"));
/// assert!(!pattern.matches(&"2027-12-31"));
/// ```
///
/// # Panics
///
/// If the pattern is invalid, does not match the example, or is in the syntax of another tool (`YYYY-MM-DD`,
/// `%Y-%m-%d`), which has another meaning in Java; the message suggests the right one.
#[track_caller]
pub fn datetime(format: impl Into<String>, example: impl Into<String>) -> Pattern {
    let (format, example) = (format.into(), example.into());
    in_java_letters("datetime", &format, &example, Kind::DateTime);
    Pattern::ruled(example.clone(), Matcher::DateTime(Some(format.clone())))
        .checked(|| format!("datetime({format:?}, {example:?})"))
}

/// Refuses a pattern in the syntax of another tool: it may match the example (`YYYY-MM-DD` matches
/// `2026-01-01`), but no other day.
#[track_caller]
fn in_java_letters(function: &str, format: &str, example: &str, kind: Kind) {
    let Some(found) = mistaken(format, kind) else {
        return;
    };
    let advice = found.instead.map_or_else(
        || "write it in Java's letters: yyyy-MM-dd'T'HH:mm:ssXXX".to_owned(),
        |instead| format!("write {function}({instead:?}, {example:?})"),
    );
    panic!("{function}({format:?}, …): {}: {advice}", found.why);
}
