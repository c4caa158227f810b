//! Names as segments of paths.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The unreserved characters of RFC 3986 are not encoded.
const AS_IT_IS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// File extensions of paths, and the media types that they request.
pub(crate) const SUFFIXES: [(&str, &str); 4] = [
    (".json", "application/hal+json"),
    (".csv", "text/csv"),
    (".svg", "image/svg+xml"),
    (".yaml", "application/yaml"),
];

/// Encodes text as one path segment or one query value. The dot of a trailing extension is encoded too, so that it is
/// not interpreted as one.
pub(crate) fn encode(text: &str) -> Cow<'_, str> {
    let mut encoded = Cow::from(utf8_percent_encode(text, AS_IT_IS));
    if let Some((suffix, _)) = SUFFIXES.iter().find(|(suffix, _)| encoded.ends_with(suffix)) {
        let dot = encoded.len() - suffix.len();
        encoded.to_mut().replace_range(dot..=dot, "%2E");
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_whatever_is_in_it() {
        for (text, expected) in [
            ("a/b c?d#e%", "a%2Fb%20c%3Fd%23e%25"),
            ("é", "%C3%A9"),
            ("1.2.3-x_y~z", "1.2.3-x_y~z"),
            ("pact.json", "pact%2Ejson"),
            (".svg", "%2Esvg"),
            ("json", "json"),
        ] {
            assert_eq!(encode(text), expected);
        }
    }
}
