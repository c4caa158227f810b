//! Steps that apply generators to a request or response.

use contract_core::contract::{Members, Request, Response};
use contract_core::generate::{self, Context};
use contract_core::json::{self, Value};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use crate::interactions::{change_request, change_response};
use crate::made::{assert_fits, assert_replaced};
use crate::table::{lines, only_row};
use crate::world::Suite;

/// What the generators are applied to, and what came out.
#[derive(Debug, Default)]
pub(crate) struct State {
    request: Request,
    response: Response,
    for_provider: bool,
    prepared: Request,
    prepared_response: Response,
}

/// The side that the scenario is about, with these values of provider states.
fn context(for_provider: bool, state_values: Members) -> Context {
    if for_provider {
        Context::provider(state_values)
    } else {
        Context::consumer()
    }
}

/// The value of this name in the request or response: a part, or a part with the name of a field or parameter.
fn part(name: &str, request: &Request, response: Option<&Response>) -> String {
    let headers = response.map_or(&request.headers, |response| &response.headers);
    let (part, field) = match name.split_once('[') {
        Some((part, field)) => (part, field.trim_end_matches(']')),
        None => (name, ""),
    };
    let value = match part {
        "path" => Some(request.path.clone()),
        "status" => response
            .and_then(|response| response.status)
            .map(|status| status.to_string()),
        "header" => headers.first(field).map(ToOwned::to_owned),
        "queryParameter" => request
            .query
            .get(field)
            .and_then(|values| values.first().cloned().flatten()),
        other => panic!("{other:?} is no part of a request or response"),
    };
    value.unwrap_or_else(|| panic!("there is no {name}"))
}

#[given("a request configured with the following generators:")]
fn request(world: &mut Suite, step: &Step) {
    let request = &mut world.generators.request;
    // An example of everything that generators of the suite replace.
    "GET".clone_into(&mut request.method);
    "/example".clone_into(&mut request.path);
    request.headers.append("X-TEST", "example");
    request.query.append("v1", Some("example".to_owned()));
    change_request(request, &only_row(step));
}

#[given("a response configured with the following generators:")]
fn response(world: &mut Suite, step: &Step) {
    let response = &mut world.generators.response;
    response.status = Some(200);
    response.headers.append("X-TEST", "example");
    change_response(response, &only_row(step), "");
}

#[given(regex = r#"^the generator test mode is set as "(Consumer|Provider)"$"#)]
fn set_mode(world: &mut Suite, mode: String) {
    world.generators.for_provider = mode == "Provider";
}

#[when("the request is prepared for use")]
fn prepare_request(world: &mut Suite) {
    let state = &mut world.generators;
    state.prepared = generate::request(&state.request, &context(state.for_provider, Members::new()))
        .expect("the generators apply");
}

#[when(regex = r#"^the request is prepared for use with a "(providerState|mockServer)" context:$"#)]
fn prepare_request_with(world: &mut Suite, step: &Step, kind: String) {
    let state = &mut world.generators;
    let given: Value = json::from_str(&lines(step)[0][0]).expect("the context is JSON");
    let given = given.as_object().expect("the context is an object").clone();
    let context = if kind == "providerState" {
        context(state.for_provider, given)
    } else {
        let href = given["href"].as_str().expect("the address is text").to_owned();
        context(state.for_provider, Members::new()).with_mock_server_url(href)
    };
    state.prepared = generate::request(&state.request, &context).expect("the generators apply");
}

#[when("the response is prepared for use")]
fn prepare_response(world: &mut Suite) {
    let state = &mut world.generators;
    state.prepared_response =
        generate::response(&state.response, &context(state.for_provider, Members::new()))
            .expect("the generators apply");
    // The body steps look at what was prepared, whichever it is.
    state.prepared.body = state.prepared_response.body.clone();
}

#[then(regex = r#"^the body value for "\$\.([^"]+)" will have been replaced with an? "([^"]*)"$"#)]
#[then(regex = r#"^the body value for "\$\.([^"]+)" will have been replaced with "([^"]*)"$"#)]
fn replaced(world: &mut Suite, field: String, what: String) {
    assert_replaced(&world.generators.prepared.body, &field, &what);
}

#[then(regex = r#"^the request "([^"]+)" will be set as "([^"]*)"$"#)]
fn request_set(world: &mut Suite, name: String, value: String) {
    assert_eq!(part(&name, &world.generators.prepared, None), value);
}

#[then(regex = r#"^the request "([^"]+)" will match "([^"]*)"$"#)]
fn request_matches(world: &mut Suite, name: String, pattern: String) {
    assert_fits(&part(&name, &world.generators.prepared, None), &pattern);
}

#[then(regex = r#"^the response "([^"]+)" will match "([^"]*)"$"#)]
fn response_matches(world: &mut Suite, name: String, pattern: String) {
    let state = &world.generators;
    assert_fits(
        &part(&name, &state.prepared, Some(&state.prepared_response)),
        &pattern,
    );
}

#[then(regex = r#"^the response "([^"]+)" will not be "([^"]*)"$"#)]
fn response_is_not(world: &mut Suite, name: String, value: String) {
    let state = &world.generators;
    assert_ne!(
        part(&name, &state.prepared, Some(&state.prepared_response)),
        value
    );
}
