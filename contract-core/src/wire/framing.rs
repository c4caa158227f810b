//! Header fields computed by the sender of a message.

#[cfg(feature = "provider")]
use crate::contract::Headers;

/// Fields that frame a message or apply to a single connection (RFC 9110, sections 7.2, 7.6.1 and 8.6; RFC 9112,
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

/// Returns whether a field with this name is computed for each message and never taken from a contract.
pub(crate) fn is_computed(name: &str) -> bool {
    COMPUTED
        .iter()
        .any(|computed| computed.eq_ignore_ascii_case(name))
}

/// Returns whether a field with this name determines the end of the body: it is always computed.
#[cfg(feature = "provider")]
pub(crate) fn ends_body(name: &str) -> bool {
    ["content-length", "transfer-encoding"]
        .iter()
        .any(|framing| framing.eq_ignore_ascii_case(name))
}

/// Removes the contract's values of computed fields. Values set later, such as a `Host` on the command line, are
/// intentional.
#[cfg(feature = "provider")]
pub(crate) fn remove_computed(headers: &mut Headers) {
    for name in COMPUTED {
        headers.remove(name);
    }
}
