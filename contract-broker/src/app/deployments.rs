//! What is deployed and released where.

use super::{Act, App, Result};
use crate::{
    auth::Principal,
    domain::{Refusal, access::Action},
    metrics::Recorded,
    store::{
        Connection,
        deployments::{self, Deployment, Kind},
        environments::{self, Environment},
        versions::{self, Version},
    },
};

/// A version and the environment that it is recorded in.
#[derive(Debug, Clone)]
pub(crate) struct RecordedVersion {
    pub(crate) pacticipant: String,
    pub(crate) number: String,
    /// By its uuid.
    pub(crate) environment: String,
    /// The application instance; empty for the only one.
    pub(crate) instance: String,
}

/// What was written.
struct Written {
    recorded: deployments::Recorded,
    production: bool,
}

/// A record, by its kind and uuid.
struct RecordAt {
    kind: Kind,
    uuid: String,
}

/// What an environment has.
pub(crate) struct InEnvironment {
    pub(crate) environment: Environment,
    pub(crate) records: Vec<Deployment>,
}

/// A record that was asked for.
pub(crate) struct Record {
    pub(crate) record: Deployment,
    /// Whether it was made now.
    pub(crate) created: bool,
}

impl App {
    /// Records that a version was deployed; it takes the place of another version of its pacticipant, for the same
    /// instance.
    ///
    /// # Errors
    /// Refused where there is no such version or environment.
    pub(crate) async fn record_deployment(
        &self,
        who: &Principal,
        version: RecordedVersion,
    ) -> Result<Record> {
        let act = Act::placement(
            Action::Record,
            &version.pacticipant,
            &version.number,
            &version.environment,
        );
        let written = self
            .writing(who, act, version, |connection, recorded| {
                Box::pin(async move {
                    let (version, environment) = both(connection, recorded).await?;
                    let owner = version.pacticipant_id;
                    let instance = &recorded.instance;
                    let recorded =
                        deployments::deploy(connection, owner, version.id, environment.id, instance, false)
                            .await?;
                    let production = environment.fields.production;
                    Ok(Written { recorded, production })
                })
            })
            .await?;
        self.usage.recorded(Recorded::Deployed, written.production);
        let uuid = &written.recorded.uuid;
        let record = self.deployment(who, Kind::Deployed, uuid).await?;
        Ok(Record {
            record,
            created: true,
        })
    }

    /// Records that a version was released, beside others of its pacticipant.
    ///
    /// # Errors
    /// Refused where there is no such version or environment.
    pub(crate) async fn record_release(&self, who: &Principal, version: RecordedVersion) -> Result<Record> {
        let act = Act::placement(
            Action::Record,
            &version.pacticipant,
            &version.number,
            &version.environment,
        );
        let written = self
            .writing(who, act, version, |connection, recorded| {
                Box::pin(async move {
                    let (version, environment) = both(connection, recorded).await?;
                    let owner = version.pacticipant_id;
                    let recorded =
                        deployments::release(connection, owner, version.id, environment.id).await?;
                    let production = environment.fields.production;
                    Ok(Written { recorded, production })
                })
            })
            .await?;
        let deployments::Recorded { uuid, created } = &written.recorded;
        if *created {
            self.usage.recorded(Recorded::Released, written.production);
        }
        let record = self.deployment(who, Kind::Released, uuid).await?;
        Ok(Record {
            record,
            created: *created,
        })
    }

    /// # Errors
    /// Refused where there is no such record.
    pub(crate) async fn deployment(&self, who: &Principal, kind: Kind, uuid: &str) -> Result<Deployment> {
        Ok(deployments::require(&mut *self.reading(who).await?, kind, uuid).await?)
    }

    /// What was recorded of a version in an environment.
    ///
    /// # Errors
    /// Refused where there is no such version or environment.
    pub(crate) async fn deployments_of_version(
        &self,
        who: &Principal,
        kind: Kind,
        version: &RecordedVersion,
    ) -> Result<InEnvironment> {
        let mut connection = self.reading(who).await?;
        let (version, environment) = both(&mut connection, version).await?;
        let records = deployments::of_version(&mut connection, kind, version.id, environment.id).await?;
        Ok(InEnvironment { environment, records })
    }

    /// What is in an environment now, perhaps of one pacticipant alone.
    ///
    /// # Errors
    /// Refused where there is no such environment.
    pub(crate) async fn current_deployments(
        &self,
        who: &Principal,
        kind: Kind,
        environment: &str,
        pacticipant: Option<&str>,
    ) -> Result<InEnvironment> {
        let mut connection = self.reading(who).await?;
        let environment = environments::require(&mut connection, environment).await?;
        let records = deployments::current(&mut connection, kind, environment.id, pacticipant).await?;
        Ok(InEnvironment { environment, records })
    }

    /// Records that a version is no longer there, or with `current` only looks whether it is.
    ///
    /// # Errors
    /// Refused where there is no such record, or one that ended is to go on: `flag` is what its client calls that.
    pub(crate) async fn set_current(
        &self,
        who: &Principal,
        kind: Kind,
        uuid: String,
        current: Option<bool>,
        flag: &str,
    ) -> Result<Deployment> {
        let record = self.deployment(who, kind, &uuid).await?;
        match current {
            Some(false) => {
                let act = act_on(Action::EndRecord, &record);
                self.writing(who, act, RecordAt { kind, uuid }, |connection, recorded| {
                    Box::pin(deployments::finish(connection, recorded.kind, &recorded.uuid))
                })
                .await
            }
            Some(true) if record.ended_at.is_some() => {
                let message = format!(
                    "The {flag} property cannot be set back to true. Please record a new deployment or release."
                );
                Err(Refusal::Impossible(message).into())
            }
            _ => Ok(record),
        }
    }

    /// Deletes a record that was made by mistake.
    ///
    /// # Errors
    /// Refused where there is no such record.
    pub(crate) async fn delete_deployment(&self, who: &Principal, kind: Kind, uuid: String) -> Result<()> {
        let record = self.deployment(who, kind, &uuid).await?;
        let act = act_on(Action::DeleteRecord, &record);
        self.writing(who, act, RecordAt { kind, uuid }, |connection, recorded| {
            Box::pin(deployments::delete(connection, recorded.kind, &recorded.uuid))
        })
        .await
    }
}

fn act_on(action: Action, record: &Deployment) -> Act {
    Act::placement(
        action,
        &record.pacticipant,
        &record.version,
        &record.environment_uuid,
    )
}

async fn both(
    connection: &mut Connection,
    recorded: &RecordedVersion,
) -> crate::store::Result<(Version, Environment)> {
    let version = versions::require(connection, &recorded.pacticipant, &recorded.number).await?;
    let environment = environments::require(connection, &recorded.environment).await?;
    Ok((version, environment))
}
