//! Reads alternatives from a JSON Schema.

use super::place::{At, Read, take};
use super::rules::lists_by_path;
use crate::Error;
use crate::contract::alternatives::{Alternative, Alternatives};
use crate::contract::{Combine, Members};
use crate::json::Value;

impl Alternatives {
    /// Reads the alternatives in a schema; `None` if it is an ordinary schema.
    ///
    /// # Errors
    ///
    /// `Malformed` if it has alternatives and other members, or if a rule cannot be read.
    pub(crate) fn of_schema(schema: &Value) -> Result<Option<Self>, Error> {
        let Some(members) = schema.as_object() else {
            return Ok(None);
        };
        let held = [Combine::Or, Combine::And].into_iter().find_map(|combine| {
            let schemas = members.get(Self::keyword(combine))?.as_array()?;
            let is_held = schemas.iter().any(|schema| schema.get(Self::RULES).is_some());
            is_held.then_some((combine, schemas))
        });
        let Some((combine, schemas)) = held else {
            return Ok(None);
        };
        read(members, combine, schemas)
            .map(Some)
            .map_err(|fault| fault.into_error().context("the JSON Schema of a rule"))
    }
}

fn read(members: &Members, combine: Combine, schemas: &[Value]) -> Read<Alternatives> {
    let root = At::Root;
    let keyword = Alternatives::keyword(combine);
    if let Some(other) = members.keys().find(|name| name.as_str() != keyword) {
        return Err(root.member(other).fault(format!(
            "expected nothing beside `{keyword}`, whose schemas hold matching rules (`{}`)",
            Alternatives::RULES
        )));
    }
    let at = root.member(keyword);
    let patterns = schemas
        .iter()
        .enumerate()
        .map(|(index, schema)| alternative(schema, &at.element(index)));
    Ok(Alternatives {
        combine,
        patterns: patterns.collect::<Read<_>>()?,
    })
}

fn alternative(schema: &Value, at: &At) -> Read<Alternative> {
    let mut members = at.object(schema.clone())?;
    let examples = match members.remove(Alternatives::EXAMPLES) {
        Some(examples) => at.member(Alternatives::EXAMPLES).array(examples)?,
        None => Vec::new(),
    };
    let Ok([example]) = <[Value; 1]>::try_from(examples) else {
        return Err(at.fault(format!(
            "expected `{}` with one example, beside which the matching rules hold",
            Alternatives::EXAMPLES
        )));
    };
    let rules = match take(&mut members, Alternatives::RULES) {
        Some(rules) => lists_by_path(rules, &at.member(Alternatives::RULES))?,
        None => {
            return Err(at.fault(format!(
                "expected `{}`, as its neighbours have it",
                Alternatives::RULES
            )));
        }
    };
    match members.keys().next() {
        Some(other) => Err(at.member(other).fault(format!(
            "expected nothing beside `{}` and `{}`",
            Alternatives::EXAMPLES,
            Alternatives::RULES
        ))),
        None => Ok(Alternative { example, rules }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn a_schema_of_its_own_holds_no_alternatives() {
        for schema in [
            json!(true),
            json!({"type": "integer"}),
            json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
            json!({"x-matching-rules": {}}),
        ] {
            assert_eq!(Alternatives::of_schema(&schema).unwrap(), None, "{schema}");
        }
    }

    #[test]
    fn what_would_be_checked_by_halves_is_refused() {
        let held = json!({"examples": [1], "x-matching-rules": {}});
        for (schema, said) in [
            (
                json!({"anyOf": [held, {"type": "null"}]}),
                "$.anyOf[1]: expected `examples` with one example",
            ),
            (
                json!({"anyOf": [held, {"examples": [1]}]}),
                "$.anyOf[1]: expected `x-matching-rules`, as its neighbours have it",
            ),
            (
                json!({"anyOf": [{"examples": [1], "x-matching-rules": {}, "minimum": 2}]}),
                "$.anyOf[0].minimum: expected nothing beside",
            ),
            (
                json!({"allOf": [held], "type": "integer"}),
                "$.type: expected nothing beside `allOf`",
            ),
            (
                json!({"anyOf": [{"examples": [1], "x-matching-rules": {"$..x": {"match": "type"}}}]}),
                "$.anyOf[0]",
            ),
        ] {
            let error = Alternatives::of_schema(&schema).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
