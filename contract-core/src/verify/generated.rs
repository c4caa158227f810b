//! Applies generators to the contract's examples for a verification.

use std::borrow::Cow;

use crate::Error;
use crate::contract::{Generator, Generators, Members, Message, Request, Response};
use crate::generate::{self, Context};

/// Returns the request to send, with generated values and those of the provider states.
pub(super) fn request(expected: &Request, state_values: &Members) -> Result<Request, Error> {
    if expected.generators.is_empty() {
        return Ok(expected.clone());
    }
    generate::request(expected, &Context::provider(state_values.clone()))
}

/// Returns the response to compare with. Only values of provider states are inserted: a random value could never equal
/// the provider's.
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

/// Returns the message to compare with, like [`response`].
pub(super) fn message(expected: &Message, state_values: &Members) -> Result<Message, Error> {
    let mut expected = expected.clone();
    expected.generators = of_states(&expected.generators);
    if expected.generators.is_empty() {
        return Ok(expected);
    }
    generate::message(&expected, &Context::provider(state_values.clone()))
}

/// Returns a message that the consumer sends, with all its generators applied.
pub(super) fn outgoing_message(expected: &Message, state_values: &Members) -> Result<Message, Error> {
    generate::message(expected, &Context::provider(state_values.clone()))
}

/// Returns the generators that use a provider state's value.
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
