//! The values provided at each place, kept from run to run.

use std::collections::BTreeMap;

use super::super::place::Place;
use super::super::text;
use crate::json::{Map, Value};

/// What the type requested at a place in the last run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Text,
    Integer,
    Fraction,
    Option,
    List,
    /// An object with any keys, or whose fields are not known in advance.
    Map,
    /// The key of a member of a map.
    Key,
    Enum(&'static [&'static str]),
    /// Any value: the type decides by what it gets.
    Any,
}

/// The value provided at a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    /// The index among the possible values for the request.
    pub(super) attempt: usize,
    /// Whether the value is empty: an empty list or map, no value for an option.
    pub(super) is_empty: bool,
    /// The members of an object whose fields are not known in advance.
    pub(super) members: Option<Vec<String>>,
    /// Members of a struct that also have other names; they come first.
    pub(super) main_names: Vec<&'static str>,
    /// Members of a struct that are aliases of other members.
    pub(super) aliases: Vec<String>,
    /// The texts to try.
    pub(super) names: Option<&'static [&'static str]>,
}

/// All choices so far.
#[derive(Debug, Default)]
pub(super) struct Choices(BTreeMap<Place, Choice>);

/// Number of values tried if the type accepts any; an object comes first, for the tag of an enum.
pub(super) const ANY: usize = 6;

impl Choices {
    pub(super) fn at(&self, place: &Place) -> Choice {
        self.0.get(place).cloned().unwrap_or_default()
    }

    /// Returns the places that are empty because no other value can be read, or because the document would
    /// not end.
    pub(super) fn given_up(&self) -> impl Iterator<Item = &Place> {
        self.0
            .iter()
            .filter(|(_, choice)| choice.is_empty)
            .map(|(place, _)| place)
    }

    pub(super) fn change(&mut self, place: &Place) -> &mut Choice {
        self.0.entry(place.clone()).or_default()
    }

    /// Returns a member of the object at this place that names a variant, with the choice of the variant after it.
    pub(super) fn next_tag(&self, object: &Place) -> Option<(Place, Choice)> {
        let mut members = self.0.iter();
        members.find_map(|(place, choice)| {
            let mut next = choice.clone();
            next.attempt += 1;
            let is_tag = place.parent().as_ref() == Some(object)
                && next.names.is_some_and(|names| next.attempt < names.len());
            is_tag.then(|| (place.clone(), next))
        })
    }

    /// Discards the choices inside of a place whose value changes.
    pub(super) fn forget_inside(&mut self, place: &Place) {
        self.0
            .retain(|other, _| other == place || !other.outwards().any(|outer| outer == *place));
    }
}

impl Choice {
    /// Returns the number of possible values for this request.
    pub(super) fn answers(&self, asked: Asked) -> usize {
        match asked {
            Asked::Text => self.names.map_or_else(|| text::candidates().count(), <[_]>::len),
            Asked::Integer => INTEGERS.len(),
            Asked::Enum(names) => names.len(),
            Asked::Any => ANY + text::candidates().count(),
            Asked::Key => 1 + text::candidates().count(),
            Asked::Fraction | Asked::Option | Asked::List | Asked::Map => 1,
        }
    }

    pub(super) fn text(&self) -> &'static str {
        let mut candidates = text::candidates();
        match self.names {
            Some(names) => names.get(self.attempt).copied(),
            None => candidates.nth(self.attempt),
        }
        .unwrap_or("text")
    }

    /// Returns the key of the member of a map.
    pub(super) fn key(&self) -> &'static str {
        let candidate = self
            .attempt
            .checked_sub(1)
            .and_then(|index| text::candidates().nth(index));
        candidate.unwrap_or("key")
    }

    pub(super) fn integer(&self) -> u8 {
        INTEGERS.get(self.attempt).copied().unwrap_or(1)
    }

    /// Returns the value for a type that accepts any.
    pub(super) fn any(&self) -> Value {
        if self.names.is_some() {
            return self.text().into();
        }
        match self.attempt {
            0 => Value::Object(Map::new()),
            1 => "text".into(),
            2 => 1.into(),
            3 => true.into(),
            4 => Value::Array(Vec::new()),
            5 => Value::Null,
            attempt => text::candidates().nth(attempt - ANY).unwrap_or("text").into(),
        }
    }
}

const INTEGERS: [u8; 5] = [1, 0, 2, 3, 100];
