//! Repeats runs until one succeeds.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::super::place::Place;
use super::choices::{Asked, Choices};
use super::error::Refusal;
use super::tracer::{Notes, Run, Tracer};
use crate::json::{self, Value};
use crate::map_of;
use crate::{Error, ErrorKind};

/// Maximum number of runs; each changes one value.
const RUNS: usize = 5_000;

/// A document that a type can read, and what was learnt while it was generated.
pub(in super::super) struct Invented {
    pub(in super::super) document: Value,
    /// Whether the document was given by the author instead of generated.
    pub(in super::super) is_given: bool,
    /// Places that are empty because no value that was tried can be read.
    pub(in super::super) given_up: BTreeSet<Place>,
    /// The names of each enum, by place.
    pub(in super::super) enums: BTreeMap<Place, &'static [&'static str]>,
}

/// Returns a document that the type can read.
///
/// # Errors
///
/// If none is found; the message names the place.
pub(in super::super) fn invent<T: DeserializeOwned>() -> Result<Invented, Error> {
    let mut search = Search::default();
    for _ in 0..RUNS {
        let run = Run {
            choices: &search.choices,
            notes: RefCell::default(),
        };
        let tracer = Tracer {
            run: &run,
            place: Place::default(),
        };
        let Err(refusal) = T::deserialize(tracer) else {
            let notes = run.notes.into_inner();
            // Read from text, as a client does.
            return match json::from_value::<T>(&notes.document) {
                Ok(_) => Ok(Invented::of(notes, &search.choices)),
                Err(error) => Err(defeated::<T>(&Place::default(), &error.to_string())),
            };
        };
        let notes = run.notes.into_inner();
        if let Err(place) = search.answer_otherwise(&notes, &refusal) {
            return Err(defeated::<T>(&place, &refusal.to_string()));
        }
    }
    Err(defeated::<T>(&Place::default(), "too many forms to try"))
}

impl Invented {
    fn of(notes: Notes, choices: &Choices) -> Self {
        let enums = notes.asked.into_iter().filter_map(|(place, asked)| match asked {
            Asked::Enum(names) => Some((place, names)),
            _ => None,
        });
        Self {
            enums: map_of(enums),
            document: notes.document,
            is_given: false,
            given_up: choices.given_up().cloned().collect(),
        }
    }
}

fn defeated<T>(place: &Place, reason: &str) -> Error {
    let type_name = std::any::type_name::<T>();
    Error::new(
        ErrorKind::Invalid,
        format!(
            "{type_name}: nothing that was tried at {place} can be read ({reason}): give an example that can be read, with \
             pattern_of_example::<{}>(…), or derive the pattern and give the field #[pattern(with = …)]",
            type_name.rsplit("::").next().unwrap_or(type_name)
        ),
    )
}

#[derive(Default)]
struct Search {
    choices: Choices,
    /// The place and name of the last added member, until it is known whether it helped.
    added: Option<(Place, String)>,
    /// Places and names of members that did not help.
    in_vain: Vec<(Place, String)>,
}

impl Search {
    /// Changes a value depending on how the last run failed; the error is the place that has no other value.
    fn answer_otherwise(&mut self, notes: &Notes, refusal: &Refusal) -> Result<(), Place> {
        match refusal {
            Refusal::Recursion => self.end_before(notes),
            Refusal::NamedKeys => {
                let place = notes.open.last().cloned().unwrap_or_default();
                self.choices.change(&place).members = Some(Vec::new());
                Ok(())
            }
            Refusal::UnknownVariant(names) => self.choose_among(notes, names),
            Refusal::Missing(name) => self.add_member(notes, name),
            Refusal::Duplicate(name) => self.leave_out_alias(notes, name),
            Refusal::Other(_) => self.next_attempt(notes),
        }
    }

    /// Marks the last member as an alias of an earlier one: both are names of the field with this main name.
    fn leave_out_alias(&mut self, notes: &Notes, main_name: &'static str) -> Result<(), Place> {
        let place = notes.open.last().cloned().unwrap_or_default();
        let choice = self.choices.change(&place);
        if !choice.main_names.contains(&main_name) {
            choice.main_names.push(main_name);
        } else if notes.key != main_name && !choice.aliases.contains(&notes.key) {
            choice.aliases.push(notes.key.clone());
        } else {
            return Err(place);
        }
        Ok(())
    }

    /// Ends a document that would never end: at the nearest surrounding list, map, option or other variant.
    fn end_before(&mut self, notes: &Notes) -> Result<(), Place> {
        let here = notes
            .asked
            .last()
            .map(|(place, _)| place.clone())
            .unwrap_or_default();
        let here = notes
            .open
            .last()
            .cloned()
            .filter(|open| open.depth() >= here.depth())
            .unwrap_or(here);
        for place in here.outwards() {
            for (_, asked) in notes.asked.iter().rev().filter(|(asked, _)| *asked == place) {
                let choice = self.choices.at(&place);
                match asked {
                    Asked::List | Asked::Map | Asked::Option
                        if !choice.is_empty && choice.members.is_none() =>
                    {
                        self.choices.forget_inside(&place);
                        self.choices.change(&place).is_empty = true;
                        return Ok(());
                    }
                    Asked::Enum(names) if choice.attempt + 1 < names.len() => {
                        self.choices.forget_inside(&place);
                        self.choices.change(&place).attempt += 1;
                        return Ok(());
                    }
                    _ => {}
                }
            }
        }
        self.end_by_tag(&here)
    }

    /// Ends a document that would never end, at the outermost object inside of the document that has a tag with another variant.
    /// What is read by a tag is buffered, so that the names of its types are not known and it was nested to the limit.
    fn end_by_tag(&mut self, here: &Place) -> Result<(), Place> {
        let mut around: Vec<Place> = here.outwards().collect();
        around.reverse();
        for object in around.iter().skip(1) {
            if let Some((tag, next)) = self.choices.next_tag(object) {
                self.added = None;
                self.in_vain
                    .retain(|(place, _)| place.outwards().all(|outer| outer != *object));
                self.choices.forget_inside(object);
                if let Some(members) = &mut self.choices.change(object).members {
                    members.retain(|member| object.member(member) == tag);
                }
                *self.choices.change(&tag) = next;
                return Ok(());
            }
        }
        Err(around.into_iter().next_back().unwrap_or_default())
    }

    /// Selects a name from these, because the one that was tried is not among them.
    fn choose_among(&mut self, notes: &Notes, names: &'static [&'static str]) -> Result<(), Place> {
        let place = self.suspect(notes);
        if self.choices.at(&place).names == Some(names) || names.is_empty() {
            return self.next_attempt(notes);
        }
        let choice = self.choices.change(&place);
        choice.names = Some(names);
        choice.attempt = 0;
        Ok(())
    }

    /// Adds a missing field to an object whose fields are not known in advance: the innermost one for which
    /// it was not tried yet.
    fn add_member(&mut self, notes: &Notes, name: &str) -> Result<(), Place> {
        if let Some((place, added)) = self.added.take()
            && added == name
        {
            // It is still missing, so it belongs to another object.
            if let Some(members) = &mut self.choices.change(&place).members {
                members.retain(|member| member != name);
            }
            self.in_vain.push((place, added));
        }
        let objects = notes.asked.iter().rev().filter(|(place, asked)| {
            let choice = self.choices.at(place);
            match asked {
                Asked::Map => choice.members.is_some(),
                Asked::Any => matches!(choice.any(), Value::Object(_)),
                _ => false,
            }
        });
        let mut candidates: Vec<&Place> = objects.map(|(place, _)| place).collect();
        candidates.sort_by_key(|place| std::cmp::Reverse(place.depth()));
        let target = candidates.into_iter().find(|place| {
            let has = self
                .choices
                .at(place)
                .members
                .is_some_and(|members| members.iter().any(|member| member == name));
            !has && !self
                .in_vain
                .iter()
                .any(|(other, vain)| other == *place && vain == name)
        });
        let Some(target) = target.cloned() else {
            return self.next_attempt(notes);
        };
        self.choices
            .change(&target)
            .members
            .get_or_insert_default()
            .push(name.to_owned());
        self.added = Some((target, name.to_owned()));
        Ok(())
    }

    /// Selects the next value at the place that the type rejected, or at one around it.
    fn next_attempt(&mut self, notes: &Notes) -> Result<(), Place> {
        let suspect = self.suspect(notes);
        for place in suspect.outwards() {
            let asked = notes.asked.iter().rev().filter(|(asked, _)| *asked == place);
            for (_, asked) in asked {
                let choice = self.choices.at(&place);
                if choice.attempt + 1 < choice.answers(*asked) {
                    self.choices.forget_inside(&place);
                    let choice = self.choices.change(&place);
                    choice.attempt += 1;
                    choice.members = None;
                    return Ok(());
                }
                if matches!(asked, Asked::Option | Asked::List) && !choice.is_empty {
                    // What cannot be read may be optional.
                    self.choices.forget_inside(&place);
                    self.choices.change(&place).is_empty = true;
                    return Ok(());
                }
            }
        }
        Err(suspect)
    }

    /// Returns the place of the rejected value: the last one, or the one that was added last if the type
    /// examines its members only after it has read all of them.
    fn suspect(&self, notes: &Notes) -> Place {
        match &self.added {
            Some((place, name)) => {
                let added = place.member(name);
                let is_any = notes
                    .asked
                    .iter()
                    .any(|(place, asked)| *place == added && *asked == Asked::Any);
                if is_any && !notes.last.outwards().any(|place| place == added) {
                    return added;
                }
                notes.last.clone()
            }
            None => notes.last.clone(),
        }
    }
}
