//! Checks whether one schema allows all values that another allows.

use std::cell::Cell;

use jsonschema::canonical;
use serde_json::Value;

use super::alternative::alternatives;
use super::candidate::candidates;
use super::instance::{BUDGET, Maker};
use crate::document::Node;
use crate::schema::{Bundle, Patterns};

/// A version of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Draft {
    /// Draft 4.
    Draft4,
    /// Draft 6.
    Draft6,
    /// Draft 7.
    Draft7,
    /// 2019-09.
    Draft201909,
    /// 2020-12, which OpenAPI 3.1 uses.
    Draft202012,
}

impl Draft {
    fn of_library(self) -> jsonschema::Draft {
        match self {
            Self::Draft4 => jsonschema::Draft::Draft4,
            Self::Draft6 => jsonschema::Draft::Draft6,
            Self::Draft7 => jsonschema::Draft::Draft7,
            Self::Draft201909 => jsonschema::Draft::Draft201909,
            Self::Draft202012 => jsonschema::Draft::Draft202012,
        }
    }
}

/// Whether one schema allows all values that another allows.
#[derive(Debug, Clone, PartialEq)]
pub enum Containment {
    /// Yes: this is proved.
    Contained,
    /// No: this value is allowed by one and rejected by the other.
    NotContained {
        /// The value; it was checked by both schemas.
        witness: Value,
    },
    /// Unknown.
    Unknown {
        /// A short reason.
        reason: &'static str,
    },
}

/// Returns whether everything that `part` allows is allowed by `whole`.
///
/// Formats are checked if `formats` is set. References within the same schema are followed, others are not.
///
/// ```
/// use contract_openapi::sets::{Containment, Draft, contains};
/// use serde_json::json;
///
/// let text = json!({"type": "string"});
/// let short = json!({"type": "string", "maxLength": 2});
/// assert_eq!(contains(&text, &short, Draft::Draft202012, true), Containment::Contained);
/// let Containment::NotContained { witness } = contains(&short, &text, Draft::Draft202012, true) else {
///     panic!("a long text is not short");
/// };
/// assert!(witness.as_str().unwrap().len() > 2);
/// ```
pub fn contains(whole: &Value, part: &Value, draft: Draft, formats: bool) -> Containment {
    let validator = |schema: &Value| {
        jsonschema::options()
            .with_draft(draft.of_library())
            .should_validate_formats(formats)
            .offline()
            .build(schema)
    };
    let (Ok(allows_whole), Ok(allows_part)) = (validator(whole), validator(part)) else {
        return Containment::Unknown {
            reason: "unreadable-schema",
        };
    };
    let is_witness = |value: &Value| allows_part.is_valid(value) && !allows_whole.is_valid(value);
    let verdict = ask(whole, part, draft, formats);
    if verdict.is_contained {
        return Containment::Contained;
    }
    let from_difference = verdict.difference.as_ref().into_iter().flat_map(values_of);
    let values = from_difference.chain(values_of(part)).chain(values_in(whole));
    // Drafts differ in whether `2.0` is an integer: no witness depends on it.
    let witness = values
        .map(without_empty_fractions)
        .find(|value| is_witness(value));
    match witness {
        Some(witness) => Containment::NotContained { witness },
        None => Containment::Unknown {
            reason: verdict.reason,
        },
    }
}

/// Returns a value with integers written without a fraction.
#[expect(clippy::cast_possible_truncation, reason = "checked just before")]
fn without_empty_fractions(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(double) if !number.is_i64() && double.fract() == 0.0 && double.abs() < 9.0e15 => {
                (double as i64).into()
            }
            _ => Value::Number(number),
        },
        Value::Array(elements) => elements.into_iter().map(without_empty_fractions).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, without_empty_fractions(member)))
            .collect(),
        other => other,
    }
}

/// The verdict of the set algebra.
struct Verdict {
    is_contained: bool,
    /// The values that one allows and the other does not, as a schema.
    difference: Option<Value>,
    reason: &'static str,
}

fn ask(whole: &Value, part: &Value, draft: Draft, formats: bool) -> Verdict {
    let canonical = |schema: &Value, uri: &str| {
        canonical::options()
            .with_draft(draft.of_library())
            .with_base_uri(uri)
            .should_validate_formats(formats)
            .offline()
            .canonicalize(schema)
    };
    let unknown = |reason| Verdict {
        is_contained: false,
        difference: None,
        reason,
    };
    let (Ok(whole), Ok(part)) = (canonical(whole, "urn:whole"), canonical(part, "urn:part")) else {
        return unknown("unsupported-keyword");
    };
    match whole.covers(&part) {
        Ok(canonical::Containment::Yes) => Verdict {
            is_contained: true,
            difference: None,
            reason: "",
        },
        Ok(answer) => Verdict {
            is_contained: false,
            difference: part
                .subtract(&whole)
                .ok()
                .map(|difference| difference.to_json_schema()),
            reason: if answer == canonical::Containment::No {
                "no-witness"
            } else {
                "undecided"
            },
        },
        Err(_) => unknown("undecided"),
    }
}

/// Returns values that a schema is likely to allow.
fn values_of(schema: &Value) -> Vec<Value> {
    let root = Node::from(schema.clone());
    let mut bundle = Bundle::of(root);
    bundle.follow_local_references();
    let patterns = Patterns::default();
    let budget = Cell::new(BUDGET);
    let maker = Maker {
        bundle: &bundle,
        patterns: &patterns,
        budget: &budget,
    };
    let mut values = Vec::new();
    for alternative in alternatives(&bundle, &[&bundle.root]).unwrap_or_default() {
        values.extend(candidates(&maker, &alternative));
        values.extend(maker.least_of(&alternative, 0));
        values.extend(variations(&maker, &alternative));
    }
    values.iter().map(Node::to_serde).collect()
}

/// Returns values that occur in a schema, and others that many schemas reject.
fn values_in(schema: &Value) -> Vec<Value> {
    let mut values = values_of(schema);
    values.extend([
        Value::Null,
        true.into(),
        false.into(),
        0.into(),
        1.into(),
        (-1).into(),
        0.5.into(),
        "".into(),
        "a".into(),
        serde_json::json!([]),
        serde_json::json!([0]),
        serde_json::json!([[], {}]),
        serde_json::json!({}),
        serde_json::json!({"a": 0}),
        serde_json::json!({"foo": 1, "bar": "x", "baz": null}),
    ]);
    values
}

/// Returns objects and arrays with more than the required content: each property, and an element for each
/// schema.
fn variations<'a>(maker: &Maker<'a>, alternative: &super::alternative::Alternative<'a>) -> Vec<Node> {
    let mut values = Vec::new();
    let types = alternative.types();
    if types.contains(&"object") {
        let base = maker.least_of_type(alternative, "object", 0);
        let mut names: Vec<&str> = alternative
            .keyword("properties")
            .flat_map(Node::entries)
            .map(|(name, _)| name)
            .collect();
        names.push("other");
        for name in names {
            let schemas = alternative.member(name, &|pattern| maker.is_match(pattern, name));
            let Some(alternatives) = schemas.and_then(|schemas| alternatives(maker.bundle, &schemas)) else {
                continue;
            };
            for member in alternatives
                .iter()
                .flat_map(|alternative| candidates(maker, alternative))
            {
                let mut object = base
                    .clone()
                    .unwrap_or_else(|| crate::document::Object::default().into());
                if let crate::document::Value::Object(object) = &mut object.value {
                    object.insert(name, member);
                }
                values.push(object);
            }
        }
    }
    if types.contains(&"array")
        && let Some(alternatives) = alternative
            .element(0)
            .and_then(|schemas| alternatives(maker.bundle, &schemas))
    {
        for element in alternatives
            .iter()
            .flat_map(|alternative| candidates(maker, alternative))
        {
            for count in 1..=4 {
                values.push(vec![element.clone(); count].into());
            }
        }
    }
    values
}
