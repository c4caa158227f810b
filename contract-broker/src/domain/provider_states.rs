//! The provider states that contracts name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// A provider state, with the parameters and the consumers that use it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ProviderState {
    pub(crate) name: String,
    /// Every parameter that any interaction gives, with one of its values.
    pub(crate) params: Map<String, Value>,
    pub(crate) consumers: BTreeSet<String>,
}

/// The states of contracts, each once, by name.
#[derive(Debug, Default)]
pub(crate) struct ProviderStates(BTreeMap<String, ProviderState>);

impl ProviderStates {
    /// Adds those of a contract. A document that is no contract has none.
    pub(crate) fn add(&mut self, consumer: &str, document: &str) {
        let Ok(root) = serde_json::from_str::<Value>(document) else {
            return;
        };
        let lists = ["interactions", "messages"]
            .into_iter()
            .filter_map(|name| root.get(name)?.as_array());
        for interaction in lists.flatten() {
            let single = ["providerState", "provider_state"]
                .iter()
                .find_map(|name| interaction.get(name)?.as_str());
            let named = interaction
                .get("providerStates")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|state| {
                    let name = state.get("name").or(Some(state))?.as_str()?;
                    Some((name, state.get("params").and_then(Value::as_object)))
                });
            for (name, params) in single.map(|name| (name, None)).into_iter().chain(named) {
                let state = self.0.entry(name.to_owned()).or_insert_with(|| ProviderState {
                    name: name.to_owned(),
                    params: Map::new(),
                    consumers: BTreeSet::new(),
                });
                if !state.consumers.contains(consumer) {
                    state.consumers.insert(consumer.to_owned());
                }
                for (key, value) in params.into_iter().flatten() {
                    if !state.params.contains_key(key) {
                        state.params.insert(key.clone(), value.clone());
                    }
                }
            }
        }
    }

    pub(crate) fn into_list(self) -> Vec<ProviderState> {
        self.0.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_of_every_version_of_the_format_are_found_once() {
        let mut states = ProviderStates::default();
        for (consumer, document) in [
            (
                "a",
                r#"{"interactions":[{"providerState":"x"},{"providerStates":[{"name":"y","params":{"id":1}}]}]}"#,
            ),
            (
                "b",
                r#"{"messages":[{"providerStates":[{"name":"y","params":{"id":2,"n":3}}]}],"interactions":{}}"#,
            ),
            ("c", "nonsense"),
        ] {
            states.add(consumer, document);
        }
        let states = states.into_list();
        let names: Vec<&str> = states.iter().map(|state| state.name.as_str()).collect();
        assert_eq!(names, ["x", "y"]);
        assert_eq!(
            Value::Object(states[1].params.clone()),
            serde_json::json!({ "id": 1, "n": 3 })
        );
        assert_eq!(states[1].consumers.iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
