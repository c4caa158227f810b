//! The provider states in contracts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{content::interactions, json::Malformed};

/// A provider state, with the parameters and the consumers that use it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ProviderState {
    pub(crate) name: String,
    /// Every parameter used by any interaction, with one of its values.
    pub(crate) params: Map<String, Value>,
    pub(crate) consumers: BTreeSet<String>,
}

/// The states of contracts by name.
#[derive(Debug, Default)]
pub(crate) struct ProviderStates(BTreeMap<String, ProviderState>);

impl ProviderStates {
    /// Adds those of a contract. A document that is not a contract has none.
    ///
    /// # Errors
    /// The document is not JSON.
    pub(crate) fn add(&mut self, consumer: &str, document: &str) -> Result<(), Malformed> {
        for interaction in interactions(document)? {
            let members = interaction.members()?.unwrap_or_default();
            let single = ["providerState", "provider_state"];
            let single = single.iter().filter_map(|name| members.get(name));
            for name in single.map(|part| part.string()) {
                if let Some(name) = name? {
                    self.state(&name, consumer);
                    break;
                }
            }
            let states = members
                .get("providerStates")
                .map(|part| part.items())
                .transpose()?
                .flatten();
            for state in states.unwrap_or_default() {
                let members = state.members()?.unwrap_or_default();
                let Some(name) = members.get("name").unwrap_or(state).string()? else {
                    continue;
                };
                let params = members
                    .get("params")
                    .map(|part| part.members())
                    .transpose()?
                    .flatten();
                let state = self.state(&name, consumer);
                for param in params.unwrap_or_default().0 {
                    let name = param.name.into_owned();
                    state
                        .params
                        .entry(name)
                        .or_insert_with(|| value(param.value.text()));
                }
            }
        }
        Ok(())
    }

    /// Returns the state with this name, used by the consumer.
    fn state(&mut self, name: &str, consumer: &str) -> &mut ProviderState {
        let state = self.0.entry(name.to_owned()).or_insert_with(|| ProviderState {
            name: name.to_owned(),
            params: Map::new(),
            consumers: BTreeSet::new(),
        });
        state.consumers.insert(consumer.to_owned());
        state
    }

    pub(crate) fn into_list(self) -> Vec<ProviderState> {
        self.0.into_values().collect()
    }
}

/// Returns the value of a parameter; a number out of range is returned as text.
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
