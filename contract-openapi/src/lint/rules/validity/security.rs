//! Security schemes.

use super::text;
use crate::lint::document::{Doc, Spot};
use crate::lint::group::Findings;

/// Returns all security schemes.
pub(in crate::lint) fn schemes<'d>(doc: &Doc<'d>) -> Vec<Spot<'d>> {
    let place = if doc.is_v2() {
        doc.at(&["securityDefinitions"])
    } else {
        doc.at(&["components", "securitySchemes"])
    };
    let schemes = place.map(|place| place.children()).unwrap_or_default();
    schemes
        .into_iter()
        .filter(|scheme| scheme.node.get("$ref").is_none())
        .collect()
}

pub(in crate::lint) fn scheme_types(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        let is_known = match text(&scheme, "type") {
            Some("apiKey" | "oauth2") => true,
            Some("basic") => doc.is_v2(),
            Some("http" | "openIdConnect" | "mutualTLS") => doc.is_v3(),
            _ => false,
        };
        if !is_known {
            findings.at(
                &scheme.below("type"),
                "the security scheme must have a type of this version of OpenAPI",
            );
        }
    }
}

pub(in crate::lint) fn api_key_places(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        let is_known = matches!(text(&scheme, "in"), Some("header" | "query"))
            || text(&scheme, "in") == Some("cookie") && doc.is_v3();
        if text(&scheme, "type") == Some("apiKey") && !is_known {
            findings.at(
                &scheme.below("in"),
                "an API key must say where it stands: header, query or cookie",
            );
        }
    }
}

pub(in crate::lint) fn api_key_names(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        if text(&scheme, "type") == Some("apiKey") && text(&scheme, "name").is_none_or(str::is_empty) {
            findings.at(&scheme.below("name"), "an API key must have a name");
        }
    }
}

/// The authentication schemes that are registered (IANA, "HTTP authentication schemes").
const HTTP_SCHEMES: [&str; 12] = [
    "basic",
    "bearer",
    "concealed",
    "digest",
    "dpop",
    "gnap",
    "hoba",
    "mutual",
    "negotiate",
    "oauth",
    "privatetoken",
    "vapid",
];

pub(in crate::lint) fn http_schemes(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        let name = text(&scheme, "scheme").unwrap_or_default().to_ascii_lowercase();
        let is_known = HTTP_SCHEMES.contains(&name.as_str()) || name.starts_with("scram-sha-");
        if text(&scheme, "type") == Some("http") && !is_known {
            findings.at(
                &scheme.below("scheme"),
                "the HTTP authentication scheme must be one that is registered",
            );
        }
    }
}

pub(in crate::lint) fn flows(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        let member = if doc.is_v2() { "flow" } else { "flows" };
        if text(&scheme, "type") == Some("oauth2") && scheme.node.get(member).is_none() {
            findings.at(
                &scheme.below(member),
                format!("an OAuth 2 scheme must have {member}"),
            );
        }
    }
}

pub(in crate::lint) fn openid_url(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for scheme in schemes(doc) {
        if text(&scheme, "type") == Some("openIdConnect") && text(&scheme, "openIdConnectUrl").is_none() {
            findings.at(
                &scheme.below("openIdConnectUrl"),
                "an OpenID Connect scheme must have openIdConnectUrl",
            );
        }
    }
}
