//! Cookies: `Set-Cookie` lines of responses, `Cookie` lists of requests (RFC 6265, sections 4.1.1 and 4.2.1).

use crate::json::Value;

use super::values::push;
use crate::matching::rule::Failure;
use crate::matching::{Mismatch, Part};

/// A cookie that a response sets.
#[derive(Debug, PartialEq)]
struct SetCookie<'l> {
    name: &'l str,
    value: &'l str,
    /// Names with values; `Secure` has none.
    attributes: Vec<(&'l str, &'l str)>,
}

/// Compares `Set-Cookie` lines: in any order, and more of them than expected are fine. A cookie has the expected value and
/// at least the expected attributes, in any order.
pub(super) fn compare_set(field: &str, example: &[String], received: &[String], out: &mut Vec<Mismatch>) {
    let received: Vec<SetCookie<'_>> = received.iter().map(|line| SetCookie::parse(line)).collect();
    for line in example {
        let expected = SetCookie::parse(line);
        let namesakes = || received.iter().filter(|cookie| cookie.name == expected.name);
        if namesakes().any(|cookie| expected.fits(cookie)) {
            continue;
        }
        // A cookie may be set for several paths: the one that comes nearest tells most.
        let nearest = namesakes().min_by_key(|cookie| expected.differences(cookie));
        match nearest {
            None => missing(field, expected.name, expected.value, out),
            Some(cookie) => expected.explain(field, cookie, out),
        }
    }
}

/// Compares `Cookie` lists: as pairs in any order, and more of them than expected are fine.
pub(super) fn compare_sent(field: &str, example: &[String], received: &[String], out: &mut Vec<Mismatch>) {
    let received: Vec<(&str, &str)> = pairs(received).map(split).collect();
    for (name, value) in pairs(example).map(split) {
        let mut namesakes = received
            .iter()
            .filter(|(received, _)| *received == name)
            .peekable();
        match namesakes.peek().copied() {
            None => missing(field, name, value, out),
            Some(_) if namesakes.any(|(_, received)| *received == value) => {}
            Some((_, received)) => other_value(field, name, value, received, out),
        }
    }
}

/// The pairs of `Cookie` lists, in one line or in several.
pub(super) fn pairs(lines: &[String]) -> impl Iterator<Item = &str> {
    lines
        .iter()
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
}

/// The `Set-Cookie` lines that came in the order of the expected ones, by the name of the cookie; those that have no
/// namesake keep their order in the places that are left. The further ones are not asked for.
pub(super) fn aligned(example: &[String], received: &[String]) -> Vec<String> {
    let name_of = |line: &str| SetCookie::parse(line).name.to_owned();
    let mut left: Vec<&String> = received.iter().collect();
    let mut take = |wanted: &dyn Fn(&str) -> bool| {
        let at = left.iter().position(|line| wanted(line))?;
        Some(left.remove(at).clone())
    };
    let namesakes: Vec<Option<String>> = example
        .iter()
        .map(|line| take(&|received| name_of(received) == name_of(line)))
        .collect();
    namesakes
        .into_iter()
        .filter_map(|namesake| namesake.or_else(|| take(&|_| true)))
        .collect()
}

/// `name=value`, trimmed; without `=` all is the name.
fn split(pair: &str) -> (&str, &str) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (name.trim(), value.trim())
}

impl<'l> SetCookie<'l> {
    fn parse(line: &'l str) -> Self {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = split(parts.next().unwrap_or_default());
        Self {
            name,
            value,
            attributes: parts.filter(|part| !part.is_empty()).map(split).collect(),
        }
    }

    fn fits(&self, received: &SetCookie<'_>) -> bool {
        self.value == received.value && self.missing_attributes(received).next().is_none()
    }

    fn differences(&self, received: &SetCookie<'_>) -> usize {
        usize::from(self.value != received.value) + self.missing_attributes(received).count()
    }

    /// The expected attributes that did not come with this value.
    fn missing_attributes<'a>(
        &'a self,
        received: &'a SetCookie<'_>,
    ) -> impl Iterator<Item = (&'l str, &'l str)> {
        let has = |expected: (&str, &str)| {
            received
                .attributes
                .iter()
                .any(|received| attribute_fits(expected, *received))
        };
        self.attributes
            .iter()
            .copied()
            .filter(move |expected| !has(*expected))
    }

    fn explain(&self, field: &str, received: &SetCookie<'_>, out: &mut Vec<Mismatch>) {
        if self.value != received.value {
            other_value(field, self.name, self.value, received.value, out);
        }
        for (attribute, value) in self.missing_attributes(received) {
            let came = received
                .attributes
                .iter()
                .find(|(received, _)| received.eq_ignore_ascii_case(attribute));
            let written = |name: &str, value: &str| {
                if value.is_empty() {
                    name.to_owned()
                } else {
                    format!("{name}={value}")
                }
            };
            let expected = written(attribute, value);
            let came = came.map_or_else(
                || "without it".to_owned(),
                |(name, value)| format!("with {}", written(name, value)),
            );
            let failure = Failure {
                expectation: format!("cookie {:?} with {expected} (it came {came})", self.name),
                description: format!(
                    "Expected header '{field}' to set cookie '{}' with {expected} but it came {came}",
                    self.name
                ),
                rule: String::new(),
            };
            push(Part::Header, field, None, None, vec![failure], None, out);
        }
    }
}

/// Names of attributes have no case, nor have domains and the values of `SameSite`; a domain's leading dot says nothing
/// (RFC 6265, section 5.2.3).
fn attribute_fits(expected: (&str, &str), received: (&str, &str)) -> bool {
    if !expected.0.eq_ignore_ascii_case(received.0) {
        return false;
    }
    match expected.0.to_ascii_lowercase().as_str() {
        "domain" => {
            let host = |domain: &'_ str| domain.trim_start_matches('.').to_ascii_lowercase();
            host(expected.1) == host(received.1)
        }
        "samesite" => expected.1.eq_ignore_ascii_case(received.1),
        _ => expected.1 == received.1,
    }
}

fn missing(field: &str, name: &str, value: &str, out: &mut Vec<Mismatch>) {
    let failure = Failure {
        expectation: format!("a cookie {name:?}"),
        description: format!("Expected header '{field}' to have cookie '{name}' but was missing"),
        rule: String::new(),
    };
    push(
        Part::Header,
        field,
        Some(&Value::from(value)),
        None,
        vec![failure],
        None,
        out,
    );
}

fn other_value(field: &str, name: &str, expected: &str, received: &str, out: &mut Vec<Mismatch>) {
    let failure = Failure {
        expectation: format!("cookie {name:?} with the value {expected:?}"),
        description: format!(
            "Expected header '{field}' to have cookie '{name}' with value '{expected}' but was '{received}'"
        ),
        rule: String::new(),
    };
    push(
        Part::Header,
        field,
        Some(&Value::from(expected)),
        Some(&Value::from(received)),
        vec![failure],
        None,
        out,
    );
}
