//! `.http` files.

use contract_core::contract::Body;
use contract_core::import::{self, FindingKind, Options, Source};
use serde_json::json;

use super::{findings, imported, refused, request, response};

#[test]
fn requests_with_responses() {
    let text = "\
@host = https://api.test
// users

### create a user
# @name create
POST {{host}}/users
    ?notify=true HTTP/1.1
Content-Type: application/json

{\"name\": \"Ada\"}

> {%
  client.test('x', () => {});
%}

HTTP/1.1 201 Created
Content-Type: application/json

{\"id\": 42}

###
GET {{host}}/users/42
";
    let imported = imported("users.http", text);
    assert_eq!(imported.interactions.len(), 1);
    let interaction = &imported.interactions[0];
    assert_eq!(interaction.description, "create a user");
    let asked = request(interaction);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/users"));
    assert_eq!(asked.query.to_text(), "notify=true");
    assert_eq!(asked.body, Body::json(json!({ "name": "Ada" })));
    assert_eq!(response(interaction).status, Some(201));
    assert_eq!(response(interaction).body, Body::json(json!({ "id": 42 })));
    assert_eq!(
        findings(&imported, FindingKind::Lost),
        ["users.http: line 12: scripts are not read: what they check is not in the contract"]
    );
    let left_out = findings(&imported, FindingKind::LeftOut);
    assert!(
        left_out[0].starts_with("users.http: line 22: the request has no stored response"),
        "{left_out:?}"
    );
}

#[test]
fn a_stored_response_is_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("user.404.json"), r#"{"error": "none"}"#).unwrap();
    let path = folder.path().join("users.http");
    std::fs::write(&path, "GET http://a/users/1\n\n<> user.404.json\n").unwrap();
    let imported = import::read(&Source::read_all([&path]).unwrap(), &Options::default()).unwrap();
    assert_eq!(response(&imported.interactions[0]).status, Some(404));
}

#[test]
fn what_cannot_be_read_is_named_by_its_line() {
    for (text, said) in [
        (
            "WEBSOCKET ws://a/x\n",
            "a.http: line 1: WEBSOCKET is no method of HTTP",
        ),
        ("GET /x\nnonsense\n", "a.http: line 2: a header is expected"),
        (
            "GET /{{area}}\n",
            "a.http: line 1: the variable \"area\" has no value",
        ),
        (
            "GET /x\n\n<> x.json\n",
            "a.http: line 3: the name of a stored response",
        ),
    ] {
        let error = refused("a.http", text);
        assert!(error.contains(said), "{error}");
    }
}
