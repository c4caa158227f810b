//! Deletes data. Large deletions are split into many short transactions, so that they do not block others for
//! long. If one fails, the deletion can be requested again.

use std::collections::HashSet;

use super::{
    Act, App, Error, Permit, Result,
    contracts::{ContractAt, Pair, pair_ids, require},
};
use crate::{
    auth::Principal,
    domain::access::Action,
    store::{
        Slice, branches,
        contracts::{self, ContractRef, ContractSet, Parties},
        deletion,
        integrations::{self, PairIds},
        pacticipants, tags, versions,
    },
};

/// Contracts of one provider, by their consumer versions.
struct ContractsOf {
    provider: i64,
    versions: Vec<i64>,
}

/// Branches of a pacticipant to delete.
#[derive(Clone)]
struct BranchesOf {
    pacticipant: i64,
    /// Newer branches are kept.
    newest: i64,
    keep: HashSet<String>,
}

/// A tag of a version.
struct TagOf {
    pacticipant: i64,
    version: i64,
    tag: String,
}

impl App {
    /// Deletes a pacticipant with its versions, branches, tags, labels, contracts on both sides and results.
    ///
    /// # Errors
    /// Refused if there is no such pacticipant.
    pub(crate) async fn delete_pacticipant(&self, who: &Principal, name: &str) -> Result<()> {
        let permit = self
            .permit(who, Act::application(Action::DeleteApplication, name))
            .await?;
        let mut connection = self.reading(who).await?;
        let provider = pacticipants::require(&mut connection, name).await?.id;
        // First the consumers' contracts and its own versions, in batches; then the rest.
        let consumers = integrations::of_provider(&mut connection, provider).await?;
        drop(connection);
        for consumer in consumers {
            self.delete_pair(&permit, PairIds { consumer, provider }).await?;
        }
        self.delete_versions(&permit, provider).await?;
        self.recorded(permit, provider, |connection, id| {
            Box::pin(deletion::pacticipant(connection, *id))
        })
        .await
    }

    /// Deletes the versions of a pacticipant, in batches.
    async fn delete_versions(&self, permit: &Permit, id: i64) -> Result<()> {
        while self
            .step(permit, id, |connection, id| {
                Box::pin(deletion::some_versions(connection, *id))
            })
            .await?
        {}
        Ok(())
    }

    /// Deletes all contracts of a pair, in batches.
    async fn delete_pair(&self, permit: &Permit, pair: PairIds) -> Result<()> {
        while self
            .step(permit, pair, |connection, pair| {
                Box::pin(async move {
                    let PairIds { consumer, provider } = *pair;
                    let versions = deletion::some_versions_of_pair(connection, consumer, provider).await?;
                    deletion::contracts(connection, provider, &versions).await?;
                    Ok(!versions.is_empty())
                })
            })
            .await?
        {}
        Ok(())
    }

    /// Deletes a version with its contracts and results.
    ///
    /// # Errors
    /// Refused if there is no such version.
    pub(crate) async fn delete_version(
        &self,
        who: &Principal,
        pacticipant: &str,
        number: &str,
    ) -> Result<()> {
        let found = versions::require(&mut *self.reading(who).await?, pacticipant, number).await?;
        let name = format!("{pacticipant} {number}");
        let act = Act::applications(
            Action::DeleteVersion,
            vec![pacticipant.to_owned()],
            "version",
            name,
        );
        self.writing(who, act, found.id, |connection, id| {
            Box::pin(async move { deletion::versions(connection, &[*id]).await })
        })
        .await?;
        Ok(())
    }

    /// Deletes a branch; its versions are kept.
    ///
    /// # Errors
    /// Refused if there is no such branch.
    pub(crate) async fn delete_branch(&self, who: &Principal, pacticipant: &str, name: &str) -> Result<()> {
        let found = branches::require(&mut *self.reading(who).await?, pacticipant, name).await?;
        let name = format!("{pacticipant} {name}");
        let act = Act::applications(
            Action::ChangeVersion,
            vec![pacticipant.to_owned()],
            "branch",
            name,
        );
        self.writing(who, act, found.id, |connection, id| {
            Box::pin(deletion::branch(connection, *id))
        })
        .await
    }

    /// Deletes all branches except the main branch and the excluded ones. They are deleted when this returns,
    /// so a restart of the broker loses nothing. Branches created concurrently are kept.
    ///
    /// # Errors
    /// Refused if there is no such pacticipant.
    pub(crate) async fn delete_branches(
        &self,
        who: &Principal,
        pacticipant: &str,
        keep: HashSet<String>,
    ) -> Result<()> {
        let act = Act::application(Action::DeleteBranches, pacticipant);
        let permit = self.permit(who, act).await?;
        let mut connection = self.reading(who).await?;
        let pacticipant = pacticipants::require(&mut connection, pacticipant).await?.id;
        let newest = deletion::newest_branch(&mut connection, pacticipant).await?;
        drop(connection);
        let going = BranchesOf {
            pacticipant,
            newest,
            keep,
        };
        while self
            .step(&permit, going.clone(), |connection, going| {
                Box::pin(deletion::some_branches(
                    connection,
                    going.pacticipant,
                    going.newest,
                    &going.keep,
                ))
            })
            .await?
        {}
        self.done(permit).await
    }

    /// Removes a version from a branch.
    ///
    /// # Errors
    /// Refused if the version is not on the branch.
    pub(crate) async fn delete_branch_version(
        &self,
        who: &Principal,
        pacticipant: &str,
        branch: &str,
        number: &str,
    ) -> Result<()> {
        let found = self.branch_version(who, pacticipant, branch, number).await?;
        let name = format!("{pacticipant} {number} on {branch}");
        let act = Act::applications(
            Action::ChangeVersion,
            vec![pacticipant.to_owned()],
            "branch version",
            name,
        );
        self.writing(who, act, found, |connection, found| {
            Box::pin(deletion::branch_version(
                connection,
                found.branch_id,
                found.version_id,
            ))
        })
        .await
    }

    /// Removes a tag from a version.
    ///
    /// # Errors
    /// Refused if the version does not have the tag.
    pub(crate) async fn delete_tag(
        &self,
        who: &Principal,
        pacticipant: &str,
        number: &str,
        tag: String,
    ) -> Result<()> {
        let mut connection = self.reading(who).await?;
        let version = tags::find(&mut connection, pacticipant, number, &tag)
            .await?
            .version_id;
        let name = format!("{pacticipant} {number} tag {tag}");
        let act = Act::applications(Action::ChangeVersion, vec![pacticipant.to_owned()], "tag", name);
        let pacticipant = pacticipants::require(&mut connection, pacticipant).await?.id;
        drop(connection);
        let going = TagOf {
            pacticipant,
            version,
            tag,
        };
        self.writing(who, act, going, |connection, going| {
            Box::pin(deletion::tag(
                connection,
                going.pacticipant,
                going.version,
                &going.tag,
            ))
        })
        .await
    }

    /// Deletes the contract of one consumer version; the version is kept.
    ///
    /// # Errors
    /// Refused if there is no such contract.
    pub(crate) async fn delete_contract(&self, who: &Principal, pair: &Pair, version: String) -> Result<()> {
        let act = of_contracts(Action::DeleteContract, pair, &version);
        let at = ContractAt::ContractRef(ContractRef::Version(version));
        let found = require(&mut *self.reading(who).await?, pair, &at).await?;
        let going = ContractsOf {
            provider: found.provider_id,
            versions: vec![found.consumer_version_id],
        };
        self.writing(who, act, going, |connection, going| {
            Box::pin(async move {
                deletion::contracts(connection, going.provider, &going.versions).await?;
                Ok(())
            })
        })
        .await
    }

    /// Deletes the contracts of a list, in batches; their versions are kept.
    ///
    /// # Errors
    /// Refused if there is no such consumer or provider.
    pub(crate) async fn delete_contracts(
        &self,
        who: &Principal,
        pair: &Pair,
        set: &ContractSet,
    ) -> Result<()> {
        let permit = self
            .permit(who, of_contracts(Action::DeleteContract, pair, ""))
            .await?;
        let mut connection = self.reading(who).await?;
        let ids = pair_ids(&mut connection, pair).await?;
        let found = contracts::list(&mut connection, Parties::pair(ids), set, Slice::WHOLE).await?;
        drop(connection);
        let versions: Vec<i64> = found
            .rows
            .into_iter()
            .map(|publication| publication.consumer_version_id)
            .collect();
        let batch = usize::try_from(deletion::BATCH).unwrap_or(1);
        for part in versions.chunks(batch) {
            let going = ContractsOf {
                provider: ids.provider,
                versions: part.to_vec(),
            };
            self.step(&permit, going, |connection, going| {
                Box::pin(deletion::contracts(connection, going.provider, &going.versions))
            })
            .await?;
        }
        self.done(permit).await
    }

    /// Deletes an integration with its contracts, results and webhooks, and the versions and pacticipants that are
    /// then unused.
    ///
    /// # Errors
    /// Refused if there is no such integration.
    pub(crate) async fn delete_integration(&self, who: &Principal, pair: &Pair) -> Result<()> {
        let permit = self
            .permit(who, of_contracts(Action::DeleteIntegration, pair, ""))
            .await?;
        let mut connection = self.reading(who).await?;
        let ids = pair_ids(&mut connection, pair).await?;
        if !integrations::exists(&mut connection, ids).await? {
            let Pair { consumer, provider } = pair;
            return Err(Error::not_found(format!(
                "No integration of '{consumer}' and '{provider}' found"
            )));
        }
        drop(connection);
        loop {
            self.delete_pair(&permit, ids).await?;
            let gone = self
                .step(&permit, ids, |connection, ids| {
                    Box::pin(deletion::integration(connection, ids.consumer, ids.provider))
                })
                .await?;
            if gone {
                break;
            }
        }
        for id in [ids.consumer, ids.provider] {
            while self
                .step(&permit, id, |connection, id| {
                    Box::pin(deletion::some_unused_versions(connection, *id))
                })
                .await?
            {}
            self.step(&permit, id, |connection, id| {
                Box::pin(deletion::unused_pacticipant(connection, *id))
            })
            .await?;
        }
        self.done(permit).await
    }

    /// Deletes everything except environments: webhooks with their deliveries, and every pacticipant with its
    /// data.
    pub(crate) async fn delete_everything(&self, who: &Principal) -> Result<()> {
        let act = Act::everywhere(Action::DeleteEverything, "broker", "");
        let permit = self.permit(who, act).await?;
        let all = deletion::all_pacticipants(&mut *self.reading(who).await?).await?;
        self.step(&permit, (), |connection, ()| {
            Box::pin(deletion::webhooks(connection))
        })
        .await?;
        while self
            .step(&permit, (), |connection, ()| {
                Box::pin(deletion::some_deliveries(connection))
            })
            .await?
        {}
        for pacticipant in all {
            self.delete_versions(&permit, pacticipant).await?;
            self.step(&permit, pacticipant, |connection, id| {
                Box::pin(deletion::pacticipant(connection, *id))
            })
            .await?;
        }
        self.done(permit).await
    }
}

/// Returns the action on the contracts of a pair: they belong to the consumer.
fn of_contracts(action: Action, pair: &Pair, version: &str) -> Act {
    let name = format!("{} {version} with {}", pair.consumer, pair.provider);
    Act::applications(action, vec![pair.consumer.clone()], "contract", name)
}
