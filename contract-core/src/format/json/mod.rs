//! JSON documents: the tree of rules, the example and the actual document are walked together.

mod at;
mod format;
mod plan;
pub(crate) mod quick;
mod report;
mod template;
mod walk;

pub(super) use self::format::Json;
pub(crate) use self::plan::{JsonPlan, fits, mismatches};

/// Documents with deeper nesting do not match, because the walk must not exhaust the stack. `serde_json`
/// reads 128 levels.
pub(crate) const DEEPEST: usize = 256;
