//! Formats a diff for people.

use std::fmt::Write as _;

use super::{Diff, Effect, InteractionDiff, Presence};
use crate::report::style::Tone;
use crate::report::value::{counted, more};
use crate::report::{Style, one_line};

/// Minimum number of columns for the values of a change.
const VALUES: usize = 20;

impl Diff {
    /// Returns the changes shown, one block for each interaction and one line for each change, with a summary on the
    /// last line.
    pub fn text(&self, style: Style) -> String {
        let mut text = String::new();
        for one in &self.interactions {
            write_interaction(&mut text, one, style);
        }
        if self.not_shown > 0 {
            let _ = writeln!(text, "… {}\n", more(self.not_shown, "interaction"));
        }
        let _ = writeln!(text, "{}", self.summary());
        text
    }

    /// Returns `breaking: 1 interaction changed, 2 added; 5 unchanged`.
    fn summary(&self) -> String {
        let Some(effect) = self.effect() else {
            let interactions = counted(self.unchanged, "interaction");
            return format!("no changes that affect verification in {interactions}");
        };
        let counts: Vec<String> = [Presence::Changed, Presence::Added, Presence::Removed]
            .into_iter()
            .map(|presence| (presence, self.count(presence)))
            .filter(|(_, count)| *count > 0)
            .map(|(presence, count)| format!("{} {}", counted(count, "interaction"), presence.as_str()))
            .collect();
        format!(
            "{}: {}, {} unchanged",
            effect.as_str(),
            counts.join(", "),
            self.unchanged
        )
    }

    fn count(&self, presence: Presence) -> usize {
        self.interactions
            .iter()
            .filter(|one| one.presence == presence)
            .count()
    }
}

fn write_interaction(text: &mut String, one: &InteractionDiff, style: Style) {
    let states = if one.provider_states.is_empty() {
        String::new()
    } else {
        let states: Vec<_> = one.provider_states.iter().map(|state| one_line(state)).collect();
        format!(" [{}]", states.join(", "))
    };
    let effect = painted(one.effect, style);
    let presence = style.paint(Tone::Aside, one.presence.as_str());
    let description = one_line(&one.description);
    let _ = writeln!(text, "{effect}  {description}{states}  {presence}");
    let widest =
        |column: fn(&super::Change) -> usize| one.changes.iter().map(column).max().unwrap_or_default();
    let places = widest(|change| change.place().chars().count());
    let kinds = widest(|change| change.kind.as_str().len());
    for change in &one.changes {
        let (effect, place, kind) = (
            painted(change.effect, style),
            change.place(),
            change.kind.as_str(),
        );
        let place = style.paint(Tone::Place, &format!("{place:places$}"));
        let room = style.width.saturating_sub(places + kinds + 20) / 2;
        let values = change.values(room.max(VALUES));
        let line = format!("  {effect}  {place}  {kind:kinds$}  {values}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    if one.changes_not_shown > 0 {
        let _ = writeln!(text, "  … {}", more(one.changes_not_shown, "change"));
    }
    text.push('\n');
}

/// Returns the effect, padded to the width of the longest.
fn painted(effect: Effect, style: Style) -> String {
    let tone = match effect {
        Effect::Breaking => Tone::Failure,
        Effect::Relaxing => Tone::Expected,
        Effect::Neutral => Tone::Aside,
    };
    style.paint(tone, &format!("{:8}", effect.as_str()))
}
