//! Mends about media types, contents of version 4 and messages, with both verdicts.

use contract_openapi::{CompareOptions, Level, Mends};
use serde_json::{Value, json};

use crate::mends::{NOTHING, answered, answering, findings, get, verdicts};

#[test]
fn media_type_parameters() {
    let paths = "
openapi: 3.0.3
paths:
  /a:
    post:
      requestBody:
        content:
          application/json; profile=long: {schema: {type: object, required: [size], properties: {size: {type: integer}}}}
          application/json;profile=short: {schema: {type: object, properties: {id: {type: integer}}, additionalProperties: false}}
      responses:
        '200':
          content:
            application/json; profile=long: {schema: {type: object, properties: {size: {type: integer}}}}
            application/json;profile=short: {schema: {type: object, properties: {id: {type: integer}}}}
";
    let of = |sent: &str, answered: &str| {
        let interaction = json!({
            "description": "d",
            "request": {"method": "POST", "path": "/a", "headers": {"Content-Type": sent}, "body": {"id": 1}},
            "response": {"status": 200, "headers": {"Content-Type": answered}, "body": {"id": 1}},
        });
        verdicts(paths, &interaction, |mends| mends.media_type_parameters = false)
    };
    let short = "application/json; charset=utf-8; profile=\"short\"";
    let of_short = of(short, short);
    assert_eq!(of_short.mended, NOTHING);
    assert_eq!(
        of_short.unmended,
        ["request.body.incompatible", "response.body.incompatible"]
    );
    let other = "application/json;profile=other";
    let of_other = of(other, short);
    assert!(
        of_other
            .mended
            .contains(&"request.content-type.incompatible".to_owned()),
        "{:?}",
        of_other.mended
    );
    assert!(
        !of_other
            .unmended
            .contains(&"request.content-type.incompatible".to_owned())
    );
    let of_other = of(short, other);
    assert_eq!(of_other.mended[0], "response.content-type.incompatible");
    // A consumer that names no profile may mean each of them.
    assert!(
        !of("application/json", "application/json")
            .mended
            .iter()
            .any(|code| code.contains("content-type"))
    );
}

/// The message of the first error with all mends, and without `clear_messages`.
fn messages(paths: &str, interaction: &Value) -> [String; 2] {
    let contract = json!({"interactions": [interaction]});
    [true, false].map(|clear_messages| {
        let mends = Mends {
            clear_messages,
            ..Mends::all()
        };
        let findings = findings(paths, &contract, with(mends)).unwrap();
        let error = findings.iter().find(|finding| finding.level == Level::Error);
        error.unwrap().message.clone()
    })
}

fn with(mends: Mends) -> CompareOptions {
    CompareOptions {
        mends,
        ..CompareOptions::default()
    }
}

#[test]
fn clear_messages() {
    let paths = answering("{type: object, properties: {word: {type: string, writeOnly: true}}}");
    let [clear, other] = messages(&paths, &answered(&json!({"word": "x"})));
    assert!(
        clear.ends_with("no value is allowed here, as its schema is false or writeOnly"),
        "{clear}"
    );
    assert!(other.ends_with("boolean schema is false"), "{other}");
    let [clear, other] = messages(&paths, &get("/a?x=1"));
    assert!(
        clear.ends_with("GET /a?x=1 (the contract has the query in `path`: it belongs in `query`)"),
        "{clear}"
    );
    assert!(other.ends_with("GET /a?x=1"), "{other}");
}

#[test]
fn v4_contents() {
    let paths = "
openapi: 3.0.3
paths:
  /a:
    post:
      requestBody:
        content:
          text/csv: {schema: {type: string}}
          application/json: {schema: {type: object, properties: {id: {type: integer}}}}
      responses: {200: {content: {text/csv: {schema: {type: string}}, application/json: {schema: {type: object}}}}}
";
    let of = |content: &Value| {
        let mut interaction = get("/a");
        interaction["request"]["method"] = json!("POST");
        interaction["request"]["body"] = content.clone();
        let contract =
            json!({"interactions": [interaction], "metadata": {"pactSpecification": {"version": "4.0"}}});
        [true, false].map(|v4_contents| {
            let mends = Mends {
                v4_contents,
                ..Mends::all()
            };
            findings(paths, &contract, with(mends))
                .unwrap()
                .iter()
                .map(|finding| finding.code.to_string())
                .collect::<Vec<_>>()
        })
    };
    // {"id": 1} and {"id": "x"}
    let json =
        of(&json!({"contentType": "application/json", "encoded": "base64", "content": "eyJpZCI6IDF9"}));
    assert_eq!(json[0], NOTHING);
    assert_eq!(
        json[1],
        ["request.content-type.missing", "request.body.incompatible"]
    );
    let wrong =
        of(&json!({"contentType": "application/json", "encoded": "base64", "content": "eyJpZCI6ICJ4In0="}));
    assert_eq!(wrong[0], ["request.body.incompatible"]);
    let text = of(&json!({"contentType": "text/csv", "encoded": false, "content": "a,b"}));
    assert_eq!(text[0], ["request.body.unvalidatable"]);
    assert_eq!(
        text[1],
        ["request.content-type.missing", "request.body.incompatible"]
    );
}
