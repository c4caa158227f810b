//! Multipart: parts by name, each compared as a body of its own.
//!
//! Boundaries and the parts' order do not matter; parts without a name are compared in order, and several of one name
//! one by one. Parts that are not expected are fine. A part's content is decoded where it says base64.
//!
//! Rules: `$.name` and everything below it are the rules of the part's body, `$[0]` those of the first part without a
//! name; `$.name.header` is a header field of the part, where the example has one of that name. Other header fields of
//! the example must come as they are, but for those that begin with `Content-`.

mod compare;
mod format;
mod parts;
#[cfg(test)]
mod tests;

use self::compare::MultipartPlan;
pub(super) use self::format::Multipart;
