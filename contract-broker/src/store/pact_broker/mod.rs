//! Reads the database of a Pact Broker: its tables, of version 2, in SQLite or PostgreSQL.
//!
//! Times, flags and numbers have different types in the two databases, and in SQLite those that whoever wrote them chose.
//! So they are read as text, and [`time`] and [`flag`] say what they mean.

mod open;
mod standing;
mod versions;

pub(crate) use self::{
    open::{NEWEST_KNOWN, OLDEST_READ, newest_migration, open},
    standing::{
        DeploymentRow, EnvironmentRow, WebhookRow, certificates, cleaned_results, deployments, environments,
        events_of_webhook, releases, webhooks,
    },
    versions::{
        ApplicationRow, ResultDetailsRow, VerifiedByRow, applications, branches, contracts, labels, result,
        results, tags, versions, without_provider_version,
    },
};
use super::{Connection, Result, Statement, row};
use crate::domain;

/// Parses a time as PostgreSQL and SQLite write it: `2026-01-31 10:00:00.123456`, in UTC unless an offset follows.
pub(crate) fn time(text: &str) -> Option<i64> {
    let text = text.trim();
    let day_of_time = text.get(11..).unwrap_or_default();
    let has_offset = day_of_time.contains(['Z', '+', '-']);
    let end = if has_offset { "" } else { "Z" };
    domain::time::parse(&format!("{text}{end}")).or_else(|| domain::time::parse(text))
}

/// Parses a flag: a boolean of PostgreSQL; 1, 0, `t` or `f` in SQLite.
pub(crate) fn flag(text: &str) -> bool {
    matches!(text, "true" | "t" | "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_both_databases_write_them() {
        let expected = domain::time::parse("2026-01-31T10:00:00Z");
        for text in [
            "2026-01-31 10:00:00",
            "2026-01-31 10:00:00.000000",
            "2026-01-31 10:00:00.000000+0000",
            "2026-01-31 11:00:00+01:00",
            "2026-01-31T10:00:00Z",
            " 2026-01-31T10:00:00.000+00:00 ",
        ] {
            assert_eq!(time(text), expected, "{text}");
        }
        assert_eq!(time("2026-01-31"), domain::time::parse("2026-01-31T00:00:00Z"));
        for text in ["", "yesterday", "2026-13-31 10:00:00", "é"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn flags_are_read_as_both_databases_write_them() {
        assert!(["true", "t", "1"].into_iter().all(flag));
        assert!(!["false", "f", "0", ""].into_iter().any(flag));
    }
}
