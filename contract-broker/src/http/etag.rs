//! Entity tags and conditional requests.

use http::{HeaderMap, header};
use sha1::{Digest, Sha1};

use crate::domain::content::hex;

/// Returns the tag of a response that depends on exactly these parts. It is weak, because a response may be
/// compressed.
pub(crate) fn of(parts: &[&str]) -> String {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    format!("W/\"{}\"", hex(&hash.finalize()))
}

/// Returns whether the client already has the response with this tag.
pub(crate) fn is_current(headers: &HeaderMap, tag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|given| given.trim() == "*" || strong(given) == strong(tag))
}
