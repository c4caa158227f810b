//! The provider states that consumers use.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Link, Links};
use crate::domain::provider_states::{ProviderState, ProviderStates};

/// The provider states that consumers use.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderStateList {
    provider_states: Vec<ProviderStateDocument>,
    #[serde(rename = "_links")]
    links: Links,
}

/// A provider state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderStateDocument {
    name: String,
    /// Every parameter that an interaction has, each with one of its values.
    #[schema(value_type = Object)]
    params: Map<String, Value>,
    consumers: BTreeSet<String>,
}

impl ProviderStateList {
    pub(crate) fn of(itself: Link, states: ProviderStates) -> Self {
        let states = states.into_list().into_iter();
        Self {
            provider_states: states
                .map(
                    |ProviderState {
                         name,
                         params,
                         consumers,
                     }| ProviderStateDocument {
                        name,
                        params,
                        consumers,
                    },
                )
                .collect(),
            links: Links::itself(itself),
        }
    }
}
