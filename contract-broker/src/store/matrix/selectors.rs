//! Resolves the names in a query to versions, and finds the pacticipants that it does not name.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use super::super::{
    Columns, Connection, FromRow, MOST, Result, Statement,
    integrations::PairIds,
    row, rows_of_each, together,
    versions::{self, NumberOf},
};
use crate::domain::{
    matrix::{Ignore, Integration, Query, Resolved, Target, VersionRef, VersionSelector, Versions},
    refusal::Refusal,
};

/// The existing names in a query.
pub(super) struct Known {
    /// The ids of pacticipants, by name.
    pacticipants: HashMap<String, i64>,
}

row! {
    struct Named {
        id: i64,
        name: String,
    }

    struct IntegrationRow {
        consumer_id: i64,
        consumer: String,
        provider_id: i64,
        provider: String,
    }

    struct VersionOf {
        pacticipant_id: i64,
        version: VersionRef,
    }
}

impl FromRow for VersionRef {
    const COLUMNS: usize = 2;

    fn from_row(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            id: columns.next()?,
            number: columns.next()?,
        })
    }
}

/// The result of [`look_up`].
pub(super) struct LookedUp {
    pub(super) known: Known,
    /// One for each selector.
    pub(super) resolved: Vec<Resolved>,
}

/// Looks up the names in a query and the versions of its selectors, all at once. The pacticipants of selectors and the
/// environments must exist.
pub(super) async fn look_up(connection: &mut Connection, query: &Query) -> Result<LookedUp> {
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
    let (mut pacticipants, mut there) = (Vec::<Named>::new(), Vec::<Named>::new());
    let mut asked = vec![
        Statement::new("SELECT id, name FROM pacticipants WHERE name IN ")
            .texts(&names)
            .into_rows(&mut pacticipants),
        Statement::new("SELECT id, name FROM environments WHERE name IN ")
            .texts(&environments)
            .into_rows(&mut there),
    ];
    let criteria: Vec<Vec<Statement<'_>>> = query.selectors.iter().map(criteria).collect();
    let mut found: Vec<Vec<Vec<VersionRef>>> = criteria
        .iter()
        .map(|statements| statements.iter().map(|_| Vec::new()).collect())
        .collect();
    for (statements, found) in criteria.into_iter().zip(&mut found) {
        let questions = statements.into_iter().zip(found);
        asked.extend(questions.map(|(statement, found)| statement.into_rows(found)));
    }
    together(connection, &mut asked).await?;
    drop(asked);
    let by_name = |named: Vec<Named>| named.into_iter().map(|named| (named.name, named.id));
    let pacticipants: HashMap<String, i64> = by_name(pacticipants).collect();
    let there: HashMap<String, i64> = by_name(there).collect();
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
        .zip(found)
        .map(|(selector, found)| Resolved {
            pacticipant_id: pacticipants[&selector.pacticipant],
            selector: selector.clone(),
            versions: meeting_each(found),
            specified: true,
        });
    let resolved = resolved.collect();
    Ok(LookedUp {
        known: Known { pacticipants },
        resolved,
    })
}

impl Known {
    /// Returns the indexes of ignored items that do not exist.
    pub(super) async fn missing(&self, connection: &mut Connection, ignore: &[Ignore]) -> Result<Vec<usize>> {
        let numbers: HashSet<&String> = ignore
            .iter()
            .filter_map(|ignore| ignore.version.as_ref())
            .collect();
        let numbers: Vec<String> = numbers.into_iter().cloned().collect();
        let there = if numbers.is_empty() {
            HashSet::new()
        } else {
            let ids: Vec<i64> = self.pacticipants.values().copied().collect();
            versions::existing(connection, &ids, &numbers).await?
        };
        let exists = |ignore: &Ignore| match (self.pacticipants.get(&ignore.pacticipant), &ignore.version) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(id), Some(number)) => there.contains(&NumberOf {
                pacticipant_id: *id,
                number: number.clone(),
            }),
        };
        let missing = ignore.iter().enumerate().filter(|(_, ignore)| !exists(ignore));
        Ok(missing.map(|(index, _)| index).collect())
    }
}

/// Returns the versions that meet all criteria of a selector; without criteria all.
fn meeting_each(found: Vec<Vec<VersionRef>>) -> Versions {
    let mut found = found.into_iter();
    let Some(first) = found.next() else {
        return Versions::All;
    };
    let mut versions = newest_first(first);
    for others in found {
        let keep: HashSet<i64> = others.into_iter().map(|version| version.id).collect();
        versions.retain(|version| keep.contains(&version.id));
    }
    Versions::Some(versions)
}

/// Returns the distinct versions. Not left to the database: PostgreSQL may scan all versions for an ORDER BY.
fn newest_first(mut versions: Vec<VersionRef>) -> Vec<VersionRef> {
    versions.sort_by_key(|version| Reverse(version.id));
    versions.dedup_by_key(|version| version.id);
    versions
}

/// Returns one query for each criterion of a selector: the ids and numbers of versions.
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

/// Returns the integrations of the query: those of the named consumers, and with `open` those of the named providers.
pub(super) async fn integrations(
    connection: &mut Connection,
    resolved: &[Resolved],
    open: bool,
) -> Result<Vec<Integration>> {
    let named: HashSet<i64> = resolved.iter().map(|selector| selector.pacticipant_id).collect();
    let mut asked: Vec<Statement<'_>> = resolved.iter().flat_map(of_consumer).collect();
    let consuming = asked.len();
    if open {
        asked.extend(resolved.iter().map(of_provider));
    }
    let rows: Vec<Vec<IntegrationRow>> = rows_of_each(connection, asked).await?;
    let mut found: BTreeMap<PairIds, Integration> = BTreeMap::new();
    // What a consumer requires comes first, and stays required if a provider is selected too.
    let of_each = rows.into_iter().enumerate();
    for (row, required) in
        of_each.flat_map(|(place, rows)| rows.into_iter().map(move |row| (row, place < consuming)))
    {
        if !open && !named.contains(&row.provider_id) {
            continue;
        }
        let ids = PairIds {
            consumer: row.consumer_id,
            provider: row.provider_id,
        };
        found.entry(ids).or_insert(Integration {
            consumer_id: row.consumer_id,
            consumer: row.consumer,
            provider_id: row.provider_id,
            provider: row.provider,
            required,
        });
    }
    Ok(found.into_values().collect())
}

/// Returns the statements for a selector's pacticipant as a consumer: several if it matches very many versions.
fn of_consumer(selector: &Resolved) -> Vec<Statement<'static>> {
    match &selector.versions {
        Versions::All => vec![
            Statement::new(INTEGRATIONS)
                .sql("SELECT consumer_id, provider_id FROM integrations WHERE consumer_id = ")
                .value(selector.pacticipant_id)
                .sql(NAMES),
        ],
        Versions::Some(list) => {
            let versions: Vec<i64> = list.iter().map(|version| version.id).collect();
            let of_versions = "SELECT DISTINCT consumer_id, provider_id FROM current_publications \
                               WHERE consumer_version_id IN ";
            let parts = versions.chunks(MOST);
            parts
                .map(|part| {
                    Statement::new(INTEGRATIONS)
                        .sql(of_versions)
                        .numbers(part)
                        .sql(NAMES)
                })
                .collect()
        }
    }
}

/// Returns the statement for a selector's pacticipant as a provider.
fn of_provider(selector: &Resolved) -> Statement<'static> {
    Statement::new(INTEGRATIONS)
        .sql("SELECT consumer_id, provider_id FROM integrations WHERE provider_id = ")
        .value(selector.pacticipant_id)
        .sql(NAMES)
}

const INTEGRATIONS: &str = "SELECT c.id, c.name, p.id, p.name FROM (";

// CROSS JOIN forces SQLite to use the written order; PostgreSQL uses its statistics.
const NAMES: &str = ") x CROSS JOIN pacticipants c CROSS JOIN pacticipants p \
                     WHERE c.id = x.consumer_id AND p.id = x.provider_id";

/// Adds the pacticipants integrated with the named ones, at the versions to compare with.
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
        let found: Vec<VersionOf> = statement.all(connection).await?;
        for one in found {
            versions.entry(one.pacticipant_id).or_default().push(one.version);
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

/// Returns versions of branches, or their heads; ends where the condition on branch and pacticipant follows.
fn of_branches(latest: bool) -> Statement<'static> {
    let table = if latest { "branch_heads" } else { "branch_versions" };
    Statement::new(format!(
        "SELECT p.id, v.id, v.number FROM pacticipants p CROSS JOIN branches b CROSS JOIN {table} h \
         CROSS JOIN versions v WHERE b.pacticipant_id = p.id AND h.branch_id = b.id AND v.id = h.version_id AND "
    ))
}
