//! The matrix of consumer and provider versions, and the decision whether a version can be deployed.

mod decide;
mod query;
mod reasons;
mod row;

pub(crate) use decide::{Ignored, Summary, decide};
pub(crate) use query::{Ignore, LatestBy, Options, Query, Target, VersionSelector};
pub(crate) use reasons::{Explained, Failing, FirstFailure};
#[cfg(test)]
use row::group;
pub(crate) use row::{
    CrossContract, Evidence, Integration, Kind, MatrixRow, Resolved, Verification, VersionRef, Versions,
    select,
};
