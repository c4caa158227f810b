//! A contract as served by a Pact Broker, without the members that the broker added.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Members, each with its original text: numbers keep their form.
type Members<'a> = BTreeMap<&'a str, &'a RawValue>;

/// Members that the broker adds.
const OF_BROKER: [&str; 2] = ["_links", "createdAt"];
/// Lists of interactions; the broker adds `_id` to each of them.
const INTERACTIONS: [&str; 2] = ["interactions", "messages"];

/// Returns the published content. Text that is not a JSON object, or whose names contain escapes, is returned
/// unchanged.
pub(super) fn published(served: &str) -> String {
    let Ok(mut members) = serde_json::from_str::<Members<'_>>(served) else {
        return served.to_owned();
    };
    for added in OF_BROKER {
        members.remove(added);
    }
    let parts: Vec<String> = members
        .into_iter()
        .map(|(name, value)| {
            let value = if INTERACTIONS.contains(&name) {
                without_ids(value.get())
            } else {
                value.get().to_owned()
            };
            format!("{}:{value}", serde_json::Value::from(name))
        })
        .collect();
    format!("{{{}}}", parts.join(","))
}

fn without_ids(interactions: &str) -> String {
    #[derive(Deserialize)]
    struct List<'a>(#[serde(borrow)] Vec<Members<'a>>);
    let Ok(List(mut list)) = serde_json::from_str(interactions) else {
        return interactions.to_owned();
    };
    for interaction in &mut list {
        interaction.remove("_id");
    }
    serde_json::to_string(&list).unwrap_or_else(|_| interactions.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_broker_added_goes_and_numbers_stay_as_they_were_written() {
        let served = r#"{"consumer":{"name":"a"},"interactions":[{"_id":"1","description":"x","body":{"_id":1.50}}],
            "_links":{"self":{"href":"x"}},"createdAt":"2026-01-01T00:00:00Z","metadata":{"n":1.0e2}}"#;
        assert_eq!(
            published(served),
            r#"{"consumer":{"name":"a"},"interactions":[{"body":{"_id":1.50},"description":"x"}],"metadata":{"n":1.0e2}}"#
        );
        assert_eq!(published("[1]"), "[1]");
        assert_eq!(published(r#"{"interactions":7}"#), r#"{"interactions":7}"#);
    }
}
