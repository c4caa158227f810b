//! `time`: a time in a pattern of Java's letters.

use super::date_text::DateText;
use crate::Error;

/// Compiles the rule; without a pattern, ISO 8601 is expected. Errors as [`DateText::compile`].
pub(super) fn compile(pattern: Option<&str>) -> Result<DateText, Error> {
    DateText::compile("time", pattern, "HH:mm:ss")
}
