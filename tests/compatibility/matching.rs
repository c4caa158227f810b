//! Steps that compare a request or response with the expected one.

use contract_core::contract::{Request, Response};
use contract_core::matching::{Mismatch, Part, RequestPlan, ResponsePlan};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use regex::Regex;

use crate::interactions::{change_request, change_response};
use crate::table::{only_row, rows};
use crate::world::Suite;

/// What is compared, and how it went.
#[derive(Debug, Default)]
pub(crate) struct State {
    expected: Request,
    received: Vec<Request>,
    expected_response: Response,
    received_response: Response,
    /// The mismatches of each comparison.
    comparisons: Vec<Vec<Mismatch>>,
}

/// Asserts that one of the mismatches is of this part of the message, at this place and with this wording, as far as
/// they are given.
pub(crate) fn assert_contains(mismatches: &[Mismatch], part: Option<&str>, path: Option<&str>, error: &str) {
    // A quote is escaped; `\s*` stands for white space or none.
    let error = regex::escape(&error.replace("\\\"", "\"")).replace(r"\\s\*", r"\s*");
    let error = Regex::new(&error).expect("an escaped text is a regular expression");
    let found = mismatches.iter().any(|mismatch| {
        part.is_none_or(|part| part_name(mismatch.part) == part)
            && path.is_none_or(|path| plain(&mismatch.path) == plain(path))
            && error.is_match(&mismatch.description)
    });
    let all: Vec<String> = mismatches
        .iter()
        .map(|mismatch| format!("\n{} {mismatch}", part_name(mismatch.part)))
        .collect();
    assert!(found, "no mismatch says {error}; there are:{}", all.concat());
}

/// The suite's names of the parts.
fn part_name(part: Part) -> &'static str {
    match part {
        Part::Method => "method",
        Part::Path => "path",
        Part::Query => "query",
        Part::Header => "header",
        Part::Status => "status",
        Part::BodyType => "body-content-type",
        Part::Body => "body",
        Part::Metadata => "metadata",
        other => other.name(),
    }
}

/// A path without the quotes that its names may have or lack.
fn plain(path: &str) -> String {
    path.replace(['\'', '"'], "")
}

/// The description in quotes may hold quotes of its own, and one in the suite lacks its end.
fn unquoted(text: &str) -> &str {
    text.strip_suffix('"').unwrap_or(text)
}

#[given("an expected request configured with the following:")]
fn expected_request(world: &mut Suite, step: &Step) {
    change_request(&mut world.matching.expected, &only_row(step));
}

#[given(regex = r#"^an expected request with an? "([^"]+)" header of "([^"]*)"$"#)]
fn expected_header(world: &mut Suite, name: String, value: String) {
    world.matching.expected.headers.append(name, value);
}

#[given("a request is received with the following:")]
#[given("the following requests are received:")]
fn received_requests(world: &mut Suite, step: &Step) {
    for row in rows(step) {
        let mut request = Request::default();
        change_request(&mut request, &row);
        world.matching.received.push(request);
    }
}

#[given(regex = r#"^a request is received with an? "([^"]+)" header of "([^"]*)"$"#)]
fn received_header(world: &mut Suite, name: String, value: String) {
    let mut request = Request::default();
    request.headers.append(name, value);
    world.matching.received.push(request);
}

#[given("an expected response configured with the following:")]
fn expected_response(world: &mut Suite, step: &Step) {
    change_response(&mut world.matching.expected_response, &only_row(step), "");
}

#[given(regex = r"^a status (\d+) response is received$")]
fn received_response(world: &mut Suite, status: u16) {
    world.matching.received_response.status = Some(status);
}

#[when("the request is compared to the expected one")]
#[when("the requests are compared to the expected one")]
fn compare_requests(world: &mut Suite) {
    let state = &mut world.matching;
    let plan =
        RequestPlan::compile(&state.expected, world.specification).expect("the expected request compiles");
    state.comparisons = state
        .received
        .iter()
        .map(|request| plan.compare(request).into_mismatches())
        .collect();
}

#[when("the response is compared to the expected one")]
fn compare_responses(world: &mut Suite) {
    let state = &mut world.matching;
    let plan = ResponsePlan::compile(&state.expected_response).expect("the expected response compiles");
    state.comparisons = vec![plan.compare(&state.received_response).into_mismatches()];
}

#[then(regex = "^the (?:response )?comparison should be OK$")]
fn is_match(world: &mut Suite) {
    let comparisons = &world.matching.comparisons;
    assert!(!comparisons.is_empty(), "nothing was compared");
    for mismatches in comparisons {
        assert!(mismatches.is_empty(), "it does not match: {mismatches:#?}");
    }
}

#[then(regex = "^the (?:response )?comparison should NOT be OK$")]
fn is_mismatch(world: &mut Suite) {
    let comparisons = &world.matching.comparisons;
    assert!(!comparisons.is_empty(), "nothing was compared");
    for (index, mismatches) in comparisons.iter().enumerate() {
        assert!(!mismatches.is_empty(), "number {} matches", index + 1);
    }
}

#[then(regex = r#"^the mismatches will contain a mismatch with error "([^"]+)" -> "(.*)$"#)]
fn mismatch_at(world: &mut Suite, path: String, error: String) {
    assert_contains(
        &world.matching.comparisons.concat(),
        None,
        Some(&path),
        unquoted(&error),
    );
}

#[then(regex = r#"^the response mismatches will contain an? "([^"]+)" mismatch with error "(.*)"$"#)]
fn response_mismatch(world: &mut Suite, part: String, error: String) {
    assert_contains(&world.matching.comparisons.concat(), Some(&part), None, &error);
}
