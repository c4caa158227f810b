//! Each mend of the comparison, with both verdicts.

use contract_openapi::{Comparator, CompareOptions, ContractFile, Description, Error, Finding, Level, Mends};
use serde_json::{Value, json};

/// What is found with all mends, and without one of them.
pub(crate) struct Verdicts {
    pub(crate) mended: Vec<String>,
    pub(crate) unmended: Vec<String>,
}

/// Compares a contract with a description.
pub(crate) fn findings(
    description: &str,
    contract: &Value,
    options: CompareOptions,
) -> Result<Vec<Finding>, Error> {
    let description = Description::from_text("openapi.yaml", description).unwrap();
    let contract = ContractFile::from_text("contract.json", &contract.to_string()).unwrap();
    let comparison = Comparator::new(&description, options)?.compare(&contract)?;
    Ok(comparison.findings)
}

pub(crate) fn verdicts(paths: &str, interaction: &Value, switch_off: fn(&mut Mends)) -> Verdicts {
    let contract = json!({
        "consumer": {"name": "web"},
        "provider": {"name": "api"},
        "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    let judged = |mends: Mends| {
        let options = CompareOptions {
            mends,
            sets: false,
            strict: false,
        };
        match findings(paths, &contract, options) {
            Ok(findings) => findings
                .iter()
                .filter(|finding| finding.level > Level::Info)
                .map(|finding| finding.code.to_string())
                .collect(),
            Err(error) => vec![error.to_string()],
        }
    };
    let mut off = Mends::all();
    switch_off(&mut off);
    Verdicts {
        mended: judged(Mends::all()),
        unmended: judged(off),
    }
}

pub(crate) fn get(path: &str) -> Value {
    json!({"description": "d", "request": {"method": "GET", "path": path}, "response": {"status": 200}})
}

pub(crate) fn answered(body: &Value) -> Value {
    json!({
        "description": "d",
        "request": {"method": "GET", "path": "/a"},
        "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body},
    })
}

/// A description whose `GET /a` is answered by a body of this schema.
pub(crate) fn answering(schema: &str) -> String {
    format!(
        "openapi: 3.0.3\npaths: {{/a: {{get: {{responses: {{200: {{content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}"
    )
}

pub(crate) const NOTHING: [&str; 0] = [];

#[test]
fn equivalent_templates() {
    let paths = "
openapi: 3.0.3
paths:
  /users/{id}: {get: {parameters: [{name: id, in: path, schema: {type: integer}}], responses: {200: {description: a}}}}
  /users/{name}: {get: {parameters: [{name: name, in: path, schema: {type: string}}], responses: {200: {description: b}}}}
";
    let verdicts = verdicts(paths, &get("/users/ada"), |mends| {
        mends.equivalent_templates = false;
    });
    assert_eq!(verdicts.mended, NOTHING);
    assert!(
        verdicts.unmended[0].contains("differ in names of parameters alone"),
        "{:?}",
        verdicts.unmended
    );
}

#[test]
fn servers() {
    let paths = "
openapi: 3.0.3
servers: [{url: 'https://api.example.com/{stage}/', variables: {stage: {default: v1}}}]
paths: {/a: {get: {responses: {200: {description: a}}}}}
";
    let of = verdicts(paths, &get("/v1/a"), |mends| mends.servers = false);
    assert_eq!(of.mended, NOTHING);
    assert_eq!(of.unmended, ["request.path-or-method.unknown"]);
    let relative = "
openapi: 3.0.3
servers: [{url: ../v1}, {url: '{base}', variables: {base: {default: v2, enum: [v2, /beta/v3]}}}]
paths: {/a: {get: {responses: {200: {description: a}}}}}
";
    for path in ["/v1/a", "/v2/a", "/beta/v3/a", "/a"] {
        assert_eq!(verdicts(relative, &get(path), |_| {}).mended, NOTHING, "{path}");
    }
    let elsewhere = verdicts(relative, &get("/v3/a"), |_| {}).mended;
    assert_eq!(elsewhere, ["request.path-or-method.unknown"]);
}

#[test]
fn security_all_of() {
    let paths = "
openapi: 3.0.3
paths: {/a: {get: {security: [{key: [], token: []}], responses: {200: {description: a}}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: http, scheme: bearer}
";
    let mut interaction = get("/a");
    interaction["request"]["headers"] = json!({"X-Key": "k"});
    let verdicts = verdicts(paths, &interaction, |mends| mends.security_all_of = false);
    assert_eq!(verdicts.mended, ["request.authorization.missing"]);
    assert_eq!(verdicts.unmended, NOTHING);
}

#[test]
fn parameter_styles() {
    let paths = "
openapi: 3.0.3
paths:
  /a:
    get:
      parameters:
        - {name: ids, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
        - {name: filter, in: query, schema: {type: object, properties: {from: {type: integer}}}}
      responses: {200: {description: a}}
";
    let mut interaction = get("/a");
    interaction["request"]["query"] = json!({"ids": ["1|2"], "from": ["3"]});
    let verdicts = verdicts(paths, &interaction, |mends| mends.parameter_styles = false);
    assert_eq!(verdicts.mended, NOTHING);
    assert_eq!(
        verdicts.unmended,
        ["request.query.incompatible", "request.query.unknown"]
    );
}

#[test]
fn matrix_style_of_a_path() {
    let paths = "
openapi: 3.0.3
paths:
  /a/{ids}:
    get:
      parameters: [{name: ids, in: path, style: matrix, explode: false, schema: {type: array, items: {type: integer}}}]
      responses: {200: {description: a}}
";
    let verdicts = verdicts(paths, &get("/a/;ids=1,2"), |mends| mends.parameter_styles = false);
    assert_eq!(verdicts.mended, NOTHING);
    assert_eq!(verdicts.unmended[0], "request.path-or-method.unknown");
}

#[test]
fn cookies() {
    let paths = "
openapi: 3.0.3
paths:
  /a:
    get:
      parameters: [{name: session, in: cookie, required: true, schema: {type: integer}}]
      responses: {200: {description: a}}
";
    let mut interaction = get("/a");
    interaction["request"]["headers"] = json!({"Cookie": "session=abc"});
    let verdicts = verdicts(paths, &interaction, |mends| mends.cookies = false);
    assert_eq!(verdicts.mended, ["request.cookie.incompatible"]);
    assert_eq!(verdicts.unmended, NOTHING);
}

#[test]
fn content_parameters() {
    let paths = "
openapi: 3.0.3
paths:
  /a:
    get:
      parameters: [{name: f, in: query, content: {application/json: {schema: {type: object, required: [id]}}}}]
      responses: {200: {description: a}}
";
    let mut interaction = get("/a");
    interaction["request"]["query"] = json!({"f": ["{\"no\":1}"]});
    let verdicts = verdicts(paths, &interaction, |mends| mends.content_parameters = false);
    assert_eq!(verdicts.mended, ["request.query.incompatible"]);
    assert_eq!(verdicts.unmended, NOTHING);
}

#[test]
fn form_coercion() {
    let paths = "
openapi: 3.0.3
paths:
  /a:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {type: object, properties: {age: {type: integer}}}}
      responses: {200: {description: a}}
";
    let interaction = json!({
        "description": "d",
        "request": {
            "method": "POST", "path": "/a", "body": "age=7",
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        },
        "response": {"status": 200},
    });
    let verdicts = verdicts(paths, &interaction, |mends| mends.form_coercion = false);
    assert_eq!(verdicts.mended, NOTHING);
    assert_eq!(verdicts.unmended, ["request.body.incompatible"]);
}

#[test]
fn free_form_maps() {
    let paths = answering("{type: object, additionalProperties: true}");
    let verdicts = verdicts(&paths, &answered(&json!({"any": 1})), |mends| {
        mends.free_form_maps = false;
    });
    assert_eq!(verdicts.mended, NOTHING);
    assert_eq!(verdicts.unmended, ["response.body.incompatible"]);
}

#[test]
fn nullable_needs_type() {
    let paths = answering("{type: object, properties: {a: {nullable: true}}}");
    let verdicts = verdicts(&paths, &answered(&json!({"a": "text"})), |mends| {
        mends.nullable_needs_type = false;
    });
    assert_eq!(verdicts.mended, NOTHING);
    assert_eq!(verdicts.unmended, ["response.body.incompatible"]);
}

#[test]
fn read_only_and_write_only() {
    let paths = answering("{type: object, properties: {secret: {type: string, writeOnly: true}}}");
    let verdicts = verdicts(&paths, &answered(&json!({"secret": "x"})), |mends| {
        mends.read_only_write_only = false;
    });
    assert_eq!(verdicts.mended, ["response.body.incompatible"]);
    assert_eq!(verdicts.unmended, NOTHING);
}

#[test]
fn read_only_in_a_request() {
    let paths = "
openapi: 3.0.3
paths:
  /a:
    post:
      requestBody:
        content:
          application/json: {schema: {type: object, required: [id], properties: {id: {type: integer, readOnly: true}}}}
      responses: {200: {description: a}}
";
    let interaction = json!({
        "description": "d",
        "request": {"method": "POST", "path": "/a", "body": {}, "headers": {"Content-Type": "application/json"}},
        "response": {"status": 200},
    });
    let verdicts = verdicts(paths, &interaction, |mends| mends.read_only_write_only = false);
    assert_eq!(verdicts.mended, NOTHING);
    assert_eq!(verdicts.unmended, ["request.body.incompatible"]);
}

#[test]
fn one_of_is_any_of() {
    let paths = answering(
        "{oneOf: [{type: object, required: [a], properties: {a: {type: string}, c: {type: string}}}, \
         {type: object, required: [b], properties: {b: {type: string}, c: {type: string}}}]}",
    );
    let verdicts = verdicts(&paths, &answered(&json!({"c": "x"})), |mends| {
        mends.one_of_is_any_of = false;
    });
    assert_eq!(verdicts.mended, NOTHING);
    assert_eq!(verdicts.unmended, ["response.body.incompatible"]);
}

#[test]
fn all_of_is_conjunction() {
    let paths = answering("{allOf: [{type: integer, maximum: 5}, {type: integer, maximum: 9}]}");
    let verdicts = verdicts(&paths, &answered(&json!(7)), |mends| {
        mends.all_of_is_conjunction = false;
    });
    assert_eq!(verdicts.mended, ["response.body.incompatible"]);
    assert_eq!(verdicts.unmended, NOTHING);
}

#[test]
fn prefix_items() {
    let paths = answering("{type: array, prefixItems: [{type: string}, {type: integer}], items: false}");
    let verdicts = verdicts(&paths, &answered(&json!(["a", 1])), |mends| {
        mends.prefix_items = false;
    });
    assert_eq!(verdicts.mended, NOTHING);
    assert_eq!(
        verdicts.unmended,
        ["response.body.incompatible", "response.body.incompatible"]
    );
}

#[test]
fn falsy_bodies() {
    let paths = answering("{type: string}");
    let verdicts = verdicts(&paths, &answered(&json!(0)), |mends| mends.falsy_bodies = false);
    assert_eq!(verdicts.mended, ["response.body.incompatible"]);
    assert_eq!(verdicts.unmended, NOTHING);
}

#[test]
fn response_content_type() {
    let paths = "
openapi: 3.0.3
paths:
  /a:
    get:
      responses:
        200:
          content:
            application/json: {schema: {type: string}}
            application/problem+json: {schema: {type: object, properties: {title: {type: string}}}}
";
    let mut interaction = answered(&json!({"title": "x"}));
    interaction["response"]["headers"] = json!({"Content-Type": "application/problem+json"});
    let verdicts = verdicts(paths, &interaction, |mends| mends.response_content_type = false);
    assert_eq!(verdicts.mended, NOTHING);
    assert_eq!(verdicts.unmended, ["response.body.incompatible"]);
}

#[test]
fn provider_states() {
    let description = Description::from_text("openapi.yaml", "openapi: 3.0.3\npaths: {}").unwrap();
    let mut interaction = get("/a");
    interaction["providerStates"] = json!([{"name": "a user"}, {"name": "an order"}]);
    let contract = json!({"interactions": [interaction]}).to_string();
    let contract = ContractFile::from_text("contract.json", &contract).unwrap();
    let state = |mends: Mends| {
        let options = CompareOptions {
            mends,
            sets: false,
            strict: false,
        };
        let comparison = Comparator::new(&description, options)
            .unwrap()
            .compare(&contract)
            .unwrap();
        comparison.findings[0].contract.clone().unwrap().state
    };
    assert_eq!(state(Mends::all()), "a user, an order");
    assert_eq!(state(Mends::none()), "[none]");
}

#[test]
fn whole_references() {
    let paths = answering("{$ref: '#/components/schemas/Gone'}");
    let verdicts = verdicts(&paths, &answered(&json!({"any": 1})), |mends| {
        mends.whole_references = false;
    });
    assert!(
        verdicts.mended[0].contains("the reference #/components/schemas/Gone leads nowhere"),
        "{:?}",
        verdicts.mended
    );
    assert_eq!(verdicts.unmended, NOTHING);
}

#[test]
fn reference_siblings() {
    let text = |version: &str| {
        format!(
            "
openapi: {version}
paths:
  /a:
    post:
      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/T', required: [b]}}}}}}}}
      responses: {{200: {{description: done}}}}
components: {{schemas: {{T: {{type: object, properties: {{a: {{type: string}}}}}}}}}}
"
        )
    };
    let mut interaction = get("/a");
    interaction["request"]["method"] = json!("POST");
    interaction["request"]["headers"] = json!({"Content-Type": "application/json"});
    interaction["request"]["body"] = json!({"a": "x"});
    let of = |version: &str| {
        verdicts(&text(version), &interaction, |mends| {
            mends.reference_siblings = false;
        })
    };
    assert_eq!(of("3.0.3").mended, NOTHING);
    assert_eq!(of("3.0.3").unmended, ["request.body.incompatible"]);
    assert_eq!(of("3.1.0").mended, ["request.body.incompatible"]);
}

#[test]
fn variables_of_servers() {
    let text = |variable: &str| {
        format!(
            "
openapi: 3.0.3
servers: [{{url: 'https://a.example/api/{{part}}', variables: {{part: {variable}}}}}]
paths:
  /seats: {{get: {{responses: {{200: {{description: seats}}}}}}}}
"
        )
    };
    let of = |variable: &str, path: &str| {
        let verdicts = verdicts(&text(variable), &get(path), |mends| mends.servers = false);
        assert_eq!(verdicts.unmended, ["request.path-or-method.unknown"]);
        verdicts.mended
    };
    let listed = "{default: v1, enum: [v1, v2]}";
    assert_eq!(of(listed, "/api/v1/seats"), NOTHING);
    assert_eq!(of(listed, "/api/v2/seats"), NOTHING);
    assert_eq!(of(listed, "/api/v3/seats"), ["request.path-or-method.unknown"]);
    assert_eq!(of("{default: v1/eu}", "/api/v1/eu/seats"), NOTHING);
    assert_eq!(of("{default: v1}", "/api/other/seats"), NOTHING);
    assert_eq!(
        of("{default: v1}", "/other/seats"),
        ["request.path-or-method.unknown"]
    );
}

#[test]
fn int64_bounds() {
    let paths = answering("{type: object, properties: {id: {type: integer, format: int64}}}");
    let of = |id: Value| {
        verdicts(&paths, &answered(&json!({"id": id})), |mends| {
            mends.int64_bounds = false;
        })
    };
    assert_eq!(of(json!(i64::MAX)).mended, NOTHING);
    let beyond = of(json!(1_u64 << 63));
    assert_eq!(beyond.mended, ["response.body.incompatible"]);
    assert_eq!(beyond.unmended, NOTHING);
}
