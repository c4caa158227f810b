//! Merges the interactions of one contract into another.

use std::{borrow::Cow, collections::HashMap};

use super::{
    Refusal,
    content::{Content, LISTS},
    json::{Malformed, Members, Part},
};

/// Returns the contract `base` with the interactions (and messages) of `addition` that it lacks. The text of `base` is
/// kept. An interaction with the same description and provider states but different content is a conflict.
pub(crate) fn merge(base: &str, addition: &str) -> Result<Content, Refusal> {
    merged(base, addition).map_err(|CannotMerge(refusal)| refusal)
}

/// Why two contracts cannot be merged.
struct CannotMerge(Refusal);

impl From<Malformed> for CannotMerge {
    fn from(error: Malformed) -> Self {
        Self(Refusal::Malformed(format!("cannot merge: {error}")))
    }
}

impl CannotMerge {
    fn conflict(message: impl Into<String>) -> Self {
        Self(Refusal::Conflict(message.into()))
    }
}

/// A text to insert into a document.
struct Insertion {
    at: usize,
    text: String,
}

fn merged(base: &str, addition: &str) -> Result<Content, CannotMerge> {
    let old = Part::document(base)?;
    let old_members = old.members()?.unwrap_or_default();
    let new_members = Part::document(addition)?.members()?.unwrap_or_default();
    let mut insertions: Vec<Insertion> = Vec::new();
    let (mut found, mut old_has) = (false, false);
    for list in LISTS {
        let existing = items(&old_members, list)?;
        old_has |= existing.is_some();
        let Some(added) = items(&new_members, list)? else {
            continue;
        };
        found = true;
        let known = existing.as_deref().unwrap_or_default();
        let pieces = not_known(known, &added)?.join(",");
        if pieces.is_empty() {
            continue;
        }
        let comma = |is_first: bool| if is_first { "" } else { "," };
        insertions.push(match (existing.is_some(), old_members.get(list)) {
            (true, Some(existing)) => Insertion {
                at: existing.end - 1,
                text: format!("{}{pieces}", comma(known.is_empty())),
            },
            _ => Insertion {
                at: old.end - 1,
                text: format!("{}\"{list}\":[{pieces}]", comma(old_members.0.is_empty())),
            },
        });
    }
    if !found || !old_has {
        return Err(CannotMerge::conflict(
            "cannot merge: both contracts need a list of interactions or messages",
        ));
    }
    insertions.sort_by_key(|insertion| insertion.at);
    let mut merged = String::with_capacity(base.len() + addition.len());
    let mut at = 0;
    for insertion in &insertions {
        merged.push_str(&base[at..insertion.at]);
        merged.push_str(&insertion.text);
        at = insertion.at;
    }
    merged.push_str(&base[at..]);
    Ok(Content::analyse(merged)?)
}

fn items<'t>(members: &Members<'t>, list: &str) -> Result<Option<Vec<Part<'t>>>, Malformed> {
    match members.get(list) {
        Some(list) => list.items(),
        None => Ok(None),
    }
}

/// Returns the texts of the added interactions that are not known.
///
/// # Errors
/// One is known with different content.
fn not_known<'t>(known: &[Part<'_>], added: &[Part<'t>]) -> Result<Vec<&'t str>, CannotMerge> {
    let mut pieces: Vec<&str> = Vec::new();
    let mut seen: HashMap<String, String> = HashMap::with_capacity(known.len() + added.len());
    for item in known {
        let text = item.canonical_without("_id")?;
        seen.entry(key(*item)?).or_insert(text);
    }
    for item in added {
        let (key, text) = (key(*item)?, item.canonical_without("_id")?);
        match seen.get(&key) {
            Some(same) if *same == text => {}
            Some(_) => {
                let description = description(*item)?;
                return Err(CannotMerge::conflict(format!(
                    "cannot merge: the interaction '{description}' with the same provider states was published before \
                     with different content"
                )));
            }
            None => {
                pieces.push(item.text());
                seen.insert(key, text);
            }
        }
    }
    Ok(pieces)
}

fn description(interaction: Part<'_>) -> Result<Cow<'_, str>, Malformed> {
    let members = interaction.members()?.unwrap_or_default();
    let description = members.get("description").map(|part| part.string()).transpose()?;
    Ok(description.flatten().unwrap_or_default())
}

/// Returns what identifies an interaction: kind, description and provider states.
fn key(interaction: Part<'_>) -> Result<String, Malformed> {
    let members = interaction.members()?.unwrap_or_default();
    let mut key = String::new();
    for name in [
        "type",
        "description",
        "providerState",
        "provider_state",
        "providerStates",
    ] {
        if let Some(part) = members.get(name) {
            key.push_str(&part.canonical()?);
        }
        key.push('\n');
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_interactions_are_added_and_the_rest_is_kept() {
        let base = "{ \"interactions\": [ {\"description\":\"a\",\"n\":1} ], \"x\": 1.0 }";
        let addition = r#"{"interactions":[{"n":1,"description":"a"},{"description":"b"}]}"#;
        assert_eq!(
            merge(base, addition).unwrap().document,
            "{ \"interactions\": [ {\"description\":\"a\",\"n\":1} ,{\"description\":\"b\"}], \"x\": 1.0 }"
        );
        assert_eq!(merge(base, base).unwrap().document, base);
        let messages = r#"{"messages":[{"description":"m"}]}"#;
        assert!(
            merge(base, messages)
                .unwrap()
                .document
                .ends_with(r#","messages":[{"description":"m"}]}"#)
        );
    }

    #[test]
    fn contradictions_are_conflicts() {
        let base = r#"{"interactions":[{"description":"a","n":1}]}"#;
        for addition in [r#"{"interactions":[{"description":"a","n":2}]}"#, "{}", "[]"] {
            assert!(
                matches!(merge(base, addition), Err(Refusal::Conflict(_))),
                "{addition}"
            );
        }
        let same_name_other_state =
            r#"{"interactions":[{"description":"a","n":2,"providerStates":[{"name":"s"}]}]}"#;
        assert!(merge(base, same_name_other_state).is_ok());
    }
}
