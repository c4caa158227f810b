//! Rows of the matrix: the contracts of pairs of pacticipants, each with its results.

use std::collections::{HashMap, HashSet};

use super::super::{
    Connection, Result, distinct,
    statement::{MOST, NO_ID, Statement},
};
use crate::domain::matrix::{
    Integration, LatestBy, Query, Resolved, Row, Verification, VersionRef, Versions, select,
};

/// The newest rows that are read where all versions are meant and no limit is given.
const ENOUGH: usize = 1000;
/// How many contracts of an open pair are read at first; each further page is twice as long, up to the most.
const FIRST_PAGE: usize = 16;
const LONGEST_PAGE: usize = 512;
/// The most contents whose results are asked for in one statement.
const CONTENTS: usize = 32;

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

impl From<ContractRow> for Contract {
    fn from(row: ContractRow) -> Self {
        let (publication_id, consumer_id, version, number, provider_id, content_id, sha, published_at) = row;
        Self {
            publication_id,
            consumer_id,
            version: VersionRef { id: version, number },
            provider_id,
            content_id,
            sha,
            published_at,
        }
    }
}

/// A result of a content by a version.
#[derive(Debug, Clone)]
struct Outcome {
    content_id: i64,
    version: VersionRef,
    verification: Verification,
}

type OutcomeRow = (i64, i64, String, i64, i64, i64);

impl From<OutcomeRow> for Outcome {
    fn from((content_id, version, number, id, success, verified_at): OutcomeRow) -> Self {
        Self {
            content_id,
            version: VersionRef { id: version, number },
            verification: Verification {
                id,
                success: success == 1,
                verified_at,
            },
        }
    }
}

/// The tables to read: those that count, or every revision and every result. Revisions are found by the contract that
/// counts (`o`): its index has those of a pair in order.
struct Tables {
    contracts: &'static str,
    /// The columns with the ids of publication and content.
    publication: &'static str,
    content: &'static str,
    results: &'static str,
}

const CURRENT: Tables = Tables {
    contracts: "SELECT o.publication_id, o.consumer_id, o.consumer_version_id, v.number, o.provider_id, o.content_id, \
                t.sha, o.created_at FROM current_publications o JOIN versions v ON v.id = o.consumer_version_id \
                JOIN contents t ON t.id = o.content_id WHERE ",
    publication: "o.publication_id",
    content: "o.content_id",
    results: "SELECT r.content_id, r.provider_version_id, v.number, r.verification_id, r.success, r.created_at \
              FROM current_verifications r JOIN versions v ON v.id = r.provider_version_id WHERE ",
};

const EVERY: Tables = Tables {
    contracts: "SELECT k.id, o.consumer_id, o.consumer_version_id, v.number, o.provider_id, k.content_id, t.sha, \
                k.created_at FROM current_publications o JOIN publications k \
                ON k.consumer_version_id = o.consumer_version_id AND k.provider_id = o.provider_id \
                JOIN versions v ON v.id = o.consumer_version_id JOIN contents t ON t.id = k.content_id WHERE ",
    publication: "k.id",
    content: "k.content_id",
    results: "SELECT r.content_id, r.provider_version_id, v.number, r.id, r.success, r.created_at \
              FROM verifications r JOIN versions v ON v.id = r.provider_version_id WHERE ",
};

/// The rows of every integration between pacticipants of which one is named, as the question wants them.
pub(super) async fn rows(
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
    let mut rows = Vec::new();
    let mut bounded: Vec<Pair<'_>> = Vec::new();
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
        let pair = Pair {
            integration,
            consumer,
            provider,
        };
        match (&consumer.versions, &provider.versions) {
            (Versions::Some(_), Versions::Some(_)) => bounded.push(pair),
            _ => rows.append(&mut open_pair(connection, query, tables, &pair).await?),
        }
    }
    rows.append(&mut bounded_pairs(connection, tables, &bounded).await?);
    Ok(select(rows, query))
}

/// An integration, and what is asked of its two sides.
struct Pair<'a> {
    integration: &'a Integration,
    consumer: &'a Resolved,
    provider: &'a Resolved,
}

/// Rows of pairs whose versions are all named.
async fn bounded_pairs(connection: &mut Connection, tables: &Tables, pairs: &[Pair<'_>]) -> Result<Vec<Row>> {
    let wanted: HashMap<(i64, i64), &Pair<'_>> = pairs
        .iter()
        .map(|pair| {
            let Integration {
                consumer_id,
                provider_id,
                ..
            } = pair.integration;
            ((*consumer_id, *provider_id), pair)
        })
        .collect();
    let providers = distinct(pairs.iter().map(|pair| pair.integration.provider_id));
    let consumer_versions = distinct(pairs.iter().flat_map(|pair| ids(&pair.consumer.versions)));
    let provider_versions = distinct(pairs.iter().flat_map(|pair| ids(&pair.provider.versions)));
    let mut contracts: Vec<Contract> = Vec::new();
    // With the providers named, the other contracts of these versions are not read.
    for versions in consumer_versions.chunks(MOST) {
        let found: Vec<ContractRow> = Statement::new(tables.contracts)
            .sql("o.consumer_version_id IN ")
            .numbers(versions)
            .sql(" AND o.provider_id IN ")
            .numbers(&providers)
            .all(connection)
            .await?;
        contracts.extend(found.into_iter().map(Contract::from));
    }
    contracts.retain(|contract| wanted.contains_key(&(contract.consumer_id, contract.provider_id)));
    let contents = distinct(contracts.iter().map(|contract| contract.content_id));
    let results = outcomes(connection, tables, &contents, &provider_versions).await?;
    let mut rows = Vec::new();
    let mut asked_of: HashMap<i64, HashSet<i64>> = HashMap::new();
    for contract in contracts {
        let pair = wanted[&(contract.consumer_id, contract.provider_id)];
        let Versions::Some(asked) = &pair.provider.versions else {
            continue;
        };
        let ids = asked_of
            .entry(contract.provider_id)
            .or_insert_with(|| asked.iter().map(|version| version.id).collect());
        let before = rows.len();
        let mut verified: HashSet<i64> = HashSet::new();
        for result in results.get(&contract.content_id).into_iter().flatten() {
            if ids.contains(&result.version.id) {
                verified.insert(result.version.id);
                rows.push(row(pair.integration, &contract, Some(result)));
            }
        }
        // Of several versions in one environment each must have its result; of several on a branch one is enough.
        if pair.provider.selector.environment.is_some() && !asked.is_empty() {
            for version in asked.iter().filter(|version| !verified.contains(&version.id)) {
                rows.push(Row {
                    provider_version: Some(version.clone()),
                    ..row(pair.integration, &contract, None)
                });
            }
        } else if rows.len() == before {
            let only = match asked.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            };
            rows.push(Row {
                provider_version: only,
                ..row(pair.integration, &contract, None)
            });
        }
    }
    Ok(rows)
}

/// Rows of a pair of which all versions of one or both are meant: contracts are read page by page, the newest first,
/// until as many rows as are wanted are left after filtering and grouping, so that a limit never hides one of them.
async fn open_pair(
    connection: &mut Connection,
    query: &Query,
    tables: &Tables,
    pair: &Pair<'_>,
) -> Result<Vec<Row>> {
    let most = query.options.limit.unwrap_or(ENOUGH);
    let by_result = matches!(
        (&pair.consumer.versions, &pair.provider.versions),
        (Versions::All, Versions::Some(_))
    ) && !pair.consumer.specified;
    let mut known: HashMap<i64, Vec<Outcome>> = HashMap::new();
    let mut verified: Vec<i64> = Vec::new();
    if by_result {
        // Only what these provider versions verified is meant, whichever consumer version published it.
        known = outcomes_by(connection, tables, &ids(&pair.provider.versions)).await?;
        verified = known.keys().copied().collect();
        verified.sort_unstable();
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut before = (i64::MAX, i64::MAX);
    let mut length = FIRST_PAGE;
    loop {
        let contracts = page(
            connection,
            tables,
            pair,
            by_result.then_some(&verified),
            before,
            length,
        )
        .await?;
        let is_last = contracts.len() < length;
        let Some(oldest) = contracts.last() else { break };
        before = (oldest.version.id, oldest.publication_id);
        let mut found: Vec<Row> = Vec::new();
        for (index, contract) in contracts.iter().enumerate() {
            if !known.contains_key(&contract.content_id) {
                read_outcomes(connection, query, tables, pair, &contracts[index..], &mut known).await?;
            }
            match known.get(&contract.content_id).map(Vec::as_slice) {
                Some([]) | None => found.push(row(pair.integration, contract, None)),
                Some(results) => found.extend(
                    results
                        .iter()
                        .map(|result| row(pair.integration, contract, Some(result))),
                ),
            }
            // Of a pair only the newest contract counts. Otherwise this is enough to look whether there is enough: what
            // is filtered or grouped away does not count.
            let is_whole =
                query.grouping() == Some(LatestBy::Pair) && found.iter().any(|row| query.is_recent(row));
            if is_whole || rows.len() + found.len() >= most {
                rows = select(rows.into_iter().chain(found.drain(..)).collect(), query);
                if is_whole || rows.len() >= most {
                    return Ok(rows);
                }
            }
        }
        rows = select(rows.into_iter().chain(found).collect(), query);
        if is_last {
            break;
        }
        length = (length * 2).min(LONGEST_PAGE);
    }
    Ok(rows)
}

/// The newest contracts of a pair before one (its version's id and its own), newest first; where given, only those with
/// certain contents.
async fn page(
    connection: &mut Connection,
    tables: &Tables,
    pair: &Pair<'_>,
    contents: Option<&Vec<i64>>,
    (version, publication): (i64, i64),
    length: usize,
) -> Result<Vec<Contract>> {
    let versions = ids(&pair.consumer.versions);
    let among: Vec<Option<(&str, &[i64])>> = match (contents, &pair.consumer.versions) {
        (Some(contents), _) => contents
            .chunks(MOST)
            .map(|part| Some((tables.content, part)))
            .collect(),
        (None, Versions::Some(_)) => versions
            .chunks(MOST)
            .map(|part| Some(("o.consumer_version_id", part)))
            .collect(),
        (None, Versions::All) => vec![None],
    };
    let mut found: Vec<Contract> = Vec::new();
    for part in among {
        let mut statement = Statement::new(tables.contracts)
            .sql("o.provider_id = ")
            .value(pair.integration.provider_id)
            .sql(" AND o.consumer_id = ")
            .value(pair.integration.consumer_id)
            // What the index begins with, by itself: that is where the page begins.
            .sql(" AND o.consumer_version_id <= ")
            .value(version)
            .sql(" AND (o.consumer_version_id, ")
            .sql(tables.publication)
            .sql(") < (")
            .value(version)
            .sql(", ")
            .value(publication)
            .sql(")");
        if let Some((column, values)) = part {
            statement = statement.sql(" AND ").sql(column).sql(" IN ").numbers(values);
        }
        let rows: Vec<ContractRow> = statement
            .sql(" ORDER BY o.consumer_version_id DESC, ")
            .sql(tables.publication)
            .sql(" DESC LIMIT ")
            .value(i64::try_from(length).unwrap_or(i64::MAX))
            .all(connection)
            .await?;
        found.extend(rows.into_iter().map(Contract::from));
    }
    // Each part is in order and cut to the length: together they are, once sorted and cut again.
    found.sort_by_key(|contract| std::cmp::Reverse((contract.version.id, contract.publication_id)));
    found.truncate(length);
    Ok(found)
}

/// Reads the results of the contents of the next contracts: of more each time, as one may be all that is needed.
async fn read_outcomes(
    connection: &mut Connection,
    query: &Query,
    tables: &Tables,
    pair: &Pair<'_>,
    contracts: &[Contract],
    known: &mut HashMap<i64, Vec<Outcome>>,
) -> Result<()> {
    let most = known.len().clamp(1, CONTENTS);
    let mut next: Vec<i64> = Vec::with_capacity(most);
    for contract in contracts {
        if next.len() < most
            && !known.contains_key(&contract.content_id)
            && !next.contains(&contract.content_id)
        {
            next.push(contract.content_id);
        }
    }
    let mut found = match &pair.provider.versions {
        Versions::Some(_) => outcomes(connection, tables, &next, &ids(&pair.provider.versions)).await?,
        Versions::All => newest_outcomes(connection, query, tables, &next).await?,
    };
    for content in next {
        known.insert(content, found.remove(&content).unwrap_or_default());
    }
    Ok(())
}

/// The results of contents by versions, by content.
async fn outcomes(
    connection: &mut Connection,
    tables: &Tables,
    contents: &[i64],
    versions: &[i64],
) -> Result<HashMap<i64, Vec<Outcome>>> {
    let mut found: Vec<OutcomeRow> = Vec::new();
    for contents in contents.chunks(MOST) {
        for versions in versions.chunks(MOST) {
            let statement = Statement::new(tables.results)
                .sql("r.content_id IN ")
                .numbers(contents)
                .sql(" AND r.provider_version_id IN ")
                .numbers(versions);
            found.append(&mut statement.all(connection).await?);
        }
    }
    Ok(by_content(found))
}

/// All results by versions, by content.
async fn outcomes_by(
    connection: &mut Connection,
    tables: &Tables,
    versions: &[i64],
) -> Result<HashMap<i64, Vec<Outcome>>> {
    let mut found: Vec<OutcomeRow> = Vec::new();
    for versions in versions.chunks(MOST) {
        let statement = Statement::new(tables.results)
            .sql("r.provider_version_id IN ")
            .numbers(versions);
        found.append(&mut statement.all(connection).await?);
    }
    Ok(by_content(found))
}

/// The results of each content by its newest versions: as many as the answer can show.
async fn newest_outcomes(
    connection: &mut Connection,
    query: &Query,
    tables: &Tables,
    contents: &[i64],
) -> Result<HashMap<i64, Vec<Outcome>>> {
    let each = if query.wants_newest_result_only() {
        1
    } else {
        query.options.limit.unwrap_or(ENOUGH)
    };
    let outcome = match query.only_outcome() {
        None => "",
        Some(true) => " AND r.success = 1",
        Some(false) => " AND r.success = 0",
    };
    let mut statement = Statement::default();
    for index in 0..contents.len().next_power_of_two() {
        statement = statement
            .sql(if index == 0 {
                "SELECT * FROM ("
            } else {
                " UNION ALL SELECT * FROM ("
            })
            .sql(tables.results)
            .sql("r.content_id = ")
            .value(contents.get(index).copied().unwrap_or(NO_ID))
            .sql(outcome)
            .sql(" ORDER BY r.provider_version_id DESC LIMIT ")
            .value(i64::try_from(each).unwrap_or(i64::MAX))
            .sql(") x");
    }
    Ok(by_content(statement.all(connection).await?))
}

fn by_content(rows: Vec<OutcomeRow>) -> HashMap<i64, Vec<Outcome>> {
    let mut map: HashMap<i64, Vec<Outcome>> = HashMap::new();
    for outcome in rows.into_iter().map(Outcome::from) {
        map.entry(outcome.content_id).or_default().push(outcome);
    }
    map
}

fn ids(versions: &Versions) -> Vec<i64> {
    match versions {
        Versions::All => Vec::new(),
        Versions::Some(list) => list.iter().map(|version| version.id).collect(),
    }
}

fn row(pair: &Integration, contract: &Contract, result: Option<&Outcome>) -> Row {
    Row {
        consumer_id: pair.consumer_id,
        consumer: pair.consumer.clone(),
        consumer_version: contract.version.clone(),
        provider_id: pair.provider_id,
        provider: pair.provider.clone(),
        provider_version: result.map(|result| result.version.clone()),
        publication_id: contract.publication_id,
        content_id: contract.content_id,
        sha: contract.sha.clone(),
        published_at: contract.published_at,
        verification: result.map(|result| result.verification),
    }
}
