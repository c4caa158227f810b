//! Whether examples fit their own rules. Of a value that is generated, what the generator makes counts.

use crate::Error;
use crate::contract::{Message, Request, Response, Specification};
use crate::generate::{self, Context};
use crate::matching::{MessagePlan, Mismatch, RequestPlan, ResponsePlan};

/// How a request does not fit its own rules; empty if it does.
///
/// # Errors
/// A rule that cannot be compiled.
pub(crate) fn misfits_of_request(request: &Request, version: Specification) -> Result<Vec<Mismatch>, Error> {
    let plan = RequestPlan::compile(request, version)?;
    let example = generate::request(request, &Context::consumer());
    let comparison = plan.compare(example.as_ref().unwrap_or(request));
    Ok(comparison.into_mismatches())
}

/// How the response to a request with this method does not fit its own rules; empty if it does.
///
/// # Errors
/// A rule that cannot be compiled.
pub(crate) fn misfits_of_response(
    method: &str,
    response: &Response,
    version: Specification,
) -> Result<Vec<Mismatch>, Error> {
    let plan = ResponsePlan::compile_for(method, response, version)?;
    let example = generate::response(response, &Context::consumer());
    let mut example = example.unwrap_or_else(|_| response.clone());
    example.status = example.example_status();
    Ok(plan.compare(&example).into_mismatches())
}

/// How a message does not fit its own rules; empty if it does.
///
/// # Errors
/// A rule that cannot be compiled.
pub(crate) fn misfits_of_message(message: &Message, version: Specification) -> Result<Vec<Mismatch>, Error> {
    let plan = MessagePlan::compile(message, version)?;
    let example = generate::message(message, &Context::consumer());
    let comparison = plan.compare(example.as_ref().unwrap_or(message));
    Ok(comparison.into_mismatches())
}
