//! Adding the interactions of one contract to another.

use std::collections::HashMap;

use super::{
    Refusal,
    content::Content,
    json::{Node, write_string},
};

/// The contract `base` with the interactions (and messages) of `addition` that it does not have. The text of `base`
/// is kept. An interaction with the same description and provider states but other content is a conflict.
pub(crate) fn merge(base: &str, addition: &str) -> Result<Content, Refusal> {
    let malformed = |error: super::json::Malformed| Refusal::Malformed(format!("cannot merge: {error}"));
    let (old, new) = (
        Node::parse(base).map_err(malformed)?,
        Node::parse(addition).map_err(malformed)?,
    );
    let mut edits: Vec<(usize, String)> = Vec::new();
    let mut found = false;
    for list in ["interactions", "messages"] {
        let Some(added) = new.member(list).and_then(Node::as_array) else {
            continue;
        };
        found = true;
        let existing = old.member(list);
        let known = existing.and_then(Node::as_array).unwrap_or_default();
        let mut pieces: Vec<&str> = Vec::new();
        let mut seen: HashMap<String, String> = HashMap::with_capacity(known.len() + added.len());
        for item in known {
            seen.entry(key(item)).or_insert_with(|| sorted_without_id(item));
        }
        for item in added {
            let (key, text) = (key(item), sorted_without_id(item));
            match seen.get(&key) {
                Some(same) if *same == text => {}
                Some(_) => {
                    let description = item
                        .member("description")
                        .and_then(Node::as_str)
                        .unwrap_or_default();
                    return Err(Refusal::Conflict(format!(
                        "cannot merge: the interaction '{description}' with the same provider states was published \
                         before with different content"
                    )));
                }
                None => {
                    pieces.push(&addition[item.start..item.end]);
                    seen.insert(key, text);
                }
            }
        }
        if pieces.is_empty() {
            continue;
        }
        let pieces = pieces.join(",");
        match existing {
            Some(node) if node.as_array().is_some() => {
                let comma = if known.is_empty() { "" } else { "," };
                edits.push((node.end - 1, format!("{comma}{pieces}")));
            }
            _ => {
                let comma = if old.as_object().is_some_and(|members| !members.is_empty()) {
                    ","
                } else {
                    ""
                };
                let mut text = comma.to_owned();
                write_string(&mut text, list);
                edits.push((old.end - 1, format!("{text}:[{pieces}]")));
            }
        }
    }
    let old_has = ["interactions", "messages"]
        .iter()
        .any(|list| old.member(list).and_then(Node::as_array).is_some());
    if !found || !old_has {
        return Err(Refusal::Conflict(
            "cannot merge: both contracts need a list of interactions or messages".into(),
        ));
    }
    edits.sort_by_key(|(at, _)| *at);
    let mut merged = String::with_capacity(base.len() + addition.len());
    let mut at = 0;
    for (position, text) in &edits {
        merged.push_str(&base[at..*position]);
        merged.push_str(text);
        at = *position;
    }
    merged.push_str(&base[at..]);
    Content::analyse(merged).map_err(malformed)
}

/// What makes two interactions the same one: kind, description and provider states.
fn key(interaction: &Node<'_>) -> String {
    let mut key = String::new();
    for name in [
        "type",
        "description",
        "providerState",
        "provider_state",
        "providerStates",
    ] {
        if let Some(node) = interaction.member(name) {
            key.push_str(&node.sorted());
        }
        key.push('\n');
    }
    key
}

fn sorted_without_id(interaction: &Node<'_>) -> String {
    let mut text = String::new();
    interaction.write_sorted(&mut text, &|name| name == "_id");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_interactions_are_added_and_the_rest_is_kept() {
        let base = "{ \"interactions\": [ {\"description\":\"a\",\"n\":1} ], \"x\": 1.0 }";
        let addition = r#"{"interactions":[{"n":1,"description":"a"},{"description":"b"}]}"#;
        assert_eq!(
            merge(base, addition).unwrap().document,
            "{ \"interactions\": [ {\"description\":\"a\",\"n\":1} ,{\"description\":\"b\"}], \"x\": 1.0 }"
        );
        assert_eq!(merge(base, base).unwrap().document, base);
        let messages = r#"{"messages":[{"description":"m"}]}"#;
        assert!(
            merge(base, messages)
                .unwrap()
                .document
                .ends_with(r#","messages":[{"description":"m"}]}"#)
        );
    }

    #[test]
    fn contradictions_are_conflicts() {
        let base = r#"{"interactions":[{"description":"a","n":1}]}"#;
        for addition in [r#"{"interactions":[{"description":"a","n":2}]}"#, "{}", "[]"] {
            assert!(
                matches!(merge(base, addition), Err(Refusal::Conflict(_))),
                "{addition}"
            );
        }
        let same_name_other_state =
            r#"{"interactions":[{"description":"a","n":2,"providerStates":[{"name":"s"}]}]}"#;
        assert!(merge(base, same_name_other_state).is_ok());
    }
}
