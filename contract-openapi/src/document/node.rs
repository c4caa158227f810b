//! A node of a document: a value and its position.

use contract_core::json::{self, Number};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::{Member, Object, Position};

/// A value with its position. Equality compares values, not positions.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its first character. For an alias of YAML: where the alias is used.
    pub at: Position,
}

/// A JSON value whose objects keep the order of their members and whose numbers keep their text.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// `null`, or nothing in YAML.
    #[default]
    Null,
    /// A boolean: `true` or `false` alone (YAML 1.2, core schema).
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(Box<str>),
    /// An array.
    Array(Vec<Node>),
    /// An object.
    Object(Object),
}

impl Node {
    /// Creates a node without a file.
    pub fn new(value: Value) -> Self {
        Self {
            value,
            at: Position::default(),
        }
    }

    /// Returns the member with this name, if the node is an object that has it.
    ///
    /// ```
    /// use contract_openapi::document::{FileId, Limits, read};
    ///
    /// let node = read("info:\n  title: Orders\n", FileId::ROOT, &Limits::default())?;
    /// let title = node.get("info").and_then(|info| info.get("title"));
    /// assert_eq!(title.and_then(|title| title.as_str()), Some("Orders"));
    /// # Ok::<(), contract_openapi::document::ReadError>(())
    /// ```
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// Returns the value below these names; array elements by their index from 0.
    pub fn descend<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Option<&Self> {
        let mut node = self;
        for name in names {
            node = match &node.value {
                Value::Object(object) => object.get(name)?,
                Value::Array(elements) => elements.get(name.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(node)
    }

    /// Returns the object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match &self.value {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the elements, if it is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// Returns the number, if it is one.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the number as the nearest double, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number().map(Number::as_f64)
    }

    /// Returns the number, if it is an integer of 64 bits that is not negative; `2.0` is 2.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked just before"
    )]
    pub fn as_u64(&self) -> Option<u64> {
        let number = self.as_number()?;
        number.as_u64().or_else(|| {
            let double = number.as_f64();
            (double.fract() == 0.0 && (0.0..9.0e15).contains(&double)).then_some(double as u64)
        })
    }

    /// Returns whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Returns the text of a scalar: a text itself, a number or boolean as it is written in JSON.
    pub fn scalar_text(&self) -> Option<String> {
        match &self.value {
            Value::String(text) => Some(text.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// Returns the texts of an array; other elements are left out.
    pub fn strings(&self) -> impl Iterator<Item = &str> {
        self.as_array()
            .unwrap_or_default()
            .iter()
            .filter_map(Self::as_str)
    }

    /// Returns the members, if it is an object; none otherwise.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Member)> {
        self.as_object().into_iter().flat_map(Object::iter)
    }

    /// Returns names and values of the members, if it is an object; none otherwise.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.members().map(|(name, member)| (name, &member.node))
    }

    /// Returns the value as JSON of `contract-core`, without positions.
    pub fn to_json(&self) -> json::Value {
        match &self.value {
            Value::Null => json::Value::Null,
            Value::Bool(flag) => json::Value::Bool(*flag),
            Value::Number(number) => json::Value::Number(number.clone()),
            Value::String(text) => json::Value::String(text.to_string()),
            Value::Array(elements) => json::Value::Array(elements.iter().map(Self::to_json).collect()),
            Value::Object(object) => {
                let members = object
                    .iter()
                    .map(|(name, member)| (name.to_owned(), member.node.to_json()));
                json::Value::Object(members.collect())
            }
        }
    }

    /// Returns the value as `serde_json` represents it: members sorted by name, numbers beyond 64 bits as
    /// doubles.
    pub fn to_serde(&self) -> serde_json::Value {
        match &self.value {
            Value::Array(elements) => elements.iter().map(Self::to_serde).collect(),
            Value::Object(object) => object
                .iter()
                .map(|(name, member)| (name.to_owned(), member.node.to_serde()))
                .collect(),
            _ => self.to_json().to_serde(),
        }
    }

    /// Returns the node for a value without positions.
    pub fn from_json(value: &json::Value) -> Self {
        Self::new(match value {
            json::Value::Null => Value::Null,
            json::Value::Bool(flag) => Value::Bool(*flag),
            json::Value::Number(number) => Value::Number(number.clone()),
            json::Value::String(text) => Value::String(text.as_str().into()),
            json::Value::Array(elements) => Value::Array(elements.iter().map(Self::from_json).collect()),
            json::Value::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, value)| (name.as_str(), Self::from_json(value)));
                Value::Object(members.collect())
            }
        })
    }

    /// Returns whether both are the same value of JSON Schema: numbers by value, members in any order.
    pub fn same_value(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(one), Value::Bool(other)) => one == other,
            (Value::Number(one), Value::Number(other)) => one.same_value(other),
            (Value::String(one), Value::String(other)) => one == other,
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.same_value(other))
            }
            (Value::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one.iter().all(|(name, member)| {
                        other.get(name).is_some_and(|other| member.node.same_value(other))
                    })
            }
            _ => false,
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.same_value(other)
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::new(Value::String(text.into()))
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Self {
        Self::new(Value::Bool(flag))
    }
}

impl From<Object> for Node {
    fn from(object: Object) -> Self {
        Self::new(Value::Object(object))
    }
}

impl From<Vec<Node>> for Node {
    fn from(elements: Vec<Node>) -> Self {
        Self::new(Value::Array(elements))
    }
}

impl From<serde_json::Value> for Node {
    fn from(value: serde_json::Value) -> Self {
        Self::from_json(&value.into())
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => number.serialize(serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(elements) => {
                let mut array = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    array.serialize_element(element)?;
                }
                array.end()
            }
            Value::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (name, member) in object.iter() {
                    map.serialize_entry(name, &member.node)?;
                }
                map.end()
            }
        }
    }
}
