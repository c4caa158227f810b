//! What is answered at each place, from run to run.

use std::collections::BTreeMap;

use super::super::place::Place;
use super::super::text;
use crate::json::{Map, Value};

/// What the type asked for at a place in the last run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Text,
    Integer,
    Fraction,
    Option,
    List,
    /// An object with free keys, or whose fields are not known beforehand.
    Map,
    Enum(&'static [&'static str]),
    /// Whatever is there: the type decides by the value.
    Any,
}

/// What is answered at a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    /// Which of the answers there are to what is asked.
    pub(super) attempt: usize,
    /// Nothing at all: an empty list or map, no value for an option.
    pub(super) is_empty: bool,
    /// The members of an object whose fields are not known beforehand.
    pub(super) members: Option<Vec<String>>,
    /// Members of a struct that have other names as well; they come first.
    pub(super) main_names: Vec<&'static str>,
    /// Members of a struct that are other names of members.
    pub(super) aliases: Vec<String>,
    /// The texts to try.
    pub(super) names: Option<&'static [&'static str]>,
}

/// All choices so far.
#[derive(Debug, Default)]
pub(super) struct Choices(BTreeMap<Place, Choice>);

/// What is tried if the type takes whatever is there; an object first, for the tag of an enum.
pub(super) const ANY: usize = 6;

impl Choices {
    pub(super) fn at(&self, place: &Place) -> Choice {
        self.0.get(place).cloned().unwrap_or_default()
    }

    /// The places where there is nothing because nothing else can be read, or a document would not end.
    pub(super) fn given_up(&self) -> impl Iterator<Item = &Place> {
        self.0
            .iter()
            .filter(|(_, choice)| choice.is_empty)
            .map(|(place, _)| place)
    }

    pub(super) fn change(&mut self, place: &Place) -> &mut Choice {
        self.0.entry(place.clone()).or_default()
    }

    /// Forgets what was answered inside of a place, which is answered otherwise now.
    pub(super) fn forget_inside(&mut self, place: &Place) {
        self.0
            .retain(|other, _| other == place || !other.outwards().any(|outer| outer == *place));
    }
}

impl Choice {
    /// How many answers there are to this.
    pub(super) fn answers(&self, asked: Asked) -> usize {
        match asked {
            Asked::Text => self.names.map_or_else(|| text::candidates().count(), <[_]>::len),
            Asked::Integer => INTEGERS.len(),
            Asked::Enum(names) => names.len(),
            Asked::Any => ANY + text::candidates().count(),
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

    pub(super) fn integer(&self) -> u8 {
        INTEGERS.get(self.attempt).copied().unwrap_or(1)
    }

    /// The value for a type that takes whatever is there.
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
