//! Environments.

use super::{App, Result};
use crate::{
    auth::Principal,
    store::environments::{self, Environment, Fields},
};

/// An environment and what it is to be.
struct Edit {
    uuid: String,
    fields: Fields,
}

impl App {
    /// All environments.
    pub(crate) async fn environments(&self, who: &Principal) -> Result<Vec<Environment>> {
        Ok(environments::list(&mut *self.reading(who).await?).await?)
    }

    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn environment(&self, who: &Principal, uuid: &str) -> Result<Environment> {
        Ok(environments::require(&mut *self.reading(who).await?, uuid).await?)
    }

    /// The environment of this name, if there is one.
    pub(crate) async fn environment_named(&self, who: &Principal, name: &str) -> Result<Option<Environment>> {
        Ok(environments::named(&mut *self.reading(who).await?, name).await?)
    }

    /// # Errors
    /// Refused where there is one of this name.
    pub(crate) async fn create_environment(&self, who: &Principal, fields: Fields) -> Result<Environment> {
        let uuid = uuid::Uuid::new_v4().to_string();
        self.writing(who, Edit { uuid, fields }, |connection, edit| {
            Box::pin(environments::create(connection, &edit.uuid, &edit.fields))
        })
        .await
    }

    /// # Errors
    /// Refused where there is none with this uuid, or another one has this name.
    pub(crate) async fn replace_environment(
        &self,
        who: &Principal,
        uuid: String,
        fields: Fields,
    ) -> Result<Environment> {
        self.writing(who, Edit { uuid, fields }, |connection, edit| {
            Box::pin(environments::update(connection, &edit.uuid, &edit.fields))
        })
        .await
    }

    /// Deletes an environment with what was recorded in it.
    ///
    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn delete_environment(&self, who: &Principal, uuid: String) -> Result<()> {
        self.writing(who, uuid, |connection, uuid| {
            Box::pin(environments::delete(connection, uuid))
        })
        .await
    }
}
