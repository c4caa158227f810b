//! Reads members of a JSON object, and collects the problems.

use serde_json::{Map, Value};

use crate::domain::{Refusal, text};

/// Maximum number of items in a list of texts.
const MOST_TEXTS: usize = 1000;

/// Maximum number of characters that are repeated of a name that is unknown.
const MOST_SHOWN: usize = 100;

/// Reads an object member by member; [`Members::finish`] reports every problem at once.
pub(crate) struct Members<'a> {
    map: &'a Map<String, Value>,
    faults: Vec<(String, String)>,
}

impl<'a> Members<'a> {
    pub(crate) fn of(map: &'a Map<String, Value>) -> Self {
        Self {
            map,
            faults: Vec::new(),
        }
    }

    pub(crate) fn fault(&mut self, name: &str, message: impl Into<String>) {
        if self.faults.len() < text::MOST_FAULTS {
            self.faults.push((name.to_owned(), message.into()));
        }
    }

    /// Returns a text that may be missing or null; checks it with `fault`, and its length.
    pub(crate) fn text(&mut self, name: &str, fault: fn(&str) -> Option<&'static str>) -> Option<String> {
        match self.map.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                if let Some(fault) = fault(text) {
                    self.fault(name, fault);
                } else if let Some(fault) = text::fault(name, text) {
                    self.fault(name, fault);
                }
                Some(text.clone())
            }
            Some(_) => {
                self.fault(name, "must be a string");
                None
            }
        }
    }

    /// Returns a required text.
    pub(crate) fn required_text(&mut self, name: &str, fault: fn(&str) -> Option<&'static str>) -> String {
        if self.map.get(name).is_none_or(Value::is_null) {
            self.fault(name, "is missing");
        }
        self.text(name, fault).unwrap_or_default()
    }

    /// Returns a Boolean; `None` if it is missing.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.map.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(value)) => Some(*value),
            Some(_) => {
                self.fault(name, "must be true or false");
                None
            }
        }
    }

    /// Returns a list of texts; `None` if it is missing.
    pub(crate) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        match self.map.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::Array(list)) if list.len() > MOST_TEXTS => {
                self.fault(name, format!("is too long (at most {MOST_TEXTS})"));
                None
            }
            Some(Value::Array(list)) => {
                let texts: Option<Vec<String>> =
                    list.iter().map(|text| text.as_str().map(str::to_owned)).collect();
                if texts.is_none() {
                    self.fault(name, "must be a list of strings");
                }
                texts
            }
            Some(_) => {
                self.fault(name, "must be a list of strings");
                None
            }
        }
    }

    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Refuses members that are none of these.
    pub(crate) fn only(&mut self, names: &[&str]) {
        let unknown: Vec<String> = self
            .map
            .keys()
            .filter(|name| !names.contains(&name.as_str()))
            .map(|name| name.chars().take(MOST_SHOWN).collect())
            .collect();
        for name in unknown {
            self.fault(&name, format!("is unknown: expected {}", names.join(", ")));
        }
    }

    /// Reads an object in the object; the problems of its members have its name before them.
    pub(crate) fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Members<'_>) -> T) -> Option<T> {
        match self.map.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::Object(map)) => {
                let mut members = Members::of(map);
                let read = read(&mut members);
                for (inner, message) in members.faults {
                    self.fault(&format!("{name}.{inner}"), message);
                }
                Some(read)
            }
            Some(_) => {
                self.fault(name, "must be an object");
                None
            }
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Invalid(self.faults))
        }
    }
}

/// Accepts any text without control characters.
pub(crate) fn any_text(text: &str) -> Option<&'static str> {
    text.chars()
        .any(|c| c.is_control() && c != '\t')
        .then_some("cannot contain control characters")
}
