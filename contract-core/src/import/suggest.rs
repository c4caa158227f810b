//! Suggests patterns for recorded values.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::draft::Draft;
use super::finding::Notes;
use crate::contract::{Body, Content, ContentType, Data, Matcher, Path, Response, RuleList, Token};
use crate::json::{Map, Value};
use crate::pattern::{self, IntoPattern, Pattern};

/// Timestamps as in RFC 3339, with or without an offset.
const MOMENT: &str = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?";
const DAY: &str = r"\d{4}-\d{2}-\d{2}";
const UUID: &str = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

struct Form {
    whole: Option<Regex>,
    expression: &'static str,
}

impl Form {
    fn of(expression: &'static str) -> Self {
        Self {
            whole: Regex::new(&format!("^(?:{expression})$")).ok(),
            expression,
        }
    }
}

static FORMS: LazyLock<[Form; 3]> = LazyLock::new(|| [Form::of(UUID), Form::of(MOMENT), Form::of(DAY)]);

/// Reduces a recorded response to what a consumer usually needs: the status, the content type, and a body
/// with the same members and types.
pub(super) fn suggest(draft: &mut Draft, notes: &mut Notes) {
    let Draft { place, response, .. } = draft;
    headers(response);
    let Body::Present(Content {
        data, content_type, ..
    }) = &mut response.body
    else {
        return;
    };
    match data {
        Data::Json(value) => {
            let mut suggestion = Suggestion { notes, place };
            let expanded = suggestion.of(value, &Path::root()).expand();
            *value = expanded.example;
            response.rules.body = expanded.rules;
        }
        Data::Text(_) if content_type.as_ref().is_none_or(is_plain) => {
            response.rules.body = [(Path::root(), RuleList::one(Matcher::TYPE))].into();
        }
        // Other kinds of documents are compared by their own rules.
        Data::Text(_) | Data::Binary(_) | Data::Undecoded(_) => {}
    }
}

fn is_plain(content_type: &ContentType) -> bool {
    content_type.essence() == "text/plain"
}

/// Keeps the header names; any value matches, except for the content type.
fn headers(response: &mut Response) {
    for (name, _) in response.headers.iter() {
        if !name.eq_ignore_ascii_case("content-type") && !response.rules.headers.contains_key(name) {
            response
                .rules
                .headers
                .insert(name.to_owned(), RuleList::one(Matcher::TYPE));
        }
    }
}

struct Suggestion<'a> {
    notes: &'a mut Notes,
    place: &'a str,
}

impl Suggestion<'_> {
    fn lost(&mut self, what: String) {
        self.notes.lost(self.place, what);
    }

    fn of(&mut self, value: &Value, at: &Path) -> Pattern {
        match value {
            Value::Null => {
                self.lost(format!(
                    "the response has null at {at}, so its type is not known: the contract asks for null"
                ));
                pattern::null()
            }
            Value::Bool(flag) => pattern::boolean(*flag),
            Value::Number(number) if number.is_integer() => pattern::integer(value.clone()),
            Value::Number(_) => pattern::number(value.clone()),
            Value::String(text) => of_text(text),
            Value::Array(items) => self.of_array(items, at),
            Value::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, member)| {
                        let below = at.join(Token::Field(name.clone()));
                        (name.clone(), self.of(member, &below))
                    })
                    .collect();
                pattern::object(members)
            }
        }
    }

    fn of_array(&mut self, items: &[Value], at: &Path) -> Pattern {
        let Some(first) = items.first() else {
            return pattern::like(Value::Array(Vec::new()));
        };
        let below = at.join(Token::StarIndex);
        match common(items) {
            Common::Same => pattern::each_like(self.of(first, &below)).into_pattern(),
            Common::Members(shared) => {
                self.lost(format!(
                    "the elements at {at} have different members: the contract asks for those that all have"
                ));
                let element = first.as_object().into_iter().flatten();
                let element: Map = element
                    .filter(|(name, _)| shared.contains(name.as_str()))
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect();
                pattern::each_like(self.of(&Value::Object(element), &below)).into_pattern()
            }
            Common::Nothing => {
                self.lost(format!(
                    "the elements at {at} are of different types: the contract asks for an array of any"
                ));
                pattern::like(Value::Array(Vec::new()))
            }
        }
    }
}

fn of_text(text: &str) -> Pattern {
    let form = FORMS
        .iter()
        .find(|form| form.whole.as_ref().is_some_and(|whole| whole.is_match(text)));
    match form {
        Some(form) => pattern::regex(form.expression, text),
        None => pattern::string(text),
    }
}

/// What the elements of an array have in common.
enum Common<'a> {
    /// Type and members.
    Same,
    /// Objects that share these members, each with one type.
    Members(BTreeSet<&'a str>),
    /// Their types differ.
    Nothing,
}

fn common(items: &[Value]) -> Common<'_> {
    let Some((first, rest)) = items.split_first() else {
        return Common::Same;
    };
    if rest.iter().any(|item| kind(item) != kind(first)) {
        return Common::Nothing;
    }
    let Value::Object(members) = first else {
        return Common::Same;
    };
    let shared: BTreeSet<&str> = members
        .iter()
        .filter(|(name, member)| {
            rest.iter().all(|item| {
                item.as_object()
                    .and_then(|members| members.get(name.as_str()))
                    .is_some_and(|other| kind(other) == kind(member))
            })
        })
        .map(|(name, _)| name.as_str())
        .collect();
    let all_have_them = shared.len() == members.len()
        && rest
            .iter()
            .all(|item| item.as_object().is_some_and(|other| other.len() == members.len()));
    if all_have_them {
        Common::Same
    } else {
        Common::Members(shared)
    }
}

fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(number) if number.is_integer() => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
    }
}
