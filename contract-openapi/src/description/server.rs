//! Path prefixes from the servers of a description.

use super::{Operation, Version};
use crate::document::Node;

/// Maximum number of paths of one server; a variable that would give more may have any value.
const MAX_PATHS: usize = 64;

/// Returns the servers of an operation: its own, otherwise those of its path, otherwise of the document (OpenAPI 3.0, "server
/// object"); `basePath` in OpenAPI 2.0.
pub(crate) fn servers<'a>(operation: &Operation<'a>) -> Option<&'a Node> {
    let root = operation.description().root();
    if operation.description().version() == Version::V2 {
        return root.get("basePath");
    }
    [operation.node, operation.item, root]
        .into_iter()
        .find_map(|node| {
            let servers = node.get("servers")?;
            (!servers.as_array()?.is_empty()).then_some(servers)
        })
}

/// Returns the path prefixes of an operation's servers, without a trailing slash. A variable with `enum` has each of its
/// values; another one its default, and any value: it stays as `{name}`.
pub(crate) fn path_prefixes(operation: &Operation<'_>) -> Vec<String> {
    let Some(servers) = servers(operation) else {
        return Vec::new();
    };
    if let Some(base) = servers.as_str() {
        return vec![base.trim_end_matches('/').to_owned()];
    }
    let mut prefixes: Vec<String> = servers
        .as_array()
        .unwrap_or_default()
        .iter()
        .flat_map(prefixes)
        .collect();
    prefixes.sort();
    prefixes.dedup();
    prefixes
}

/// Returns the paths of a server's URL.
fn prefixes(server: &Node) -> Vec<String> {
    let Some(url) = server.get("url").and_then(Node::as_str) else {
        return Vec::new();
    };
    let mut urls = vec![url.to_owned()];
    for (name, variable) in server.get("variables").into_iter().flat_map(Node::entries) {
        let place = format!("{{{name}}}");
        if !url.contains(&place) {
            continue;
        }
        let values = values(variable);
        let is_listed = variable.get("enum").is_some() && urls.len() * values.len() <= MAX_PATHS;
        let mut written: Vec<String> = Vec::new();
        for url in &urls {
            if is_listed {
                written.extend(values.iter().map(|value| url.replace(&place, value)));
            } else {
                let default = variable.get("default").and_then(Node::scalar_text);
                written.extend(default.map(|default| url.replace(&place, &default)));
                written.push(url.clone());
            }
        }
        written.truncate(MAX_PATHS);
        urls = written;
    }
    urls.iter().map(|url| path_of(url)).collect()
}

/// Returns the listed values of a variable, its default among them.
fn values(variable: &Node) -> Vec<String> {
    let listed = variable.get("enum").and_then(Node::as_array).unwrap_or_default();
    let mut values: Vec<String> = listed
        .iter()
        .chain(variable.get("default"))
        .filter_map(Node::scalar_text)
        .collect();
    values.sort();
    values.dedup();
    values
}

/// Returns the path of a URL, without a trailing slash.
fn path_of(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = if after_scheme.len() == url.len() && url.starts_with('/') {
        url
    } else {
        after_scheme.find('/').map_or("", |start| &after_scheme[start..])
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').to_owned()
}
