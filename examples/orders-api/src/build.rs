//! The two builds of the service: the one that keeps its contract and one that breaks it.

use serde_json::Value;

use crate::{Order, Store, routes};

/// What the service promises: `openapi.yaml`.
const DESCRIPTION: &str = include_str!("../openapi.yaml");

/// Which build of the service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Build {
    /// The service as its consumers know it.
    #[default]
    Current,
    /// A careless change: an order's `status` is called `state`. Every test of the service itself would still pass;
    /// only its consumers' contracts notice.
    RenamedField,
}

impl Build {
    /// This build's service over the store.
    pub fn app(self, store: Store) -> axum::Router {
        routes::router(self, store)
    }

    /// The OpenAPI description of this build, in YAML.
    pub fn description(self) -> String {
        match self {
            Self::Current => DESCRIPTION.to_owned(),
            Self::RenamedField => DESCRIPTION
                .replace("required: [id, status,", "required: [id, state,")
                .replace("        status: {$ref", "        state: {$ref"),
        }
    }

    /// An order as this build answers it.
    pub(crate) fn render(self, order: &Order) -> Value {
        let mut json = serde_json::to_value(order).expect("an order has only text keys and finite numbers");
        if self == Self::RenamedField
            && let Some(members) = json.as_object_mut()
            && let Some(status) = members.remove("status")
        {
            members.insert("state".to_owned(), status);
        }
        json
    }
}
