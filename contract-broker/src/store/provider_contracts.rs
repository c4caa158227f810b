//! Descriptions that providers publish: each text is stored once per provider, with the versions that have
//! it.

use super::{
    Connection, Dialect, Error, Result, Statement, branches, comparisons, distinct, in_parts, outbox,
    pacticipants, row, tags, versions,
};
use crate::domain::{
    Refusal,
    bidirectional::{Basis, Compatibility, Level, ProviderPublication, SelfVerification, Specification},
    events::Event,
    time::now,
};

/// A description to store.
#[derive(Debug, Clone)]
pub(crate) struct NewProviderContract {
    pub(crate) provider: String,
    pub(crate) publication: ProviderPublication,
    /// Whether the version's existing description is replaced if its content differs.
    pub(crate) allow_modification: bool,
    pub(crate) main_candidates: Vec<String>,
}

/// The outcome of publishing a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredProviderContract {
    pub(crate) version_created: bool,
    /// Whether the version had no description before.
    pub(crate) is_new: bool,
    /// Number of contracts that it is being compared with.
    pub(crate) comparing: u64,
}

row! {
    /// The description of a provider version.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct ProviderContract {
        pub(crate) provider_id: i64,
        pub(crate) provider: String,
        pub(crate) version_id: i64,
        pub(crate) version: String,
        pub(crate) description_id: i64,
        pub(crate) sha: String,
        specification: String,
        pub(crate) content_type: String,
        pub(crate) self_success: Option<bool>,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
    }

    struct Known {
        description_id: i64,
        sha: String,
    }

    struct StoredRule {
        level: String,
        basis: String,
    }

    /// A contract that matters to a provider.
    #[derive(Debug, Clone)]
    pub(crate) struct Mattering {
        pub(crate) consumer: String,
        pub(crate) version_id: i64,
        pub(crate) version: String,
        pub(crate) content_id: i64,
    }
}

impl ProviderContract {
    /// # Errors
    /// The stored specification is unknown.
    pub(crate) fn specification(&self) -> Result<Specification> {
        read_specification(self.description_id, &self.specification)
    }
}

/// # Errors
/// There is no specification with this name.
pub(super) fn read_specification(description: i64, name: &str) -> Result<Specification> {
    Specification::named(name).ok_or_else(|| {
        let problem = format!("there is no specification {name:?}");
        Error::unreadable("descriptions", description, "specification", problem)
    })
}

const SELECT: &str = "SELECT c.provider_id, p.name, c.provider_version_id, v.number, c.description_id, d.sha, \
                      d.specification, c.content_type, c.self_success, c.created_at, c.updated_at \
                      FROM provider_contracts c JOIN pacticipants p ON p.id = c.provider_id \
                      JOIN versions v ON v.id = c.provider_version_id JOIN descriptions d ON d.id = c.description_id ";

/// Stores the description of a provider version with its branch and tags. Queues comparisons with the
/// contracts that matter, and adds events.
pub(crate) async fn publish(
    connection: &mut Connection,
    new: &NewProviderContract,
) -> Result<StoredProviderContract> {
    let NewProviderContract {
        provider,
        publication,
        allow_modification,
        main_candidates,
    } = new;
    let owner = pacticipants::ensure_one(connection, provider).await?;
    let number = &publication.version;
    let version = versions::ensure(connection, owner, number, publication.build_url.as_deref()).await?;
    if let Some(branch) = &publication.branch {
        branches::add_version(connection, owner, version.id, branch, false, main_candidates).await?;
    }
    for tag in &publication.tags {
        tags::add(connection, owner, version.id, tag, main_candidates).await?;
    }
    let known: Option<Known> = Statement::new(
        "SELECT c.description_id, d.sha FROM provider_contracts c JOIN descriptions d ON d.id = c.description_id \
         WHERE c.provider_version_id = $1",
    )
    .bind(version.id)
    .optional(&mut *connection)
    .await?;
    let replaced = known.as_ref().filter(|known| known.sha != publication.sha);
    if replaced.is_some() && !allow_modification {
        return Err(Refusal::Conflict(format!(
            "Cannot change the provider contract of {provider} version {number}, as a different one was published for \
             this version before. Publish it under a new version number: a version stands for one commit, and the \
             provider contract of one commit does not change."
        ))
        .into());
    }
    let description = ensure_description(connection, owner, publication).await?;
    upsert(connection, owner, version.id, description, publication).await?;
    if let Some(replaced) = replaced {
        delete_unpublished(connection, &[replaced.description_id]).await?;
    }
    let comparing = comparisons::queue_for_description(connection, owner, description).await?;
    let event = outbox::Entry {
        provider_version: Some(version.id),
        // An event about a provider alone names it on both sides.
        ..outbox::Entry::new(Event::ProviderContractPublished, owner, owner)
    };
    outbox::add(connection, &[event]).await?;
    Ok(StoredProviderContract {
        version_created: version.created,
        is_new: known.is_none(),
        comparing,
    })
}

/// Returns the id of a description, creating it if it is missing. It cannot be deleted before the transaction
/// ends.
async fn ensure_description(
    connection: &mut Connection,
    provider: i64,
    publication: &ProviderPublication,
) -> Result<i64> {
    Statement::new(
        "INSERT INTO descriptions (provider_id, sha, specification, created_at, document) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(provider)
    .bind(&publication.sha)
    .bind(publication.specification.as_str())
    .bind(now())
    .bind(&publication.document)
    .execute(&mut *connection)
    .await?;
    let locking = match connection.dialect() {
        Dialect::Postgres => " FOR KEY SHARE",
        Dialect::Sqlite => "",
    };
    Statement::new(format!(
        "SELECT id FROM descriptions WHERE provider_id = $1 AND sha = $2{locking}"
    ))
    .bind(provider)
    .bind(&publication.sha)
    .one(connection)
    .await
}

/// Keeps the provider's own verification if a later publication does not include one.
async fn upsert(
    connection: &mut Connection,
    provider: i64,
    version: i64,
    description: i64,
    publication: &ProviderPublication,
) -> Result<()> {
    let own = publication.self_verification.as_ref();
    let written = own
        .map(serde_json::to_string)
        .transpose()
        .map_err(|error| Error::unavailable("writing a self-verification", error))?;
    Statement::new(
        "INSERT INTO provider_contracts (provider_version_id, provider_id, description_id, content_type, self_success, \
         self_verification, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) \
         ON CONFLICT (provider_version_id) DO UPDATE SET description_id = excluded.description_id, \
         content_type = excluded.content_type, updated_at = excluded.updated_at, \
         self_success = COALESCE(excluded.self_success, provider_contracts.self_success), \
         self_verification = COALESCE(excluded.self_verification, provider_contracts.self_verification)",
    )
    .bind(version)
    .bind(provider)
    .bind(description)
    .bind(&publication.content_type)
    .bind(own.map(|own| i64::from(own.success)))
    .bind(written)
    .bind(now())
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes the descriptions that no version has any more, with their comparisons. Waits for transactions that
/// are publishing one of them.
pub(super) async fn delete_unpublished(connection: &mut Connection, descriptions: &[i64]) -> Result<()> {
    super::deletion::lock(connection, "descriptions", descriptions).await?;
    for part in descriptions.chunks(super::PART) {
        Statement::with_ids(
            "DELETE FROM descriptions WHERE id IN {ids} \
             AND NOT EXISTS (SELECT 1 FROM provider_contracts c WHERE c.description_id = descriptions.id)",
            part,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Returns the distinct descriptions of versions.
pub(super) async fn of_versions(connection: &mut Connection, versions: &[i64]) -> Result<Vec<i64>> {
    let found: Vec<i64> = in_parts(connection, versions, |part| {
        Statement::with_ids(
            "SELECT description_id FROM provider_contracts WHERE provider_version_id IN {ids}",
            part,
        )
    })
    .await?;
    Ok(distinct(found.into_iter()))
}

/// Returns the description of a provider version.
pub(crate) async fn find(
    connection: &mut Connection,
    provider: &str,
    version: &str,
) -> Result<Option<ProviderContract>> {
    Statement::new(format!("{SELECT}WHERE p.name = $1 AND v.number = $2"))
        .bind(provider)
        .bind(version)
        .optional(connection)
        .await
}

/// Like [`find`]; refused if the version has no description.
pub(crate) async fn require(
    connection: &mut Connection,
    provider: &str,
    version: &str,
) -> Result<ProviderContract> {
    find(connection, provider, version).await?.ok_or_else(|| {
        Refusal::NotFound(format!(
            "No provider contract of version {version} of {provider} found: publish one with `contract \
             publish-provider-contract`"
        ))
        .into()
    })
}

/// Returns the newest descriptions of a provider by version, at most `most`.
pub(crate) async fn newest(
    connection: &mut Connection,
    provider: i64,
    most: i64,
) -> Result<Vec<ProviderContract>> {
    Statement::new(format!(
        "{SELECT}WHERE c.provider_id = $1 ORDER BY c.provider_version_id DESC LIMIT $2"
    ))
    .bind(provider)
    .bind(most)
    .all(connection)
    .await
}

/// Returns the description that a new one is compared with: that of the newest other version on the main
/// branch or, if there is none, of the newest other version.
pub(crate) async fn predecessor(
    connection: &mut Connection,
    provider: &str,
    version: &str,
) -> Result<Option<ProviderContract>> {
    let of_main: Option<ProviderContract> = Statement::new(format!(
        "{SELECT}JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
         JOIN branch_versions m ON m.version_id = c.provider_version_id AND m.branch_id = b.id \
         WHERE p.name = $1 AND v.number <> $2 ORDER BY c.provider_version_id DESC LIMIT 1"
    ))
    .bind(provider)
    .bind(version)
    .optional(&mut *connection)
    .await?;
    if of_main.is_some() {
        return Ok(of_main);
    }
    Statement::new(format!(
        "{SELECT}WHERE p.name = $1 AND v.number <> $2 ORDER BY c.provider_version_id DESC LIMIT 1"
    ))
    .bind(provider)
    .bind(version)
    .optional(connection)
    .await
}

/// Returns the text of a description.
pub(crate) async fn document(connection: &mut Connection, description: i64) -> Result<String> {
    Statement::new("SELECT document FROM descriptions WHERE id = $1")
        .bind(description)
        .one(connection)
        .await
}

/// Returns the provider's own verification of a version.
pub(crate) async fn self_verification(
    connection: &mut Connection,
    version: i64,
) -> Result<Option<SelfVerification>> {
    let stored: Option<Option<String>> =
        Statement::new("SELECT self_verification FROM provider_contracts WHERE provider_version_id = $1")
            .bind(version)
            .optional(connection)
            .await?;
    stored
        .flatten()
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| Error::unreadable("provider_contracts", version, "self_verification", error))
}

/// Returns the compatibility rule for new descriptions of a provider.
pub(crate) async fn compatibility(connection: &mut Connection, provider: &str) -> Result<Compatibility> {
    let stored: Option<StoredRule> = Statement::new(
        "SELECT r.level, r.basis FROM compatibility_rules r JOIN pacticipants p ON p.id = r.provider_id \
         WHERE p.name = $1",
    )
    .bind(provider)
    .optional(connection)
    .await?;
    let Some(stored) = stored else {
        return Ok(Compatibility::default());
    };
    let unreadable = |column, name: &str| {
        Error::unreadable(
            "compatibility_rules",
            provider,
            column,
            format!("there is no {name:?}"),
        )
    };
    Ok(Compatibility {
        level: Level::named(&stored.level).ok_or_else(|| unreadable("level", &stored.level))?,
        basis: Basis::named(&stored.basis).ok_or_else(|| unreadable("basis", &stored.basis))?,
    })
}

/// A compatibility rule for a provider.
#[derive(Debug, Clone)]
pub(crate) struct NewRule {
    pub(crate) provider: String,
    pub(crate) rule: Compatibility,
}

/// Sets the compatibility rule for new descriptions of a provider, creating the provider if it is missing.
pub(crate) async fn set_compatibility(connection: &mut Connection, new: &NewRule) -> Result<()> {
    let owner = pacticipants::ensure_one(connection, &new.provider).await?;
    Statement::new(
        "INSERT INTO compatibility_rules (provider_id, level, basis, updated_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (provider_id) DO UPDATE SET level = excluded.level, basis = excluded.basis, \
         updated_at = excluded.updated_at",
    )
    .bind(owner)
    .bind(new.rule.level.as_str())
    .bind(new.rule.basis.as_str())
    .bind(now())
    .execute(connection)
    .await?;
    Ok(())
}

/// Returns the contracts with a provider that are deployed, released, or the newest of their consumers' main
/// branches.
pub(crate) async fn mattering(connection: &mut Connection, provider: i64) -> Result<Vec<Mattering>> {
    Statement::new(
        "SELECT c.name, v.id, v.number, k.content_id FROM (\
         SELECT d.version_id FROM integrations i CROSS JOIN current_deployments d \
         WHERE i.provider_id = $1 AND d.pacticipant_id = i.consumer_id UNION \
         SELECT h.consumer_version_id FROM branch_contracts h JOIN branches b ON b.id = h.branch_id \
         JOIN pacticipants c ON c.id = b.pacticipant_id AND c.main_branch = b.name WHERE h.provider_id = $1) x \
         CROSS JOIN current_publications k CROSS JOIN pacticipants c CROSS JOIN versions v \
         WHERE k.consumer_version_id = x.version_id AND k.provider_id = $1 AND c.id = k.consumer_id \
         AND v.id = k.consumer_version_id ORDER BY c.name, v.id",
    )
    .bind(provider)
    .all(connection)
    .await
}
