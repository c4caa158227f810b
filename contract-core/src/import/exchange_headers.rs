//! Selects the headers of a recording that belong in a contract.

/// Request fields that a browser, a client library or a proxy adds automatically.
const OF_CLIENTS: [&str; 18] = [
    "host",
    "connection",
    "keep-alive",
    "proxy-connection",
    "content-length",
    "transfer-encoding",
    "te",
    "upgrade-insecure-requests",
    "user-agent",
    "accept-encoding",
    "accept-language",
    "referer",
    "origin",
    "dnt",
    "pragma",
    "cache-control",
    "priority",
    "postman-token",
];

/// Response fields that a server or a proxy adds automatically.
const OF_SERVERS: [&str; 20] = [
    "connection",
    "keep-alive",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "trailer",
    "date",
    "server",
    "age",
    "via",
    "etag",
    "last-modified",
    "expires",
    "cache-control",
    "vary",
    "alt-svc",
    "x-powered-by",
    "strict-transport-security",
    "x-request-id",
    "x-runtime",
];

/// Returns whether a field of a recorded request is relevant to the consumer's needs.
pub(super) fn is_of_consumer(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !(name.starts_with(':')
        || name.starts_with("sec-")
        || name.starts_with("if-")
        || name.starts_with("x-forwarded-")
        || OF_CLIENTS.contains(&name.as_str()))
}

/// Returns whether a field of a recorded response is part of the provider's API.
pub(super) fn is_of_provider(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !(name.starts_with(':')
        || name.starts_with("access-control-")
        || name.starts_with("cf-")
        || OF_SERVERS.contains(&name.as_str()))
}
