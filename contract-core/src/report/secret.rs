//! Masks values that must not appear in a log.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::json::Value;
use crate::map_of;

use crate::matching::{Mismatch, Part};

/// Shown in place of a secret.
pub(super) const MASK: &str = "***";

/// Returns whether a header field with this name contains a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = bare(name);
    matches!(
        &*name,
        "authorization" | "proxy-authorization" | "cookie" | "set-cookie" | "authentication"
    ) || ["token", "secret", "password", "api-key", "apikey", "signature"]
        .iter()
        .any(|part| name.contains(part))
}

/// Returns `set-cookie` for `Set-Cookie[0]`.
fn bare(name: &str) -> String {
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    name.to_ascii_lowercase()
}

/// Masks the secret part of a field's value. The kind of secret stays visible: an authentication scheme (`Bearer ***`),
/// the names of cookies and their attributes (`session=***; Path=/`).
pub(super) fn masked(name: &str, value: &str) -> String {
    match &*bare(name) {
        "cookie" => {
            let pairs: Vec<String> = cookie_pairs(value).map(|pair| pair.masked()).collect();
            pairs.join("; ")
        }
        "set-cookie" => {
            let pairs = cookie_pairs(value).enumerate();
            let pairs: Vec<String> = pairs
                .map(|(index, pair)| {
                    if index > 0 && pair.is_attribute() {
                        pair.shown()
                    } else {
                        pair.masked()
                    }
                })
                .collect();
            pairs.join("; ")
        }
        _ => masked_credentials(value),
    }
}

/// Returns `Bearer ***` for `Bearer abc`, otherwise only the mask.
fn masked_credentials(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _))
            if scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') =>
        {
            format!("{scheme} {MASK}")
        }
        _ => MASK.to_owned(),
    }
}

/// A cookie or one of its attributes: `name=value`, or only a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pair<'a> {
    name: &'a str,
    value: Option<&'a str>,
}

fn cookie_pairs(text: &str) -> impl Iterator<Item = Pair<'_>> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| match part.split_once('=') {
        Some((name, value)) => Pair {
            name: name.trim_end(),
            value: Some(value.trim_start()),
        },
        None => Pair {
            name: part,
            value: None,
        },
    })
}

impl Pair<'_> {
    fn masked(&self) -> String {
        match self.value {
            Some(_) => format!("{}={MASK}", self.name),
            None => MASK.to_owned(),
        }
    }

    fn shown(&self) -> String {
        match self.value {
            Some(value) => format!("{}={value}", self.name),
            None => self.name.to_owned(),
        }
    }

    /// Returns whether it is an attribute known to RFC 6265 and its successors, with nothing after it: several cookies
    /// may have been joined into one line.
    fn is_attribute(&self) -> bool {
        const KNOWN: [&str; 8] = [
            "expires",
            "max-age",
            "domain",
            "path",
            "secure",
            "httponly",
            "samesite",
            "partitioned",
        ];
        let name = self.name.to_ascii_lowercase();
        let is_single = self
            .value
            .is_none_or(|value| !value.contains('=') && (name == "expires" || !value.contains(',')));
        KNOWN.contains(&name.as_str()) && is_single
    }
}

/// Masks secrets anywhere in a text: known ones, header lines with the name of a secret, and what follows an
/// authentication scheme.
pub(super) fn masked_in_text(text: &str, known: &[String]) -> String {
    static HEADER: LazyLock<Regex> = LazyLock::new(|| {
        let line = r"^(\s*)([A-Za-z][A-Za-z0-9_-]*)(\s*[:=]\s*)(\S.*)$";
        Regex::new(line).expect("the expression is valid")
    });
    static SCHEME: LazyLock<Regex> = LazyLock::new(|| {
        let credentials = r"(?i)\b(bearer|basic|digest)\s+[A-Za-z0-9._~+/-]{8,}=*";
        Regex::new(credentials).expect("the expression is valid")
    });
    let mut text = text.to_owned();
    for secret in known.iter().filter(|secret| secret.len() >= 4) {
        text = text.replace(secret.as_str(), MASK);
    }
    text = SCHEME.replace_all(&text, format!("$1 {MASK}")).into_owned();
    HEADER
        .replace(&text, |found: &Captures<'_>| {
            let value = if is_secret(&found[2]) {
                masked(&found[2], &found[4])
            } else {
                found[4].to_owned()
            };
            format!("{}{}{}{value}", &found[1], &found[2], &found[3])
        })
        .into_owned()
}

/// Returns the secrets in header fields, each as a whole and without its authentication scheme.
#[cfg(feature = "provider")]
pub(crate) fn values(headers: &crate::contract::Headers) -> Vec<String> {
    let mut secrets = Vec::new();
    let fields = headers.iter().filter(|(name, _)| is_secret(name));
    for value in fields.flat_map(|(_, values)| values) {
        secrets.push(value.clone());
        if let Some((_, credentials)) = value.split_once(' ') {
            secrets.push(credentials.to_owned());
        }
    }
    secrets
}

/// Returns the mismatch for display: without the secret if it is about a header that contains one.
pub(super) fn shown(mismatch: &Mismatch) -> Cow<'_, Mismatch> {
    if !is_masked(mismatch) {
        return Cow::Borrowed(mismatch);
    }
    let mut masked_mismatch = mismatch.clone();
    for value in [&mismatch.expected, &mismatch.actual].into_iter().flatten() {
        for text in texts(value) {
            let mask = masked(&mismatch.path, text);
            masked_mismatch.expectation = masked_mismatch.expectation.replace(text, &mask);
            masked_mismatch.description = masked_mismatch.description.replace(text, &mask);
        }
    }
    let mask = |value| mask_value(&mismatch.path, value);
    masked_mismatch.expected = mismatch.expected.as_ref().map(mask);
    masked_mismatch.actual = mismatch.actual.as_ref().map(mask);
    Cow::Owned(masked_mismatch)
}

/// Returns whether the mismatch is shown without its values.
fn is_masked(mismatch: &Mismatch) -> bool {
    matches!(mismatch.part, Part::Header | Part::Metadata) && is_secret(&mismatch.path)
}

/// Describes how masked values differ: which cookie or attribute, or only that the values do.
pub(super) fn difference(mismatch: &Mismatch) -> Option<String> {
    if !is_masked(mismatch) {
        return None;
    }
    let expected = texts(mismatch.expected.as_ref()?);
    let actual = texts(mismatch.actual.as_ref()?);
    if expected == actual {
        return None;
    }
    let differences = match &*bare(&mismatch.path) {
        "cookie" => {
            let cookies = |texts: &[&str]| -> BTreeMap<String, String> {
                let pairs = texts
                    .iter()
                    .flat_map(|text| cookie_pairs(text).collect::<Vec<_>>());
                map_of(pairs.map(|pair| (pair.name.to_owned(), pair.value.unwrap_or_default().to_owned())))
            };
            compare_cookies(&cookies(&expected), &cookies(&actual), |_, _| Vec::new())
        }
        "set-cookie" => {
            let cookies = |texts: &[&str]| -> BTreeMap<String, String> {
                let named = texts.iter().filter_map(|text| {
                    let pair = cookie_pairs(text).next()?;
                    Some((pair.name.to_owned(), (*text).to_owned()))
                });
                map_of(named)
            };
            compare_cookies(&cookies(&expected), &cookies(&actual), set_cookie_differences)
        }
        _ => Vec::new(),
    };
    Some(if differences.is_empty() {
        "the masked values differ".to_owned()
    } else {
        differences.join("; ")
    })
}

const OTHER_VALUE: &str = "has a different value (masked)";

/// Describes which cookies are missing, unexpected or different. `details` describes how two cookies with one name
/// differ, other than in their value.
fn compare_cookies(
    expected: &BTreeMap<String, String>,
    actual: &BTreeMap<String, String>,
    details: impl Fn(&str, &str) -> Vec<String>,
) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, value) in expected {
        match actual.get(name) {
            None => differences.push(format!("cookie {name:?} is missing")),
            Some(came) if came == value => {}
            Some(came) => {
                let mut details = details(value, came);
                if details.is_empty() {
                    details.push(OTHER_VALUE.to_owned());
                }
                differences.push(format!("cookie {name:?} {}", listed(&details)));
            }
        }
    }
    let unexpected = actual.keys().filter(|name| !expected.contains_key(*name));
    differences.extend(unexpected.map(|name| format!("cookie {name:?} is unexpected")));
    differences
}

/// Joins predicates: `a`, `a and b`, `a, b and c`.
fn listed(predicates: &[String]) -> String {
    match predicates {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        predicates => predicates.concat(),
    }
}

/// An attribute of a cookie.
struct Attribute {
    /// As written; names are case-insensitive.
    name: String,
    value: String,
}

/// Describes how two `Set-Cookie` values with one name differ, as predicates.
fn set_cookie_differences(expected: &str, actual: &str) -> Vec<String> {
    let parts = |text| {
        let mut pairs = cookie_pairs(text);
        let value = pairs.next().and_then(|pair| pair.value.map(str::to_owned));
        let attributes = map_of(pairs.map(|pair| {
            let attribute = Attribute {
                name: pair.name.to_owned(),
                value: pair.value.unwrap_or_default().to_owned(),
            };
            (pair.name.to_ascii_lowercase(), attribute)
        }));
        (value, attributes)
    };
    let (expected_value, expected) = parts(expected);
    let (actual_value, actual) = parts(actual);
    let mut differences = Vec::new();
    if expected_value != actual_value {
        differences.push(OTHER_VALUE.to_owned());
    }
    for (key, Attribute { name, value }) in &expected {
        match actual.get(key) {
            None => differences.push(format!("lacks the attribute {name}")),
            Some(came) if came.value != *value => differences.push(format!("has another {name}")),
            Some(_) => {}
        }
    }
    let more = actual.iter().filter(|(key, _)| !expected.contains_key(*key));
    differences.extend(more.map(|(_, more)| format!("has an unexpected attribute {}", more.name)));
    differences
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) if !text.is_empty() => vec![text],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn mask_value(name: &str, value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(masked(name, text)),
        Value::Array(values) => values.iter().map(|value| mask_value(name, value)).collect(),
        _ => Value::String(MASK.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::MismatchKind;

    #[test]
    fn names_that_carry_secrets() {
        for (name, secret) in [
            ("Authorization", true),
            ("authorization[0]", true),
            ("X-Api-Key", true),
            ("x-csrf-token", true),
            ("Set-Cookie", true),
            ("accept", false),
            ("content-type", false),
        ] {
            assert_eq!(is_secret(name), secret, "{name}");
        }
    }

    #[test]
    fn the_scheme_and_the_names_of_cookies_stay_readable() {
        for (name, value, shown) in [
            ("authorization", "Bearer abc.def", "Bearer ***"),
            ("x-api-key", "abcdef", "***"),
            ("x-token", "session=1; id=2", "***"),
            ("cookie", "session=1; id=2; flag", "session=***; id=***; ***"),
            (
                "Set-Cookie[1]",
                "session=a=b; Path=/; HttpOnly; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
                "session=***; Path=/; HttpOnly; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
            ),
            (
                "set-cookie",
                "a=1; Path=/, b=2; Own=3",
                "a=***; Path=***; Own=***",
            ),
        ] {
            assert_eq!(masked(name, value), shown);
        }
    }

    #[test]
    fn what_differs_between_masked_values_is_said() {
        let mismatch = |path: &str, expected: Value, actual: Value| Mismatch {
            kind: MismatchKind::Differs,
            part: Part::Header,
            path: path.to_owned(),
            expected: Some(expected),
            actual: Some(actual),
            expectation: String::new(),
            description: String::new(),
            rule: None,
            nearest: Vec::new(),
        };
        for (path, expected, actual, said) in [
            (
                "authorization",
                "Bearer a",
                "Bearer b",
                "the masked values differ",
            ),
            (
                "cookie",
                "a=1; b=2",
                "a=1; b=3",
                "cookie \"b\" has a different value (masked)",
            ),
            (
                "cookie",
                "a=1",
                "b=1",
                "cookie \"a\" is missing; cookie \"b\" is unexpected",
            ),
            (
                "set-cookie[0]",
                "id=1; Path=/; HttpOnly",
                "id=2; path=/app; Secure",
                "cookie \"id\" has a different value (masked), lacks the attribute HttpOnly, has another Path and has an \
                 unexpected attribute Secure",
            ),
            (
                "set-cookie",
                "sid=1; Path=/; HTTPONLY",
                "sid=1; Path=/app",
                "cookie \"sid\" lacks the attribute HTTPONLY and has another Path",
            ),
        ] {
            let mismatch = mismatch(path, expected.into(), actual.into());
            assert_eq!(difference(&mismatch).as_deref(), Some(said));
            let text = format!("{:?} {said}", shown(&mismatch));
            assert!(!text.contains("=1") && !text.contains("=2"), "{text}");
        }
        let lines = mismatch(
            "set-cookie",
            ["a=1; Path=/", "b=2"].into_iter().collect(),
            ["b=2", "a=1"].into_iter().collect(),
        );
        assert_eq!(
            difference(&lines).as_deref(),
            Some("cookie \"a\" lacks the attribute Path")
        );
    }
}
