//! Deserialisers for the content of lists, objects and variants.

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::choices::Asked;
use super::error::Refusal;
use super::tracer::Tracer;
use crate::json::{Map, Value};

pub(super) struct Elements<'r> {
    tracer: Tracer<'r>,
    length: usize,
    next: usize,
}

impl<'r> Elements<'r> {
    pub(super) fn new(tracer: Tracer<'r>, length: usize) -> Self {
        Self {
            tracer,
            length,
            next: 0,
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Refusal;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        if self.next == self.length {
            return Ok(None);
        }
        let place = self.tracer.place.element(self.next);
        self.next += 1;
        seed.deserialize(self.tracer.inside(place)).map(Some)
    }
}

/// The members of an object with known names.
pub(super) struct Members<'r> {
    tracer: Tracer<'r>,
    names: std::vec::IntoIter<String>,
    current: String,
}

impl<'r> Members<'r> {
    pub(super) fn new(tracer: Tracer<'r>, names: Vec<String>) -> Self {
        Self {
            tracer,
            names: names.into_iter(),
            current: String::new(),
        }
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        let Some(name) = self.names.next() else {
            return Ok(None);
        };
        self.tracer.run.notes.borrow_mut().key.clone_from(&name);
        self.current = name;
        let name: StrDeserializer<'_, Refusal> = self.current.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let place = self.tracer.place.member(&self.current);
        seed.deserialize(self.tracer.inside(place))
    }
}

/// The members of an object with any keys.
pub(super) struct Keys<'r> {
    tracer: Tracer<'r>,
    left: usize,
    current: String,
}

impl<'r> Keys<'r> {
    pub(super) fn new(tracer: Tracer<'r>, count: usize) -> Self {
        Self {
            tracer,
            left: count,
            current: String::new(),
        }
    }
}

impl<'de> MapAccess<'de> for Keys<'_> {
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(Key {
            tracer: &self.tracer,
            written: &mut self.current,
        })
        .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let place = self.tracer.place.member(&self.current);
        seed.deserialize(self.tracer.inside(place))
    }
}

/// A key, written in the form that its type reads.
struct Key<'k> {
    /// Of the map.
    tracer: &'k Tracer<'k>,
    written: &'k mut String,
}

macro_rules! numbers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            "1".clone_into(self.written);
            visitor.visit_u64(1)
        })+
    };
}

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = Refusal;

    numbers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.tracer.ask(Asked::Key);
        let key = self.tracer.run.choices.at(&self.tracer.place).key();
        key.clone_into(self.written);
        visitor.visit_str(key)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        "true".clone_into(self.written);
        visitor.visit_bool(true)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        "1.5".clone_into(self.written);
        visitor.visit_f64(1.5)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        "c".clone_into(self.written);
        visitor.visit_char('c')
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let Some(variant) = variants.first() else {
            return Err(de::Error::custom("an enum without variants has no example"));
        };
        (*variant).clone_into(self.written);
        visitor.visit_enum(StrDeserializer::<Refusal>::new(variant))
    }

    /// Called for the names of fields: the object is a struct whose fields serde does not know in advance
    /// (`flatten`).
    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refusal> {
        Err(Refusal::NamedKeys)
    }

    serde::forward_to_deserialize_any! {
        str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct ignored_any
    }
}

pub(super) struct Variant<'r> {
    pub(super) tracer: Tracer<'r>,
    pub(super) name: &'static str,
    pub(super) deserializer: StrDeserializer<'static, Refusal>,
}

impl<'de, 'r> EnumAccess<'de> for Variant<'r> {
    type Error = Refusal;
    type Variant = Content<'r>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Content<'r>), Refusal> {
        let variant = seed.deserialize(self.deserializer)?;
        Ok((
            variant,
            Content {
                tracer: self.tracer,
                name: self.name,
            },
        ))
    }
}

/// The content of a variant.
pub(super) struct Content<'r> {
    tracer: Tracer<'r>,
    name: &'static str,
}

impl<'r> Content<'r> {
    fn inside(self) -> Tracer<'r> {
        self.tracer.put(Value::Object(Map::new()));
        let place = self.tracer.place.member(self.name);
        self.tracer.inside(place)
    }
}

impl<'de> VariantAccess<'de> for Content<'_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        self.tracer.put(self.name);
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Refusal> {
        seed.deserialize(self.inside())
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.inside().deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let name = self.name;
        self.inside().deserialize_struct(name, fields, visitor)
    }
}
