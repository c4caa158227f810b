//! Finds the interaction of a stub for a request.

use std::fmt;
use std::sync::Arc;

use crate::Error;
use crate::contract::{Contract, Interaction, InteractionKind, Request, Response, Specification};
use crate::matching::{Mismatch, RequestIndex, RequestPlan};
use crate::mock::answer::Prepared;
use crate::mock::handler::Answer;
use crate::mock::registry::named;

/// A contract that a stub serves.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StubbedContract {
    /// The file or URL that it was read from.
    pub origin: String,
    /// The consumer's name.
    pub consumer: String,
    /// The provider's name.
    pub provider: String,
    /// Number of its interactions that are served.
    pub served: usize,
    /// Number of its messages, which are not HTTP and therefore not served.
    pub messages: usize,
    /// The interactions that a stub cannot serve.
    pub left_out: Vec<LeftOut>,
}

/// An interaction that a stub cannot serve.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LeftOut {
    /// Its description with its provider states.
    pub interaction: String,
    /// Why it cannot be served, as a lower-case fragment.
    pub reason: String,
}

/// All served interactions.
#[derive(Debug, Default)]
pub(super) struct Interactions {
    contracts: Vec<StubbedContract>,
    /// By index.
    served: Vec<Served>,
    index: RequestIndex,
}

/// A served interaction.
#[derive(Debug)]
pub(super) struct Served {
    /// The index of its contract.
    contract: usize,
    pub(super) interaction: Interaction,
    prepared: Prepared,
}

impl Interactions {
    /// Compiles the interactions of these contracts: those with one of the states and those without states,
    /// or all if no state is given.
    pub(super) fn compile(contracts: Vec<(Contract, String)>, states: &[String]) -> Self {
        let mut interactions = Self::default();
        for (contract, origin) in contracts {
            let number = interactions.contracts.len();
            interactions.contracts.push(StubbedContract {
                origin,
                consumer: contract.consumer.name,
                provider: contract.provider.name,
                served: 0,
                messages: 0,
                left_out: Vec::new(),
            });
            for interaction in contract.interactions {
                if is_chosen(&interaction, states) {
                    interactions.add(number, interaction);
                }
            }
        }
        interactions
    }

    fn add(&mut self, number: usize, mut interaction: Interaction) {
        let contract = &mut self.contracts[number];
        match prepare(&mut interaction) {
            Ok(Some((plan, prepared))) => {
                contract.served += 1;
                self.index.insert_last(Arc::new(plan));
                self.served.push(Served {
                    contract: number,
                    interaction,
                    prepared,
                });
            }
            Ok(None) => contract.messages += 1,
            Err(reason) => contract.left_out.push(LeftOut {
                interaction: named(&interaction),
                reason,
            }),
        }
    }

    /// Returns the contracts, in the order in which they were added.
    pub(super) fn contracts(&self) -> &[StubbedContract] {
        &self.contracts
    }

    /// Returns the contract that an interaction is in.
    pub(super) fn contract_of(&self, served: &Served) -> &StubbedContract {
        &self.contracts[served.contract]
    }

    /// Returns whether nothing is served.
    pub(super) fn is_empty(&self) -> bool {
        self.served.is_empty()
    }

    /// Returns the interaction that answers the request: the most specific one or, of equally specific ones,
    /// the first with the state, if one is given.
    pub(super) fn find(&self, request: &Request, state: Option<&str>) -> Option<&Served> {
        let number = match state {
            None => self.index.find(request),
            Some(name) => self.index.find_preferring(request, |number| {
                let states = &self.served[number].interaction.provider_states;
                states.iter().any(|state| state.name == name)
            }),
        };
        number.map(|number| &self.served[number])
    }

    /// Returns the interaction with the fewest differences from the request, and the differences.
    pub(super) fn nearest(&self, request: &Request) -> Option<(&Served, Vec<Mismatch>)> {
        let miss = self.index.nearest(request, 1).pop()?;
        Some((&self.served[miss.index], miss.comparison.into_mismatches()))
    }
}

impl Served {
    /// Returns the response to a request. `base_url` is the stub's own address.
    pub(super) fn answer(&self, base_url: &str) -> Option<Result<Arc<Answer>, Error>> {
        // Only HTTP interactions are served.
        let http = self.interaction.as_http()?;
        Some(self.prepared.answer(http, base_url))
    }
}

fn is_chosen(interaction: &Interaction, states: &[String]) -> bool {
    let of_interaction = &interaction.provider_states;
    states.is_empty()
        || of_interaction.is_empty()
        || of_interaction.iter().any(|state| states.contains(&state.name))
}

/// Compiles an interaction; `None` if it is a message. The original response is dropped if it is always the
/// same.
///
/// # Errors
///
/// Why it cannot be served.
fn prepare(interaction: &mut Interaction) -> Result<Option<(RequestPlan, Prepared)>, String> {
    match &mut interaction.kind {
        InteractionKind::Http(http) => {
            let plan =
                RequestPlan::compile(&http.request, Specification::V4).map_err(|error| error.to_string())?;
            let prepared = Prepared::new(http).map_err(|error| error.to_string())?;
            if let Prepared::Fixed(_) = prepared {
                http.response = Response::default();
            }
            Ok(Some((plan, prepared)))
        }
        InteractionKind::Message(_) | InteractionKind::SyncMessage(_) => Ok(None),
        InteractionKind::Unknown { type_name, .. } => Err(format!(
            "this version does not know interactions of type {type_name:?}"
        )),
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be served: {}", self.interaction, self.reason)
    }
}
