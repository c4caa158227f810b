//! Computations that may take longer than a few milliseconds: comparing contracts, analysing what is published, explaining
//! failed results. They run beside the threads that serve everyone, a few at a time, and end when nobody waits for them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Error, Result};
use crate::domain::cancel::{Cancel, Cancelled};

/// Work on less text than this takes no longer than handing it to another thread.
const SMALL: usize = 64 * 1024;

/// How many requests wait for each place at most; whoever comes then is told to come later.
const WAITING: usize = 64;

/// Where long computations run. Clones have the same places.
#[derive(Clone)]
pub(crate) struct Heavy {
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
    /// The one place that one of many who share all places may take or wait for.
    own: Option<Arc<Semaphore>>,
}

impl Heavy {
    /// As many at a time as half of the machine's cores, so that there is always one for everyone else.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let places = (cores / 2).max(1);
        Self::with_places(places, places * WAITING)
    }

    /// For work in the background, one computation at a time: whoever asks for something does not wait for it.
    pub(crate) fn in_background() -> Self {
        Self::with_places(1, usize::MAX)
    }

    fn with_places(places: usize, most_waiting: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            waiting: Arc::default(),
            most_waiting,
            own: None,
        }
    }

    /// The same places for one of many who share them. It takes one place at a time, and waits for one at a time: however
    /// much it computes, the others get their turns.
    pub(crate) fn for_one_of_many(&self) -> Self {
        Self {
            own: Some(Arc::new(Semaphore::new(1))),
            ..self.clone()
        }
    }

    /// Waits for a place. What a computation needs is read once it has one, so that those who wait keep neither documents
    /// in memory nor a connection to the database.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if too many wait already.
    pub(crate) async fn place(&self) -> Result<Place> {
        let Some(_waiting) = Waiting::begin(&self.waiting, self.most_waiting) else {
            return Err(Error::Unavailable(
                "too many requests that take long are waiting already; try again in a few seconds",
            ));
        };
        let closed = |error| Error::internal(&error);
        let own = match &self.own {
            Some(own) => Some(own.clone().acquire_owned().await.map_err(closed)?),
            None => None,
        };
        let permit = self.places.clone().acquire_owned().await.map_err(closed)?;
        Ok(Place {
            _permit: permit,
            _own: own,
        })
    }

    /// Does work on so many bytes of text: at once where they are few, else in a place.
    pub(crate) async fn run_on<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        if bytes <= SMALL {
            return Ok(work());
        }
        self.place().await?.run(move |_| Ok(work())).await
    }
}

/// Somebody who waits for a place, until this is dropped.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn begin(waiting: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        let one = Self(waiting.clone());
        (waiting.fetch_add(1, Ordering::Relaxed) < most).then_some(one)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A place for one computation.
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
    _own: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// Runs a computation. When whoever waits for it is gone (the request took too long, or its client left) it is told to
    /// end, and its place is free once it has.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Cancel) -> Result<T, Cancelled> + Send + 'static,
    ) -> Result<T> {
        let cancel = Cancel::default();
        let _ended = CancelOnDrop(cancel.clone());
        let done = tokio::task::spawn_blocking(move || {
            let place = self;
            let done = work(&cancel);
            drop(place);
            done
        });
        done.await
            .map_err(|error| Error::internal(&error))?
            .map_err(|cancelled| Error::internal(&cancelled))
    }
}

struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    fn one_place() -> Heavy {
        Heavy::with_places(1, usize::MAX)
    }

    #[tokio::test]
    async fn a_computation_ends_when_nobody_waits_for_it_and_makes_room() {
        let heavy = one_place();
        let (ended, end) = mpsc::channel();
        let endless = heavy
            .place()
            .await
            .unwrap()
            .run(move |cancel| -> Result<(), Cancelled> {
                loop {
                    if let Err(cancelled) = cancel.check() {
                        ended.send(()).unwrap();
                        return Err(cancelled);
                    }
                    std::thread::yield_now();
                }
            });
        // As the layer does that limits the time of a request.
        let waited = tokio::time::timeout(Duration::from_millis(20), endless).await;
        assert!(waited.is_err());
        let answer = heavy.place().await.unwrap().run(|_| Ok(7)).await.unwrap();
        assert_eq!(answer, 7);
        assert_eq!(end.try_recv(), Ok(()));
    }

    #[tokio::test]
    async fn one_of_many_who_computes_much_lets_the_others_have_their_turns() {
        let all = one_place();
        let (greedy, modest) = (all.for_one_of_many(), all.for_one_of_many());
        let first = greedy.place().await.unwrap();
        // The greedy one has one request in the queue of all, and the other one comes right behind it.
        let mut queued: Vec<_> = (0..50).map(|_| Box::pin(greedy.place())).collect();
        for waiting in &mut queued {
            let waits = tokio::time::timeout(Duration::ZERO, waiting).await;
            assert!(waits.is_err());
        }
        let mut turn = Box::pin(modest.place());
        assert!(tokio::time::timeout(Duration::ZERO, &mut turn).await.is_err());
        drop(first);
        turn.await.unwrap();
    }

    #[tokio::test]
    async fn only_so_many_run_at_a_time_and_small_work_waits_for_none() {
        let heavy = one_place();
        let place = heavy.place().await.unwrap();
        let second = tokio::time::timeout(Duration::from_millis(10), heavy.place()).await;
        assert!(second.is_err());
        assert_eq!(heavy.run_on(SMALL, || 1).await.unwrap(), 1);
        let large = heavy.run_on(SMALL + 1, || 2);
        drop(place);
        assert_eq!(large.await.unwrap(), 2);
    }
    #[tokio::test]
    async fn who_comes_when_too_many_wait_is_told_to_come_later() {
        let heavy = Heavy::with_places(1, 2);
        let place = heavy.place().await.unwrap();
        let third = async {
            // The two others wait by now.
            tokio::task::yield_now().await;
            let refused = heavy.place().await.map(|_| ());
            drop(place);
            refused
        };
        let (waited, refused) = tokio::join!(
            async {
                let (first, second) = tokio::join!(async { heavy.place().await.map(drop) }, async {
                    heavy.place().await.map(drop)
                });
                first.and(second)
            },
            third
        );
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert!(waited.is_ok(), "{waited:?}");
        // Whoever waited makes room.
        assert!(heavy.place().await.is_ok());
    }
}
