//! Reads parts of a contract: for conformance cases, plugins and integration files.

use crate::json::Value;

use super::place::{At, Read};
use super::{generators as generator, rule_member, v1, v3, v4};
use crate::Error;
use crate::contract::{Generators, MatchingRules, Message, Request, Response, Specification};

/// Reads a request in the format of this specification version.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed), naming the path within the value.
pub fn request(value: impl Into<Value>, specification: Specification) -> Result<Request, Error> {
    by_version(specification, value, v1::request, v4::request)
}

/// Reads a response in the format of this specification version.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed), naming the path within the value.
pub fn response(value: impl Into<Value>, specification: Specification) -> Result<Response, Error> {
    by_version(specification, value, v1::response, v4::response)
}

/// Reads a message, without its description and provider states, in the format of this specification version.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed), naming the path within the value.
pub fn message(value: impl Into<Value>, specification: Specification) -> Result<Message, Error> {
    by_version(specification, value, v3::message, v4::message)
}

/// Reads a `matchingRules` member, in the flat form of version 2 or the categories of version 3.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed), naming the path within the value.
pub fn matching_rules(value: impl Into<Value>) -> Result<MatchingRules, Error> {
    At::Root
        .object(value.into())
        .and_then(|members| rule_member::rules_of_any_version(members, &At::Root))
        .map_err(super::place::Fault::into_error)
}

/// Reads a `generators` member.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed), naming the path within the value.
pub fn generators(value: impl Into<Value>) -> Result<Generators, Error> {
    generator::generators(value.into(), &At::Root).map_err(super::place::Fault::into_error)
}

fn by_version<T>(
    specification: Specification,
    value: impl Into<Value>,
    classic: impl Fn(Value, &At) -> Read<T>,
    with_attributes: impl Fn(Value, &At) -> Read<T>,
) -> Result<T, Error> {
    let value = value.into();
    if specification == Specification::V4 {
        with_attributes(value, &At::Root)
    } else {
        classic(value, &At::Root)
    }
    .map_err(super::place::Fault::into_error)
}
