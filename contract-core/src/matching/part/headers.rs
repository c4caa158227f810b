//! Header fields.

use std::collections::{BTreeMap, HashSet};

use crate::json::Value;

use super::cookies;
use super::values::{Values, Wording, by_parameter, push};
use crate::Error;
use crate::contract::{Headers, RuleList};
use crate::matching::rule::Failure;
use crate::matching::{Mismatch, Part};
use crate::wire::coding::Codings;
use crate::wire::framing;

/// The expected header fields: names are case-insensitive, additional fields are allowed.
///
/// Values are split at commas and compared part by part, so it does not matter whether they came in one line or several
/// (RFC 9110, section 5.3), nor how much white space surrounds the commas. `Accept` and `Content-Type` are compared as
/// media types: parameters in any order, additional ones allowed, multipart boundaries ignored. `Set-Cookie` and
/// `Cookie` are compared cookie by cookie.
///
/// Fields that the sender computes (`Content-Length`, `Host`, …) are compared only if a rule applies to them.
#[derive(Debug)]
pub(crate) struct HeadersPlan {
    fields: Vec<Field>,
}

#[derive(Debug)]
struct Field {
    /// The name as written in the contract.
    name: String,
    kind: Kind,
    example: Vec<String>,
    values: Values,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `Accept`, `Content-Type`.
    MediaTypes,
    /// A known list field: rules apply to each part.
    List,
    /// `Content-Encoding`: a list of case-insensitive names.
    Codings,
    /// `Set-Cookie`: each line is a cookie; commas are not separators.
    SetCookie,
    /// `Cookie`: a list separated by semicolons.
    Cookie,
    /// Any other field: rules apply to each line.
    Other,
}

/// Fields whose values are lists; rules apply to their parts one by one.
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

impl Kind {
    /// Returns the kind of the field with this lower-case name.
    fn of(name: &str) -> Self {
        match name {
            "accept" | "content-type" => Self::MediaTypes,
            "content-encoding" => Self::Codings,
            "set-cookie" => Self::SetCookie,
            "cookie" => Self::Cookie,
            list if LISTS.contains(&list) => Self::List,
            _ => Self::Other,
        }
    }

    /// Returns the parts that rules apply to; `None` if they apply to whole lines only.
    fn parts(self, lines: &[String]) -> Option<Vec<&str>> {
        match self {
            Self::MediaTypes | Self::List | Self::Codings => Some(parts(lines).collect()),
            Self::Cookie => Some(cookies::pairs(lines).collect()),
            Self::SetCookie | Self::Other => None,
        }
    }
}

impl HeadersPlan {
    /// Compiles header fields; `is_compared` says whether a field that senders compute is compared without a rule.
    pub(crate) fn compile(
        expected: &Headers,
        lists: &BTreeMap<String, RuleList>,
        is_compared: &dyn Fn(&str) -> bool,
    ) -> Result<Self, Error> {
        let lists: Vec<(String, &RuleList)> = lists
            .iter()
            .map(|(name, list)| (name.to_ascii_lowercase(), list))
            .collect();
        let lists: Vec<_> = lists.iter().map(|(name, list)| (name.as_str(), *list)).collect();
        let mut rules = by_parameter(&lists, &|name| expected.get(name).is_some())
            .map_err(|error| error.context(Part::Header))?;
        let fields = expected.iter().map(|(name, example)| {
            let lower = name.to_ascii_lowercase();
            let mut values = rules.remove(&lower).unwrap_or_default();
            values
                .fit(name, example)
                .map_err(|error| error.context(Part::Header))?;
            Ok(Field {
                name: name.to_owned(),
                kind: Kind::of(&lower),
                example: example.to_vec(),
                values,
            })
        });
        let is_asked = |field: &Field| {
            field.values.is_ruled() || !framing::is_computed(&field.name) || is_compared(&field.name)
        };
        Ok(Self {
            fields: fields
                .filter(|field| field.as_ref().map_or(true, is_asked))
                .collect::<Result<_, Error>>()?,
        })
    }

    /// Returns the number of fields compared by rules.
    pub(crate) fn ruled(&self) -> usize {
        self.fields.iter().filter(|field| field.values.is_ruled()).count()
    }

    /// Returns the number of expected fields.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Returns whether a rule applies to the field with this name.
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
            Kind::Codings => codings(&self.example) == codings(received),
            Kind::SetCookie => {
                return self.differ(cookies::set_differences(&self.example, received), out);
            }
            Kind::Cookie => {
                return self.differ(cookies::sent_differences(&self.example, received), out);
            }
        };
        if !same {
            let (expected, received) = (self.example.join(", "), received.join(", "));
            self.differs(&expected, Some(&received), out);
        }
    }

    fn differ(&self, cookies: Vec<cookies::Difference<'_>>, out: &mut Vec<Mismatch>) {
        for cookie in cookies {
            self.differs(cookie.expected, cookie.received, out);
        }
    }

    fn differs(&self, expected: &str, received: Option<&str>, out: &mut Vec<Mismatch>) {
        let failure = Failure {
            expectation: format!("{expected:?}"),
            description: match received {
                Some(received) => (WORDING.value)(&self.name, expected, received),
                None => format!(
                    "Expected header '{}' to have value '{expected}' but was missing",
                    self.name
                ),
            },
            rule: String::new(),
        };
        let (expected, received) = (Value::from(expected), received.map(Value::from));
        push(
            Part::Header,
            &self.name,
            Some(&expected),
            received.as_ref(),
            vec![failure],
            None,
            out,
        );
    }

    /// Compares by rules. A rule for a list may be meant for each part or for the whole line: either is
    /// accepted.
    fn compare_by_rules(&self, received: &[String], out: &mut Vec<Mismatch>) {
        let (name, wording) = (self.name.as_str(), &WORDING);
        let before = out.len();
        let aligned;
        let received = if self.kind == Kind::SetCookie && !self.values.is_about_all() {
            aligned = cookies::aligned(&self.example, received);
            &aligned
        } else {
            received
        };
        self.values
            .compare(Part::Header, name, &self.example, received, wording, out);
        if out.len() == before {
            return;
        }
        let (Some(example), Some(by_part)) = (self.kind.parts(&self.example), self.kind.parts(received))
        else {
            return;
        };
        let by_line = out.split_off(before);
        self.values
            .compare(Part::Header, name, &example, &by_part, wording, out);
        if out.len() > before && by_part.len() == received.len() {
            out.truncate(before);
            out.extend(by_line);
        }
    }

    fn missing(&self, out: &mut Vec<Mismatch>) {
        let is_nothing = self.kind == Kind::Codings && codings(&self.example).is_empty();
        if self.example.is_empty() || is_nothing {
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

/// Returns the trimmed parts of all lines, split at commas outside of quotes.
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

fn codings(lines: &[String]) -> Codings {
    Codings::parse(lines.iter().map(String::as_str))
}

/// Returns whether a media type (or other value) is the expected one, with at least the expected parameters. The
/// boundary of a multipart type is ignored, since it differs for each message.
pub(super) fn media_type_fits(expected: &str, received: &str) -> bool {
    const MULTIPART: &str = "multipart/";
    let is_multipart =
        (expected.get(..MULTIPART.len())).is_some_and(|start| start.eq_ignore_ascii_case(MULTIPART));
    let mut expected = expected.split(';').map(str::trim);
    let mut received = received.split(';').map(str::trim);
    let same = match (expected.next(), received.next()) {
        (Some(expected), Some(received)) if expected.contains('/') => expected.eq_ignore_ascii_case(received),
        (expected, received) => expected == received,
    };
    let is_free = |parameter: &str| {
        let name = parameter.split('=').next().unwrap_or_default();
        is_multipart && name.trim().eq_ignore_ascii_case("boundary")
    };
    same && has_parameters(expected.filter(|parameter| !is_free(parameter)), received)
}

/// Returns whether each expected parameter is among those received. A few are searched linearly, many through a hash
/// table.
fn has_parameters<'a>(
    mut expected: impl Iterator<Item = &'a str>,
    received: impl Iterator<Item = &'a str> + Clone,
) -> bool {
    const FEW: usize = 8;
    if received.clone().nth(FEW).is_none() {
        return expected.all(|expected| {
            let mut received = received.clone();
            received.any(|received| parameter_fits(expected, received))
        });
    }
    let key = |parameter: &'a str| {
        let (name, value) = parameter_parts(parameter);
        (name.to_ascii_lowercase(), value.to_ascii_lowercase())
    };
    let received: HashSet<(String, String)> = received.map(key).collect();
    expected.all(|expected| received.contains(&key(expected)))
}

fn parameter_fits(expected: &str, received: &str) -> bool {
    let (expected, received) = (parameter_parts(expected), parameter_parts(received));
    expected.0.eq_ignore_ascii_case(received.0) && expected.1.eq_ignore_ascii_case(received.1)
}

/// Returns name and value.
fn parameter_parts(parameter: &str) -> (&str, &str) {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    (name.trim(), value.trim().trim_matches('"'))
}
