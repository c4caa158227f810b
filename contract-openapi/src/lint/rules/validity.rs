//! What the specification demands and forbids.

use std::collections::BTreeMap;

use super::paths::{template_names, without_names};
use super::servers::all_servers;
use super::{Doc, Findings};
use crate::description::Version;
use crate::document::{Node, Value};
use crate::lint::document::Spot;

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

/// The parameters of an operation and its path, with references resolved.
fn parameters_of<'d>(doc: &Doc<'d>, operation: &Spot<'d>) -> Vec<Spot<'d>> {
    let mut path = operation.path.clone();
    path.pop();
    let names: Vec<String> = path.iter().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let item = doc.at(&names).map(|item| Spot {
        node: doc.resolve(item.node),
        ..item
    });
    let lists = operation
        .member("parameters")
        .into_iter()
        .chain(item.and_then(|item| item.member("parameters")));
    let parameters = lists.flat_map(|list| list.children());
    parameters
        .map(|spot| Spot {
            node: doc.resolve(spot.node),
            ..spot
        })
        .collect()
}

fn text<'n>(spot: &Spot<'n>, member: &str) -> Option<&'n str> {
    spot.node.get(member).and_then(Node::as_str)
}

pub(in crate::lint) fn path_parameters(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        let template = operation.path.get(1).map(ToString::to_string).unwrap_or_default();
        let expected = template_names(&template);
        let parameters = parameters_of(doc, &operation);
        let defined: Vec<&str> = parameters
            .iter()
            .filter(|spot| text(spot, "in") == Some("path"))
            .filter_map(|spot| text(spot, "name"))
            .collect();
        for name in expected.iter().filter(|name| !defined.contains(&name.as_str())) {
            findings.at(
                &operation.path,
                format!("the operation must define the path parameter {name}"),
            );
        }
        for name in defined
            .iter()
            .filter(|name| !expected.iter().any(|other| other == *name))
        {
            findings.at(&operation.path, format!("the path has no parameter {name}"));
        }
    }
}

/// All parameters: of components, paths and operations.
fn all_parameters<'d>(doc: &Doc<'d>) -> Vec<Spot<'d>> {
    let owners = doc.paths().into_iter().chain(doc.operations());
    let lists = owners.filter_map(|owner| owner.member("parameters"));
    let lists = lists
        .chain(doc.at(&["components", "parameters"]))
        .chain(doc.at(&["parameters"]));
    lists
        .flat_map(|list| list.children())
        .filter(|spot| spot.node.get("$ref").is_none() && spot.node.as_object().is_some())
        .collect()
}

pub(in crate::lint) fn path_parameter_required(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc) {
        let is_required = parameter.node.get("required").and_then(Node::as_bool) == Some(true);
        if text(&parameter, "in") == Some("path") && !is_required {
            findings.at(&parameter.path, "a path parameter must be required");
        }
    }
}

pub(in crate::lint) fn operation_ids(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    super::operations::unique_ids(doc, findings);
}

pub(in crate::lint) fn duplicate_parameters(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for operation in doc.operations() {
        let list = operation
            .member("parameters")
            .map(|list| list.children())
            .unwrap_or_default();
        let list: Vec<Spot<'_>> = list
            .into_iter()
            .map(|spot| Spot {
                node: doc.resolve(spot.node),
                ..spot
            })
            .collect();
        for (index, parameter) in list.iter().enumerate() {
            let key = (text(parameter, "in"), text(parameter, "name"));
            if list[..index]
                .iter()
                .any(|other| (text(other, "in"), text(other, "name")) == key)
            {
                findings.at(&parameter.path, "the parameter is described before");
            }
        }
    }
}

pub(in crate::lint) fn parameter_location(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc) {
        let is_known = match text(&parameter, "in") {
            Some("query" | "header" | "path") => true,
            Some("cookie" | "querystring") => doc.is_v3(),
            Some("body" | "formData") => doc.is_v2(),
            _ => false,
        };
        if !is_known {
            findings.at(
                &parameter.below("in"),
                "the parameter must say where it stands: query, header, path or cookie",
            );
        }
    }
}

pub(in crate::lint) fn parameter_name(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc) {
        if text(&parameter, "name").is_none_or(str::is_empty) {
            findings.at(&parameter.below("name"), "the parameter must have a name");
        }
    }
}

pub(in crate::lint) fn parameter_schema(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for parameter in all_parameters(doc).into_iter().filter(|_| doc.is_v3()) {
        let has = |member: &str| parameter.node.get(member).is_some();
        if has("schema") == has("content") {
            findings.at(
                &parameter.path,
                "the parameter must have either schema or content",
            );
        }
    }
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

pub(in crate::lint) fn types(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let Some(node) = schema.node.get("type") else {
            continue;
        };
        let names: Vec<&str> = node.as_str().into_iter().chain(node.strings()).collect();
        let is_new = doc.version.is_some_and(Version::has_json_schema);
        let is_known = |name: &&str| match *name {
            "string" | "number" | "integer" | "boolean" | "array" | "object" => true,
            "null" => is_new,
            "file" => doc.is_v2(),
            _ => false,
        };
        let is_list_allowed = node.as_array().is_none() || is_new;
        if names.is_empty() || !names.iter().all(is_known) || !is_list_allowed {
            findings.at(
                &schema.below("type"),
                format!("{} is no type of this version of OpenAPI", node.to_json()),
            );
        }
    }
}

pub(in crate::lint) fn items(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.version.is_some_and(Version::has_json_schema) {
        return;
    }
    for schema in doc.schemas() {
        if text(&schema, "type") == Some("array") && schema.node.get("items").is_none() {
            findings.at(&schema.path, "a schema of arrays must have items");
        }
    }
}

pub(in crate::lint) fn patterns(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let Some(pattern) = text(&schema, "pattern") else {
            continue;
        };
        if doc.patterns.pattern(pattern).is_match("").is_none() {
            findings.at(
                &schema.below("pattern"),
                format!("{pattern} is no regular expression that can be read"),
            );
        }
    }
}

fn ordered(doc: &Doc<'_>, findings: &mut Findings<'_>, low: &str, high: &str) {
    for schema in doc.schemas() {
        let number = |keyword: &str| schema.node.get(keyword).and_then(Node::as_f64);
        if let (Some(least), Some(most)) = (number(low), number(high))
            && least > most
        {
            findings.at(
                &schema.below(low),
                format!("{low} {least} is more than {high} {most}: nothing is valid"),
            );
        }
    }
}

pub(in crate::lint) fn bounds(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    ordered(doc, findings, "minimum", "maximum");
}

pub(in crate::lint) fn lengths(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    ordered(doc, findings, "minLength", "maxLength");
}

pub(in crate::lint) fn item_counts(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    ordered(doc, findings, "minItems", "maxItems");
}

pub(in crate::lint) fn property_counts(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    ordered(doc, findings, "minProperties", "maxProperties");
}

pub(in crate::lint) fn multiples(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        if schema
            .node
            .get("multipleOf")
            .and_then(Node::as_f64)
            .is_some_and(|step| step <= 0.0)
        {
            findings.at(&schema.below("multipleOf"), "multipleOf must be greater than 0");
        }
    }
}

pub(in crate::lint) fn empty_enums(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        if schema
            .node
            .get("enum")
            .and_then(Node::as_array)
            .is_some_and(<[Node]>::is_empty)
        {
            findings.at(&schema.below("enum"), "the enum has no value: nothing is valid");
        }
    }
}

pub(in crate::lint) fn constants(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let (Some(constant), Some(list)) = (
            schema.node.get("const"),
            schema.node.get("enum").and_then(Node::as_array),
        ) else {
            continue;
        };
        if !list.contains(constant) {
            findings.at(
                &schema.below("const"),
                "const must be one of the values of enum: nothing is valid",
            );
        }
    }
}

pub(in crate::lint) fn required_twice(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let names: Vec<&str> = schema
            .node
            .get("required")
            .into_iter()
            .flat_map(Node::strings)
            .collect();
        if let Some(name) = names
            .iter()
            .enumerate()
            .find(|(index, name)| names[..*index].contains(name))
            .map(|(_, name)| name)
        {
            findings.at(&schema.below("required"), format!("{name} is listed twice"));
        }
    }
}

pub(in crate::lint) fn read_and_write_only(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    for schema in doc.schemas() {
        let is_true = |keyword: &str| schema.node.get(keyword).and_then(Node::as_bool) == Some(true);
        if is_true("readOnly") && is_true("writeOnly") {
            findings.at(&schema.path, "a property must not be both readOnly and writeOnly");
        }
    }
}

/// All security schemes.
fn schemes<'d>(doc: &Doc<'d>) -> Vec<Spot<'d>> {
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
    super::tags::unique(doc, findings);
}

/// Members of a security scheme of OpenAPI 2.0 (section "security definitions object").
pub(in crate::lint) fn structure_v2(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if !doc.is_v2() {
        return;
    }
    structure(doc, findings);
    for scheme in schemes(doc) {
        let needs: &[&str] = match text(&scheme, "type") {
            Some("basic") => &[],
            Some("apiKey") => &["name", "in"],
            Some("oauth2") => &["flow", "scopes"],
            _ => &["type"],
        };
        let is_bad = needs.iter().any(|member| scheme.node.get(member).is_none())
            || text(&scheme, "type").is_none_or(|name| !["basic", "apiKey", "oauth2"].contains(&name));
        let allowed: &[&str] = match text(&scheme, "type") {
            Some("basic") => &["type", "description"],
            Some("apiKey") => &["type", "description", "name", "in"],
            _ => &[
                "type",
                "description",
                "flow",
                "authorizationUrl",
                "tokenUrl",
                "scopes",
            ],
        };
        let has_more = scheme
            .node
            .entries()
            .any(|(name, _)| !allowed.contains(&name) && !name.starts_with("x-"));
        if is_bad || has_more {
            findings.at(
                &scheme.path,
                "the security scheme has not the members of its type",
            );
        }
    }
}

pub(in crate::lint) fn structure_v3(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    if doc.is_v3() {
        structure(doc, findings);
        response_descriptions(doc, findings);
        responses(doc, findings);
        body_content(doc, findings);
        parameter_location(doc, findings);
    }
}

/// The members of the document itself.
fn structure(doc: &Doc<'_>, findings: &mut Findings<'_>) {
    let root = doc.root();
    info(doc, findings);
    info_title(doc, findings);
    info_version(doc, findings);
    paths(doc, findings);
    for (member, is_object) in [
        ("info", true),
        ("paths", true),
        ("components", true),
        ("tags", false),
        ("servers", false),
        ("security", false),
    ] {
        let Some(node) = root.node.get(member) else {
            continue;
        };
        let fits = match &node.value {
            Value::Object(_) => is_object,
            Value::Array(_) => !is_object,
            _ => false,
        };
        if !fits {
            let kind = if is_object { "an object" } else { "an array" };
            findings.at(&[member.into()], format!("{member} must be {kind}"));
        }
    }
    let known: &[&str] = if doc.is_v2() {
        &[
            "swagger",
            "info",
            "host",
            "basePath",
            "schemes",
            "consumes",
            "produces",
            "paths",
            "definitions",
            "parameters",
            "responses",
            "securityDefinitions",
            "security",
            "tags",
            "externalDocs",
        ]
    } else {
        &[
            "openapi",
            "info",
            "jsonSchemaDialect",
            "servers",
            "paths",
            "webhooks",
            "components",
            "security",
            "tags",
            "externalDocs",
            "$self",
        ]
    };
    for child in root.children() {
        if child
            .name()
            .is_some_and(|name| !known.contains(&name) && !name.starts_with("x-"))
        {
            findings.at(&child.path, "the specification knows no such member");
        }
    }
}
