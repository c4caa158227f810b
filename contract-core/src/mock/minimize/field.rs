//! The fields of a provider's answers that a contract names.

use std::collections::BTreeMap;

use super::change::{Change, Place, To};
use crate::contract::{
    Body, Data, Interaction, InteractionKind, Matcher, MatchingRules, Path, Rule, RuleList, Token,
};
use crate::json::Value;

/// A field of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) interaction: usize,
    pub(super) place: Place,
    /// The field that contains it, by its index in the list.
    pub(super) parent: Option<usize>,
    /// How many fields contain it.
    pub(super) depth: usize,
    pub(super) is_container: bool,
    /// Whether it is `null` in the example.
    pub(super) is_null: bool,
    pub(super) other: OtherValue,
}

/// What a value of the same type, and another than the example, means for the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OtherValue {
    /// The contract allows it.
    Allowed,
    /// The contract lists the values: it is one that is not listed.
    Unlisted,
    /// It may break a rule, so it is not tried.
    NotTried,
}

impl Field {
    pub(super) fn change(&self, to: To) -> Change {
        Change {
            interaction: self.interaction,
            place: self.place.clone(),
            to,
        }
    }

    /// Returns its path in the body.
    pub(super) fn path(&self) -> Option<Path> {
        match &self.place {
            Place::Body(path) => path.parse().ok(),
            Place::Header(_) => None,
        }
    }

    pub(super) fn is_in_body(&self) -> bool {
        matches!(self.place, Place::Body(_))
    }
}

/// Returns the fields of all answers; a field is after the one that contains it.
pub(super) fn fields(interactions: &[Interaction]) -> Vec<Field> {
    let mut fields = Vec::new();
    for (number, interaction) in interactions.iter().enumerate() {
        match &interaction.kind {
            InteractionKind::Http(http) => {
                let response = &http.response;
                Walk::of(number, &response.rules, &mut fields).body(&response.body);
                for (name, _) in response.headers.iter() {
                    // What the body is follows from the body.
                    if !name.eq_ignore_ascii_case("content-type") {
                        fields.push(header(number, name));
                    }
                }
            }
            InteractionKind::Message(message) => {
                Walk::of(number, &message.rules, &mut fields).body(&message.contents);
            }
            InteractionKind::SyncMessage(exchange) => {
                let mut known = BTreeMap::new();
                for response in &exchange.responses {
                    let mut walk = Walk::of(number, &response.rules, &mut fields);
                    walk.known = std::mem::take(&mut known);
                    walk.body(&response.contents);
                    known = walk.known;
                }
            }
            InteractionKind::Unknown { .. } => {}
        }
    }
    fields
}

fn header(interaction: usize, name: &str) -> Field {
    Field {
        interaction,
        place: Place::Header(name.to_ascii_lowercase()),
        parent: None,
        depth: 0,
        is_container: false,
        is_null: false,
        other: OtherValue::NotTried,
    }
}

/// Returns the body of what the provider sends first.
pub(super) fn json_body(kind: &InteractionKind) -> Option<&Value> {
    let body = match kind {
        InteractionKind::Http(http) => &http.response.body,
        InteractionKind::Message(message) => &message.contents,
        InteractionKind::SyncMessage(exchange) => &exchange.responses.first()?.contents,
        InteractionKind::Unknown { .. } => return None,
    };
    match &body.content()?.data {
        Data::Json(document) => Some(document),
        _ => None,
    }
}

struct Walk<'w> {
    interaction: usize,
    rules: &'w MatchingRules,
    fields: &'w mut Vec<Field>,
    /// The fields found, by path: elements of an array share theirs.
    known: BTreeMap<String, usize>,
}

impl<'w> Walk<'w> {
    fn of(interaction: usize, rules: &'w MatchingRules, fields: &'w mut Vec<Field>) -> Self {
        Self {
            interaction,
            rules,
            fields,
            known: BTreeMap::new(),
        }
    }

    fn body(&mut self, body: &Body) {
        if let Some(content) = body.content()
            && let Data::Json(document) = &content.data
        {
            self.below(document, &Path::root(), None, 0);
        }
    }

    /// Adds the fields in a value. `parent` is the field that it is in.
    fn below(&mut self, value: &Value, path: &Path, parent: Option<usize>, depth: usize) {
        match value {
            Value::Object(members) if self.has_free_keys(path) => {
                // Members of a map are entries, not fields: all of them are one.
                for member in members.values() {
                    self.below(member, &path.join(Token::Star), parent, depth);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let path = path.join(Token::Field(name.clone()));
                    let index = self.field(member, &path, parent, depth);
                    self.below(member, &path, Some(index), depth + 1);
                }
            }
            Value::Array(elements) => {
                for element in elements {
                    self.below(element, &path.join(Token::StarIndex), parent, depth);
                }
            }
            _ => {}
        }
    }

    fn field(&mut self, value: &Value, path: &Path, parent: Option<usize>, depth: usize) -> usize {
        if let Some(&index) = self.known.get(path.as_str()) {
            return index;
        }
        let index = self.fields.len();
        self.known.insert(path.as_str().to_owned(), index);
        let is_container = matches!(value, Value::Object(_) | Value::Array(_));
        self.fields.push(Field {
            interaction: self.interaction,
            place: Place::Body(path.as_str().to_owned()),
            parent,
            depth,
            is_container,
            is_null: value.is_null(),
            other: if is_container || value.is_null() {
                OtherValue::NotTried
            } else {
                other_value(self.rules.body.get(path))
            },
        });
        index
    }

    fn has_free_keys(&self, path: &Path) -> bool {
        let is_of_map = |rule: &Rule| {
            matches!(
                rule.matcher,
                Matcher::Values | Matcher::EachKey(_) | Matcher::EachValue(_)
            )
        };
        let at = |path: &Path| self.rules.body.get(path);
        at(path).is_some_and(|list| list.rules.iter().any(is_of_map)) || at(&path.join(Token::Star)).is_some()
    }
}

fn other_value(rules: Option<&RuleList>) -> OtherValue {
    let Some(list) = rules else {
        // A rule above it says that the type matters; without one the contract lists this value alone.
        return OtherValue::Allowed;
    };
    let all = |is: fn(&Matcher) -> bool| list.rules.iter().all(|rule| is(&rule.matcher));
    if all(lists_values) {
        OtherValue::Unlisted
    } else if all(allows_type) {
        OtherValue::Allowed
    } else {
        OtherValue::NotTried
    }
}

/// Returns whether it allows each value of the example's type.
fn allows_type(matcher: &Matcher) -> bool {
    matches!(
        matcher,
        Matcher::Type { .. } | Matcher::Number | Matcher::Integer | Matcher::Decimal | Matcher::Boolean
    )
}

/// Returns whether it allows listed values alone: `any_of(["open", "paid"])` is written as an expression of plain texts.
fn lists_values(matcher: &Matcher) -> bool {
    match matcher {
        Matcher::Equality => true,
        Matcher::Regex(text) => {
            let is_plain =
                |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '\\' | '(' | ')' | '?' | ':');
            let inner = text.trim_start_matches('^').trim_end_matches('$');
            inner
                .split('|')
                .all(|one| !one.is_empty() && !is_class(one) && one.chars().all(is_plain))
        }
        Matcher::Schema(schema) => schema.get("enum").is_some(),
        _ => false,
    }
}

/// Returns whether there is a class such as `\d` in it.
fn is_class(text: &str) -> bool {
    text.split('\\')
        .skip(1)
        .any(|escaped| escaped.starts_with(|c: char| c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[test]
    fn fields_of_elements_and_maps_are_found_once() {
        let interaction: Interaction = Interaction::http("users")
            .request(Request::get("/users"))
            .response(Response::ok().header("etag", "1").json(json_like!({
                "id": 1,
                "kind": exactly("user"),
                "status": any_of(["open", "paid"]),
                "email": regex(r"^\S+@\S+$", "ada@example.com"),
                "roles": each_like({ "name": "admin" }),
                "prices": each_value("eur", 1),
            })))
            .into();
        let found: Vec<String> = fields(&[interaction])
            .iter()
            .map(|field| format!("{:?} {} {:?}", field.place, field.depth, field.other))
            .collect();
        assert_eq!(
            found,
            [
                r#"Body("$.email") 0 NotTried"#,
                r#"Body("$.id") 0 Allowed"#,
                r#"Body("$.kind") 0 Unlisted"#,
                r#"Body("$.prices") 0 NotTried"#,
                r#"Body("$.roles") 0 NotTried"#,
                r#"Body("$.roles[*].name") 1 Allowed"#,
                r#"Body("$.status") 0 Unlisted"#,
                r#"Header("etag") 0 NotTried"#,
            ]
        );
    }
}
