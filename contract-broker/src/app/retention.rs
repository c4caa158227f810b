//! Deleting what no rule of retention keeps.

use super::{Act, App, Result, act};
use crate::{
    auth::Principal,
    domain::{
        access::{Action, Tie},
        retention::Rules,
    },
    jobs::{Deleted, Summary},
    store::retention::Judged,
};

/// What retention would do.
pub(crate) struct RetentionPlan {
    /// Whether it runs in the background.
    pub(crate) enabled: bool,
    pub(crate) rules: Rules,
    pub(crate) summary: Summary,
}

impl App {
    /// Judges every version, in the order of creation, and deletes none.
    pub(crate) async fn plan_retention(
        &self,
        who: &Principal,
        each: impl FnMut(Judged) + Send,
    ) -> Result<RetentionPlan> {
        act::allow(who, Action::ReadContracts, Tie::NONE)?;
        // It looks at every version.
        let _place = self.heavy.place().await?;
        Ok(RetentionPlan {
            enabled: self.retention.enabled,
            rules: self.retention.rules,
            summary: self.retention.plan(each).await?,
        })
    }

    /// Deletes every version that may go, whether it is time for it or not.
    pub(crate) async fn apply_retention(&self, who: &Principal) -> Result<Deleted> {
        let permit = self
            .permit(who, Act::everywhere(Action::ApplyRetention, "retention", ""))
            .await?;
        let deleted = self.retention.clean().await?;
        self.done(permit).await?;
        Ok(deleted)
    }
}
