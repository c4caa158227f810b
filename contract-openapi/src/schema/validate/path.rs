//! Paths that are only formatted if something failed.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::document::escape;

/// The characters that JavaScript's `encodeURIComponent` leaves unchanged, in addition to letters and digits.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A step of a path.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    /// A keyword, or a member of the value.
    Name(&'a str),
    /// A member of a keyword: the name of a property.
    Member(&'a str),
    /// An element.
    Index(usize),
    /// The path starts anew with this text.
    Restart(&'a str),
}

/// Returns a path through a schema, in Ajv's notation.
pub(super) fn schema_path(steps: &[Step<'_>]) -> String {
    let begin = steps.iter().rposition(|step| matches!(step, Step::Restart(_)));
    let mut path = String::from("#");
    let rest = match begin {
        Some(begin) => {
            if let Step::Restart(text) = steps[begin] {
                text.clone_into(&mut path);
            }
            &steps[begin + 1..]
        }
        None => steps,
    };
    for step in rest {
        path.push('/');
        match step {
            Step::Name(name) => path.push_str(name),
            Step::Member(name) => path.extend(utf8_percent_encode(&escape(name), COMPONENT)),
            Step::Index(index) => path.push_str(&index.to_string()),
            Step::Restart(_) => {}
        }
    }
    path
}

/// Returns a path through a value: a JSON Pointer.
pub(super) fn instance_path(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        path.push('/');
        match step {
            Step::Name(name) | Step::Member(name) => path.push_str(&escape(name)),
            Step::Index(index) => path.push_str(&index.to_string()),
            Step::Restart(_) => {}
        }
    }
    path
}
