//! Initial data of a new database: the predefined roles and the default team.

use super::{roles, teams};
use crate::{
    domain::access::ADMINISTRATOR,
    store::{Connection, Result},
};

/// Returns whether the predefined roles exist.
pub(crate) async fn is_done(connection: &mut Connection) -> Result<bool> {
    Ok(roles::find(connection, ADMINISTRATOR.uuid).await?.is_some())
}

/// Creates the predefined roles and the default team, unless another node created them concurrently.
pub(crate) async fn seed(connection: &mut Connection) -> Result<()> {
    if is_done(connection).await? {
        return Ok(());
    }
    roles::reset(connection).await?;
    teams::create_default(connection).await
}
