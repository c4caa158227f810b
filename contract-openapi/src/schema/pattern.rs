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
        let escaped;
        let text = if has('u') {
            text
        } else {
            escaped = literal_braces(text);
            &escaped
        };
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

/// Escapes braces that repeat nothing: without the flag `u` they stand for themselves (ECMA-262, annex B.1.2).
fn literal_braces(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (taken, after) = match character {
            // An escape with its braces, if it has some: `\p{L}`, `\u{1f}`.
            '\\' => rest.split_at(escape_length(rest)),
            '{' if !is_repetition(rest) => {
                escaped.push('\\');
                rest.split_at(1)
            }
            _ => rest.split_at(character.len_utf8()),
        };
        escaped.push_str(taken);
        rest = after;
    }
    escaped
}

fn escape_length(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    let Some((at, escaped)) = characters.next() else {
        return text.len();
    };
    let end = at + escaped.len_utf8();
    let has_braces = "pPu".contains(escaped) && text.get(end..).is_some_and(|rest| rest.starts_with('{'));
    match text.find('}').filter(|_| has_braces) {
        Some(close) => close + 1,
        None => end,
    }
}

/// Returns whether a text begins with `{2}`, `{2,}` or `{2,3}`.
fn is_repetition(text: &str) -> bool {
    let inside = text
        .get(1..)
        .and_then(|rest| rest.split_once('}'))
        .map(|(inside, _)| inside);
    inside.is_some_and(|inside| {
        let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        !least.is_empty() && is_number(least) && is_number(most)
    })
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

#[cfg(test)]
mod tests {
    use super::{Pattern, literal_braces};

    #[test]
    fn braces_stand_for_themselves_where_they_repeat_nothing() {
        let cases = [
            ("{", r"\{"),
            ("/{id}/", r"/\{id}/"),
            ("a{2}b{2,}c{2,3}", "a{2}b{2,}c{2,3}"),
            ("a{,3}", r"a\{,3}"),
            (r"\{a", r"\{a"),
            (r"\p{L}{", r"\p{L}\{"),
            ("ä{", "ä\\{"),
        ];
        for (text, expected) in cases {
            assert_eq!(literal_braces(text), expected, "{text}");
        }
    }

    #[test]
    fn flags_are_those_of_javascript() {
        let fits = |text: &str, flags: &str, found: &str| {
            Pattern::with_flags(text, flags).and_then(|pattern| pattern.is_match(found))
        };
        assert_eq!(fits("^x-", "i", "X-a"), Some(true));
        assert_eq!(fits("^x-", "", "X-a"), Some(false));
        assert_eq!(fits("^b", "m", "a\nb"), Some(true));
        assert_eq!(fits("a.b", "s", "a\nb"), Some(true));
        assert_eq!(fits("/{", "", "/{id}"), Some(true));
        assert_eq!(fits("a", "q", "a"), None);
        assert_eq!(fits("(", "", "a"), None);
    }
}
