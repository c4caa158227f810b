//! Where contracts that a selector wants come from.

use std::collections::HashSet;

use super::super::{
    Connection, Result,
    connection::both,
    contracts::{self, Publication},
    statement::Statement,
};
use crate::domain::{pending::Why, selector::Wanted};

/// Where the versions of a consumer come from: the joins, the conditions, the column that a name is compared with, and
/// the columns for the version, a label and a kind.
pub(super) struct Source {
    joins: &'static str,
    conditions: &'static str,
    named: Option<&'static str>,
    version: &'static str,
    label: &'static str,
    kind: &'static str,
}

const MAIN_BRANCH: Source = Source {
    joins: "CROSS JOIN branches b CROSS JOIN branch_contracts h",
    conditions: "b.pacticipant_id = c.id AND b.name = c.main_branch AND h.branch_id = b.id \
                 AND h.provider_id = i.provider_id",
    named: None,
    version: "h.consumer_version_id",
    label: "b.name",
    kind: "''",
};
const BRANCH: Source = Source {
    joins: "CROSS JOIN branches b CROSS JOIN branch_contracts h",
    conditions: "b.pacticipant_id = c.id AND h.branch_id = b.id AND h.provider_id = i.provider_id",
    named: Some("b.name"),
    version: "h.consumer_version_id",
    label: "b.name",
    kind: "''",
};
const LATEST_TAG: Source = Source {
    joins: "CROSS JOIN tag_contracts h",
    conditions: "h.pacticipant_id = c.id AND h.provider_id = i.provider_id",
    named: Some("h.name"),
    version: "h.consumer_version_id",
    label: "h.name",
    kind: "''",
};
const EVERY_TAG: Source = Source {
    joins: "CROSS JOIN tags h",
    conditions: "h.pacticipant_id = c.id",
    named: Some("h.name"),
    version: "h.version_id",
    label: "h.name",
    kind: "''",
};
/// The latest with the tag that is named as the consumer's main branch.
const MAIN_TAG: Source = Source {
    joins: "CROSS JOIN tag_contracts h",
    conditions: "h.pacticipant_id = c.id AND h.name = c.main_branch AND h.provider_id = i.provider_id",
    named: None,
    version: "h.consumer_version_id",
    label: "h.name",
    kind: "''",
};
const LATEST: Source = Source {
    joins: "",
    conditions: "",
    named: None,
    version: "(SELECT MAX(n.consumer_version_id) FROM current_publications n \
              WHERE n.provider_id = i.provider_id AND n.consumer_id = i.consumer_id)",
    label: "''",
    kind: "''",
};
const IN_ENVIRONMENT: Source = Source {
    joins: "CROSS JOIN current_deployments h CROSS JOIN environments e",
    conditions: "h.pacticipant_id = c.id AND e.id = h.environment_id",
    named: Some("e.name"),
    version: "h.version_id",
    label: "e.name",
    kind: "h.kind",
};

pub(super) type Row = (
    i64,
    i64,
    i64,
    String,
    i64,
    String,
    i64,
    String,
    i64,
    String,
    i64,
    String,
    String,
);

/// What one source gave: the label and the kind with each publication.
pub(super) type Given = Vec<(String, String, Publication)>;

/// Runs the queries of all sources as one statement, beside the one for the provider's id.
pub(super) async fn fetch(
    connection: &mut Connection,
    provider: &str,
    sources: &[(&'static Source, Option<&str>, &str)],
) -> Result<Option<(i64, Vec<Given>)>> {
    let mut given: Vec<Given> = sources.iter().map(|_| Vec::new()).collect();
    let known = Statement::new("SELECT id FROM pacticipants WHERE name = $1").bind(provider);
    if sources.is_empty() {
        let found: Option<(i64,)> = known.optional(connection).await?;
        return Ok(found.map(|(id,)| (id, given)));
    }
    let columns = contracts::COLUMNS;
    let mut statement = Statement::default();
    for (index, (source, consumer, name)) in sources.iter().enumerate() {
        let Source {
            joins,
            conditions,
            named,
            version,
            label,
            kind,
        } = source;
        // CROSS JOIN keeps SQLite to the order that is written; PostgreSQL finds it by its statistics.
        statement = statement
            .sql(if index == 0 { "" } else { " UNION ALL " })
            .sql(&format!(
                "SELECT {index}, {columns}, {label}, {kind} FROM integrations i CROSS JOIN pacticipants c {joins} \
                 CROSS JOIN current_publications k CROSS JOIN contents t CROSS JOIN versions v \
                 CROSS JOIN pacticipants p WHERE c.id = i.consumer_id AND k.consumer_version_id = {version} \
                 AND k.provider_id = i.provider_id AND t.id = k.content_id AND v.id = k.consumer_version_id \
                 AND p.id = k.provider_id AND i.provider_id = (SELECT id FROM pacticipants WHERE name = "
            ))
            .value(provider)
            .sql(")");
        if let Some(consumer) = consumer {
            statement = statement.sql(" AND c.name = ").value(*consumer);
        }
        if !conditions.is_empty() {
            statement = statement.sql(" AND ").sql(conditions);
        }
        if let Some(column) = named
            && !name.is_empty()
        {
            statement = statement.sql(" AND ").sql(column).sql(" = ").value(*name);
        }
    }
    let (known, rows) = both::<(i64,), Row>(connection, (known, statement)).await?;
    for (index, a, b, c, d, e, f, g, h, i, j, label, kind) in rows {
        let publication = contracts::read((a, b, c, d, e, f, g, h, i, j));
        if let Some(given) = usize::try_from(index).ok().and_then(|index| given.get_mut(index)) {
            given.push((label, kind, publication));
        }
    }
    Ok(known.first().map(|(id,)| (*id, given)))
}

/// Where what a selector wants comes from, each with the name that is asked for (empty: any).
pub(super) fn sources(wanted: &Wanted) -> Vec<(&'static Source, &str)> {
    match wanted {
        Wanted::MainBranch => vec![(&MAIN_BRANCH, "")],
        Wanted::Branch { name, fallback, .. } => [Some(name), fallback.as_ref()]
            .into_iter()
            .flatten()
            .map(|name| (&BRANCH, name.as_str()))
            .collect(),
        Wanted::EveryBranch => vec![(&BRANCH, "")],
        Wanted::LatestTag { name, fallback } => [Some(name), fallback.as_ref()]
            .into_iter()
            .flatten()
            .map(|name| (&LATEST_TAG, name.as_str()))
            .collect(),
        Wanted::EveryTag(name) => vec![(&EVERY_TAG, name)],
        Wanted::Latest => vec![(&LATEST, "")],
        Wanted::InEnvironment { environment, .. } => {
            vec![(&IN_ENVIRONMENT, environment.as_deref().unwrap_or_default())]
        }
        Wanted::Default => vec![
            (&MAIN_BRANCH, ""),
            (&MAIN_TAG, ""),
            (&LATEST, ""),
            (&IN_ENVIRONMENT, ""),
        ],
    }
}

/// What a selector wants, from what its sources gave.
pub(super) fn chosen(wanted: &Wanted, given: Vec<Given>) -> Vec<(Why, Publication)> {
    let mut given = given.into_iter();
    let mut next = || given.next().unwrap_or_default();
    let with = |why: fn(String) -> Why, rows: Given| -> Vec<(Why, Publication)> {
        rows.into_iter()
            .map(|(label, _, publication)| (why(label), publication))
            .collect()
    };
    match wanted {
        Wanted::MainBranch => with(Why::MainBranch, next()),
        Wanted::Branch {
            name,
            fallback,
            matching,
        } => {
            let why = if *matching {
                Why::MatchingBranch
            } else {
                Why::Branch
            };
            let mut found = with(why, next());
            if let Some(used) = fallback {
                let have = consumers(&found);
                found.extend(
                    next()
                        .into_iter()
                        .filter(|row| !have.contains(&row.2.consumer_id))
                        .map(|row| {
                            let (wanted, used) = (name.clone(), used.clone());
                            (Why::FallbackBranch { wanted, used }, row.2)
                        }),
                );
            }
            found
        }
        Wanted::EveryBranch => with(Why::Branch, next()),
        Wanted::LatestTag { name, fallback } => {
            let mut found = with(Why::LatestWithTag, next());
            if let (true, Some(used)) = (found.is_empty(), fallback) {
                found.extend(next().into_iter().map(|row| {
                    let (wanted, used) = (name.clone(), used.clone());
                    (Why::FallbackTag { wanted, used }, row.2)
                }));
            }
            found
        }
        Wanted::EveryTag(_) => with(Why::WithTag, next()),
        Wanted::Latest => with(|_| Why::Latest, next()),
        Wanted::InEnvironment {
            deployed, released, ..
        } => live(next(), *deployed, *released),
        Wanted::Default => {
            let mut found = with(Why::MainBranch, next());
            let mut have = consumers(&found);
            let mut others = with(Why::LatestWithTag, next());
            others.extend(with(|_| Why::Latest, next()));
            for (why, publication) in others {
                if have.insert(publication.consumer_id) {
                    found.push((why, publication));
                }
            }
            found.extend(live(next(), true, true));
            found
        }
    }
}

fn consumers(found: &[(Why, Publication)]) -> HashSet<i64> {
    found
        .iter()
        .map(|(_, publication)| publication.consumer_id)
        .collect()
}

fn live(given: Given, deployed: bool, released: bool) -> Vec<(Why, Publication)> {
    given
        .into_iter()
        .filter_map(|(name, kind, publication)| match kind.as_str() {
            "deployed" if deployed => Some((Why::DeployedTo(name), publication)),
            "released" if released => Some((Why::ReleasedIn(name), publication)),
            _ => None,
        })
        .collect()
}
