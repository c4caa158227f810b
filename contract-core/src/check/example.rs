//! Checks whether examples match their own rules. For a generated value, the generator's output is checked.

use std::borrow::Cow;

use crate::Error;
use crate::contract::{Generators, MatchingRules, Message, Request, Response, Specification};
use crate::generate::{self, Context};
use crate::matching::{MessagePlan, Mismatch, RequestPlan, ResponsePlan};

/// Returns how a request violates its own rules; empty if it does not.
///
/// # Errors
/// A rule that cannot be compiled.
pub(crate) fn misfits_of_request(request: &Request, version: Specification) -> Result<Vec<Mismatch>, Error> {
    let plan = RequestPlan::compile(request, version)?;
    let example = made(request, &request.generators, &request.rules, generate::request);
    Ok(plan.compare(&example).into_mismatches())
}

/// Returns how a response violates its own rules, given their plan; empty if it does not.
pub(crate) fn misfits_of_response(plan: &ResponsePlan, response: &Response) -> Vec<Mismatch> {
    let mut example = made(
        response,
        &response.generators,
        &response.rules,
        generate::response,
    );
    if example.status != example.example_status() {
        example.to_mut().status = example.example_status();
    }
    plan.compare(&example).into_mismatches()
}

/// Returns how a message violates its own rules; empty if it does not.
///
/// # Errors
/// A rule that cannot be compiled.
pub(crate) fn misfits_of_message(message: &Message) -> Result<Vec<Mismatch>, Error> {
    let plan = MessagePlan::compile(message)?;
    let example = made(message, &message.generators, &message.rules, generate::message);
    Ok(plan.compare(&example).into_mismatches())
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
