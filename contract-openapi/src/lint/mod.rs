//! What is wrong with a description itself: validity, readiness for contracts, style.

mod document;
mod finding;
mod group;
mod linter;
mod own;
mod rule;
mod rules;
mod ruleset;

pub use self::finding::{LintFinding, Segment, Severity};
pub use self::linter::{lint, lint_rule};
pub use self::rule::{Group, LintRule, lint_rules};
pub use self::ruleset::Ruleset;
