//! Deployments and releases.

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
    /// The uuid of the environment.
    pub(crate) environment: String,
    /// The application instance; empty if none is named.
    pub(crate) instance: String,
}

/// What was recorded.
struct Written {
    recorded: deployments::Recorded,
    production: bool,
}

/// A record, by its kind and uuid.
struct RecordAt {
    kind: Kind,
    uuid: String,
}

/// The deployments and releases in an environment.
pub(crate) struct InEnvironment {
    pub(crate) environment: Environment,
    pub(crate) records: Vec<Deployment>,
}

/// A requested record.
pub(crate) struct Record {
    pub(crate) record: Deployment,
    /// Whether this call created it.
    pub(crate) created: bool,
}

impl App {
    /// Records that a version was deployed. It replaces another version of its pacticipant on the same
    /// instance.
    ///
    /// # Errors
    /// Refused if there is no such version or environment.
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

    /// Records that a version was released, in addition to other versions of its pacticipant.
    ///
    /// # Errors
    /// Refused if there is no such version or environment.
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
    /// Refused if there is no such record.
    pub(crate) async fn deployment(&self, who: &Principal, kind: Kind, uuid: &str) -> Result<Deployment> {
        Ok(deployments::require(&mut *self.reading(who).await?, kind, uuid).await?)
    }

    /// Returns the records of a version in an environment.
    ///
    /// # Errors
    /// Refused if there is no such version or environment.
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

    /// Returns what is currently in an environment, for all pacticipants or one.
    ///
    /// # Errors
    /// Refused if there is no such environment.
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

    /// Records that a version is no longer there; with `current` it only checks whether it is.
    ///
    /// # Errors
    /// Refused if there is no such record, or if a record that ended should be current again. `flag` is the
    /// client's name of the member.
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

    /// Deletes a record that was created by mistake.
    ///
    /// # Errors
    /// Refused if there is no such record.
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
