//! Refused logins and exchanges of tokens, in the log and in the audit log; their number is bounded.

use std::{fmt::Display, time::Instant};

use super::{Act, App, Result};
use crate::auth::{Origin, Principal};

impl App {
    /// Writes a refusal into the log.
    pub(super) fn log_refusal(&self, origin: &Origin, what: &'static str, why: &dyn Display) {
        if let Some(left_out) = self.refusals.one_more(Instant::now()) {
            tracing::warn!(
                address = origin.ip.map(tracing::field::display),
                why = %why,
                not_logged_before = (left_out > 0).then_some(left_out),
                "{what}"
            );
        }
    }

    /// Writes into the audit log that somebody did not get what they wanted; of a flood only the first.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn note_denial(&self, who: &Principal, act: Act) -> Result<()> {
        if self.denials.one_more(Instant::now()).is_none() {
            return Ok(());
        }
        let permit = self.permit(who, act).await?;
        self.done(permit).await
    }
}
