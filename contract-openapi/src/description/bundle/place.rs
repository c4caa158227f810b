//! What stands where in a description.

use crate::description::{ADDITIONAL_OPERATIONS, METHODS, QUERY};

/// A kind of object that references may lead to, or that has references below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Schema,
    Parameter,
    Response,
    Header,
    RequestBody,
    Example,
    Link,
    Callback,
    SecurityScheme,
    PathItem,
    Operation,
    MediaType,
    Encoding,
}

impl Kind {
    /// Kinds that can be components.
    pub(super) const COMPONENTS: [Self; 9] = [
        Self::Schema,
        Self::Parameter,
        Self::Response,
        Self::Header,
        Self::RequestBody,
        Self::Example,
        Self::Link,
        Self::Callback,
        Self::SecurityScheme,
    ];

    /// Returns where components of the kind stand; `None` if the version has none of it.
    pub(super) fn section(self, is_v2: bool) -> Option<&'static [&'static str]> {
        Some(match (self, is_v2) {
            (Self::Schema, true) => &["definitions"],
            (Self::Parameter, true) => &["parameters"],
            (Self::Response, true) => &["responses"],
            (Self::Schema, false) => &["components", "schemas"],
            (Self::Parameter, false) => &["components", "parameters"],
            (Self::Response, false) => &["components", "responses"],
            (Self::Header, false) => &["components", "headers"],
            (Self::RequestBody, false) => &["components", "requestBodies"],
            (Self::Example, false) => &["components", "examples"],
            (Self::Link, false) => &["components", "links"],
            (Self::Callback, false) => &["components", "callbacks"],
            (Self::SecurityScheme, false) => &["components", "securitySchemes"],
            _ => return None,
        })
    }

    fn member(self, name: &str, is_v2: bool) -> Place {
        match (self, name) {
            (Self::Schema, _) => member_of_schema(name),
            (Self::Callback, _) => Place::Of(Self::PathItem),
            (Self::PathItem | Self::Operation, "parameters") => Place::ListOf(Self::Parameter),
            (Self::PathItem, QUERY) => Place::Of(Self::Operation),
            (Self::PathItem, ADDITIONAL_OPERATIONS) => Place::MapOf(Self::Operation),
            (Self::PathItem, _) if METHODS.contains(&name) => Place::Of(Self::Operation),
            (Self::Operation, "requestBody") => Place::Of(Self::RequestBody),
            (Self::Operation, "responses") => Place::MapOf(Self::Response),
            (Self::Operation, "callbacks") => Place::MapOf(Self::Callback),
            (Self::Response | Self::Encoding, "headers") => Place::MapOf(Self::Header),
            (Self::Response, "links") => Place::MapOf(Self::Link),
            (Self::Response, "examples") if is_v2 => Place::Data,
            (Self::Parameter | Self::Header | Self::MediaType, "examples") => Place::MapOf(Self::Example),
            (Self::Parameter | Self::Header | Self::MediaType, "example" | "default" | "enum")
            | (Self::Example, _) => Place::Data,
            (Self::MediaType, "encoding") => Place::MapOf(Self::Encoding),
            (_, "content") => Place::MapOf(Self::MediaType),
            (_, "schema") => Place::Of(Self::Schema),
            _ => Place::Other,
        }
    }
}

fn member_of_schema(name: &str) -> Place {
    match name {
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
            Place::MapOf(Kind::Schema)
        }
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Place::ListOf(Kind::Schema),
        "items"
        | "additionalItems"
        | "additionalProperties"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contains"
        | "propertyNames" => Place::Of(Kind::Schema),
        "example" | "examples" | "default" | "enum" | "const" => Place::Data,
        "discriminator" => Place::Discriminator,
        _ => Place::Other,
    }
}

/// A place in a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The whole.
    Document,
    /// `components`.
    AllComponents,
    /// Components of a kind by their names.
    Components(Kind),
    /// An object of a kind.
    Of(Kind),
    /// An object of such by their names.
    MapOf(Kind),
    /// A list of such.
    ListOf(Kind),
    /// `discriminator` of a schema.
    Discriminator,
    /// `mapping` of a discriminator, and its values.
    Mapping,
    /// What has no references: examples, extensions.
    Data,
    /// Anything else.
    Other,
}

impl Place {
    /// Returns the place of a member.
    pub(super) fn member(self, name: &str, is_v2: bool) -> Self {
        // Members of maps are named as their authors like.
        match self {
            Self::MapOf(kind) | Self::Components(kind) => return Self::Of(kind),
            Self::Mapping => return Self::Mapping,
            _ if name.starts_with("x-") => return Self::Data,
            _ => {}
        }
        match (self, name) {
            (Self::Document, "paths" | "webhooks") | (Self::AllComponents, "pathItems") => {
                Self::MapOf(Kind::PathItem)
            }
            (Self::AllComponents, "mediaTypes") => Self::MapOf(Kind::MediaType),
            (Self::Document, "components") => Self::AllComponents,
            (Self::Document, _) if is_v2 => Kind::COMPONENTS
                .into_iter()
                .find(|kind| kind.section(true).is_some_and(|way| way == [name]))
                .map_or(Self::Other, Self::Components),
            (Self::AllComponents, _) => Kind::COMPONENTS
                .into_iter()
                .find(|kind| kind.section(false).and_then(|way| way.last().copied()) == Some(name))
                .map_or(Self::Other, Self::Components),
            (Self::Of(kind), _) => kind.member(name, is_v2),
            (Self::Discriminator, "mapping") => Self::Mapping,
            (Self::Data, _) => Self::Data,
            _ => Self::Other,
        }
    }

    /// Returns the place of an element.
    pub(super) fn element(self) -> Self {
        match self {
            Self::ListOf(kind) | Self::Of(kind) => Self::Of(kind),
            Self::Data => Self::Data,
            _ => Self::Other,
        }
    }
}
