//! Descriptions in several files become one document.

use contract_openapi::breaking::{BreakingOptions, compare_descriptions};
use contract_openapi::document::{Documents, Limits, LoadOptions, MemorySources};
use contract_openapi::lint::{Ruleset, lint};
use contract_openapi::{Description, bundle};
use serde_json::{Value, json};

fn bundled(files: &[(&str, &str)]) -> Result<Value, String> {
    let mut sources = MemorySources::default();
    for (name, text) in files {
        sources.insert(*name, *text);
    }
    let documents = Documents::load(files[0].0, &sources, &LoadOptions::default()).unwrap();
    bundle(&documents)
        .map(|node| node.to_serde())
        .map_err(|error| error.to_string())
}

const ROOT: &str = "openapi: 3.0.3
info: {title: a, version: '1'}
paths:
  /pets: {$ref: 'paths/pets.yaml'}
  /pets/{id}:
    parameters: [{$ref: 'common.yaml#/parameters/Id'}]
    get:
      responses:
        '200': {$ref: 'common.yaml#/responses/Pet'}
        '404': {$ref: '#/components/responses/Missing'}
components:
  schemas:
    Pet: {$ref: 'schemas/Pet.yaml'}
    Id: {type: string}
  responses:
    Missing: {description: none, content: {application/json: {example: {$ref: 'not/a/reference.yaml'}}}}
";

const FILES: [(&str, &str); 5] = [
    ("api/openapi.yaml", ROOT),
    (
        "api/paths/pets.yaml",
        "post:\n  requestBody: {content: {application/json: {schema: {$ref: '../schemas/Pet.yaml'}}}}\n  responses: {'201': {description: created, headers: {X-Id: {$ref: '../common.yaml#/headers/Id'}}}}\n",
    ),
    (
        "api/common.yaml",
        "parameters: {Id: {name: id, in: path, required: true, schema: {$ref: 'openapi.yaml#/components/schemas/Id'}}}\n\
         responses: {Pet: {description: a pet, content: {application/json: {schema: {$ref: 'schemas/Pet.yaml'}}}}}\n\
         headers: {Id: {schema: {$ref: '#/Id'}}}\nId: {type: integer}\n",
    ),
    (
        "api/schemas/Pet.yaml",
        "type: object\nproperties:\n  parent: {$ref: 'Pet.yaml'}\n  owner: {$ref: 'Owner.yaml#/Owner'}\n\
         discriminator: {propertyName: kind, mapping: {cat: 'Owner.yaml#/Owner', dog: Dog}}\n",
    ),
    (
        "api/schemas/Owner.yaml",
        "Owner: {type: object, properties: {pets: {type: array, items: {$ref: 'Pet.yaml'}}}}\n",
    ),
];

#[test]
fn what_other_files_hold_becomes_components_with_the_same_names() {
    let whole = bundled(&FILES).unwrap();
    assert!(
        !whole.to_string().contains(".yaml#") && !whole.to_string().contains("Pet.yaml"),
        "{whole}"
    );
    let at = |pointer: &str| {
        whole
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{pointer} in {whole}"))
    };
    // A path is written where the reference was, and everything in it leads to components.
    assert_eq!(
        at("/paths/~1pets/post/requestBody/content/application~1json/schema"),
        &json!({ "$ref": "#/components/schemas/Pet" })
    );
    // The component that was a reference has the content now, and keeps its name.
    assert_eq!(at("/components/schemas/Pet/type"), "object");
    assert_eq!(
        at("/components/schemas/Pet/properties/parent/$ref"),
        "#/components/schemas/Pet"
    );
    assert_eq!(
        at("/components/schemas/Owner/properties/pets/items/$ref"),
        "#/components/schemas/Pet"
    );
    assert_eq!(
        at("/components/schemas/Pet/discriminator/mapping"),
        &json!({ "cat": "#/components/schemas/Owner", "dog": "Dog" })
    );
    // A reference back to the first file stays one to it, and a taken name gets a number.
    assert_eq!(
        at("/components/parameters/Id/schema/$ref"),
        "#/components/schemas/Id"
    );
    assert_eq!(
        at("/components/headers/Id/schema/$ref"),
        "#/components/schemas/Id-2"
    );
    assert_eq!(at("/components/schemas/Id-2/type"), "integer");
    // Examples are data.
    assert_eq!(
        at("/components/responses/Missing/content/application~1json/example/$ref"),
        "not/a/reference.yaml"
    );
}

#[test]
fn the_bundled_document_says_the_same() {
    let mut sources = MemorySources::default();
    for (name, text) in FILES {
        sources.insert(name, text);
    }
    let several = Description::load("api/openapi.yaml", &sources, &LoadOptions::default()).unwrap();
    let text = bundled(&FILES).unwrap().to_string();
    let one = Description::from_text("bundled.json", &text).unwrap();
    let changes = compare_descriptions(&several, &one, &BreakingOptions::default()).changes;
    // Such a change compares how a schema is named, and names differ.
    let others: Vec<_> = changes
        .iter()
        .filter(|change| !change.id.ends_with("discriminator-mapping-changed"))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    let documents = Documents::from_text("bundled.json", &text, &Limits::default()).unwrap();
    let errors: Vec<String> = lint(&documents, &Ruleset::default())
        .into_iter()
        .filter(|finding| {
            finding.code == "unresolved-ref" && !finding.path.iter().any(|step| step.to_string() == "example")
        })
        .map(|finding| finding.message)
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(
        bundled(&FILES).unwrap().to_string(),
        text,
        "the same files give the same document"
    );
}

#[test]
fn a_description_of_2_0_has_its_own_places() {
    let whole = bundled(&[
        (
            "a.yaml",
            "swagger: '2.0'\ninfo: {title: a, version: '1'}\npaths: {/a: {get: {parameters: [{$ref: 'b.yaml#/P'}], responses: {'200': {$ref: 'b.yaml#/R'}}}}}\n",
        ),
        ("b.yaml", "P: {name: p, in: query, type: string}\nR: {description: r, schema: {$ref: '#/S'}}\nS: {type: string}\n"),
    ])
    .unwrap();
    assert_eq!(whole["parameters"]["P"]["name"], "p");
    assert_eq!(whole["responses"]["R"]["schema"]["$ref"], "#/definitions/S");
    assert_eq!(whole["definitions"]["S"]["type"], "string");
}

#[test]
fn whole_sections_can_be_in_other_files() {
    let whole = bundled(&[
        ("a.yaml", "openapi: 3.1.0\ninfo: {$ref: info.yaml}\npaths: {$ref: 'paths.yaml'}\ncomponents: {schemas: {$ref: 'schemas.yaml'}}\n"),
        ("info.yaml", "title: a\nversion: '1'\n"),
        ("paths.yaml", "/a: {get: {responses: {default: {description: a, content: {application/json: {schema: {$ref: 'schemas.yaml#/S'}}}}}}}\n"),
        ("schemas.yaml", "S: {type: string}\n"),
    ])
    .unwrap();
    assert_eq!(whole["info"]["title"], "a");
    let reference = whole
        .pointer("/paths/~1a/get/responses/default/content/application~1json/schema/$ref")
        .unwrap();
    let name = reference
        .as_str()
        .unwrap()
        .strip_prefix("#/components/schemas/")
        .unwrap();
    assert_eq!(whole["components"]["schemas"][name]["type"], "string");
}

#[test]
fn what_leads_nowhere_is_told_with_its_place() {
    let error = bundled(&[("a.yaml", "openapi: 3.1.0\npaths:\n  /a: {$ref: 'none.yaml'}\n")]).unwrap_err();
    assert_eq!(
        error,
        "a.yaml:3:7: the reference none.yaml leads nowhere: file none.yaml could not be read: there is no such file"
    );
    let error = bundled(&[
        ("a.yaml", "openapi: 3.1.0\npaths: {/a: {$ref: 'b.yaml'}}\n"),
        ("b.yaml", "get: {callbacks: {c: {e: {$ref: 'b.yaml'}}}}\n"),
    ])
    .unwrap_err();
    assert!(
        error.starts_with("b.yaml:1:26: the reference leads to itself"),
        "{error}"
    );
    let whole = bundled(&[(
        "a.yaml",
        "openapi: 3.1.0\npaths: {/a: {$ref: 'https://example.com/b.yaml'}}\n",
    )])
    .unwrap();
    assert_eq!(whole["paths"]["/a"]["$ref"], "https://example.com/b.yaml");
}

#[test]
fn schemas_of_other_files_lose_their_id_and_those_of_the_first_file_keep_it() {
    let root = "openapi: 3.1.0
paths: {}
components:
  schemas:
    Pet: {$ref: 'pet.yaml'}
    Owner: {$id: 'https://schemas.example/owner', properties: {name: {$ref: '#/$defs/name'}}, $defs: {name: {type: string}}}
";
    let pet = "$id: https://schemas.example/pet
properties: {kind: {$ref: '#/$defs/kind'}, owner: {$ref: 'owner#/$defs/name'}}
$defs: {kind: {type: string}}
";
    let whole = bundled(&[("openapi.yaml", root), ("pet.yaml", pet)]).unwrap();
    let schemas = &whole["components"]["schemas"];
    assert_eq!(schemas["Pet"]["$id"], Value::Null);
    assert_eq!(
        schemas["Pet"]["properties"]["kind"],
        json!({"$ref": "#/components/schemas/kind"})
    );
    assert_eq!(
        schemas["Pet"]["properties"]["owner"],
        json!({"$ref": "#/components/schemas/Owner/$defs/name"})
    );
    assert_eq!(schemas["Owner"]["$id"], "https://schemas.example/owner");
    let inside = "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {Owner: {$id: 'https://schemas.example/owner', items: {$ref: 'pet.yaml'}}}}\n";
    let error = bundled(&[("openapi.yaml", inside), ("pet.yaml", pet)]).unwrap_err();
    assert!(
        error.starts_with("openapi.yaml:3:") && error.contains("remove the `$id`"),
        "{error}"
    );
}
