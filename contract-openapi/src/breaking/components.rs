//! Components: security schemes and schemas.

use super::security;
use super::sink::{Report, Sink};
use crate::description::{Description, schemes};
use crate::document::Node;

/// Compares components, and the security requirements of the whole document.
pub(super) fn compare(sink: &mut Sink<'_>) {
    security::compare_global(sink);
    let (base, revision) = (sink.base, sink.revision);
    let (old, new) = (schemes(base), schemes(revision));
    for (name, before) in old.into_iter().flat_map(Node::entries) {
        match new.and_then(|new| new.get(name)) {
            Some(after) => {
                compare_scheme(sink, name, base.resolve(before), revision.resolve(after));
            }
            None => report(
                sink,
                "api-security-component-removed",
                format!("the security scheme `{name}` was removed"),
                &[name],
                Some(before),
                None,
            ),
        }
    }
    for (name, after) in new.into_iter().flat_map(Node::entries) {
        if old.and_then(|old| old.get(name)).is_none() {
            let text = format!("the security scheme `{name}` was added");
            report(
                sink,
                "api-security-component-added",
                text,
                &[name],
                None,
                Some(after),
            );
        }
    }
    let schemas = |description: &'_ Description| -> Vec<String> {
        let root = description.root();
        let node = root
            .get("definitions")
            .or_else(|| root.descend(["components", "schemas"]));
        node.into_iter()
            .flat_map(Node::entries)
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let after = schemas(revision);
    for name in schemas(base).iter().filter(|name| !after.contains(name)) {
        report(
            sink,
            "api-schema-removed",
            format!("the schema `{name}` was removed"),
            &[name],
            None,
            None,
        );
    }
}

fn compare_scheme(sink: &mut Sink<'_>, name: &str, old: &Node, new: &Node) {
    let text = |node: &Node, member: &str| node.get(member).and_then(Node::as_str).unwrap_or("").to_owned();
    let (before, after) = (text(old, "type"), text(new, "type"));
    if before != after {
        let message =
            format!("the type of the security scheme `{name}` changed from `{before}` to `{after}`");
        let id = "api-security-component-type-changed";
        report(sink, id, message, &[name, &before, &after], Some(old), Some(new));
    }
    let flows = |node: &'_ Node| -> Vec<(String, Node)> {
        match node.get("flows") {
            Some(flows) => flows
                .entries()
                .map(|(name, flow)| (name.to_owned(), flow.clone()))
                .collect(),
            None => vec![(String::new(), node.clone())],
        }
    };
    let after = flows(new);
    for (flow, before) in flows(old) {
        let Some((_, after)) = after.iter().find(|(name, _)| *name == flow) else {
            continue;
        };
        compare_flow(sink, name, &before, after);
    }
}

fn compare_flow(sink: &mut Sink<'_>, name: &str, old: &Node, new: &Node) {
    for (member, id) in [
        ("authorizationUrl", "api-security-component-oauth-url-changed"),
        ("tokenUrl", "api-security-component-oauth-token-url-changed"),
    ] {
        let text = |node: &Node| node.get(member).and_then(Node::as_str).unwrap_or("").to_owned();
        let (before, after) = (text(old), text(new));
        if before != after {
            let message =
                format!("{member} of the security scheme `{name}` changed from `{before}` to `{after}`");
            report(sink, id, message, &[name, &before, &after], Some(old), Some(new));
        }
    }
    let scopes = |node: &Node| -> Vec<(String, String)> {
        let scopes = node.get("scopes").into_iter().flat_map(Node::entries);
        scopes
            .map(|(name, text)| (name.to_owned(), text.scalar_text().unwrap_or_default()))
            .collect()
    };
    let (before, after) = (scopes(old), scopes(new));
    for (scope, text) in &before {
        match after.iter().find(|(name, _)| name == scope) {
            None => {
                let message = format!("the scope `{scope}` of the security scheme `{name}` was removed");
                let id = "api-security-component-oauth-scope-removed";
                report(sink, id, message, &[name, scope], Some(old), Some(new));
            }
            Some((_, other)) if other != text => {
                let message = format!(
                    "the scope `{scope}` of the security scheme `{name}` means `{other}` instead of `{text}`"
                );
                let id = "api-security-component-oauth-scope-changed";
                report(
                    sink,
                    id,
                    message,
                    &[name, scope, text, other],
                    Some(old),
                    Some(new),
                );
            }
            Some(_) => {}
        }
    }
    for (scope, _) in after
        .iter()
        .filter(|(scope, _)| !before.iter().any(|(name, _)| name == scope))
    {
        let message = format!("the scope `{scope}` of the security scheme `{name}` was added");
        report(
            sink,
            "api-security-component-oauth-scope-added",
            message,
            &[name, scope],
            Some(old),
            Some(new),
        );
    }
}

fn report(
    sink: &mut Sink<'_>,
    id: &str,
    text: String,
    arguments: &[&str],
    base: Option<&Node>,
    revision: Option<&Node>,
) {
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    let report = Report {
        id,
        text,
        arguments,
        base: base.map(|node| node.at),
        revision: revision.map(|node| node.at),
    };
    sink.report(None, report);
}
