//! The outcome of a verification by interaction.

use contract_core::contract::{Contract, Interaction};
use serde_json::Value;

use crate::domain::{
    content::Edits,
    verification_report::{Assigned, Named, Problem, Tested, assign, read},
};

/// The verdict of a result for one interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    Failed,
    /// The verifier reported nothing about it.
    Unknown,
}

impl Verdict {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Passed => "good",
            Self::Failed => "bad",
            Self::Unknown => "none",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unknown => "no result",
        }
    }

    /// Returns the verdict of a report. Without one, the success of the whole result applies to every
    /// interaction.
    pub(super) fn of(tested: Option<&Tested>, success: bool) -> Self {
        match tested {
            Some(tested) => match tested.success {
                Some(true) => Self::Passed,
                Some(false) => Self::Failed,
                None => Self::Unknown,
            },
            None if success => Self::Passed,
            None => Self::Unknown,
        }
    }
}

/// Returns a contract as it is served: each interaction has the id that verifiers report.
pub(super) fn served(document: &str, edits: &Edits) -> Result<Contract, contract_core::Error> {
    Contract::read_str(&edits.closed(document), "the contract")
}

/// Returns the reports of a result, assigned to the interactions.
pub(super) fn assigned(contract: &Contract, test_results: Option<&Value>) -> Assigned {
    let reports = test_results.map(read).unwrap_or_default();
    let states: Vec<Vec<String>> = contract
        .interactions
        .iter()
        .map(|one| {
            one.provider_states
                .iter()
                .map(|state| state.name.clone())
                .collect()
        })
        .collect();
    let named: Vec<Named<'_>> = contract
        .interactions
        .iter()
        .zip(&states)
        .map(|(one, states)| Named {
            id: id(one),
            description: &one.description,
            states,
        })
        .collect();
    assign(reports, &named)
}

fn id(one: &Interaction) -> Option<&str> {
    one.extra.get("_id")?.as_str()
}

/// Returns the part and the path of a problem: `body $.total`.
pub(super) fn place(problem: &Problem) -> String {
    [&*problem.part, &*problem.place]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
