//! Selects the interactions to verify.

use std::collections::HashSet;

use regex::Regex;

use super::loaded::Loaded;
use super::report::InteractionSummary;
use crate::json::Value;
use crate::nearest::hint_within;
use crate::{Error, ErrorKind};

/// Selects the interactions to verify; without conditions all. Several conditions must all hold.
///
/// ```
/// use contract_core::provider::*;
///
/// let verifier = Verifier::new("user-api").only(Selection::all().consumer("web-app").description("^a request for")?);
/// # Ok::<(), contract_core::Error>(())
/// ```
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
    /// Selects all interactions.
    pub fn all() -> Self {
        Self::default()
    }

    /// Selects interactions whose description contains a match of this regular expression.
    ///
    /// # Errors
    ///
    /// `Usage` if the expression is not valid.
    pub fn description(mut self, pattern: &str) -> Result<Self, Error> {
        self.description = Some(compile("description", pattern)?);
        Ok(self)
    }

    /// Selects interactions with a provider state whose name contains a match of this regular expression.
    ///
    /// # Errors
    ///
    /// `Usage` if the expression is not valid.
    pub fn state(mut self, pattern: &str) -> Result<Self, Error> {
        self.state = Some(compile("provider state", pattern)?);
        Ok(self)
    }

    /// Selects interactions without a provider state.
    pub fn without_state(mut self) -> Self {
        self.without_state = true;
        self
    }

    /// Selects interactions of this consumer; if called several times, of any of them.
    pub fn consumer(mut self, name: impl Into<String>) -> Self {
        self.consumers.push(name.into());
        self
    }

    /// Selects the interaction with this key: the `key` in the contract (version 4), or the id assigned by a broker; if
    /// called several times, any of them.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.keys.push(key.into());
        self
    }

    /// Selects interactions whose [reports](super::InteractionReport::name) have one of these names, such as those that
    /// failed last time. If there is none of them any more, all are selected, with a warning.
    pub fn names(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.names = Some(names.into_iter().collect());
        self
    }

    /// Returns whether an interaction with this name is included, in addition to [`includes`](Self::includes).
    pub(crate) fn includes_name(&self, name: &str) -> bool {
        self.names.as_ref().is_none_or(|names| names.contains(name))
    }

    /// Selects by name no longer. Returns whether it did.
    pub(super) fn forget_names(&mut self) -> bool {
        self.names.take().is_some()
    }

    fn includes_key(&self, interaction: &InteractionSummary) -> bool {
        self.keys.is_empty() || keys(interaction).any(|own| self.keys.iter().any(|key| key == own))
    }

    /// Returns why a consumer or a key that is selected is none of these contracts.
    pub(super) fn unknown(&self, contracts: &[Loaded]) -> Option<String> {
        let consumers = || {
            contracts
                .iter()
                .map(|loaded| loaded.contract.head.consumer.name.as_str())
        };
        if let Some(name) = self
            .consumers
            .iter()
            .find(|name| !consumers().any(|known| known == *name))
        {
            let hint = hint_within(name, consumers());
            return Some(format!("no contract has the consumer {name:?}{hint}"));
        }
        let interactions = || {
            contracts
                .iter()
                .flat_map(|loaded| loaded.contract.summaries.iter())
        };
        let is_known =
            |key: &&String| interactions().any(|interaction| keys(interaction).any(|own| own == *key));
        let key = self.keys.iter().find(|key| !is_known(key))?;
        let hint = hint_within(key, interactions().flat_map(keys));
        Some(format!("no interaction has the key {key:?}{hint}"))
    }

    pub(crate) fn includes(&self, consumer: &str, interaction: &InteractionSummary) -> bool {
        let states = &interaction.provider_states;
        (self.consumers.is_empty() || self.consumers.iter().any(|name| name == consumer))
            && (self.description.as_ref()).is_none_or(|pattern| pattern.is_match(&interaction.description))
            && (self.state.as_ref())
                .is_none_or(|pattern| states.iter().any(|state| pattern.is_match(&state.name)))
            && (!self.without_state || states.is_empty())
            && self.includes_key(interaction)
    }
}

/// Returns the keys of an interaction.
fn keys(interaction: &InteractionSummary) -> impl Iterator<Item = &str> {
    let id = interaction.broker_id.as_ref().and_then(Value::as_str);
    interaction.key.as_deref().into_iter().chain(id)
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
