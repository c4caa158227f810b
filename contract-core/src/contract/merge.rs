//! New interactions into an existing contract.
//!
//! An interaction is known by its description, its provider states and its kind. Of one identity a contract has one
//! interaction:
//!
//! - the same content again changes nothing, whichever test says it. Content is everything but `comments`, and but what
//!   the existing interaction carries beyond the model;
//! - other content *replaces* what an earlier run wrote: the tests say what the consumer needs now;
//! - other content from another test of the *same* run is a conflict, because a contract cannot ask for both. Which tests
//!   wrote what in this run is in the store's [ledger](super::store).
//!
//! Where several tests say the same, `comments` are those of the test whose name sorts first, so that the order of tests
//! does not show in the file; a line that only moved (`tests/users.rs:12` to `:14`) does not change it either.

use std::collections::HashMap;
use std::fmt;

use crate::json::{self, Value};
use similar::TextDiff;

use super::write::{OrderKey, Target, interaction_members};
use super::{Contract, Interaction, Members, Specification};
use crate::{Error, ErrorKind};

/// What an interaction is known by: description, provider states with parameters, kind.
///
/// Sorts in the order of contract files. Shown as `"a request for user 42" [user exists]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    key: OrderKey,
}

/// What merging did to one interaction.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// It was not there before.
    Added {
        /// Which one.
        identity: Identity,
        /// Its text, as the file has it now.
        text: String,
    },
    /// It said something else before, or comments of its changed.
    Replaced {
        /// Which one.
        identity: Identity,
        /// Its text, as the file had it.
        before: String,
        /// Its text, as the file has it now.
        after: String,
    },
}

impl Identity {
    /// Returns the identity of this interaction.
    pub fn of(interaction: &Interaction) -> Self {
        Self {
            key: OrderKey::of(interaction),
        }
    }

    /// Returns the description alone.
    pub fn description(&self) -> &str {
        &self.key.description
    }

    /// A text that is the same for the same identity and no other.
    pub(super) fn text(&self) -> String {
        format!("{:?}", self.key)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.key.description)?;
        for (index, (name, params)) in self.key.provider_states.iter().enumerate() {
            f.write_str(if index == 0 { " [" } else { ", " })?;
            f.write_str(name)?;
            if params != "{}" {
                write!(f, " {params}")?;
            }
        }
        if !self.key.provider_states.is_empty() {
            f.write_str("]")?;
        }
        Ok(())
    }
}

impl Change {
    /// Returns the identity of the interaction that changed.
    pub fn identity(&self) -> &Identity {
        match self {
            Self::Added { identity, .. } | Self::Replaced { identity, .. } => identity,
        }
    }

    /// Describes the change for people: `added "a request for user 42" [user exists]`, or `changed …` with the lines that
    /// differ.
    pub fn describe(&self) -> String {
        match self {
            Self::Added { identity, .. } => format!("added {identity}"),
            Self::Replaced {
                identity,
                before,
                after,
            } => format!("changed {identity}\n{}", difference(before, after)),
        }
    }
}

impl Contract {
    /// Takes these interactions into the contract, as the [module](self) says, for a file of this version, and tells what
    /// changed. `self` is in this version afterwards.
    ///
    /// # Errors
    /// - [`Conflict`](ErrorKind::Conflict): the contracts are between different participants, or `new` says two things under
    ///   one identity.
    /// - [`Invalid`](ErrorKind::Invalid): an interaction cannot be written in the version.
    pub fn merge(&mut self, new: &Contract, specification: Specification) -> Result<Vec<Change>, Error> {
        if (&self.consumer.name, &self.provider.name) != (&new.consumer.name, &new.provider.name) {
            return Err(Error::new(
                ErrorKind::Conflict,
                format!(
                    "it is the contract between {:?} and {:?}, not between {:?} and {:?}",
                    self.consumer.name, self.provider.name, new.consumer.name, new.provider.name
                ),
            ));
        }
        if self.specification != specification {
            *self = Self::from_json(self.to_json(specification)?)?;
        }
        let new = Self::from_json(new.to_json(specification)?)?;
        let new_metadata = new.metadata;
        self.metadata.extend(new_metadata);

        let mut merge = Merge {
            places: HashMap::new(),
            said: HashMap::new(),
            target: Target {
                to: specification,
                from: specification,
            },
            changes: Vec::new(),
            removed: Vec::new(),
        };
        for (index, interaction) in self.interactions.iter().enumerate() {
            merge
                .places
                .entry(OrderKey::of(interaction))
                .or_default()
                .push(index);
        }
        for interaction in new.interactions {
            merge.take(&mut self.interactions, interaction)?;
        }
        let Merge {
            changes, mut removed, ..
        } = merge;
        removed.sort_unstable();
        for index in removed.into_iter().rev() {
            self.interactions.remove(index);
        }
        Ok(changes)
    }
}

struct Merge {
    /// Where the interactions of each identity are; files of other tools have several.
    places: HashMap<OrderKey, Vec<usize>>,
    /// What the new contract itself has said already.
    said: HashMap<OrderKey, Members>,
    target: Target,
    changes: Vec<Change>,
    removed: Vec<usize>,
}

impl Merge {
    fn take(&mut self, present: &mut Vec<Interaction>, mut new: Interaction) -> Result<(), Error> {
        let key = OrderKey::of(&new);
        let members = written(&new, self.target)?;
        let content = content(members.clone());
        if let Some(before) = self.said.get(&key) {
            if *before == content {
                return Ok(());
            }
            let identity = Identity { key };
            return Err(Error::new(
                ErrorKind::Conflict,
                format!(
                    "{identity} is said twice with different content:\n{}\ngive one of them another description or provider state",
                    difference(&text(before), &text(&content))
                ),
            ));
        }
        let places = self.places.get(&key).cloned().unwrap_or_default();
        self.said.insert(key.clone(), content.clone());
        let identity = Identity { key };
        for &place in &places {
            let existing = &mut present[place];
            let before = written(existing, self.target)?;
            if same_content(&before, existing, &content) {
                if existing.comments != new.comments && comments_from_new(existing, &new) {
                    existing.comments = new.comments;
                    self.changes.push(Change::Replaced {
                        identity,
                        before: text(&before),
                        after: text(&written(existing, self.target)?),
                    });
                }
                return Ok(());
            }
        }
        let Some((&first, others)) = places.split_first() else {
            self.places.insert(identity.key.clone(), vec![present.len()]);
            self.changes.push(Change::Added {
                identity,
                text: text(&members),
            });
            present.push(new);
            return Ok(());
        };
        self.removed.extend_from_slice(others);
        let before = text(&written(&present[first], self.target)?);
        for (name, value) in std::mem::take(&mut present[first].extra) {
            new.extra.entry(name).or_insert(value);
        }
        present[first] = new;
        self.changes.push(Change::Replaced {
            identity,
            before,
            after: text(&written(&present[first], self.target)?),
        });
        Ok(())
    }
}

/// Whether the comments of the new interaction stand in for those of the existing one, where both say the same.
fn comments_from_new(existing: &Interaction, new: &Interaction) -> bool {
    let (Some(present), Some(name)) = (existing.test_name(), new.test_name()) else {
        return existing.test_name().is_none();
    };
    match without_lines(name).cmp(&without_lines(present)) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Greater => false,
        std::cmp::Ordering::Equal => {
            let others = |comments: &Members| {
                let mut others = comments.clone();
                others.remove("testname");
                others
            };
            others(&existing.comments) != others(&new.comments)
        }
    }
}

/// A test's name without line numbers: `tests/users.rs:12 shows_a_user` moves when a line is added above it.
pub(super) fn without_lines(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(colon) = rest.find(':') {
        let (before, after) = rest.split_at(colon);
        kept.push_str(before);
        let digits = after[1..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            kept.push(':');
        }
        rest = &after[1 + digits..];
    }
    kept + rest
}

/// An interaction as the file has it.
pub(super) fn written(interaction: &Interaction, target: Target) -> Result<Members, Error> {
    interaction_members(interaction, target).map_err(|why| target.error(&interaction.description, &why))
}

/// What decides whether two interactions say the same.
pub(super) fn content(mut members: Members) -> Members {
    members.remove("comments");
    members
}

/// Whether an existing interaction says the same as the new content, but for what it carries beyond the model.
fn same_content(before: &Members, existing: &Interaction, new: &Members) -> bool {
    let mut before = content(before.clone());
    before.retain(|name, _| new.contains_key(name) || !existing.extra.contains_key(name));
    before == *new
}

/// One text for one content, the same in every build.
pub(super) fn content_text(content: &Members) -> String {
    json::compact_members(content)
}

fn text(members: &Members) -> String {
    json::pretty(&Value::Object(members.clone()))
}

/// The lines that differ, with three lines around each; a long difference is cut.
pub(super) fn difference(before: &str, after: &str) -> String {
    const LONGEST: usize = 60;
    let diff = TextDiff::from_lines(before, after);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .missing_newline_hint(false)
        .to_string();
    let lines: Vec<&str> = text.lines().collect();
    let mut shown: Vec<String> = lines
        .iter()
        .take(LONGEST)
        .map(|line| format!("  {line}"))
        .collect();
    if lines.len() > LONGEST {
        shown.push(format!("  … and {} more lines", lines.len() - LONGEST));
    }
    shown.join("\n")
}
