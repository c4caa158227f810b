//! Conversions from and to other values.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Map, Number, Value};
use crate::map_of;

/// Serialises a value as `serde_json` does.
///
/// # Errors
///
/// If the value cannot be represented as JSON: a map whose keys are not strings, a `Serialize` that fails.
pub fn to_value(value: impl Serialize) -> Result<Value, serde_json::Error> {
    super::from_str(&serde_json::to_string(&value)?)
}

/// Creates an object with these members.
///
/// ```
/// use contract_core::json;
///
/// let order = json::object([("id", 1.into()), ("paid", true.into())]);
/// assert_eq!(order.to_string(), r#"{"id":1,"paid":true}"#);
/// ```
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    members.into_iter().collect()
}

/// Deserialises a value into another type. A type that reads numbers of any length gets every digit.
///
/// # Errors
///
/// If the value does not match the type.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, serde_json::Error> {
    serde_json::from_str(&value.to_string())
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(flag),
            serde_json::Value::Number(number) => Self::Number(number.into()),
            serde_json::Value::String(text) => Self::String(text),
            serde_json::Value::Array(elements) => elements.into_iter().collect(),
            serde_json::Value::Object(members) => members.into_iter().collect(),
        }
    }
}

impl Value {
    /// Returns the value for `serde_json`: numbers other than 64-bit integers become the nearest double.
    pub fn to_serde(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(flag) => (*flag).into(),
            Self::Number(number) => number
                .with_text(|text| serde_json::from_str(text))
                .unwrap_or_default(),
            Self::String(text) => text.as_str().into(),
            Self::Array(elements) => elements.iter().map(Self::to_serde).collect(),
            Self::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), value.to_serde()))
                .collect(),
        }
    }
}

/// Equal if the values are equal as far as `serde_json` can represent them.
impl PartialEq<serde_json::Value> for Value {
    fn eq(&self, other: &serde_json::Value) -> bool {
        match (self, other) {
            (Self::Null, serde_json::Value::Null) => true,
            (Self::Bool(one), serde_json::Value::Bool(other)) => one == other,
            (Self::Number(one), serde_json::Value::Number(other)) => *one == Number::from(other.clone()),
            (Self::String(one), serde_json::Value::String(other)) => one == other,
            (Self::Array(one), serde_json::Value::Array(other)) => one == other,
            (Self::Object(one), serde_json::Value::Object(other)) => {
                one.len() == other.len()
                    && one
                        .iter()
                        .all(|(name, value)| other.get(name).is_some_and(|other| value == other))
            }
            _ => false,
        }
    }
}

impl PartialEq<Value> for serde_json::Value {
    fn eq(&self, other: &Value) -> bool {
        other == self
    }
}

impl PartialEq<str> for Value {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(*other)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::String(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<std::borrow::Cow<'_, str>> for Value {
    fn from(text: std::borrow::Cow<'_, str>) -> Self {
        Self::String(text.into_owned())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

/// `null` if it is infinite or not a number.
impl From<f64> for Value {
    fn from(double: f64) -> Self {
        Number::from_f64(double).map_or(Self::Null, Self::Number)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Value {
            fn from(integer: $integer) -> Self {
                Self::Number(integer.into())
            }
        }

        impl PartialEq<$integer> for Value {
            fn eq(&self, other: &$integer) -> bool {
                self.as_number().is_some_and(|number| *number == Number::from(*other))
            }
        }
    )*};
}
from_integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl From<Vec<Value>> for Value {
    fn from(elements: Vec<Value>) -> Self {
        Self::Array(elements)
    }
}

impl From<Map> for Value {
    fn from(members: Map) -> Self {
        Self::Object(members)
    }
}

/// Converts `None` to `null`.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self::Array(elements.into_iter().map(Into::into).collect())
    }
}

impl<N: Into<String>, T: Into<Value>> FromIterator<(N, T)> for Value {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(members: I) -> Self {
        let members = members.into_iter();
        Self::Object(map_of(members.map(|(name, value)| (name.into(), value.into()))))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[test]
    fn there_and_back() {
        let document = json!({ "a": [null, true, 1, -1, 1.5, "text"], "b": {} });
        let value = Value::from(document.clone());
        assert_eq!(value, document);
        assert_eq!(value.to_serde(), document);
        assert_eq!(to_value(&document).unwrap(), value);
        assert_eq!(from_value::<serde_json::Value>(&value).unwrap(), document);
    }

    #[test]
    fn every_digit_passes_through_serde() {
        #[derive(Deserialize, Serialize)]
        struct Order {
            price: Box<serde_json::value::RawValue>,
        }
        let value = super::super::from_str(r#"{"price":0.1234567890123456789}"#).unwrap();
        let order: Order = from_value(&value).unwrap();
        assert_eq!(order.price.get(), "0.1234567890123456789");
        assert_eq!(to_value(&order).unwrap().to_string(), value.to_string());
        assert_eq!(serde_json::to_string(&[&value]).unwrap(), format!("[{value}]"));
    }
}
