//! Merges into the text of a contract without parsing all of it.
//!
//! Each test merges into the whole file, so a consumer with a thousand tests would parse a thousand interactions a
//! thousand times. But a version 4 file written by this library can be split into its interactions by the start of its
//! lines, and only those with the same description as a new one must be parsed. Any other file is parsed as a whole.

use std::borrow::Cow;
use std::collections::HashSet;

use super::super::merge::Change;
use crate::Error;
use crate::contract::{Contract, Specification};

/// The result of merging into a text.
pub(super) struct Spliced {
    pub(super) changes: Vec<Change>,
    /// The new text, if something changed.
    pub(super) text: Option<String>,
}

/// Merges like [`Contract::merge`]; returns `None` if the text must be parsed as a whole.
///
/// # Errors
/// See [`Contract::merge`].
pub(super) fn merge(text: &str, new: &Contract) -> Result<Option<Spliced>, Error> {
    let Some(pieces) = Pieces::cut(text) else {
        return Ok(None);
    };
    let wanted: HashSet<String> = new
        .interactions
        .iter()
        .map(|interaction| serde_json::Value::from(interaction.description.as_str()).to_string())
        .collect();
    let (candidates, others): (Vec<Piece>, Vec<Piece>) = pieces
        .interactions
        .iter()
        .partition(|piece| wanted.contains(piece.description));
    let excerpt = pieces.text(candidates.iter().map(|piece| piece.text));
    let Ok(mut contract) = Contract::read_str(&excerpt, "") else {
        return Ok(None);
    };
    if contract.specification != Specification::V4 || contract.interactions.len() != candidates.len() {
        return Ok(None);
    }
    let metadata = contract.metadata.clone();
    let changes = contract.merge(new, Specification::V4)?;
    if changes.is_empty() {
        return Ok(Some(Spliced { changes, text: None }));
    }
    let written = contract.to_text(Specification::V4)?;
    let Some(merged) = Pieces::cut(&written) else {
        return Ok(None);
    };
    if contract.metadata != metadata || !others.is_sorted_by(|one, other| one.name() <= other.name()) {
        return Ok(None);
    }
    let mut all = Vec::with_capacity(others.len() + merged.interactions.len());
    let mut rest = others.as_slice();
    for piece in &merged.interactions {
        let name = piece.name();
        let (before, after) = rest.split_at(rest.partition_point(|other| other.name() < name));
        all.extend(before.iter().map(|piece| piece.text));
        all.push(piece.text);
        rest = after;
    }
    all.extend(rest.iter().map(|piece| piece.text));
    Ok(Some(Spliced {
        changes,
        text: Some(pieces.text(all)),
    }))
}

const START: &str = "\n  \"interactions\": [\n";
const DESCRIPTION: &str = "      \"description\": ";

/// A text split into its interactions.
struct Pieces<'a> {
    /// Up to and including the line that starts the interactions.
    head: &'a str,
    interactions: Vec<Piece<'a>>,
    /// From the line that ends them.
    tail: &'a str,
}

/// One interaction, from its opening bracket to its closing one.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    /// The description as a JSON string.
    description: &'a str,
}

impl<'a> Piece<'a> {
    /// Returns the description, by which files are sorted.
    fn name(&self) -> Cow<'a, str> {
        if self.description.contains('\\') {
            serde_json::from_str(self.description).map_or(Cow::Borrowed(""), Cow::Owned)
        } else {
            Cow::Borrowed(self.description.trim_matches('"'))
        }
    }
}

impl<'a> Pieces<'a> {
    /// Splits a text in this library's layout; returns `None` at any unexpected line.
    fn cut(text: &'a str) -> Option<Self> {
        let body = text.find(START)? + START.len();
        let (head, mut rest) = text.split_at(body);
        let mut interactions = Vec::new();
        loop {
            let mut description = None;
            let mut length = 0;
            let mut lines = rest.split_inclusive('\n');
            let first = lines.next()?;
            if first != "    {\n" {
                return None;
            }
            length += first.len();
            let last = loop {
                let line = lines.next()?;
                if line.starts_with("       ") {
                    length += line.len();
                    continue;
                }
                if line.starts_with("    }") {
                    break line;
                }
                match line.strip_prefix("      ")?.as_bytes()[0] {
                    b'"' => {
                        if let Some(value) = line.strip_prefix(DESCRIPTION) {
                            let value = value.trim_end_matches(['\n', ',']);
                            // Escapes that this library does not write.
                            if value.contains("\\/") || value.contains("\\u") || description.is_some() {
                                return None;
                            }
                            description = Some(value);
                        }
                    }
                    b'}' | b']' if line.trim_end().trim_end_matches(',').len() == 7 => {}
                    _ => return None,
                }
                length += line.len();
            };
            interactions.push(Piece {
                text: &rest[..length + "    }".len()],
                description: description?,
            });
            rest = &rest[length + last.len()..];
            match last {
                "    },\n" => {}
                "    }\n" => break,
                _ => return None,
            }
        }
        rest.starts_with("  ]").then_some(Self {
            head,
            interactions,
            tail: rest,
        })
    }

    /// Returns the text with its interactions replaced.
    fn text<'p>(&self, interactions: impl IntoIterator<Item = &'p str>) -> String {
        let mut text = String::with_capacity(self.head.len() + self.tail.len());
        text.push_str(self.head);
        let mut interactions = interactions.into_iter().peekable();
        while let Some(interaction) = interactions.next() {
            text.push_str(interaction);
            text.push_str(if interactions.peek().is_some() {
                ",\n"
            } else {
                "\n"
            });
        }
        text.push_str(self.tail);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{HttpInteraction, Interaction, InteractionKind, ProviderState};

    fn interaction(description: &str, state: &str, status: u16) -> Interaction {
        let mut http = HttpInteraction::default();
        http.response.status = Some(status);
        let mut interaction = Interaction::new(description, InteractionKind::Http(Box::new(http)));
        interaction.provider_states.push(ProviderState::new(state));
        interaction
    }

    fn contract(interactions: Vec<Interaction>) -> Contract {
        Contract {
            interactions,
            ..Contract::new("web", "api")
        }
    }

    #[test]
    fn the_short_way_and_the_long_way_lead_to_the_same_text() {
        let descriptions = ["b", "a \"quoted\" \\ one", "ä", "a", "c\nd", "b 2", "{", "    }"];
        let mut text = contract(vec![interaction("m", "s", 200)])
            .to_text(Specification::V4)
            .unwrap();
        for round in 0_u16..3 {
            for (index, description) in descriptions.iter().enumerate() {
                let state = if index % 2 == 0 { "s" } else { "t" };
                let new = contract(vec![
                    interaction(description, state, 200 + round),
                    interaction(description, "u", 200),
                ]);
                let mut long = Contract::read_str(&text, "").unwrap();
                let changes = long.merge(&new, Specification::V4).unwrap();
                let short = merge(&text, &new).unwrap().unwrap();
                assert_eq!(short.changes, changes);
                let long = long.to_text(Specification::V4).unwrap();
                assert_eq!(short.text.as_deref().unwrap_or(&text), long);
                text = long;
            }
        }
        assert_eq!(Contract::read_str(&text, "").unwrap().interactions.len(), 17);
    }

    #[test]
    fn what_is_laid_out_otherwise_goes_the_long_way() {
        let new = contract(vec![interaction("a", "s", 200)]);
        let ours = new.to_text(Specification::V4).unwrap();
        let others = [
            String::new(),
            "{}".to_owned(),
            ours.replace("  ", "\t"),
            ours.replace("\n    {\n", "\n    { \n"),
            ours.replace("      \"description\"", "       \"description\""),
            ours.replace("\"description\": \"a\"", "\"description\": \"\\u0061\""),
            ours.replace("\n      \"pending\"", "\n      }, { \"pending\""),
            ours[..ours.len() / 2].to_owned(),
            contract(Vec::new()).to_text(Specification::V4).unwrap(),
            new.to_text(Specification::V3).unwrap(),
        ];
        for text in others {
            assert!(merge(&text, &new).unwrap().is_none(), "{text}");
        }
    }
}
