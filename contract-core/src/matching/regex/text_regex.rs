//! A compiled pattern.

use std::fmt;
use std::sync::Arc;

use super::automaton::{Automaton, NoAutomaton};
use super::backtrack::Attempt;
use super::emit::emit;
use super::parse::parse;
use super::program::{Program, Unfit};
use super::shared;
use super::syntax::{Dialect, SyntaxError, Tree};
use crate::matching::{effort, show};
use crate::{Error, ErrorKind};

/// Maximum number of steps on one text.
pub(super) const STEP_LIMIT: u64 = 10_000_000;

/// The cost of parsing a pattern, in steps, plus this many per character.
const STEPS_OF_PATTERN: u64 = 300;
const STEPS_OF_CHARACTER: u64 = 20;

/// The cost of compiling an instruction, in steps.
const STEPS_OF_INSTRUCTION: u64 = 4;

/// The step limit was exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooExpensive;

/// A regular expression that must match a whole text.
///
/// The [module documentation](super) describes the meaning of patterns and what is rejected.
///
/// ```
/// use contract_core::matching::regex::TextRegex;
///
/// let regex = TextRegex::compile(r"ORD-\d{4}+")?;
/// assert!(regex.matches("ORD-1234"));
/// assert!(!regex.matches("my ORD-1234"));
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Clone)]
pub struct TextRegex {
    pattern: String,
    engine: Arc<Engine>,
}

pub(super) enum Engine {
    /// Linear in the length of the text for nearly all patterns.
    Automaton(Box<Automaton>),
    /// For look-around, back-references and atomic groups.
    Backtracking(Program),
}

/// The result of comparing a text with a [`TextRegex`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole text matches.
    Match,
    /// The text does not match.
    Differs,
    /// The pattern could not be decided on this text within ten million steps; this counts as not matching.
    GaveUp,
}

impl TextRegex {
    /// Compiles a pattern. If dialects disagree about its meaning, the default meaning applies.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`], naming the position, if the pattern cannot be parsed or uses an unsupported construct.
    pub fn compile(pattern: &str) -> Result<Self, Error> {
        let tree = read(pattern)?;
        Self::from_tree(pattern, &tree)
    }

    /// Compiles a pattern that this example is known to match. If dialects disagree about the meaning of the pattern,
    /// the first meaning that matches the example applies, or the default if none does.
    ///
    /// # Errors
    ///
    /// See [`compile`](Self::compile). An example that does not match is not an error.
    pub fn compile_for(pattern: &str, example: &str) -> Result<Self, Error> {
        let common = Self::compile(pattern)?;
        Ok(common.fitted_to(example).unwrap_or(common))
    }

    /// Returns the pattern in the first other dialect that matches the example; `None` if this one matches, or none
    /// does.
    pub(crate) fn fitted_to(&self, example: &str) -> Option<Self> {
        if self.matches(example) {
            return None;
        }
        let tree = read(&self.pattern).ok()?;
        Dialect::OTHERS.into_iter().find_map(|dialect| {
            let other = parse(&self.pattern, dialect)
                .ok()
                .filter(|other| *other != tree)?;
            let regex = Self::from_tree(&self.pattern, &other).ok()?;
            regex.matches(example).then_some(regex)
        })
    }

    fn from_tree(pattern: &str, tree: &Tree) -> Result<Self, Error> {
        // The pattern as written for the automaton also identifies programs: its dialect is resolved.
        let text = format!("\\A(?:{})\\z", emit(&tree.root));
        let engine = shared::engine(&text, |text| {
            if tree.root.needs_backtracking() {
                let program = Program::compile(&tree.root, tree.groups)
                    .map_err(|unfit| refused(pattern, unfit_problem(unfit)))?;
                effort::spend(STEPS_OF_INSTRUCTION * program.instructions.len() as u64);
                Ok(Engine::Backtracking(program))
            } else {
                Automaton::compile(text)
                    .map(|automaton| Engine::Automaton(Box::new(automaton)))
                    .map_err(|problem| no_automaton(pattern, problem))
            }
        })?;
        Ok(Self {
            pattern: pattern.to_owned(),
            engine,
        })
    }

    /// Returns whether the whole text matches. A pattern that is too expensive on the text does not match;
    /// [`verdict`](Self::verdict) distinguishes the two.
    pub fn matches(&self, text: &str) -> bool {
        self.verdict(text) == Verdict::Match
    }

    /// Compares the whole text.
    pub fn verdict(&self, text: &str) -> Verdict {
        let matches = match &*self.engine {
            Engine::Automaton(automaton) => automaton.matches(text),
            Engine::Backtracking(program) => attempt(program, text, Attempt::matches),
        };
        match matches {
            Ok(true) => Verdict::Match,
            Ok(false) => Verdict::Differs,
            Err(TooExpensive) => Verdict::GaveUp,
        }
    }

    /// Returns whether the pattern is too expensive on the text.
    pub(crate) fn gives_up(&self, text: &str) -> bool {
        self.verdict(text) == Verdict::GaveUp
    }

    /// Returns what the capturing group with this number (from 1) matched, if the whole text matches and the group took
    /// part.
    pub fn group<'t>(&self, text: &'t str, number: usize) -> Option<&'t str> {
        match &*self.engine {
            Engine::Automaton(automaton) => automaton.group(text, number).ok()?,
            Engine::Backtracking(program) => attempt(program, text, |attempt| {
                let matches = attempt.matches().unwrap_or(false);
                let range = if matches {
                    attempt.group(number)?
                } else {
                    return None;
                };
                text.get(range)
            }),
        }
    }

    /// Returns the pattern as written.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }
}

/// Runs a program on a text, within the step limits of one text and of the comparison in progress.
fn attempt<'t, T>(program: &'t Program, text: &'t str, with: impl FnOnce(&mut Attempt<'t>) -> T) -> T {
    let allowed = STEP_LIMIT.min(effort::left());
    let mut attempt = Attempt::new(program, text, allowed);
    let outcome = with(&mut attempt);
    effort::spend(allowed - attempt.left());
    outcome
}

/// Parses the pattern with nested classes, or without them if a class is not closed otherwise.
pub(super) fn read(pattern: &str) -> Result<Tree, Error> {
    if !effort::spend(STEPS_OF_PATTERN + STEPS_OF_CHARACTER * pattern.len() as u64) {
        return Err(effort::too_many_rules());
    }
    match parse(pattern, Dialect::Common) {
        Ok(tree) => Ok(tree),
        Err(error) if error.open_class => {
            parse(pattern, Dialect::JavaScript).map_err(|error| malformed(pattern, &error))
        }
        Err(error) => Err(malformed(pattern, &error)),
    }
}

fn malformed(pattern: &str, error: &SyntaxError) -> Error {
    Error::new(
        ErrorKind::Malformed,
        format!(
            "regular expression {:?} cannot be read at character {}: {}",
            show::around(pattern, error.at),
            error.at + 1,
            error.problem
        ),
    )
}

fn refused(pattern: &str, problem: &str) -> Error {
    Error::new(
        ErrorKind::Malformed,
        format!(
            "regular expression {:?} cannot be compiled: {problem}",
            show::around(pattern, 0)
        ),
    )
}

fn unfit_problem(unfit: Unfit) -> &'static str {
    match unfit {
        Unfit::TooLarge => "it is too large; lower the bounds of its repetitions",
        Unfit::Class => "the engine does not support its classes; simplify them",
    }
}

/// Returns the error for a pattern without an automaton. The engine's own message is not used: it spans several
/// lines and shows the rewritten pattern, which its author never saw.
fn no_automaton(pattern: &str, problem: NoAutomaton) -> Error {
    match problem {
        NoAutomaton::TooLarge => refused(pattern, unfit_problem(Unfit::TooLarge)),
        NoAutomaton::Unreadable(error) => refused(pattern, unfit_problem(Unfit::Class)).with_source(*error),
    }
}

impl fmt::Debug for TextRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextRegex({:?})", self.pattern)
    }
}

impl fmt::Display for TextRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pattern)
    }
}
