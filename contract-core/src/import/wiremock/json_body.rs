//! JSON bodies: documents with placeholders, values at paths, schemas.

use std::collections::BTreeMap;

use super::body::any_of_type;
use super::matcher::{self, Matched, as_json};
use crate::contract::{Matcher, Path, RuleList, Token};
use crate::import::at::At;
use crate::import::finding::{Notes, Unfit};
use crate::json::{self, Map, Value};

/// A body described by several patterns.
#[derive(Debug, Default)]
pub(super) struct JsonBody {
    pub(super) document: Option<Value>,
    pub(super) rules: BTreeMap<Path, RuleList>,
}

/// Maximum length of an array required by a path.
const LONGEST: usize = 100;

impl JsonBody {
    /// Reads `equalToJson`, whose placeholders (`${json-unit.any-string}`) become rules.
    pub(super) fn equal_to(&mut self, pattern: &At<'_>, notes: &mut Notes) -> Result<(), Unfit> {
        let at = pattern.needed("equalToJson")?;
        if pattern.is_true("ignoreArrayOrder") {
            notes.lost(at.place.clone(), "the order of elements is compared");
        }
        if pattern.is_true("ignoreExtraElements") {
            notes.lost(
                at.place.clone(),
                "members that are not in the example are refused",
            );
        }
        let mut document = match at.value {
            Value::String(text) => {
                json::from_str(text).map_err(|error| at.unfit(format!("not valid JSON: {error}")))?
            }
            value => value.clone(),
        };
        self.placeholders(&mut document, &Path::root(), &at, notes)?;
        self.document = Some(document);
        Ok(())
    }

    fn placeholders(
        &mut self,
        value: &mut Value,
        path: &Path,
        at: &At<'_>,
        notes: &mut Notes,
    ) -> Result<(), Unfit> {
        match value {
            Value::String(text) => {
                let Some(inner) = ["${json-unit.", "#{json-unit."]
                    .iter()
                    .find_map(|start| text.strip_prefix(start))
                else {
                    return Ok(());
                };
                let (example, matcher): (Value, Matcher) = match inner {
                    "any-string}" => ("text".into(), Matcher::TYPE),
                    "any-number}" => (1.into(), Matcher::Number),
                    "any-boolean}" => (true.into(), Matcher::Boolean),
                    _ => {
                        if let Some(expression) = inner.strip_prefix("regex}") {
                            let example = matcher::example_of_regex(expression, at, notes)?;
                            (example.into(), Matcher::Regex(expression.to_owned()))
                        } else {
                            notes.lost(
                                at.place.clone(),
                                format!(
                                    "the placeholder at {path} has no rule in contracts: any text is accepted"
                                ),
                            );
                            ("any".into(), Matcher::TYPE)
                        }
                    }
                };
                *value = example;
                self.rules.insert(path.clone(), RuleList::one(matcher));
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.placeholders(item, &path.join(Token::Index(index)), at, notes)?;
                }
            }
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    self.placeholders(member, &path.join(Token::Field(name.clone())), at, notes)?;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }

    /// Reads `matchesJsonPath`: a path, or `{"expression": …, matcher}`.
    pub(super) fn at_path(&mut self, at: &At<'_>, notes: &mut Notes) -> Result<(), Unfit> {
        let (expression, matched) = match at.get("expression") {
            None => (at.text()?, None),
            Some(expression) => {
                let mut of_value = at.value.clone();
                if let Some(members) = of_value.as_object_mut() {
                    members.remove("expression");
                }
                let of_value = At::named(&of_value, at.place.clone());
                (expression.text()?, Some(matcher::read(&of_value, notes)?))
            }
        };
        let Ok(path) = expression.parse::<Path>() else {
            notes.lost(
                at.place.clone(),
                "a JSONPath with filters or slices has no rule in contracts: the rest of the body decides",
            );
            return Ok(());
        };
        let (example, rules) = match matched {
            Some(Matched::Value { example, rules }) if rules.rules.is_empty() => {
                (as_json(&example), RuleList::one(Matcher::Equality))
            }
            Some(Matched::Value { example, rules }) => (example.into(), rules),
            Some(Matched::Several(_) | Matched::Nothing) => return Ok(()),
            None => {
                notes.lost(
                    at.place.clone(),
                    format!("what is at {path} is not known: the contract asks for a text"),
                );
                ("any".into(), any_of_type())
            }
        };
        let is_new = self.document.is_none();
        let document = self.document.get_or_insert(Value::Object(Map::new()));
        let put = put(document, path.tokens(), example);
        if is_new {
            notes.lost(
                at.place.clone(),
                "the stub names only parts of the body: members that are not in the example are refused",
            );
        }
        match put {
            Put::Done => {
                self.rules.insert(path, rules);
            }
            Put::Present => {
                // The document already requires equality.
                if rules != RuleList::one(Matcher::Equality) {
                    self.rules.insert(path, rules);
                }
            }
            Put::Impossible => notes.lost(
                at.place.clone(),
                format!("{path} does not fit into the body that the other patterns describe"),
            ),
        }
        Ok(())
    }

    /// Reads `matchesJsonSchema`.
    pub(super) fn schema(&mut self, at: &At<'_>, notes: &mut Notes) -> Result<(), Unfit> {
        let schema = match at.value {
            Value::String(text) => {
                json::from_str(text).map_err(|error| at.unfit(format!("not valid JSON: {error}")))?
            }
            value => value.clone(),
        };
        let document = self
            .document
            .take()
            .or_else(|| crate::pattern::example_of_schema(&schema));
        let Some(document) = document else {
            notes.lost(
                at.place.clone(),
                "the schema names no example: any body is accepted",
            );
            return Ok(());
        };
        self.document = Some(document);
        self.rules
            .insert(Path::root(), RuleList::one(Matcher::Schema(schema)));
        Ok(())
    }
}

enum Put {
    /// The value was added.
    Done,
    /// The value existed already.
    Present,
    Impossible,
}

/// Adds a value at a path of a document, creating missing parents.
fn put(document: &mut Value, steps: &[Token], example: Value) -> Put {
    let Some((step, rest)) = steps.split_first() else {
        return Put::Present;
    };
    let is_empty_object = document.as_object().is_some_and(Map::is_empty);
    let next = match step {
        Token::Field(name) => {
            let Some(members) = document.as_object_mut() else {
                return Put::Impossible;
            };
            if rest.is_empty() {
                if members.contains_key(name.as_str()) {
                    return Put::Present;
                }
                members.insert(name.clone(), example);
                return Put::Done;
            }
            members
                .entry(name.clone())
                .or_insert_with(|| Value::Object(Map::new()))
        }
        Token::Index(_) | Token::StarIndex => {
            let index = if let Token::Index(index) = step { *index } else { 0 };
            if index >= LONGEST {
                return Put::Impossible;
            }
            if is_empty_object {
                *document = Value::Array(Vec::new());
            }
            let Some(items) = document.as_array_mut() else {
                return Put::Impossible;
            };
            if rest.is_empty() {
                if items.len() > index {
                    return Put::Present;
                }
                items.resize(index + 1, example);
                return Put::Done;
            }
            if items.len() <= index {
                items.resize(index + 1, Value::Object(Map::new()));
            }
            &mut items[index]
        }
        Token::Star => return Put::Impossible,
    };
    put(next, rest, example)
}
