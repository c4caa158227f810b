//! The provider states that contracts name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::json::{Malformed, Node};

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
    ///
    /// # Errors
    /// The document is not JSON.
    pub(crate) fn add(&mut self, consumer: &str, document: &str) -> Result<(), Malformed> {
        let root = Node::parse(document)?;
        let lists = ["interactions", "messages"]
            .into_iter()
            .filter_map(|name| root.member(name)?.as_array());
        for interaction in lists.flatten() {
            let single = ["providerState", "provider_state"]
                .iter()
                .find_map(|name| interaction.member(name)?.as_str());
            let named = interaction
                .member("providerStates")
                .and_then(Node::as_array)
                .into_iter()
                .flatten()
                .filter_map(|state| {
                    let name = state.member("name").unwrap_or(state).as_str()?;
                    Some((name, state.member("params").and_then(Node::as_object)))
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
                for param in params.into_iter().flatten() {
                    if !state.params.contains_key(&*param.name) {
                        let value = value(&document[param.node.start..param.node.end]);
                        state.params.insert(param.name.to_string(), value);
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn into_list(self) -> Vec<ProviderState> {
        self.0.into_values().collect()
    }
}

/// The value of a parameter; a number that no computer holds is given as text.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
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
                r#"{"messages":[{"providerStates":[{"name":"y","params":{"id":2,"n":1e999}}]}],"interactions":{}}"#,
            ),
            ("c", "[1]"),
        ] {
            states.add(consumer, document).unwrap();
        }
        assert!(states.add("d", "nonsense").is_err());
        let states = states.into_list();
        let names: Vec<&str> = states.iter().map(|state| state.name.as_str()).collect();
        assert_eq!(names, ["x", "y"]);
        assert_eq!(
            Value::Object(states[1].params.clone()),
            serde_json::json!({ "id": 1, "n": "1e999" })
        );
        assert_eq!(states[1].consumers.iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
