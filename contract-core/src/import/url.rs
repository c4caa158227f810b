//! The parts of URLs in recordings.

use crate::contract::Query;

/// A URL: absolute, or only path and query.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Url {
    /// `localhost:8080`; empty if the URL is not absolute.
    pub(super) host: String,
    pub(super) path: String,
    pub(super) query: Query,
}

impl Url {
    /// Splits a URL. The fragment and credentials before the host are dropped.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim();
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let (host, rest) = match text.split_once("://") {
            Some((_, rest)) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let (authority, rest) = rest.split_at(end);
                let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
                (host.to_owned(), rest)
            }
            None => (String::new(), text),
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{path}")
        };
        Self {
            host,
            path: path.replace(' ', "%20"),
            query: Query::parse(query),
        }
    }
}
