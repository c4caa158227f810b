//! Login settings of identity providers, stored for the login.

use serde_json::Value;

use super::{Act, App, Result};
use crate::{auth::Principal, domain::access::Action, store::kept_settings};

/// The name of the setting in the store.
const NAME: &str = "authenticationProviders";

impl App {
    /// Returns who may log in with which identity provider; null if nothing was set.
    pub(crate) async fn login_settings(&self, who: &Principal) -> Result<Value> {
        let mut connection = self.reading_for(who, Action::ReadAuthentication).await?;
        Ok(kept_settings::find(&mut connection, NAME)
            .await?
            .unwrap_or_default())
    }

    /// Sets who may log in with which identity provider.
    pub(crate) async fn set_login_settings(&self, who: &Principal, value: Value) -> Result<()> {
        let before = self.login_settings(who).await?;
        let act = Act::everywhere(Action::ChangeAuthentication, "authentication settings", "");
        self.writing(
            who,
            act.changing(before, value.clone()),
            value,
            |connection, value| Box::pin(kept_settings::put(connection, NAME, value)),
        )
        .await
    }
}
