//! Simulates a nondeterministic automaton by following all states at once, counting steps.

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::StateID;

use super::text_regex::TooExpensive;

/// A simulation of an automaton on a text.
pub(super) struct SideBySide<'a> {
    automaton: &'a NFA,
    text: &'a [u8],
    /// For each state, the position (from 1) at which it was last reached.
    reached_at: Vec<usize>,
    /// Remaining steps.
    left: u64,
}

impl<'a> SideBySide<'a> {
    /// Creates a simulation of at most this many steps.
    pub(super) fn new(automaton: &'a NFA, text: &'a str, steps: u64) -> Self {
        Self {
            automaton,
            text: text.as_bytes(),
            reached_at: vec![0; automaton.states().len()],
            left: steps,
        }
    }

    /// Returns the number of unused steps.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Returns whether the text matches from its beginning.
    pub(super) fn matches(&mut self) -> Result<bool, TooExpensive> {
        let mut current = Vec::new();
        self.reach(self.automaton.start_anchored(), 0, &mut current)?;
        for at in 0..=self.text.len() {
            let mut next = Vec::new();
            for id in current {
                let after = match self.automaton.state(id) {
                    State::Match { .. } => return Ok(true),
                    State::ByteRange { trans } => trans.matches(self.text, at).then_some(trans.next),
                    State::Sparse(transitions) => transitions.matches(self.text, at),
                    State::Dense(transitions) => transitions.matches(self.text, at),
                    State::Look { .. }
                    | State::Union { .. }
                    | State::BinaryUnion { .. }
                    | State::Capture { .. }
                    | State::Fail => None,
                };
                if let Some(after) = after {
                    self.reach(after, at + 1, &mut next)?;
                }
            }
            if next.is_empty() {
                return Ok(false);
            }
            current = next;
        }
        Ok(false)
    }

    /// Adds a state, and those reachable from it without a character, to the states reached at a position.
    fn reach(&mut self, state: StateID, at: usize, reached: &mut Vec<StateID>) -> Result<(), TooExpensive> {
        let mut open = vec![state];
        while let Some(id) = open.pop() {
            self.left = self.left.checked_sub(1).ok_or(TooExpensive)?;
            if std::mem::replace(&mut self.reached_at[id.as_usize()], at + 1) == at + 1 {
                continue;
            }
            match self.automaton.state(id) {
                State::Look { look, next } => {
                    if self.automaton.look_matcher().matches(*look, self.text, at) {
                        open.push(*next);
                    }
                }
                State::Union { alternates } => open.extend(alternates.iter()),
                State::BinaryUnion { alt1, alt2 } => open.extend([*alt1, *alt2]),
                State::Capture { next, .. } => open.push(*next),
                State::ByteRange { .. }
                | State::Sparse(_)
                | State::Dense(_)
                | State::Match { .. }
                | State::Fail => reached.push(id),
            }
        }
        Ok(())
    }
}
