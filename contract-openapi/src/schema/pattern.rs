//! `pattern`: regular expressions of ECMA-262, compiled once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A compiled pattern. It is searched for, not matched as a whole (JSON Schema validation, section 6.3.3).
#[derive(Debug)]
pub(crate) enum Pattern {
    /// Decided in linear time.
    Linear(regex::Regex),
    /// Has look-around or back-references: decided with a bound on the work.
    Backtracking(Box<fancy_regex::Regex>),
    /// Not a regular expression that is understood here.
    Unreadable,
}

impl Pattern {
    /// Compiles a pattern.
    pub(crate) fn compile(text: &str) -> Self {
        let translated =
            jsonschema_regex::to_rust_regex(text).map_or_else(|()| text.into(), std::borrow::Cow::into_owned);
        let linear = regex::RegexBuilder::new(&translated).size_limit(1 << 20).build();
        if let Ok(regex) = linear {
            return Self::Linear(regex);
        }
        fancy_regex::RegexBuilder::new(text)
            .backtrack_limit(100_000)
            .delegate_size_limit(1 << 20)
            .build()
            .map_or(Self::Unreadable, |regex| Self::Backtracking(Box::new(regex)))
    }

    /// Compiles a pattern with flags of JavaScript (`g`, `i`, `m`, `s`, `u`, `y`); `None` if it cannot be read.
    pub(crate) fn with_flags(text: &str, flags: &str) -> Option<Self> {
        // `g` and `y` say where a search begins: a single one begins at the start.
        if !flags.chars().all(|flag| "gimsuy".contains(flag)) {
            return None;
        }
        let has = |flag: char| flags.contains(flag);
        let translated = jsonschema_regex::to_rust_regex(text).ok()?;
        let linear = regex::RegexBuilder::new(&translated)
            .case_insensitive(has('i'))
            .multi_line(has('m'))
            .dot_matches_new_line(has('s'))
            .size_limit(1 << 20)
            .build();
        if let Ok(regex) = linear {
            return Some(Self::Linear(regex));
        }
        let backtracking = fancy_regex::RegexBuilder::new(text)
            .case_insensitive(has('i'))
            .multi_line(has('m'))
            .dot_matches_new_line(has('s'))
            .backtrack_limit(100_000)
            .delegate_size_limit(1 << 20)
            .build();
        backtracking.ok().map(|regex| Self::Backtracking(Box::new(regex)))
    }

    /// Returns whether it is found in the text; `None` if that is not known.
    pub(crate) fn is_match(&self, text: &str) -> Option<bool> {
        match self {
            Self::Linear(regex) => Some(regex.is_match(text)),
            Self::Backtracking(regex) => regex.is_match(text).ok(),
            Self::Unreadable => None,
        }
    }
}

/// Compiled patterns by their text. The number is bounded by the texts of the descriptions in use.
#[derive(Debug, Default)]
pub(crate) struct Patterns(Mutex<HashMap<Box<str>, Arc<Pattern>>>);

impl Patterns {
    /// Returns the compiled pattern for this text.
    pub(crate) fn pattern(&self, text: &str) -> Arc<Pattern> {
        let mut patterns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pattern) = patterns.get(text) {
            return Arc::clone(pattern);
        }
        let pattern = Arc::new(Pattern::compile(text));
        patterns.insert(text.into(), Arc::clone(&pattern));
        pattern
    }
}
