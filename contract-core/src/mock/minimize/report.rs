//! What a contract need not say, as text.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use super::change::{Place, To};
use super::field::{Field, json_body};
use super::source::Source;
use crate::contract::{FieldUsage, Interaction, Need, Path, Token};
use crate::json::Value;
use crate::mock::record::Recorder;
use crate::mock::registry::named;
use crate::report::Style;
use crate::report::line_diff::{self, Side};
use crate::report::style::Tone;
use crate::report::value::{counted, inline};

/// Lines around those that can go.
const CONTEXT: usize = 3;

/// Columns of a value.
const LONGEST: usize = 60;

/// What was learnt, and what that took.
pub(super) struct Learnt<'l> {
    pub(super) fields: &'l [Field],
    /// By field.
    pub(super) needs: &'l [Option<FieldUsage>],
    pub(super) runs: usize,
    pub(super) elapsed: Duration,
    pub(super) given_up: Option<String>,
}

impl Learnt<'_> {
    /// Returns the fields of an interaction that the test does not need.
    fn unneeded(&self, interaction: usize) -> Vec<&Field> {
        let fields = self.fields.iter().zip(self.needs);
        fields
            .filter(|(field, need)| {
                field.interaction == interaction
                    && need.as_ref().is_some_and(|need| need.need < Need::Required)
            })
            .map(|(field, _)| field)
            .collect()
    }
}

/// An interaction with the fields that can go.
struct Unneeded<'l> {
    interaction: &'l Interaction,
    fields: Vec<&'l Field>,
}

/// Returns which lines of the patterns can go.
pub(super) fn learnt(
    recorder: &Recorder,
    interactions: &[Interaction],
    learnt: &Learnt<'_>,
    style: Style,
) -> String {
    let unneeded: Vec<Unneeded<'_>> = interactions
        .iter()
        .enumerate()
        .map(|(number, interaction)| Unneeded {
            interaction,
            fields: learnt.unneeded(number),
        })
        .filter(|unneeded| !unneeded.fields.is_empty())
        .collect();
    let mut patches = String::new();
    for one in &unneeded {
        write_patch(&mut patches, one.interaction, &one.fields, style);
    }
    let cost = format!(
        "{}, {:.1} s",
        counted(learnt.runs, "run"),
        learnt.elapsed.as_secs_f64()
    );
    let mut text = if patches.is_empty() {
        format!(
            "{}: the test needs everything that its contract says ({cost})\n",
            of(recorder)
        )
    } else {
        format!(
            "{}: the test passes without the lines marked with - ({cost})\n\n{patches}\
             leave them out, or test what the consumer does with them\n{}",
            of(recorder),
            source_patch(recorder, &unneeded).unwrap_or_default()
        )
    };
    if let Some(why) = &learnt.given_up {
        let _ = writeln!(text, "not everything was tried: {why}");
    }
    text
}

/// Returns why nothing was learnt.
pub(super) fn not_learnt(recorder: &Recorder, why: &str) -> String {
    format!("{}: cannot say what the test needs: {why}\n", of(recorder))
}

/// Writes to standard error, past what the test harness captures of a test that passes.
pub(super) fn tell(text: &str) {
    // There is no other place for the message.
    let _ = std::io::stderr().write_all(format!("\n{text}\n").as_bytes());
}

fn of(recorder: &Recorder) -> String {
    let parties = format!("{} → {}", recorder.consumer, recorder.provider);
    match &recorder.test {
        Some(test) => format!("{parties}, {test}"),
        None => parties,
    }
}

/// Returns the same as a patch of the test's source. `None` if the patterns are not found there: they are in another file, or not
/// written as documents.
fn source_patch(recorder: &Recorder, unneeded: &[Unneeded<'_>]) -> Option<String> {
    let place = recorder.test.as_ref()?.split(' ').next()?;
    let (file, line) = place.rsplit_once(':')?;
    let line = line.parse().ok()?;
    let text = read_source(file)?;
    let source = Source::new(&text);
    let mut members = Vec::new();
    for one in unneeded {
        let paths: Vec<Path> = one.fields.iter().filter_map(|field| field.path()).collect();
        let steps: Vec<&[Token]> = paths.iter().map(Path::tokens).collect();
        if let Some(example) = json_body(&one.interaction.kind)
            && let Some(found) = source.members(line, example, &steps)
        {
            members.extend(found);
        }
    }
    let without = source.without(&members);
    let hunks: String = line_diff::hunks(&text, &without, CONTEXT)
        .iter()
        .map(ToString::to_string)
        .collect();
    (!hunks.is_empty()).then(|| {
        format!("\nas a patch, for `git apply` at the root of the workspace:\n\n--- a/{file}\n+++ b/{file}\n{hunks}")
    })
}

/// Reads a file that the compiler named: its path begins at the root of the workspace, and tests run in that of their package.
fn read_source(file: &str) -> Option<String> {
    if std::path::Path::new(file).is_absolute() {
        return None;
    }
    let here = std::env::current_dir().ok()?;
    let text = here
        .ancestors()
        .find_map(|directory| std::fs::read_to_string(directory.join(file)).ok())?;
    // Patches of lines that end otherwise are read in different ways.
    (!text.contains('\r')).then_some(text)
}

fn write_patch(text: &mut String, interaction: &Interaction, can_go: &[&Field], style: Style) {
    let _ = writeln!(text, "  {}", named(interaction));
    for field in can_go {
        if let Place::Header(name) = &field.place {
            let line = format!("- header {name}");
            let _ = writeln!(text, "    {}", style.paint(Tone::Actual, &line));
        }
    }
    if let Some(example) = json_body(&interaction.kind)
        && can_go.iter().any(|field| field.is_in_body())
    {
        let mut kind = interaction.kind.clone();
        for field in can_go {
            field.change(To::Absent).apply(&mut kind);
        }
        let without = json_body(&kind).unwrap_or(&Value::Null);
        write_difference(text, &lines(example), &lines(without), style);
    }
    text.push('\n');
}

fn write_difference(text: &mut String, before: &str, after: &str, style: Style) {
    for (index, hunk) in line_diff::hunks(before, after, CONTEXT).iter().enumerate() {
        if index > 0 {
            text.push_str("      …\n");
        }
        for line in &hunk.lines {
            let member = line.text.trim_end_matches('\n');
            let _ = match line.side {
                Side::Both => writeln!(text, "      {member}"),
                // Nothing is added.
                Side::Before | Side::After => {
                    writeln!(text, "    {}", style.paint(Tone::Actual, &format!("- {member}")))
                }
            };
        }
    }
}

/// Writes a value with a line for each member, each ending with a comma as in `json_like!`.
fn lines(value: &Value) -> String {
    let mut text = String::new();
    write_lines(&mut text, "", value, 0);
    text
}

fn write_lines(text: &mut String, name: &str, value: &Value, depth: usize) {
    let indent = "    ".repeat(depth);
    let comma = if depth == 0 { "" } else { "," };
    match value {
        Value::Object(members) => {
            let _ = writeln!(text, "{indent}{name}{{");
            for (name, member) in members {
                let name = format!("{}: ", Value::from(name.as_str()));
                write_lines(text, &name, member, depth + 1);
            }
            let _ = writeln!(text, "{indent}}}{comma}");
        }
        Value::Array(elements) if elements.iter().any(|one| one.is_object() || one.is_array()) => {
            let _ = writeln!(text, "{indent}{name}[");
            for element in elements {
                write_lines(text, "", element, depth + 1);
            }
            let _ = writeln!(text, "{indent}]{comma}");
        }
        _ => {
            let _ = writeln!(text, "{indent}{name}{}{comma}", inline(value, LONGEST));
        }
    }
}
