//! Consumer tests that are held against a description while they run.

use contract_core::prelude::*;
use contract_openapi::{Description, provider_description};

const DESCRIPTION: &str = "openapi: 3.1.0
info: {title: Users, version: 1.0.0}
paths:
  /users/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: view, in: query, schema: {enum: [short, whole]}}
      responses:
        '200':
          description: the user
          content:
            application/json:
              schema:
                type: object
                required: [name]
                properties:
                  name: {type: string}
                  age: {type: integer}
  /users:
    post:
      requestBody:
        content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}
      responses: {'201': {description: created}}
";

fn a_user(request: impl Into<Request>, response: impl Into<Response>) -> Interaction {
    Interaction::http("a request for a user")
        .request(request)
        .response(response)
        .into()
}

/// What a test is told that expects this.
fn told(interaction: Interaction) -> String {
    let description = Description::from_text("openapi.yaml", DESCRIPTION).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let served = Contract::between("web", "users")
        .directory(directory.path())
        .test_name("tests/users.rs:7 shows_a_user")
        .described_by(provider_description(description))
        .interaction(interaction)
        .serve_blocking();
    match served {
        // What was expected is not asked for: the contract is not what this test is about.
        Ok(provider) => {
            assert!(provider.finish().is_err());
            String::new()
        }
        Err(error) => {
            assert!(error.is_invalid(), "{error}");
            error.to_string()
        }
    }
}

#[test]
fn what_is_described_may_be_expected() {
    let name = Response::ok().json(json_like!({ "name": "Ada" }));
    assert_eq!(told(a_user(Request::get("/users/7"), name)), "");
}

#[test]
fn a_path_with_a_typing_mistake() {
    insta::assert_snapshot!(told(a_user(Request::get("/user/7"), Response::ok())), @r#"
    "a request for a user" needs what "users" does not describe (tests/users.rs:7 shows_a_user)
      request.path: Path or method not defined in spec file: GET /user/7
        described at openapi.yaml:4:3
    "#);
}

#[test]
fn a_field_that_is_not_described() {
    let response = Response::ok().json(json_like!({ "nmae": "Ada" }));
    insta::assert_snapshot!(told(a_user(Request::get("/users/7"), response)), @r#"
    "a request for a user" needs what "users" does not describe (tests/users.rs:7 shows_a_user)
      response.body: Response body is incompatible with the response body schema in the spec file: must NOT have additional properties - nmae
        described at openapi.yaml:15:17
    "#);
}

#[test]
fn a_value_of_another_type() {
    let response = Response::ok().json(json_like!({ "name": "Ada", "age": "36" }));
    insta::assert_snapshot!(told(a_user(Request::get("/users/7"), response)), @r#"
    "a request for a user" needs what "users" does not describe (tests/users.rs:7 shows_a_user)
      response.body.age: Response body is incompatible with the response body schema in the spec file: must be integer
        described at openapi.yaml:19:25
    "#);
}

#[test]
fn a_query_and_a_body_that_the_provider_refuses() {
    let request = Request::get("/users/7").query("view", "long");
    insta::assert_snapshot!(told(a_user(request, Response::ok())), @r#"
    "a request for a user" needs what "users" does not describe (tests/users.rs:7 shows_a_user)
      request.query.view: Value is incompatible with the parameter defined in the spec file: must be equal to one of the allowed values
        described at openapi.yaml:8:44
    "#);
    let request = Request::post("/users").json(json_like!({ "nmae": "Ada" }));
    insta::assert_snapshot!(told(a_user(request, Response::created())), @r#"
    "a request for a user" needs what "users" does not describe (tests/users.rs:7 shows_a_user)
      request.body: Request body is incompatible with the request body schema in the spec file: must have required property 'name'
        described at openapi.yaml:23:61
    "#);
}

#[test]
fn messages_are_not_described_by_openapi() {
    let message = Interaction::message("a user was added").json(json_like!({ "id": 7 }));
    let description = Description::from_text("openapi.yaml", DESCRIPTION).unwrap();
    let description = provider_description(description);
    assert_eq!(description.disagreements(&message.into()).unwrap(), []);
}

#[consumer_test(
    consumer = "web",
    provider = "users",
    openapi = "tests/it/no-such-description.yaml"
)]
#[ignore = "run by a_description_that_is_not_there_is_named"]
fn of_a_description_that_is_not_there(provider: BlockingMockProvider) {
    provider.expect(a_user(Request::get("/users/7"), Response::ok()));
}

#[test]
fn a_description_that_is_not_there_is_named() {
    let panic = std::panic::catch_unwind(of_a_description_that_is_not_there).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("no-such-description.yaml"), "{message}");
}
