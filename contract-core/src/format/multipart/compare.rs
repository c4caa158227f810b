//! Compares a multipart body with the expected one.

use std::collections::BTreeMap;

use crate::json::Value;
use crate::map_of;
use bytes::Bytes;

use super::parts::{Part, parts};
use crate::contract::{Body, ContentType, Matcher, Path, RuleList, Token};
use crate::format::bytes::beginning;
use crate::matching::BodyPlan;
use crate::matching::place::Place;
use crate::matching::reporter::Reporter;
use crate::matching::rule::{Failure, Rules};
use crate::matching::scope::Scope;
use crate::matching::{Mismatch, MismatchKind, Unexpected};
use crate::wire::coding::Codings;
use crate::{Error, ErrorKind};

/// Multipart bodies in multipart bodies deeper than this are refused.
const DEPTH_LIMIT: usize = 8;

/// An expected multipart body.
#[derive(Debug)]
pub(crate) struct MultipartPlan {
    parts: Vec<PartPlan>,
}

#[derive(Debug)]
struct PartPlan {
    name: Option<String>,
    /// Which one of its name, or of those without.
    index: usize,
    headers: Vec<HeaderPlan>,
    body: PartBody,
}

#[derive(Debug)]
enum PartBody {
    Content(Box<BodyPlan>),
    Parts(MultipartPlan),
}

#[derive(Debug)]
struct HeaderPlan {
    name: String,
    value: String,
    rules: Rules,
}

impl MultipartPlan {
    /// Compiles a body with the rules of the whole; `None` if it cannot be taken apart.
    ///
    /// # Errors
    ///
    /// Those of the parts' rules and contents, with the part in front.
    pub(crate) fn compile(
        body: &[u8],
        content_type: &ContentType,
        rules: &BTreeMap<Path, RuleList>,
        unexpected: Unexpected,
    ) -> Result<Option<Self>, Error> {
        Self::compile_at(body, content_type, rules, unexpected, 1)
    }

    fn compile_at(
        body: &[u8],
        content_type: &ContentType,
        rules: &BTreeMap<Path, RuleList>,
        unexpected: Unexpected,
        depth: usize,
    ) -> Result<Option<Self>, Error> {
        if depth > DEPTH_LIMIT {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("multipart bodies are nested more than {DEPTH_LIMIT} deep"),
            ));
        }
        let Ok(parts) = parts(body, content_type) else {
            return Ok(None);
        };
        let mut plans: Vec<PartPlan> = Vec::with_capacity(parts.len());
        let mut counts: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for part in parts {
            let count = counts.entry(part.name.clone()).or_default();
            let index = *count;
            *count += 1;
            let plan = PartPlan::compile(&part, index, rules, unexpected, depth).map_err(|error| {
                error.context(format_args!(
                    "part {} of the body",
                    path(part.name.as_deref(), index, 1)
                ))
            })?;
            plans.push(plan);
        }
        Ok(Some(Self { parts: plans }))
    }

    /// Compares a body.
    pub(crate) fn compare(
        &self,
        body: &[u8],
        content_type: &ContentType,
        unexpected: Unexpected,
        out: &mut Vec<Mismatch>,
    ) {
        let parts = match parts(body, content_type) {
            Ok(parts) => parts,
            Err(problem) => {
                let failure = Failure {
                    expectation: "a multipart body".to_owned(),
                    description: format!("Failed to parse the actual body as multipart: {problem}"),
                    rule: String::new(),
                };
                let shown = Value::from(beginning(body));
                return Reporter::new(unexpected, out).report_as(
                    MismatchKind::Bytes,
                    &Place::ROOT,
                    None,
                    shown,
                    failure,
                    None,
                );
            }
        };
        let mut by_name: BTreeMap<Option<&str>, Vec<&Part<'_>>> = BTreeMap::new();
        for part in &parts {
            by_name.entry(part.name.as_deref()).or_default().push(part);
        }
        for plan in &self.parts {
            let same = by_name.get(&plan.name.as_deref()).map_or(&[][..], Vec::as_slice);
            let path = path(plan.name.as_deref(), plan.index, same.len());
            match same.get(plan.index) {
                Some(part) => plan.compare(part, &path, unexpected, out),
                None => missing(plan, &path, unexpected, out),
            }
        }
    }
}

fn missing(plan: &PartPlan, path: &str, unexpected: Unexpected, out: &mut Vec<Mismatch>) {
    let what = match &plan.name {
        Some(name) => format!("'{name}'"),
        None => format!("{}", plan.index + 1),
    };
    let failure = Failure {
        expectation: format!("a part {what}"),
        description: format!("Expected a multipart part {what} but was missing"),
        rule: String::new(),
    };
    let before = out.len();
    Reporter::new(unexpected, out).report(&Place::ROOT, None, None, failure, None);
    move_below(&mut out[before..], path);
}

/// Returns where a part is: `$.name`, `$.name[1]`, `$[0]`.
fn path(name: Option<&str>, index: usize, count: usize) -> String {
    match name {
        None => Place::ROOT.index(index).path(),
        Some(name) if index > 0 || count > 1 => Place::ROOT.name(name).index(index).path(),
        Some(name) => Place::ROOT.name(name).path(),
    }
}

/// Mismatches that were found in a part are mismatches of the whole, below the part's path.
fn move_below(mismatches: &mut [Mismatch], path: &str) {
    for mismatch in mismatches {
        let rule = mismatch.rule.as_mut().map(|rule| &mut rule.path);
        for text in std::iter::once(&mut mismatch.path).chain(rule) {
            let below = text.strip_prefix('$').unwrap_or(text);
            *text = format!("{path}{below}");
        }
    }
}

impl PartPlan {
    fn compile(
        part: &Part<'_>,
        index: usize,
        rules: &BTreeMap<Path, RuleList>,
        unexpected: Unexpected,
        depth: usize,
    ) -> Result<Self, Error> {
        let mut own = rules_of(part.name.as_deref(), index, rules);
        let mut headers = Vec::new();
        for (name, value) in &part.headers {
            let ruled = own.keys().find(|path| match path.tokens() {
                [Token::Field(field)] => field.eq_ignore_ascii_case(name),
                _ => false,
            });
            let list = ruled.cloned().and_then(|path| own.remove(&path));
            let is_content = name
                .get(..8)
                .is_some_and(|start| start.eq_ignore_ascii_case("content-"));
            if list.is_some() || !is_content {
                let root = Path::root();
                headers.push(HeaderPlan {
                    name: name.clone(),
                    value: value.clone(),
                    rules: Rules::compile(list.iter().map(|list| (&root, list)))?,
                });
            }
        }
        let nested = match &part.content_type {
            Some(content_type) if content_type.is_multipart() => {
                MultipartPlan::compile_at(&part.content, content_type, &own, unexpected, depth + 1)?
            }
            _ => None,
        };
        let body = match nested {
            Some(parts) => PartBody::Parts(parts),
            None => PartBody::Content(Box::new(BodyPlan::compile(
                &body_of(part),
                None,
                false,
                Codings::default(),
                &own,
                unexpected,
                None,
            )?)),
        };
        Ok(Self {
            name: part.name.clone(),
            index,
            headers,
            body,
        })
    }

    fn compare(&self, part: &Part<'_>, path: &str, unexpected: Unexpected, out: &mut Vec<Mismatch>) {
        let before = out.len();
        for header in &self.headers {
            header.compare(part, unexpected, out);
        }
        match &self.body {
            PartBody::Content(plan) => plan.compare(&body_of(part), None, out),
            PartBody::Parts(plan) => {
                let content_type = part
                    .content_type
                    .clone()
                    .unwrap_or_else(ContentType::octet_stream);
                plan.compare(&part.content, &content_type, unexpected, out);
            }
        }
        move_below(&mut out[before..], path);
    }
}

impl HeaderPlan {
    fn compare(&self, part: &Part<'_>, unexpected: Unexpected, out: &mut Vec<Mismatch>) {
        let place = Place::ROOT.name(&self.name);
        let found = part
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&self.name));
        let mut reporter = Reporter::new(unexpected, out);
        let Some((_, value)) = found else {
            let failure = Failure {
                expectation: format!("a header {}", self.name),
                description: format!("Expected a header '{}' but was missing", self.name),
                rule: String::new(),
            };
            let expected = Value::from(self.value.as_str());
            return reporter.report(&place, Some(expected), None, failure, None);
        };
        let scope = Scope::root(&self.rules);
        reporter.text(&place, &scope, Some(&self.value), value, |expected, actual| {
            format!(
                "Expected header '{}' to have value '{expected}' but was '{actual}'",
                self.name
            )
        });
    }
}

/// Returns the part as a body of its own. Text without a type is text (RFC 7578, section 4.4).
fn body_of(part: &Part<'_>) -> Body {
    let bytes = Bytes::copy_from_slice(&part.content);
    match Body::from_wire(bytes, part.content_type.clone()) {
        Body::Missing => Body::Empty,
        body => body,
    }
}

/// Returns the rules of one part, by path from its own root. Those that name the part are put in place of those by wildcards,
/// and of `type` and `equality` at the root of the whole.
fn rules_of(name: Option<&str>, index: usize, rules: &BTreeMap<Path, RuleList>) -> BTreeMap<Path, RuleList> {
    let mut found: BTreeMap<Path, (u8, RuleList)> = BTreeMap::new();
    for (path, list) in rules {
        let (rank, rest) = match path.tokens() {
            [] if list.rules.iter().all(|rule| goes_down(&rule.matcher)) => (1, &[][..]),
            [Token::Star, rest @ ..] => (2, rest),
            [Token::StarIndex, rest @ ..] if name.is_none() => (2, rest),
            [Token::Index(at), rest @ ..] if name.is_none() && *at == index => (4, rest),
            [Token::Field(field), Token::Index(at), rest @ ..] if name == Some(field) => {
                if *at == index {
                    (4, rest)
                } else {
                    continue;
                }
            }
            [Token::Field(field), rest @ ..] if name == Some(field) => (3, rest),
            _ => continue,
        };
        let path = Path::from_tokens(rest.to_vec());
        if found.get(&path).is_none_or(|(present, _)| *present <= rank) {
            found.insert(path, (rank, list.clone()));
        }
    }
    map_of(found.into_iter().map(|(path, (_, list))| (path, list)))
}

fn goes_down(matcher: &Matcher) -> bool {
    matches!(matcher, Matcher::Type { .. } | Matcher::Equality)
}
