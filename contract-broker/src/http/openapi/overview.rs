//! An overview of the API for people: the operations by group.

use std::collections::BTreeMap;

use utoipa::openapi::{Content, HttpMethod, OpenApi, PathItem, RefOr, path::Operation};

use super::group::method_name;

/// The operations of one group.
#[derive(Debug, Clone)]
pub(crate) struct OperationGroup {
    pub(crate) name: String,
    pub(crate) operations: Vec<OperationSummary>,
}

/// The summary of an operation.
#[derive(Debug, Clone)]
pub(crate) struct OperationSummary {
    /// In upper case.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    /// The names of query parameters.
    pub(crate) query: Vec<String>,
    /// Name of the schema of the body; `None` without a body.
    pub(crate) takes: Option<String>,
    /// The status of a successful response.
    pub(crate) status: String,
    /// Content of a successful response: names of schemas, or media types.
    pub(crate) gives: Vec<String>,
}

/// Returns every operation, by group and path.
pub(crate) fn overview(description: &OpenApi) -> Vec<OperationGroup> {
    let mut groups: BTreeMap<&str, Vec<OperationSummary>> = BTreeMap::new();
    for (path, item) in &description.paths.paths {
        for (method, operation) in operations(item) {
            let group = operation.tags.as_ref().and_then(|tags| tags.first());
            let group = group.map_or("", String::as_str);
            let summary = OperationSummary::of(&method, path, operation);
            groups.entry(group).or_default().push(summary);
        }
    }
    groups
        .into_iter()
        .map(|(name, operations)| OperationGroup {
            name: name.to_owned(),
            operations,
        })
        .collect()
}

impl OperationSummary {
    fn of(method: &HttpMethod, path: &str, operation: &Operation) -> Self {
        let query = operation.parameters.iter().flatten();
        let query = query.filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter.name.clone()),
            RefOr::Ref(_) => None,
        });
        let takes = match &operation.request_body {
            Some(RefOr::T(body)) => body.content.values().find_map(schema_name),
            _ => None,
        };
        let success = operation
            .responses
            .responses
            .iter()
            .find(|(status, _)| *status != "default");
        let contents = match success {
            Some((_, RefOr::T(response))) => Some(&response.content),
            _ => None,
        };
        let gives = contents
            .into_iter()
            .flatten()
            .map(|(media, content)| schema_name(content).unwrap_or_else(|| media.clone()));
        Self {
            method: method_name(method).to_uppercase(),
            path: path.to_owned(),
            summary: operation.summary.clone().unwrap_or_default(),
            query: query.collect(),
            takes,
            status: success.map(|(status, _)| status.clone()).unwrap_or_default(),
            gives: gives.collect(),
        }
    }
}

/// Returns the name of the schema that a content refers to.
fn schema_name(content: &RefOr<Content>) -> Option<String> {
    let RefOr::T(Content {
        schema: Some(RefOr::Ref(schema)),
        ..
    }) = content
    else {
        return None;
    };
    let name = schema.ref_location.rsplit('/').next()?;
    Some(name.to_owned())
}

fn operations(item: &PathItem) -> impl Iterator<Item = (HttpMethod, &Operation)> {
    [
        (HttpMethod::Get, &item.get),
        (HttpMethod::Post, &item.post),
        (HttpMethod::Put, &item.put),
        (HttpMethod::Patch, &item.patch),
        (HttpMethod::Delete, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}
