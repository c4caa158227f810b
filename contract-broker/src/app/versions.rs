//! Versions of pacticipants, with their branches and tags.

use std::collections::HashMap;

use super::{Act, App, Error, Result, pacticipants::check_name};
use crate::{
    auth::Principal,
    domain::access::Action,
    store::{
        self, Connection, Listed, Slice,
        branches::{self, Branch, Membership},
        contracts::{self, Publication},
        environments::{self, Environment},
        pacticipants,
        tags::{self, Tagged},
        versions::{self, Details, Version, VersionsOf},
    },
};

/// Which versions of a pacticipant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum VersionFilter {
    All,
    OnBranch(String),
    WithTag(String),
    /// By the uuid of the environment that they are in.
    InEnvironment(String),
}

/// A part of the versions of a pacticipant, with what is shown of each.
pub(crate) struct Versions {
    pub(crate) listed: Listed<Version>,
    /// By the id of the version.
    pub(crate) details: HashMap<i64, Details>,
    /// By the id of the version, the contracts that were published with it.
    pub(crate) contracts: HashMap<i64, Vec<Publication>>,
}

/// A version, with what is shown of it.
pub(crate) struct VersionDetails {
    pub(crate) version: Version,
    pub(crate) details: Details,
    /// The contracts that were published with it.
    pub(crate) contracts: Vec<Publication>,
    /// All environments, which it may be recorded in.
    pub(crate) environments: Vec<Environment>,
}

/// What is to become of a version.
#[derive(Debug)]
pub(crate) struct VersionChange {
    pub(crate) pacticipant: String,
    pub(crate) number: String,
    pub(crate) build_url: Option<String>,
    /// Whether a build URL that is not named is removed.
    pub(crate) replace: bool,
    /// Tags that it gets.
    pub(crate) tags: Vec<String>,
}

/// A version and the branch or the tag that it gets.
struct Placed {
    pacticipant: String,
    number: String,
    name: String,
    main_candidates: Vec<String>,
}

impl Placed {
    /// Creates what is missing of pacticipant and version.
    async fn ensure(&self, connection: &mut Connection) -> store::Result<Ids> {
        let pacticipant = pacticipants::ensure_one(connection, &self.pacticipant).await?;
        let version = versions::ensure(connection, pacticipant, &self.number, None).await?;
        Ok(Ids {
            pacticipant,
            version: version.id,
        })
    }
}

/// The ids of a version and of its pacticipant.
struct Ids {
    pacticipant: i64,
    version: i64,
}

struct Edit {
    change: VersionChange,
    main_candidates: Vec<String>,
}

impl App {
    /// Versions of a pacticipant, the newest first.
    ///
    /// # Errors
    /// Refused where there is no such pacticipant or environment.
    pub(crate) async fn versions(
        &self,
        who: &Principal,
        pacticipant: &str,
        filter: &VersionFilter,
        slice: Slice,
    ) -> Result<Versions> {
        let mut connection = self.reading(who).await?;
        let of = chosen(&mut connection, filter).await?;
        let owner = pacticipants::require(&mut connection, pacticipant).await?;
        let listed = versions::list(&mut connection, owner.id, of, slice).await?;
        let ids: Vec<i64> = listed.rows.iter().map(|version| version.id).collect();
        Ok(Versions {
            details: versions::details(&mut connection, &ids).await?,
            contracts: published_with(&mut connection, &ids).await?,
            listed,
        })
    }

    /// # Errors
    /// Refused where there is no such version.
    pub(crate) async fn version(
        &self,
        who: &Principal,
        pacticipant: &str,
        number: &str,
    ) -> Result<VersionDetails> {
        let mut connection = self.reading(who).await?;
        let version = versions::require(&mut connection, pacticipant, number).await?;
        described(&mut connection, version).await
    }

    /// The newest of some versions of a pacticipant.
    ///
    /// # Errors
    /// Refused where there is none.
    pub(crate) async fn newest_version(
        &self,
        who: &Principal,
        pacticipant: &str,
        filter: &VersionFilter,
    ) -> Result<VersionDetails> {
        let mut connection = self.reading(who).await?;
        let owner = pacticipants::require(&mut connection, pacticipant).await?;
        let of = chosen(&mut connection, filter).await?;
        let newest = versions::latest(&mut connection, owner.id, of).await?;
        let version = newest.ok_or_else(|| {
            let which = match filter {
                VersionFilter::OnBranch(branch) => format!(" on branch '{branch}'"),
                VersionFilter::WithTag(tag) => format!(" with tag '{tag}'"),
                VersionFilter::All | VersionFilter::InEnvironment(_) => String::new(),
            };
            Error::not_found(format!("No version of pacticipant '{pacticipant}'{which} found"))
        })?;
        described(&mut connection, version).await
    }

    /// Creates a version, or changes it. Says whether it created it.
    ///
    /// # Errors
    /// Refused where no version or pacticipant may have this name.
    pub(crate) async fn change_version(&self, who: &Principal, change: VersionChange) -> Result<bool> {
        check_name("pacticipant", &change.pacticipant)?;
        check_name("number", &change.number)?;
        let main_candidates = self.config.branches_main_candidates.clone();
        let name = format!("{} {}", change.pacticipant, change.number);
        let act = Act::applications(
            Action::ChangeVersion,
            vec![change.pacticipant.clone()],
            "version",
            name,
        );
        self.writing(
            who,
            act,
            Edit {
                change,
                main_candidates,
            },
            |connection, edit| {
                Box::pin(async move {
                    let change = &edit.change;
                    let owner = pacticipants::ensure_one(connection, &change.pacticipant).await?;
                    let build_url = change.build_url.as_deref();
                    let ensured = versions::ensure(connection, owner, &change.number, build_url).await?;
                    if change.replace {
                        versions::set_build_url(connection, ensured.id, build_url).await?;
                    }
                    for tag in &change.tags {
                        tags::add(connection, owner, ensured.id, tag, &edit.main_candidates).await?;
                    }
                    Ok(ensured.created)
                })
            },
        )
        .await
    }

    /// The branches of a pacticipant whose name contains a text.
    ///
    /// # Errors
    /// Refused where there is no such pacticipant.
    pub(crate) async fn branches(
        &self,
        who: &Principal,
        pacticipant: &str,
        like: Option<&str>,
        slice: Slice,
    ) -> Result<Listed<Branch>> {
        let mut connection = self.reading(who).await?;
        let owner = pacticipants::require(&mut connection, pacticipant).await?;
        Ok(branches::list(&mut connection, owner.id, like, slice).await?)
    }

    /// # Errors
    /// Refused where there is no such branch.
    pub(crate) async fn branch(&self, who: &Principal, pacticipant: &str, name: &str) -> Result<Branch> {
        Ok(branches::require(&mut *self.reading(who).await?, pacticipant, name).await?)
    }

    /// A version on a branch.
    ///
    /// # Errors
    /// Refused where it is not there.
    pub(crate) async fn branch_version(
        &self,
        who: &Principal,
        pacticipant: &str,
        branch: &str,
        number: &str,
    ) -> Result<Membership> {
        let mut connection = self.reading(who).await?;
        Ok(branches::membership(&mut connection, pacticipant, branch, number).await?)
    }

    /// Puts a version on a branch; what is missing of pacticipant, version and branch is created. Says whether it was not
    /// there before.
    ///
    /// # Errors
    /// Refused where a name cannot be one.
    pub(crate) async fn put_on_branch(
        &self,
        who: &Principal,
        pacticipant: String,
        branch: String,
        number: String,
    ) -> Result<bool> {
        check_name("pacticipant", &pacticipant)?;
        check_name("branch", &branch)?;
        check_name("version", &number)?;
        let placed = Placed {
            pacticipant,
            number,
            name: branch,
            main_candidates: self.config.branches_main_candidates.clone(),
        };
        let name = format!("{} {} on {}", placed.pacticipant, placed.number, placed.name);
        let act = Act::applications(
            Action::ChangeVersion,
            vec![placed.pacticipant.clone()],
            "branch version",
            name,
        );
        self.writing(who, act, placed, |connection, placed| {
            Box::pin(async move {
                let Ids { pacticipant, version } = placed.ensure(connection).await?;
                let candidates = &placed.main_candidates;
                branches::add_version(connection, pacticipant, version, &placed.name, false, candidates).await
            })
        })
        .await
    }

    /// A tag of a version.
    ///
    /// # Errors
    /// Refused where it has not got it.
    pub(crate) async fn tag(
        &self,
        who: &Principal,
        pacticipant: &str,
        number: &str,
        tag: &str,
    ) -> Result<Tagged> {
        Ok(tags::find(&mut *self.reading(who).await?, pacticipant, number, tag).await?)
    }

    /// Tags a version; what is missing of pacticipant and version is created. Says whether it had not got the tag.
    ///
    /// # Errors
    /// Refused where a name cannot be one.
    pub(crate) async fn add_tag(
        &self,
        who: &Principal,
        pacticipant: String,
        number: String,
        tag: String,
    ) -> Result<bool> {
        check_name("pacticipant", &pacticipant)?;
        check_name("version", &number)?;
        check_name("tag", &tag)?;
        let placed = Placed {
            pacticipant,
            number,
            name: tag,
            main_candidates: self.config.branches_main_candidates.clone(),
        };
        let name = format!("{} {} tag {}", placed.pacticipant, placed.number, placed.name);
        let act = Act::applications(
            Action::ChangeVersion,
            vec![placed.pacticipant.clone()],
            "tag",
            name,
        );
        self.writing(who, act, placed, |connection, placed| {
            Box::pin(async move {
                let Ids { pacticipant, version } = placed.ensure(connection).await?;
                tags::add(
                    connection,
                    pacticipant,
                    version,
                    &placed.name,
                    &placed.main_candidates,
                )
                .await
            })
        })
        .await
    }
}

async fn chosen<'f>(connection: &mut Connection, filter: &'f VersionFilter) -> Result<VersionsOf<'f>> {
    Ok(match filter {
        VersionFilter::All => VersionsOf::All,
        VersionFilter::OnBranch(branch) => VersionsOf::Branch(branch),
        VersionFilter::WithTag(tag) => VersionsOf::Tag(tag),
        VersionFilter::InEnvironment(uuid) => {
            VersionsOf::Environment(environments::require(connection, uuid).await?.id)
        }
    })
}

async fn published_with(
    connection: &mut Connection,
    versions: &[i64],
) -> Result<HashMap<i64, Vec<Publication>>> {
    let mut contracts: HashMap<i64, Vec<Publication>> = HashMap::new();
    for publication in contracts::of_versions(connection, versions).await? {
        let version = publication.consumer_version_id;
        contracts.entry(version).or_default().push(publication);
    }
    Ok(contracts)
}

async fn described(connection: &mut Connection, version: Version) -> Result<VersionDetails> {
    let details = versions::details(connection, &[version.id])
        .await?
        .remove(&version.id);
    Ok(VersionDetails {
        details: details.unwrap_or_default(),
        contracts: contracts::of_versions(connection, &[version.id]).await?,
        environments: environments::list(connection).await?,
        version,
    })
}
