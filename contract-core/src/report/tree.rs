//! The differing part of a JSON body: the actual document, with the expectation before each mismatching value.
//!
//! The places are known from the mismatches, so the document is walked once and only near those places; the cost grows
//! with what is shown, not with the size of the document.

use std::collections::{BTreeMap, HashMap};

use crate::json::{Map, Value};

use super::difference;
use super::style::{Style, Tone};
use super::value::{inline, more, quoted};
use crate::contract::{Path, Token};
use crate::matching::{Mismatch, Part};

/// Unchanged neighbours shown around a difference.
const CONTEXT: usize = 2;
/// Maximum length of a value shown on one line.
const LINE: usize = 72;

/// The places of mismatches in a document.
#[derive(Default)]
struct Marks<'a> {
    here: Vec<&'a Mismatch>,
    members: HashMap<&'a str, Marks<'a>>,
    /// Missing members and elements, in the order in which they were found.
    missing: Vec<(&'a str, Vec<&'a Mismatch>)>,
    elements: BTreeMap<usize, Marks<'a>>,
}

/// Returns the differing part, each line terminated; empty if no mismatch has a place in the document.
pub(super) fn render(actual: &Value, mismatches: &[Mismatch], style: Style) -> String {
    let located: Vec<(Path, &Mismatch)> = mismatches
        .iter()
        .filter(|mismatch| mismatch.part == Part::Body && mismatch.is_difference())
        .filter_map(|mismatch| Some((mismatch.path.parse().ok()?, mismatch)))
        .collect();
    if located.is_empty() {
        return String::new();
    }
    let mut marks = Marks::default();
    for (path, mismatch) in &located {
        marks.add(path.tokens(), actual, mismatch);
    }
    let mut view = View {
        text: String::new(),
        style,
    };
    view.value("", actual, Some(&marks), 0, "");
    view.text
}

impl<'a> Marks<'a> {
    fn add(&mut self, tokens: &'a [Token], value: &Value, mismatch: &'a Mismatch) {
        let Some((token, rest)) = tokens.split_first() else {
            self.here.push(mismatch);
            return;
        };
        match (token, value) {
            (Token::Field(name), Value::Object(members)) => match members.get(name) {
                Some(member) => self.members.entry(name).or_default().add(rest, member, mismatch),
                None => self.push_missing(name, mismatch),
            },
            (Token::Index(index), Value::Array(items)) => match items.get(*index) {
                Some(item) => self.elements.entry(*index).or_default().add(rest, item, mismatch),
                None => self.push_missing("", mismatch),
            },
            _ => self.here.push(mismatch),
        }
    }

    fn push_missing(&mut self, name: &'a str, mismatch: &'a Mismatch) {
        match self.missing.iter_mut().find(|(present, _)| *present == name) {
            Some((_, mismatches)) if !name.is_empty() => mismatches.push(mismatch),
            _ => self.missing.push((name, vec![mismatch])),
        }
    }

    fn has_inner(&self) -> bool {
        !(self.members.is_empty() && self.elements.is_empty() && self.missing.is_empty())
    }
}

/// The sign before a line.
#[derive(Clone, Copy)]
enum Sign {
    Same,
    Expected,
    Actual,
}

struct View {
    text: String,
    style: Style,
}

impl View {
    fn line(&mut self, sign: Sign, depth: usize, content: &str) {
        let (sign, tone) = match sign {
            Sign::Same => (' ', None),
            Sign::Expected => ('-', Some(Tone::Expected)),
            Sign::Actual => ('+', Some(Tone::Actual)),
        };
        let line = format!("  {sign} {}{content}", "  ".repeat(depth));
        let painted = tone.map_or_else(|| line.clone(), |tone| self.style.paint(tone, &line));
        self.text.push_str(&painted);
        self.text.push('\n');
    }

    fn elided(&mut self, depth: usize, count: usize, noun: &str) {
        if count > 0 {
            self.line(Sign::Same, depth, &format!("… {}", more(count, noun)));
        }
    }

    /// Writes one value after its name (`"id": ` or nothing), with a trailing comma if others follow.
    fn value(&mut self, name: &str, value: &Value, marks: Option<&Marks<'_>>, depth: usize, comma: &str) {
        let Some(marks) = marks else {
            self.line(
                Sign::Same,
                depth,
                &format!("{name}{}{comma}", inline(value, LINE)),
            );
            return;
        };
        let mut sign = Sign::Same;
        if let [mismatch] = marks.here.as_slice()
            && let Some(difference) = difference::of_mismatch(mismatch, LINE)
        {
            self.line(
                Sign::Expected,
                depth,
                &format!("{name}{}{comma}", difference.expected),
            );
            self.line(
                Sign::Actual,
                depth,
                &format!("{name}{}{comma}", difference.actual),
            );
            return;
        }
        if !marks.here.is_empty() {
            sign = Sign::Actual;
            // Nothing replaces an unexpected value.
            let expectations = expectations(&marks.here);
            if !expectations.is_empty() {
                self.line(Sign::Expected, depth, &format!("{name}{expectations}{comma}"));
            }
        }
        match value {
            Value::Object(members) if marks.has_inner() => {
                self.line(sign, depth, &format!("{name}{{"));
                self.members(members, marks, depth + 1);
                self.line(sign, depth, &format!("}}{comma}"));
            }
            Value::Array(items) if marks.has_inner() => {
                self.line(sign, depth, &format!("{name}["));
                self.elements(items, marks, depth + 1);
                self.line(sign, depth, &format!("]{comma}"));
            }
            value => self.line(sign, depth, &format!("{name}{}{comma}", inline(value, LINE))),
        }
    }

    fn members(&mut self, members: &Map<String, Value>, marks: &Marks<'_>, depth: usize) {
        let marked: Vec<usize> = members
            .keys()
            .enumerate()
            .filter(|(_, name)| marks.members.contains_key(name.as_str()))
            .map(|(index, _)| index)
            .collect();
        let shown = near(&marked, members.len());
        let mut skipped = 0;
        for (index, (name, member)) in members.iter().enumerate() {
            if !shown.iter().any(|range| range.contains(&index)) {
                skipped += 1;
                continue;
            }
            self.elided(depth, std::mem::take(&mut skipped), "member");
            let comma = if index + 1 < members.len() { "," } else { "" };
            let name_part = format!("{}: ", quoted(name));
            self.value(&name_part, member, marks.members.get(name.as_str()), depth, comma);
        }
        self.elided(depth, skipped, "member");
        self.missing(marks, depth);
    }

    fn elements(&mut self, items: &[Value], marks: &Marks<'_>, depth: usize) {
        let marked: Vec<usize> = marks.elements.keys().copied().collect();
        let mut next = 0;
        for range in near(&marked, items.len()) {
            self.elided(depth, range.start - next, "element");
            for index in range.clone() {
                let comma = if index + 1 < items.len() { "," } else { "" };
                self.value("", &items[index], marks.elements.get(&index), depth, comma);
            }
            next = range.end;
        }
        self.elided(depth, items.len() - next, "element");
        self.missing(marks, depth);
    }

    fn missing(&mut self, marks: &Marks<'_>, depth: usize) {
        for (name, mismatches) in &marks.missing {
            let expectations = expectations(mismatches);
            let name = if name.is_empty() {
                String::new()
            } else {
                format!("{}: ", quoted(name))
            };
            self.line(Sign::Expected, depth, &format!("{name}{expectations}"));
        }
    }
}

/// Returns what was expected at one place; empty if nothing was.
fn expectations(mismatches: &[&Mismatch]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for mismatch in mismatches {
        if mismatch.expected.is_none() && mismatch.rule.is_none() {
            continue;
        }
        let text = super::value::cut(&mismatch.expectation.replace('\n', " "), LINE, true);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join(" and ")
}

/// Returns the places with their neighbours, as ranges that do not touch.
fn near(marked: &[usize], length: usize) -> Vec<std::ops::Range<usize>> {
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    for &index in marked {
        let start = index.saturating_sub(CONTEXT);
        let end = (index + CONTEXT + 1).min(length);
        match ranges.last_mut() {
            // A single hidden line would take as much space as the note about it.
            Some(last) if start <= last.end + 1 => last.end = end,
            _ => ranges.push(start..end),
        }
    }
    if let Some(first) = ranges.first_mut()
        && first.start == 1
    {
        first.start = 0;
    }
    if let Some(last) = ranges.last_mut()
        && last.end + 1 == length
    {
        last.end = length;
    }
    if ranges.is_empty() && length > 0 {
        ranges.push(0..length.min(CONTEXT + 1));
    }
    ranges
}
