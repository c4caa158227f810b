//! Paths and queries as allowed in a URI (RFC 3986, sections 3.3 and 3.4).

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::contract::Request;

/// All characters except those that RFC 3986, section 3.3, allows in a path; `%` is allowed, since a path may already be
/// encoded.
pub(crate) const NOT_IN_PATHS: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl Request {
    /// Returns path and query as sent: `/users/a%20b?full=yes`.
    ///
    /// Characters forbidden by RFC 3986 are percent-encoded as UTF-8, as is a `%` that begins no escape; everything
    /// else is kept. A missing leading slash is added.
    ///
    /// ```
    /// use contract_core::contract::{Query, Request};
    ///
    /// let request = Request {
    ///     path: "/files/año 100%".into(),
    ///     query: Query::parse("state[]=open&q=a%20b&who=o'neil"),
    ///     ..Request::default()
    /// };
    /// assert_eq!(request.target(), "/files/a%C3%B1o%20100%25?state%5B%5D=open&q=a%20b&who=o'neil");
    /// ```
    pub fn target(&self) -> String {
        let mut target = String::with_capacity(self.path.len() + 1);
        if !self.path.starts_with('/') {
            target.push('/');
        }
        target.push_str(&path(&self.path));
        if !self.query.is_empty() {
            target.push('?');
            target.push_str(&query(&self.query.to_text()));
        }
        target
    }
}

/// Normalises a path so that paths that differ only in percent-encoding are equal (RFC 3986, section 6.2.2): characters
/// that need no encoding are decoded, all others are encoded in upper case.
pub(crate) fn normalised(text: &str) -> Cow<'_, str> {
    let encoded = path(text);
    if !encoded.contains('%') {
        return encoded;
    }
    let mut parts = encoded.split('%');
    let mut normalised = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // Each `%` now begins an escape.
        let (digits, rest) = part.split_at(2.min(part.len()));
        match u8::from_str_radix(digits, 16) {
            Ok(byte) if is_unreserved(byte) => normalised.push(char::from(byte)),
            _ => {
                normalised.push('%');
                normalised.push_str(&digits.to_ascii_uppercase());
            }
        }
        normalised.push_str(rest);
    }
    Cow::Owned(normalised)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Percent-encodes the characters that are forbidden in a path.
fn path(text: &str) -> Cow<'_, str> {
    encoded(text, |byte| is_pchar(byte) || byte == b'/')
}

/// Percent-encodes the characters that are forbidden in a query.
fn query(text: &str) -> Cow<'_, str> {
    encoded(text, |byte| is_pchar(byte) || matches!(byte, b'/' | b'?'))
}

/// Returns whether it is a `pchar` without escapes: unreserved characters, `sub-delims`, `:` and `@`.
fn is_pchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)
}

fn encoded(text: &str, is_allowed: impl Fn(u8) -> bool) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_escape = |at: usize| {
        bytes[at] == b'%'
            && matches!(bytes.get(at + 1..at + 3), Some(digits) if digits.iter().all(u8::is_ascii_hexdigit))
    };
    let stays = |at: usize| is_allowed(bytes[at]) || is_escape(at);
    if (0..bytes.len()).all(stays) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    for (at, &byte) in bytes.iter().enumerate() {
        if stays(at) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Cow::Owned(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rfc_3986_forbids_is_encoded_and_the_rest_stays() {
        for (written, sent) in [
            ("a=1&b=2", "a=1&b=2"),
            (
                "state[]=open&filter[city]=Ulm",
                "state%5B%5D=open&filter%5Bcity%5D=Ulm",
            ),
            ("x={1}|^`\\\"<>", "x=%7B1%7D%7C%5E%60%5C%22%3C%3E"),
            ("q=a b\tc\u{7f}", "q=a%20b%09c%7F"),
            ("q=ü&r=日", "q=%C3%BC&r=%E6%97%A5"),
            // Not encoded twice.
            ("q=a%20b%5b%5B", "q=a%20b%5b%5B"),
            ("discount=50%&p=%zz&q=%4", "discount=50%25&p=%25zz&q=%254"),
            (
                "$filter=Name eq 'x'&t=12:30&m=a@b/c?d",
                "$filter=Name%20eq%20'x'&t=12:30&m=a@b/c?d",
            ),
            ("a=1#top", "a=1%23top"),
            ("plus=a+b;c,d*(e)!~", "plus=a+b;c,d*(e)!~"),
        ] {
            assert_eq!(query(written), sent);
            assert_eq!(query(sent), sent, "encoding is done once");
        }
        for (written, sent) in [
            ("/users/42", "/users/42"),
            ("/a b/[c]|^`{d}", "/a%20b/%5Bc%5D%7C%5E%60%7Bd%7D"),
            ("/what?#", "/what%3F%23"),
            ("/back\\slash", "/back%5Cslash"),
            ("/m;v=1/(a,b)/x@y:z", "/m;v=1/(a,b)/x@y:z"),
            ("/100%", "/100%25"),
        ] {
            assert_eq!(path(written), sent);
        }
    }
}
