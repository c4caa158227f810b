//! What was found.

use std::collections::BTreeMap;

use super::{LatestBy, Query, VersionSelector};

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct VersionRef {
    /// The place in the order of creation.
    pub(crate) id: i64,
    pub(crate) number: String,
}

/// The versions that a selector found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Versions {
    /// All versions, whichever they are.
    All,
    /// These; empty when there is none.
    Some(Vec<VersionRef>),
}

/// A selector and what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) pacticipant_id: i64,
    pub(crate) selector: VersionSelector,
    pub(crate) versions: Versions,
    /// Named in the question; the others are there because they are integrated with one that is.
    pub(crate) specified: bool,
}

impl Resolved {
    pub(crate) fn is_missing(&self) -> bool {
        matches!(&self.versions, Versions::Some(list) if list.is_empty())
    }
}

/// An integration that the question touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Integration {
    pub(crate) consumer_id: i64,
    pub(crate) consumer: String,
    pub(crate) provider_id: i64,
    pub(crate) provider: String,
    /// The consumer is named in the question: it needs the provider.
    pub(crate) required: bool,
}

/// A contract and one result for it, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatrixRow {
    pub(crate) consumer_id: i64,
    pub(crate) consumer: String,
    pub(crate) consumer_version: VersionRef,
    pub(crate) provider_id: i64,
    pub(crate) provider: String,
    /// `None` when there is no result from any version asked for.
    pub(crate) provider_version: Option<VersionRef>,
    pub(crate) publication_id: i64,
    pub(crate) content_id: i64,
    pub(crate) sha: String,
    pub(crate) published_at: i64,
    pub(crate) verification: Option<Verification>,
}

/// A result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verification {
    pub(crate) id: i64,
    pub(crate) success: bool,
    pub(crate) verified_at: i64,
}

impl MatrixRow {
    /// Passed, failed, or unknown.
    pub(crate) fn success(&self) -> Option<bool> {
        self.verification.map(|verification| verification.success)
    }

    /// Newest first: by what happened last.
    fn order(&self) -> impl Ord + use<> {
        let happened = self.verification.map_or(self.published_at, |verification| {
            verification.verified_at.max(self.published_at)
        });
        let verification = self.verification.map_or(0, |verification| verification.id);
        std::cmp::Reverse((happened, self.publication_id, verification))
    }
}

/// Leaves the rows that the question wants: filtered by time, grouped, then filtered by outcome.
pub(crate) fn select(mut rows: Vec<MatrixRow>, query: &Query) -> Vec<MatrixRow> {
    rows.retain(|row| query.is_recent(row));
    let mut rows = group(rows, query.grouping());
    let wanted = &query.options.success;
    rows.retain(|row| wanted.is_empty() || wanted.contains(&row.success()));
    rows
}

/// Puts rows in order, newest first, and keeps of each group the row with the newest provider version.
pub(super) fn group(mut rows: Vec<MatrixRow>, latest_by: Option<LatestBy>) -> Vec<MatrixRow> {
    rows.sort_by_cached_key(MatrixRow::order);
    let Some(latest_by) = latest_by else { return rows };
    let key = |row: &MatrixRow| {
        let provider_version = row.provider_version.as_ref().map_or(0, |version| version.id);
        match latest_by {
            LatestBy::EachProviderVersion => (
                row.consumer_id,
                row.consumer_version.id,
                row.provider_id,
                provider_version,
            ),
            LatestBy::EachConsumerVersion => (row.consumer_id, row.consumer_version.id, row.provider_id, 0),
            LatestBy::Pair => (row.consumer_id, 0, row.provider_id, 0),
        }
    };
    let rank = |row: &MatrixRow| {
        (
            row.consumer_version.id * i64::from(latest_by == LatestBy::Pair),
            row.provider_version.as_ref().map_or(0, |version| version.id),
            row.verification.map_or(0, |verification| verification.id),
        )
    };
    let mut best: BTreeMap<_, usize> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let entry = best.entry(key(row)).or_insert(index);
        if rank(row) > rank(&rows[*entry]) {
            *entry = index;
        }
    }
    let mut keep = vec![false; rows.len()];
    for index in best.into_values() {
        keep[index] = true;
    }
    let mut keep = keep.into_iter();
    rows.retain(|_| keep.next() == Some(true));
    rows
}
