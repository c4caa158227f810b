//! Selects contracts for verification. Every query begins at the provider's integrations and uses indexes from there,
//! so its cost depends on the number of consumers, not on the number of versions.

mod sources;
mod standing;
mod wanted;

use std::collections::{BTreeMap, HashSet, btree_map::Entry};

use super::{
    Connection, Result, Statement,
    contracts::{self, Publication},
    row,
    verifications::BranchOrTag,
};
use crate::domain::{
    pending::{Reason, SelectionReason, Subject},
    selector::Selector,
    time::{DAY, now},
};
use sources::Asked;
use standing::Successes;
pub(crate) use standing::facts;

/// How long a success prevents a content from being offered as work in progress again.
const LOOK_BACK: i64 = 30 * DAY;

/// A selected content, with every reason.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    /// The newest selected publication of the content.
    pub(crate) publication: Publication,
    pub(crate) reasons: Vec<Reason>,
}

/// The selection for a provider.
#[derive(Debug)]
pub(crate) struct Selected {
    pub(crate) provider_id: i64,
    /// One entry for each content, by consumer and then by age.
    pub(crate) chosen: Vec<Chosen>,
}

/// A publication selected for one reason.
pub(in crate::store) struct Candidate {
    pub(in crate::store) why: SelectionReason,
    pub(in crate::store) publication: Publication,
}

row! {
    struct InProgress {
        publication: Publication,
        label: String,
    }
}

/// Selects contracts of a provider; `None` if there is no pacticipant with this name.
pub(crate) async fn choose(
    connection: &mut Connection,
    provider: &str,
    selectors: &[Selector],
) -> Result<Option<Selected>> {
    let mut asked = Vec::new();
    let mut counts = Vec::new();
    for selector in selectors {
        let sources = wanted::sources(&selector.wanted);
        counts.push(sources.len());
        asked.extend(sources.into_iter().map(|one| Asked {
            consumer: selector.consumer.as_deref(),
            ..one
        }));
    }
    let Some(offered) = sources::fetch(connection, provider, &asked).await? else {
        return Ok(None);
    };
    let mut given = offered.given.into_iter();
    let found = selectors
        .iter()
        .zip(counts)
        .flat_map(|(selector, count)| wanted::chosen(&selector.wanted, given.by_ref().take(count).collect()))
        .collect();
    Ok(Some(Selected {
        provider_id: offered.provider_id,
        chosen: grouped(found),
    }))
}

fn grouped(found: Vec<Candidate>) -> Vec<Chosen> {
    let mut by_content: BTreeMap<i64, Chosen> = BTreeMap::new();
    for Candidate { why, publication } in found {
        let reason = Reason {
            why,
            consumer_version: publication.consumer_version.clone(),
        };
        match by_content.entry(publication.content_id) {
            Entry::Vacant(place) => {
                place.insert(Chosen {
                    publication,
                    reasons: vec![reason],
                });
            }
            Entry::Occupied(mut chosen) => {
                let chosen = chosen.get_mut();
                if publication.consumer_version_id > chosen.publication.consumer_version_id {
                    chosen.publication = publication;
                }
                chosen.reasons.push(reason);
            }
        }
    }
    let mut all: Vec<Chosen> = by_content.into_values().collect();
    for chosen in &mut all {
        chosen.reasons.sort();
        chosen.reasons.dedup();
    }
    all.sort_by(|a, b| place(a).cmp(&place(b)));
    all
}

/// Returns the sort key of an entry.
fn place(Chosen { publication, .. }: &Chosen) -> (&str, i64) {
    (&publication.consumer, publication.consumer_version_id)
}

/// Returns work in progress: the newest contracts of consumers' branches and tags, published after `since`, that have
/// not passed for the requesting provider version; without the contents already `chosen`.
pub(crate) async fn work_in_progress(
    connection: &mut Connection,
    provider: i64,
    since: i64,
    subject: &Subject,
    chosen: &[Chosen],
) -> Result<Vec<Chosen>> {
    let columns = contracts::COLUMNS;
    let mut found: Vec<Candidate> = Vec::new();
    for (heads, on, label, why) in [
        (
            "branch_contracts h CROSS JOIN branches b",
            "b.id = h.branch_id AND",
            "b.name",
            SelectionReason::Branch as fn(String) -> SelectionReason,
        ),
        (
            "tag_contracts h",
            "",
            "h.name",
            SelectionReason::LatestWithTag as fn(String) -> SelectionReason,
        ),
    ] {
        let sql = format!(
            "SELECT {columns}, {label} FROM {heads} CROSS JOIN current_publications k \
             CROSS JOIN contents t CROSS JOIN versions v CROSS JOIN pacticipants c CROSS JOIN pacticipants p \
             WHERE h.provider_id = $1 AND h.published_at > $2 AND {on} \
             k.consumer_version_id = h.consumer_version_id AND k.provider_id = h.provider_id \
             AND t.id = k.content_id AND v.id = k.consumer_version_id AND c.id = k.consumer_id AND p.id = k.provider_id"
        );
        let rows: Vec<InProgress> = Statement::new(sql)
            .bind(provider)
            .bind(since)
            .all(&mut *connection)
            .await?;
        found.extend(rows.into_iter().map(|row| Candidate {
            why: why(row.label),
            publication: row.publication,
        }));
    }
    let have: HashSet<i64> = chosen
        .iter()
        .map(|chosen| chosen.publication.content_id)
        .collect();
    let mut candidates = grouped(found);
    candidates.retain(|chosen| !have.contains(&chosen.publication.content_id));
    let contents: Vec<i64> = candidates
        .iter()
        .map(|chosen| chosen.publication.content_id)
        .collect();
    let mut wanted: HashSet<i64> = HashSet::new();
    let (lines, since): (Vec<BranchOrTag<'_>>, i64) = match subject {
        Subject::Branch(name) => (vec![BranchOrTag::Branch(name)], now() - LOOK_BACK),
        Subject::Tags(tags) => (tags.iter().map(|tag| BranchOrTag::Tag(tag)).collect(), 0),
        Subject::Nothing => return Ok(Vec::new()),
    };
    let successes = Successes {
        finished: true,
        since,
    };
    for line in lines {
        let facts = standing::line(connection, provider, &contents, line, successes).await?;
        wanted.extend(
            facts
                .into_iter()
                .filter(|(_, line)| !line.passed_here && !line.passed_elsewhere_before)
                .map(|(id, _)| id),
        );
    }
    candidates.retain(|chosen| wanted.contains(&chosen.publication.content_id));
    Ok(candidates)
}
