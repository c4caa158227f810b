//! The deserialiser that provides and records values.

use std::cell::RefCell;

use serde::de::value::StrDeserializer;
use serde::de::{self, Deserializer, IntoDeserializer as _, Visitor};

use super::super::place::Place;
use super::access::{Elements, Keys, Members, Variant};
use super::choices::{Asked, Choices};
use super::error::Refusal;
use crate::json::{Map, Value};

/// Maximum number of times that a struct or enum is nested in itself.
const LEVELS: usize = 2;
/// Maximum nesting: types with deeper documents are assumed to contain themselves.
const DEEPEST: usize = 48;

/// A run.
pub(super) struct Run<'c> {
    pub(super) choices: &'c Choices,
    pub(super) notes: RefCell<Notes>,
}

#[derive(Default)]
pub(super) struct Notes {
    pub(super) document: Value,
    /// The requests in order; the last one is where a failed run stopped.
    pub(super) asked: Vec<(Place, Asked)>,
    /// The objects and lists that are not complete.
    pub(super) open: Vec<Place>,
    /// The name of the last member.
    pub(super) key: String,
    /// The place of the last value.
    pub(super) last: Place,
    /// The structs and enums around the current place.
    shown: Vec<&'static str>,
}

/// The deserialiser of one place.
#[derive(Clone)]
pub(super) struct Tracer<'r> {
    pub(super) run: &'r Run<'r>,
    pub(super) place: Place,
}

impl Tracer<'_> {
    pub(super) fn put(&self, value: impl Into<Value>) {
        let mut notes = self.run.notes.borrow_mut();
        let notes = &mut *notes;
        self.place.add(&mut notes.document, value.into());
        notes.last = self.place.clone();
    }

    pub(super) fn ask(&self, asked: Asked) {
        self.run
            .notes
            .borrow_mut()
            .asked
            .push((self.place.clone(), asked));
    }

    pub(super) fn inside(&self, place: Place) -> Self {
        Self { run: self.run, place }
    }

    /// Calls `go` for an object or list at this place.
    pub(super) fn opened<T>(&self, go: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
        if self.place.depth() > DEEPEST {
            return Err(Refusal::Recursion);
        }
        self.run.notes.borrow_mut().open.push(self.place.clone());
        let done = go()?;
        self.run.notes.borrow_mut().open.pop();
        Ok(done)
    }

    /// Calls `go` for a type with this name, unless the maximum nesting is reached.
    fn shown<T>(&self, name: &'static str, go: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
        {
            let mut notes = self.run.notes.borrow_mut();
            if notes.shown.iter().filter(|other| **other == name).count() >= LEVELS {
                return Err(Refusal::Recursion);
            }
            notes.shown.push(name);
        }
        let done = go()?;
        self.run.notes.borrow_mut().shown.pop();
        Ok(done)
    }

    fn list<'de, V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.put(Value::Array(Vec::new()));
        let elements = Elements::new(self.clone(), length);
        self.opened(|| visitor.visit_seq(elements))
    }

    fn members<'de, V: Visitor<'de>>(self, names: Vec<String>, visitor: V) -> Result<V::Value, Refusal> {
        self.put(Value::Object(Map::new()));
        let members = Members::new(self.clone(), names);
        self.opened(|| visitor.visit_map(members))
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            self.ask(Asked::Integer);
            let value = self.run.choices.at(&self.place).integer();
            self.put(u64::from(value));
            visitor.$visit(value.into())
        })+
    };
}

macro_rules! texts {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            self.ask(Asked::Text);
            let text = self.run.choices.at(&self.place).text();
            self.put(text);
            visitor.visit_str(text)
        })+
    };
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Refusal;

    // JSON has no narrower numbers: a visitor gets what serde_json would provide.
    integers! {
        deserialize_u8 visit_u64
        deserialize_u16 visit_u64
        deserialize_u32 visit_u64
        deserialize_u64 visit_u64
        deserialize_u128 visit_u128
        deserialize_i8 visit_u64
        deserialize_i16 visit_u64
        deserialize_i32 visit_u64
        deserialize_i64 visit_u64
        deserialize_i128 visit_i128
    }

    texts! { deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.put("c");
        visitor.visit_str("c")
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.put(true);
        visitor.visit_bool(true)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.ask(Asked::Fraction);
        self.put(1.5);
        visitor.visit_f64(1.5)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.ask(Asked::Any);
        let choice = self.run.choices.at(&self.place);
        match choice.any() {
            Value::Object(_) => self.members(choice.members.unwrap_or_default(), visitor),
            // Nothing is known about the elements.
            Value::Array(_) => self.list(0, visitor),
            Value::String(text) => {
                self.put(text.as_str());
                visitor.visit_str(&text)
            }
            Value::Number(_) => {
                self.put(1);
                visitor.visit_u64(1)
            }
            Value::Bool(flag) => {
                self.put(flag);
                visitor.visit_bool(flag)
            }
            Value::Null => {
                self.put(Value::Null);
                visitor.visit_unit()
            }
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.ask(Asked::Option);
        if self.run.choices.at(&self.place).is_empty {
            self.put(Value::Null);
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.put(Value::Null);
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.ask(Asked::List);
        let length = usize::from(!self.run.choices.at(&self.place).is_empty);
        self.list(length, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.list(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.list(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.ask(Asked::Map);
        let choice = self.run.choices.at(&self.place);
        if let Some(members) = choice.members {
            return self.members(members, visitor);
        }
        self.put(Value::Object(Map::new()));
        let keys = Keys::new(self.clone(), usize::from(!choice.is_empty));
        self.opened(|| visitor.visit_map(keys))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let choice = self.run.choices.at(&self.place);
        let is_other = |field: &&str| {
            !choice.main_names.contains(field) && !choice.aliases.iter().any(|alias| alias == field)
        };
        let others = fields.iter().copied().filter(is_other);
        let names = choice.main_names.iter().copied().chain(others);
        let names = names.map(str::to_owned).collect();
        self.shown(name, || self.clone().members(names, visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.ask(Asked::Enum(variants));
        let attempt = self.run.choices.at(&self.place).attempt;
        let Some(variant) = variants.get(attempt) else {
            return Err(de::Error::custom("an enum without variants has no example"));
        };
        let deserializer: StrDeserializer<'static, Refusal> = variant.into_deserializer();
        self.shown(name, || {
            visitor.visit_enum(Variant {
                tracer: self.clone(),
                name: variant,
                deserializer,
            })
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.put(Value::Null);
        visitor.visit_unit()
    }
}
