//! Which interactions are verified.

use std::collections::HashSet;

use regex::Regex;

use crate::contract::{Contract, Interaction};
use crate::json::Value;
use crate::{Error, ErrorKind};

/// Which interactions are verified; without conditions all. Several conditions must all hold.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    description: Option<Regex>,
    state: Option<Regex>,
    without_state: bool,
    consumers: Vec<String>,
    keys: Vec<String>,
    names: Option<HashSet<String>>,
}

impl Selection {
    /// All interactions.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those whose description holds a match of this regular expression.
    ///
    /// # Errors
    ///
    /// `Usage` where the expression is not valid.
    pub fn description(mut self, pattern: &str) -> Result<Self, Error> {
        self.description = Some(compile("description", pattern)?);
        Ok(self)
    }

    /// Only those with a provider state whose name holds a match of this regular expression.
    ///
    /// # Errors
    ///
    /// `Usage` where the expression is not valid.
    pub fn state(mut self, pattern: &str) -> Result<Self, Error> {
        self.state = Some(compile("provider state", pattern)?);
        Ok(self)
    }

    /// Only those without a provider state.
    pub fn without_state(mut self) -> Self {
        self.without_state = true;
        self
    }

    /// Only those of this consumer; said more than once, of any of these.
    pub fn consumer(mut self, name: impl Into<String>) -> Self {
        self.consumers.push(name.into());
        self
    }

    /// Only the interaction with this key: the `key` of the contract (version 4), or the id that a broker gave it; said more than
    /// once, any of these.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.keys.push(key.into());
        self
    }

    /// Only interactions whose [reports](super::InteractionReport::name) have one of these names, such as those that failed last
    /// time.
    pub fn names(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.names = Some(names.into_iter().collect());
        self
    }

    /// Whether an interaction of this name is included; beside [`includes`](Self::includes).
    pub(crate) fn includes_name(&self, name: &str) -> bool {
        self.names.as_ref().is_none_or(|names| names.contains(name))
    }

    fn includes_key(&self, interaction: &Interaction) -> bool {
        let id = interaction.extra.get("_id").and_then(Value::as_str);
        let mut own = interaction.key.as_deref().into_iter().chain(id);
        self.keys.is_empty() || own.any(|own| self.keys.iter().any(|key| key == own))
    }

    pub(crate) fn includes(&self, contract: &Contract, interaction: &Interaction) -> bool {
        let states = &interaction.provider_states;
        (self.consumers.is_empty() || self.consumers.contains(&contract.consumer.name))
            && (self.description.as_ref()).is_none_or(|pattern| pattern.is_match(&interaction.description))
            && (self.state.as_ref())
                .is_none_or(|pattern| states.iter().any(|state| pattern.is_match(&state.name)))
            && (!self.without_state || states.is_empty())
            && self.includes_key(interaction)
    }
}

fn compile(what: &str, pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern).map_err(|error| {
        Error::new(
            ErrorKind::Usage,
            format!("the {what} filter {pattern:?} is not a regular expression"),
        )
        .with_source(error)
    })
}
