//! Rows of the matrix.

use std::collections::BTreeMap;

use super::{LatestBy, Query, VersionSelector};

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct VersionRef {
    /// Ascending in the order of creation.
    pub(crate) id: i64,
    pub(crate) number: String,
}

/// The versions that a selector matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Versions {
    /// All versions of the pacticipant.
    All,
    /// These; empty if no version matches.
    Some(Vec<VersionRef>),
}

/// A selector with the versions that it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) pacticipant_id: i64,
    pub(crate) selector: VersionSelector,
    pub(crate) versions: Versions,
    /// Whether the pacticipant is named in the query. The others are integrated with a named one.
    pub(crate) specified: bool,
}

impl Resolved {
    pub(crate) fn is_missing(&self) -> bool {
        matches!(&self.versions, Versions::Some(list) if list.is_empty())
    }
}

/// An integration of a pacticipant in the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Integration {
    pub(crate) consumer_id: i64,
    pub(crate) consumer: String,
    pub(crate) provider_id: i64,
    pub(crate) provider: String,
    /// Whether the consumer is named in the query, and so needs the provider.
    pub(crate) required: bool,
}

/// A contract with one verification result or comparison, if there is any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatrixRow {
    pub(crate) consumer_id: i64,
    pub(crate) consumer: String,
    pub(crate) consumer_version: VersionRef,
    pub(crate) provider_id: i64,
    pub(crate) provider: String,
    /// `None` if no selected version has a result.
    pub(crate) provider_version: Option<VersionRef>,
    pub(crate) publication_id: i64,
    pub(crate) content_id: i64,
    pub(crate) sha: String,
    pub(crate) published_at: i64,
    pub(crate) evidence: Option<Evidence>,
}

/// What shows whether a provider version satisfies a contract. If both kinds exist, both must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// The provider was verified with the contract.
    Verified(Verification),
    /// The contract is compared with the description that the provider published.
    Compared(CrossContract),
}

/// The kind of evidence of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Consumer-driven contracts: a verification.
    ConsumerDriven,
    /// Bi-directional contracts: a comparison.
    BiDirectional,
}

impl Kind {
    /// Returns the name in the API: `CDCT` or `BDCT`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ConsumerDriven => "CDCT",
            Self::BiDirectional => "BDCT",
        }
    }
}

/// The comparison of a contract with a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CrossContract {
    pub(crate) description_id: i64,
    /// The outcome of the provider's self-verification, if it published one.
    pub(crate) self_success: Option<bool>,
    /// `None` if the comparison was not requested yet.
    pub(crate) comparison_id: Option<i64>,
    /// `None` until the comparison is finished.
    pub(crate) compatible: Option<bool>,
    pub(crate) compared_at: Option<i64>,
}

impl CrossContract {
    /// Returns the outcome. A provider whose self-verification failed satisfies no contract, whatever the outcome of the
    /// comparison.
    pub(crate) fn success(&self) -> Option<bool> {
        if self.self_success == Some(false) {
            return Some(false);
        }
        self.compatible
    }

    /// Returns whether the comparison is not finished.
    pub(crate) fn is_waiting(&self) -> bool {
        self.compatible.is_none()
    }
}

impl Evidence {
    fn success(&self) -> Option<bool> {
        match self {
            Self::Verified(verification) => Some(verification.success),
            Self::Compared(comparison) => comparison.success(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Verified(_) => Kind::ConsumerDriven,
            Self::Compared(_) => Kind::BiDirectional,
        }
    }

    /// Returns the time of the result. Microseconds since 1970.
    fn at(&self) -> Option<i64> {
        match self {
            Self::Verified(verification) => Some(verification.verified_at),
            Self::Compared(comparison) => comparison.compared_at,
        }
    }

    /// Returns its id among evidence of the same kind.
    fn id(&self) -> i64 {
        match self {
            Self::Verified(verification) => verification.id,
            Self::Compared(comparison) => comparison.comparison_id.unwrap_or_default(),
        }
    }
}

/// A verification result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verification {
    pub(crate) id: i64,
    pub(crate) success: bool,
    pub(crate) verified_at: i64,
}

impl MatrixRow {
    /// Returns whether it passed; `None` if that is unknown.
    pub(crate) fn success(&self) -> Option<bool> {
        self.evidence.as_ref().and_then(Evidence::success)
    }

    /// Returns the verification result, if the row has one.
    pub(crate) fn verification(&self) -> Option<Verification> {
        match self.evidence {
            Some(Evidence::Verified(verification)) => Some(verification),
            _ => None,
        }
    }

    /// Returns the comparison, if the row has one.
    pub(crate) fn comparison(&self) -> Option<CrossContract> {
        match self.evidence {
            Some(Evidence::Compared(comparison)) => Some(comparison),
            _ => None,
        }
    }

    /// Returns the kind of evidence, if there is any.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.evidence.as_ref().map(Evidence::kind)
    }

    /// Returns the time of the evidence, if there is any.
    pub(super) fn decided_at(&self) -> Option<i64> {
        self.evidence.as_ref().and_then(Evidence::at)
    }

    fn evidence_id(&self) -> i64 {
        self.evidence.as_ref().map_or(0, Evidence::id)
    }

    /// Returns the sort key: newest publication or result first.
    fn order(&self) -> impl Ord + use<> {
        let happened = self
            .decided_at()
            .map_or(self.published_at, |at| at.max(self.published_at));
        std::cmp::Reverse((happened, self.publication_id, self.evidence_id(), self.kind()))
    }
}

/// Filters rows by time, groups them, then filters by outcome.
pub(crate) fn select(mut rows: Vec<MatrixRow>, query: &Query) -> Vec<MatrixRow> {
    rows.retain(|row| query.is_recent(row));
    let mut rows = group(rows, query.grouping());
    let wanted = &query.options.success;
    rows.retain(|row| wanted.is_empty() || wanted.contains(&row.success()));
    rows
}

/// Sorts rows, newest first, and keeps the row with the newest provider version of each group.
pub(super) fn group(mut rows: Vec<MatrixRow>, latest_by: Option<LatestBy>) -> Vec<MatrixRow> {
    rows.sort_by_cached_key(MatrixRow::order);
    let Some(latest_by) = latest_by else { return rows };
    let provider_version = |row: &MatrixRow| row.provider_version.as_ref().map_or(0, |version| version.id);
    let key = |row: &MatrixRow| {
        let provider_version = provider_version(row);
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
    // The newest versions of a group count, with their newest evidence of each kind.
    let versions = |row: &MatrixRow| {
        let consumer_version = row.consumer_version.id * i64::from(latest_by == LatestBy::Pair);
        (consumer_version, provider_version(row))
    };
    let mut newest: BTreeMap<_, _> = BTreeMap::new();
    for row in &rows {
        let entry = newest.entry(key(row)).or_insert_with(|| versions(row));
        *entry = versions(row).max(*entry);
    }
    rows.retain(|row| newest.get(&key(row)) == Some(&versions(row)));
    let mut best: BTreeMap<_, usize> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let entry = best.entry((key(row), row.kind())).or_insert(index);
        if row.evidence_id() > rows[*entry].evidence_id() {
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
