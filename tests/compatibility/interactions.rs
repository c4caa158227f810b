//! HTTP requests and responses as the tables describe them.

use contract_core::contract::{ContentType, Headers, HttpInteraction, Query, Request, Response};
use cucumber::gherkin::Step;
use cucumber::given;

use crate::fixtures::{self, Payload};
use crate::table::{Row, rows};
use crate::world::Suite;

/// Changes a request to what the row says; columns that are absent leave it as it is.
pub(crate) fn change_request(request: &mut Request, row: &Row) {
    if let Some(method) = row.get("method") {
        method.clone_into(&mut request.method);
    }
    if let Some(path) = row.get("path") {
        path.clone_into(&mut request.path);
    }
    if let Some(query) = row.get("query") {
        request.query = Query::parse(query);
    }
    if let Some(cell) = row.get("headers").or(row.get("raw headers")) {
        replace_headers(&mut request.headers, cell);
    }
    if let Some(body) = row.get("body") {
        let payload = payload(body, row.get("content type"), &mut request.headers);
        request.body = payload.body();
    }
    if let Some(rules) = row.get("matching rules") {
        request.rules = fixtures::rules(rules);
    }
    if let Some(generators) = row.get("generators") {
        request.generators = fixtures::generators(generators);
    }
}

/// Changes a response to what the row says; its columns have this prefix (`response `) or none.
pub(crate) fn change_response(response: &mut Response, row: &Row, prefix: &str) {
    let cell = |column: &str| row.get(&format!("{prefix}{column}"));
    if let Some(status) = row.get("response").or(row.get("status")) {
        response.status = Some(status.parse().expect("a status is a number"));
    }
    if let Some(headers) = cell("headers") {
        replace_headers(&mut response.headers, headers);
    }
    if let Some(body) = cell("body") {
        let payload = payload(body, cell("content"), &mut response.headers);
        response.body = payload.body();
    }
    if let Some(rules) = cell("matching rules") {
        response.rules = fixtures::rules(rules);
    }
    if let Some(generators) = cell("generators") {
        response.generators = fixtures::generators(generators);
    }
}

/// Replaces the header fields, but for the content type, for which there are columns of its own.
fn replace_headers(headers: &mut Headers, cell: &str) {
    let content_type = headers.first("content-type").map(ToOwned::to_owned);
    *headers = fixtures::headers(cell);
    if let Some(content_type) = content_type
        && headers.get("content-type").is_none()
    {
        headers.append("Content-Type", content_type);
    }
}

/// The cell's payload with its content type: what the row says, else the fixture, else what the header said before.
/// The header is set to it.
fn payload(cell: &str, named: Option<&str>, headers: &mut Headers) -> Payload {
    let mut payload = Payload::of(cell);
    payload.content_type = named
        .map(fixtures::content_type_of)
        .or(payload.content_type)
        .or_else(|| header_type(headers));
    if let Some(content_type) = &payload.content_type {
        headers.set("Content-Type", vec![content_type.as_str().to_owned()]);
    }
    payload
}

fn header_type(headers: &Headers) -> Option<ContentType> {
    headers.first("content-type").map(fixtures::content_type_of)
}

/// The numbers of a list: `1, 2`.
pub(crate) fn numbers(list: &str) -> impl Iterator<Item = usize> {
    list.split(',')
        .map(|number| number.trim().parse().expect("interactions have numbers"))
}

#[given("the following HTTP interactions have been defined:")]
fn defined(world: &mut Suite, step: &Step) {
    for row in rows(step) {
        let number = row.get("No").expect("an interaction has a number");
        let mut http = HttpInteraction::default();
        change_request(&mut http.request, &row);
        change_response(&mut http.response, &row, "response ");
        world
            .interactions
            .insert(number.parse().expect("the number is one"), http);
    }
}
