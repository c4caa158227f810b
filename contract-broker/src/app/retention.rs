//! What retention would delete, and why the rest stays.

use super::{App, Result};
use crate::{auth::Principal, jobs::Summary, store::retention::Judged};

impl App {
    /// Judges every version, in the order of creation, and deletes none.
    pub(crate) async fn plan_retention(
        &self,
        who: &Principal,
        each: impl FnMut(Judged) + Send,
    ) -> Result<Summary> {
        super::allow(who, crate::auth::Access::Read)?;
        // It looks at every version.
        let _place = self.heavy.place().await?;
        Ok(self.retention.plan(each).await?)
    }
}
