//! Merges new interactions into an existing contract.
//!
//! An interaction is identified by its description, its provider states and its kind. A contract has one interaction
//! per identity:
//!
//! - equal content changes nothing, whichever test wrote it. Content excludes `comments`, and members of the existing
//!   interaction that are not part of the model;
//! - different content *replaces* what an earlier run wrote: the tests define what the consumer needs now;
//! - different content from another test of the *same* run is a conflict, because a contract cannot contain both. The
//!   store's [ledger](super::store) records which tests wrote what in this run.
//!
//! If several tests write equal content, the `comments` of the test whose name sorts first are kept, so that the file
//! does not depend on the order of tests. A changed line number (`tests/users.rs:12` to `:14`) does not change the file
//! either.

use std::collections::HashMap;
use std::fmt;

use crate::json::{self, Value};
use crate::report::line_diff;

use super::usage;
use super::write::{OrderKey, Target, interaction_members};
use super::{Contract, Interaction, Members, Specification};
use crate::{Error, ErrorKind};

/// What identifies an interaction: description, provider states with parameters, kind.
///
/// Sorts in the order of contract files. Displayed as `"a request for user 42" [user exists]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    key: OrderKey,
}

/// A change to one interaction.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// The interaction is new.
    Added {
        /// The interaction.
        identity: Identity,
        /// Its text in the new file.
        text: String,
    },
    /// The content or comments of the interaction changed.
    Replaced {
        /// The interaction.
        identity: Identity,
        /// Its text in the old file.
        before: String,
        /// Its text in the new file.
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

    /// Returns the description only.
    pub fn description(&self) -> &str {
        &self.key.description
    }

    /// Returns a text that is unique for the identity.
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

    /// Describes the change: `added "a request for user 42" [user exists]`, or `changed …` with a line diff.
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
    /// Merges these interactions into the contract as described in the [module](self), for a file of this version, and
    /// returns the changes. `self` has this version afterwards.
    ///
    /// # Errors
    /// - [`Conflict`](ErrorKind::Conflict): the contracts are between different participants, or `new` has two
    ///   different interactions with one identity.
    /// - [`Invalid`](ErrorKind::Invalid): an interaction cannot be represented in the version.
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
    /// The indexes of the interactions of each identity; files of other tools may have several.
    places: HashMap<OrderKey, Vec<usize>>,
    /// The content from the new contract merged so far.
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
                    "{identity} is defined twice with different content:\n{}\ngive one of them another \
                     description or provider state",
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
                let comments = comments_of_both(existing, new);
                if existing.comments != comments {
                    existing.comments = comments;
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
        // What was learnt about the old content is dropped with it, and is not shown as a change of its own.
        present[first].comments.remove(usage::MEMBER);
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

/// Returns the comments of two interactions with equal content.
fn comments_of_both(existing: &Interaction, mut new: Interaction) -> Members {
    usage::carry(existing, &mut new);
    if comments_from_new(existing, &new) {
        return new.comments;
    }
    let mut comments = existing.comments.clone();
    if let Some(usage) = new.comments.remove(usage::MEMBER) {
        comments.insert(usage::MEMBER.to_owned(), usage);
    }
    comments
}

/// Returns whether the comments of the new interaction replace those of the existing one with equal content.
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

/// Returns a test's name without line numbers: `tests/users.rs:12 shows_a_user` moves when a line is added above it.
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

/// Returns an interaction as written to the file.
pub(super) fn written(interaction: &Interaction, target: Target) -> Result<Members, Error> {
    interaction_members(interaction, target).map_err(|why| target.error(&interaction.description, &why))
}

/// Returns the content that decides whether two interactions are equal.
pub(super) fn content(mut members: Members) -> Members {
    members.remove("comments");
    members
}

/// Returns whether an existing interaction has the new content, ignoring members that are not part of the model.
fn same_content(before: &Members, existing: &Interaction, new: &Members) -> bool {
    let mut before = content(before.clone());
    before.retain(|name, _| new.contains_key(name) || !existing.extra.contains_key(name));
    before == *new
}

/// Returns a canonical text of the content, the same in every build.
pub(super) fn content_text(content: &Members) -> String {
    json::compact_members(content)
}

fn text(members: &Members) -> String {
    json::pretty(&Value::Object(members.clone()))
}

/// Returns a line diff with three lines of context; a long one is cut.
pub(super) fn difference(before: &str, after: &str) -> String {
    const LONGEST: usize = 60;
    const CONTEXT: usize = 3;
    let hunks = line_diff::hunks(before, after, CONTEXT);
    let text: String = hunks.iter().map(ToString::to_string).collect();
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
