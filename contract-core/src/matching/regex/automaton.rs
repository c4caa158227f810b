//! The engine for patterns that need no backtracking: a finite automaton with a bounded amount of work.
//!
//! The states of a deterministic automaton are built lazily and cached: nearly every pattern is then decided in time
//! linear in the text. A pattern that needs a new state for nearly every character (`[ab]*a[ab]{300}c`) is decided by
//! simulating the nondeterministic automaton. That costs a step per state and character, so these steps are counted.

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input, MatchErrorKind};

use super::side_by_side::SideBySide;
use super::text_regex::{STEP_LIMIT, TooExpensive};
use crate::matching::effort;

/// Maximum size of the nondeterministic automaton in bytes: larger patterns are rejected.
const SIZE_LIMIT: usize = 10 * 1024 * 1024;

/// Size of the cache of deterministic states in bytes. When it is full, it is cleared.
const CACHE_SIZE: usize = 512 * 1024;

/// After the cache was cleared this many times, each state must have been used for this many bytes on average;
/// otherwise the simulation is cheaper.
const CACHES_FILLED: usize = 1;
const BYTES_PER_STATE: usize = 10;

/// The cost of filling the cache without success, in steps.
const STEPS_OF_CACHES: u64 = 2_000_000;

/// The cost of building a state of the nondeterministic automaton, in steps.
const STEPS_OF_STATE: u64 = 40;

type Caches = Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync>>;

/// A pattern compiled to an automaton.
pub(super) struct Automaton {
    deterministic: DFA,
    /// One for each concurrent comparison.
    caches: Caches,
}

/// Why a pattern could not be compiled to an automaton.
#[derive(Debug)]
pub(super) enum NoAutomaton {
    TooLarge,
    Unreadable(Box<thompson::BuildError>),
}

impl Automaton {
    /// Compiles a pattern in the syntax of the `regex` crate, anchored at the beginning of the text.
    pub(super) fn compile(pattern: &str) -> Result<Self, NoAutomaton> {
        let nondeterministic = thompson::Compiler::new()
            .configure(thompson::Config::new().nfa_size_limit(Some(SIZE_LIMIT)))
            .build(pattern)
            .map_err(|error| match error.size_limit() {
                Some(_) => NoAutomaton::TooLarge,
                None => NoAutomaton::Unreadable(Box::new(error)),
            })?;
        effort::spend(STEPS_OF_STATE * nondeterministic.states().len() as u64);
        let config = DFA::config()
            .cache_capacity(CACHE_SIZE)
            .skip_cache_capacity_check(true)
            .minimum_cache_clear_count(Some(CACHES_FILLED))
            .minimum_bytes_per_state(Some(BYTES_PER_STATE))
            // With `\b`, it gives up at the first non-ASCII character.
            .unicode_word_boundary(true);
        let deterministic = DFA::builder()
            .configure(config)
            .build_from_nfa(nondeterministic)
            .map_err(|_| NoAutomaton::TooLarge)?;
        let caches = {
            let deterministic = deterministic.clone();
            let make: Box<dyn Fn() -> Cache + Send + Sync> = Box::new(move || deterministic.create_cache());
            Pool::new(make)
        };
        Ok(Self {
            deterministic,
            caches,
        })
    }

    /// Returns whether the text matches.
    pub(super) fn matches(&self, text: &str) -> Result<bool, TooExpensive> {
        if effort::is_spent() {
            return Err(TooExpensive);
        }
        let input = at_the_beginning(text).earliest(true);
        let found = self.deterministic.try_search_fwd(&mut self.caches.get(), &input);
        match found {
            Ok(found) => return Ok(found.is_some()),
            Err(error) if matches!(error.kind(), MatchErrorKind::GaveUp { .. }) => {
                effort::spend(STEPS_OF_CACHES);
            }
            // A character that it cannot handle.
            Err(_) => {}
        }
        let allowed = STEP_LIMIT.min(effort::left());
        let mut all = SideBySide::new(self.deterministic.get_nfa(), text, allowed);
        let matches = all.matches();
        effort::spend(allowed - all.left());
        matches
    }

    /// Returns what the capturing group with this number (from 1) matched, if the text matches and the group took part.
    pub(super) fn group<'t>(&self, text: &'t str, number: usize) -> Result<Option<&'t str>, TooExpensive> {
        let automaton = self.deterministic.get_nfa();
        let steps = (automaton.states().len() as u64).saturating_mul(text.len() as u64 + 1);
        if steps > STEP_LIMIT || !effort::spend(steps) {
            return Err(TooExpensive);
        }
        let engine = PikeVM::new_from_nfa(automaton.clone()).map_err(|_| TooExpensive)?;
        let mut captures = engine.create_captures();
        engine.captures(&mut engine.create_cache(), at_the_beginning(text), &mut captures);
        Ok(captures.get_group(number).and_then(|span| text.get(span.range())))
    }
}

fn at_the_beginning(text: &str) -> Input<'_> {
    Input::new(text).anchored(Anchored::Yes)
}
