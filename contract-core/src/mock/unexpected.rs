//! Unexpected requests, kept within bounds.

use crate::contract::{Body, Interaction, Request};
use crate::json::Value;
use crate::matching::{Mismatch, MismatchKind, Part};

/// Requests kept for the report; more are counted.
const KEPT: usize = 20;

/// Bytes of request bodies kept for the report, all together.
const KEPT_BODIES: usize = 1024 * 1024;

/// Mismatches kept of a request whose body is not kept.
const KEPT_MISMATCHES: usize = 20;

/// Characters kept of a value within such a mismatch.
const KEPT_VALUE: usize = 200;

/// A request that matched no interaction, or could not be read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnexpectedRequest {
    /// The request as it was received. If it could not be read: what was read of it, without a body.
    pub request: Request,
    /// The interaction that it differs least from, if there is any.
    pub nearest: Option<NearMiss>,
    /// Why the interaction in `nearest` did not answer, if the request matches it: "was requested 2 times already, and no
    /// more is expected".
    pub withheld: Option<String>,
    /// Why the request could not be read, if it could not: its body broke off or was larger than the limit, or it was not
    /// HTTP at all.
    pub problem: Option<String>,
    /// The number of bytes of its body, if the body is not kept: the bodies of all unexpected requests of one provider are
    /// kept up to 1 MiB together.
    pub omitted_body: Option<usize>,
}

/// An interaction that a request nearly matched.
#[derive(Debug, Clone)]
pub struct NearMiss {
    /// The interaction.
    pub interaction: Interaction,
    /// How the request differs.
    pub mismatches: Vec<Mismatch>,
}

/// The unexpected requests.
#[derive(Debug, Default)]
pub(super) struct Came {
    kept: Vec<UnexpectedRequest>,
    /// Bytes of their bodies.
    body_bytes: usize,
    /// How many more were received.
    further: usize,
}

impl Came {
    /// Keeps a request, or counts it if enough are kept.
    pub(super) fn add(&mut self, mut unexpected: UnexpectedRequest) {
        if self.kept.len() >= KEPT {
            self.further += 1;
            return;
        }
        let bytes = unexpected.request.body.to_bytes().len();
        if self.body_bytes + bytes > KEPT_BODIES {
            unexpected.omit_body(bytes);
        } else {
            self.body_bytes += bytes;
        }
        self.kept.push(unexpected);
    }

    /// Returns the requests that are kept, in the order of their arrival.
    pub(super) fn kept(&self) -> &[UnexpectedRequest] {
        &self.kept
    }

    /// Returns how many more were received than are kept.
    pub(super) fn further(&self) -> usize {
        self.further
    }

    /// Returns whether there was none.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

impl UnexpectedRequest {
    fn omit_body(&mut self, bytes: usize) {
        self.request.body = Body::Missing;
        self.omitted_body = Some(bytes);
        if let Some(nearest) = &mut self.nearest {
            if nearest.mismatches.len() > KEPT_MISMATCHES {
                nearest.mismatches.truncate(KEPT_MISMATCHES);
                nearest.mismatches.push(not_kept());
            }
            nearest.mismatches.iter_mut().for_each(shorten);
        }
    }
}

/// Says that there were more mismatches than were kept.
fn not_kept() -> Mismatch {
    Mismatch::of_comparison(
        MismatchKind::MayBeMore,
        Part::Body,
        "$".to_owned(),
        format!("at most {KEPT_MISMATCHES} mismatches"),
        format!("Only the first {KEPT_MISMATCHES} mismatches were kept: there are more"),
    )
}

/// Cuts the values of a mismatch, which may hold the whole body.
fn shorten(mismatch: &mut Mismatch) {
    mismatch.nearest.clear();
    let Some(actual) = &mut mismatch.actual else {
        return;
    };
    let text = match actual {
        Value::Null | Value::Bool(_) | Value::Number(_) => return,
        Value::String(text) => std::mem::take(text),
        Value::Array(_) | Value::Object(_) => actual.to_string(),
    };
    *actual = match text.char_indices().nth(KEPT_VALUE) {
        Some((end, _)) => Value::from(format!("{}…", &text[..end])),
        None => Value::from(text),
    };
}
