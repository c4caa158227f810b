//! A compiled pattern.

use std::fmt;
use std::sync::Arc;

use super::emit::{Reader, emit};
use super::parse::parse;
use super::shared;
use super::syntax::{Dialect, SyntaxError, Tree};
use crate::{Error, ErrorKind};

/// How many times the backtracking engine may turn back before it gives up.
const BACKTRACK_LIMIT: usize = 200_000;

/// A regular expression that a whole text must match.
///
/// What patterns mean, and what is refused, stands in the [module documentation](super).
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
    /// Linear in the length of the text.
    Automaton(regex::Regex),
    /// For look-around, back-references and atomic groups.
    Backtracking(Box<fancy_regex::Regex>),
}

/// What comparing a text with a [`TextRegex`] gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole text matches.
    Match,
    /// It does not.
    Differs,
    /// The pattern backtracks too much on this text; it was given up, and counts as not matching.
    GaveUp,
}

impl TextRegex {
    /// Compiles a pattern. Where ecosystems disagree about its meaning, the common meaning is taken.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`], naming the place, where the pattern cannot be read or uses what is not supported.
    pub fn compile(pattern: &str) -> Result<Self, Error> {
        let tree = read(pattern)?;
        Self::from_tree(pattern, &tree)
    }

    /// Compiles a pattern that this example is known to match. Where ecosystems disagree about the meaning of the
    /// pattern, the first meaning that the example fits is taken; where it fits none, the common one.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile). An example that does not match is no error.
    pub fn compile_for(pattern: &str, example: &str) -> Result<Self, Error> {
        let common = Self::compile(pattern)?;
        Ok(common.fitted_to(example).unwrap_or(common))
    }

    /// The pattern in the first other meaning that the example fits; `None` where it fits this one, or none at all.
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
        let backtracking = tree.root.needs_backtracking();
        let reader = if backtracking {
            Reader::Backtracking
        } else {
            Reader::Automaton
        };
        let text = format!("\\A(?:{})\\z", emit(&tree.root, reader));
        // The two engines never get the same text: only one of them understands what the other cannot do.
        let engine = shared::engine(&text, |text| {
            if backtracking {
                fancy_regex::RegexBuilder::new(text)
                    .backtrack_limit(BACKTRACK_LIMIT)
                    .build()
                    .map(|regex| Engine::Backtracking(Box::new(regex)))
                    .map_err(|error| refused(pattern, &error.to_string()).with_source(error))
            } else {
                regex::Regex::new(text)
                    .map(Engine::Automaton)
                    .map_err(|error| refused(pattern, engine_problem(&error)).with_source(error))
            }
        })?;
        Ok(Self {
            pattern: pattern.to_owned(),
            engine,
        })
    }

    /// Whether the whole text matches. A pattern that backtracks too much on the text does not match;
    /// [`verdict`](Self::verdict) tells the difference.
    pub fn matches(&self, text: &str) -> bool {
        self.verdict(text) == Verdict::Match
    }

    /// Compares the whole text.
    pub fn verdict(&self, text: &str) -> Verdict {
        let matches = match &*self.engine {
            Engine::Automaton(regex) => Ok(regex.is_match(text)),
            Engine::Backtracking(regex) => regex.is_match(text),
        };
        match matches {
            Ok(true) => Verdict::Match,
            Ok(false) => Verdict::Differs,
            Err(_) => Verdict::GaveUp,
        }
    }

    /// What the capturing group of this number (from 1) holds, if the whole text matches and the group took part.
    pub fn group<'t>(&self, text: &'t str, number: usize) -> Option<&'t str> {
        match &*self.engine {
            Engine::Automaton(regex) => Some(regex.captures(text)?.get(number)?.as_str()),
            Engine::Backtracking(regex) => Some(regex.captures(text).ok()??.get(number)?.as_str()),
        }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }
}

/// The pattern with classes in classes, or without where it does not close otherwise.
pub(super) fn read(pattern: &str) -> Result<Tree, Error> {
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

/// The engine's own text spans several lines and shows the rewritten pattern, which its author never saw.
fn engine_problem(error: &regex::Error) -> &'static str {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too large; lower the bounds of its repetitions",
        _ => "the engine does not take it; simplify its classes",
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
