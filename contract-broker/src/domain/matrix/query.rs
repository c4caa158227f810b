//! What is asked.

use super::MatrixRow;

/// A whole question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Query {
    pub(crate) selectors: Vec<VersionSelector>,
    pub(crate) options: Options,
}

/// Which versions of a pacticipant are meant. With nothing but the name, all of them.
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
    /// Whether it is met by all versions.
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

/// What the pacticipants that are not named are compared at.
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

/// Of rows that differ only in what is left out here, the one with the newest provider version is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LatestBy {
    /// Consumer version and provider version.
    EachProviderVersion,
    /// Consumer version and provider.
    EachConsumerVersion,
    /// Consumer and provider.
    Pair,
}

/// What else is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Options {
    pub(crate) target: Option<Target>,
    /// `None`: every revision and every result.
    pub(crate) latest_by: Option<LatestBy>,
    /// Rows of which nothing happened since then are left out. Microseconds since 1970.
    pub(crate) since: Option<i64>,
    /// Outcomes to keep: passed, failed, unknown. Empty: all.
    pub(crate) success: Vec<Option<bool>>,
    /// The most rows to show.
    pub(crate) limit: Option<usize>,
    pub(crate) ignore: Vec<Ignore>,
}

/// What does not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Ignore {
    pub(crate) pacticipant: String,
    /// `None`: all versions.
    pub(crate) version: Option<String>,
}

impl Query {
    /// The grouping that the question gets: with environments every provider version that is there counts.
    pub(crate) fn grouping(&self) -> Option<LatestBy> {
        match self.options.latest_by {
            Some(LatestBy::EachConsumerVersion) if self.is_about_environments() => {
                Some(LatestBy::EachProviderVersion)
            }
            other => other,
        }
    }

    /// Whether something happened with a row since the time asked for.
    pub(crate) fn is_recent(&self, row: &MatrixRow) -> bool {
        self.options
            .since
            .is_none_or(|since| row.published_at >= since || row.decided_at().is_some_and(|at| at >= since))
    }

    /// Whether only the newest result of each contract can be in the answer.
    pub(crate) fn wants_newest_result_only(&self) -> bool {
        matches!(
            self.grouping(),
            Some(LatestBy::EachConsumerVersion | LatestBy::Pair)
        ) && self.options.since.is_none()
    }

    /// The only outcome of results that can be in the answer, where grouping does not need the others.
    pub(crate) fn only_outcome(&self) -> Option<bool> {
        let row_by_row = matches!(self.grouping(), None | Some(LatestBy::EachProviderVersion));
        match self.options.success.as_slice() {
            [only] if row_by_row => *only,
            _ => None,
        }
    }

    /// Whether environments are asked for: then every version that is there counts, not the newest alone.
    pub(crate) fn is_about_environments(&self) -> bool {
        matches!(self.options.target, Some(Target::Environment(_)))
            || self
                .selectors
                .iter()
                .any(|selector| selector.environment.is_some())
    }
}
