//! Path prefixes from the servers of a description.

use super::{Operation, Version};
use crate::document::{Node, folder_of};

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
        return vec![tidy(&format!("/{base}"))];
    }
    let address = operation.description().documents().address(servers.at.base());
    let own_path = if address.contains("://") {
        path_of(address)
    } else {
        "/".to_owned()
    };
    let mut prefixes: Vec<String> = servers
        .as_array()
        .unwrap_or_default()
        .iter()
        .flat_map(|server| prefixes(server, &own_path))
        .collect();
    prefixes.sort();
    prefixes.dedup();
    prefixes
}

/// Returns the paths of a server's URL; a relative one is resolved against the path of the description.
fn prefixes(server: &Node, description: &str) -> Vec<String> {
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
        let default = variable.get("default").and_then(Node::scalar_text);
        let is_host = default.as_ref().is_some_and(|default| default.contains("://"));
        let mut written: Vec<String> = Vec::new();
        for url in &urls {
            if is_listed {
                written.extend(values.iter().map(|value| url.replace(&place, value)));
                continue;
            }
            written.extend(default.as_ref().map(|default| url.replace(&place, default)));
            // Of another host, what follows it counts alone.
            written.push(if is_host {
                url.replace(&place, ANY_HOST)
            } else {
                url.clone()
            });
        }
        written.truncate(MAX_PATHS);
        urls = written;
    }
    // The value of a variable may begin with a slash as well, which makes no host of it.
    let is_path = url.starts_with('/') && !url.starts_with("//");
    urls.iter()
        .flat_map(|written| {
            if is_path {
                vec![written.clone()]
            } else {
                paths_of(written, description)
            }
        })
        .map(|path| tidy(&path))
        .collect()
}

/// Stands for the scheme and the host of a URL.
const ANY_HOST: &str = "https://host";

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

/// Returns the paths that a URL may have. One that begins with a variable of any value may begin with a host or with a path.
fn paths_of(url: &str, description: &str) -> Vec<String> {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let first = url.split('/').next().unwrap_or_default();
    let is_absolute = url.contains("://") || url.starts_with('/');
    if is_absolute || is_authority(first) {
        vec![path_of(url)]
    } else if url.starts_with('{') {
        vec![format!("/{url}"), url[first.len()..].to_owned()]
    } else {
        vec![format!("{}{url}", folder_of(description))]
    }
}

/// Returns the path of a URL that has one of its own.
fn path_of(url: &str) -> String {
    let rest = match url.split_once("://") {
        Some((_, rest)) => rest,
        None => match url.strip_prefix("//") {
            Some(rest) => rest,
            None if url.starts_with('/') => return url.to_owned(),
            None => url,
        },
    };
    rest.find('/').map_or("", |start| &rest[start..]).to_owned()
}

/// Returns whether the first part of a URL is meant as a host although no scheme is before it: `api.example.com`,
/// `localhost:8080`.
fn is_authority(first: &str) -> bool {
    let (host, port) = first.split_once(':').unwrap_or((first, ""));
    let domain = host
        .rsplit_once('.')
        .filter(|(rest, _)| !rest.is_empty())
        .map_or("", |(_, domain)| domain);
    let is_domain = domain.len() > 1 && domain.chars().all(|character| character.is_ascii_alphabetic());
    is_domain || host == "localhost" || !port.is_empty()
}

/// Returns a path without empty segments, thus without a trailing slash, and without `.` and `..` (RFC 3986, section 5.2.4).
fn tidy(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    segments.iter().flat_map(|segment| ["/", segment]).collect()
}

#[cfg(test)]
mod tests {
    use crate::description::{Description, path_prefixes};

    fn prefixes(name: &str, servers: &str) -> Vec<String> {
        let text = format!("openapi: 3.2.0\nservers: [{servers}]\npaths: {{/a: {{get: {{}}}}}}\n");
        let description = Description::from_text(name, &text).unwrap();
        path_prefixes(&description.operations()[0])
    }

    #[test]
    fn urls_may_be_relative() {
        for (url, expected) in [
            ("https://api.example/v1/", "/v1"),
            ("https://api.example", ""),
            ("//api.example/v1", "/v1"),
            ("/v1/", "/v1"),
            ("v1", "/v1"),
            ("v1/api", "/v1/api"),
            ("v1.0/api", "/v1.0/api"),
            ("./v1", "/v1"),
            ("../v1", "/v1"),
            (".", ""),
            ("/", ""),
            ("", ""),
            ("api.example.com/v1", "/v1"),
            ("localhost:8080/v1", "/v1"),
        ] {
            assert_eq!(
                prefixes("api/openapi.yaml", &format!("{{url: '{url}'}}")),
                [expected],
                "{url}"
            );
        }
        let address = "https://api.example/docs/openapi.yaml";
        assert_eq!(prefixes(address, "{url: v1}"), ["/docs/v1"]);
        assert_eq!(prefixes(address, "{url: ../v1}"), ["/v1"]);
        assert_eq!(prefixes(address, "{url: /v1}"), ["/v1"]);
    }

    #[test]
    fn variables_may_hold_paths_and_hosts() {
        let listed = "{url: '{base}/x', variables: {base: {default: v1, enum: [/v1, ../v2]}}}";
        assert_eq!(prefixes("a.yaml", listed), ["/v1/x", "/v2/x"]);
        let open = "{url: '{base}', variables: {base: {default: /v1}}}";
        assert_eq!(prefixes("a.yaml", open), ["", "/v1", "/{base}"]);
        let inner = "{url: '/{base}/x', variables: {base: {default: /v1}}}";
        assert_eq!(prefixes("a.yaml", inner), ["/v1/x", "/{base}/x"]);
        let host = "{url: '{host}/v1', variables: {host: {default: 'https://api.example/shop'}}}";
        assert_eq!(prefixes("a.yaml", host), ["/shop/v1", "/v1"]);
    }
}
