//! A path template.

use std::cmp::Ordering;

use super::segment::{PathValue, Segment};

/// A path template, split into segments.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    segments: Vec<Segment>,
    /// Ends with `/*`: any segments may follow.
    is_open: bool,
}

impl Template {
    /// Parses a template: `/users/{id}`, `/files/*`.
    pub(crate) fn parse(text: &str) -> Self {
        let (text, is_open) = match text
            .trim_end_matches('*')
            .strip_suffix('/')
            .filter(|_| text.ends_with('*'))
        {
            Some(text) => (text, true),
            None => (text, false),
        };
        Self {
            segments: text.split('/').map(Segment::parse).collect(),
            is_open,
        }
    }

    /// Returns whether any segments may follow.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    pub(super) fn len(&self) -> usize {
        self.segments.len()
    }

    /// Returns the first segment after the leading `/`, if it is literal.
    pub(super) fn first_literal(&self) -> Option<&str> {
        self.segments.get(1)?.literal()
    }

    /// Returns whether two templates match the same paths: they differ at most in names of parameters.
    pub(crate) fn is_equivalent(&self, other: &Self) -> bool {
        self.is_open == other.is_open
            && self.segments.len() == other.segments.len()
            && self
                .segments
                .iter()
                .zip(&other.segments)
                .all(|(one, other)| one.is_equivalent(other))
    }

    /// Returns the parameters of a path, if the path matches.
    pub(super) fn read(&self, segments: &[&str], is_case_insensitive: bool) -> Option<Vec<PathValue>> {
        let mut values = Vec::new();
        let fits = (self.segments.len() == segments.len()
            || self.is_open && self.segments.len() < segments.len())
            && self
                .segments
                .iter()
                .zip(segments)
                .all(|(segment, text)| segment.read(text, is_case_insensitive, &mut values));
        fits.then_some(values)
    }

    /// Returns which of two matching templates is more exact, by their first different segment; `Less` comes
    /// first.
    pub(super) fn precedence(&self, other: &Self) -> Ordering {
        self.segments
            .iter()
            .zip(&other.segments)
            .map(|(one, other)| one.precedence(other))
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| self.is_open.cmp(&other.is_open))
    }
}
