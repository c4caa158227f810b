//! Which interactions are verified.

use regex::Regex;

use crate::contract::{Contract, Interaction};
use crate::{Error, ErrorKind};

/// Which interactions are verified; without conditions all. Several conditions must all hold.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    description: Option<Regex>,
    state: Option<Regex>,
    without_state: bool,
    consumers: Vec<String>,
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

    pub(crate) fn includes(&self, contract: &Contract, interaction: &Interaction) -> bool {
        let states = &interaction.provider_states;
        (self.consumers.is_empty() || self.consumers.contains(&contract.consumer.name))
            && (self.description.as_ref()).is_none_or(|pattern| pattern.is_match(&interaction.description))
            && (self.state.as_ref())
                .is_none_or(|pattern| states.iter().any(|state| pattern.is_match(&state.name)))
            && (!self.without_state || states.is_empty())
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
