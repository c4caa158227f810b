//! Path prefixes from the servers of a description.

use super::{Description, Operation, Version};
use crate::document::Node;

/// Returns the path prefixes of an operation's servers: those of the operation, otherwise of its path,
/// otherwise of the document (OpenAPI 3.0, "server object"); `basePath` in OpenAPI 2.0. Variables have their
/// default values. Without a trailing slash.
pub(crate) fn path_prefixes(description: &Description, operation: &Operation<'_>) -> Vec<String> {
    let root = description.root();
    if description.version() == Version::V2 {
        let base = root.get("basePath").and_then(Node::as_str).unwrap_or("");
        return vec![base.trim_end_matches('/').to_owned()];
    }
    let servers = [operation.node, operation.item, root]
        .into_iter()
        .find_map(|node| {
            let servers = node.get("servers")?.as_array()?;
            (!servers.is_empty()).then_some(servers)
        });
    let mut prefixes: Vec<String> = servers.unwrap_or_default().iter().filter_map(prefix).collect();
    prefixes.sort();
    prefixes.dedup();
    prefixes
}

/// Returns the path of a server's URL.
fn prefix(server: &Node) -> Option<String> {
    let mut url = server.get("url")?.as_str()?.to_owned();
    for (name, variable) in server.get("variables").into_iter().flat_map(Node::entries) {
        let default = variable
            .get("default")
            .and_then(Node::scalar_text)
            .unwrap_or_default();
        url = url.replace(&format!("{{{name}}}"), &default);
    }
    let after_scheme = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let path = if after_scheme.len() == url.len() && url.starts_with('/') {
        url.as_str()
    } else {
        after_scheme.find('/').map_or("", |start| &after_scheme[start..])
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    Some(path.trim_end_matches('/').to_owned())
}
