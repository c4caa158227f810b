//! The document, its paths, operations and servers.

use std::collections::BTreeMap;

use super::text;
use crate::description::Version;
use crate::document::Node;
use crate::lint::document::Doc;
use crate::lint::group::Findings;
use crate::lint::rules::paths::without_names;
use crate::lint::rules::servers::all_servers;

pub(in crate::lint) fn version(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.version.is_none() {
        findings.at(
            &["openapi".into()],
            "the document must say `swagger: \"2.0\"` or `openapi: 3.x.y`",
        );
    }
}

pub(in crate::lint) fn info(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.root().node.get("info").and_then(Node::as_object).is_none() {
        findings.at(&["info".into()], "the document must have info");
    }
}

fn info_member(doc: &Doc<'_>, findings: &mut Findings<'_>, member: &str) {
    if let Some(info) = doc.at(&["info"])
        && info
            .node
            .get(member)
            .and_then(Node::scalar_text)
            .is_none_or(|text| text.is_empty())
    {
        findings.at(&info.below(member), format!("info must have a {member}"));
    }
}

pub(in crate::lint) fn info_title(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    info_member(doc, findings, "title");
}

pub(in crate::lint) fn info_version(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    info_member(doc, findings, "version");
}

pub(in crate::lint) fn paths(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let root = doc.root();
    let has = |member: &str| root.node.get(member).is_some();
    let is_new = doc.version.is_some_and(Version::has_json_schema);
    if !has("paths") && !(is_new && (has("components") || has("webhooks"))) {
        findings.at(&["paths".into()], "the document must have paths");
    }
}

pub(in crate::lint) fn unresolved(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for spot in doc.everything() {
        let Some(reference) = spot
            .node
            .get("$ref")
            .filter(|reference| reference.as_str().is_some())
        else {
            continue;
        };
        let is_property = spot.name() == Some("properties");
        if let Err(error) = doc.documents.resolve(spot.node)
            && !is_property
        {
            let text = reference.as_str().unwrap_or_default();
            findings.at(
                &spot.below("$ref"),
                format!("the reference {text} leads nowhere: {error}"),
            );
        }
    }
}

pub(in crate::lint) fn path_slash(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for path in doc.paths() {
        if path
            .name()
            .is_some_and(|name| !name.starts_with('/') && !name.starts_with("x-"))
        {
            findings.at(&path.path, "the path must begin with a slash");
        }
    }
}

pub(in crate::lint) fn conflicting_paths(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for path in doc.paths() {
        let Some(name) = path.name() else { continue };
        match seen.get(&without_names(name)) {
            Some(other) => findings.at(&path.path, format!("the path means the same as {other}")),
            None => {
                seen.insert(without_names(name), name.to_owned());
            }
        }
    }
}

pub(in crate::lint) fn operation_ids(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    crate::lint::rules::operations::unique_ids(doc, findings);
}

pub(in crate::lint) fn responses(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let is_new = doc.version.is_some_and(Version::has_json_schema);
    for operation in doc.operations() {
        let responses = operation.node.get("responses");
        let is_empty = responses.is_some_and(|responses| responses.entries().next().is_none());
        if responses.is_none() && !is_new || is_empty {
            findings.at(
                &operation.below("responses"),
                "the operation must have a response",
            );
        }
    }
}

pub(in crate::lint) fn response_descriptions(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let responses = doc
        .operations()
        .into_iter()
        .filter_map(|operation| operation.member("responses"));
    let shared = doc
        .at(&["components", "responses"])
        .or_else(|| doc.at(&["responses"]));
    for response in responses.chain(shared).flat_map(|responses| responses.children()) {
        let is_extension = response.name().is_some_and(|name| name.starts_with("x-"));
        let is_plain =
            response.node.as_object().is_some() && response.node.get("$ref").is_none() && !is_extension;
        // OpenAPI 3.2 made it optional.
        if is_plain && response.node.get("description").is_none() && doc.version != Some(Version::V3_2) {
            findings.at(&response.path, "the response must have a description");
        }
    }
}

pub(in crate::lint) fn body_content(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let bodies = doc
        .operations()
        .into_iter()
        .filter_map(|operation| operation.member("requestBody"));
    let shared = doc
        .at(&["components", "requestBodies"])
        .map(|shared| shared.children())
        .unwrap_or_default();
    for body in bodies.chain(shared).filter(|_| doc.is_v3()) {
        let is_plain = body.node.as_object().is_some() && body.node.get("$ref").is_none();
        if is_plain && body.node.get("content").is_none() {
            findings.at(&body.path, "the request body must have content");
        }
    }
}

pub(in crate::lint) fn server_url(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for server in all_servers(doc) {
        if text(&server, "url").is_none() {
            findings.at(&server.below("url"), "the server must have a url");
        }
    }
}

pub(in crate::lint) fn server_template(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for server in all_servers(doc) {
        let Some(url) = text(&server, "url") else { continue };
        let mut is_open = false;
        let fits = url.chars().all(|character| match character {
            '{' => !std::mem::replace(&mut is_open, true),
            '}' => std::mem::replace(&mut is_open, false),
            _ => true,
        });
        if !fits || is_open {
            findings.at(
                &server.below("url"),
                format!("the braces of {url} do not belong together"),
            );
        }
    }
}

pub(in crate::lint) fn duplicate_tags(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    crate::lint::rules::tags::unique(doc, findings);
}
