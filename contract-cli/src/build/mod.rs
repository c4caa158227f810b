//! Facts about the build from the checkout and the CI system: version, branch, build URL, repository.

mod facts;
mod git;
mod github;
mod systems;
mod variables;

pub(crate) use self::facts::{Fact, Facts};
pub(crate) use self::variables::Variables;
