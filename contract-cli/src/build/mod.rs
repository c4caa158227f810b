//! What a checkout and the CI system around it say about the build: version, branch, where it can be seen, where the code
//! is.

mod facts;
mod git;
mod github;
mod systems;
mod variables;

pub(crate) use self::facts::{Fact, Facts};
pub(crate) use self::variables::Variables;
