//! The contract's examples with their generators applied, as a verification needs them.

use std::borrow::Cow;

use crate::Error;
use crate::contract::{Generator, Generators, Members, Message, Request, Response};
use crate::generate::{self, Context};

/// The request to send: fresh values and those of the provider states in their places.
pub(super) fn request(expected: &Request, state_values: &Members) -> Result<Request, Error> {
    if expected.generators.is_empty() {
        return Ok(expected.clone());
    }
    generate::request(expected, &Context::provider(state_values.clone()))
}

/// The response to compare with. Only values of provider states are put in: a random value could never be equal to what
/// the provider answers.
pub(super) fn response<'a>(
    expected: &'a Response,
    state_values: &Members,
) -> Result<Cow<'a, Response>, Error> {
    let generators = of_states(&expected.generators);
    if generators.is_empty() {
        return Ok(Cow::Borrowed(expected));
    }
    let expected = Response {
        generators,
        ..expected.clone()
    };
    generate::response(&expected, &Context::provider(state_values.clone())).map(Cow::Owned)
}

/// The message to compare with, like [`response`].
pub(super) fn message(expected: &Message, state_values: &Members) -> Result<Message, Error> {
    let mut expected = expected.clone();
    expected.generators = of_states(&expected.generators);
    if expected.generators.is_empty() {
        return Ok(expected);
    }
    generate::message(&expected, &Context::provider(state_values.clone()))
}

/// A message that the consumer sends, with all its generators applied.
pub(super) fn outgoing_message(expected: &Message, state_values: &Members) -> Result<Message, Error> {
    generate::message(expected, &Context::provider(state_values.clone()))
}

/// The generators that take a provider state's value.
fn of_states(generators: &Generators) -> Generators {
    let is_of_state = |generator: &Generator| matches!(generator, Generator::ProviderState { .. });
    let mut kept = generators.clone();
    for one in [&mut kept.method, &mut kept.path, &mut kept.status] {
        one.take_if(|generator| !is_of_state(generator));
    }
    for several in [&mut kept.query, &mut kept.headers, &mut kept.metadata] {
        several.retain(|_, generator| is_of_state(generator));
    }
    kept.body.retain(|_, generator| is_of_state(generator));
    kept
}
