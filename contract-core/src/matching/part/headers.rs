//! Header fields.

use std::collections::BTreeMap;

use serde_json::Value;

use super::values::{Values, Wording, by_parameter, push};
use crate::Error;
use crate::contract::{Headers, RuleList};
use crate::matching::rule::Failure;
use crate::matching::{Mismatch, Part};

/// The expected header fields: names without regard to case, unexpected ones are fine.
///
/// Values are compared as the parts that commas separate, so that it does not matter whether they came in one line or
/// in several (RFC 9110, section 5.3), nor which white space stands round the commas. `Accept` and `Content-Type` are
/// compared as media types: parameters in any order, and more of them than expected are fine.
#[derive(Debug)]
pub(crate) struct HeadersPlan {
    fields: Vec<Field>,
}

#[derive(Debug)]
struct Field {
    /// As the contract writes it.
    name: String,
    kind: Kind,
    example: Vec<String>,
    values: Values,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `Accept`, `Content-Type`
    MediaTypes,
    /// A field that is known to be a list: a rule is about each part.
    List,
    /// Any other: a rule is about each line.
    Other,
}

/// Fields whose value is a list of parts that rules are about one by one.
const LISTS: [&str; 11] = [
    "accept-encoding",
    "accept-language",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-request-headers",
    "allow",
    "cache-control",
    "if-match",
    "if-none-match",
    "vary",
];

const WORDING: Wording = Wording {
    value: |name, expected, actual| {
        format!("Expected header '{name}' to have value '{expected}' but was '{actual}'")
    },
    count: |name, expected, received| {
        format!("Expected header '{name}' with {expected} value(s) but received {received} value(s)")
    },
};

impl HeadersPlan {
    pub(crate) fn compile(expected: &Headers, lists: &BTreeMap<String, RuleList>) -> Result<Self, Error> {
        let lists: Vec<(String, &RuleList)> = lists
            .iter()
            .map(|(name, list)| (name.to_ascii_lowercase(), list))
            .collect();
        let lists = lists.iter().map(|(name, list)| (name.as_str(), *list));
        let mut rules = by_parameter(lists, |name| expected.get(name).is_some())
            .map_err(|error| error.context(Part::Header))?;
        let fields = expected.iter().map(|(name, example)| {
            let lower = name.to_ascii_lowercase();
            let mut values = rules.remove(&lower).unwrap_or_default();
            values
                .fit(name, example)
                .map_err(|error| error.context(Part::Header))?;
            Ok(Field {
                name: name.to_owned(),
                kind: match lower.as_str() {
                    "accept" | "content-type" => Kind::MediaTypes,
                    list if LISTS.contains(&list) => Kind::List,
                    _ => Kind::Other,
                },
                example: example.to_vec(),
                values,
            })
        });
        Ok(Self {
            fields: fields.collect::<Result<_, Error>>()?,
        })
    }

    /// How many fields are compared by rules.
    pub(crate) fn ruled(&self) -> usize {
        self.fields.iter().filter(|field| field.values.is_ruled()).count()
    }

    /// How many fields are expected.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether a rule, and not the example, decides about the field of this name.
    pub(crate) fn rules_over(&self, name: &str) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|field| field.values.is_ruled() && field.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn compare(&self, actual: &Headers, out: &mut Vec<Mismatch>) {
        for field in &self.fields {
            match actual.get(&field.name) {
                Some(received) => field.compare(received, out),
                None => field.missing(out),
            }
        }
    }
}

impl Field {
    fn compare(&self, received: &[String], out: &mut Vec<Mismatch>) {
        if self.values.is_ruled() {
            self.compare_by_rules(received, out);
            return;
        }
        let same = match self.kind {
            Kind::MediaTypes => {
                let mut received = parts(received);
                parts(&self.example).all(|expected| {
                    received
                        .next()
                        .is_some_and(|received| media_type_fits(expected, received))
                }) && received.next().is_none()
            }
            Kind::List | Kind::Other => parts(&self.example).eq(parts(received)),
        };
        if !same {
            let (expected, received) = (self.example.join(", "), received.join(", "));
            let failure = Failure {
                expectation: format!("{expected:?}"),
                description: (WORDING.value)(&self.name, &expected, &received),
                rule: String::new(),
            };
            let (expected, received) = (Value::from(expected), Value::from(received));
            push(
                Part::Header,
                &self.name,
                Some(&expected),
                Some(&received),
                vec![failure],
                None,
                out,
            );
        }
    }

    /// A rule about a list may be meant for each part or for the whole line: either will do.
    fn compare_by_rules(&self, received: &[String], out: &mut Vec<Mismatch>) {
        let (name, wording) = (self.name.as_str(), &WORDING);
        let before = out.len();
        self.values
            .compare(Part::Header, name, &self.example, received, wording, out);
        if out.len() == before || self.kind == Kind::Other {
            return;
        }
        let (example, by_part): (Vec<_>, Vec<_>) =
            (parts(&self.example).collect(), parts(received).collect());
        let by_line = out.split_off(before);
        self.values
            .compare(Part::Header, name, &example, &by_part, wording, out);
        if out.len() > before && by_part.len() == received.len() {
            out.truncate(before);
            out.extend(by_line);
        }
    }

    fn missing(&self, out: &mut Vec<Mismatch>) {
        if self.example.is_empty() {
            return;
        }
        let expected = Value::from(self.example.join(", "));
        let failure = Failure {
            expectation: expected.to_string(),
            description: format!("Expected a header '{}' but was missing", self.name),
            rule: String::new(),
        };
        push(
            Part::Header,
            &self.name,
            Some(&expected),
            None,
            vec![failure],
            None,
            out,
        );
    }
}

/// The parts that commas outside of quotes separate, of all lines, trimmed.
fn parts(lines: &[String]) -> impl Iterator<Item = &str> {
    lines.iter().flat_map(|line| {
        let mut quoted = false;
        line.split(move |c: char| {
            quoted ^= c == '"';
            c == ',' && !quoted
        })
        .map(str::trim)
    })
}

/// Whether a media type, or whatever stands in its place, is the expected one: the same, with at least the expected
/// parameters.
pub(super) fn media_type_fits(expected: &str, received: &str) -> bool {
    let mut expected = expected.split(';').map(str::trim);
    let mut received = received.split(';').map(str::trim);
    let same = match (expected.next(), received.next()) {
        (Some(expected), Some(received)) if expected.contains('/') => expected.eq_ignore_ascii_case(received),
        (expected, received) => expected == received,
    };
    same && expected.all(|expected| {
        received
            .clone()
            .any(|received| parameter_fits(expected, received))
    })
}

fn parameter_fits(expected: &str, received: &str) -> bool {
    let split = |parameter| {
        let (name, value): (&str, &str) = str::split_once(parameter, '=').unwrap_or((parameter, ""));
        (name.trim(), value.trim().trim_matches('"'))
    };
    let (expected, received) = (split(expected), split(received));
    expected.0.eq_ignore_ascii_case(received.0) && expected.1.eq_ignore_ascii_case(received.1)
}
