//! How a mismatch is shown: as text for people, as JSON for machines.
//!
//! A [`Failure`] names the interaction, what was expected, what came and where they differ. [`text`] lays it out for a
//! terminal: a headline, one aligned row for each mismatch, the differing stretch of the body with the expectation in
//! place of the value, and how to repeat it. [`json`] gives the same as a JSON document. Values of header fields that
//! carry secrets (`authorization`, cookies, API keys) are masked in both; what differs between masked values is said in
//! words. Where texts are long or look alike, the place of the difference is named with its code points. If the status
//! of a response is not the expected one, the beginning of its body is shown: it often says why.

mod curl;
mod difference;
pub(crate) mod excerpt;
mod failure;
mod json;
mod lines;
pub(crate) mod secret;
pub(crate) mod style;
mod table;
mod text;
mod tree;
pub(crate) mod value;

pub use self::curl::curl;
pub use self::failure::{Exchange, Failure};
pub use self::json::json;
#[cfg(feature = "provider")]
pub(crate) use self::json::provider_states;
pub use self::style::Style;
#[cfg(feature = "provider")]
pub(crate) use self::text::plain_diff;
pub use self::text::text;
