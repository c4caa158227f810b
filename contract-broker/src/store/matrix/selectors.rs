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

/// A pacticipant that the question names.
#[derive(Debug, Clone)]
pub(super) struct Pacticipant {
    id: i64,
    main_branch: Option<String>,
}

/// What there is of the names in a question.
pub(super) struct Known {
    pacticipants: HashMap<String, Pacticipant>,
}

impl Known {
    /// Looks the names up, all in one query. Those of selectors and environments have to exist.
    pub(super) async fn of(connection: &mut Connection, query: &Query) -> Result<Self> {
        let mut names: Vec<String> = Vec::new();
        let mut environments: Vec<String> = Vec::new();
        for selector in &query.selectors {
            names.push(selector.pacticipant.clone());
            environments.extend(selector.environment.clone());
        }
        names.extend(
            query
                .options
                .ignore
                .iter()
                .map(|ignore| ignore.pacticipant.clone()),
        );
        if let Some(Target::Environment(name)) = &query.options.target {
            environments.push(name.clone());
        }
        let rows: Vec<(i64, String, Option<String>, i64)> =
            Statement::new("SELECT id, name, main_branch, 0 FROM pacticipants WHERE name IN ")
                .texts(&names)
                .sql(" UNION ALL SELECT id, name, name, 1 FROM environments WHERE name IN ")
                .texts(&environments)
                .all(connection)
                .await?;
        let mut pacticipants = HashMap::new();
        let mut there: HashSet<String> = HashSet::new();
        for (id, name, main_branch, environment) in rows {
            if environment == 1 {
                there.insert(name);
            } else {
                pacticipants.insert(name, Pacticipant { id, main_branch });
            }
        }
        let mut faults: Vec<String> = query
            .selectors
            .iter()
            .filter(|selector| !pacticipants.contains_key(&selector.pacticipant))
            .map(|selector| format!("Pacticipant {} not found", selector.pacticipant))
            .collect();
        faults.extend(
            environments
                .iter()
                .filter(|name| !there.contains(*name))
                .map(|name| format!("Environment with name '{name}' does not exist")),
        );
        faults.dedup();
        if faults.is_empty() {
            Ok(Self { pacticipants })
        } else {
            Err(Refusal::Unusable(faults).into())
        }
    }

    /// A pacticipant of a selector.
    pub(super) fn pacticipant(&self, name: &str) -> &Pacticipant {
        &self.pacticipants[name]
    }

    /// The positions of what is to be ignored and does not exist.
    pub(super) async fn missing(&self, connection: &mut Connection, ignore: &[Ignore]) -> Result<Vec<usize>> {
        let mut missing = Vec::new();
        for (index, ignore) in ignore.iter().enumerate() {
            let exists = match (self.pacticipants.get(&ignore.pacticipant), &ignore.version) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(found), Some(number)) => versions::find(connection, found.id, number).await?.is_some(),
            };
            if !exists {
                missing.push(index);
            }
        }
        Ok(missing)
    }
}

/// The versions that a selector means: those that meet each of its criteria.
pub(super) async fn resolve(
    connection: &mut Connection,
    pacticipant: &Pacticipant,
    selector: VersionSelector,
    specified: bool,
) -> Result<Resolved> {
    let done = |versions, selector| Resolved {
        pacticipant_id: pacticipant.id,
        selector,
        versions,
        specified,
    };
    if selector.is_open() {
        return Ok(done(Versions::All, selector));
    }
    let mut found: Option<Vec<VersionRef>> = None;
    for (sql, name) in criteria(pacticipant, &selector) {
        let rows: Vec<(i64, String)> = Statement::new(sql)
            .bind(pacticipant.id)
            .bind(name)
            .all(&mut *connection)
            .await?;
        found = Some(match found {
            None => newest_first(
                rows.into_iter()
                    .map(|(id, number)| VersionRef { id, number })
                    .collect(),
            ),
            Some(mut versions) => {
                let keep: HashSet<i64> = rows.into_iter().map(|(id, _)| id).collect();
                versions.retain(|version| keep.contains(&version.id));
                versions
            }
        });
    }
    Ok(done(Versions::Some(found.unwrap_or_default()), selector))
}

/// Each version once. Not left to the database: asked for an order, PostgreSQL may walk through all versions in that order.
fn newest_first(mut versions: Vec<VersionRef>) -> Vec<VersionRef> {
    versions.sort_by_key(|version| Reverse(version.id));
    versions.dedup_by_key(|version| version.id);
    versions
}

/// One query for each criterion of a selector, with the name that it needs.
fn criteria(pacticipant: &Pacticipant, selector: &VersionSelector) -> Vec<(&'static str, String)> {
    let mut criteria = Vec::new();
    if let Some(number) = &selector.version {
        criteria.push((
            "SELECT v.id, v.number FROM versions v WHERE v.pacticipant_id = $1 AND v.number = $2",
            number.clone(),
        ));
    }
    if let Some(environment) = &selector.environment {
        criteria.push((
            "SELECT v.id, v.number FROM environments e \
             JOIN current_deployments d ON d.environment_id = e.id AND d.pacticipant_id = $1 \
             JOIN versions v ON v.id = d.version_id WHERE e.name = $2",
            environment.clone(),
        ));
    }
    if let Some(tag) = &selector.tag {
        let sql = if selector.latest {
            "SELECT v.id, v.number FROM tag_heads h JOIN versions v ON v.id = h.version_id \
             WHERE h.pacticipant_id = $1 AND h.name = $2"
        } else {
            "SELECT v.id, v.number FROM tags t JOIN versions v ON v.id = t.version_id \
             WHERE t.pacticipant_id = $1 AND t.name = $2"
        };
        criteria.push((sql, tag.clone()));
    }
    let on_branch = if selector.latest {
        "SELECT v.id, v.number FROM branches b JOIN branch_heads h ON h.branch_id = b.id \
         JOIN versions v ON v.id = h.version_id WHERE b.pacticipant_id = $1 AND b.name = $2"
    } else {
        "SELECT v.id, v.number FROM branches b JOIN branch_versions m ON m.branch_id = b.id \
         JOIN versions v ON v.id = m.version_id WHERE b.pacticipant_id = $1 AND b.name = $2"
    };
    if let Some(branch) = &selector.branch {
        criteria.push((on_branch, branch.clone()));
    }
    if selector.main_branch {
        criteria.push((on_branch, pacticipant.main_branch.clone().unwrap_or_default()));
    }
    if criteria.is_empty() && selector.latest {
        criteria.push((
            "SELECT v.id, v.number FROM versions v WHERE v.pacticipant_id = $1 AND $2 = $2 ORDER BY v.id DESC LIMIT 1",
            String::new(),
        ));
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
    for selector in resolved {
        let mut statement = Statement::new("SELECT c.id, c.name, p.id, p.name, x.required FROM (");
        match &selector.versions {
            Versions::All => {
                statement = statement
                    .sql("SELECT consumer_id, provider_id, 1 AS required FROM integrations WHERE consumer_id = ")
                    .value(selector.pacticipant_id);
            }
            Versions::Some(list) => {
                let versions: Vec<i64> = list.iter().map(|version| version.id).collect();
                // At least one part, so that an empty list finds nothing.
                for (index, part) in versions
                    .chunks(MOST)
                    .chain(versions.is_empty().then_some(&[][..]))
                    .enumerate()
                {
                    statement = statement
                        .sql(if index == 0 { "" } else { " UNION ALL " })
                        .sql(
                            "SELECT DISTINCT consumer_id, provider_id, 1 AS required FROM current_publications \
                             WHERE consumer_version_id IN ",
                        )
                        .numbers(part);
                }
            }
        }
        if open {
            statement = statement
                .sql(" UNION ALL SELECT consumer_id, provider_id, 0 AS required FROM integrations WHERE provider_id = ")
                .value(selector.pacticipant_id);
        }
        // CROSS JOIN keeps SQLite to the order that is written; PostgreSQL finds it by its statistics.
        let rows: Vec<(i64, String, i64, String, i64)> = statement
            .sql(
                ") x CROSS JOIN pacticipants c CROSS JOIN pacticipants p \
                 WHERE c.id = x.consumer_id AND p.id = x.provider_id",
            )
            .all(connection)
            .await?;
        for (consumer_id, consumer, provider_id, provider, required) in rows {
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
    }
    Ok(found.into_values().collect())
}

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
