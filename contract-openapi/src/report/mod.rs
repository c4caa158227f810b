//! How findings are shown: one view of all kinds of findings, and its formats.

mod badge;
mod baseline;
mod coverage;
mod formats;
mod issue;
mod text;

pub use self::badge::{Badge, Tone};
pub use self::baseline::{AcceptedFinding, Baseline, BaselineApplied};
pub use self::coverage::coverage_issues;
pub use self::formats::{github, html, junit, markdown, sarif};
pub use self::issue::{Issue, IssueLevel, IssuePlace};
pub use self::text::text;
