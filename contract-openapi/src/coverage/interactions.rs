//! Records what interactions use of a description.

use std::collections::HashSet;

use super::measure::{MAX_DEPTH, Side, Units, branch_name, parameter_unit};
use super::unit::{Covered, Dimension};
use crate::compare::Exchanged;
use crate::description::{Location, Operation, alternatives, response_for};
use crate::document::{Node, Value, escape};

/// The schemas that were applied to the parts of a body: a second time they cover nothing new.
type Applied = HashSet<(*const Node, *const Node)>;

/// The message that the body belongs to.
#[derive(Clone, Copy)]
struct BodyOf<'s, 'a> {
    operation: &'s Operation<'a>,
    side: Side<'s>,
    consumer: &'s str,
}

impl<'a> Units<'a> {
    /// Records what an interaction uses.
    pub(super) fn exchange(&mut self, consumer: &str, exchanged: &Exchanged<'_, 'a>) {
        let operation = exchanged.operation;
        let full = Covered::Fully;
        self.cover(operation, Dimension::Operation, String::new(), consumer, full);
        for parameter in &operation.parameters {
            let is_sent = match parameter.location {
                Some(Location::Path) => true,
                Some(Location::Query) => exchanged
                    .query_names
                    .iter()
                    .any(|name| is_of_parameter(name, parameter.name)),
                Some(Location::QueryString) => !exchanged.query_names.is_empty(),
                Some(Location::Header) => exchanged
                    .header_names
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(parameter.name)),
                Some(Location::Cookie) => exchanged.cookie_names.iter().any(|name| name == parameter.name),
                Some(Location::FormData) => exchanged
                    .field_names
                    .iter()
                    .any(|name| is_of_parameter(name, parameter.name)),
                Some(Location::Body) => exchanged.request_body.is_some(),
                _ => false,
            };
            if is_sent && let Some(unit) = parameter_unit(parameter) {
                self.cover(operation, Dimension::Parameter, unit, consumer, full);
            }
        }
        for alternative in alternatives(operation) {
            let is_used = alternative.iter().all(|scheme| exchanged.has_credentials(scheme));
            if is_used {
                self.cover(
                    operation,
                    Dimension::Security,
                    alternative.join(" and "),
                    consumer,
                    full,
                );
            }
        }
        if let Some(body) = exchanged.request_body {
            for (media_type, schema) in operation.request_schemas() {
                if let (Some(schema), true) = (schema, exchanged.request_type == Some(media_type)) {
                    let of = BodyOf {
                        operation,
                        side: Side::Request,
                        consumer,
                    };
                    self.body(of, "", schema, body, 0, &mut Applied::new());
                }
            }
        }
        let Some(found) = response_for(operation, exchanged.status) else {
            return;
        };
        self.cover(
            operation,
            Dimension::Response,
            found.name.to_owned(),
            consumer,
            full,
        );
        if let Some(media_type) = exchanged.response_type {
            let unit = format!("{} {media_type}", found.name);
            self.cover(operation, Dimension::Response, unit, consumer, full);
        }
        for (media_type, schema) in operation.response_schemas(found.node) {
            if let (Some(schema), Some(body), true) = (
                schema,
                exchanged.response_body,
                exchanged.response_type == Some(media_type),
            ) {
                let of = BodyOf {
                    operation,
                    side: Side::Response(found.name),
                    consumer,
                };
                self.body(of, "", schema, body, 0, &mut Applied::new());
            }
        }
    }

    /// Records the members, values and branches of a body.
    fn body(
        &mut self,
        of: BodyOf<'_, 'a>,
        way: &str,
        schema: &'a Node,
        body: &Node,
        depth: usize,
        applied: &mut Applied,
    ) {
        let schema = self.description.resolve(schema);
        if depth > MAX_DEPTH || !applied.insert((std::ptr::from_ref(schema), std::ptr::from_ref(body))) {
            return;
        }
        let unit = of.side.unit(way);
        for value in schema.get("enum").and_then(Node::as_array).unwrap_or_default() {
            if value.same_value(body) {
                let unit = format!("{unit} = {}", value.to_json());
                self.cover_part(of, Dimension::EnumValue, unit, Covered::Fully);
            }
        }
        for branch in schema.get("allOf").and_then(Node::as_array).unwrap_or_default() {
            self.body(of, way, branch, body, depth + 1, applied);
        }
        for keyword in ["oneOf", "anyOf"] {
            let branches = schema.get(keyword).and_then(Node::as_array).unwrap_or_default();
            let fitting: Vec<usize> = (0..branches.len())
                .filter(|index| self.may_be(&branches[*index], body))
                .collect();
            let covered = if fitting.len() == 1 {
                Covered::Fully
            } else {
                Covered::Partly
            };
            for index in fitting {
                let branch = &branches[index];
                let unit = format!("{unit} {keyword} {}", branch_name(branch, index));
                self.cover_part(of, Dimension::Branch, unit, covered);
                self.body(of, way, branch, body, depth + 1, applied);
            }
        }
        for (name, property) in schema.get("properties").into_iter().flat_map(Node::entries) {
            let below = format!("{way}/{}", escape(name));
            let unit = of.side.unit(&below);
            match body.get(name) {
                Some(member) => {
                    self.cover_part(of, of.side.field(), unit.clone(), Covered::Fully);
                    if member.is_null() {
                        self.cover_part(of, Dimension::Optionality, unit, Covered::Fully);
                    }
                    self.body(of, &below, property, member, depth + 1, applied);
                }
                // The consumer does not need it in this interaction.
                None if body.as_object().is_some() => {
                    self.cover_part(of, Dimension::Optionality, unit, Covered::Fully);
                }
                None => {}
            }
        }
        if let (Some(items), Some(elements)) = (schema.get("items"), body.as_array()) {
            let below = format!("{way}/*");
            for element in elements {
                self.body(of, &below, items, element, depth + 1, applied);
            }
        }
    }

    fn cover_part(&mut self, of: BodyOf<'_, 'a>, dimension: Dimension, unit: String, covered: Covered) {
        self.cover(of.operation, dimension, unit, of.consumer, covered);
    }

    /// Returns whether a body may match a branch: by its type, its constants and its members.
    fn may_be(&self, branch: &'a Node, body: &Node) -> bool {
        let branch = self.description.resolve(branch);
        let types: Vec<&str> = branch
            .get("type")
            .map(|node| node.as_str().into_iter().chain(node.strings()).collect())
            .unwrap_or_default();
        let has_type = types.is_empty()
            || types.iter().any(|name| {
                matches!(
                    (&body.value, *name),
                    (Value::Object(_), "object")
                        | (Value::Array(_), "array")
                        | (Value::String(_), "string")
                        | (Value::Bool(_), "boolean")
                        | (Value::Null, "null")
                        | (Value::Number(_), "number" | "integer")
                )
            });
        let properties = branch.get("properties");
        let has_members = body.entries().all(|(name, member)| {
            let Some(property) = properties.and_then(|properties| properties.get(name)) else {
                return properties.is_none();
            };
            let property = self.description.resolve(property);
            let constant = property
                .get("const")
                .is_none_or(|constant| constant.same_value(member));
            let listed = property.get("enum").and_then(Node::as_array);
            constant && listed.is_none_or(|listed| listed.contains(member))
        });
        has_type && has_members
    }
}

/// Returns whether a name of a query belongs to a parameter: `filter[from]` and `ids[]` do.
fn is_of_parameter(name: &str, parameter: &str) -> bool {
    name == parameter
        || name
            .strip_prefix(parameter)
            .is_some_and(|rest| rest.starts_with('['))
}
