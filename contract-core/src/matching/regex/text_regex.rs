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
use crate::matching::effort;
use crate::{Error, ErrorKind};

/// How many steps an engine may do on one text before it gives up.
pub(super) const STEP_LIMIT: u64 = 10_000_000;

/// What reading a pattern costs, and what each of its characters adds.
const STEPS_OF_PATTERN: u64 = 300;
const STEPS_OF_CHARACTER: u64 = 20;

/// What an instruction of a program costs when it is compiled.
const STEPS_OF_INSTRUCTION: u64 = 4;

/// The work was more than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooExpensive;

/// A regular expression that a whole text must match.
///
/// What patterns mean, and what is refused, is in the [module documentation](super).
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
    /// Linear in the length of the text, for nearly all patterns.
    Automaton(Box<Automaton>),
    /// For look-around, back-references and atomic groups.
    Backtracking(Program),
}

/// What comparing a text with a [`TextRegex`] gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole text matches.
    Match,
    /// It does not.
    Differs,
    /// The pattern is too expensive on this text to be decided within ten million steps; it was given up, and counts as not
    /// matching.
    GaveUp,
}

impl TextRegex {
    /// Compiles a pattern. Where ecosystems disagree about its meaning, the common meaning is taken.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`], naming the place, if the pattern cannot be read or uses what is not supported.
    pub fn compile(pattern: &str) -> Result<Self, Error> {
        let tree = read(pattern)?;
        Self::from_tree(pattern, &tree)
    }

    /// Compiles a pattern that this example is known to match. Where ecosystems disagree about the meaning of the
    /// pattern, the first meaning that the example fits is taken; where it fits none, the common one.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile). An example that does not match is not an error.
    pub fn compile_for(pattern: &str, example: &str) -> Result<Self, Error> {
        let common = Self::compile(pattern)?;
        Ok(common.fitted_to(example).unwrap_or(common))
    }

    /// The pattern in the first other meaning that the example fits; `None` if it fits this one, or none at all.
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
        // What is written for the automaton tells programs apart too: it is the pattern, its dialect resolved.
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

    /// Whether the whole text matches. A pattern that is too expensive on the text does not match;
    /// [`verdict`](Self::verdict) tells the difference.
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

    /// Whether the text is given up.
    pub(crate) fn gives_up(&self, text: &str) -> bool {
        self.verdict(text) == Verdict::GaveUp
    }

    /// Returns what the capturing group of this number (from 1) holds, if the whole text matches and the group took part.
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

    /// Returns the pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }
}

/// Tries a program on a text, within the steps that one text and the comparison under way are allowed.
fn attempt<'t, T>(program: &'t Program, text: &'t str, with: impl FnOnce(&mut Attempt<'t>) -> T) -> T {
    let allowed = STEP_LIMIT.min(effort::left());
    let mut attempt = Attempt::new(program, text, allowed);
    let outcome = with(&mut attempt);
    effort::spend(allowed - attempt.left());
    outcome
}

/// The pattern with classes in classes, or without where it does not close otherwise.
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
            "regular expression {pattern:?} cannot be read at character {}: {}",
            error.at + 1,
            error.problem
        ),
    )
}

fn refused(pattern: &str, problem: &str) -> Error {
    Error::new(
        ErrorKind::Malformed,
        format!("regular expression {pattern:?} cannot be compiled: {problem}"),
    )
}

fn unfit_problem(unfit: Unfit) -> &'static str {
    match unfit {
        Unfit::TooLarge => "it is too large; lower the bounds of its repetitions",
        Unfit::Class => "the engine does not take it; simplify its classes",
    }
}

/// The engine's own text spans several lines and shows the rewritten pattern, which its author never saw.
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
