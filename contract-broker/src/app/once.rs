//! Requests with a key are done once: sent again, they get the first answer.

use serde::{Deserialize, Serialize};

use super::{App, Error, Result};
use crate::{
    auth::{Caller, Principal},
    domain::{Refusal, once::Claim, time::now},
    store::once,
};

/// The most bytes of a body that is kept.
pub(crate) const MOST_KEPT: usize = 64 * 1024;
/// For how long a request without an answer is taken to be under way, in microseconds.
const UNDER_WAY: i64 = 120_000_000;
/// Rows that one transaction forgets.
const BATCH: i64 = 1000;

/// An answer that is given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptAnswer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

/// What is known of a request with a key.
pub(crate) enum Earlier {
    /// It was not done yet: this is to be written down with what it does.
    No(Claim),
    /// It was done and answered.
    Answered(KeptAnswer),
}

impl App {
    /// Looks whether a request was done already.
    ///
    /// # Errors
    /// Refused if the key was used for another request, if it is being done, or if its answer was not kept.
    pub(crate) async fn done_earlier(
        &self,
        who: &Principal,
        key: String,
        fingerprint: String,
    ) -> Result<Earlier> {
        let claim = Claim {
            owner: owner(who),
            key,
            fingerprint,
            attempt: uuid::Uuid::new_v4().to_string(),
        };
        let found = once::find(&mut *self.store.read().await?, &claim.owner, &claim.key).await?;
        let Some(found) = found else {
            return Ok(Earlier::No(claim));
        };
        if found.fingerprint != claim.fingerprint {
            let message =
                "this Idempotency-Key was used for another request (other address or body): use a new key";
            return Err(Refusal::Impossible(message.to_owned()).into());
        }
        match found.answer {
            Some(sealed) => Ok(Earlier::Answered(self.open_answer(&claim, &sealed)?)),
            None if now() - found.done_at < UNDER_WAY => Err(Refusal::UnderWay(once::RUNNING).into()),
            None => Err(Refusal::Conflict(NOT_KEPT.to_owned()).into()),
        }
    }

    /// Keeps what was answered, encrypted: it may hold the value of a token.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn keep_answer(&self, claim: Claim, answer: &KeptAnswer) -> Result<()> {
        if answer.body.len() > MOST_KEPT {
            return Ok(());
        }
        let plain = serde_json::to_string(answer).map_err(|error| Error::internal(&error))?;
        let sealed = self.dispatcher.encryption().seal(&plain, &context(&claim));
        self.store
            .write((claim, sealed), |connection, (claim, sealed)| {
                Box::pin(once::keep(connection, claim, sealed))
            })
            .await?;
        Ok(())
    }

    fn open_answer(&self, claim: &Claim, sealed: &str) -> Result<KeptAnswer> {
        // A key that was taken away meanwhile is no fault: the answer is gone with it.
        let plain = self.dispatcher.encryption().open(sealed, &context(claim));
        let plain = plain.map_err(|_| Refusal::Conflict(NOT_KEPT.to_owned()))?;
        serde_json::from_str(&plain).map_err(|error| Error::internal(&error))
    }

    /// Forgets the requests whose time is over; gives their number.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn forget_done_requests(&self) -> Result<u64> {
        let mut forgotten = 0;
        loop {
            let batch = self
                .store
                .write((), |connection, ()| Box::pin(once::forget(connection, BATCH)))
                .await?;
            forgotten += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(forgotten);
            }
        }
    }
}

/// What somebody is told whose request was done, and whose answer is not there.
const NOT_KEPT: &str =
    "the request with this Idempotency-Key was done, and its answer was not kept: read what it changed";

/// Whose a key is.
fn owner(who: &Principal) -> String {
    match who.caller() {
        Caller::Account(account) => format!("account:{}", account.uuid),
        Caller::Settings => format!("settings:{}", who.name()),
        Caller::Operator => "operator".to_owned(),
        Caller::Anonymous | Caller::Job | Caller::Device | Caller::Provider => "anonymous".to_owned(),
    }
}

/// What an answer is encrypted for: no other row can hold it.
fn context(claim: &Claim) -> String {
    format!("keyed request {} {}", claim.owner, claim.key)
}
