//! Publishing contracts: everything a publication changes, in one transaction.

mod before;
mod rows;

use std::borrow::Cow;

use super::{Connection, Error, Result, branches, contracts, outbox, pacticipants, tags, versions};
use crate::domain::{
    Refusal,
    content::Content,
    events::{Event, content_changes},
    merge::merge,
    publication::{Detected, Outcome, Published, PublishedContract},
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
    /// Different content for a contract that was published before is a new revision, not a conflict.
    pub(crate) allow_modification: bool,
    pub(crate) main_candidates: Vec<String>,
}

/// A contract to publish.
#[derive(Debug, Clone)]
pub(crate) struct NewContract {
    pub(crate) provider: String,
    pub(crate) content: Content,
    /// Interactions are added to those that were published before.
    pub(crate) merge: bool,
}

/// Publishes contracts.
pub(crate) async fn publish(connection: &mut Connection, publish: &Publish) -> Result<Published> {
    let mut names: Vec<String> = publish
        .contracts
        .iter()
        .map(|contract| contract.provider.clone())
        .collect();
    names.push(publish.consumer.clone());
    let ids = pacticipants::ensure(connection, &names).await?;
    let consumer = ids[&publish.consumer];
    let (version, version_created) = versions::ensure(
        connection,
        consumer,
        &publish.version,
        publish.build_url.as_deref(),
    )
    .await?;
    if let Some(branch) = &publish.branch {
        branches::add_version(
            connection,
            consumer,
            version,
            branch,
            false,
            &publish.main_candidates,
        )
        .await?;
    }
    let mut wanted: Vec<&String> = publish.tags.iter().collect();
    wanted.sort_unstable();
    for tag in wanted {
        tags::add(connection, consumer, version, tag, &publish.main_candidates).await?;
    }
    let mut contracts: Vec<&NewContract> = publish.contracts.iter().collect();
    contracts.sort_by(|a, b| a.provider.cmp(&b.provider));
    let targets: Vec<Target<'_>> = contracts
        .into_iter()
        .map(|contract| Target {
            contract,
            provider: ids[&contract.provider],
        })
        .collect();
    let owner = Owner {
        consumer,
        version,
        lines: before::lines(connection, version).await?,
    };
    let published = publish_all(connection, publish, &owner, &targets).await?;
    Ok(Published {
        version_created,
        consumer_id: consumer,
        version_id: version,
        contracts: published,
    })
}

/// Whose contracts are published.
struct Owner {
    consumer: i64,
    version: i64,
    lines: Lines,
}

/// A contract and the id of its provider.
struct Target<'a> {
    contract: &'a NewContract,
    provider: i64,
}

/// The lines of development that a version belongs to.
struct Lines {
    /// Branch, its name, and the version's place on it.
    branches: Vec<(i64, String, i64)>,
    tags: Vec<String>,
}

/// What a version has already: a contract with a provider.
struct Existing {
    publication: i64,
    content: i64,
    revision: i64,
    sha: String,
}

/// Publishes contracts with different providers: each step is one statement for all of them.
async fn publish_all(
    connection: &mut Connection,
    publish: &Publish,
    owner: &Owner,
    targets: &[Target<'_>],
) -> Result<Vec<PublishedContract>> {
    let providers: Vec<i64> = targets.iter().map(|target| target.provider).collect();
    let existing = before::existing(connection, owner, &providers).await?;
    let mut planned: Vec<(Cow<'_, Content>, Outcome)> = Vec::with_capacity(targets.len());
    for target in targets {
        planned.push(plan(connection, publish, target, existing.get(&target.provider)).await?);
    }
    let previous = before::previous_contents(connection, owner, &providers).await?;
    let changed: Vec<(&Target<'_>, &Content, i64)> = targets
        .iter()
        .zip(&planned)
        .filter(|(_, (_, outcome))| *outcome != Outcome::Unchanged)
        .map(|(target, (content, _))| {
            let last = existing.get(&target.provider);
            (target, content.as_ref(), last.map_or(1, |last| last.revision + 1))
        })
        .collect();
    let contents = rows::ensure_contents(connection, owner, &changed).await?;
    let publications = rows::insert(connection, owner, &changed, &contents).await?;
    let verified = rows::ensure_integrations(connection, owner.consumer, &providers).await?;
    let of_target = |target: &Target<'_>, content: &Content| -> Option<(i64, i64)> {
        match contents.get(&(target.provider, content.sha.clone())) {
            Some(content) => Some((*content, *publications.get(&target.provider)?)),
            None => existing
                .get(&target.provider)
                .map(|existing| (existing.content, existing.publication)),
        }
    };
    let mut done: Vec<(i64, i64)> = Vec::with_capacity(targets.len());
    for (target, (content, _)) in targets.iter().zip(&planned) {
        let ids = of_target(target, content);
        done.push(ids.ok_or_else(|| Error::unavailable("publishing", "a row that was written is missing"))?);
    }
    let asked: Vec<(i64, i64)> = providers
        .iter()
        .copied()
        .zip(done.iter().map(|(content, _)| *content))
        .collect();
    let mut waiting = before::unverified_versions(connection, &asked).await?;
    let mut entries: Vec<outbox::Entry> = Vec::new();
    let mut published = Vec::with_capacity(targets.len());
    for ((target, (_, outcome)), (content, publication)) in targets.iter().zip(planned).zip(done) {
        let reasons = content_changes(content, previous.get(&target.provider).map_or(&[], Vec::as_slice));
        let mut events = vec![(Event::ContractPublished, None, None)];
        if outcome != Outcome::Unchanged && !reasons.is_empty() {
            events.push((Event::ContractContentChanged, None, Some(reasons.join(", "))));
        }
        for (provider_version, reason) in waiting.remove(&target.provider).unwrap_or_default() {
            let event = Event::ContractRequiringVerificationPublished;
            events.push((event, Some(provider_version), Some(reason)));
        }
        entries.extend(
            events
                .iter()
                .map(|(event, provider_version, comment)| outbox::Entry {
                    consumer_version: Some(owner.version),
                    provider_version: *provider_version,
                    content: Some(content),
                    publication: Some(publication),
                    comment: comment.clone(),
                    ..outbox::Entry::new(*event, owner.consumer, target.provider)
                }),
        );
        published.push(PublishedContract {
            provider: target.contract.provider.clone(),
            provider_id: target.provider,
            content_id: content,
            outcome,
            events: events
                .into_iter()
                .map(|(event, provider_version, comment)| Detected {
                    event,
                    provider_version,
                    comment,
                    webhooks: Vec::new(),
                })
                .collect(),
            ever_verified: verified.contains(&target.provider),
        });
    }
    outbox::add_all(connection, &entries).await?;
    Ok(published)
}

/// The content to store for a contract, merged where that is asked for, and what it does to what is there.
async fn plan<'a>(
    connection: &mut Connection,
    publish: &Publish,
    Target { contract, .. }: &Target<'a>,
    existing: Option<&Existing>,
) -> Result<(Cow<'a, Content>, Outcome)> {
    let Some(existing) = existing else {
        return Ok((Cow::Borrowed(&contract.content), Outcome::Created));
    };
    let mut content = Cow::Borrowed(&contract.content);
    if contract.merge && existing.sha != content.sha {
        let document = contracts::document(connection, existing.content).await?.text;
        content = Cow::Owned(merge(&document, &content.document)?);
    }
    if existing.sha == content.sha {
        Ok((content, Outcome::Unchanged))
    } else if contract.merge || publish.allow_modification {
        Ok((content, Outcome::Revised))
    } else {
        let document = contracts::document(connection, existing.content).await?.text;
        Err(conflict(publish, contract, &document).into())
    }
}

fn conflict(publish: &Publish, contract: &NewContract, old: &str) -> Refusal {
    crate::domain::publication::conflict(
        &publish.consumer,
        &publish.version,
        &contract.provider,
        old,
        &contract.content.document,
    )
}
