//! The target of a request in the form used for matching.
//!
//! Clients differ in what they percent-encode. The path and the query are converted to the form in which
//! browsers and most HTTP clients send them (the URL standard, path state and query state), so that a
//! contract matches the requests of all clients. Existing percent-encoding is kept.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The URL standard's query percent-encode set of special schemes.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\'');

/// The URL standard's path percent-encode set.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// Encodes characters that are not allowed in a path, replaces `\` by `/` and resolves the segments `.` and
/// `..`.
pub(super) fn path(raw: &str) -> String {
    let encoded = Cow::from(utf8_percent_encode(raw, PATH));
    let slashed = if encoded.contains('\\') {
        Cow::Owned(encoded.replace('\\', "/"))
    } else {
        encoded
    };
    if slashed.split('/').any(|segment| dots(segment).is_some()) {
        resolved(&slashed)
    } else {
        slashed.into_owned()
    }
}

/// Encodes characters that are not allowed in a query.
pub(super) fn query(raw: &str) -> Cow<'_, str> {
    utf8_percent_encode(raw, QUERY).into()
}

/// A relative path segment.
#[derive(Clone, Copy)]
enum Dots {
    Here,
    Above,
}

fn dots(segment: &str) -> Option<Dots> {
    match segment {
        "." => Some(Dots::Here),
        ".." => Some(Dots::Above),
        _ if segment.len() > 6 || !segment.contains('%') => None,
        _ => match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "." => Some(Dots::Here),
            ".." => Some(Dots::Above),
            _ => None,
        },
    }
}

fn resolved(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    let mut rest = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(segment) = rest.next() {
        let is_last = rest.peek().is_none();
        match dots(segment) {
            None => segments.push(segment),
            Some(dots) => {
                if matches!(dots, Dots::Above) {
                    segments.pop();
                }
                if is_last {
                    segments.push("");
                }
            }
        }
    }
    format!("/{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_read_as_clients_send_them() {
        assert_eq!(path("/users/42"), "/users/42");
        assert_eq!(path("/café/{id}"), "/caf%C3%A9/%7Bid%7D");
        assert_eq!(path("/a/b/../%2e/c"), "/a/c");
        assert_eq!(query("q='x'&r=a+b"), "q=%27x%27&r=a+b");
    }

    #[cfg(feature = "provider")]
    #[test]
    fn the_url_standard_says_the_same() {
        const PATHS: [&str; 22] = [
            "/",
            "/users/42",
            "/caf%C3%A9/a%2Fb%2f",
            "/café/ß",
            "/a{b}/\"c\"<d>`e`|f^g",
            "/a'b(c)!*;:@&=+$,~[x]",
            "/a/./b",
            "/a/../b",
            "/a/b/..",
            "/a/b/.",
            "/..",
            "/../../a",
            "/a/%2e%2E/b",
            "/a/.%2e",
            "/a/%2e",
            "/a/...",
            "/a//b/",
            "//a",
            "/a/..//b",
            "/a\\b\\..\\c",
            "/%zz%",
            "/a/%2e%2e%2e",
        ];

        const QUERIES: [&str; 6] = [
            "a=1&b=2",
            "name=Zoë&q='x'",
            "a=%7B1%7D&b={2}|^`\\",
            "a=\"<>\"",
            "state[]=open&x=a+b",
            "%zz&=&&",
        ];
        for target in PATHS {
            let url = reqwest::Url::parse(&format!("http://localhost{target}")).unwrap();
            assert_eq!(path(target), url.path(), "{target}");
        }
        for target in QUERIES {
            let url = reqwest::Url::parse(&format!("http://localhost/?{target}")).unwrap();
            assert_eq!(Some(&*query(target)), url.query(), "{target}");
        }
    }
}
