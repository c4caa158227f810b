//! The differences between two interactions that should be equal.

use std::fmt::Write as _;

use super::cancel::Cancel;
use super::change::{Change, ChangeKind, Changes, Room};
use super::interactions;
use crate::contract::Interaction;
use crate::json::Value;
use crate::report::value::{inline, more};

/// Maximum number of differences shown; further ones are only counted.
const SHOWN: usize = 20;

/// Maximum number of characters of a value shown.
const LONGEST: usize = 100;

/// One of two interactions, and the test that defines it.
pub(crate) struct Said<'s> {
    pub(crate) interaction: &'s Interaction,
    /// `tests/users.rs:12 shows_a_user`
    pub(crate) test: Option<&'s str>,
}

impl<'s> From<&'s Interaction> for Said<'s> {
    fn from(interaction: &'s Interaction) -> Self {
        Self {
            interaction,
            test: interaction.test_name(),
        }
    }
}

/// Returns the differences between two interactions with the same description and provider states, place by
/// place, and the tests that define them; `None` if no difference affects verification.
pub(crate) fn sides(first: &Said<'_>, second: &Said<'_>) -> Option<String> {
    let mut room = Room::new();
    let mut changes = Changes::new(&mut room);
    let always = Cancel::unless(&|| true);
    if interactions::compare(first.interaction, second.interaction, &mut changes, always).is_err() {
        unreachable!("it is always wanted");
    }
    if changes.shown.is_empty() {
        return None;
    }
    let mut text = String::new();
    for change in changes.shown.iter().take(SHOWN) {
        write_change(&mut text, change);
    }
    let hidden = changes.shown.len().saturating_sub(SHOWN) + changes.not_shown;
    if hidden > 0 {
        let _ = writeln!(text, "  … {}", more(hidden, "difference"));
    }
    text.push('\n');
    match (first.test, second.test) {
        (Some(first), Some(second)) if first == second => {
            let _ = writeln!(text, "  both    {first}");
        }
        (first, second) => {
            let unknown = "a test that does not name itself";
            let _ = writeln!(text, "  first   {}", first.unwrap_or(unknown));
            let _ = writeln!(text, "  second  {}", second.unwrap_or(unknown));
        }
    }
    Some(text)
}

fn write_change(text: &mut String, change: &Change) {
    let rules = if change.kind == ChangeKind::Rule {
        ", how it is compared"
    } else {
        ""
    };
    let _ = writeln!(text, "  {}{rules}", change.place());
    for (side, value) in [("first ", &change.before), ("second", &change.after)] {
        let shown = match value {
            Some(Value::String(rule)) if change.kind == ChangeKind::Rule => rule.clone(),
            Some(value) => inline(value, LONGEST),
            None if change.kind == ChangeKind::Rule => "equality".to_owned(),
            None if change.before.is_none() && change.after.is_none() => "something else".to_owned(),
            None => "nothing".to_owned(),
        };
        let _ = writeln!(text, "    {side}  {shown}");
    }
}
