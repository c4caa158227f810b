//! Response bodies of which a contract names only some members.

use contract_openapi::Mends;
use serde_json::{Value, json};

use crate::mends::{Verdicts, answered, answering, verdicts};

const INCOMPATIBLE: &str = "response.body.incompatible";

/// What is found for a response body.
fn of(schema: &str, schemas: &str, body: &Value, switch_off: fn(&mut Mends)) -> Verdicts {
    let text = answering(schema).replace("3.0.3", "3.1.0");
    let text = format!("{text}\ncomponents: {{schemas: {{{schemas}}}}}");
    verdicts(&text, &answered(body), switch_off)
}

fn admitted(schema: &str, body: &Value) -> bool {
    let verdicts = of(schema, "", body, |_| {});
    assert!(
        verdicts.mended.iter().all(|code| code == INCOMPATIBLE),
        "{schema}: {:?}",
        verdicts.mended
    );
    verdicts.mended.is_empty()
}

#[test]
fn what_depends_on_missing_members_says_nothing() {
    let cases = [
        (
            "{type: object, minProperties: 2, properties: {a: {}, b: {}}}",
            json!({"a": 1}),
        ),
        (
            "{type: object, dependentRequired: {a: [b]}, properties: {a: {}, b: {}}}",
            json!({"a": 1}),
        ),
        (
            "{type: object, properties: {a: {}, b: {}}, if: {properties: {a: {const: n}}}, then: {required: [b]}}",
            json!({"a": "n"}),
        ),
        (
            "{type: object, properties: {a: {}, b: {}}, if: {properties: {a: {const: n}}, required: [a]}, \
             then: {properties: {b: {type: integer}}}, else: {properties: {b: {type: string}}}}",
            json!({"b": 1}),
        ),
        (
            "{type: object, properties: {a: {}, b: {}}, not: {properties: {a: {const: 1}, b: {const: 2}}}}",
            json!({"a": 1}),
        ),
        (
            "{type: array, contains: {required: [a], properties: {a: {const: 1}}}, items: {properties: {a: {}, b: {}}}}",
            json!([{"b": 1}]),
        ),
        (
            "{type: array, uniqueItems: true, items: {properties: {a: {}, b: {}}}}",
            json!([{"a": 1}, {"a": 1}]),
        ),
        (
            "{properties: {o: {properties: {a: {}, b: {}}, const: {a: 1, b: 2}}}}",
            json!({"o": {"a": 1}}),
        ),
    ];
    for (schema, body) in cases {
        let verdicts = of(schema, "", &body, |mends| mends.partial_responses = false);
        assert!(verdicts.mended.is_empty(), "{schema}: {:?}", verdicts.mended);
        assert!(
            verdicts.unmended.iter().all(|code| code == INCOMPATIBLE) && !verdicts.unmended.is_empty(),
            "{schema}: {:?}",
            verdicts.unmended
        );
    }
}

#[test]
fn what_holds_whatever_is_missing_is_judged() {
    let conditional = "{type: object, properties: {a: {}, b: {}}, if: {properties: {a: {const: n}}, required: [a]}, \
                       then: {properties: {b: {type: integer}}}, else: {properties: {b: {type: string}}}}";
    assert!(admitted(conditional, &json!({"a": "n", "b": 1})));
    assert!(!admitted(conditional, &json!({"a": "n", "b": "x"})));
    assert!(admitted(conditional, &json!({"a": "m", "b": "x"})));
    let not = "{type: object, properties: {a: {}, b: {}}, not: {required: [a, b]}}";
    assert!(admitted(not, &json!({"a": 1})));
    assert!(!admitted(not, &json!({"a": 1, "b": 2})));
    assert!(!admitted("{not: {type: string}}", &json!("x")));
    assert!(!admitted(
        "{type: array, uniqueItems: true, items: {type: integer}}",
        &json!([1, 1])
    ));
}

#[test]
fn a_member_is_unknown_if_no_part_declares_it() {
    let declaring = |names: &str| format!("{{type: object, properties: {{{names}}}}}");
    let (a, b) = (declaring("a: {type: string}"), declaring("b: {type: string}"));
    let combined = |keyword: &str| {
        format!("{{type: object, properties: {{z: {{type: integer}}}}, {keyword}: [{a}, {b}]}}")
    };
    for keyword in ["allOf", "anyOf"] {
        assert!(
            admitted(&combined(keyword), &json!({"z": 1, "a": "x", "b": "y"})),
            "{keyword}"
        );
        assert!(
            !admitted(&combined(keyword), &json!({"z": 1, "c": "x"})),
            "{keyword}"
        );
    }
    // A member that one branch declares is meant as this branch declares it.
    assert!(!admitted(&combined("anyOf"), &json!({"z": 1, "a": ["x"]})));
    // A value matches one branch of `oneOf`.
    assert!(admitted(&combined("oneOf"), &json!({"z": 1, "a": "x"})));
    assert!(!admitted(&combined("oneOf"), &json!({"a": "x", "b": "y"})));
    assert!(!admitted(&combined("oneOf"), &json!({"c": "x"})));
    let around = format!(
        "{{allOf: [{a}, {{oneOf: [{b}, {}]}}]}}",
        declaring("c: {type: string}")
    );
    assert!(admitted(&around, &json!({"a": "x", "b": "y"})));
    assert!(!admitted(&around, &json!({"a": "x", "b": "y", "c": "z"})));
    assert!(!admitted(
        "{type: [object, 'null'], properties: {a: {}}}",
        &json!({"b": 1})
    ));
    assert!(!admitted("{properties: {a: {}}}", &json!({"b": 1})));
    assert!(admitted("{type: object}", &json!({"b": 1})));
    let closed = format!("{{allOf: [{{additionalProperties: false, properties: {{a: {{}}}}}}, {b}]}}");
    assert!(admitted(&closed, &json!({"a": "x"})));
    assert!(!admitted(&closed, &json!({"a": "x", "b": "y"})));
}

#[test]
fn the_target_of_a_reference_is_closed_where_it_stands_alone() {
    let schemas = "A: {type: object, properties: {a: {type: string}}}, B: {type: object, properties: {b: {type: string}}}, \
                   N: {type: object, properties: {v: {}, next: {oneOf: [{$ref: '#/components/schemas/N'}, {type: 'null'}]}}}";
    let found = |schema: &str, body: Value| of(schema, schemas, &body, |_| {}).mended.is_empty();
    let either = "{anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}";
    assert!(found(either, json!({"a": "x", "b": "y"})));
    assert!(!found(either, json!({"a": "x", "c": "y"})));
    let both = format!("{{properties: {{one: {either}, other: {{$ref: '#/components/schemas/A'}}}}}}");
    assert!(found(
        &both,
        json!({"one": {"a": "x", "b": "y"}, "other": {"a": "x"}})
    ));
    assert!(!found(
        &both,
        json!({"one": {"a": "x", "b": "y"}, "other": {"b": "x"}})
    ));
    let beside = "{$ref: '#/components/schemas/A', properties: {z: {type: integer}}}";
    assert!(found(beside, json!({"a": "x", "z": 1})));
    assert!(!found(beside, json!({"a": "x", "y": 1})));
    let list = "{$ref: '#/components/schemas/N'}";
    assert!(found(list, json!({"next": {"next": {"v": 1, "next": null}}})));
    assert!(!found(list, json!({"next": {"next": {"w": 1}}})));
}

/// Two kinds of pets, each with a tag.
const PETS: &str = "Cat: {type: object, required: [kind], properties: {kind: {type: string}, meow: {type: integer}}}, \
                    Dog: {type: object, required: [kind], properties: {kind: {type: string}, bark: {type: integer}}}";

#[test]
fn discriminators() {
    let of = |discriminator: &str, body: Value| {
        let schema = format!(
            "{{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}], \
             discriminator: {{propertyName: kind{discriminator}}}}}"
        );
        of(&schema, PETS, &body, |mends| mends.discriminators = false)
    };
    let mapping = ", mapping: {c: '#/components/schemas/Cat', d: Dog}";
    for tag in ["c", "Cat"] {
        let cat = of(mapping, json!({"kind": tag, "meow": 1}));
        assert!(cat.mended.is_empty(), "{tag}: {:?}", cat.mended);
        assert_eq!(cat.unmended.is_empty(), tag == "c", "{tag}");
        assert_eq!(
            of(mapping, json!({"kind": tag, "bark": 1})).mended,
            [INCOMPATIBLE],
            "{tag}"
        );
    }
    assert!(of(mapping, json!({"kind": "d", "bark": 1})).mended.is_empty());
    assert_eq!(of(mapping, json!({"kind": "bird"})).mended, [INCOMPATIBLE]);
    // A consumer need not read the tag.
    assert!(of("", json!({"meow": 1})).mended.is_empty());
    assert!(!of("", json!({"moo": 1})).mended.is_empty());
    for other in [json!("Cat"), json!([{"kind": "Cat"}])] {
        assert!(!of("", other).mended.is_empty());
    }
}

#[test]
fn schemas_that_extend_one_with_a_discriminator_may_come_in_its_place() {
    let schemas = "Pet: {type: object, required: [kind], properties: {kind: {type: string}}, \
                   discriminator: {propertyName: kind}}, \
                   Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {meow: {type: integer}}}]}, \
                   Kitten: {allOf: [{$ref: '#/components/schemas/Cat'}, {properties: {weeks: {type: integer}}}]}, \
                   Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {bark: {type: integer}}}]}";
    let of = |name: &str, body: Value| {
        let schema = format!("{{$ref: '#/components/schemas/{name}'}}");
        of(&schema, schemas, &body, |mends| mends.discriminators = false)
    };
    for body in [
        json!({"kind": "Cat", "meow": 1}),
        json!({"kind": "Kitten", "meow": 1, "weeks": 3}),
    ] {
        let pet = of("Pet", body);
        assert!(pet.mended.is_empty(), "{:?}", pet.mended);
        assert!(!pet.unmended.is_empty());
    }
    assert_eq!(of("Pet", json!({"kind": "Cat", "moo": 1})).mended, [INCOMPATIBLE]);
    assert!(of("Cat", json!({"meow": 1})).mended.is_empty());
    assert_eq!(of("Cat", json!({"bark": 1})).mended, [INCOMPATIBLE]);
}

#[test]
fn a_mark_may_be_in_another_part_than_the_requirement() {
    let sent = |schema: &str, body: Value| {
        let paths = format!(
            "openapi: 3.0.3\npaths: {{/a: {{post: {{requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}, \
             responses: {{200: {{description: a}}}}}}}}}}\ncomponents: {{schemas: {{Id: {{type: integer, readOnly: true}}, \
             S: {{type: object, properties: {{id: {{type: integer, readOnly: true}}}}}}}}}}"
        );
        let interaction = json!({
            "description": "d",
            "request": {"method": "POST", "path": "/a", "body": body, "headers": {"Content-Type": "application/json"}},
            "response": {"status": 200},
        });
        verdicts(&paths, &interaction, |mends| mends.read_only_write_only = false)
    };
    for schema in [
        "{allOf: [{$ref: '#/components/schemas/S'}, {required: [id]}]}",
        "{allOf: [{$ref: '#/components/schemas/S'}], required: [id]}",
        "{type: object, required: [id], properties: {id: {allOf: [{$ref: '#/components/schemas/Id'}]}}}",
    ] {
        let verdicts = sent(schema, json!({"n": "x"}));
        assert!(verdicts.mended.is_empty(), "{schema}: {:?}", verdicts.mended);
        assert_eq!(verdicts.unmended, ["request.body.incompatible"], "{schema}");
    }
}
