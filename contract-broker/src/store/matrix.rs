//! Finding what the matrix is made of. Where versions are named (by number, branch head, environment) every step is a
//! look-up by an index; where all versions are meant, the newest are read until there are enough.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Connection, Result, environments,
    in_list::{Fixed, InList, MOST, select_in},
    pacticipants,
};
use crate::domain::{
    matrix::{
        Ignore, Integration, LatestBy, Query, Resolved, Row, Target, Verification, VersionRef,
        VersionSelector, Versions,
    },
    refusal::Refusal,
};

/// What was found for a question.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) resolved: Vec<Resolved>,
    pub(crate) integrations: Vec<Integration>,
    /// Not yet grouped.
    pub(crate) rows: Vec<Row>,
    /// The position in the question of what cannot be ignored, as it does not exist.
    pub(crate) unknown_ignored: Vec<usize>,
}

/// The newest rows that are read where all versions are meant and no limit is given.
const ENOUGH: usize = 1000;

/// Finds everything that a question touches. Names that do not exist are refused.
pub(crate) async fn find(connection: &mut Connection, query: &Query) -> Result<Found> {
    let mut names: Vec<String> = query
        .selectors
        .iter()
        .map(|selector| selector.pacticipant.clone())
        .collect();
    names.extend(
        query
            .options
            .ignore
            .iter()
            .map(|ignore| ignore.pacticipant.clone()),
    );
    let ids = pacticipants::ids(connection, &names).await?;
    check(connection, query, &ids).await?;
    let mut resolved = Vec::new();
    for selector in &query.selectors {
        resolved.push(resolve(connection, ids[&selector.pacticipant], selector.clone(), true).await?);
    }
    let infer = query.options.target.is_some();
    let alone = resolved.len() == 1;
    let integrations = integrations(connection, &resolved, infer || alone).await?;
    if infer || alone {
        infer_others(connection, query, &integrations, &mut resolved).await?;
    }
    let rows = rows(connection, query, &resolved, &integrations).await?;
    let mut unknown_ignored = Vec::new();
    for (index, ignore) in query.options.ignore.iter().enumerate() {
        if !exists(connection, &ids, ignore).await? {
            unknown_ignored.push(index);
        }
    }
    Ok(Found {
        resolved,
        integrations,
        rows,
        unknown_ignored,
    })
}

async fn check(connection: &mut Connection, query: &Query, ids: &BTreeMap<String, i64>) -> Result<()> {
    let mut faults = Vec::new();
    let mut wanted: Vec<&str> = Vec::new();
    for selector in &query.selectors {
        if !ids.contains_key(&selector.pacticipant) {
            faults.push(format!("Pacticipant {} not found", selector.pacticipant));
        }
        wanted.extend(selector.environment.as_deref());
    }
    if let Some(Target::Environment(name)) = &query.options.target {
        wanted.push(name);
    }
    for name in wanted {
        if environments::named(connection, name).await?.is_none() {
            faults.push(format!("Environment with name '{name}' does not exist"));
        }
    }
    faults.dedup();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Unusable(faults).into())
    }
}

async fn exists(connection: &mut Connection, ids: &BTreeMap<String, i64>, ignore: &Ignore) -> Result<bool> {
    Ok(match (ids.get(&ignore.pacticipant), &ignore.version) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(id), Some(number)) => super::versions::find(connection, *id, number).await?.is_some(),
    })
}

/// The versions that a selector means.
async fn resolve(
    connection: &mut Connection,
    pacticipant: i64,
    selector: VersionSelector,
    specified: bool,
) -> Result<Resolved> {
    let done = |versions, selector| Resolved {
        pacticipant_id: pacticipant,
        selector,
        versions,
        specified,
    };
    if selector.is_open() {
        return Ok(done(Versions::All, selector));
    }
    // One list for each criterion; a version has to be in all of them.
    let mut lists: Vec<Vec<VersionRef>> = Vec::new();
    let mut criteria: Vec<(&'static str, String)> = Vec::new();
    if let Some(number) = &selector.version {
        criteria.push((
            "SELECT v.id, v.number FROM versions v WHERE v.pacticipant_id = $1 AND v.number = $2",
            number.clone(),
        ));
    }
    if let Some(environment) = &selector.environment {
        criteria.push((
            "SELECT DISTINCT v.id, v.number FROM environments e \
             JOIN current_deployments d ON d.environment_id = e.id AND d.pacticipant_id = $1 \
             JOIN versions v ON v.id = d.version_id WHERE e.name = $2 ORDER BY v.id DESC",
            environment.clone(),
        ));
    }
    if let Some(tag) = &selector.tag {
        let sql = if selector.latest {
            "SELECT v.id, v.number FROM tag_heads h JOIN versions v ON v.id = h.version_id \
             WHERE h.pacticipant_id = $1 AND h.name = $2"
        } else {
            "SELECT v.id, v.number FROM tags t JOIN versions v ON v.id = t.version_id \
             WHERE t.pacticipant_id = $1 AND t.name = $2 ORDER BY t.version_id DESC"
        };
        criteria.push((sql, tag.clone()));
    }
    let on_branch = if selector.latest {
        "SELECT v.id, v.number FROM branches b JOIN branch_heads h ON h.branch_id = b.id \
         JOIN versions v ON v.id = h.version_id WHERE b.pacticipant_id = $1 AND b.name = $2"
    } else {
        "SELECT v.id, v.number FROM branches b JOIN branch_versions m ON m.branch_id = b.id \
         JOIN versions v ON v.id = m.version_id WHERE b.pacticipant_id = $1 AND b.name = $2 ORDER BY m.id DESC"
    };
    if let Some(branch) = &selector.branch {
        criteria.push((on_branch, branch.clone()));
    }
    if selector.main_branch {
        let row: Option<(Option<String>,)> =
            sqlx::query_as("SELECT main_branch FROM pacticipants WHERE id = $1")
                .bind(pacticipant)
                .fetch_optional(&mut *connection)
                .await?;
        criteria.push((on_branch, row.and_then(|row| row.0).unwrap_or_default()));
    }
    if criteria.is_empty() && selector.latest {
        criteria.push((
            "SELECT v.id, v.number FROM versions v WHERE v.pacticipant_id = $1 AND $2 = $2 ORDER BY v.id DESC LIMIT 1",
            String::new(),
        ));
    }
    for (sql, name) in criteria {
        let rows: Vec<(i64, String)> = sqlx::query_as(sql)
            .bind(pacticipant)
            .bind(name)
            .fetch_all(&mut *connection)
            .await?;
        lists.push(
            rows.into_iter()
                .map(|(id, number)| VersionRef { id, number })
                .collect(),
        );
    }
    let mut lists = lists.into_iter();
    let mut versions = lists.next().unwrap_or_default();
    for list in lists {
        let keep: HashSet<i64> = list.into_iter().map(|version| version.id).collect();
        versions.retain(|version| keep.contains(&version.id));
    }
    Ok(done(Versions::Some(versions), selector))
}

/// The integrations that the question touches.
async fn integrations(
    connection: &mut Connection,
    resolved: &[Resolved],
    open: bool,
) -> Result<Vec<Integration>> {
    let mut found: BTreeMap<(i64, i64), Integration> = BTreeMap::new();
    let mut add = |(consumer_id, consumer, provider_id, provider): (i64, String, i64, String), required| {
        let entry = found.entry((consumer_id, provider_id)).or_insert(Integration {
            consumer_id,
            consumer,
            provider_id,
            provider,
            required,
        });
        entry.required |= required;
    };
    let named: HashSet<i64> = resolved.iter().map(|selector| selector.pacticipant_id).collect();
    for selector in resolved {
        let as_consumer: Vec<(i64, String, i64, String)> = match &selector.versions {
            Versions::All => {
                sqlx::query_as(
                    "SELECT c.id, c.name, p.id, p.name FROM integrations i JOIN pacticipants c ON c.id = i.consumer_id \
                     JOIN pacticipants p ON p.id = i.provider_id WHERE i.consumer_id = $1",
                )
                .bind(selector.pacticipant_id)
                .fetch_all(&mut *connection)
                .await?
            }
            Versions::Some(list) => {
                let ids: Vec<i64> = list.iter().map(|version| version.id).collect();
                select_in(
                    connection,
                    |list| {
                        format!(
                            "SELECT DISTINCT c.id, c.name, p.id, p.name FROM current_publications k \
                             JOIN pacticipants c ON c.id = k.consumer_id JOIN pacticipants p ON p.id = k.provider_id \
                             WHERE k.consumer_version_id IN {list}"
                        )
                    },
                    &[],
                    &ids,
                )
                .await?
            }
        };
        for pair in as_consumer {
            if open || named.contains(&pair.2) {
                add(pair, true);
            }
        }
        if open {
            let as_provider: Vec<(i64, String, i64, String)> = sqlx::query_as(
                "SELECT c.id, c.name, p.id, p.name FROM integrations i JOIN pacticipants c ON c.id = i.consumer_id \
                 JOIN pacticipants p ON p.id = i.provider_id WHERE i.provider_id = $1",
            )
            .bind(selector.pacticipant_id)
            .fetch_all(&mut *connection)
            .await?;
            for pair in as_provider {
                add(pair, false);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Adds the pacticipants that are integrated with those that are named, at the versions that are compared with.
async fn infer_others(
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
    let mut selector = VersionSelector::default();
    match &query.options.target {
        None => {}
        Some(Target::Latest) => selector.latest = true,
        Some(Target::Tag { name, latest }) => {
            selector.tag = Some(name.clone());
            selector.latest = *latest;
        }
        Some(Target::Branch { name, latest }) => {
            selector.branch = Some(name.clone());
            selector.latest = *latest;
        }
        Some(Target::MainBranch { latest }) => {
            selector.main_branch = true;
            selector.latest = *latest;
        }
        Some(Target::Environment(name)) => {
            selector.environment = Some(name.clone());
            return infer_in_environment(connection, &selector, name, others, resolved).await;
        }
    }
    for (id, name) in others {
        let selector = VersionSelector {
            pacticipant: name,
            ..selector.clone()
        };
        resolved.push(resolve(connection, id, selector, false).await?);
    }
    Ok(())
}

/// As [`infer_others`], for an environment: one query for all of them.
async fn infer_in_environment(
    connection: &mut Connection,
    selector: &VersionSelector,
    environment: &str,
    others: BTreeMap<i64, String>,
    resolved: &mut Vec<Resolved>,
) -> Result<()> {
    let ids: Vec<i64> = others.keys().copied().collect();
    let rows: Vec<(i64, i64, String)> = select_in(
        connection,
        |list| {
            format!(
                "SELECT DISTINCT d.pacticipant_id, v.id, v.number FROM current_deployments d \
                 JOIN versions v ON v.id = d.version_id WHERE d.pacticipant_id IN {list} \
                 AND d.environment_id = (SELECT e.id FROM environments e WHERE e.name = $1) ORDER BY v.id DESC"
            )
        },
        &[Fixed::Text(environment)],
        &ids,
    )
    .await?;
    let mut versions: HashMap<i64, Vec<VersionRef>> = HashMap::new();
    for (pacticipant, id, number) in rows {
        versions
            .entry(pacticipant)
            .or_default()
            .push(VersionRef { id, number });
    }
    for (id, name) in others {
        resolved.push(Resolved {
            pacticipant_id: id,
            selector: VersionSelector {
                pacticipant: name,
                ..selector.clone()
            },
            versions: Versions::Some(versions.remove(&id).unwrap_or_default()),
            specified: false,
        });
    }
    Ok(())
}

/// A contract of a version, without its results.
#[derive(Debug, Clone)]
struct Contract {
    publication_id: i64,
    consumer_id: i64,
    version: VersionRef,
    provider_id: i64,
    content_id: i64,
    sha: String,
    published_at: i64,
}

type ContractRow = (i64, i64, i64, String, i64, i64, String, i64);

fn contract(
    (publication_id, consumer_id, version, number, provider_id, content_id, sha, at): ContractRow,
) -> Contract {
    let version = VersionRef { id: version, number };
    Contract {
        publication_id,
        consumer_id,
        version,
        provider_id,
        content_id,
        sha,
        published_at: at,
    }
}

/// A result by a version.
type ResultRow = (i64, i64, String, i64, i64, i64);

/// The tables to read: those that count, or every revision and every result.
struct Tables {
    contracts: &'static str,
    results: &'static str,
}

const CURRENT: Tables = Tables {
    contracts: "SELECT k.publication_id, k.consumer_id, k.consumer_version_id, v.number, k.provider_id, k.content_id, \
                t.sha, k.created_at FROM current_publications k JOIN versions v ON v.id = k.consumer_version_id \
                JOIN contents t ON t.id = k.content_id",
    results: "SELECT r.content_id, r.provider_version_id, v.number, r.verification_id, r.success, r.created_at \
              FROM current_verifications r JOIN versions v ON v.id = r.provider_version_id",
};

const EVERY: Tables = Tables {
    contracts: "SELECT k.id, k.consumer_id, k.consumer_version_id, v.number, k.provider_id, k.content_id, t.sha, \
                k.created_at FROM publications k JOIN versions v ON v.id = k.consumer_version_id \
                JOIN contents t ON t.id = k.content_id",
    results: "SELECT r.content_id, r.provider_version_id, v.number, r.id, r.success, r.created_at \
              FROM verifications r JOIN versions v ON v.id = r.provider_version_id",
};

async fn rows(
    connection: &mut Connection,
    query: &Query,
    resolved: &[Resolved],
    integrations: &[Integration],
) -> Result<Vec<Row>> {
    let tables = if query.options.latest_by.is_some() {
        &CURRENT
    } else {
        &EVERY
    };
    let by_id: HashMap<i64, &Resolved> = resolved
        .iter()
        .map(|selector| (selector.pacticipant_id, selector))
        .collect();
    let most = query.options.limit.unwrap_or(ENOUGH);
    let mut rows = Vec::new();
    let mut bounded: Vec<&Integration> = Vec::new();
    for integration in integrations {
        let (Some(consumer), Some(provider)) = (
            by_id.get(&integration.consumer_id),
            by_id.get(&integration.provider_id),
        ) else {
            continue;
        };
        if !(consumer.specified || provider.specified) {
            continue;
        }
        match (&consumer.versions, &provider.versions) {
            (Versions::Some(_), Versions::Some(_)) => bounded.push(integration),
            _ => {
                open_pair(
                    connection,
                    tables,
                    integration,
                    (consumer, provider),
                    most,
                    &mut rows,
                )
                .await?;
            }
        }
    }
    bounded_pairs(connection, tables, &bounded, &by_id, &mut rows).await?;
    Ok(rows)
}

/// Rows of pairs whose versions are all named.
async fn bounded_pairs(
    connection: &mut Connection,
    tables: &Tables,
    pairs: &[&Integration],
    by_id: &HashMap<i64, &Resolved>,
    rows: &mut Vec<Row>,
) -> Result<()> {
    let wanted: HashMap<(i64, i64), &Integration> = pairs
        .iter()
        .map(|pair| ((pair.consumer_id, pair.provider_id), *pair))
        .collect();
    let mut contracts: Vec<Contract> = Vec::new();
    // Consumers by the provider they are asked with, so that a version's other contracts are not read.
    let mut consumers: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for pair in pairs {
        consumers
            .entry(pair.provider_id)
            .or_default()
            .extend(ids_of(by_id[&pair.consumer_id]));
    }
    for (provider, versions) in consumers {
        let found: Vec<ContractRow> = select_in(
            connection,
            |list| {
                format!(
                    "{} WHERE k.provider_id = $1 AND k.consumer_version_id IN {list}",
                    tables.contracts
                )
            },
            &[Fixed::Number(provider)],
            &versions,
        )
        .await?;
        contracts.extend(found.into_iter().map(contract));
    }
    let contents: Vec<i64> = distinct(contracts.iter().map(|contract| contract.content_id));
    let versions: Vec<i64> = distinct(pairs.iter().flat_map(|pair| ids_of(by_id[&pair.provider_id])));
    let mut results: HashMap<i64, Vec<ResultRow>> = HashMap::new();
    for result in results_of(connection, tables, &contents, &versions).await? {
        results.entry(result.0).or_default().push(result);
    }
    for contract in contracts {
        let Some(pair) = wanted.get(&(contract.consumer_id, contract.provider_id)) else {
            continue;
        };
        let provider = by_id[&contract.provider_id];
        let Versions::Some(asked) = &provider.versions else {
            continue;
        };
        let asked: HashMap<i64, &VersionRef> = asked.iter().map(|version| (version.id, version)).collect();
        let mut missing = asked.clone();
        let before = rows.len();
        for result in results.get(&contract.content_id).into_iter().flatten() {
            if asked.contains_key(&result.1) {
                missing.remove(&result.1);
                rows.push(row(pair, &contract, Some(result)));
            }
        }
        // Of several versions in one environment each must have its result; of several on a branch one is enough.
        if provider.selector.environment.is_some() && !asked.is_empty() {
            for version in missing.into_values() {
                rows.push(Row {
                    provider_version: Some(version.clone()),
                    ..row(pair, &contract, None)
                });
            }
        } else if rows.len() == before {
            let only = match asked.into_values().collect::<Vec<_>>().as_slice() {
                [only] => Some((*only).clone()),
                _ => None,
            };
            rows.push(Row {
                provider_version: only,
                ..row(pair, &contract, None)
            });
        }
    }
    Ok(())
}

/// Rows of a pair of which all versions of one or both are meant: the newest, until there are `most`.
async fn open_pair(
    connection: &mut Connection,
    tables: &Tables,
    pair: &Integration,
    (consumer, provider): (&Resolved, &Resolved),
    most: usize,
    rows: &mut Vec<Row>,
) -> Result<()> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    if let (Versions::All, Versions::Some(asked), false) =
        (&consumer.versions, &provider.versions, consumer.specified)
    {
        return verified_by(connection, tables, pair, asked, limit, rows).await;
    }
    let contracts: Vec<ContractRow> = match &consumer.versions {
        Versions::Some(_) => {
            select_in(
                connection,
                |list| {
                    format!(
                        "{} WHERE k.provider_id = $1 AND k.consumer_version_id IN {list}",
                        tables.contracts
                    )
                },
                &[Fixed::Number(pair.provider_id)],
                &ids_of(consumer),
            )
            .await?
        }
        Versions::All => {
            let sql = format!(
                "{} WHERE k.provider_id = $1 AND k.consumer_id = $2 ORDER BY k.consumer_version_id DESC LIMIT $3",
                tables.contracts
            );
            sqlx::query_as(sqlx::AssertSqlSafe(sql))
                .bind(pair.provider_id)
                .bind(pair.consumer_id)
                .bind(limit)
                .fetch_all(&mut *connection)
                .await?
        }
    };
    let mut known: HashMap<i64, Vec<ResultRow>> = HashMap::new();
    let start = rows.len();
    for contract in contracts.into_iter().map(contract) {
        if rows.len() - start >= most {
            break;
        }
        let content = contract.content_id;
        if let std::collections::hash_map::Entry::Vacant(e) = known.entry(content) {
            let results = match &provider.versions {
                Versions::Some(_) => results_of(connection, tables, &[content], &ids_of(provider)).await?,
                Versions::All => {
                    let sql = format!(
                        "{} WHERE r.content_id = $1 ORDER BY r.provider_version_id DESC LIMIT $2",
                        tables.results
                    );
                    sqlx::query_as(sqlx::AssertSqlSafe(sql))
                        .bind(content)
                        .bind(limit)
                        .fetch_all(&mut *connection)
                        .await?
                }
            };
            e.insert(results);
        }
        let results = &known[&content];
        if results.is_empty() {
            rows.push(row(pair, &contract, None));
        }
        rows.extend(results.iter().map(|result| row(pair, &contract, Some(result))));
    }
    Ok(())
}

/// Rows of what provider versions verified, whichever consumer version it was published by.
async fn verified_by(
    connection: &mut Connection,
    tables: &Tables,
    pair: &Integration,
    versions: &[VersionRef],
    limit: i64,
    rows: &mut Vec<Row>,
) -> Result<()> {
    let ids: Vec<i64> = versions.iter().map(|version| version.id).collect();
    let results: Vec<ResultRow> = select_in(
        connection,
        |list| format!("{} WHERE r.provider_version_id IN {list}", tables.results),
        &[],
        &ids,
    )
    .await?;
    let contents = distinct(results.iter().map(|result| result.0));
    let mut by_content: HashMap<i64, Vec<Contract>> = HashMap::new();
    let found: Vec<ContractRow> = select_in(
        connection,
        |list| {
            format!(
                "{} WHERE k.consumer_id = $1 AND k.content_id IN {list} ORDER BY k.consumer_version_id DESC LIMIT $2",
                tables.contracts
            )
        },
        &[Fixed::Number(pair.consumer_id), Fixed::Number(limit)],
        &contents,
    )
    .await?;
    for contract in found.into_iter().map(contract) {
        by_content.entry(contract.content_id).or_default().push(contract);
    }
    for result in &results {
        for contract in by_content.get(&result.0).into_iter().flatten() {
            rows.push(row(pair, contract, Some(result)));
        }
    }
    Ok(())
}

/// The results for contents by versions.
async fn results_of(
    connection: &mut Connection,
    tables: &Tables,
    contents: &[i64],
    versions: &[i64],
) -> Result<Vec<ResultRow>> {
    let mut results = Vec::new();
    for contents in contents.chunks(MOST) {
        for versions in versions.chunks(MOST) {
            let first = InList::new(1, contents.len());
            let second = InList::new(first.len() + 1, versions.len());
            let sql = format!(
                "{} WHERE r.content_id IN {first} AND r.provider_version_id IN {second}",
                tables.results
            );
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
            for value in first.padded(contents).chain(second.padded(versions)) {
                query = query.bind(*value);
            }
            let mut found: Vec<ResultRow> = query.fetch_all(&mut *connection).await?;
            results.append(&mut found);
        }
    }
    Ok(results)
}

fn ids_of(selector: &Resolved) -> Vec<i64> {
    match &selector.versions {
        Versions::All => Vec::new(),
        Versions::Some(list) => list.iter().map(|version| version.id).collect(),
    }
}

fn distinct(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut values: Vec<i64> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn row(pair: &Integration, contract: &Contract, result: Option<&ResultRow>) -> Row {
    Row {
        consumer_id: pair.consumer_id,
        consumer: pair.consumer.clone(),
        consumer_version: contract.version.clone(),
        provider_id: pair.provider_id,
        provider: pair.provider.clone(),
        provider_version: result.map(|(_, id, number, ..)| VersionRef {
            id: *id,
            number: number.clone(),
        }),
        publication_id: contract.publication_id,
        content_id: contract.content_id,
        sha: contract.sha.clone(),
        published_at: contract.published_at,
        verification: result.map(|(_, _, _, id, success, at)| Verification {
            id: *id,
            success: *success == 1,
            verified_at: *at,
        }),
    }
}

/// The grouping that a question gets: with environments every provider version that is there counts.
pub(crate) fn grouping(query: &Query) -> Option<LatestBy> {
    match query.options.latest_by {
        Some(LatestBy::EachConsumerVersion) if query.is_about_environments() => {
            Some(LatestBy::EachProviderVersion)
        }
        other => other,
    }
}
