//! Walks a document along the table.

use super::shape::Shape;
use super::table::{Name, Row, Says, kind};
use crate::description::Version;
use crate::document::{Node, unescape};
use crate::lint::document::{Doc, Spot};
use crate::lint::finding::Segment;
use crate::lint::group::Findings;
use crate::lint::rules::first_repeated;

/// Walks a document, and reports what does not fit.
pub(super) struct Walk<'w, 'f, 'd> {
    doc: &'w Doc<'d>,
    findings: &'w mut Findings<'f>,
    version: Version,
    /// Whether schemas are those of JSON Schema 2020-12, which 3.1 says unless the document names another dialect.
    has_json_schemas: bool,
    path: Vec<Segment>,
}

impl<'w, 'f, 'd> Walk<'w, 'f, 'd> {
    pub(super) fn new(doc: &'w Doc<'d>, findings: &'w mut Findings<'f>) -> Self {
        let dialect = doc.root().node.get("jsonSchemaDialect").and_then(Node::as_str);
        Self {
            doc,
            findings,
            version: doc.version.unwrap_or(Version::V3_1),
            has_json_schemas: dialect
                .is_none_or(|dialect| dialect == "https://spec.openapis.org/oas/3.1/dialect/base"),
            path: Vec::new(),
        }
    }

    pub(super) fn document(mut self) {
        let Spot { node, .. } = self.doc.root();
        self.object("Document", node);
    }

    /// Reports the place, or the place of a member below it.
    fn tell(&mut self, member: Option<&str>, message: impl Into<String>) {
        let mut path = self.path.clone();
        path.extend(member.map(Segment::from));
        self.findings.at(&path, message);
    }

    fn below(&mut self, segment: impl Into<Segment>, walk: impl FnOnce(&mut Self)) {
        self.path.push(segment.into());
        walk(self);
        self.path.pop();
    }

    fn shape(&mut self, shape: &Shape, node: &Node) {
        if let Some(fits) = shape.admits(node) {
            if !fits {
                self.tell(None, format!("the value must be {}", shape.expected()));
            }
            return;
        }
        match shape {
            Shape::Object {
                kind,
                can_be_reference,
            } => self.object_or_reference(kind, *can_be_reference, node),
            Shape::SchemaOrBoolean => {
                self.object_or_reference("Schema", self.version == Version::V3_0, node);
            }
            Shape::ResponseSchema => {
                let is_file = node.get("type").and_then(Node::as_str) == Some("file");
                self.object(if is_file { "FileSchema" } else { "Schema" }, node);
            }
            Shape::SchemaOrList => match node.as_array() {
                Some(elements) => self.list(&schema_of_2(), elements, false, true),
                None => self.object("Schema", node),
            },
            Shape::List {
                element,
                is_unique,
                is_some,
            } => self.list(element, node.as_array().unwrap_or_default(), *is_unique, *is_some),
            Shape::Map {
                member,
                has_component_names,
                is_one,
            } => self.map(member, node, *has_component_names, *is_one),
            // The others are decided above.
            _ => {}
        }
    }

    fn list(&mut self, element: &Shape, elements: &[Node], must_be_unique: bool, is_some: bool) {
        if is_some && elements.is_empty() {
            self.tell(None, "the list must not be empty");
        }
        if must_be_unique && first_repeated(elements).is_some() {
            self.tell(None, "the list must not have an element twice");
        }
        for (index, node) in elements.iter().enumerate() {
            self.below(index, |walk| walk.shape(element, node));
        }
    }

    fn map(&mut self, member: &Shape, node: &Node, has_component_names: bool, is_one: bool) {
        if is_one && node.entries().count() != 1 {
            self.tell(None, "the object must have exactly one member");
        }
        for (name, node) in node.entries() {
            if has_component_names && !is_component_name(name) {
                // OpenAPI 3.0 has no rule for what such a name stands for.
                if self.version != Version::V3_0 {
                    self.tell(
                        Some(name),
                        "the name must consist of letters, digits, `.`, `-` and `_`",
                    );
                }
                continue;
            }
            self.below(name, |walk| walk.shape(member, node));
        }
    }

    fn object_or_reference(&mut self, kind: &str, can_be_reference: bool, node: &Node) {
        match node.get("$ref").filter(|_| can_be_reference) {
            None => self.object(kind, node),
            Some(reference) => self.reference(node, reference),
        }
    }

    fn reference(&mut self, node: &Node, reference: &Node) {
        if reference.as_str().is_none() {
            self.tell(Some("$ref"), "$ref must be a text");
        }
        for (name, member) in node.entries().filter(|(name, _)| *name != "$ref") {
            match self.version {
                Version::V2 => self.tell(Some(name), "nothing must stand beside $ref"),
                Version::V3_1 if ["summary", "description"].contains(&name) && member.as_str().is_none() => {
                    self.tell(Some(name), "the value must be a text");
                }
                _ => {}
            }
        }
    }

    /// Judges an object of a kind.
    fn object(&mut self, name: &str, node: &Node) {
        // Schemas of 3.1 are those of JSON Schema.
        if name == "Schema" && self.version > Version::V3_0 {
            self.json_schema(node);
            return;
        }
        if node.as_object().is_none() {
            self.tell(None, "the value must be an object");
            return;
        }
        let Some(kind) = kind(self.version, name) else {
            return;
        };
        let rows: Vec<&Row> = kind
            .rows
            .iter()
            .filter(|row| row.when.iter().all(|condition| condition.holds(node)))
            .collect();
        for row in &rows {
            self.demand(&row.says, node);
        }
        for (member, value) in node.entries() {
            let shapes: Vec<&Shape> = rows
                .iter()
                .filter_map(|row| match &row.says {
                    Says::Member { name, shape, .. } if name.is(member) => Some(shape),
                    _ => None,
                })
                .collect();
            let is_extension = member.starts_with("x-") && name != "SecurityRequirement";
            let is_open = rows.iter().any(|row| matches!(row.says, Says::Open));
            if shapes.is_empty() {
                // 3.2 has members that the table does not know.
                if !is_extension && !is_open && self.version != Version::V3_2 {
                    self.tell(
                        Some(member),
                        format!("{member} is not a member of this object in this version"),
                    );
                }
                continue;
            }
            if is_extension && name == "Callback" {
                continue;
            }
            for shape in shapes {
                self.below(member, |walk| walk.shape(shape, value));
            }
        }
    }

    /// Reports what the object as a whole must have.
    fn demand(&mut self, says: &Says, node: &Node) {
        let count = |names: &[&str]| names.iter().filter(|name| node.get(name).is_some()).count();
        match says {
            Says::Member {
                name: Name::Exactly(name),
                is_required: true,
                ..
            } if node.get(name).is_none() => self.tell(None, format!("the object must have {name}")),
            Says::OneOf(names) if count(names) != 1 => {
                self.tell(
                    None,
                    format!("the object must have either {}", names.join(" or ")),
                );
            }
            Says::AnyOf(names) if count(names) == 0 => {
                self.tell(None, format!("the object must have {}", names.join(" or ")));
            }
            Says::NotBoth(names) if count(names) > 1 => {
                self.tell(
                    None,
                    format!("the object must not have both {}", names.join(" and ")),
                );
            }
            Says::SomeResponse => {
                let has_one = node.entries().any(|(name, _)| {
                    name == "default"
                        || Name::Status.is(name)
                        || self.version == Version::V2 && Name::Code.is(name)
                });
                // 3.0 counts any member.
                let has_any = self.version == Version::V3_0 && node.entries().next().is_some();
                if !has_one && !has_any {
                    self.tell(None, "there must be a response");
                }
            }
            _ => {}
        }
    }

    /// Judges a schema of OpenAPI 3.1 by the meta-schema of JSON Schema 2020-12, unless it names another dialect.
    fn json_schema(&mut self, schema: &Node) {
        if schema.as_object().is_none() && schema.as_bool().is_none() {
            self.tell(None, "a schema must be an object, true or false");
            return;
        }
        if !self.has_json_schemas || schema.get("$schema").is_some() {
            return;
        }
        let value = schema.to_serde();
        let validator = jsonschema::draft202012::meta::validator();
        for error in validator.iter_errors(&value) {
            let mut path = self.path.clone();
            let mut node = Some(schema);
            for token in error.instance_path().to_string().split('/').skip(1) {
                let name = unescape(token).into_owned();
                let is_array = node.is_some_and(|node| node.as_array().is_some());
                node = node.and_then(|node| node.descend([name.as_str()]));
                path.push(match name.parse::<usize>() {
                    Ok(index) if is_array => Segment::Index(index),
                    _ => Segment::Name(name),
                });
            }
            self.findings
                .at(&path, format!("the schema is not valid: {error}"));
        }
    }
}

impl Name {
    fn is(self, name: &str) -> bool {
        match self {
            Self::Exactly(exactly) => exactly == name,
            Self::Path => name.starts_with('/'),
            Self::Any => true,
            Self::Code => name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Status => match name.as_bytes() {
                [b'1'..=b'5', b'X', b'X'] => true,
                [b'1'..=b'5', second, third] => second.is_ascii_digit() && third.is_ascii_digit(),
                _ => false,
            },
        }
    }
}

fn schema_of_2() -> Shape {
    Shape::Object {
        kind: "Schema",
        can_be_reference: false,
    }
}

fn is_component_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || ".-_".contains(character))
}
