//! Compares two descriptions.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::change::told_once;
use super::sink::Sink;
use super::{Change, ChangeLevel, components, endpoint, version};
use crate::description::Description;

/// The options of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakingOptions {
    /// The current day, which decides whether a sunset has passed. Without it no sunset has passed.
    pub today: Option<Date>,
    /// Minimum number of days between deprecation and `x-sunset` of a stable operation; 0 disables the rule.
    pub deprecation_days_stable: u32,
    /// The same for a beta operation.
    pub deprecation_days_beta: u32,
    /// The lowest `x-stability-level` whose operations are judged; those below may change freely.
    pub lowest_stability: Stability,
    /// Whether security requirements are judged. In oasdiff each such change is an info.
    pub judges_security: bool,
    /// Whether schemas are compared by what they mean: `allOf` as the one schema that says the same, if there is one, and
    /// `not` as a whole. In oasdiff their parts are compared one by one.
    pub compares_meaning: bool,
}

/// `x-stability-level` of an operation; stable if there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stability {
    /// May be removed at any time.
    Draft,
    /// Will change.
    Alpha,
    /// May change.
    Beta,
    /// Does not change.
    Stable,
}

impl Default for BreakingOptions {
    fn default() -> Self {
        Self {
            today: None,
            deprecation_days_stable: 0,
            deprecation_days_beta: 0,
            lowest_stability: Stability::Beta,
            judges_security: true,
            compares_meaning: true,
        }
    }
}

/// All changes between two descriptions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changelog {
    /// The changes, highest level first, then by path, method and id.
    pub changes: Vec<Change>,
}

impl Changelog {
    /// Returns whether there is a breaking change.
    pub fn is_breaking(&self) -> bool {
        self.count(ChangeLevel::Error) > 0
    }

    /// Returns the number of changes of this level.
    pub fn count(&self, level: ChangeLevel) -> usize {
        self.changes.iter().filter(|change| change.level == level).count()
    }
}

/// Compares two descriptions of one API. An edit of what several operations refer to is one change: [`Change::places`] and
/// [`Change::reaches`] say what it reaches.
///
/// The references of both are expected to lead somewhere, see
/// [`Documents::check_references`](crate::document::Documents::check_references).
///
/// ```
/// use contract_openapi::Description;
/// use contract_openapi::breaking::{BreakingOptions, compare_descriptions};
///
/// let text = "openapi: 3.0.3\npaths: {/a: {get: {responses: {200: {description: a}}}}}";
/// let base = Description::from_text("old.yaml", text)?;
/// let revision = Description::from_text("new.yaml", &text.replace("get", "put"))?;
/// let changelog = compare_descriptions(&base, &revision, &BreakingOptions::default());
/// assert_eq!(changelog.changes[0].id, "api-removed-without-deprecation");
/// assert!(changelog.is_breaking());
/// # Ok::<(), contract_openapi::Error>(())
/// ```
pub fn compare_descriptions(
    base: &Description,
    revision: &Description,
    options: &BreakingOptions,
) -> Changelog {
    compare_descriptions_while(base, revision, options, &|| true).unwrap_or_default()
}

/// Compares two descriptions as long as `wanted` returns true, which is called before each operation; `None` if the
/// comparison was cancelled.
pub(super) fn compare_descriptions_while(
    base: &Description,
    revision: &Description,
    options: &BreakingOptions,
    wanted: &dyn Fn() -> bool,
) -> Option<Changelog> {
    let mut sink = Sink::new(base, revision, wanted);
    endpoint::compare(&mut sink, options);
    components::compare(&mut sink);
    version::compare(&mut sink);
    if !wanted() {
        return None;
    }
    let mut changes = sink.changes;
    changes.sort_by(|one, other| {
        let key = |change: &Change| (change.path.clone(), change.method.clone(), change.id.clone());
        other
            .level
            .cmp(&one.level)
            .then_with(|| key(one).cmp(&key(other)))
    });
    Some(Changelog {
        changes: told_once(changes),
    })
}
