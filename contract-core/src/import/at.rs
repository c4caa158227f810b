//! A value of a file with its path.

use std::fmt::Write as _;

use super::finding::Unfit;
use crate::json::Value;

/// A value and its path of members: `log.entries[3].request`.
#[derive(Debug, Clone)]
pub(super) struct At<'a> {
    pub(super) value: &'a Value,
    pub(super) place: String,
}

impl<'a> At<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            value,
            place: String::new(),
        }
    }

    pub(super) fn named(value: &'a Value, place: impl Into<String>) -> Self {
        Self {
            value,
            place: place.into(),
        }
    }

    /// Returns a member; `None` also for `null`.
    pub(super) fn get(&self, name: &str) -> Option<At<'a>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(self.member(name, value))
    }

    /// Returns the first of these members that exists.
    pub(super) fn first(&self, names: &[&str]) -> Option<At<'a>> {
        names.iter().find_map(|name| self.get(name))
    }

    pub(super) fn needed(&self, name: &str) -> Result<At<'a>, Unfit> {
        self.get(name)
            .ok_or_else(|| self.unfit(format!("the member {name:?} is missing")))
    }

    fn member(&self, name: &str, value: &'a Value) -> At<'a> {
        let dot = if self.place.is_empty() { "" } else { "." };
        At {
            value,
            place: format!("{}{dot}{name}", self.place),
        }
    }

    /// Returns the members of an object; empty for any other value.
    pub(super) fn members(&self) -> Vec<(&'a str, At<'a>)> {
        let members = self.value.as_object().into_iter().flatten();
        members
            .map(|(name, value)| (name.as_str(), self.member(name, value)))
            .collect()
    }

    /// Returns the elements of an array; a single value is one element.
    pub(super) fn items(&self) -> Vec<At<'a>> {
        match self.value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, value)| {
                    let mut place = self.place.clone();
                    let _ = write!(place, "[{index}]");
                    At { value, place }
                })
                .collect(),
            _ => vec![self.clone()],
        }
    }

    /// Returns a string, number or Boolean as text.
    pub(super) fn text(&self) -> Result<String, Unfit> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(_) | Value::Bool(_) => Ok(self.value.to_string()),
            _ => Err(self.unfit("a text is expected")),
        }
    }

    pub(super) fn text_of(&self, name: &str) -> Result<Option<String>, Unfit> {
        self.get(name).map(|at| at.text()).transpose()
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.value.get(name).and_then(Value::as_bool) == Some(true)
    }

    /// Returns a status code.
    pub(super) fn status(&self) -> Result<u16, Unfit> {
        let code = match self.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        code.and_then(|code| u16::try_from(code).ok())
            .filter(|code| (100..=599).contains(code))
            .ok_or_else(|| self.unfit("a status code from 100 to 599 is expected"))
    }

    pub(super) fn unfit(&self, what: impl Into<String>) -> Unfit {
        Unfit::new(self.place.clone(), what)
    }
}
