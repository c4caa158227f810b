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

/// Selects versions of a pacticipant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum VersionFilter {
    All,
    OnBranch(String),
    WithTag(String),
    /// By uuid of the environment that they are or were in.
    InEnvironment(String),
}

/// A page of versions of a pacticipant, with further data of each.
pub(crate) struct Versions {
    pub(crate) listed: Listed<Version>,
    /// By id of the version.
    pub(crate) details: HashMap<i64, Details>,
    /// The contracts published with each version, by id of the version.
    pub(crate) contracts: HashMap<i64, Vec<Publication>>,
}

/// A version, with further data.
pub(crate) struct VersionDetails {
    pub(crate) version: Version,
    pub(crate) details: Details,
    /// The contracts published with it.
    pub(crate) contracts: Vec<Publication>,
    /// All environments that it may be recorded in.
    pub(crate) environments: Vec<Environment>,
}

/// The changes of a version.
#[derive(Debug)]
pub(crate) struct VersionChange {
    pub(crate) pacticipant: String,
    pub(crate) number: String,
    pub(crate) build_url: Option<String>,
    /// Whether a missing build URL removes the existing one.
    pub(crate) replace: bool,
    /// Tags to add.
    pub(crate) tags: Vec<String>,
}

/// A version and the branch or the tag to add.
struct Placed {
    pacticipant: String,
    number: String,
    name: String,
    main_candidates: Vec<String>,
}

impl Placed {
    /// Creates the pacticipant and the version if they are missing.
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
    /// Returns versions of a pacticipant, newest first.
    ///
    /// # Errors
    /// Refused if there is no such pacticipant or environment.
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
    /// Refused if there is no such version.
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

    /// Returns the newest of some versions of a pacticipant.
    ///
    /// # Errors
    /// Refused if there is no such version.
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

    /// Creates or changes a version. Returns whether it was created.
    ///
    /// # Errors
    /// Refused if the name of the version or the pacticipant is invalid.
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

    /// Returns the branches of a pacticipant whose name contains a text.
    ///
    /// # Errors
    /// Refused if there is no such pacticipant.
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
    /// Refused if there is no such branch.
    pub(crate) async fn branch(&self, who: &Principal, pacticipant: &str, name: &str) -> Result<Branch> {
        Ok(branches::require(&mut *self.reading(who).await?, pacticipant, name).await?)
    }

    /// Returns the membership of a version on a branch.
    ///
    /// # Errors
    /// Refused if the version is not on the branch.
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

    /// Adds a version to a branch, creating the pacticipant, the version and the branch if they are missing.
    /// Returns whether the version was not on the branch before.
    ///
    /// # Errors
    /// Refused if a name is invalid.
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

    /// Returns a tag of a version.
    ///
    /// # Errors
    /// Refused if the version does not have the tag.
    pub(crate) async fn tag(
        &self,
        who: &Principal,
        pacticipant: &str,
        number: &str,
        tag: &str,
    ) -> Result<Tagged> {
        Ok(tags::find(&mut *self.reading(who).await?, pacticipant, number, tag).await?)
    }

    /// Adds a tag to a version, creating the pacticipant and the version if they are missing. Returns whether
    /// the tag is new.
    ///
    /// # Errors
    /// Refused if a name is invalid.
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
