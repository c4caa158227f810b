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

/// The states of contracts (consumer and document), each once, by name.
pub(crate) fn merge(contracts: &[(String, String)]) -> Vec<ProviderState> {
    let mut states: BTreeMap<String, ProviderState> = BTreeMap::new();
    for (consumer, document) in contracts {
        let Ok(root) = serde_json::from_str::<Value>(document) else {
            continue;
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
                let state = states.entry(name.to_owned()).or_insert_with(|| ProviderState {
                    name: name.to_owned(),
                    params: Map::new(),
                    consumers: BTreeSet::new(),
                });
                state.consumers.insert(consumer.clone());
                for (key, value) in params.into_iter().flatten() {
                    state.params.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
        }
    }
    states.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_of_every_version_of_the_format_are_found_once() {
        let states = merge(&[
            ("a".into(), r#"{"interactions":[{"providerState":"x"},{"providerStates":[{"name":"y","params":{"id":1}}]}]}"#.into()),
            ("b".into(), r#"{"messages":[{"providerStates":[{"name":"y","params":{"id":2,"n":3}}]}],"interactions":{}}"#.into()),
            ("c".into(), "nonsense".into()),
        ]);
        let names: Vec<&str> = states.iter().map(|state| state.name.as_str()).collect();
        assert_eq!(names, ["x", "y"]);
        assert_eq!(
            Value::Object(states[1].params.clone()),
            serde_json::json!({ "id": 1, "n": 3 })
        );
        assert_eq!(states[1].consumers.iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
