//! What a contract need not say, as text.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use super::change::{Place, To};
use super::field::{Field, json_body};
use crate::contract::{FieldUsage, Interaction, Need};
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

/// Returns which lines of the patterns can go.
pub(super) fn learnt(
    recorder: &Recorder,
    interactions: &[Interaction],
    learnt: &Learnt<'_>,
    style: Style,
) -> String {
    let mut patches = String::new();
    for (number, interaction) in interactions.iter().enumerate() {
        let can_go: Vec<&Field> = learnt
            .fields
            .iter()
            .zip(learnt.needs)
            .filter(|(field, need)| {
                field.interaction == number && need.as_ref().is_some_and(|need| need.need < Need::Required)
            })
            .map(|(field, _)| field)
            .collect();
        if !can_go.is_empty() {
            write_patch(&mut patches, interaction, &can_go, style);
        }
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
             leave them out, or test what the consumer does with them\n",
            of(recorder)
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
