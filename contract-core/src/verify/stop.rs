//! Ends a run early.

use std::pin::pin;

use futures_util::FutureExt as _;
use futures_util::future::{self, BoxFuture, Either, Shared};

use crate::{Error, ErrorKind};

/// The signal to end a run, if there is one.
#[derive(Clone, Default)]
pub(super) struct StopSignal {
    stop: Option<Shared<BoxFuture<'static, ()>>>,
}

impl StopSignal {
    /// Stops when this future completes.
    pub(super) fn new(stop: impl Future<Output = ()> + Send + 'static) -> Self {
        Self {
            stop: Some(stop.boxed().shared()),
        }
    }

    /// Runs until the signal comes.
    ///
    /// # Errors
    ///
    /// `Interrupted` if the signal came first; the work is dropped then, and not begun if the signal came before.
    pub(super) async fn unless_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(stop) = self.stop.clone() else {
            return work.await;
        };
        match future::select(stop, pin!(work)).await {
            Either::Left(_) => Err(interrupted()),
            Either::Right((result, _)) => result,
        }
    }
}

/// Returns the error of a run that was stopped before it published anything.
pub(super) fn interrupted() -> Error {
    Error::new(
        ErrorKind::Interrupted,
        "the verification was interrupted: nothing was published",
    )
}
