//! Operations: a path and a method.

use super::{Description, Location, Parameter, Version};
use crate::document::{Node, Position};

/// The methods that a path may describe in every version, as written (OpenAPI 3.0, "path item object").
pub const METHODS: [&str; 8] = [
    "get", "post", "put", "patch", "delete", "head", "options", "trace",
];

/// The method that a path may describe as well since OpenAPI 3.2.
pub(crate) const QUERY: &str = "query";

/// The member of a path with the operations of other methods, by their names as they are sent (OpenAPI 3.2).
pub(crate) const ADDITIONAL_OPERATIONS: &str = "additionalOperations";

/// Returns whether a member of a path is an operation in a version.
pub(crate) fn is_method(version: Version, name: &str) -> bool {
    METHODS.contains(&name) || name == QUERY && version >= Version::V3_2
}

/// An operation of a description.
#[derive(Debug, Clone)]
pub struct Operation<'a> {
    /// The template of its path, as written: `/users/{id}`.
    pub path: &'a str,
    /// Its method, as written.
    pub method: &'a str,
    /// Whether it is one of `additionalOperations` (OpenAPI 3.2).
    pub is_additional: bool,
    /// Its node.
    pub node: &'a Node,
    /// The node of its path.
    pub item: &'a Node,
    /// The position of the name of its method.
    pub at: Position,
    /// Its parameters: its own first, then those of its path that it does not replace.
    pub parameters: Vec<Parameter<'a>>,
    description: &'a Description,
}

impl<'a> Operation<'a> {
    /// Returns all operations of a description.
    pub(super) fn all(description: &'a Description) -> Vec<Self> {
        let paths = description
            .root()
            .get("paths")
            .map(|paths| description.resolve(paths));
        let mut operations = Vec::new();
        for (path, item) in paths.into_iter().flat_map(Node::entries) {
            Self::of_item(description, path, item, &mut operations);
        }
        operations
    }

    /// Returns the operations of one path.
    pub(crate) fn of_item(
        description: &'a Description,
        path: &'a str,
        item: &'a Node,
        operations: &mut Vec<Self>,
    ) {
        let referenced = description.resolve(item);
        Self::of_resolved(description, path, referenced, operations);
        // What stands beside `$ref` (OpenAPI 3.1, "path item object"), unless the target has it as well.
        if !std::ptr::eq(referenced, item) {
            let first = operations.len();
            Self::of_resolved(description, path, item, operations);
            let beside = operations.split_off(first);
            let has = |own: &Self| {
                let holder = if own.is_additional {
                    referenced.get(ADDITIONAL_OPERATIONS)
                } else {
                    Some(referenced)
                };
                holder.is_some_and(|holder| holder.get(own.method).is_some())
            };
            operations.extend(beside.into_iter().filter(|own| !has(own)));
        }
    }

    fn of_resolved(description: &'a Description, path: &'a str, item: &'a Node, operations: &mut Vec<Self>) {
        let version = description.version();
        let own = item
            .members()
            .filter(|(name, _)| is_method(version, &name.to_ascii_lowercase()))
            .map(|(name, member)| (name, member, false));
        let additional = item
            .get(ADDITIONAL_OPERATIONS)
            .filter(|_| version >= Version::V3_2);
        let additional = additional
            .into_iter()
            .flat_map(Node::members)
            .filter(|(name, _)| !name.starts_with("x-"))
            .map(|(name, member)| (name, member, true));
        for (method, member, is_additional) in own.chain(additional) {
            let node = &member.node;
            if node.as_object().is_none() {
                continue;
            }
            operations.push(Self {
                path,
                method,
                is_additional,
                node,
                item,
                at: member.name_at,
                parameters: parameters(description, node, item),
                description,
            });
        }
    }

    /// Returns the names that lead to it in the description: `[root].paths./users/{id}.get`.
    pub(crate) fn location(&self) -> String {
        let holder = if self.is_additional {
            format!(".{ADDITIONAL_OPERATIONS}")
        } else {
            String::new()
        };
        format!("[root].paths.{}{holder}.{}", self.path, self.method)
    }

    /// Returns the description that it is part of.
    pub fn description(&self) -> &'a Description {
        self.description
    }

    /// Returns `operationId`.
    pub fn id(&self) -> Option<&'a str> {
        self.node.get("operationId").and_then(Node::as_str)
    }

    /// Returns whether it is deprecated.
    pub fn is_deprecated(&self) -> bool {
        self.node.get("deprecated").and_then(Node::as_bool) == Some(true)
    }

    /// Returns the request body, with references resolved (OpenAPI 3).
    pub(crate) fn request_body(&self) -> Option<&'a Node> {
        self.node
            .get("requestBody")
            .map(|body| self.description.resolve(body))
    }

    /// Returns the parameter that is the body (OpenAPI 2.0).
    pub(crate) fn body_parameter(&self) -> Option<Parameter<'a>> {
        self.parameters
            .iter()
            .find(|parameter| parameter.location == Some(Location::Body))
            .copied()
    }

    /// Returns the `content` of the request body.
    pub(crate) fn request_content(&self) -> Option<&'a Node> {
        self.request_body()?.get("content")
    }

    /// Returns the schema of a media type of a body, which may be a reference (OpenAPI 3.2).
    pub(crate) fn schema_in(&self, content: Option<&'a Node>, media_type: &str) -> Option<&'a Node> {
        self.description.resolve(content?.get(media_type)?).get("schema")
    }

    /// Returns the media types of requests: of the operation, otherwise of the whole document (OpenAPI 2.0),
    /// otherwise of the body.
    pub(crate) fn request_media_types(&self) -> Vec<&'a str> {
        self.listed("consumes").unwrap_or_else(|| {
            self.request_content()
                .into_iter()
                .flat_map(Node::entries)
                .map(|(name, _)| name)
                .collect()
        })
    }

    /// Returns the media types of a response.
    pub(crate) fn response_media_types(&self, response: &'a Node) -> Vec<&'a str> {
        self.listed("produces").unwrap_or_else(|| {
            let content = response.get("content");
            content
                .into_iter()
                .flat_map(Node::entries)
                .map(|(name, _)| name)
                .collect()
        })
    }

    /// Returns `consumes` or `produces` of OpenAPI 2.0.
    fn listed(&self, member: &str) -> Option<Vec<&'a str>> {
        let list = self
            .node
            .get(member)
            .or_else(|| self.description.root().get(member))?;
        Some(list.strings().collect())
    }

    /// Returns the responses by status, with references resolved.
    pub(crate) fn responses(&self) -> impl Iterator<Item = (&'a str, &'a Node)> + use<'a> {
        let description = self.description;
        let responses = self.node.get("responses");
        responses
            .into_iter()
            .flat_map(Node::entries)
            .filter(|(status, _)| !status.starts_with("x-"))
            .map(move |(status, response)| (status, description.resolve(response)))
    }

    /// Returns the schemas of a response by media type. In OpenAPI 2.0 one schema applies to all.
    pub(crate) fn response_schemas(&self, response: &'a Node) -> Vec<(&'a str, Option<&'a Node>)> {
        if self.description.version() == Version::V2 {
            let types = self.response_media_types(response);
            let types = if types.is_empty() {
                vec!["application/json"]
            } else {
                types
            };
            return match response.get("schema") {
                Some(schema) => types
                    .into_iter()
                    .map(|media_type| (media_type, Some(schema)))
                    .collect(),
                None => Vec::new(),
            };
        }
        let content = response.get("content");
        content
            .into_iter()
            .flat_map(Node::entries)
            .map(|(name, _)| (name, self.schema_in(content, name)))
            .collect()
    }

    /// Returns the schemas of the request body by media type.
    pub(crate) fn request_schemas(&self) -> Vec<(&'a str, Option<&'a Node>)> {
        if let Some(body) = self.body_parameter() {
            let types = self.request_media_types();
            let types = if types.is_empty() {
                vec!["application/json"]
            } else {
                types
            };
            return types
                .into_iter()
                .map(|media_type| (media_type, body.schema()))
                .collect();
        }
        let content = self.request_content();
        content
            .into_iter()
            .flat_map(Node::entries)
            .map(|(name, _)| (name, self.schema_in(content, name)))
            .collect()
    }

    /// Returns the security requirements: its own, otherwise those of the document.
    pub(crate) fn security(&self) -> Option<&'a Node> {
        self.node
            .get("security")
            .or_else(|| self.description.root().get("security"))
    }
}

/// Returns the parameters of an operation, followed by those of its path with another name or location.
fn parameters<'a>(description: &'a Description, operation: &'a Node, item: &'a Node) -> Vec<Parameter<'a>> {
    let listed = |node: &'a Node, is_shared: bool| {
        let list = node
            .get("parameters")
            .and_then(Node::as_array)
            .unwrap_or_default();
        list.iter()
            .map(move |parameter| Parameter::new(description.resolve(parameter), is_shared))
    };
    let mut parameters: Vec<Parameter<'a>> = Vec::new();
    for parameter in listed(operation, false).chain(listed(item, true)) {
        let is_present = parameters
            .iter()
            .any(|other| other.name == parameter.name && other.location == parameter.location);
        if !is_present {
            parameters.push(parameter);
        }
    }
    parameters
}
