//! Documents with all kinds of objects, and changes of them: whatever is made of a description, nothing panics and nothing takes
//! long.

use std::time::{Duration, Instant};

use contract_openapi::breaking::{BreakingOptions, compare_descriptions};
use contract_openapi::coverage::{CoverageInput, coverage};
use contract_openapi::document::{Documents, Limits};
use contract_openapi::lint::{Ruleset, lint};
use contract_openapi::{Comparator, CompareOptions, ContractFile, Description, bundle};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Documents that have all kinds of objects.
pub(crate) const RICH_DOCUMENTS: [(&str, &str); 3] = [
    ("2.0.yaml", include_str!("rich/2.0.yaml")),
    ("3.0.yaml", include_str!("rich/3.0.yaml")),
    ("3.1.yaml", include_str!("rich/3.1.yaml")),
];

/// A sequence of numbers that is the same in each run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }
}

fn pointers(value: &Value, pointer: &str, all: &mut Vec<String>) {
    all.push(pointer.to_owned());
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                pointers(element, &format!("{pointer}/{index}"), all);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(member, &format!("{pointer}/{name}"), all);
            }
        }
        _ => {}
    }
}

/// Names that occur in descriptions, some of them at wrong places.
const NAMES: [&str; 24] = [
    "name",
    "in",
    "schema",
    "content",
    "example",
    "examples",
    "description",
    "required",
    "type",
    "items",
    "x-own",
    "$ref",
    "enum",
    "servers",
    "style",
    "allowEmptyValue",
    "deprecated",
    "nullable",
    "const",
    "not",
    "minimum",
    "url",
    "default",
    "none",
];

/// Changes one place of a document.
pub(crate) fn change(document: &mut Value, numbers: &mut Numbers) {
    let mut all = Vec::new();
    pointers(document, "", &mut all);
    let pointer = all[numbers.below(all.len())].clone();
    let values = [
        json!("a"),
        json!(""),
        json!(true),
        json!(false),
        json!(null),
        json!(7),
        json!(-1),
        json!(0.5),
        json!([]),
        json!({}),
        json!(["a"]),
        json!(["a", "a"]),
        json!({ "a": "b" }),
        json!({ "$ref": "#/a" }),
        json!({ "$ref": 7 }),
        json!("object"),
        json!("path"),
        json!("http"),
        json!("simple"),
        json!([{}]),
    ];
    let value = values[numbers.below(values.len())].clone();
    let place = document.pointer_mut(&pointer).unwrap();
    match (numbers.below(4), place) {
        (0, Value::Object(members)) if !members.is_empty() => {
            let name = members.keys().nth(numbers.below(members.len())).unwrap().clone();
            members.remove(&name);
        }
        (1 | 2, Value::Object(members)) => {
            members.insert(NAMES[numbers.below(NAMES.len())].to_owned(), value);
        }
        (1, Value::Array(elements)) if !elements.is_empty() => {
            let element = elements[numbers.below(elements.len())].clone();
            elements.push(element);
        }
        (_, place) => *place = value,
    }
}

/// A contract that uses the operations of the documents.
fn contract() -> ContractFile {
    let contract = json!({
        "consumer": { "name": "web" },
        "provider": { "name": "shop" },
        "interactions": [{
            "description": "an order",
            "request": { "method": "GET", "path": "/orders/1", "query": "page=2", "headers": { "X-Trace": "a" } },
            "response": {
                "status": 200,
                "headers": { "Content-Type": "application/json" },
                "body": { "id": 1, "kind": "a", "items": [{ "id": 2 }] },
                "matchingRules": { "body": { "$": { "matchers": [{ "match": "type" }] } } },
            },
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    ContractFile::from_text("web.json", &contract.to_string()).unwrap()
}

/// Rules with paths that walk the whole document.
const RULES: &str = "extends: [[spectral:oas, all], [vacuum:owasp, all]]
rules:
  deep: {given: '$..[?(@property && @.type && @parent.x !== 1)]..[*]^', then: {field: description, function: truthy}}
  way: {given: '$..[?(@path.length > 30)]^^', then: {field: '@key', function: casing, functionOptions: {type: camel}}}
  sorted: {given: '$..*', then: {function: alphabetical}}
  schema: {given: '$..schema', then: {function: schema, functionOptions: {schema: {type: object}, allErrors: true}}}
";

/// How long all of it may take, with much room for a busy machine and a build without optimisation.
const LONGEST: Duration = Duration::from_secs(30);

/// Does with a text all that can be done with a description.
fn use_all(text: &str, before: &Description) {
    let start = Instant::now();
    let Ok(documents) = Documents::from_text("openapi.yaml", text, &Limits::default()) else {
        return;
    };
    lint(&documents, &Ruleset::from_spectral("rules.yaml", RULES).unwrap());
    if let Ok(whole) = bundle(&documents) {
        assert!(serde_json::to_string(&whole).is_ok());
    }
    let Ok(description) = Description::from_text("openapi.yaml", text) else {
        return;
    };
    compare_descriptions(before, &description, &BreakingOptions::default());
    compare_descriptions(&description, before, &BreakingOptions::default());
    let contract = contract();
    for options in [
        CompareOptions::default(),
        CompareOptions::strict(),
        CompareOptions::parity(),
    ] {
        // A description that cannot be compared is an error, with its place.
        let _ = Comparator::new(&description, options).and_then(|comparator| comparator.compare(&contract));
    }
    let _ = coverage(
        &description,
        &[CoverageInput {
            consumer: "web".to_owned(),
            contract: &contract,
        }],
    );
    assert!(start.elapsed() < LONGEST, "{:?} for {text}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_changed_description_makes_nothing_panic(which in 0..3_usize, seed in any::<u64>(), changes in 1..12_usize) {
        let (name, text) = RICH_DOCUMENTS[which];
        let before = Description::from_text(name, text).unwrap();
        let mut document = contract_openapi::document::read(text, contract_openapi::document::FileId::ROOT, &Limits::default())
            .unwrap()
            .to_serde();
        let mut numbers = Numbers(seed);
        for _ in 0..changes {
            change(&mut document, &mut numbers);
        }
        use_all(&document.to_string(), &before);
    }

    #[test]
    fn a_torn_text_makes_nothing_panic(which in 0..3_usize, seed in any::<u64>(), cuts in 1..6_usize) {
        let (name, text) = RICH_DOCUMENTS[which];
        let before = Description::from_text(name, text).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        let mut numbers = Numbers(seed);
        for _ in 0..cuts {
            let (from, to) = (numbers.below(lines.len()), numbers.below(lines.len()));
            match numbers.below(3) {
                0 => lines.swap(from, to),
                1 => { lines.remove(from); }
                _ => lines.insert(to, lines[from]),
            }
        }
        use_all(&lines.join("\n"), &before);
    }
}
