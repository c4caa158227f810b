//! Media types (RFC 9110, section 8.3.1).

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A media type, or a range of them in `Accept`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MediaType {
    /// Type and subtype in lower case: `application/json`.
    pub(crate) essence: String,
    /// The values of parameters by their names, both in lower case.
    parameters: BTreeMap<String, String>,
    /// `q` of a range.
    pub(crate) quality: f64,
}

/// Parameters that say how a text is written, not what it says.
const OF_NOTATION: [&str; 2] = ["charset", "boundary"];

impl MediaType {
    /// Parses a media type; what is malformed stays out.
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = split(text, ';').into_iter();
        let essence = compact(parts.next().unwrap_or_default());
        let mut parameters = BTreeMap::new();
        let mut quality = 1.0;
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            let (name, value) = (compact(name), unquoted(value.trim()));
            if name == "q" {
                quality = value.parse().unwrap_or(1.0);
            } else {
                parameters.insert(name, value);
            }
        }
        Self {
            essence,
            parameters,
            quality,
        }
    }

    /// Parses a list of media types as in `Accept`, the most wanted one first.
    pub(crate) fn list(text: &str) -> Vec<Self> {
        let mut list: Vec<Self> = split(text, ',').into_iter().map(Self::parse).collect();
        list.sort_by(|one, other| other.quality.total_cmp(&one.quality));
        list
    }

    pub(crate) fn main_type(&self) -> &str {
        self.essence.split('/').next().unwrap_or_default()
    }

    fn subtype(&self) -> &str {
        self.essence.split('/').nth(1).unwrap_or_default()
    }

    /// Returns the text after the last `+` of the subtype; the subtype itself if there is none.
    pub(crate) fn suffix(&self) -> &str {
        let subtype = self.subtype();
        subtype.rsplit('+').next().unwrap_or(subtype)
    }

    /// Returns whether a text of the type is one JSON document.
    pub(crate) fn is_json(&self) -> bool {
        self.suffix() == "json"
    }

    /// Returns whether the subtype has no prefix before its suffix.
    pub(crate) fn is_plain(&self) -> bool {
        self.subtype() == self.suffix()
    }

    pub(crate) fn has_same_parameters(&self, other: &Self) -> bool {
        self.parameters == other.parameters
    }

    /// Returns whether both have a parameter with different values, so that they are different representations:
    /// `profile=a` and `profile=b`.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        self.parameters.iter().any(|(name, value)| {
            let is_other = other.parameters.get(name).is_some_and(|other| other != value);
            is_other && !OF_NOTATION.contains(&name.as_str())
        })
    }

    /// Returns how well a media type of a description fits; more is better. Each parameter that both have counts most, and
    /// each other one that the description has counts against it.
    pub(crate) fn likeness(&self, described: &Self) -> (usize, Reverse<usize>) {
        let (mut shared, mut others) = (0, 0);
        for (name, value) in &described.parameters {
            if self.parameters.get(name) == Some(value) {
                shared += 1;
            } else if !OF_NOTATION.contains(&name.as_str()) {
                others += 1;
            }
        }
        (shared, Reverse(others))
    }
}

/// Splits a text outside quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    text.split(|character: char| {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        character == separator && !is_quoted
    })
    .collect()
}

fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(value).replace('\\', "").to_lowercase()
}

fn compact(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::MediaType;

    #[test]
    fn parameters_are_read_however_they_are_written() {
        let one = MediaType::parse(r#"Application/JSON; Profile="a,b;c" ;charset=UTF-8"#);
        let other = MediaType::parse(r#"application/json;charset=utf-8;profile="A,B;C""#);
        assert_eq!(one, other);
        assert_eq!(MediaType::list(r#"a/b;p="x,y";q=0.1, c/d"#).len(), 2);
        assert_eq!(MediaType::list("a/b;q=0.1, c/d")[0].essence, "c/d");
    }

    #[test]
    fn a_charset_contradicts_nothing() {
        let contradicts =
            |one: &str, other: &str| MediaType::parse(one).contradicts(&MediaType::parse(other));
        assert!(contradicts("a/b;profile=x", "a/b;profile=y"));
        assert!(!contradicts("a/b;profile=x", "a/b;version=1"));
        assert!(!contradicts("a/b;charset=utf-8", "a/b;charset=latin1"));
    }
}
