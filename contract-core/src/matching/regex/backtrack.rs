//! The backtracking engine: for look-around, back-references, atomic groups and possessive quantifiers.
//!
//! Work is counted in steps: each instruction of the program and each character compared by a back-reference is one.
//! The same pattern and text always have the same result. (Engines that only limit backtracking can search for any
//! length of time between two backtracks.)

use std::ops::Range;

use super::program::{Address, Instruction, Program};
use super::syntax::Anchor;
use super::text_regex::TooExpensive;

/// Maximum number of saved choices and positions.
const DEPTH_LIMIT: usize = 4_000_000;

/// An attempt to match a text with a program.
pub(super) struct Attempt<'a> {
    program: &'a Program,
    text: &'a str,
    /// Saved positions in the text.
    slots: Vec<Option<usize>>,
    /// The stack of states to return to.
    back: Vec<Back>,
    /// Remaining steps.
    left: u64,
}

enum Back {
    /// Another alternative.
    Choice { address: Address, at: usize },
    /// The previous value of a slot.
    Slot { slot: usize, held: Option<usize> },
}

impl<'a> Attempt<'a> {
    /// Creates an attempt of at most this many steps.
    pub(super) fn new(program: &'a Program, text: &'a str, steps: u64) -> Self {
        Self {
            program,
            text,
            slots: vec![None; program.slots],
            back: Vec::new(),
            left: steps,
        }
    }

    /// Returns whether the whole text matches.
    pub(super) fn matches(&mut self) -> Result<bool, TooExpensive> {
        Ok(self.run(0, 0)?.is_some())
    }

    /// Returns the number of unused steps.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Returns what a group matched, if it took part.
    pub(super) fn group(&self, number: usize) -> Option<Range<usize>> {
        let start = 2 * number.checked_sub(1)?;
        let (start, end) = ((*self.slots.get(start)?)?, (*self.slots.get(start + 1)?)?);
        (start <= end).then_some(start..end)
    }

    /// Runs from this address to the end of the program or of the nested program that contains it, and returns the
    /// position reached. Nested programs are at most as deep as the pattern's groups, which bounds the recursion.
    fn run(&mut self, mut address: Address, mut at: usize) -> Result<Option<usize>, TooExpensive> {
        let base = self.back.len();
        loop {
            self.step(1)?;
            let next = match &self.program.instructions[address as usize] {
                Instruction::End => {
                    self.keep_slots(base);
                    return Ok(Some(at));
                }
                Instruction::Character { set, backwards } => {
                    let character = if *backwards {
                        self.before(at)
                    } else {
                        self.after(at)
                    };
                    character
                        .filter(|character| set.contains(*character))
                        .map(|character| {
                            let length = character.len_utf8();
                            at = if *backwards { at - length } else { at + length };
                            address + 1
                        })
                }
                Instruction::Anchor(anchor) => self.holds(*anchor, at).then_some(address + 1),
                Instruction::Jump(to) => Some(*to),
                Instruction::Split(first, second) => {
                    self.remember(Back::Choice { address: *second, at })?;
                    Some(*first)
                }
                Instruction::Save(slot) => {
                    let held = self.slots[*slot].replace(at);
                    self.remember(Back::Slot { slot: *slot, held })?;
                    Some(address + 1)
                }
                Instruction::IfStill { slot, address: end } => Some(if self.slots[*slot] == Some(at) {
                    *end
                } else {
                    address + 1
                }),
                Instruction::Look { negative, next } => {
                    let before = self.back.len();
                    let found = self.run(address + 1, at)?.is_some();
                    if *negative && found {
                        // Discard its captures.
                        self.forget(before);
                    }
                    (found != *negative).then_some(*next)
                }
                Instruction::Atomic { next } => self.run(address + 1, at)?.map(|end| {
                    at = end;
                    *next
                }),
                Instruction::Reference {
                    group,
                    ignore_case,
                    backwards,
                } => self.reference(*group, *ignore_case, *backwards, at)?.map(|end| {
                    at = end;
                    address + 1
                }),
            };
            match next {
                Some(next) => address = next,
                None => match self.turn_back(base) {
                    Some(choice) => (address, at) = choice,
                    None => return Ok(None),
                },
            }
        }
    }

    fn step(&mut self, count: u64) -> Result<(), TooExpensive> {
        let enough = self.left >= count;
        self.left = self.left.saturating_sub(count);
        if enough { Ok(()) } else { Err(TooExpensive) }
    }

    fn remember(&mut self, back: Back) -> Result<(), TooExpensive> {
        if self.back.len() >= DEPTH_LIMIT {
            return Err(TooExpensive);
        }
        self.back.push(back);
        Ok(())
    }

    /// Returns to the latest choice above `base` and restores the slots of that time.
    fn turn_back(&mut self, base: usize) -> Option<(Address, usize)> {
        while self.back.len() > base {
            match self.back.pop()? {
                Back::Choice { address, at } => return Some((address, at)),
                Back::Slot { slot, held } => self.slots[slot] = held,
            }
        }
        None
    }

    /// Discards the choices above `base`, but keeps the saved slots: the outer program may still backtrack.
    fn keep_slots(&mut self, base: usize) {
        let mut kept = base;
        for index in base..self.back.len() {
            if matches!(self.back[index], Back::Slot { .. }) {
                self.back.swap(kept, index);
                kept += 1;
            }
        }
        self.back.truncate(kept);
    }

    /// Restores the slots.
    fn forget(&mut self, base: usize) {
        while self.back.len() > base {
            self.turn_back(base);
        }
    }

    fn after(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text[..at].chars().next_back()
    }

    fn holds(&self, anchor: Anchor, at: usize) -> bool {
        let is_word = |character: Option<char>| {
            character.is_some_and(|character| regex_syntax::try_is_word_character(character).unwrap_or(false))
        };
        match anchor {
            Anchor::TextStart => at == 0,
            Anchor::TextEnd => at == self.text.len(),
            Anchor::FinalLineEnd => matches!(&self.text[at..], "" | "\n"),
            Anchor::LineStart => matches!(self.before(at), None | Some('\n')),
            Anchor::LineEnd => matches!(self.after(at), None | Some('\n')),
            Anchor::WordBoundary => is_word(self.before(at)) != is_word(self.after(at)),
            Anchor::NotWordBoundary => is_word(self.before(at)) == is_word(self.after(at)),
        }
    }

    /// Returns the position after a repetition of the group's text; a group that took no part matches the empty text.
    fn reference(
        &mut self,
        group: usize,
        ignore_case: bool,
        backwards: bool,
        at: usize,
    ) -> Result<Option<usize>, TooExpensive> {
        let Some(range) = self.group(group) else {
            return Ok(None);
        };
        self.step(range.len() as u64)?;
        let (text, taken) = (self.text, &self.text[range]);
        let rest = if backwards { &text[..at] } else { &text[at..] };
        let length = if !ignore_case {
            let same = if backwards {
                rest.ends_with(taken)
            } else {
                rest.starts_with(taken)
            };
            same.then_some(taken.len())
        } else if backwards {
            same_folded(taken.chars().rev(), rest.chars().rev())
        } else {
            same_folded(taken.chars(), rest.chars())
        };
        Ok(length.map(|length| if backwards { at - length } else { at + length }))
    }
}

/// Returns the number of leading bytes that equal the wanted characters, ignoring case.
fn same_folded(wanted: impl Iterator<Item = char>, mut rest: impl Iterator<Item = char>) -> Option<usize> {
    let mut length = 0;
    for wanted in wanted {
        let found = rest.next()?;
        if wanted != found && !wanted.to_lowercase().eq(found.to_lowercase()) {
            return None;
        }
        length += found.len_utf8();
    }
    Some(length)
}
