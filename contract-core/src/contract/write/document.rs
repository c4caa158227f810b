//! The whole document: interactions in their order, the metadata with the version.

use super::target::{Target, Write, overlay};
use super::{v2, v3, v4};
use crate::contract::{Contract, Interaction, InteractionKind, Members, Participant, Specification};
use crate::json::{self, Value};
use crate::{Error, ErrorKind};

impl Contract {
    /// Returns the document, as this version of the specification has it; interactions sorted by description, provider
    /// states and kind.
    ///
    /// # Errors
    /// - [`Usage`](ErrorKind::Usage): version 1 and 1.1 are read but not written.
    /// - [`Invalid`](ErrorKind::Invalid): the version cannot say something that decides over success or failure: names the
    ///   interaction and the way out. What decides nothing (comments, keys) is dropped.
    pub fn to_json(&self, specification: Specification) -> Result<Value, Error> {
        let target = Target {
            to: specification,
            from: self.specification,
        };
        if specification < Specification::V2 {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "version {specification} of the contract format is read but not written: write 2, 3 or 4"
                ),
            ));
        }
        let mut sorted: Vec<(OrderKey, Written)> = Vec::with_capacity(self.interactions.len());
        for interaction in &self.interactions {
            let members = interaction_members(interaction, target)
                .map_err(|why| target.error(&interaction.description, &why))?;
            sorted.push((
                OrderKey::of(interaction),
                Written {
                    is_message: matches!(interaction.kind, InteractionKind::Message(_)),
                    text: std::cell::OnceCell::new(),
                    value: Value::Object(members),
                },
            ));
        }
        sorted.sort_by(|(key, one), (other_key, other)| {
            key.cmp(other_key).then_with(|| one.text().cmp(other.text()))
        });

        let mut members = Members::new();
        members.insert("consumer".to_owned(), participant(&self.consumer));
        members.insert("provider".to_owned(), participant(&self.provider));
        members.insert(
            "metadata".to_owned(),
            metadata(&self.metadata, specification).into(),
        );
        let written = sorted.into_iter().map(|(_, written)| written);
        let (messages, interactions): (Vec<_>, Vec<_>) =
            written.partition(|written| written.is_message && specification < Specification::V4);
        if !messages.is_empty() && !interactions.is_empty() && target.is_downgrade() {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!(
                    "the contract between {:?} and {:?} has HTTP interactions and messages, which version {specification} keeps in different files: write version 4, or give the messages another provider name",
                    self.consumer.name, self.provider.name
                ),
            ));
        }
        let kept = target.start(&self.extra, &["interactions", "messages"]);
        if !messages.is_empty() {
            members.insert("messages".to_owned(), values(messages));
        }
        if !interactions.is_empty() || !(members.contains_key("messages") || kept.contains_key("messages")) {
            members.insert("interactions".to_owned(), values(interactions));
        }
        Ok(Value::Object(overlay(kept, members)))
    }

    /// Returns the text of [`to_json`](Self::to_json): two spaces for each level, members sorted by name, a newline at the
    /// end. The same interactions give the same bytes, whatever their order.
    ///
    /// # Errors
    /// As [`to_json`](Self::to_json).
    pub fn to_text(&self, specification: Specification) -> Result<String, Error> {
        Ok(json::pretty(&self.to_json(specification)?))
    }
}

/// Returns an interaction on its own, as it is in a document.
pub(crate) fn interaction_members(interaction: &Interaction, target: Target) -> Write<Members> {
    match target.to {
        Specification::V4 => Ok(v4::interaction(interaction, target)),
        Specification::V3 => v3::interaction(interaction, target),
        _ => v2::interaction(interaction, target),
    }
}

struct Written {
    is_message: bool,
    value: Value,
    /// Decides between interactions of one identity; made only if there are such.
    text: std::cell::OnceCell<String>,
}

impl Written {
    fn text(&self) -> &str {
        self.text.get_or_init(|| json::compact(&self.value))
    }
}

fn values(written: Vec<Written>) -> Value {
    written.into_iter().map(|written| written.value).collect()
}

/// By what an interaction is known, in the order of files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OrderKey {
    pub(crate) description: String,
    /// Names with their parameters as JSON.
    pub(crate) provider_states: Vec<(String, String)>,
    kind: String,
}

impl OrderKey {
    pub(crate) fn of(interaction: &Interaction) -> Self {
        Self {
            description: interaction.description.clone(),
            provider_states: interaction
                .provider_states
                .iter()
                .map(|state| (state.name.clone(), json::compact_members(&state.params)))
                .collect(),
            kind: interaction.kind.type_name().to_owned(),
        }
    }
}

fn participant(participant: &Participant) -> Value {
    let name = Members::from_iter([("name".to_owned(), participant.name.as_str().into())]);
    Value::Object(overlay(participant.extra.clone(), name))
}

/// Returns the metadata with the version that is written, in the spelling that the file has for it.
fn metadata(metadata: &Members, specification: Specification) -> Members {
    let mut metadata = metadata.clone();
    let says = |version: Option<&Value>| {
        let version = version.and_then(Value::as_str)?;
        Some(version.parse::<Specification>().ok()? == specification)
    };
    if let Some(version) = metadata.get_mut("pactSpecificationVersion")
        && says(Some(version)) != Some(true)
    {
        *version = specification.as_str().into();
    }
    for name in ["pact-specification", "pactSpecification"] {
        if let Some(Value::Object(block)) = metadata.get_mut(name) {
            if says(block.get("version")) != Some(true) {
                block.insert("version".to_owned(), specification.as_str().into());
            }
            return metadata;
        }
    }
    if !metadata.contains_key("pactSpecificationVersion") {
        let version = Members::from_iter([("version".to_owned(), specification.as_str().into())]);
        metadata.insert("pactSpecification".to_owned(), Value::Object(version));
    }
    metadata
}
