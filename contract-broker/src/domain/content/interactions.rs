//! The interactions of a document.

use std::collections::HashMap;

use sha1::{Digest, Sha1};

use super::{hex, outline::LISTS};
use crate::domain::json::{Malformed, Part};

/// Returns the id of an interaction: the SHA-1 of its members sorted by name, without its own `_id`.
fn interaction_id(interaction: Part<'_>) -> Result<String, Malformed> {
    let text = interaction.canonical_without("_id")?;
    Ok(hex(&Sha1::digest(text.as_bytes())))
}

/// Returns the descriptions of the interactions of a stored document by id, for texts that name an interaction.
///
/// # Errors
/// The document is not JSON.
pub(crate) fn descriptions(document: &str) -> Result<HashMap<String, String>, Malformed> {
    let mut found = HashMap::new();
    for interaction in interactions(document)? {
        let Some(members) = interaction.members()? else {
            continue;
        };
        let text = |name| members.get(name).map(|part| part.string()).transpose();
        let Some(description) = text("description")?.flatten() else {
            continue;
        };
        let id = match text("_id")?.flatten() {
            Some(id) => id.into_owned(),
            None => interaction_id(interaction)?,
        };
        found.insert(id, description.into_owned());
    }
    Ok(found)
}

/// Returns the interactions and messages of a document; a document that is not a contract has none.
///
/// # Errors
/// The document is not JSON.
pub(crate) fn interactions(document: &str) -> Result<Vec<Part<'_>>, Malformed> {
    let members = Part::document(document)?.members()?.unwrap_or_default();
    let mut interactions = Vec::new();
    for list in LISTS.iter().filter_map(|name| members.get(name)) {
        interactions.extend(list.items()?.unwrap_or_default());
    }
    Ok(interactions)
}
