//! An overview of a description of an HTTP API: operations with their requests and responses.

use contract_openapi::{Description, Operation, document::Node};

/// Maximum number of operations shown.
const MOST_OPERATIONS: usize = 500;
/// Maximum number of fields shown per body.
const MOST_FIELDS: usize = 200;
/// Maximum nesting of the fields shown of a body.
const MOST_DEPTH: usize = 6;

/// An API.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Api {
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) about: String,
    pub(crate) operations: Vec<ApiOperation>,
    /// Number of operations that are not shown.
    pub(crate) left_off: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiOperation {
    /// In upper case.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) about: String,
    pub(crate) is_deprecated: bool,
    pub(crate) parameters: Vec<ApiParameter>,
    /// One for each media type.
    pub(crate) bodies: Vec<ApiBody>,
    pub(crate) responses: Vec<ApiResponse>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiParameter {
    pub(crate) name: String,
    /// `path`, `query`, `header`, `cookie`.
    pub(crate) location: &'static str,
    pub(crate) kind: String,
    pub(crate) is_required: bool,
    pub(crate) about: String,
}

/// A body of one media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiBody {
    pub(crate) media_type: String,
    pub(crate) fields: Vec<ApiField>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiField {
    /// The path from the body: `items[].price`; empty for the body itself.
    pub(crate) path: String,
    pub(crate) kind: String,
    pub(crate) is_required: bool,
    pub(crate) about: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiResponse {
    pub(crate) status: String,
    pub(crate) about: String,
    pub(crate) bodies: Vec<ApiBody>,
}

impl Api {
    /// Returns the overview of a description.
    pub(crate) fn of(description: &Description) -> Self {
        let reader = Reader { description };
        let info = |name| description.root().descend(["info", name]);
        let operations = description.operations();
        Self {
            title: text(info("title")),
            version: text(info("version")),
            about: text(info("description")),
            left_off: operations.len().saturating_sub(MOST_OPERATIONS),
            operations: operations
                .iter()
                .take(MOST_OPERATIONS)
                .map(|operation| reader.operation(operation))
                .collect(),
        }
    }
}

fn text(node: Option<&Node>) -> String {
    node.and_then(Node::scalar_text).unwrap_or_default()
}

fn is_true(node: Option<&Node>) -> bool {
    node.and_then(Node::as_bool) == Some(true)
}

struct Reader<'d> {
    description: &'d Description,
}

impl<'d> Reader<'d> {
    /// Returns the node, or the target of its reference.
    fn resolved(&self, node: &'d Node) -> &'d Node {
        self.description.documents().resolve(node).unwrap_or(node)
    }

    fn operation(&self, operation: &Operation<'d>) -> ApiOperation {
        let node = operation.node;
        let parameters = operation.parameters.iter().filter_map(|parameter| {
            let location = parameter.location?.name();
            let schema = parameter.node.get("schema").unwrap_or(parameter.node);
            (location != "body").then(|| ApiParameter {
                name: parameter.name.to_owned(),
                location,
                kind: kind(self.resolved(schema)),
                is_required: is_true(parameter.node.get("required")),
                about: text(parameter.node.get("description")),
            })
        });
        let body = node.get("requestBody").map(|body| self.resolved(body));
        let mut bodies = body.map_or_else(Vec::new, |body| self.bodies(body));
        // OpenAPI 2.0 has the body among the parameters.
        let older = operation.parameters.iter().filter(|parameter| {
            parameter
                .location
                .is_some_and(|location| location.name() == "body")
        });
        bodies.extend(older.filter_map(|parameter| {
            let schema = parameter.node.get("schema")?;
            Some(self.body("application/json", schema))
        }));
        let responses = node.get("responses").into_iter().flat_map(Node::entries);
        let responses =
            responses
                .filter(|(status, _)| !status.starts_with("x-"))
                .map(|(status, response)| {
                    let response = self.resolved(response);
                    let mut bodies = self.bodies(response);
                    bodies.extend(
                        response
                            .get("schema")
                            .map(|schema| self.body("application/json", schema)),
                    );
                    ApiResponse {
                        status: status.to_owned(),
                        about: text(response.get("description")),
                        bodies,
                    }
                });
        ApiOperation {
            method: operation.method.to_ascii_uppercase(),
            path: operation.path.to_owned(),
            summary: text(node.get("summary")),
            about: text(node.get("description")),
            is_deprecated: operation.is_deprecated(),
            parameters: parameters.collect(),
            bodies,
            responses: responses.collect(),
        }
    }

    fn bodies(&self, node: &'d Node) -> Vec<ApiBody> {
        let content = node.get("content").into_iter().flat_map(Node::entries);
        content
            .map(|(media_type, content)| match content.get("schema") {
                Some(schema) => self.body(media_type, schema),
                None => ApiBody {
                    media_type: media_type.to_owned(),
                    fields: Vec::new(),
                },
            })
            .collect()
    }

    fn body(&self, media_type: &str, schema: &'d Node) -> ApiBody {
        let mut fields = Vec::new();
        self.fields("", true, schema, 0, &mut fields);
        ApiBody {
            media_type: media_type.to_owned(),
            fields,
        }
    }

    /// Adds a schema and its nested fields.
    fn fields(
        &self,
        path: &str,
        is_required: bool,
        schema: &'d Node,
        depth: usize,
        fields: &mut Vec<ApiField>,
    ) {
        if fields.len() >= MOST_FIELDS || depth > MOST_DEPTH {
            return;
        }
        let schema = self.resolved(schema);
        // Each call adds a field, so that their maximum number also limits the work.
        fields.push(ApiField {
            path: path.to_owned(),
            kind: kind(schema),
            is_required,
            about: text(schema.get("description")),
        });
        self.members(path, schema, depth, fields);
        for branch in schema.get("allOf").and_then(Node::as_array).unwrap_or_default() {
            self.members(path, self.resolved(branch), depth + 1, fields);
        }
    }

    fn members(&self, path: &str, schema: &'d Node, depth: usize, fields: &mut Vec<ApiField>) {
        let required: Vec<&str> = schema
            .get("required")
            .map(|list| list.strings().collect())
            .unwrap_or_default();
        for (name, member) in schema.get("properties").into_iter().flat_map(Node::entries) {
            let below = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            };
            self.fields(&below, required.contains(&name), member, depth + 1, fields);
        }
        if let Some(items) = schema.get("items") {
            self.fields(&format!("{path}[]"), true, items, depth + 1, fields);
        }
    }
}

/// Returns a short text for the values that a schema allows: `string (date-time)`, `one of "a", "b"`.
fn kind(schema: &Node) -> String {
    if let Some(list) = schema.get("enum").and_then(Node::as_array) {
        let mut shown: Vec<String> = list
            .iter()
            .take(8)
            .map(|value| value.to_json().to_string())
            .collect();
        if list.len() > shown.len() {
            shown.push("…".to_owned());
        }
        return format!("one of {}", shown.join(", "));
    }
    let mut kind = match schema.get("type") {
        Some(kind) => match kind.as_array() {
            Some(_) => kind.strings().collect::<Vec<_>>().join(" or "),
            None => text(Some(kind)),
        },
        None if schema.get("properties").is_some() || schema.get("allOf").is_some() => "object".to_owned(),
        None if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() => "one of several".to_owned(),
        None => "anything".to_owned(),
    };
    if let Some(format) = schema.get("format").and_then(Node::as_str) {
        kind = format!("{kind} ({format})");
    }
    if is_true(schema.get("nullable")) {
        kind.push_str(" or null");
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recursion_ends_and_members_are_named_by_their_way() {
        let description = Description::from_text(
            "openapi.yaml",
            "
openapi: 3.1.0
info: {title: Trees, version: 2.0.0}
paths:
  /trees/{id}:
    get:
      summary: A tree
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
components:
  schemas:
    Tree:
      type: object
      required: [name]
      properties:
        name: {type: string, format: uuid}
        kind: {enum: [oak, elm]}
        children: {type: array, items: {$ref: '#/components/schemas/Tree'}}
",
        )
        .unwrap();
        let api = Api::of(&description);
        assert_eq!((api.title.as_str(), api.version.as_str()), ("Trees", "2.0.0"));
        let operation = &api.operations[0];
        assert_eq!(
            (operation.method.as_str(), operation.path.as_str()),
            ("GET", "/trees/{id}")
        );
        assert_eq!(operation.parameters[0].kind, "integer");
        let fields = &operation.responses[0].bodies[0].fields;
        let shown: Vec<(&str, &str, bool)> = fields
            .iter()
            .take(6)
            .map(|field| (field.path.as_str(), field.kind.as_str(), field.is_required))
            .collect();
        assert_eq!(
            shown,
            [
                ("", "object", true),
                ("name", "string (uuid)", true),
                ("kind", "one of \"oak\", \"elm\"", false),
                ("children", "array", false),
                ("children[]", "object", true),
                ("children[].name", "string (uuid)", true),
            ]
        );
        assert!(fields.len() <= MOST_FIELDS);
    }
}
