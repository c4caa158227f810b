//! Header fields that whoever sends a message computes.

#[cfg(feature = "provider")]
use crate::contract::Headers;

/// Fields that frame a message, or are about one connection alone (RFC 9110, sections 7.2, 7.6.1 and 8.6; RFC 9112,
/// section 6).
const COMPUTED: [&str; 9] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Whether a field of this name is computed for each message and never taken from a contract.
pub(crate) fn is_computed(name: &str) -> bool {
    COMPUTED
        .iter()
        .any(|computed| computed.eq_ignore_ascii_case(name))
}

/// Whether a field of this name says where a body ends: it is computed whoever sets it.
#[cfg(feature = "provider")]
pub(crate) fn ends_body(name: &str) -> bool {
    ["content-length", "transfer-encoding"]
        .iter()
        .any(|framing| framing.eq_ignore_ascii_case(name))
}

/// Removes what a contract says about fields that are computed. What is set later, such as a `Host` of the command line, is
/// meant.
#[cfg(feature = "provider")]
pub(crate) fn remove_computed(headers: &mut Headers) {
    for name in COMPUTED {
        headers.remove(name);
    }
}
