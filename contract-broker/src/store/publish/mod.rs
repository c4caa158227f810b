//! Publishes contracts in one transaction with all derived data.

mod before;
mod found;
mod newest;
mod rows;

use std::{borrow::Cow, collections::HashMap};

use self::rows::{Changed, Stored};
use super::{
    Connection, Error, Result, Unmerged, branches, comparisons, contracts, outbox, pacticipants, row, tags,
    versions,
};
use crate::domain::{
    content::Content,
    events::{Event, content_changes},
    merge::merge,
    publication::{Detected, Outcome, Published, PublishedContract, conflict},
};

/// Contracts of one consumer version to publish.
#[derive(Debug, Clone)]
pub(crate) struct Publish {
    pub(crate) consumer: String,
    pub(crate) version: String,
    pub(crate) branch: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) build_url: Option<String>,
    /// Each with another provider.
    pub(crate) contracts: Vec<NewContract>,
    /// Different content for a published contract becomes a new revision instead of a conflict.
    pub(crate) allow_modification: bool,
    pub(crate) main_candidates: Vec<String>,
    /// The place in a trace of the request.
    pub(crate) traceparent: Option<String>,
}

/// A contract to publish.
#[derive(Debug, Clone)]
pub(crate) struct NewContract {
    pub(crate) provider: String,
    pub(crate) content: Content,
    /// Interactions are merged into the published ones.
    pub(crate) merge: bool,
    /// The content merged with the published one, if required.
    pub(crate) merged: Option<Merged>,
}

/// A content merged with another one.
#[derive(Debug, Clone)]
pub(crate) struct Merged {
    /// The id of the content that it was merged with.
    pub(crate) onto: i64,
    pub(crate) content: Content,
}

/// Publishes contracts.
pub(crate) async fn publish(connection: &mut Connection, publish: &Publish) -> Result<Published> {
    let mut names: Vec<String> = publish
        .contracts
        .iter()
        .map(|contract| contract.provider.clone())
        .collect();
    names.push(publish.consumer.clone());
    let mut found = found::begin(connection, publish, &names).await?;
    if names.iter().any(|name| !found.ids.contains_key(name)) {
        found.ids = pacticipants::ensure(connection, &names).await?;
    }
    let mut contracts: Vec<&NewContract> = publish.contracts.iter().collect();
    contracts.sort_by(|a, b| a.provider.cmp(&b.provider));
    let targets: Vec<Target<'_>> = contracts
        .into_iter()
        .map(|contract| Target {
            contract,
            provider: found.ids[&contract.provider],
        })
        .collect();
    let consumer = found.ids[&publish.consumer];
    let version = ensure_version(connection, publish, consumer, &mut found).await?;
    let mut tags: Vec<&String> = publish.tags.iter().collect();
    tags.sort_unstable();
    for tag in tags {
        tags::add(connection, consumer, version, tag, &publish.main_candidates).await?;
    }
    let mut owner = Owner {
        consumer,
        version,
        fresh: found.created,
        lines: Lines::default(),
    };
    let mut existing = HashMap::new();
    match (&publish.branch, &found.branch, found.position) {
        // A version that did not exist has no further state.
        (Some(name), Some(branch), Some(position)) if found.created && publish.tags.is_empty() => {
            owner.lines.branches.push(OnBranch {
                id: branch.id,
                name: name.clone(),
                position,
            });
        }
        _ => {
            let providers: Vec<i64> = targets.iter().map(|target| target.provider).collect();
            let standing = found::standing(connection, version, &providers).await?;
            (owner.lines, existing) = (standing.lines, standing.existing);
        }
    }
    let stored = publish_all(connection, publish, &owner, &targets, &existing).await?;
    Ok(Published {
        version_created: found.created,
        consumer_id: consumer,
        version_id: version,
        contracts: stored.contracts,
        listening: stored.listening,
    })
}

/// Returns the id of the consumer version, creating it if it is missing, and adds it to the branch.
async fn ensure_version(
    connection: &mut Connection,
    publish: &Publish,
    consumer: i64,
    found: &mut found::Found,
) -> Result<i64> {
    let Publish { version: number, .. } = publish;
    let build_url = publish.build_url.as_deref();
    let known = found.version.is_some() && found.branch.is_some();
    let version = match found.version {
        Some(version) if found.created => version,
        Some(version) => {
            // Writers of the same version wait for each other here.
            versions::touch(consumer, number, build_url)
                .later(connection)
                .await?;
            version
        }
        None => {
            let version = versions::ensure(connection, consumer, number, build_url).await?;
            found.created = version.created;
            version.id
        }
    };
    if let (Some(name), None) = (&publish.branch, &found.branch) {
        let id = branches::ensure(connection, consumer, name, &publish.main_candidates).await?;
        found.branch = Some(found::Branch { id, head: None });
    }
    let (Some(name), Some(branch)) = (&publish.branch, &found.branch) else {
        return Ok(version);
    };
    if !known && found.position.is_none() {
        found.position = branches::join(connection, branch.id, version, false).await?;
    }
    if let Some(position) = found.position {
        if branch.head.is_some() {
            branches::move_head(connection, branch.id, version, position).await?;
        } else {
            branches::set_head(connection, branch.id, version, position).await?;
        }
        if !found.created {
            branches::catch_up(connection, branch.id, name, version, position).await?;
        }
    }
    Ok(version)
}

/// The consumer version whose contracts are published.
struct Owner {
    consumer: i64,
    version: i64,
    /// The version was created in this transaction: what it refers to cannot be deleted before the transaction ends.
    fresh: bool,
    lines: Lines,
}

/// A contract and the id of its provider.
struct Target<'a> {
    contract: &'a NewContract,
    provider: i64,
}

/// The lines of development that a version belongs to.
#[derive(Default)]
struct Lines {
    branches: Vec<OnBranch>,
    tags: Vec<String>,
}

row! {
    /// A branch of a version.
    struct OnBranch {
        id: i64,
        name: String,
        /// The version's position on it.
        position: i64,
    }

    /// An existing contract of a version with a provider.
    struct Existing {
        publication: i64,
        content: i64,
        revision: i64,
        sha: String,
        /// The size of the content in bytes.
        length: i64,
    }
}

/// The outcome of publishing contracts.
struct StoredContracts {
    contracts: Vec<PublishedContract>,
    /// Whether any webhook is listening for events.
    listening: bool,
}

/// Publishes contracts with different providers: each step is one statement for all of them.
async fn publish_all(
    connection: &mut Connection,
    publish: &Publish,
    owner: &Owner,
    targets: &[Target<'_>],
    existing: &HashMap<i64, Existing>,
) -> Result<StoredContracts> {
    let planned = plan(connection, publish, targets, existing).await?;
    let each = || targets.iter().zip(&planned);
    let wanted: Vec<before::Wanted<'_>> = each()
        .map(|(target, planned)| before::Wanted {
            provider: target.provider,
            content: &planned.content,
        })
        .collect();
    let before = before::before(connection, owner, &wanted).await?;
    let changed: Vec<Changed<'_>> = each()
        .filter(|(_, planned)| planned.outcome != Outcome::Unchanged)
        .map(|(target, planned)| Changed {
            provider: target.provider,
            content: &planned.content,
            revision: existing.get(&target.provider).map_or(1, |last| last.revision + 1),
        })
        .collect();
    let stored = rows::insert(connection, owner, &before, &changed).await?;
    let providers: Vec<i64> = targets.iter().map(|target| target.provider).collect();
    // A known one cannot be deleted while there is a contract, or while the transaction that found it refers to both.
    let missing = providers.iter().copied().filter(|provider| {
        !before.is_integrated(*provider) || (!owner.fresh && stored.contains_key(provider))
    });
    rows::ensure_integrations(connection, owner.consumer, missing).await?;
    let mut entries: Vec<outbox::Entry> = Vec::new();
    let mut published = Vec::with_capacity(targets.len());
    for (Target { contract, provider }, Planned { content, outcome }) in each() {
        let unchanged = existing.get(provider).map(|existing| Stored {
            publication: existing.publication,
            content: existing.content,
        });
        let ids = stored.get(provider).copied().or(unchanged);
        let ids = ids.ok_or_else(|| Error::unavailable("publishing", "a row that was written is missing"))?;
        if before.is_described(*provider) {
            comparisons::queue_for_content(connection, *provider, ids.content).await?;
        }
        let reasons = content_changes(ids.content, &before.lines(owner, *provider));
        let detected = |event, provider_version, comment| Detected {
            event,
            provider_version,
            comment,
            webhooks: Vec::new(),
        };
        let mut events = vec![detected(Event::ContractPublished, None, None)];
        if *outcome != Outcome::Unchanged && !reasons.is_empty() {
            events.push(detected(
                Event::ContractContentChanged,
                None,
                Some(reasons.join(", ")),
            ));
        }
        for waiting in before.waiting(*provider, &content.sha) {
            let event = Event::ContractRequiringVerificationPublished;
            events.push(detected(event, Some(waiting.version), Some(waiting.reason)));
        }
        if before.listening {
            entries.extend(events.iter().map(|detected| outbox::Entry {
                consumer_version: Some(owner.version),
                provider_version: detected.provider_version,
                content: Some(ids.content),
                publication: Some(ids.publication),
                comment: detected.comment.clone(),
                traceparent: publish.traceparent.clone(),
                ..outbox::Entry::new(detected.event, owner.consumer, *provider)
            }));
        }
        published.push(PublishedContract {
            provider: contract.provider.clone(),
            provider_id: *provider,
            content_id: ids.content,
            outcome: *outcome,
            events,
            ever_verified: before.ever_verified(*provider),
        });
    }
    outbox::write(connection, &entries).await?;
    Ok(StoredContracts {
        contracts: published,
        listening: before.listening,
    })
}

/// What to store for a contract, and its effect on the existing one.
struct Planned<'t> {
    content: Cow<'t, Content>,
    outcome: Outcome,
}

/// Contracts of up to this total size are merged within the transaction: that takes less than a millisecond.
const SMALL: i64 = 64 * 1024;

/// Plans what to store for each contract, and its effect on the existing one.
async fn plan<'t>(
    connection: &mut Connection,
    publish: &Publish,
    targets: &[Target<'t>],
    existing: &HashMap<i64, Existing>,
) -> Result<Vec<Planned<'t>>> {
    let mut planned = Vec::with_capacity(targets.len());
    let mut unmerged = Vec::new();
    for Target { contract, provider } in targets {
        let mut content = Cow::Borrowed(&contract.content);
        let outcome = match existing.get(provider) {
            None => Outcome::Created,
            Some(existing) if existing.sha == content.sha => Outcome::Unchanged,
            Some(existing) if contract.merge => {
                if let Some(merged) = contract
                    .merged
                    .as_ref()
                    .filter(|merged| merged.onto == existing.content)
                {
                    content = Cow::Borrowed(&merged.content);
                } else if existing.length.saturating_add(length(&content)) <= SMALL {
                    let base = contracts::document(connection, existing.content).await?;
                    content = Cow::Owned(merge(&base.text, content.text())?);
                } else {
                    unmerged.push(Unmerged {
                        provider: contract.provider.clone(),
                        onto: existing.content,
                    });
                    continue;
                }
                if existing.sha == content.sha {
                    Outcome::Unchanged
                } else {
                    Outcome::Revised
                }
            }
            Some(_) if publish.allow_modification => Outcome::Revised,
            Some(existing) => {
                let Publish {
                    consumer, version, ..
                } = publish;
                return Err(conflict(consumer, version, &contract.provider, existing.content).into());
            }
        };
        planned.push(Planned { content, outcome });
    }
    if unmerged.is_empty() {
        Ok(planned)
    } else {
        Err(Error::MergeFirst(unmerged))
    }
}

/// Returns the size of a content in bytes.
fn length(content: &Content) -> i64 {
    i64::try_from(content.document.len()).unwrap_or(i64::MAX)
}
