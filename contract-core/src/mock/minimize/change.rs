//! A change to a provider's response.

use serde::{Deserialize, Serialize};

use crate::contract::{Body, Data, Generators, Headers, InteractionKind, Path, Token};
use crate::json::{Number, Value};

/// A member that no contract has.
const UNKNOWN_MEMBER: &str = "contractUnknownField";

/// The changed field and the kind of change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Change {
    /// The index of the interaction among those that the test expects.
    pub(super) interaction: usize,
    pub(super) place: Place,
    pub(super) to: To,
}

/// A field of a response.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Place {
    /// A path as text; `[*]` and `.*` match all elements and members.
    Body(String),
    Header(String),
}

/// The change of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum To {
    /// It is removed.
    Absent,
    /// It becomes `null`.
    Null,
    /// It becomes another value of the same type.
    Other,
    /// Each object in it gets one more member.
    WithUnknownMember,
}

impl Change {
    /// Applies the change to what the provider sends in this interaction.
    pub(super) fn apply(&self, kind: &mut InteractionKind) {
        match kind {
            InteractionKind::Http(http) => {
                let response = &mut http.response;
                self.apply_to(
                    &mut response.body,
                    Some(&mut response.headers),
                    &mut response.generators,
                );
            }
            InteractionKind::Message(message) => {
                self.apply_to(&mut message.contents, None, &mut message.generators);
            }
            InteractionKind::SyncMessage(exchange) => {
                for response in &mut exchange.responses {
                    self.apply_to(&mut response.contents, None, &mut response.generators);
                }
            }
            InteractionKind::Unknown { .. } => {}
        }
    }

    fn apply_to(&self, body: &mut Body, headers: Option<&mut Headers>, generators: &mut Generators) {
        match &self.place {
            Place::Header(name) => {
                if let Some(headers) = headers {
                    headers.remove(name);
                }
                generators
                    .headers
                    .retain(|field, _| !field.eq_ignore_ascii_case(name));
            }
            Place::Body(path) => {
                let Ok(path) = path.parse::<Path>() else { return };
                if self.to != To::WithUnknownMember {
                    // A generator would overwrite it.
                    generators
                        .body
                        .retain(|place, _| !place.tokens().starts_with(path.tokens()));
                }
                if let Body::Present(content) = body
                    && let Data::Json(document) = &mut content.data
                {
                    change(document, path.tokens(), self.to);
                }
            }
        }
    }
}

fn change(value: &mut Value, steps: &[Token], to: To) {
    let Some((step, rest)) = steps.split_first() else {
        replace(value, to);
        return;
    };
    let removes = rest.is_empty() && to == To::Absent;
    match (step, value) {
        (Token::Field(name), Value::Object(members)) if removes => {
            members.remove(name);
        }
        (Token::Field(name), Value::Object(members)) => {
            if let Some(member) = members.get_mut(name) {
                change(member, rest, to);
            }
        }
        (Token::Star, Value::Object(members)) if removes => members.clear(),
        (Token::Star, Value::Object(members)) => {
            for member in members.values_mut() {
                change(member, rest, to);
            }
        }
        (Token::StarIndex | Token::Star, Value::Array(elements)) => {
            for element in elements {
                change(element, rest, to);
            }
        }
        (Token::Index(index), Value::Array(elements)) => {
            if let Some(element) = elements.get_mut(*index) {
                change(element, rest, to);
            }
        }
        _ => {}
    }
}

fn replace(value: &mut Value, to: To) {
    match to {
        To::Absent | To::Null => *value = Value::Null,
        To::Other => other(value),
        To::WithUnknownMember => with_unknown_member(value),
    }
}

/// Replaces a string, number or Boolean by another value of the same type.
fn other(value: &mut Value) {
    match value {
        Value::String(text) => text.push_str(" (other)"),
        Value::Bool(flag) => *flag = !*flag,
        Value::Number(number) => {
            let next = match number.as_i64() {
                Some(integer) => Some(Number::from(integer.checked_add(1).unwrap_or(0))),
                None => Number::from_f64(number.as_f64() / 2.0 + 1.5),
            };
            if let Some(next) = next {
                *number = next;
            }
        }
        Value::Null | Value::Array(_) | Value::Object(_) => {}
    }
}

fn with_unknown_member(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(with_unknown_member);
            members.insert(UNKNOWN_MEMBER.to_owned(), "unknown".into());
        }
        Value::Array(elements) => elements.iter_mut().for_each(with_unknown_member),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn a_change_reaches_every_element_and_nothing_else() {
        let document = json!({"id": 1, "roles": [{"name": "a", "since": true}, {"name": "b"}], "price": 1.5});
        let table = [
            (
                "$.id",
                To::Absent,
                json!({"roles": [{"name": "a", "since": true}, {"name": "b"}], "price": 1.5}),
            ),
            (
                "$.roles[*].name",
                To::Absent,
                json!({"id": 1, "roles": [{"since": true}, {}], "price": 1.5}),
            ),
            (
                "$.roles[*].name",
                To::Other,
                json!({"id": 1, "roles": [{"name": "a (other)", "since": true}, {"name": "b (other)"}], "price": 1.5}),
            ),
            ("$.roles", To::Null, json!({"id": 1, "roles": null, "price": 1.5})),
            (
                "$.id",
                To::Other,
                json!({"id": 2, "roles": [{"name": "a", "since": true}, {"name": "b"}], "price": 1.5}),
            ),
            ("$.missing.id", To::Null, document.clone()),
            ("$.id[*].x", To::Absent, document.clone()),
        ];
        for (path, to, expected) in table {
            let mut changed = document.clone();
            change(&mut changed, path.parse::<Path>().unwrap().tokens(), to);
            assert_eq!(changed, expected, "{path} {to:?}");
        }
    }

    #[test]
    fn every_object_gets_the_unknown_member() {
        let mut document = json!([{"a": {"b": 1}}, 2]);
        change(&mut document, &[], To::WithUnknownMember);
        assert_eq!(
            document,
            json!([{"a": {"b": 1, UNKNOWN_MEMBER: "unknown"}, UNKNOWN_MEMBER: "unknown"}, 2])
        );
    }
}
