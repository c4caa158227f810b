//! Checks whether examples match their own rules. For a generated value, the generator's output is checked.

use std::borrow::Cow;

use crate::Error;
use crate::contract::{Generators, MatchingRules, Message, Path, Request, Response, Specification, Token};
use crate::generate::{self, Context};
use crate::matching::{MessagePlan, Mismatch, Part, RequestPlan, ResponsePlan};

/// How a request, response or message violates its own rules.
pub(crate) struct Misfit {
    /// What differs.
    pub(crate) mismatch: Mismatch,
    /// What the generator of the value is for, if the value was generated: `$.id`, `the path`.
    pub(crate) generator: Option<String>,
}

/// Returns how a request violates its own rules; empty if it does not.
///
/// # Errors
/// A rule that cannot be compiled.
pub(crate) fn misfits_of_request(request: &Request, version: Specification) -> Result<Vec<Misfit>, Error> {
    let plan = RequestPlan::compile(request, version)?;
    let example = made(request, &request.generators, &request.rules, generate::request);
    Ok(misfits(
        plan.compare(&example).into_mismatches(),
        &request.generators,
    ))
}

/// Returns how a response violates its own rules, given their plan; empty if it does not.
pub(crate) fn misfits_of_response(plan: &ResponsePlan, response: &Response) -> Vec<Misfit> {
    let mut example = made(
        response,
        &response.generators,
        &response.rules,
        generate::response,
    );
    if example.status != example.example_status() {
        example.to_mut().status = example.example_status();
    }
    misfits(plan.compare(&example).into_mismatches(), &response.generators)
}

/// Returns how a message violates its own rules; empty if it does not.
///
/// # Errors
/// A rule that cannot be compiled.
pub(crate) fn misfits_of_message(message: &Message) -> Result<Vec<Misfit>, Error> {
    let plan = MessagePlan::compile(message)?;
    let example = made(message, &message.generators, &message.rules, generate::message);
    Ok(misfits(
        plan.compare(&example).into_mismatches(),
        &message.generators,
    ))
}

fn misfits(mismatches: Vec<Mismatch>, generators: &Generators) -> Vec<Misfit> {
    let found = mismatches.into_iter().map(|mismatch| Misfit {
        generator: generator_of(&mismatch, generators),
        mismatch,
    });
    found.collect()
}

/// Returns what the generator at the place of a mismatch is for, if there is one.
fn generator_of(mismatch: &Mismatch, generators: &Generators) -> Option<String> {
    let path = mismatch.path.as_str();
    let is_named = |name: &&String| {
        let begins = path
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name));
        begins && matches!(path.as_bytes().get(name.len()), None | Some(b'['))
    };
    let of_name = |what: &str, name: Option<&String>| name.map(|name| format!("{what} {name:?}"));
    match mismatch.part {
        Part::Method => generators.method.as_ref().map(|_| "the method".to_owned()),
        Part::Path => generators.path.as_ref().map(|_| "the path".to_owned()),
        Part::Status => generators.status.as_ref().map(|_| "the status".to_owned()),
        Part::Query => of_name("query parameter", generators.query.keys().find(is_named)),
        Part::Header => of_name("header", generators.headers.keys().find(is_named)),
        Part::Metadata => of_name("metadata", generators.metadata.keys().find(is_named)),
        Part::Body => {
            let place: Path = path.parse().ok()?;
            let mut paths = generators.body.keys();
            paths
                .find(|path| leads_to(path.tokens(), place.tokens()))
                .map(ToString::to_string)
        }
        Part::BodyType => None,
    }
}

/// Returns whether a path, which may have wildcards, leads to a place or to something that the place is in.
fn leads_to(path: &[Token], place: &[Token]) -> bool {
    let fits = |(step, at): (&Token, &Token)| match step {
        Token::Star => true,
        Token::StarIndex => matches!(at, Token::Index(_)),
        exact => exact == at,
    };
    path.len() <= place.len() && path.iter().zip(place).all(fits)
}

/// Returns the output of the generators for an example, or the example itself if it has none or they fail.
fn made<'a, E: Clone>(
    example: &'a E,
    generators: &Generators,
    rules: &MatchingRules,
    generate: impl FnOnce(&E, &Context) -> Result<E, Error>,
) -> Cow<'a, E> {
    if !generate::is_generated(generators, rules) {
        return Cow::Borrowed(example);
    }
    generate(example, &Context::consumer()).map_or(Cow::Borrowed(example), Cow::Owned)
}
