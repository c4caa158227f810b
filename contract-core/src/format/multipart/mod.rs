//! Multipart bodies: parts are identified by name, and each is compared as a body.
//!
//! Boundaries and the order of parts are ignored. Parts without a name are compared in order, and so are
//! parts with the same name. Unexpected parts are allowed. A part's content is decoded if it is declared as
//! Base64.
//!
//! `$.name` and all paths below it are rules for the part's body; `$[0]` is the first part without a name.
//! `$.name.header` is a header field of the part, if the example has a field with this name. Other header
//! fields of the example must be equal, except those that begin with `Content-`.

mod compare;
mod format;
mod parts;
#[cfg(test)]
mod tests;

use self::compare::MultipartPlan;
pub(super) use self::format::Multipart;
