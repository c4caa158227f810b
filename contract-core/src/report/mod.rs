//! Formats mismatches: as text for people, as JSON for programs.
//!
//! A [`Failure`] has the interaction, the expected and the actual message, and their mismatches. [`text`] formats it
//! for a terminal: a headline, one aligned row for each mismatch, the differing part of the body with the expected
//! values, and how to repeat it. [`json`] returns the same as a JSON document. Values of header fields with secrets
//! (`authorization`, cookies, API keys) are masked in both; differences between masked values are described in words.
//! If texts are long or look alike, the position of the difference is shown with its code points. If the status of a
//! response is not the expected one, the beginning of its body is shown: it often explains the failure.

mod curl;
mod difference;
pub(crate) mod excerpt;
mod failure;
mod json;
pub(crate) mod line_diff;
mod lines;
mod one_line;
pub(crate) mod secret;
pub(crate) mod style;
mod table;
mod text;
mod tree;
pub(crate) mod value;

pub use self::curl::curl;
#[cfg(feature = "provider")]
pub(crate) use self::curl::curl_at;
pub use self::failure::{Exchange, Failure};
pub use self::json::json;
#[cfg(feature = "provider")]
pub(crate) use self::json::provider_states;
pub(crate) use self::one_line::one_line;
pub use self::style::Style;
pub use self::text::text;
#[cfg(feature = "provider")]
pub(crate) use self::text::{plain_diff, sent};
#[cfg(feature = "nearest")]
pub use crate::nearest::nearest;
