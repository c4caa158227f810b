//! Deletes versions that no retention rule keeps.

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

/// The versions that retention would delete or keep.
pub(crate) struct RetentionPlan {
    /// Whether it runs in the background.
    pub(crate) enabled: bool,
    pub(crate) rules: Rules,
    pub(crate) summary: Summary,
}

impl App {
    /// Judges every version, in creation order, without deleting any.
    pub(crate) async fn plan_retention(
        &self,
        who: &Principal,
        each: impl FnMut(Judged) + Send,
    ) -> Result<RetentionPlan> {
        act::allow(who, Action::ReadContracts, Tie::NONE)?;
        // It examines every version.
        let _place = self.heavy.place().await?;
        Ok(RetentionPlan {
            enabled: self.retention.enabled,
            rules: self.retention.rules,
            summary: self.retention.plan(each).await?,
        })
    }

    /// Deletes every version that no rule keeps, even if the job is not due yet.
    pub(crate) async fn apply_retention(&self, who: &Principal) -> Result<Deleted> {
        let permit = self
            .permit(who, Act::everywhere(Action::ApplyRetention, "retention", ""))
            .await?;
        let deleted = self.retention.clean().await?;
        self.done(permit).await?;
        Ok(deleted)
    }
}
