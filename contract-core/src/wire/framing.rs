//! Header fields that whoever sends a message computes.

/// Whether a field of this name frames a message or is about one connection alone: it is computed for each message and
/// never taken from a contract (RFC 9110, sections 7.2, 7.6.1 and 8.6; RFC 9112, section 6).
pub(crate) fn is_computed(name: &str) -> bool {
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
    COMPUTED
        .iter()
        .any(|computed| computed.eq_ignore_ascii_case(name))
}
