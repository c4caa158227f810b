//! The tables, and which of them an export holds.

/// A table of the newest schema.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
}

/// Whether a table goes into an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It holds what a user stored, or what answers are made from.
    Exported,
    /// It says something of this database alone.
    Own { because: &'static str },
}

const fn exported(name: &'static str) -> Table {
    Table {
        name,
        role: Role::Exported,
    }
}

const fn own(name: &'static str, because: &'static str) -> Table {
    Table {
        name,
        role: Role::Own { because },
    }
}

/// All tables; a table stands behind those that it refers to. Tables that are maintained from others are exported too:
/// some of them outlive the rows that they were made from.
pub(crate) const TABLES: &[Table] = &[
    own("schema_migrations", "the steps that were applied here"),
    own(
        "schema_readers",
        "which brokers can read the steps that were applied here",
    ),
    own("periodic_jobs", "which node does what is due, and when"),
    exported("encryption_check"),
    exported("pacticipants"),
    exported("labels"),
    exported("versions"),
    exported("branches"),
    exported("branch_versions"),
    exported("branch_heads"),
    exported("tags"),
    exported("tag_heads"),
    exported("contents"),
    exported("content_aliases"),
    exported("publications"),
    exported("current_publications"),
    exported("branch_contracts"),
    exported("tag_contracts"),
    exported("integrations"),
    exported("verifications"),
    exported("current_verifications"),
    exported("verified_on"),
    exported("environments"),
    exported("deployments"),
    exported("current_deployments"),
    exported("descriptions"),
    exported("provider_contracts"),
    exported("comparisons"),
    exported("compatibility_rules"),
    exported("events_outbox"),
    exported("accounts"),
    exported("identities"),
    own("sessions", "who is logged in here"),
    own("used_tokens", "tokens of CI jobs that were taken here"),
    own("device_logins", "logins that wait here"),
    exported("roles"),
    exported("account_roles"),
    exported("teams"),
    exported("team_members"),
    exported("team_administrators"),
    exported("team_pacticipants"),
    exported("team_environments"),
    exported("pacticipant_creators"),
    exported("tokens"),
    exported("secrets"),
    exported("kept_settings"),
    exported("audit_events"),
    exported("audit_seals"),
    own("keyed_requests", "requests that were answered here within a day"),
    exported("webhooks"),
    exported("triggered_webhooks"),
    exported("webhook_attempts"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Statement, Store};

    async fn store(directory: &tempfile::TempDir) -> Store {
        let url = format!("sqlite:{}", directory.path().join("broker").display());
        Store::open(&url, 2).await.unwrap()
    }

    #[tokio::test]
    async fn every_table_is_exported_or_named_as_of_its_own_database() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(&directory).await;
        let mut connection = store.read().await.unwrap();
        let there: Vec<String> = Statement::new(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
        )
        .all(&mut connection)
        .await
        .unwrap();
        let mut listed: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        listed.sort_unstable();
        assert_eq!(
            there, listed,
            "a table is neither exported nor named as of its own database: list it in TABLES"
        );
    }

    #[test]
    fn whoever_leaves_a_table_out_says_why() {
        for table in TABLES {
            if let Role::Own { because } = table.role {
                assert!(!because.is_empty(), "{}", table.name);
            }
        }
    }

    #[tokio::test]
    async fn a_table_stands_behind_those_that_it_refers_to() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(&directory).await;
        let mut connection = store.read().await.unwrap();
        for (place, table) in TABLES.iter().enumerate() {
            let parents: Vec<String> =
                Statement::new("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)")
                    .bind(table.name)
                    .all(&mut connection)
                    .await
                    .unwrap();
            for parent in parents {
                let before = TABLES[..place].iter().any(|earlier| earlier.name == parent);
                assert!(before, "{} refers to {parent}", table.name);
            }
        }
    }
}
