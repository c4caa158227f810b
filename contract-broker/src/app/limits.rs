//! What may be stored at most. It is checked in the transaction of each change.

use crate::{
    domain::{Refusal, access::Action, tenant::TenantLimits},
    store::{self, Connection, limits},
};

/// What brings in documents of any size.
const FILLING: [Action; 3] = [
    Action::PublishContract,
    Action::PublishProviderContract,
    Action::PublishResult,
];

/// The limits, and what there was before a change.
pub(super) struct Before {
    limits: TenantLimits,
    applications: i64,
}

/// Refuses to publish into a database that is full, and looks how many applications there are.
///
/// # Errors
/// Refused: which limit; database errors.
pub(super) async fn before(
    connection: &mut Connection,
    limits: TenantLimits,
    action: &str,
) -> store::Result<Before> {
    if let Some(most) = limits
        .bytes
        .filter(|_| FILLING.iter().any(|filling| filling.name() == action))
    {
        let bytes = limits::bytes(connection).await?;
        if bytes >= most {
            return Err(Refusal::OverLimit(format!(
                "the limit on bytes is reached: the database takes {bytes} of {most} bytes. Delete what is not needed any \
                 more, let retention do it, or ask who runs the broker for more"
            ))
            .into());
        }
    }
    let applications = match limits.applications {
        Some(_) => limits::applications(connection).await?,
        None => 0,
    };
    Ok(Before { limits, applications })
}

impl Before {
    /// Refuses a change that added an application too many. What exceeds the limit already may be changed.
    ///
    /// # Errors
    /// Refused: the limit; database errors.
    pub(super) async fn after(self, connection: &mut Connection) -> store::Result<()> {
        let Some(most) = self.limits.applications else {
            return Ok(());
        };
        let now = limits::applications(connection).await?;
        if now > most && now > self.applications {
            return Err(Refusal::OverLimit(format!(
                "the limit on applications is reached: there may be {most}. Delete one that is not needed any more, or ask who \
                 runs the broker for more"
            ))
            .into());
        }
        Ok(())
    }
}
