//! Cookies: `Set-Cookie` lines of responses, `Cookie` lists of requests (RFC 6265, sections 4.1.1 and 4.2.1).

use crate::wire::set_cookie;

/// An expected cookie that is missing or differs, with the nearest one of the same name.
#[derive(Debug, PartialEq)]
pub(super) struct Difference<'l> {
    pub(super) expected: &'l str,
    pub(super) received: Option<&'l str>,
}

/// A cookie set by a response.
#[derive(Debug)]
struct SetCookie<'l> {
    line: &'l str,
    name: &'l str,
    value: &'l str,
    attributes: Vec<Attribute<'l>>,
}

/// `Path=/`; `Secure` has no value.
#[derive(Debug, Clone, Copy)]
struct Attribute<'l> {
    name: &'l str,
    value: &'l str,
}

/// Returns how `Set-Cookie` lines differ: their order does not matter, and additional ones are allowed. A cookie must
/// have the expected value and at least the expected attributes, in any order.
pub(super) fn set_differences<'l>(example: &'l [String], received: &'l [String]) -> Vec<Difference<'l>> {
    let received: Vec<SetCookie<'_>> = received.iter().map(|line| SetCookie::parse(line)).collect();
    let mut differences = Vec::new();
    for line in example {
        let Some(difference) = SetCookie::parse(line).difference(&received) else {
            continue;
        };
        let joined = set_cookie::lines(line);
        if joined.len() == 1 {
            differences.push(difference);
        } else {
            let cookies = joined.into_iter().map(SetCookie::parse);
            differences.extend(cookies.filter_map(|cookie| cookie.difference(&received)));
        }
    }
    differences
}

/// Returns how `Cookie` lists differ: the order of pairs does not matter, and additional ones are allowed.
pub(super) fn sent_differences<'l>(example: &'l [String], received: &'l [String]) -> Vec<Difference<'l>> {
    let received: Vec<&str> = pairs(received).collect();
    pairs(example)
        .filter_map(|expected| {
            let (name, value) = split(expected);
            let mut namesakes = received.iter().copied().filter(|pair| split(pair).0 == name);
            let first = namesakes.next();
            let is_sent = first
                .into_iter()
                .chain(namesakes)
                .any(|pair| split(pair).1 == value);
            (!is_sent).then_some(Difference {
                expected,
                received: first,
            })
        })
        .collect()
}

/// Returns the pairs of `Cookie` lists, which may be in one line or several.
pub(super) fn pairs(lines: &[String]) -> impl Iterator<Item = &str> {
    lines
        .iter()
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
}

/// Returns the received `Set-Cookie` lines in the order of the expected ones, by cookie name; lines without a
/// counterpart fill the remaining places in their order. Surplus lines are dropped.
pub(super) fn aligned(example: &[String], received: &[String]) -> Vec<String> {
    let name_of = |line: &str| SetCookie::parse(line).name.to_owned();
    let mut left: Vec<&String> = received.iter().collect();
    let mut take = |is_wanted: &dyn Fn(&str) -> bool| {
        let at = left.iter().position(|line| is_wanted(line))?;
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

/// Splits `name=value` and trims both; without `=` the whole is the name.
fn split(pair: &str) -> (&str, &str) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (name.trim(), value.trim())
}

impl<'l> SetCookie<'l> {
    fn parse(line: &'l str) -> Self {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = split(parts.next().unwrap_or_default());
        let attributes = parts.filter(|part| !part.is_empty()).map(|part| {
            let (name, value) = split(part);
            Attribute { name, value }
        });
        Self {
            line,
            name,
            value,
            attributes: attributes.collect(),
        }
    }

    /// Returns how the cookie differs from the nearest received one (a cookie may be set for several paths); `None` if
    /// it is set.
    fn difference(&self, received: &[SetCookie<'l>]) -> Option<Difference<'l>> {
        let namesakes = received.iter().filter(|cookie| cookie.name == self.name);
        let nearest = namesakes.min_by_key(|cookie| self.differences(cookie));
        let is_set = nearest.is_some_and(|cookie| self.differences(cookie) == 0);
        (!is_set).then_some(Difference {
            expected: self.line,
            received: nearest.map(|cookie| cookie.line),
        })
    }

    /// Returns how many of the value and the expected attributes a received cookie does not have.
    fn differences(&self, received: &SetCookie<'_>) -> usize {
        let has = |expected: &&Attribute<'_>| received.attributes.iter().any(|came| expected.fits(came));
        let attributes = self.attributes.iter().filter(|expected| !has(expected));
        usize::from(self.value != received.value) + attributes.count()
    }
}

impl Attribute<'_> {
    /// Attribute names, domains and the values of `SameSite` are case-insensitive; a domain's leading dot is ignored
    /// (RFC 6265, section 5.2.3).
    fn fits(&self, received: &Attribute<'_>) -> bool {
        if !self.name.eq_ignore_ascii_case(received.name) {
            return false;
        }
        let dotless = |domain: &'_ str| domain.trim_start_matches('.').to_ascii_lowercase();
        match self.name.to_ascii_lowercase().as_str() {
            "domain" => dotless(self.value) == dotless(received.value),
            "samesite" => self.value.eq_ignore_ascii_case(received.value),
            _ => self.value == received.value,
        }
    }
}
