//! Contracts to be verified, and where each came from.

use std::borrow::Cow;
use std::sync::Arc;

use super::report::{ContractReport, InteractionSummary};
use crate::Error;
#[cfg(feature = "broker")]
use crate::broker;
use crate::contract::{Contract, Interaction, UnreadContract};

/// A contract to be verified.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) contract: LoadedContract,
    pub(crate) source: String,
    /// The index of its source.
    pub(super) source_index: usize,
    pub(crate) selected_as: Option<String>,
    pub(crate) pending: bool,
    pub(super) wip: bool,
    /// The broker's notices before verification.
    pub(super) notices: Vec<String>,
    #[cfg(feature = "broker")]
    pub(crate) from_broker: Option<broker::ForVerification>,
}

impl Loaded {
    /// Returns the contract's report without results.
    pub(crate) fn report(&self) -> ContractReport {
        let LoadedContract { head, summaries, .. } = &self.contract;
        ContractReport {
            consumer: head.consumer.name.clone(),
            provider: head.provider.name.clone(),
            summaries: Arc::clone(summaries),
            source: self.source.clone(),
            source_index: self.source_index,
            selected_as: self.selected_as.clone(),
            pending: self.pending,
            wip: self.wip,
            notices: self.notices.clone(),
            interactions: Vec::new(),
            left_out: summaries.len(),
            published: None,
        }
    }

    /// Returns whether a failure of the interaction at `index` does not fail the run.
    pub(crate) fn is_pending(&self, index: usize) -> bool {
        self.pending || self.contract.summaries[index].pending
    }
}

/// A contract of which one interaction at a time is read.
///
/// An interaction takes several times the memory of its text. So a contract from a file or a broker stays text, and
/// each interaction is read again when it is verified.
#[derive(Debug)]
pub(crate) struct LoadedContract {
    /// The contract without its interactions.
    pub(crate) head: Contract,
    /// One for each interaction.
    pub(crate) summaries: Arc<[InteractionSummary]>,
    interactions: Interactions,
}

#[derive(Debug)]
enum Interactions {
    /// The contract was given as a value.
    Value(Arc<Contract>),
    Text(Box<UnreadContract<'static>>),
}

impl LoadedContract {
    /// Takes a contract in memory.
    pub(crate) fn of_value(contract: Arc<Contract>) -> Self {
        Self {
            head: head_of(&contract),
            summaries: contract.interactions.iter().map(InteractionSummary::of).collect(),
            interactions: Interactions::Value(contract),
        }
    }

    /// Reads every interaction once, so that errors are found before the provider is asked.
    ///
    /// # Errors
    ///
    /// The first error of an interaction.
    pub(crate) fn of_text(contract: UnreadContract<'static>) -> Result<Self, Error> {
        let summary = |(index, line)| {
            Ok(InteractionSummary {
                line,
                ..InteractionSummary::of(&contract.interaction(index)?)
            })
        };
        let lines = contract.lines().into_iter().enumerate();
        let summaries: Vec<_> = lines.map(summary).collect::<Result<_, Error>>()?;
        Ok(Self {
            head: contract.head(),
            summaries: summaries.into(),
            interactions: Interactions::Text(Box::new(contract)),
        })
    }

    /// Returns an interaction, in the order of the contract.
    pub(crate) fn interaction(&self, index: usize) -> Cow<'_, Interaction> {
        match &self.interactions {
            Interactions::Value(contract) => Cow::Borrowed(&contract.interactions[index]),
            Interactions::Text(contract) => {
                let read = contract.interaction(index);
                Cow::Owned(read.expect("it could be read when the contract was loaded, and did not change"))
            }
        }
    }
}

/// Returns the contract without its interactions.
fn head_of(contract: &Contract) -> Contract {
    Contract {
        consumer: contract.consumer.clone(),
        provider: contract.provider.clone(),
        interactions: Vec::new(),
        specification: contract.specification,
        metadata: contract.metadata.clone(),
        extra: contract.extra.clone(),
    }
}
