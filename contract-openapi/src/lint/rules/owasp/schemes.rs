//! Security schemes, and how a caller is recognised.

use super::text;
use crate::document::Node;
use crate::lint::document::{Doc, Spot};
use crate::lint::group::Findings;
use crate::lint::rules::servers::all_servers;
use crate::lint::rules::validity::parameters::all_parameters;
use crate::lint::rules::validity::security::schemes;

pub(in crate::lint) fn http_basic(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        let name = if doc.is_v2() { "type" } else { "scheme" };
        let is_basic = text(&scheme, name).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"));
        if is_basic && (doc.is_v2() || text(&scheme, "type") == Some("http")) {
            findings.at(
                &scheme.below(name),
                "HTTP Basic sends the password with each request: use another scheme",
            );
        }
    }
}

pub(in crate::lint) fn api_keys_in_url(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        if text(&scheme, "type") == Some("apiKey") && matches!(text(&scheme, "in"), Some("query" | "path")) {
            findings.at(
                &scheme.below("in"),
                "an API key in a URL gets into logs: send it in a header or a cookie",
            );
        }
    }
}

/// Names of parameters that carry credentials.
const CREDENTIALS: [&str; 11] = [
    "token",
    "access_token",
    "access-token",
    "accesstoken",
    "client_secret",
    "client-secret",
    "clientsecret",
    "refresh_token",
    "refreshtoken",
    "id_token",
    "password",
];

fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    CREDENTIALS.contains(&name.as_str())
        || ["apikey", "api-key", "api_key", "secret"]
            .iter()
            .any(|part| name.contains(part))
}

pub(in crate::lint) fn credentials_in_url(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc) {
        let is_in_url = matches!(text(&parameter, "in"), Some("query" | "path"));
        if is_in_url && text(&parameter, "name").is_some_and(is_credential) {
            findings.at(
                &parameter.below("name"),
                "credentials in a URL get into logs: send them in a header",
            );
        }
    }
}

pub(in crate::lint) fn insecure_schemes(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        let name = text(&scheme, "scheme").unwrap_or_default().to_ascii_lowercase();
        if text(&scheme, "type") == Some("http") && matches!(name.as_str(), "negotiate" | "oauth") {
            findings.at(
                &scheme.below("scheme"),
                format!("the authentication scheme {name} is outdated"),
            );
        }
    }
}

pub(in crate::lint) fn jwt_practices(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        let is_jwt = text(&scheme, "type") == Some("oauth2")
            || text(&scheme, "bearerFormat").is_some_and(|format| format.eq_ignore_ascii_case("jwt"));
        if is_jwt && !text(&scheme, "description").is_some_and(|text| text.contains("RFC8725")) {
            findings.at(
                &scheme.below("description"),
                "the description of a scheme with JWTs must say that it follows RFC8725",
            );
        }
    }
}

pub(in crate::lint) fn https(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for server in all_servers(doc) {
        if text(&server, "url").is_some_and(|url| url.contains("://") && !url.starts_with("https://")) {
            findings.at(&server.below("url"), "a server must use https");
        }
    }
    let schemes: Vec<Spot<'_>> = doc
        .at(&["schemes"])
        .filter(|_| doc.is_v2())
        .map(|schemes| schemes.children())
        .unwrap_or_default();
    for scheme in schemes {
        if scheme
            .node
            .as_str()
            .is_some_and(|name| !matches!(name, "https" | "wss"))
        {
            findings.at(&scheme.path, "a host must use https");
        }
    }
}

/// Reports operations of these methods that anyone may call.
fn unprotected(doc: &Doc<'_>, findings: &mut Findings<'_>, methods: &[&str], admits_optional: bool) {
    let global = doc.root().node.get("security").and_then(Node::as_array);
    for operation in doc.operations() {
        if !operation.name().is_some_and(|name| methods.contains(&name)) {
            continue;
        }
        let own = operation.node.get("security").and_then(Node::as_array);
        let Some(alternatives) = own.or(global) else {
            findings.at(
                &operation.path,
                "the operation must have a security requirement, or the document",
            );
            continue;
        };
        let is_open = alternatives.is_empty();
        let is_optional = alternatives
            .iter()
            .any(|alternative| alternative.entries().next().is_none());
        if is_open || is_optional && !admits_optional {
            let path = if own.is_some() {
                operation.below("security")
            } else {
                operation.path.clone()
            };
            findings.at(
                &path,
                "the security requirement must not admit callers without credentials",
            );
        }
    }
}

const UNSAFE: [&str; 4] = ["put", "post", "patch", "delete"];

pub(in crate::lint) fn unsafe_methods(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    unprotected(doc, findings, &UNSAFE, true);
}

pub(in crate::lint) fn unsafe_methods_strictly(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    unprotected(doc, findings, &UNSAFE, false);
}

pub(in crate::lint) fn safe_methods(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    unprotected(doc, findings, &["get", "head"], true);
}
