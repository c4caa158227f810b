//! One segment of a path template.

use std::cmp::Ordering;

/// A segment: alternating literals and parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Parameter(String),
}

/// A parameter of a path with its text, in which characters that may separate values are still encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathValue {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Segment {
    /// Parses a segment: `{name}` is a parameter, also as `{.name}`, `{;name}` and `{name*}`.
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let Some(length) = rest[start..].find('}').filter(|length| *length > 1) else {
                break;
            };
            let name = &rest[start + 1..start + length];
            let mut literal = rest[..start].to_owned();
            let name = match name.chars().next() {
                Some(prefix @ ('.' | ';')) => {
                    literal.push(prefix);
                    &name[1..]
                }
                _ => name,
            };
            if !literal.is_empty() {
                parts.push(Part::Literal(literal));
            }
            parts.push(Part::Parameter(clean_name(name.trim_end_matches('*'))));
            rest = &rest[start + length + 1..];
        }
        if !rest.is_empty() || parts.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Self { parts }
    }

    /// Returns the text, if the segment has no parameter.
    pub(super) fn literal(&self) -> Option<&str> {
        match &self.parts[..] {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns whether two segments match the same paths: they differ at most in names of parameters.
    pub(super) fn is_equivalent(&self, other: &Self) -> bool {
        self.parts.len() == other.parts.len()
            && self
                .parts
                .iter()
                .zip(&other.parts)
                .all(|(one, other)| match (one, other) {
                    (Part::Parameter(_), Part::Parameter(_)) => true,
                    (one, other) => one == other,
                })
    }

    /// Reads the parameters of a path segment; `None` if it does not match. A parameter has at least one character; the
    /// first of several in one segment is greedy.
    pub(super) fn read(&self, text: &str, is_case_insensitive: bool, values: &mut Vec<PathValue>) -> bool {
        let before = values.len();
        let fits = read_parts(&self.parts, text, is_case_insensitive, values);
        if !fits {
            values.truncate(before);
        }
        fits
    }

    /// Returns which of two matching segments is more exact; `Less` comes first.
    pub(super) fn precedence(&self, other: &Self) -> Ordering {
        other
            .literal()
            .is_some()
            .cmp(&self.literal().is_some())
            .then_with(|| other.prefix_length().cmp(&self.prefix_length()))
            .then_with(|| other.suffix_length().cmp(&self.suffix_length()))
            .then_with(|| self.parts.len().cmp(&other.parts.len()))
    }

    fn prefix_length(&self) -> usize {
        match self.parts.first() {
            Some(Part::Literal(text)) => text.len(),
            _ => 0,
        }
    }

    /// Returns the length of the text after the only parameter.
    fn suffix_length(&self) -> usize {
        let parameters = self
            .parts
            .iter()
            .filter(|part| matches!(part, Part::Parameter(_)))
            .count();
        match self.parts.last() {
            Some(Part::Literal(text)) if parameters == 1 => text.len(),
            _ => 0,
        }
    }
}

/// Returns the name of a parameter in the form used to compare templates and parameters: hyphens are ignored.
pub(crate) fn clean_name(name: &str) -> String {
    name.replace('-', "")
}

fn read_parts(parts: &[Part], text: &str, is_case_insensitive: bool, values: &mut Vec<PathValue>) -> bool {
    match parts {
        [] => text.is_empty(),
        [Part::Literal(literal), rest @ ..] => {
            let Some(begin) = text.get(..literal.len()) else {
                return false;
            };
            let fits = begin == literal || (is_case_insensitive && begin.eq_ignore_ascii_case(literal));
            fits && read_parts(rest, &text[literal.len()..], is_case_insensitive, values)
        }
        [Part::Parameter(name), rest @ ..] => {
            let ends: Vec<usize> = text
                .char_indices()
                .map(|(index, character)| index + character.len_utf8())
                .collect();
            // If nothing follows the parameter, there is only one end to try.
            let tried = if rest.is_empty() {
                ends.len().saturating_sub(1)
            } else {
                0
            };
            for end in ends[tried..].iter().rev() {
                let before = values.len();
                values.push(PathValue {
                    name: name.clone(),
                    text: text[..*end].to_owned(),
                });
                if read_parts(rest, &text[*end..], is_case_insensitive, values) {
                    return true;
                }
                values.truncate(before);
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Segment;

    #[test]
    fn parameters_are_read() {
        let read = |template: &str, text: &str| {
            let mut values = Vec::new();
            Segment::parse(template).read(text, false, &mut values).then(|| {
                values
                    .into_iter()
                    .map(|value| format!("{}={}", value.name, value.text))
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(read("{id}", "7").unwrap(), ["id=7"]);
        assert_eq!(read("{user-id}", "7").unwrap(), ["userid=7"]);
        assert_eq!(read("{id}.json", "7.json").unwrap(), ["id=7"]);
        assert_eq!(read("{a}-{b}", "1-2-3").unwrap(), ["a=1-2", "b=3"]);
        assert_eq!(read("users", "users").unwrap(), Vec::<String>::new());
        assert_eq!(read("{.format}", ".json").unwrap(), ["format=json"]);
        assert_eq!(read("{id}", ""), None);
        assert_eq!(read("{id}.json", "7.xml"), None);
    }

    #[test]
    fn the_more_exact_segment_comes_first() {
        let ordered = ["me", "report-{id}", "{id}.json", "{id}", "{a}-{b}"];
        for pair in ordered.windows(2) {
            let (one, other) = (Segment::parse(pair[0]), Segment::parse(pair[1]));
            assert_eq!(one.precedence(&other), std::cmp::Ordering::Less, "{pair:?}");
        }
    }
}
