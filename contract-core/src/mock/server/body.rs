//! Reads the body of a request, up to a limit.

use std::fmt;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::EXPECT;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

use crate::report::value::size;

/// Maximum number of bytes of a too large body that are read and discarded, as a multiple of the limit: many
/// clients read the response only after they have sent everything.
const DISCARDED: usize = 16;

/// Maximum memory allocated when a request announces a large body; more is allocated as the body arrives.
const TRUSTED: usize = 1024 * 1024;

/// Why a body could not be read.
#[derive(Debug)]
pub(super) enum BodyProblem {
    /// It has more bytes than the limit.
    TooLarge { limit: usize },
    /// It ended early, or its framing is invalid.
    Broken(hyper::Error),
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(
    mut body: Incoming,
    headers: &HeaderMap,
    limit: usize,
) -> Result<Bytes, BodyProblem> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit && headers.contains_key(EXPECT) {
        // The client waits for permission to send it.
        return Err(BodyProblem::TooLarge { limit });
    }
    let mut first = Bytes::new();
    let mut joined: Option<BytesMut> = None;
    let mut read = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(BodyProblem::Broken)?.into_data() else {
            continue;
        };
        read = read.saturating_add(data.len());
        if read > limit {
            (first, joined) = (Bytes::new(), None);
            if read / DISCARDED > limit {
                break;
            }
        } else if let Some(joined) = &mut joined {
            joined.extend_from_slice(&data);
        } else if first.is_empty() {
            // Most bodies arrive in one piece, which is not copied.
            first = data;
        } else {
            let mut both = BytesMut::with_capacity(announced.clamp(first.len() + data.len(), TRUSTED));
            both.extend_from_slice(&first);
            both.extend_from_slice(&data);
            joined = Some(both);
        }
    }
    if read > limit {
        return Err(BodyProblem::TooLarge { limit });
    }
    Ok(joined.map_or(first, BytesMut::freeze))
}

impl fmt::Display for BodyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "its body is larger than the limit of {}", size(*limit)),
            Self::Broken(error) => {
                write!(f, "its body broke off")?;
                let mut source = std::error::Error::source(error);
                let mut reason = error.to_string();
                while let Some(cause) = source {
                    reason = cause.to_string();
                    source = cause.source();
                }
                write!(f, " ({reason})")
            }
        }
    }
}
