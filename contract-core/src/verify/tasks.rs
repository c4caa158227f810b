//! The interactions of a verification, and the error if there are none.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::contracts::Contents;
use super::loaded::Loaded;
use super::verifier::Verifier;
use crate::report::one_line;
use crate::{Error, ErrorKind};

/// An interaction to verify.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) contract: usize,
    pub(super) interaction: usize,
    pub(super) name: String,
}

/// Returns the interactions to verify, each with a unique name.
pub(super) fn tasks<C>(contracts: &[Loaded], verifier: &Verifier<C>) -> Vec<Task> {
    let mut by_consumer: HashMap<&str, usize> = HashMap::new();
    for loaded in contracts {
        *by_consumer
            .entry(&loaded.contract.head.consumer.name)
            .or_default() += 1;
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut tasks = Vec::new();
    for (contract_index, loaded) in contracts.iter().enumerate() {
        let consumer = &loaded.contract.head.consumer.name;
        let several = by_consumer.get(consumer.as_str()).is_some_and(|count| *count > 1);
        for (index, interaction) in loaded.contract.summaries.iter().enumerate() {
            if !verifier.selection.includes(consumer, interaction) {
                continue;
            }
            let mut name = one_line(consumer).into_owned();
            if several {
                // Several contracts of one consumer: its main branch, its version in production, …
                let which = loaded.selected_as.as_deref().unwrap_or(&loaded.source);
                let _ = write!(name, " ({})", one_line(which));
            }
            let _ = write!(name, " → {}: {}", verifier.provider, interaction.short_name());
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            if *count > 1 {
                let _ = write!(name, " #{count}");
            }
            if !verifier.selection.includes_name(&name) {
                continue;
            }
            tasks.push(Task {
                contract: contract_index,
                interaction: index,
                name,
            });
        }
    }
    tasks
}

/// Returns the error for a selection with a name that is not there: the others alone would not be what was asked for.
pub(super) fn unknown_selected(why: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!(
            "nothing was verified: {why}: correct the selection; use allow_empty (--allow-empty) to accept this"
        ),
    )
}

/// Returns why there is no interaction to verify.
pub(super) fn nothing_verified(loaded: &Contents, no_source: bool, provider: &str) -> Error {
    let usage = |why: &str| Error::new(ErrorKind::Usage, format!("nothing was verified: {why}"));
    if no_source {
        return usage("no source of contracts was given: give a directory, a file, a URL or a broker");
    }
    if !loaded.is_asked {
        let unset = loaded.warnings.join("; ");
        return usage(&format!(
            "{unset}; there is no other source: set the variable to the broker's address, or add a source such as a directory"
        ));
    }
    let has_interactions = |loaded: &Loaded| !loaded.contract.summaries.is_empty();
    let (kind, mut why) = if loaded.contracts.iter().any(has_interactions) {
        (
            ErrorKind::Usage,
            "no interaction matches the selection".to_owned(),
        )
    } else if let Some(unknown) = &loaded.unknown_provider
        && loaded.contracts.is_empty()
    {
        (
            ErrorKind::Usage,
            format!("{unknown}: correct the provider's name"),
        )
    } else {
        (
            ErrorKind::Verification,
            format!("no contract with provider {provider:?} has an interaction"),
        )
    };
    for warning in &loaded.warnings {
        let _ = write!(why, "; {warning}");
    }
    Error::new(
        kind,
        format!("nothing was verified: {why}; use allow_empty (--allow-empty) to accept this"),
    )
}
