//! Delivers the response to a request.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Version};
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::mock::handler::{Answer, Delivery};

/// Interval between the pieces of a slow body.
const PACE: Duration = Duration::from_millis(20);

/// Returns the HTTP response. `delivery` must be one that sends a response.
pub(super) fn response(
    method: &Method,
    version: Version,
    answer: &Answer,
    delivery: Delivery,
) -> hyper::Response<ResponseBody> {
    let mut response = hyper::Response::new(ResponseBody::new(answer.body.clone(), delivery));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers.clone();
    if method != Method::HEAD {
        // An interaction for HEAD may have a rule about the method.
        response.headers_mut().remove(CONTENT_LENGTH);
        if version == Version::HTTP_2 && delivery == Delivery::Truncated {
            // HTTP/2 announces a length only if it is set.
            response
                .headers_mut()
                .insert(CONTENT_LENGTH, answer.body.len().into());
        }
    }
    response
}

/// The body of a response.
pub(super) struct ResponseBody {
    /// The part that was not sent yet.
    rest: Bytes,
    manner: Manner,
}

enum Manner {
    AtOnce,
    /// Pieces of this many bytes, with a pause before each.
    Slow {
        piece: usize,
        every: Duration,
        pause: Pin<Box<Sleep>>,
    },
    /// Half of the body, then an error.
    BreaksOff(Stage),
}

#[derive(Clone, Copy)]
enum Stage {
    Half,
    /// The half is flushed first, because the error discards buffered data.
    Flush,
    Error,
}

impl ResponseBody {
    fn new(body: Bytes, delivery: Delivery) -> Self {
        let manner = match delivery {
            Delivery::Slow(over) if !body.is_empty() => {
                let wanted = usize::try_from(over.as_millis() / PACE.as_millis()).unwrap_or(usize::MAX);
                let piece = body.len().div_ceil(wanted.max(1));
                let pieces = body.len().div_ceil(piece);
                let every = over / u32::try_from(pieces).unwrap_or(u32::MAX);
                Manner::Slow {
                    piece,
                    every,
                    pause: Box::pin(tokio::time::sleep(every)),
                }
            }
            Delivery::Truncated => Manner::BreaksOff(Stage::Half),
            Delivery::Whole | Delivery::Slow(_) | Delivery::Closed | Delivery::Reset => Manner::AtOnce,
        };
        Self { rest: body, manner }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let body = self.get_mut();
        if body.rest.is_empty() {
            return Poll::Ready(None);
        }
        let piece = match &mut body.manner {
            Manner::AtOnce => std::mem::take(&mut body.rest),
            Manner::Slow { piece, every, pause } => {
                ready!(pause.as_mut().poll(context));
                let next = body.rest.split_to((*piece).min(body.rest.len()));
                pause.as_mut().reset(Instant::now() + *every);
                next
            }
            Manner::BreaksOff(stage @ Stage::Half) => {
                *stage = Stage::Flush;
                let half = body.rest.len() / 2;
                body.rest.split_to(half)
            }
            Manner::BreaksOff(stage @ Stage::Flush) => {
                *stage = Stage::Error;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Manner::BreaksOff(Stage::Error) => {
                return Poll::Ready(Some(Err(io::Error::other("the test asked for a truncated body"))));
            }
        };
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
