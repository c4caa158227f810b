//! The units of a description, and those used by contracts.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{CoverageReport, MissingInSpec};
use super::unit::{CoverageRow, Covered, Dimension};
use crate::Error;
use crate::compare::{Code, Comparator, CompareOptions, ContractFile};
use crate::description::{Description, MediaType, Operation, Parameter, alternatives};
use crate::document::{Node, Position, escape};

/// A contract with the name of its consumer.
#[derive(Debug, Clone)]
pub struct CoverageInput<'c> {
    /// The consumer as named in the report: with its version, if there are several.
    pub consumer: String,
    /// Its contract.
    pub contract: &'c ContractFile,
}

/// Maximum depth of counted schemas: recursion counts once.
pub(super) const MAX_DEPTH: usize = 12;
/// Maximum number of counted schemas of one body.
const MAX_SCHEMAS: usize = 2_000;

/// Measures how much of a description is covered by contracts.
///
/// # Errors
///
/// A contract cannot be parsed, a reference of the description leads nowhere, or its schemas are too complex to compare.
///
/// ```
/// use contract_openapi::coverage::{CoverageInput, coverage};
/// use contract_openapi::{ContractFile, Description};
///
/// let description = Description::from_text("openapi.yaml", "
/// openapi: 3.0.3
/// paths:
///   /a: {get: {responses: {200: {description: a}, 404: {description: b}}}}
///   /b: {get: {responses: {200: {description: c}}}}
/// ")?;
/// let contract = ContractFile::from_text("web.json", r#"{"interactions": [
///   {"description": "a", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}}
/// ]}"#)?;
/// let report = coverage(&description, &[CoverageInput { consumer: "web".into(), contract: &contract }])?;
/// let totals = report.totals();
/// assert_eq!((totals[0].covered, totals[0].counted), (1, 2)); // operations
/// assert_eq!((totals[1].covered, totals[1].counted), (1, 3)); // responses
/// # Ok::<(), contract_openapi::Error>(())
/// ```
pub fn coverage(description: &Description, contracts: &[CoverageInput<'_>]) -> Result<CoverageReport, Error> {
    let report = coverage_while(description, contracts, &|| true)?;
    Ok(report.unwrap_or_default())
}

/// Measures as long as `wanted` returns true, which is called before each contract and each interaction; `None` if it was
/// cancelled.
///
/// # Errors
///
/// See [`coverage`].
///
/// ```
/// use contract_openapi::coverage::{CoverageInput, coverage_while};
/// use contract_openapi::{ContractFile, Description};
///
/// let description = Description::from_text("openapi.yaml", "openapi: 3.1.0\npaths: {}")?;
/// let contract = ContractFile::from_text("web.json", r#"{"interactions": []}"#)?;
/// let inputs = [CoverageInput { consumer: "web".into(), contract: &contract }];
/// assert!(coverage_while(&description, &inputs, &|| false)?.is_none());
/// # Ok::<(), contract_openapi::Error>(())
/// ```
pub fn coverage_while(
    description: &Description,
    contracts: &[CoverageInput<'_>],
    wanted: &dyn Fn() -> bool,
) -> Result<Option<CoverageReport>, Error> {
    let options = CompareOptions {
        sets: false,
        ..CompareOptions::default()
    };
    let comparator = Comparator::new(description, options)?;
    let mut units = Units::of(description);
    let mut report = CoverageReport::default();
    for input in contracts {
        report.population.push(input.consumer.clone());
        for exchanged in comparator.exchanges(input.contract)? {
            if !wanted() {
                return Ok(None);
            }
            units.exchange(&input.consumer, &exchanged);
        }
        let Some(comparison) = comparator.compare_while(input.contract, wanted)? else {
            return Ok(None);
        };
        for finding in comparison.findings {
            if is_missing(finding.code) {
                report.missing_in_spec.push(MissingInSpec {
                    consumer: input.consumer.clone(),
                    code: finding.code,
                    message: finding.message,
                    place: finding.contract.and_then(|side| side.place),
                });
            }
        }
    }
    report.rows = units.rows;
    Ok(Some(report))
}

/// Returns whether a finding means that the description lacks something that a contract uses.
fn is_missing(code: Code) -> bool {
    matches!(
        code,
        Code::RequestPathOrMethodUnknown
            | Code::RequestHeaderUnknown
            | Code::RequestQueryUnknown
            | Code::ResponseStatusUnknown
            | Code::ResponseHeaderUnknown
            | Code::ResponseBodyIncompatible
    )
}

/// Identifies a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    dimension: Dimension,
    method: String,
    path: String,
    unit: String,
}

/// All units of a description.
pub(super) struct Units<'a> {
    pub(super) description: &'a Description,
    rows: Vec<CoverageRow>,
    index: BTreeMap<Key, usize>,
}

impl<'a> Units<'a> {
    fn of(description: &'a Description) -> Self {
        let mut units = Self {
            description,
            rows: Vec::new(),
            index: BTreeMap::new(),
        };
        for operation in description.operations() {
            units.operation(&operation);
        }
        units
    }

    fn add(&mut self, operation: &Operation<'_>, dimension: Dimension, unit: String, at: Position) {
        let key = key(operation, dimension, unit.clone());
        if self.index.contains_key(&key) {
            return;
        }
        let is_internal = operation.node.get("x-internal").and_then(Node::as_bool) == Some(true);
        self.index.insert(key, self.rows.len());
        self.rows.push(CoverageRow {
            dimension,
            method: operation.method.to_ascii_uppercase(),
            path: operation.path.to_owned(),
            unit,
            covered: Covered::No,
            consumers: Vec::new(),
            excluded: is_internal.then(|| "x-internal".to_owned()),
            place: self.description.documents().place(at),
        });
    }

    fn operation(&mut self, operation: &Operation<'a>) {
        self.add(operation, Dimension::Operation, String::new(), operation.at);
        for parameter in &operation.parameters {
            if let Some(unit) = parameter_unit(parameter) {
                self.add(operation, Dimension::Parameter, unit, parameter.node.at);
            }
        }
        for alternative in alternatives(operation) {
            self.add(
                operation,
                Dimension::Security,
                alternative.join(" and "),
                operation.at,
            );
        }
        for (media_type, schema) in operation.request_schemas() {
            if let Some(schema) = schema.filter(|_| MediaType::parse(media_type).is_json()) {
                self.schema(operation, Side::Request, "", schema, &mut Walk::default());
            }
        }
        for (status, response) in operation.responses() {
            let schemas = operation.response_schemas(response);
            if schemas.is_empty() {
                self.add(operation, Dimension::Response, status.to_owned(), response.at);
            }
            for (media_type, schema) in schemas {
                self.add(
                    operation,
                    Dimension::Response,
                    format!("{status} {media_type}"),
                    response.at,
                );
                if let Some(schema) = schema.filter(|_| MediaType::parse(media_type).is_json()) {
                    self.schema(
                        operation,
                        Side::Response(status),
                        "",
                        schema,
                        &mut Walk::default(),
                    );
                }
            }
        }
    }

    /// Adds the units of a schema at a place.
    fn schema(
        &mut self,
        operation: &Operation<'a>,
        side: Side<'_>,
        way: &str,
        schema: &'a Node,
        walk: &mut Walk,
    ) {
        let schema = self.description.resolve(schema);
        let address = std::ptr::from_ref(schema).addr();
        if walk.depth > MAX_DEPTH || walk.work > MAX_SCHEMAS || !walk.active.insert(address) {
            return;
        }
        walk.depth += 1;
        walk.work += 1;
        for value in schema.get("enum").and_then(Node::as_array).unwrap_or_default() {
            let unit = format!("{} = {}", side.unit(way), value.to_json());
            self.add(operation, Dimension::EnumValue, unit, value.at);
        }
        for keyword in ["oneOf", "anyOf"] {
            for (index, branch) in schema
                .get(keyword)
                .and_then(Node::as_array)
                .unwrap_or_default()
                .iter()
                .enumerate()
            {
                let unit = format!("{} {keyword} {}", side.unit(way), branch_name(branch, index));
                self.add(operation, Dimension::Branch, unit, branch.at);
                self.schema(operation, side, way, branch, walk);
            }
        }
        for branch in schema.get("allOf").and_then(Node::as_array).unwrap_or_default() {
            self.schema(operation, side, way, branch, walk);
        }
        let required: Vec<&str> = schema
            .get("required")
            .into_iter()
            .flat_map(Node::strings)
            .collect();
        for (name, property) in schema.get("properties").into_iter().flat_map(Node::entries) {
            let below = format!("{way}/{}", escape(name));
            self.add(operation, side.field(), side.unit(&below), property.at);
            let is_nullable = may_be_null(self.description.resolve(property));
            if side != Side::Request && (is_nullable || !required.contains(&name)) {
                self.add(operation, Dimension::Optionality, side.unit(&below), property.at);
            }
            self.schema(operation, side, &below, property, walk);
        }
        if let Some(items) = schema.get("items") {
            self.schema(operation, side, &format!("{way}/*"), items, walk);
        }
        walk.depth -= 1;
        walk.active.remove(&address);
    }

    pub(super) fn cover(
        &mut self,
        operation: &Operation<'_>,
        dimension: Dimension,
        unit: String,
        consumer: &str,
        covered: Covered,
    ) {
        let Some(index) = self.index.get(&key(operation, dimension, unit)) else {
            return;
        };
        let row = &mut self.rows[*index];
        row.covered = row.covered.max(covered);
        if !row.consumers.iter().any(|other| other == consumer) {
            row.consumers.push(consumer.to_owned());
        }
    }
}

/// The position of a walk through schemas.
#[derive(Default)]
struct Walk {
    depth: usize,
    work: usize,
    active: BTreeSet<usize>,
}

/// The message that a body belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side<'s> {
    Request,
    /// With this status.
    Response(&'s str),
}

impl Side<'_> {
    pub(super) fn unit(self, way: &str) -> String {
        let way = if way.is_empty() { "/" } else { way };
        match self {
            Self::Request => way.to_owned(),
            Self::Response(status) => format!("{status} {way}"),
        }
    }

    /// Returns the dimension for the members of its body.
    pub(super) fn field(self) -> Dimension {
        match self {
            Self::Request => Dimension::RequestField,
            Self::Response(_) => Dimension::ResponseField,
        }
    }
}

fn key(operation: &Operation<'_>, dimension: Dimension, unit: String) -> Key {
    Key {
        dimension,
        method: operation.method.to_ascii_uppercase(),
        path: operation.path.to_owned(),
        unit,
    }
}

pub(super) fn parameter_unit(parameter: &Parameter<'_>) -> Option<String> {
    Some(format!("{} {}", parameter.location?.name(), parameter.name))
}

pub(super) fn branch_name(branch: &Node, index: usize) -> String {
    let reference = branch
        .get("$ref")
        .and_then(Node::as_str)
        .and_then(|reference| reference.rsplit('/').next());
    let name = reference.or_else(|| branch.get("title").and_then(Node::as_str));
    name.map_or_else(|| (index + 1).to_string(), str::to_owned)
}

fn may_be_null(schema: &Node) -> bool {
    let has_null = |node: &Node| node.as_str() == Some("null") || node.strings().any(|name| name == "null");
    schema.get("nullable").and_then(Node::as_bool) == Some(true) || schema.get("type").is_some_and(has_null)
}
