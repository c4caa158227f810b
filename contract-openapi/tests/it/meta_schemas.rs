//! The structure of documents is what the official meta-schemas say, if a copy of them is at hand:
//!
//! ```text
//! npm install @seriousme/openapi-schema-validator
//! CONTRACT_OPENAPI_SCHEMAS=node_modules/@seriousme/openapi-schema-validator/schemas cargo test -p contract-openapi meta_schemas
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use contract_openapi::document::{Documents, FileId, Limits, read};
use contract_openapi::lint::lint_rule;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::mutation::{Numbers, RICH_DOCUMENTS, change};

/// How many changed copies of each valid document are judged.
const CHANGES: usize = 20;
/// How many changed copies are judged of documents that have all kinds of objects.
const CHANGES_OF_RICH: usize = 2_000;
/// Larger documents are judged as they are only.
const LARGEST_CHANGED: usize = 40_000;

struct MetaSchemas {
    v2: Validator,
    v3_0: Validator,
    v3_1: Validator,
}

impl MetaSchemas {
    fn load() -> Option<Self> {
        let Some(folder) = std::env::var_os("CONTRACT_OPENAPI_SCHEMAS") else {
            eprintln!("skipped the meta-schemas: CONTRACT_OPENAPI_SCHEMAS is not set");
            return None;
        };
        let schema = |version: &str| -> Value {
            let path = Path::new(&folder).join(version).join("schema.json");
            let text =
                std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            serde_json::from_str(&text).unwrap()
        };
        let validator = |schema: &Value| jsonschema::options().build(schema).unwrap();
        let mut v3_1 = schema("v3.1");
        // The official one leaves schemas to their dialect, which is that of JSON Schema 2020-12 unless another is named.
        v3_1["$defs"]["schema"] = json!({ "$ref": "https://json-schema.org/draft/2020-12/schema" });
        Some(Self {
            v2: validator(&schema("v2.0")),
            v3_0: validator(&schema("v3.0")),
            v3_1: validator(&v3_1),
        })
    }

    /// Returns whether a document is valid, and the rule that says so; `None` if it has no version that they are for.
    fn judge(&self, document: &Value) -> Option<(bool, &'static str)> {
        if document["swagger"] == "2.0" {
            return Some((self.v2.is_valid(document), "oas2-schema"));
        }
        let version = document["openapi"].as_str()?;
        if version.starts_with("3.0") {
            Some((self.v3_0.is_valid(document), "oas3-schema"))
        } else if version.starts_with("3.1") {
            Some((self.v3_1.is_valid(document), "oas3-schema"))
        } else {
            None
        }
    }

    fn first_error(&self, document: &Value) -> String {
        let validator = match (document.get("swagger"), document["openapi"].as_str()) {
            (Some(_), _) => &self.v2,
            (_, Some(version)) if version.starts_with("3.0") => &self.v3_0,
            _ => &self.v3_1,
        };
        let error = validator.iter_errors(document).next();
        error.map_or_else(String::new, |error| {
            let text = error.to_string();
            let start = text.chars().count().saturating_sub(160);
            format!(
                "{} {}",
                error.instance_path(),
                text.chars().skip(start).collect::<String>()
            )
        })
    }
}

/// How the paths of our own documents begin.
const RICH: &str = "rich";

fn documents() -> Vec<(PathBuf, Value)> {
    let folder = std::env::var_os("CONTRACT_CONFORMANCE_DIR").expect("CONTRACT_CONFORMANCE_DIR");
    let mut files = Vec::new();
    collect(&Path::new(&folder).join("openapi"), &mut files);
    files.sort();
    let documents = files.into_iter().filter_map(|path| {
        let text = std::fs::read_to_string(&path).ok()?;
        let document = read(&text, FileId::ROOT, &Limits::default()).ok()?;
        let is_description = document.get("swagger").is_some() || document.get("openapi").is_some();
        is_description.then(|| (path, document.to_serde()))
    });
    documents.collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if ["yaml", "yml", "json"]
            .iter()
            .any(|end| path.extension().is_some_and(|found| found == *end))
        {
            files.push(path);
        }
    }
}

/// What was counted, by version.
#[derive(Default)]
struct Agreement {
    judged: usize,
    invalid: usize,
    by_version: BTreeMap<String, usize>,
    differences: Vec<String>,
}

impl Agreement {
    fn count(&mut self, schemas: &MetaSchemas, name: &str, document: &Value) {
        let Some((is_valid, rule)) = schemas.judge(document) else {
            return;
        };
        let documents =
            Documents::from_text("openapi.json", &document.to_string(), &Limits::default()).unwrap();
        let findings = lint_rule(&documents, rule).unwrap();
        self.judged += 1;
        let version = document
            .get("swagger")
            .or(document.get("openapi"))
            .and_then(Value::as_str);
        let version: String = version.unwrap_or_default().chars().take(3).collect();
        *self.by_version.entry(version).or_default() += 1;
        self.invalid += usize::from(!is_valid);
        if is_valid != findings.is_empty() {
            let found = findings.first().map_or_else(String::new, |finding| {
                let path: Vec<String> = finding.path.iter().map(ToString::to_string).collect();
                format!("{}: {}", path.join(" "), finding.message)
            });
            self.differences.push(format!(
                "{name}: schema says {:?}, we say {found:?}",
                schemas.first_error(document)
            ));
        }
    }
}

#[test]
fn documents_are_valid_if_the_meta_schemas_say_so() {
    let Some(schemas) = MetaSchemas::load() else {
        return;
    };
    let mut documents = documents();
    assert!(documents.len() > 100, "{} documents", documents.len());
    for (name, text) in RICH_DOCUMENTS {
        let document = read(text, FileId::ROOT, &Limits::default()).unwrap().to_serde();
        assert_eq!(
            schemas.judge(&document).map(|(is_valid, _)| is_valid),
            Some(true),
            "{}",
            schemas.first_error(&document)
        );
        documents.push((Path::new(RICH).join(name), document));
    }
    let mut as_written = Agreement::default();
    let mut changed = Agreement::default();
    let mut numbers = Numbers(1);
    for (path, document) in &documents {
        let name = path.display().to_string();
        as_written.count(&schemas, &name, document);
        let is_valid = schemas.judge(document).is_some_and(|(is_valid, _)| is_valid);
        if !is_valid || document.to_string().len() > LARGEST_CHANGED {
            continue;
        }
        let changes = if path.starts_with(RICH) {
            CHANGES_OF_RICH
        } else {
            CHANGES
        };
        for number in 0..changes {
            let mut copy = document.clone();
            change(&mut copy, &mut numbers);
            if number % 3 == 0 {
                change(&mut copy, &mut numbers);
            }
            if copy.as_object().is_none_or(Map::is_empty) {
                continue;
            }
            changed.count(&schemas, &format!("{name} changed {number}"), &copy);
        }
    }
    for (what, agreement) in [("as written", &as_written), ("changed", &changed)] {
        eprintln!(
            "{what}: {} documents {:?}, {} of them invalid, {} judged otherwise",
            agreement.judged,
            agreement.by_version,
            agreement.invalid,
            agreement.differences.len()
        );
    }
    let differences: Vec<&String> = as_written
        .differences
        .iter()
        .chain(&changed.differences)
        .collect();
    assert!(
        differences.is_empty(),
        "{} differ: {:#?}",
        differences.len(),
        differences.iter().take(40).collect::<Vec<_>>()
    );
}
