//! What operators do about tenants at a running broker: it is done to the end, also if whoever asked for it leaves.

use std::sync::Arc;

use super::{NewTenant, Registry};
use crate::{
    app::{Error, Result},
    config::Secret,
    domain::tenant::TenantName,
};

impl Registry {
    /// Makes a tenant. Gives the token of its administrator, which is told once.
    ///
    /// # Errors
    /// As [`Control::create`](super::Control::create).
    pub(crate) async fn create(self: &Arc<Self>, actor: &str, new: NewTenant) -> Result<Secret> {
        let (registry, actor) = (self.clone(), actor.to_owned());
        let made = tokio::spawn(async move { registry.control().create(&actor, new).await });
        made.await.map_err(|error| Error::internal(&error))?
    }

    /// Deletes a tenant with everything that it stores.
    ///
    /// # Errors
    /// Refused where there is none; what cannot be deleted.
    pub(crate) async fn delete(self: &Arc<Self>, actor: &str, name: &TenantName) -> Result<()> {
        let (registry, actor, name) = (self.clone(), actor.to_owned(), name.clone());
        let deleted = tokio::spawn(async move {
            let control = registry.control();
            control.begin_deletion(&actor, &name).await?;
            registry.close_unused(&name).await;
            control.end_deletion(&name).await
        });
        deleted.await.map_err(|error| Error::internal(&error))?
    }
}
