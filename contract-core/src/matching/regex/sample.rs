//! Generates texts that match a pattern.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use regex_syntax::hir::{Class, ClassUnicodeRange, HirKind};

use super::TextRegex;
use super::syntax::{Anchor, Greed, Node, Target};
use super::text_regex::read;
use crate::matching::effort::{self, Effort};
use crate::matching::show;
use crate::{Error, ErrorKind};

/// Maximum number of repetitions beyond the lower bound, if there is no upper bound.
const MORE: u64 = 10;

/// Maximum length of generated texts, in characters.
const LENGTH_LIMIT: usize = 100_000;

/// Maximum number of pattern parts visited while generating: parts may be empty.
const STEP_LIMIT: u32 = 500_000;

/// The cost of checking a candidate, in steps, plus one per character.
const STEPS_OF_CANDIDATE: u64 = 1_000;
const STEPS_OF_CHARACTER: u64 = 100;

/// Number of candidates tried if the pattern has constraints that cannot be generated directly.
const ATTEMPTS: usize = 200;

/// Generates a text that matches the pattern. `pick(n)` returns a number below `n`, which is never 0.
///
/// # Errors
///
/// See [`TextRegex::compile`]; [`ErrorKind::Invalid`] if no text was found because all matches are long or look-around
/// rejects too many candidates.
pub(crate) fn sample(pattern: &str, pick: &mut dyn FnMut(u64) -> u64) -> Result<String, Error> {
    let tree = read(pattern)?;
    let none = |why: &str| {
        Error::new(
            ErrorKind::Invalid,
            format!(
                "cannot generate a text that matches {:?}: {why}",
                show::around(pattern, 0)
            ),
        )
    };
    let unconditional = is_unconditional(&tree.root);
    let regex = if unconditional {
        None
    } else {
        Some(TextRegex::compile(pattern)?)
    };
    let mut sampler = Sampler {
        pick,
        groups: BTreeMap::new(),
        text: String::new(),
        classes: HashMap::new(),
        steps: STEP_LIMIT,
    };
    // Checking the candidates counts as one comparison.
    let _effort = Effort::begin();
    for attempt in 0..ATTEMPTS {
        sampler.text.clear();
        sampler.groups.clear();
        match sampler.node(&tree.root) {
            Some(()) if regex.as_ref().is_none_or(|regex| regex.matches(&sampler.text)) => {
                effort::spend(STEPS_OF_CHARACTER * sampler.text.len() as u64);
                return Ok(sampler.text);
            }
            Some(()) => {}
            None if attempt == 0 => {
                return Err(none("it needs too many characters; lower its repetitions"));
            }
            None => break,
        }
        // An automaton costs as much as the candidate is long.
        if !effort::spend(STEPS_OF_CANDIDATE + STEPS_OF_CHARACTER * sampler.text.len() as u64) {
            break;
        }
    }
    Err(none(
        "its look-around rejects nearly all candidates; use a simpler pattern for generated values",
    ))
}

/// Returns whether every text generated from the pattern's parts matches.
fn is_unconditional(root: &Node) -> bool {
    fn inside(node: &Node) -> bool {
        match node {
            Node::Empty | Node::Literal { .. } | Node::Class { .. } => true,
            Node::Anchor(_) | Node::Look { .. } | Node::Atomic(_) | Node::Reference { .. } => false,
            Node::Sequence(nodes) | Node::Alternation(nodes) => nodes.iter().all(inside),
            Node::Group { node, .. } => inside(node),
            Node::Repeat { node, greed, .. } => *greed != Greed::Possessive && inside(node),
        }
    }
    match root {
        Node::Sequence(nodes) => {
            let nodes = match nodes.as_slice() {
                [Node::Anchor(Anchor::TextStart), rest @ ..] => rest,
                all => all,
            };
            let nodes = match nodes {
                [rest @ .., Node::Anchor(Anchor::TextEnd)] => rest,
                all => all,
            };
            nodes.iter().all(inside)
        }
        node => inside(node),
    }
}

/// The ranges of a class, and the number of characters in them.
type Ranges = (Vec<(u32, u32)>, u64);

struct Sampler<'a> {
    pick: &'a mut dyn FnMut(u64) -> u64,
    /// What each group has matched.
    groups: BTreeMap<usize, String>,
    text: String,
    /// Classes computed so far.
    classes: HashMap<(&'a str, bool), Ranges>,
    steps: u32,
}

impl<'a> Sampler<'a> {
    /// Appends a text for the node; `None` if that makes it too long or no character is possible.
    fn node(&mut self, node: &'a Node) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        if self.text.len() > LENGTH_LIMIT {
            return None;
        }
        match node {
            Node::Empty | Node::Anchor(_) | Node::Look { .. } => {}
            Node::Literal { character, .. } => self.text.push(*character),
            Node::Class { set, ignore_case } => {
                let character = self.character(set, *ignore_case)?;
                self.text.push(character);
            }
            Node::Sequence(nodes) => {
                for node in nodes {
                    self.node(node)?;
                }
            }
            Node::Alternation(nodes) => {
                let chosen = (self.pick)(nodes.len() as u64);
                self.node(nodes.get(usize::try_from(chosen).ok()?)?)?;
            }
            Node::Group { index, node } => {
                let start = self.text.len();
                self.node(node)?;
                // Groups nest: their content is copied once for each.
                let held = u32::try_from(self.text.len() - start).ok()?;
                self.steps = self.steps.checked_sub(held / 8)?;
                self.groups.insert(*index, self.text[start..].to_owned());
            }
            Node::Repeat { node, min, max, .. } => {
                let min = u64::from(*min);
                let most = max.map_or(min + MORE, |max| u64::from(max).min(min + MORE));
                let count = min + (self.pick)(most - min + 1);
                for _ in 0..count {
                    self.node(node)?;
                }
            }
            Node::Atomic(node) => self.node(node)?,
            Node::Reference { target, .. } => {
                if let Target::Group(group) = target
                    && let Some(text) = self.groups.get(group)
                {
                    self.steps = self.steps.checked_sub(u32::try_from(text.len()).ok()?)?;
                    self.text.push_str(text);
                }
            }
        }
        Some(())
    }

    /// Returns a character of the class.
    fn character(&mut self, set: &'a str, ignore_case: bool) -> Option<char> {
        let (ranges, size) = match self.classes.entry((set, ignore_case)) {
            Entry::Occupied(present) => present.into_mut(),
            Entry::Vacant(free) => {
                let ranges = ranges(set, ignore_case)?;
                let size = ranges.iter().map(|(start, end)| u64::from(end - start) + 1).sum();
                free.insert((ranges, size))
            }
        };
        let mut chosen = (self.pick)((*size).max(1));
        for (start, end) in ranges.iter() {
            let length = u64::from(end - start) + 1;
            if chosen < length {
                let code = start + u32::try_from(chosen).ok()?;
                // A range may span the surrogates, which are not characters; its start is one.
                return char::from_u32(code).or_else(|| char::from_u32(*start));
            }
            chosen -= length;
        }
        None
    }
}

/// Returns the characters of a class: only printable ASCII if there are any.
fn ranges(set: &str, ignore_case: bool) -> Option<Vec<(u32, u32)>> {
    let text = if ignore_case {
        format!("(?i:{set})")
    } else {
        set.to_owned()
    };
    let hir = regex_syntax::parse(&text).ok()?;
    let ranges: Vec<(u32, u32)> = match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let bounds = |range: &ClassUnicodeRange| (u32::from(range.start()), u32::from(range.end()));
            class.ranges().iter().map(bounds).collect()
        }
        HirKind::Literal(literal) => {
            let character = u32::from(std::str::from_utf8(&literal.0).ok()?.chars().next()?);
            vec![(character, character)]
        }
        _ => return None,
    };
    let printable = |&(start, end): &(u32, u32)| {
        let (start, end) = (start.max(0x21), end.min(0x7E));
        (start <= end).then_some((start, end))
    };
    let plain: Vec<(u32, u32)> = ranges.iter().filter_map(printable).collect();
    Some(if plain.is_empty() { ranges } else { plain })
}
