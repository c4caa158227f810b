//! Queries of the matrix.

use super::MatrixRow;

/// A query of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Query {
    pub(crate) selectors: Vec<VersionSelector>,
    pub(crate) options: Options,
}

/// Selects versions of a pacticipant: all of them if only the name is set.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct VersionSelector {
    pub(crate) pacticipant: String,
    pub(crate) version: Option<String>,
    pub(crate) latest: bool,
    pub(crate) tag: Option<String>,
    pub(crate) branch: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) main_branch: bool,
}

impl VersionSelector {
    /// Returns whether it selects all versions.
    pub(crate) fn is_open(&self) -> bool {
        let Self {
            version,
            latest,
            tag,
            branch,
            environment,
            main_branch,
            ..
        } = self;
        version.is_none()
            && !latest
            && tag.is_none()
            && branch.is_none()
            && environment.is_none()
            && !main_branch
    }
}

/// Selects versions of the pacticipants that are not named in the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The newest version of each.
    Latest,
    Tag {
        name: String,
        latest: bool,
    },
    Branch {
        name: String,
        latest: bool,
    },
    MainBranch {
        latest: bool,
    },
    Environment(String),
}

/// What rows are grouped by. In each group the row with the newest provider version is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LatestBy {
    /// Consumer version and provider version.
    EachProviderVersion,
    /// Consumer version and provider.
    EachConsumerVersion,
    /// Consumer and provider.
    Pair,
}

/// Options of a query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Options {
    pub(crate) target: Option<Target>,
    /// Each revision and each result if `None`.
    pub(crate) latest_by: Option<LatestBy>,
    /// Rows that were published and verified earlier are omitted. Microseconds since 1970.
    pub(crate) since: Option<i64>,
    /// Outcomes to keep: passed, failed, unknown. All if empty.
    pub(crate) success: Vec<Option<bool>>,
    /// Maximum number of rows.
    pub(crate) limit: Option<usize>,
    pub(crate) ignore: Vec<Ignore>,
}

/// A pacticipant, or one of its versions, to ignore.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Ignore {
    pub(crate) pacticipant: String,
    /// All versions if `None`.
    pub(crate) version: Option<String>,
}

impl Query {
    /// Returns the grouping to apply. If an environment is selected, each provider version in it counts.
    pub(crate) fn grouping(&self) -> Option<LatestBy> {
        match self.options.latest_by {
            Some(LatestBy::EachConsumerVersion) if self.is_about_environments() => {
                Some(LatestBy::EachProviderVersion)
            }
            other => other,
        }
    }

    /// Returns whether a row was published or verified since the given time.
    pub(crate) fn is_recent(&self, row: &MatrixRow) -> bool {
        self.options
            .since
            .is_none_or(|since| row.published_at >= since || row.decided_at().is_some_and(|at| at >= since))
    }

    /// Returns whether only the newest result of each contract can be in the answer.
    pub(crate) fn wants_newest_result_only(&self) -> bool {
        matches!(
            self.grouping(),
            Some(LatestBy::EachConsumerVersion | LatestBy::Pair)
        ) && self.options.since.is_none()
    }

    /// Returns the only outcome of results that can be in the answer, if grouping does not need the others.
    pub(crate) fn only_outcome(&self) -> Option<bool> {
        let row_by_row = matches!(self.grouping(), None | Some(LatestBy::EachProviderVersion));
        match self.options.success.as_slice() {
            [only] if row_by_row => *only,
            _ => None,
        }
    }

    /// Returns whether an environment is selected. Then each version in it counts, not just the newest.
    pub(crate) fn is_about_environments(&self) -> bool {
        matches!(self.options.target, Some(Target::Environment(_)))
            || self
                .selectors
                .iter()
                .any(|selector| selector.environment.is_some())
    }
}
