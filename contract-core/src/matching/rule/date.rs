//! `date`: a date in Java's pattern syntax.

use super::date_text::DateText;
use crate::Error;

/// Compiles the rule; the default pattern is ISO 8601. See [`DateText::compile`] for errors.
pub(super) fn compile(pattern: Option<&str>) -> Result<DateText, Error> {
    DateText::compile("date", pattern, "yyyy-MM-dd")
}
