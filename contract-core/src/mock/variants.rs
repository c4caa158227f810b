//! Variants of an expected message: a handler must accept all of them.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use super::message::HandlerOutcome;
use crate::contract::{Body, Data, Message};
use crate::generate;
use crate::json::{self, Map, Value};
use crate::matching::MessagePlan;
use crate::{Error, ErrorKind};

/// Maximum number of variants of one message.
const MOST: u32 = 10_000;

/// The number and the seed of the variants of a message. They are the same in every run with the same seed.
///
/// ```
/// use contract_core::mock::Variants;
///
/// let twenty = Variants::new(20);
/// let others = Variants::new(20).seed(1_000);
/// assert_ne!(twenty, others);
/// assert_eq!(twenty, 20.into());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variants {
    count: u32,
    seed: u64,
}

impl Variants {
    /// Selects this many variants, at most 10,000, starting with seed 0. Each variant has the seed of the
    /// previous one plus one.
    pub fn new(count: u32) -> Self {
        Self { count, seed: 0 }
    }

    /// Sets the seed of the first variant, to repeat a failed one or to try others.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Returns the variants of the expected message.
    pub(super) fn of(
        self,
        expected: &Message,
    ) -> Result<impl Iterator<Item = Result<Variant, Error>>, Error> {
        if self.count > MOST {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{} variants of a message: at most {MOST} are made; ask for fewer",
                    self.count
                ),
            ));
        }
        let plan = MessagePlan::compile(expected)?;
        Ok((0..self.count).map(move |index| {
            let seed = self.seed.wrapping_add(u64::from(index));
            Ok(Variant {
                number: index + 1,
                count: self.count,
                seed,
                message: generate::variant(expected, &plan, seed)?,
            })
        }))
    }
}

impl From<u32> for Variants {
    fn from(count: u32) -> Self {
        Self::new(count)
    }
}

/// A variant.
pub(super) struct Variant {
    number: u32,
    count: u32,
    seed: u64,
    pub(super) message: Message,
}

impl Variant {
    /// Returns the error for a variant that the handler rejected.
    pub(super) fn refused(&self, interaction: &str, reason: &str) -> Error {
        let Self {
            number, count, seed, ..
        } = self;
        Error::new(
            ErrorKind::Unmet,
            format!(
                "the consumer's handler refused variant {number} of {count} of the message {interaction}: {reason}\n\n\
                 {}\n\
                 The contract allows this message. Make the pattern stricter, or let the handler accept it.\n\
                 To repeat this variant alone: Variants::new(1).seed({seed})",
                self.shown()
            ),
        )
    }

    /// Returns contents and metadata as JSON.
    fn shown(&self) -> String {
        let contents = match self.message.contents.content().map(|content| &content.data) {
            Some(Data::Json(document)) => document.clone(),
            Some(Data::Text(text)) => Value::String(text.clone()),
            Some(data) => Value::String(format!("{} bytes", data.to_bytes().len())),
            None => Value::Null,
        };
        let mut message = Map::new();
        if !matches!(self.message.contents, Body::Missing) {
            message.insert("contents".to_owned(), contents);
        }
        message.insert(
            "metadata".to_owned(),
            Value::Object(self.message.metadata.clone()),
        );
        json::pretty(&Value::Object(message))
    }
}

/// Runs a handler. A panic counts as a rejection.
pub(super) async fn attempt<F, R>(handler: impl FnOnce() -> F) -> Result<(), String>
where
    F: Future<Output = R>,
    R: HandlerOutcome,
{
    let started = catch_unwind(AssertUnwindSafe(handler)).map_err(|panic| panicked(&*panic))?;
    let mut running = pin!(started);
    let ended = std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(outcome)) => Poll::Ready(Ok(outcome)),
            Err(panic) => Poll::Ready(Err(panicked(&*panic))),
        }
    });
    ended.await?.into_outcome()
}

/// Like [`attempt`], for a handler that blocks.
pub(super) fn attempt_blocking<R: HandlerOutcome>(handler: impl FnOnce() -> R) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(handler))
        .map_err(|panic| panicked(&*panic))?
        .into_outcome()
}

fn panicked(panic: &(dyn Any + Send)) -> String {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", said.unwrap_or("no message"))
}
