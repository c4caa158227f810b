//! How a database would run a statement, and whether it would read a whole table that grows.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::{Beside, Database};

/// The tables that grow with the number of versions.
pub(crate) const GROWING: &[&str] = &[
    "versions",
    "branch_versions",
    "tags",
    "contents",
    "publications",
    "current_publications",
    "verifications",
    "current_verifications",
    "verified_on",
    "deployments",
    "triggered_webhooks",
    "webhook_attempts",
];

/// The steps of a statement's plan that read a whole growing table, and the plan.
pub(crate) async fn whole_tables(
    database: &Database,
    connection: &Beside,
    sql: &str,
) -> (Vec<String>, Vec<String>) {
    let plan = plan(database, connection, sql).await;
    let found = match database {
        Database::Sqlite(_) => whole_tables_of_sqlite(sql, &plan),
        Database::Postgres { .. } => whole_tables_of_postgres(&plan),
    };
    (found, plan)
}

/// The tables that a name may stand for in a statement: its own, or those that it is an alias of.
fn aliases(sql: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let words: Vec<&str> = sql
        .split([' ', '(', ')', ',', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    let mut aliases: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (place, word) in words.iter().enumerate() {
        if GROWING.contains(word) {
            let next = words[place + 1..]
                .iter()
                .find(|next| **next != "AS")
                .copied()
                .unwrap_or_default();
            for name in [*word, next] {
                aliases.entry(name).or_default().insert(word);
            }
        }
    }
    aliases
}

/// What is wrong with the plan of a statement on SQLite.
fn whole_tables_of_sqlite(sql: &str, plan: &[String]) -> Vec<String> {
    let aliases = aliases(sql);
    let scans = plan.iter().filter(|line| {
        line.strip_prefix("SCAN ")
            .and_then(|rest| rest.split(' ').next())
            .is_some_and(|name| aliases.contains_key(name))
    });
    scans.cloned().collect()
}

/// What is wrong with the plan of a statement on PostgreSQL: a scan that no condition on an index bounds.
fn whole_tables_of_postgres(plan: &[String]) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    for (place, line) in plan.iter().enumerate() {
        let Some((_, table)) = line.split_once(" on ") else {
            continue;
        };
        let table = table.split([' ', '(']).next().unwrap_or_default();
        if !line.contains("Scan") || !GROWING.contains(&table) {
            continue;
        }
        let details = plan[place + 1..]
            .iter()
            .take_while(|next| indent(next) > indent(line) && !next.contains("->"))
            .any(|next| next.contains("Index Cond:") || next.contains("Recheck Cond:"));
        if !details {
            found.push(line.trim().to_owned());
        }
    }
    found
}

async fn plan(database: &Database, connection: &Beside, sql: &str) -> Vec<String> {
    match database {
        Database::Sqlite(_) => {
            // Each placeholder is NULL: SQLite plans before it knows the values.
            let rows = connection.rows(&format!("EXPLAIN QUERY PLAN {sql}")).await;
            rows.into_iter().map(|mut row| row.swap_remove(3)).collect()
        }
        Database::Postgres { .. } => {
            let most = (1..1000)
                .rev()
                .find(|number| sql.contains(&format!("${number}")))
                .unwrap_or(0);
            let values = vec!["NULL"; most].join(", ");
            let values = if most == 0 {
                String::new()
            } else {
                format!("({values})")
            };
            let rows = connection
                .rows(&format!(
                    "SET enable_seqscan = off; SET enable_mergejoin = off; SET enable_hashjoin = off; \
                     SET plan_cache_mode = force_generic_plan; DEALLOCATE ALL; PREPARE hot AS {sql}; \
                     EXPLAIN EXECUTE hot{values}"
                ))
                .await;
            rows.into_iter().flatten().collect()
        }
    }
}
