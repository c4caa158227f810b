//! Servers and hosts.

use super::{Doc, Findings};
use crate::document::Node;
use crate::lint::document::Spot;

pub(in crate::lint) fn host(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v2() {
        super::truthy(
            findings,
            &doc.root(),
            "host",
            "the document must have a host that is not empty",
        );
    }
}

pub(in crate::lint) fn schemes(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v2() {
        return;
    }
    let schemes = doc.root().node.get("schemes").and_then(Node::as_array);
    let fits =
        schemes.is_some_and(|list| !list.is_empty() && list.iter().all(|scheme| scheme.as_str().is_some()));
    if !fits {
        findings.at(&["schemes".into()], "the document must have schemes");
    }
}

fn host_text(doc: &Doc<'_>, findings: &mut Findings<'_>, is_wrong: impl Fn(&str) -> bool, message: &str) {
    let host = doc.at(&["host"]).filter(|_| doc.is_v2());
    if host.and_then(|host| host.node.as_str()).is_some_and(is_wrong) {
        findings.at(&["host".into()], message);
    }
}

pub(in crate::lint) fn host_not_example(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    host_text(
        doc,
        findings,
        |host| host.contains("example.com"),
        "the host must not be example.com",
    );
}

pub(in crate::lint) fn host_slash(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    host_text(
        doc,
        findings,
        |host| host.ends_with('/'),
        "the host must not end with a slash",
    );
}

pub(in crate::lint) fn present(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v3() {
        return;
    }
    let servers = doc.root().node.get("servers").and_then(Node::as_array);
    let fits = servers
        .is_some_and(|list| !list.is_empty() && list.iter().all(|server| server.as_object().is_some()));
    if !fits {
        findings.at(&["servers".into()], "the document must have servers");
    }
}

fn server_urls(doc: &Doc<'_>, findings: &mut Findings<'_>, is_wrong: impl Fn(&str) -> bool, message: &str) {
    if !doc.is_v3() {
        return;
    }
    for server in doc
        .at(&["servers"])
        .map(|list| list.children())
        .unwrap_or_default()
    {
        if server
            .node
            .get("url")
            .and_then(Node::as_str)
            .is_some_and(&is_wrong)
        {
            findings.at(&server.below("url"), message);
        }
    }
}

pub(in crate::lint) fn not_example(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    server_urls(
        doc,
        findings,
        |url| url.contains("example.com"),
        "the server must not be example.com",
    );
}

pub(in crate::lint) fn slash(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    server_urls(
        doc,
        findings,
        |url| url.len() > 1 && url.ends_with('/'),
        "the URL must not end with a slash",
    );
}

/// Returns all servers: of the document, of paths, of operations, of links.
pub(super) fn all_servers<'d>(doc: &Doc<'d>) -> Vec<Spot<'d>> {
    let mut owners = vec![doc.root()];
    owners.extend(doc.paths());
    owners.extend(doc.operations());
    let lists = owners.into_iter().filter_map(|owner| owner.member("servers"));
    let mut servers: Vec<Spot<'d>> = lists.flat_map(|list| list.children()).collect();
    servers.extend(
        doc.everything()
            .iter()
            .filter(|spot| spot.name() == Some("server") && spot.is_below("links"))
            .cloned(),
    );
    servers
}

/// The variables in a URL.
fn used_variables(url: &str) -> Vec<&str> {
    let parts = url.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// Reports variables that are not defined, have no default, or one that is none of their values.
pub(in crate::lint) fn invalid_variables(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for server in all_servers(doc) {
        let Some(url) = server.node.get("url").and_then(Node::as_str) else {
            continue;
        };
        let variables = server.member("variables");
        let is_defined = |name: &&str| {
            variables
                .as_ref()
                .is_some_and(|variables| variables.node.get(name).is_some())
        };
        let missing: Vec<&str> = used_variables(url)
            .into_iter()
            .filter(|name| !is_defined(name))
            .collect();
        if !missing.is_empty() {
            findings.at(
                &server.below("variables"),
                format!("the variables {} are not defined", missing.join(", ")),
            );
        }
        for variable in variables.into_iter().flat_map(|variables| variables.children()) {
            judge_default(&variable, findings);
        }
    }
}

/// Reports a variable without a default, or with one that is none of its values.
fn judge_default(variable: &Spot<'_>, findings: &mut Findings<'_>) {
    let name = variable.name().unwrap_or_default();
    let default = variable.node.get("default").and_then(Node::scalar_text);
    let Some(default) = default else {
        findings.at(&variable.path, format!("the variable {name} must have a default"));
        return;
    };
    let listed = variable.node.get("enum").and_then(Node::as_array);
    let is_listed = listed.is_none_or(|list| {
        list.iter()
            .any(|value| value.scalar_text().as_deref() == Some(&default))
    });
    if !is_listed {
        findings.at(
            &variable.below("default"),
            format!("the default of the variable {name} must be one of its enum"),
        );
    }
}

pub(in crate::lint) fn variables(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    invalid_variables(doc, findings);
    for server in all_servers(doc) {
        let (Some(url), Some(variables)) = (
            server.node.get("url").and_then(Node::as_str),
            server.member("variables"),
        ) else {
            continue;
        };
        let used = used_variables(url);
        for variable in variables.children() {
            let name = variable.name().unwrap_or_default();
            if !used.contains(&name) {
                findings.at(
                    &variable.path,
                    format!("the variable {name} is not used in {url}"),
                );
            }
        }
    }
}
