//! Mends of the comparison of requests, with both verdicts.

use serde_json::{Value, json};

use crate::mends::{NOTHING, get, verdicts};

/// A description whose `GET /a` has these parameters.
fn with_parameters(parameters: &str) -> String {
    format!(
        "openapi: 3.0.3\npaths: {{/a: {{get: {{parameters: [{parameters}], responses: {{200: {{description: a}}}}}}}}}}"
    )
}

fn queried(query: Value) -> Value {
    let mut interaction = get("/a");
    interaction["request"]["query"] = query;
    interaction
}

#[test]
fn decoded_queries() {
    let of = |parameters: &str, query: Value| {
        verdicts(&with_parameters(parameters), &queried(query), |mends| {
            mends.decoded_queries = false;
        })
    };
    let since = "{name: since, in: query, schema: {type: string, format: date-time}}";
    let plus = of(since, json!({"since": ["2026-01-01T00:00:00+02:00"]}));
    assert_eq!(plus.mended, NOTHING);
    assert_eq!(plus.unmended, ["request.query.incompatible"]);
    let text = "{name: q, in: query, schema: {type: string, pattern: '^a&b=%41$'}}";
    let ampersand = of(text, json!({"q": ["a&b=%41"]}));
    assert_eq!(ampersand.mended, NOTHING);
    assert_eq!(
        ampersand.unmended,
        ["request.query.incompatible", "request.query.unknown"]
    );
    let list = "{name: ids, in: query, schema: {type: array, items: {enum: ['1,2', x]}}}";
    let comma = of(list, json!({"ids": ["1,2", "x"]}));
    assert_eq!(comma.mended, NOTHING);
    assert_eq!(comma.unmended, ["request.query.incompatible"; 2]);
    let either =
        "{name: n, in: query, schema: {anyOf: [{type: integer}, {type: array, items: {type: integer}}]}}";
    let several = of(either, json!({"n": ["1", "2"]}));
    assert_eq!(several.mended, NOTHING);
    assert_eq!(several.unmended, ["request.query.incompatible"; 3]);
    // The query of versions 1 and 2 is one text, which is encoded.
    let encoded = of(since, json!("since=2026-01-01T00%3A00%3A00%2B02%3A00"));
    assert_eq!((encoded.mended, encoded.unmended), (vec![], vec![]));
}

#[test]
fn an_exploded_list_of_one_element_may_contain_a_comma_or_be_joined() {
    let of = |items: &str, query: Value| {
        let parameter = format!("{{name: ids, in: query, schema: {{type: array, items: {items}}}}}");
        verdicts(&with_parameters(&parameter), &queried(query), |_| {}).mended
    };
    assert_eq!(of("{enum: ['a,b']}", json!({"ids": ["a,b"]})), NOTHING);
    assert_eq!(of("{type: integer}", json!({"ids": ["1,2"]})), NOTHING);
    assert_eq!(
        of("{type: integer}", json!({"ids": ["1,x"]})),
        ["request.query.incompatible"]
    );
}

#[test]
fn objects_in_queries_may_be_nested_and_open() {
    let of = |parameters: &str, query: Value| {
        verdicts(&with_parameters(parameters), &queried(query), |_| {}).mended
    };
    let deep = "{name: page, in: query, style: deepObject, schema: {type: object, additionalProperties: false, \
                properties: {size: {type: integer}, by: {type: object, properties: {name: {enum: [up]}}}}}}";
    assert_eq!(
        of(deep, json!({"page[size]": ["3"], "page[by][name]": ["up"]})),
        NOTHING
    );
    assert_eq!(
        of(deep, json!({"page[by][name]": ["down"]})),
        ["request.query.incompatible"]
    );
    assert_eq!(
        of(deep, json!({"page[sise]": ["3"]})),
        ["request.query.incompatible"]
    );
    let open = "{name: filter, in: query, schema: {type: object, additionalProperties: {type: integer}}}, \
                {name: q, in: query, schema: {type: string}}";
    assert_eq!(of(open, json!({"x": ["1"], "y": ["2"], "q": ["text"]})), NOTHING);
    assert_eq!(of(open, json!({"x": ["one"]})), ["request.query.incompatible"]);
}

#[test]
fn reserved_headers() {
    let parameters = "{name: Accept, in: header, required: true, schema: {enum: [text/csv]}}, \
                      {name: authorization, in: header, required: true, schema: {type: string}}";
    let of = |text: &str| verdicts(text, &get("/a"), |mends| mends.reserved_headers = false);
    let text = with_parameters(parameters);
    assert_eq!(of(&text).mended, NOTHING);
    assert_eq!(of(&text).unmended, ["request.header.incompatible"; 2]);
    let old = text
        .replace("openapi: 3.0.3", "swagger: '2.0'")
        .replace("schema: {enum", "type: string, z: {enum");
    assert_eq!(of(&old).mended, ["request.header.incompatible"; 2]);
}

#[test]
fn missing_values() {
    let paths = "
openapi: 3.0.3
paths:
  /a:
    post:
      parameters: [{name: q, in: query, required: true, schema: {}}]
      requestBody: {required: true, content: {application/json: {schema: {oneOf: [{type: object}, {minimum: 1}]}}}}
      responses: {200: {description: a}, 400: {description: b}}
";
    let mut interaction = get("/a");
    interaction["request"]["method"] = json!("POST");
    let of = |interaction: &Value| verdicts(paths, interaction, |mends| mends.missing_values = false);
    assert_eq!(
        of(&interaction).mended,
        ["request.query.incompatible", "request.body.incompatible"]
    );
    // A schema that says nothing of `undefined` accepts it.
    assert_eq!(of(&interaction).unmended, NOTHING);
    interaction["response"]["status"] = json!(400);
    assert_eq!(of(&interaction).mended, NOTHING);
}

#[test]
fn told_once() {
    let paths = "
openapi: 3.0.3
paths: {/a: {get: {security: [{one: []}, {two: []}, {three: []}], responses: {200: {description: a}}}}}
components:
  securitySchemes:
    one: {type: http, scheme: bearer}
    two: {type: http, scheme: basic}
    three: {type: apiKey, in: header, name: X-Key}
";
    let verdicts = verdicts(paths, &get("/a"), |mends| mends.told_once = false);
    assert_eq!(verdicts.mended, ["request.authorization.missing"]);
    assert_eq!(verdicts.unmended, ["request.authorization.missing"; 3]);
}

#[test]
fn styles_of_response_headers() {
    let of = |header: &str, value: &str| {
        let paths = format!(
            "openapi: 3.0.3\npaths: {{/a: {{get: {{responses: {{200: {{description: a, headers: {{X-H: {header}}}}}}}}}}}}}"
        );
        let mut interaction = get("/a");
        interaction["response"]["headers"] = json!({"X-H": value});
        verdicts(&paths, &interaction, |mends| mends.parameter_styles = false)
    };
    let list = "{schema: {type: array, items: {type: integer}}}";
    assert_eq!(of(list, "1, 2").mended, NOTHING);
    assert_eq!(of(list, "1, 2").unmended, ["response.header.incompatible"]);
    assert_eq!(of(list, "1, x").mended, ["response.header.incompatible"]);
    let object = "{schema: {type: object, properties: {a: {type: integer}}}}";
    assert_eq!(of(object, "a,1").mended, NOTHING);
    assert_eq!(of(object, "a,x").mended, ["response.header.incompatible"]);
    let document = "{content: {application/json: {schema: {type: object, required: [a]}}}}";
    assert_eq!(of(document, r#"{"a": 1}"#).mended, NOTHING);
    assert_eq!(of(document, "[]").mended, ["response.header.incompatible"]);
}

#[test]
fn whole_accept() {
    let paths = "openapi: 3.0.3\npaths: {/a: {get: {responses: {200: {description: a, content: {application/json: {}}}}}}}";
    let mut interaction = get("/a");
    interaction["request"]["headers"] = json!({"Accept": "text/html;q=0.5, application/json;q=0.9"});
    let of = |interaction: &Value| verdicts(paths, interaction, |mends| mends.whole_accept = false);
    assert_eq!(of(&interaction).mended, NOTHING);
    assert_eq!(of(&interaction).unmended, ["request.accept.incompatible"]);
    interaction["request"]["headers"] = json!({"Accept": "text/html;q=0.5, text/csv"});
    assert_eq!(of(&interaction).mended, ["request.accept.incompatible"]);
}

#[test]
fn fields_of_forms_are_what_the_schema_says() {
    let of = |media_type: &str, properties: &str, body: &str| {
        let essence = media_type.split(';').next().unwrap();
        let paths = format!(
            "openapi: 3.0.3\npaths: {{/a: {{post: {{requestBody: {{content: {{{essence}: {{schema: {{type: object, \
             additionalProperties: false, properties: {{{properties}}}}}}}}}}}, responses: {{200: {{description: a}}}}}}}}}}"
        );
        let interaction = json!({
            "description": "d",
            "request": {"method": "POST", "path": "/a", "body": body, "headers": {"Content-Type": media_type}},
            "response": {"status": 200},
        });
        verdicts(&paths, &interaction, |mends| mends.form_coercion = false)
    };
    let url = "application/x-www-form-urlencoded";
    let multipart = "multipart/form-data; boundary=X";
    let part = |name: &str, content: &str| {
        format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let one = "b: {type: array, items: {type: integer}}";
    let cases = [
        (url, one, "b=2".to_owned()),
        (url, "a: {type: string, pattern: ','}", "a=x,y".to_owned()),
        (url, "a.b: {type: string}", "a.b=x".to_owned()),
        (url, "'a[b]': {type: string}", "a%5Bb%5D=x".to_owned()),
        (
            url,
            "a: {type: object, properties: {b: {type: integer}}}",
            "a[b]=3".to_owned(),
        ),
        (multipart, one, part("b", "1") + &part("b", "2") + "--X--\r\n"),
        (
            multipart,
            "o: {type: object, required: [x], properties: {x: {type: integer}}}",
            part("o", r#"{"x": 1}"#) + "--X--\r\n",
        ),
    ];
    for (media_type, properties, body) in &cases {
        assert_eq!(of(media_type, properties, body).mended, NOTHING, "{body}");
    }
    // All but the nested one were refused.
    let refused = cases
        .iter()
        .filter(|(media_type, properties, body)| !of(media_type, properties, body).unmended.is_empty());
    assert_eq!(refused.count(), 7);
    assert_eq!(of(url, one, "b=x").mended, ["request.body.incompatible"]);
}

#[test]
fn a_path_item_may_have_operations_beside_its_reference() {
    let paths = "
openapi: 3.1.0
paths: {/a: {$ref: '#/components/pathItems/A', post: {responses: {200: {description: a}}}}}
components: {pathItems: {A: {get: {responses: {200: {description: a}}}}}}
";
    for method in ["GET", "POST"] {
        let mut interaction = get("/a");
        interaction["request"]["method"] = json!(method);
        assert_eq!(verdicts(paths, &interaction, |_| {}).mended, NOTHING, "{method}");
    }
}

/// A request for this path, and query as one text.
fn asked(path: &str, query: &str) -> Value {
    let mut interaction = get(path);
    if !query.is_empty() {
        interaction["request"]["query"] = json!(query);
    }
    interaction
}

#[test]
fn an_encoded_separator_belongs_to_the_value() {
    let in_path = |schema: &str, path: &str| {
        let paths = format!(
            "openapi: 3.0.3\npaths: {{'/a/{{ids}}': {{get: {{parameters: [{{name: ids, in: path, required: true, \
             schema: {schema}}}], responses: {{200: {{description: a}}}}}}}}}}"
        );
        verdicts(&paths, &asked(path, ""), |mends| mends.parameter_styles = false)
    };
    let names = "{type: array, items: {enum: ['a,b', c]}}";
    assert_eq!(in_path(names, "/a/a%2Cb,c").mended, NOTHING);
    assert_eq!(
        in_path(names, "/a/a%2Cb,c").unmended,
        ["request.path-or-method.unknown"]
    );
    // Clients also encode what separates.
    let numbers = "{type: array, items: {type: integer}}";
    assert_eq!(in_path(numbers, "/a/1%2C2").mended, NOTHING);
    assert_eq!(
        in_path(numbers, "/a/1%2Cx").mended,
        ["request.path-or-method.unknown"]
    );
    let object = "{type: object, additionalProperties: false, properties: {name: {enum: ['a,b']}, size: {type: integer}}}";
    assert_eq!(in_path(object, "/a/name,a%2Cb,size,3").mended, NOTHING);

    let in_query = |parameter: &str, query: &str| {
        let parameter = format!("{{name: ids, in: query, {parameter}}}");
        verdicts(&with_parameters(&parameter), &asked("/a", query), |_| {}).mended
    };
    let joined = "explode: false, schema: {type: array, items: {enum: ['a,b', 'c d']}}";
    assert_eq!(in_query(joined, "ids=a%2Cb,c+d"), NOTHING);
    assert_eq!(in_query(joined, "ids=a,b"), ["request.query.incompatible"; 2]);
    let numbers = "explode: false, schema: {type: array, items: {type: integer}}";
    assert_eq!(in_query(numbers, "ids=1%2C2"), NOTHING);
    let pipes = "explode: false, style: pipeDelimited, schema: {type: array, items: {enum: ['a,b', c]}}";
    assert_eq!(in_query(pipes, "ids=a%2Cb%7Cc"), NOTHING);
    let spaces = "explode: false, style: spaceDelimited, schema: {type: array, items: {type: integer}}";
    assert_eq!(in_query(spaces, "ids=1%202+3"), NOTHING);
    let exploded = "schema: {type: array, items: {enum: ['a,b', c]}}";
    assert_eq!(in_query(exploded, "ids=a%2Cb&ids=c"), NOTHING);
    assert_eq!(in_query(exploded, "ids=a%2Cb"), NOTHING);
    assert_eq!(in_query(exploded, "ids=a%2Cb,c"), NOTHING);
}

#[test]
fn a_cookie_may_hold_a_list() {
    let of = |value: &str| {
        let mut interaction = get("/a");
        interaction["request"]["headers"] = json!({"Cookie": value});
        let parameter = "{name: ids, in: cookie, explode: false, schema: {type: array, minItems: 2, items: {enum: ['a,b', c]}}}";
        verdicts(&with_parameters(parameter), &interaction, |_| {}).mended
    };
    assert_eq!(of("theme=dark; ids=c,a%2Cb; more=1"), NOTHING);
    assert_eq!(of("ids=c,c,more=1"), NOTHING);
    assert_eq!(of("ids=c"), ["request.cookie.incompatible"]);
}

#[test]
fn rejected_paths() {
    let paths = "
openapi: 3.0.3
paths:
  /users/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {200: {description: a}, 400: {description: no number}}
";
    let of = |path: &str, status: u16| {
        let mut interaction = get(path);
        interaction["response"]["status"] = json!(status);
        verdicts(paths, &interaction, |mends| mends.rejected_paths = false)
    };
    assert_eq!(of("/users/ada", 400).mended, NOTHING);
    assert_eq!(of("/users/ada", 400).unmended, ["request.path-or-method.unknown"]);
    assert_eq!(of("/users/ada", 200).mended, ["request.path-or-method.unknown"]);
    assert_eq!(of("/users/ada", 404).mended, ["response.status.unknown"]);
    assert_eq!(of("/user/ada", 400).mended, ["request.path-or-method.unknown"]);
}

#[test]
fn lists_in_forms_may_be_joined() {
    let of = |schema: &str, body: &str| {
        let paths = format!(
            "openapi: 3.0.3\npaths: {{/a: {{post: {{requestBody: {{content: {{application/x-www-form-urlencoded: \
             {{schema: {{type: object, properties: {{ids: {{type: array, items: {schema}}}}}}}}}}}}}, \
             responses: {{200: {{description: a}}}}}}}}}}"
        );
        let mut interaction = get("/a");
        interaction["request"]["method"] = json!("POST");
        interaction["request"]["headers"] = json!({"Content-Type": "application/x-www-form-urlencoded"});
        interaction["request"]["body"] = json!(body);
        verdicts(&paths, &interaction, |_| {}).mended
    };
    for body in ["ids=1%2C2", "ids=1,2", "ids=1&ids=2", "ids=1", "ids=%5B1%2C2%5D"] {
        assert_eq!(of("{type: integer}", body), NOTHING, "{body}");
    }
    assert_eq!(of("{enum: ['a,b', c]}", "ids=a%2Cb"), NOTHING);
    assert_eq!(of("{type: integer}", "ids=1%2Cx"), ["request.body.incompatible"]);
}
