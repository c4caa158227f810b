//! Which headers of a recording belong to a contract.

/// Fields of a request that a browser, a client library or a proxy adds by itself.
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

/// Fields of a response that a server or a proxy adds by itself.
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

/// Returns whether a field of a recorded request says what the consumer needs.
pub(super) fn is_of_consumer(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !(name.starts_with(':')
        || name.starts_with("sec-")
        || name.starts_with("if-")
        || name.starts_with("x-forwarded-")
        || OF_CLIENTS.contains(&name.as_str()))
}

/// Returns whether a field of a recorded response says what the provider promises.
pub(super) fn is_of_provider(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !(name.starts_with(':')
        || name.starts_with("access-control-")
        || name.starts_with("cf-")
        || OF_SERVERS.contains(&name.as_str()))
}
