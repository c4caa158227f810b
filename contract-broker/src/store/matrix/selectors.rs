//! From the question's names to versions, and to the pacticipants that the question does not name.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use super::super::{
    Connection, Result,
    statement::{MOST, Statement},
    versions,
};
use crate::domain::{
    matrix::{Ignore, Integration, Query, Resolved, Target, VersionRef, VersionSelector, Versions},
    refusal::Refusal,
};

/// What there is of the names in a question.
pub(super) struct Known {
    /// The ids of pacticipants, by name.
    pacticipants: HashMap<String, i64>,
}

/// Looks up the names in a question, and the versions that its selectors mean, all at once. The pacticipants of selectors
/// and the environments have to exist.
pub(super) async fn look_up(connection: &mut Connection, query: &Query) -> Result<(Known, Vec<Resolved>)> {
    let mut names: Vec<String> = Vec::new();
    let mut environments: Vec<String> = Vec::new();
    for selector in &query.selectors {
        names.push(selector.pacticipant.clone());
        environments.extend(selector.environment.clone());
    }
    let ignored = query.options.ignore.iter();
    names.extend(ignored.map(|ignore| ignore.pacticipant.clone()));
    if let Some(Target::Environment(name)) = &query.options.target {
        environments.push(name.clone());
    }
    for list in [&mut names, &mut environments] {
        list.sort_unstable();
        list.dedup();
    }
    let mut asked = vec![
        Statement::new("SELECT id, name FROM pacticipants WHERE name IN ").texts(&names),
        Statement::new("SELECT id, name FROM environments WHERE name IN ").texts(&environments),
    ];
    let mut counts = Vec::with_capacity(query.selectors.len());
    for selector in &query.selectors {
        let before = asked.len();
        asked.extend(criteria(selector));
        counts.push(asked.len() - before);
    }
    let mut found = connection
        .rows_of_each::<(i64, String)>(&asked)
        .await?
        .into_iter();
    let pacticipants: HashMap<String, i64> = swapped(found.next());
    let there: HashMap<String, i64> = swapped(found.next());
    let mut faults: Vec<String> = query
        .selectors
        .iter()
        .filter(|selector| !pacticipants.contains_key(&selector.pacticipant))
        .map(|selector| format!("Pacticipant {} not found", selector.pacticipant))
        .collect();
    faults.extend(
        environments
            .iter()
            .filter(|name| !there.contains_key(*name))
            .map(|name| format!("Environment with name '{name}' does not exist")),
    );
    faults.dedup();
    if !faults.is_empty() {
        return Err(Refusal::Unusable(faults).into());
    }
    let resolved = query
        .selectors
        .iter()
        .zip(counts)
        .map(|(selector, count)| Resolved {
            pacticipant_id: pacticipants[&selector.pacticipant],
            selector: selector.clone(),
            versions: meeting_each(found.by_ref().take(count)),
            specified: true,
        });
    let resolved = resolved.collect();
    Ok((Known { pacticipants }, resolved))
}

fn swapped(rows: Option<Vec<(i64, String)>>) -> HashMap<String, i64> {
    let rows = rows.unwrap_or_default();
    rows.into_iter().map(|(id, name)| (name, id)).collect()
}

impl Known {
    /// The positions of what is to be ignored and does not exist.
    pub(super) async fn missing(&self, connection: &mut Connection, ignore: &[Ignore]) -> Result<Vec<usize>> {
        let numbers: HashSet<&String> = ignore
            .iter()
            .filter_map(|ignore| ignore.version.as_ref())
            .collect();
        let numbers: Vec<&String> = numbers.into_iter().collect();
        let there = if numbers.is_empty() {
            HashSet::new()
        } else {
            let ids: Vec<i64> = self.pacticipants.values().copied().collect();
            versions::existing(connection, &ids, &numbers).await?
        };
        let exists = |ignore: &Ignore| match (self.pacticipants.get(&ignore.pacticipant), &ignore.version) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(id), Some(number)) => there.contains(&(*id, number.clone())),
        };
        let missing = ignore.iter().enumerate().filter(|(_, ignore)| !exists(ignore));
        Ok(missing.map(|(index, _)| index).collect())
    }
}

/// The versions that meet each criterion of a selector; with no criterion all.
fn meeting_each(found: impl Iterator<Item = Vec<(i64, String)>>) -> Versions {
    let mut found = found;
    let Some(first) = found.next() else {
        return Versions::All;
    };
    let mut versions = newest_first(
        first
            .into_iter()
            .map(|(id, number)| VersionRef { id, number })
            .collect(),
    );
    for rows in found {
        let keep: HashSet<i64> = rows.into_iter().map(|(id, _)| id).collect();
        versions.retain(|version| keep.contains(&version.id));
    }
    Versions::Some(versions)
}

/// Each version once. Not left to the database: asked for an order, PostgreSQL may walk through all versions in that order.
fn newest_first(mut versions: Vec<VersionRef>) -> Vec<VersionRef> {
    versions.sort_by_key(|version| Reverse(version.id));
    versions.dedup_by_key(|version| version.id);
    versions
}

/// One query for each criterion of a selector: the ids and numbers of versions.
fn criteria(selector: &VersionSelector) -> Vec<Statement<'_>> {
    let versions = |from: &str| {
        Statement::new("SELECT v.id, v.number FROM ")
            .sql(from)
            .sql("pacticipant_id = (SELECT id FROM pacticipants WHERE name = ")
            .value(&selector.pacticipant)
            .sql(")")
    };
    let on_branch = || {
        versions(if selector.latest {
            "branches b JOIN branch_heads h ON h.branch_id = b.id JOIN versions v ON v.id = h.version_id WHERE b."
        } else {
            "branches b JOIN branch_versions m ON m.branch_id = b.id JOIN versions v ON v.id = m.version_id WHERE b."
        })
    };
    let mut criteria = Vec::new();
    if let Some(number) = &selector.version {
        criteria.push(
            versions("versions v WHERE v.")
                .sql(" AND v.number = ")
                .value(number),
        );
    }
    if let Some(environment) = &selector.environment {
        let from = "environments e JOIN current_deployments d ON d.environment_id = e.id \
                    JOIN versions v ON v.id = d.version_id WHERE d.";
        criteria.push(versions(from).sql(" AND e.name = ").value(environment));
    }
    if let Some(tag) = &selector.tag {
        let from = if selector.latest {
            "tag_heads t JOIN versions v ON v.id = t.version_id WHERE t."
        } else {
            "tags t JOIN versions v ON v.id = t.version_id WHERE t."
        };
        criteria.push(versions(from).sql(" AND t.name = ").value(tag));
    }
    if let Some(branch) = &selector.branch {
        criteria.push(on_branch().sql(" AND b.name = ").value(branch));
    }
    if selector.main_branch {
        let name = " AND b.name = (SELECT main_branch FROM pacticipants WHERE name = ";
        criteria.push(on_branch().sql(name).value(&selector.pacticipant).sql(")"));
    }
    if criteria.is_empty() && selector.latest {
        criteria.push(versions("versions v WHERE v.").sql(" ORDER BY v.id DESC LIMIT 1"));
    }
    criteria
}

/// The integrations that the question touches: those of the consumers that are named, and with `open` those of the
/// providers that are named. One query for each selector.
pub(super) async fn integrations(
    connection: &mut Connection,
    resolved: &[Resolved],
    open: bool,
) -> Result<Vec<Integration>> {
    let mut found: BTreeMap<(i64, i64), Integration> = BTreeMap::new();
    let named: HashSet<i64> = resolved.iter().map(|selector| selector.pacticipant_id).collect();
    let asked: Vec<Statement<'_>> = resolved
        .iter()
        .flat_map(|selector| integrations_of(selector, open))
        .collect();
    let rows = connection
        .rows_of_each::<(i64, String, i64, String, i64)>(&asked)
        .await?;
    for (consumer_id, consumer, provider_id, provider, required) in rows.into_iter().flatten() {
        let required = required == 1;
        if required && !open && !named.contains(&provider_id) {
            continue;
        }
        let entry = found.entry((consumer_id, provider_id)).or_insert(Integration {
            consumer_id,
            consumer,
            provider_id,
            provider,
            required,
        });
        entry.required |= required;
    }
    Ok(found.into_values().collect())
}

/// The statements for one selector: more than one where it found very many versions.
fn integrations_of(selector: &Resolved, open: bool) -> Vec<Statement<'static>> {
    let as_consumer: Vec<Statement<'static>> = match &selector.versions {
        Versions::All => vec![
            Statement::new(INTEGRATIONS)
                .sql("SELECT consumer_id, provider_id, 1 AS required FROM integrations WHERE consumer_id = ")
                .value(selector.pacticipant_id),
        ],
        Versions::Some(list) => {
            let versions: Vec<i64> = list.iter().map(|version| version.id).collect();
            // At least one part, so that an empty list finds nothing.
            let parts = versions
                .chunks(MOST)
                .chain(versions.is_empty().then_some(&[][..]));
            let of_versions = "SELECT DISTINCT consumer_id, provider_id, 1 AS required FROM current_publications \
                               WHERE consumer_version_id IN ";
            parts
                .map(|part| Statement::new(INTEGRATIONS).sql(of_versions).numbers(part))
                .collect()
        }
    };
    let of_provider =
        " UNION ALL SELECT consumer_id, provider_id, 0 AS required FROM integrations WHERE provider_id = ";
    let whole = |statement: Statement<'static>| {
        let statement = if open {
            statement.sql(of_provider).value(selector.pacticipant_id)
        } else {
            statement
        };
        // CROSS JOIN keeps SQLite to the order that is written; PostgreSQL finds it by its statistics.
        statement.sql(
            ") x CROSS JOIN pacticipants c CROSS JOIN pacticipants p \
             WHERE c.id = x.consumer_id AND p.id = x.provider_id",
        )
    };
    as_consumer.into_iter().map(whole).collect()
}

const INTEGRATIONS: &str = "SELECT c.id, c.name, p.id, p.name, x.required FROM (";

/// Adds the pacticipants that are integrated with those that are named, at the versions that are compared with.
pub(super) async fn infer_others(
    connection: &mut Connection,
    query: &Query,
    integrations: &[Integration],
    resolved: &mut Vec<Resolved>,
) -> Result<()> {
    let named: HashSet<i64> = resolved.iter().map(|selector| selector.pacticipant_id).collect();
    let mut others: BTreeMap<i64, String> = BTreeMap::new();
    for integration in integrations {
        for (id, name) in [
            (integration.consumer_id, &integration.consumer),
            (integration.provider_id, &integration.provider),
        ] {
            if !named.contains(&id) {
                others.insert(id, name.clone());
            }
        }
    }
    let ids: Vec<i64> = others.keys().copied().collect();
    let mut selector = VersionSelector::default();
    // One query for all of them. The columns are pacticipant, version, number.
    let statement = match &query.options.target {
        None => None,
        Some(Target::Latest) => {
            selector.latest = true;
            let newest = "SELECT p.id, v.id, v.number FROM pacticipants p CROSS JOIN versions v \
                          WHERE v.id = (SELECT MAX(n.id) FROM versions n WHERE n.pacticipant_id = p.id) AND p.id IN ";
            Some(Statement::new(newest).numbers(&ids))
        }
        Some(Target::Tag { name, latest }) => {
            selector.tag = Some(name.clone());
            selector.latest = *latest;
            let table = if *latest { "tag_heads" } else { "tags" };
            Some(
                Statement::new(format!(
                    "SELECT t.pacticipant_id, v.id, v.number FROM {table} t CROSS JOIN versions v \
                     WHERE v.id = t.version_id AND t.name = "
                ))
                .value(name)
                .sql(" AND t.pacticipant_id IN ")
                .numbers(&ids),
            )
        }
        Some(Target::Branch { name, latest }) => {
            selector.branch = Some(name.clone());
            selector.latest = *latest;
            Some(
                of_branches(*latest)
                    .sql("b.name = ")
                    .value(name)
                    .sql(" AND p.id IN ")
                    .numbers(&ids),
            )
        }
        Some(Target::MainBranch { latest }) => {
            selector.main_branch = true;
            selector.latest = *latest;
            Some(
                of_branches(*latest)
                    .sql("b.name = p.main_branch AND p.id IN ")
                    .numbers(&ids),
            )
        }
        Some(Target::Environment(name)) => {
            selector.environment = Some(name.clone());
            Some(
                Statement::new(
                    "SELECT d.pacticipant_id, v.id, v.number FROM environments e \
                     CROSS JOIN current_deployments d CROSS JOIN versions v \
                     WHERE d.environment_id = e.id AND v.id = d.version_id AND e.name = ",
                )
                .value(name)
                .sql(" AND d.pacticipant_id IN ")
                .numbers(&ids),
            )
        }
    };
    let bounded = statement.is_some();
    let mut versions: HashMap<i64, Vec<VersionRef>> = HashMap::new();
    if let Some(statement) = statement
        && !ids.is_empty()
    {
        let rows: Vec<(i64, i64, String)> = statement.all(connection).await?;
        for (pacticipant, id, number) in rows {
            versions
                .entry(pacticipant)
                .or_default()
                .push(VersionRef { id, number });
        }
    }
    resolved.extend(others.into_iter().map(|(id, name)| Resolved {
        pacticipant_id: id,
        selector: VersionSelector {
            pacticipant: name,
            ..selector.clone()
        },
        versions: if bounded {
            Versions::Some(newest_first(versions.remove(&id).unwrap_or_default()))
        } else {
            Versions::All
        },
        specified: false,
    }));
    Ok(())
}

/// Versions of branches, or their heads; ends where the condition on branch and pacticipant goes.
fn of_branches(latest: bool) -> Statement<'static> {
    let table = if latest { "branch_heads" } else { "branch_versions" };
    Statement::new(format!(
        "SELECT p.id, v.id, v.number FROM pacticipants p CROSS JOIN branches b CROSS JOIN {table} h \
         CROSS JOIN versions v WHERE b.pacticipant_id = p.id AND h.branch_id = b.id AND v.id = h.version_id AND "
    ))
}
