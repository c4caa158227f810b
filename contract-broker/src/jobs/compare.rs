//! Comparing contracts with the descriptions that their providers published: one comparison at a time on each node, beside
//! the threads that serve everyone, and each by one of the nodes.

use std::{
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use super::{LOOK, micros};
use crate::{
    app::{self, Heavy},
    config::Config,
    domain::{
        bidirectional::{Compared, Document, compare},
        time::now,
    },
    store::{
        Store,
        comparisons::{self, Claim, Claimed, Made, StoredDescription},
    },
};

/// How long it waits after the database failed.
const PAUSE: Duration = Duration::from_secs(5);
/// How often a comparison is begun that no node comes back from.
const TRIES: i64 = 3;

/// Makes comparisons. Clones are the same.
#[derive(Clone)]
pub(crate) struct Comparer {
    store: Store,
    heavy: Heavy,
    timeout: Duration,
    /// How long it waits before it looks again for what other nodes queued.
    look: Duration,
    wake: Arc<Notify>,
    /// The description that was read last: a publication is followed by comparisons with many contracts.
    last: Arc<Mutex<Option<Read>>>,
}

/// A description with its id. What is stored under an id never changes.
#[derive(Clone)]
struct Read {
    id: i64,
    document: Arc<Result<Document, String>>,
}

/// What came of a look at the queue.
enum Step {
    Worked,
    Idle,
    Stopped,
}

/// Where a description comes from.
enum Source {
    Read(Read),
    Stored(StoredDescription),
}

impl Comparer {
    pub(crate) fn new(store: Store, heavy: Heavy, config: &Config) -> Self {
        Self {
            store,
            heavy,
            timeout: config.comparison_timeout,
            look: LOOK,
            wake: Arc::default(),
            last: Arc::default(),
        }
    }

    /// The same, which looks for what other nodes queued this often.
    pub(crate) fn looking_every(self, look: Duration) -> Self {
        Self { look, ..self }
    }

    /// Says that there is work, so that nobody waits for the next look.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Works until `shutdown` completes. A comparison under way is given back then, for another node to make.
    pub(crate) async fn run(self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        loop {
            let wait = match self.next(shutdown.as_mut()).await {
                Ok(Step::Stopped) => return,
                Ok(Step::Worked) => Duration::ZERO,
                Ok(Step::Idle) => self.look,
                Err(error) => {
                    tracing::error!(%error, "a contract could not be compared with a description");
                    PAUSE
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Makes the comparison that is due first.
    async fn next(&self, shutdown: Pin<&mut impl Future<Output = ()>>) -> app::Result<Step> {
        if !comparisons::is_any_due(&mut *self.store.read().await?, now()).await? {
            return Ok(Step::Idle);
        }
        // What it needs is read once it has its place.
        let place = self.heavy.place().await?;
        let now = now();
        let claim = Claim {
            token: uuid::Uuid::new_v4().to_string(),
            now,
            // Longer than it can take, so that nobody makes it a second time.
            until: now.saturating_add(micros(self.timeout * 2 + PAUSE)),
        };
        let token = claim.token.clone();
        let claimed = self
            .store
            .write(claim, |connection, claim| {
                Box::pin(comparisons::claim(connection, claim))
            })
            .await?;
        let Some(claimed) = claimed else {
            return Ok(Step::Worked);
        };
        let compared = tokio::select! {
            biased;
            () = shutdown => {
                self.store
                    .write((claimed, token), |connection, held| {
                        Box::pin(comparisons::give_back(connection, held))
                    })
                    .await?;
                return Ok(Step::Stopped);
            }
            compared = self.compared(place, &claimed) => compared?,
        };
        let Some(compared) = compared else {
            // Contract or description was deleted, and with it the comparison.
            return Ok(Step::Worked);
        };
        let made = Made {
            claimed,
            token,
            compared,
        };
        self.store
            .write(made, |connection, made| {
                Box::pin(comparisons::finish(connection, made))
            })
            .await?;
        Ok(Step::Worked)
    }

    /// What a comparison comes to; `None` where one of its sides is gone.
    async fn compared(&self, place: app::Place, claimed: &Claimed) -> app::Result<Option<Compared>> {
        let limit = self.timeout;
        if claimed.attempts > TRIES {
            let problem = format!("it was begun {TRIES} times and never ended");
            return Ok(Some(Compared::impossible(problem)));
        }
        let mut connection = self.store.read().await?;
        let Some(contract) = comparisons::contract(&mut connection, claimed.content_id).await? else {
            return Ok(None);
        };
        let known = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let known = known.filter(|read| read.id == claimed.description_id);
        let source = match known {
            Some(read) => Source::Read(read),
            None => match comparisons::description(&mut connection, claimed.description_id).await? {
                Some(stored) => Source::Stored(stored),
                None => return Ok(None),
            },
        };
        drop(connection);
        let (last, id) = (self.last.clone(), claimed.description_id);
        let work = place.run(move |cancel| {
            let read = match source {
                Source::Read(read) => read,
                Source::Stored(stored) => {
                    let document = Arc::new(Document::read(stored.specification, &stored.document));
                    let read = Read { id, document };
                    *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(read.clone());
                    read
                }
            };
            match &*read.document {
                Ok(document) => compare(document, &contract, cancel),
                Err(problem) => Ok(Compared::impossible(problem.clone())),
            }
        });
        match tokio::time::timeout(limit, work).await {
            Ok(compared) => compared.map(Some),
            Err(_) => Ok(Some(Compared::impossible(format!(
                "it did not end within {}",
                humantime::format_duration(limit)
            )))),
        }
    }
}
