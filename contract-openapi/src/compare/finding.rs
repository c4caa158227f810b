//! Findings of a comparison, with positions on both sides.

use contract_core::json::Value;
use serde::{Deserialize, Serialize};

use super::{Code, Level};
use crate::document::Place;

/// One finding of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The kind of the finding.
    pub code: Code,
    /// The level.
    #[serde(rename = "type")]
    pub level: Level,
    /// A description, as a sentence.
    pub message: String,
    /// The place in the contract.
    #[serde(rename = "mockDetails", skip_serializing_if = "Option::is_none", default)]
    pub contract: Option<ContractSide>,
    /// The place in the description.
    #[serde(rename = "specDetails", skip_serializing_if = "Option::is_none", default)]
    pub spec: Option<SpecSide>,
    /// A value that one side allows and the other rejects.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub witness: Option<Witness>,
    /// Why each candidate does not match; only for `message.no.match`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub causes: Vec<Finding>,
}

/// The contract's side of a finding.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractSide {
    /// The index of the interaction in the contract, from 0.
    pub interaction: usize,
    /// The interaction's description.
    #[serde(
        rename = "interactionDescription",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub description: Option<String>,
    /// The interaction's provider states, `[none]` if there is none.
    #[serde(rename = "interactionState")]
    pub state: String,
    /// The path of the place: `[root].interactions[0].request.body.name`.
    pub location: String,
    /// The value there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<JsonText>,
    /// File, line and column.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<Place>,
}

/// The description's side of a finding.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpecSide {
    /// The path of the place: `[root].paths./users/{id}.get.responses.200`.
    pub location: String,
    /// The method of the operation, as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path_method: Option<String>,
    /// The path template of the operation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path_name: Option<String>,
    /// The value of the keyword at the place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<JsonText>,
    /// File, line and column.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<Place>,
}

/// A concrete value that one side allows and the other rejects, checked on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Witness {
    /// The whole body.
    pub value: JsonText,
    /// JSON Pointer to the decisive value.
    pub path: String,
    /// Why the other side rejects it.
    pub refused: String,
}

/// A JSON value of a finding; it is serialised as that value.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonText(pub Value);

impl Serialize for JsonText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(serde_json::Value::deserialize(deserializer)?.into()))
    }
}
