//! Parameters of an operation.

use crate::document::{Node, Object, Value};

/// The location of a parameter in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// The whole query, as a document (OpenAPI 3.2).
    QueryString,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
    /// The body (OpenAPI 2.0).
    Body,
    /// A field of a form in the body (OpenAPI 2.0).
    FormData,
}

impl Location {
    /// Returns the location with this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "path" => Self::Path,
            "query" => Self::Query,
            "querystring" => Self::QueryString,
            "header" => Self::Header,
            "cookie" => Self::Cookie,
            "body" => Self::Body,
            "formData" => Self::FormData,
            _ => return None,
        })
    }

    /// Returns its name in a description.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::QueryString => "querystring",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
            Self::FormData => "formData",
        }
    }
}

/// A parameter of an operation, with references resolved.
#[derive(Debug, Clone, Copy)]
pub struct Parameter<'a> {
    /// Its node.
    pub node: &'a Node,
    /// Its location in a request; `None` if the description does not specify it.
    pub location: Option<Location>,
    /// Its name; empty if the description does not specify it.
    pub name: &'a str,
    /// Whether it is defined by the path, for all its operations.
    pub is_shared: bool,
}

/// How the value of a parameter is serialised (OpenAPI 3.0, "style values").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    /// `collectionFormat: tsv` (OpenAPI 2.0).
    TabDelimited,
}

impl<'a> Parameter<'a> {
    pub(super) fn new(node: &'a Node, is_shared: bool) -> Self {
        let text = |member| node.get(member).and_then(Node::as_str);
        Self {
            node,
            location: text("in").and_then(Location::named),
            name: text("name").unwrap_or(""),
            is_shared,
        }
    }

    /// Returns a header of a response, whose name is that of its member.
    pub(crate) fn header(node: &'a Node) -> Self {
        Self {
            node,
            location: Some(Location::Header),
            name: "",
            is_shared: false,
        }
    }

    /// Returns whether it must be sent. A path parameter always must (OpenAPI 3.0, "parameter object").
    pub fn is_required(&self) -> bool {
        self.location == Some(Location::Path)
            || self.node.get("required").and_then(Node::as_bool) == Some(true)
    }

    /// Returns its schema, if it has one (`schema`).
    pub fn schema(&self) -> Option<&'a Node> {
        self.node.get("schema")
    }

    /// Returns its schema; in OpenAPI 2.0 the parameter itself without the members that do not belong to a
    /// schema.
    pub(crate) fn schema_or_self(&self) -> Node {
        if let Some(schema) = self.schema() {
            return schema.clone();
        }
        let mut schema = self.node.clone();
        if let Value::Object(object) = &mut schema.value {
            for member in ["name", "in", "description", "required"] {
                object.remove(member);
            }
        }
        schema
    }

    /// Returns the media type and schema of a parameter that is serialised as a document (`content`).
    pub(crate) fn content(&self) -> Option<(&'a str, Option<&'a Node>)> {
        let (media_type, content) = self.node.get("content")?.entries().next()?;
        Some((media_type, content.get("schema")))
    }

    /// Returns how its value is serialised.
    pub(crate) fn style(&self) -> Style {
        let text = |member| self.node.get(member).and_then(Node::as_str);
        match (text("style"), text("collectionFormat")) {
            (Some("label"), _) => Style::Label,
            (Some("matrix"), _) => Style::Matrix,
            (Some("form"), _) => Style::Form,
            (Some("spaceDelimited"), _) | (None, Some("ssv")) => Style::SpaceDelimited,
            (Some("pipeDelimited"), _) | (None, Some("pipes")) => Style::PipeDelimited,
            (Some("deepObject"), _) => Style::DeepObject,
            (None, Some("tsv")) => Style::TabDelimited,
            (Some("simple"), _) => Style::Simple,
            _ if matches!(self.location, Some(Location::Query | Location::Cookie)) => Style::Form,
            _ => Style::Simple,
        }
    }

    /// Returns whether elements and members are serialised one by one; by default only in style `form`. In
    /// OpenAPI 2.0 only with `collectionFormat: multi`.
    pub(crate) fn explodes(&self) -> bool {
        if let Some(format) = self.node.get("collectionFormat").and_then(Node::as_str) {
            return format == "multi";
        }
        if self.schema().is_none() && self.node.get("type").is_some() {
            return false;
        }
        self.node
            .get("explode")
            .and_then(Node::as_bool)
            .unwrap_or(self.style() == Style::Form)
    }
}

/// Returns the fields of a form of OpenAPI 2.0 as the schema of an object.
pub(crate) fn form_schema(parameters: &[Parameter<'_>]) -> Option<Node> {
    let mut properties = Object::default();
    let mut required = Vec::new();
    let mut at = None;
    for parameter in parameters
        .iter()
        .filter(|parameter| parameter.location == Some(Location::FormData))
    {
        at.get_or_insert(parameter.node.at);
        properties.insert(parameter.name, parameter.schema_or_self());
        if parameter.is_required() {
            required.push(Node::from(parameter.name));
        }
    }
    let at = at?;
    let schema: Object = [
        ("type", Node::from("object")),
        ("properties", properties.into()),
        ("required", required.into()),
    ]
    .into_iter()
    .collect();
    Some(Node {
        value: Value::Object(schema),
        at,
    })
}
