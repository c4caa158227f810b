//! `datetime`: a date with a time in Java's pattern syntax.

use super::date_text::DateText;
use crate::Error;

/// Compiles the rule; the default pattern is ISO 8601. See [`DateText::compile`] for errors.
pub(super) fn compile(pattern: Option<&str>) -> Result<DateText, Error> {
    DateText::compile("datetime", pattern, "yyyy-MM-dd'T'HH:mm:ssXXX")
}
