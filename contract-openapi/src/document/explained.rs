//! What the errors of the YAML reader mean to the author of a file.

use serde_saphyr::Error;
use serde_saphyr::budget::BudgetBreach;

use super::Limits;

/// Returns what is wrong with a file, and what to do about it, as a lower-case fragment.
pub(super) fn explained(error: &Error, limits: &Limits) -> String {
    match error.without_snippet() {
        Error::Budget { breach, .. } => of_breach(breach, limits),
        Error::AliasError { error, .. } => explained(error, limits),
        Error::MultipleDocuments { .. } => several_documents(),
        Error::DuplicateMappingKey { key, .. } => match key {
            Some(key) => format!("the name {key} is there twice in one object: remove or rename one"),
            None => "a name is there twice in one object: remove or rename one".to_owned(),
        },
        Error::UnknownAnchor { .. } => {
            "this alias names an anchor that is not defined before it: write `&name` at the value".to_owned()
        }
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            "this alias stands within the value of its own anchor: use `$ref` for recursive schemas"
                .to_owned()
        }
        Error::NonFiniteFloat { value, .. } => {
            format!("{value} is no number of JSON: write a finite number, or a text in quotes")
        }
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => too_many_aliases(limits),
        other => of_text(other, limits),
    }
}

fn of_breach(breach: &BudgetBreach, limits: &Limits) -> String {
    match breach {
        BudgetBreach::Documents { .. } => several_documents(),
        BudgetBreach::Depth { .. } => too_deep(limits),
        BudgetBreach::Nodes { .. } | BudgetBreach::Events { .. } => format!(
            "the file has more than the limit of {} values: split it or raise the limit",
            limits.max_nodes
        ),
        BudgetBreach::ScalarBytes { .. } | BudgetBreach::InputBytes { .. } => {
            "the texts of the file are longer than may be read: split it".to_owned()
        }
        BudgetBreach::SequenceUnbalanced => "a list or an object ends that did not begin".to_owned(),
        _ => too_many_aliases(limits),
    }
}

fn several_documents() -> String {
    "a second YAML document begins here: a file is one document, so put the other one into a file of its own"
        .to_owned()
}

fn too_deep(limits: &Limits) -> String {
    format!(
        "lists and objects are nested deeper than the limit of {}: nest them less",
        limits.max_depth
    )
}

fn too_many_aliases(limits: &Limits) -> String {
    format!(
        "aliases stand for more than the limit of {} values: repeat less with them",
        limits.max_nodes
    )
}

/// Returns the first line of the reader's own message, because positions are reported separately.
fn of_text(error: &Error, limits: &Limits) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let line = line.split_once(" at line ").map_or(line, |(message, _)| message);
    let line = line.trim_start_matches("error: ");
    match line {
        _ if line.contains("recursion limit") => too_deep(limits),
        _ if line.contains("tabs disallowed") => {
            "lines of YAML are indented with blanks, not with tabs".to_owned()
        }
        "unclosed quote" => "a quote begins here that does not end".to_owned(),
        "expected string scalar" => "a name of an object must be a text or a number".to_owned(),
        other => other.to_owned(),
    }
}
