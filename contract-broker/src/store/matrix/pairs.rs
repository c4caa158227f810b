//! The rows of the matrix: the contracts of pairs of pacticipants with their results.

use std::collections::{HashMap, HashSet};

use super::{
    super::{Connection, MOST, Result, Statement, distinct, integrations::PairIds, row},
    outcomes::{Outcome, newest_outcomes, outcomes, outcomes_by},
};
use crate::domain::matrix::{
    Evidence, Integration, LatestBy, MatrixRow, Query, Resolved, VersionRef, Versions, select,
};

/// Number of newest rows read if all versions are selected and no limit is given.
pub(super) const ENOUGH: usize = 1000;
/// Size of the first page of contracts of an open pair; each further page is twice as long, up to a maximum.
const FIRST_PAGE: usize = 16;
const LONGEST_PAGE: usize = 512;
/// Maximum number of contents whose results are read in one statement.
const CONTENTS: usize = 32;

row! {
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
}

impl Contract {
    fn pair(&self) -> PairIds {
        PairIds {
            consumer: self.consumer_id,
            provider: self.provider_id,
        }
    }

    fn place(&self) -> Place {
        Place {
            version: self.version.id,
            publication: self.publication_id,
        }
    }
}

/// A position in the order of the contracts of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    version: i64,
    publication: i64,
}

/// The tables to read: the current ones, or every revision and every result. Revisions are found by the current
/// contract (`o`): its index has those of a pair in order.
pub(super) struct Tables {
    contracts: &'static str,
    /// The columns with the ids of publication and content.
    publication: &'static str,
    content: &'static str,
    pub(super) results: &'static str,
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

/// Returns the rows of every integration with a named pacticipant, as specified by the query.
pub(super) async fn rows(
    connection: &mut Connection,
    query: &Query,
    resolved: &[Resolved],
    integrations: &[Integration],
) -> Result<Vec<MatrixRow>> {
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

/// An integration, and the selected versions of its two sides.
struct Pair<'a> {
    integration: &'a Integration,
    consumer: &'a Resolved,
    provider: &'a Resolved,
}

/// Returns the rows of pairs whose versions are all named.
async fn bounded_pairs(
    connection: &mut Connection,
    tables: &Tables,
    pairs: &[Pair<'_>],
) -> Result<Vec<MatrixRow>> {
    let wanted: HashMap<PairIds, &Pair<'_>> = pairs
        .iter()
        .map(|pair| {
            let ids = PairIds {
                consumer: pair.integration.consumer_id,
                provider: pair.integration.provider_id,
            };
            (ids, pair)
        })
        .collect();
    let providers = distinct(pairs.iter().map(|pair| pair.integration.provider_id));
    let consumer_versions = distinct(pairs.iter().flat_map(|pair| ids(&pair.consumer.versions)));
    let provider_versions = distinct(pairs.iter().flat_map(|pair| ids(&pair.provider.versions)));
    let mut contracts: Vec<Contract> = Vec::new();
    // If the providers are named, other contracts of these versions are not read.
    for versions in consumer_versions.chunks(MOST) {
        let found: Vec<Contract> = Statement::new(tables.contracts)
            .sql("o.consumer_version_id IN ")
            .numbers(versions)
            .sql(" AND o.provider_id IN ")
            .numbers(&providers)
            .all(connection)
            .await?;
        contracts.extend(found);
    }
    contracts.retain(|contract| wanted.contains_key(&contract.pair()));
    let contents = distinct(contracts.iter().map(|contract| contract.content_id));
    let results = outcomes(connection, tables, &contents, &provider_versions).await?;
    let mut rows = Vec::new();
    let mut asked_of: HashMap<i64, HashSet<i64>> = HashMap::new();
    for contract in contracts {
        let pair = wanted[&contract.pair()];
        let Versions::Some(asked) = &pair.provider.versions else {
            continue;
        };
        let ids = asked_of
            .entry(contract.provider_id)
            .or_insert_with(|| asked.iter().map(|version| version.id).collect());
        let before = rows.len();
        let mut verified: HashSet<i64> = HashSet::new();
        // A pending comparison counts as missing only if this version itself has to pass.
        let each_counts = pair.provider.selector.environment.is_some() || asked.len() == 1;
        for result in results.get(&contract.content_id).into_iter().flatten() {
            let is_waiting = matches!(result.evidence, Evidence::Compared(one) if one.is_waiting());
            if ids.contains(&result.version.id) && (each_counts || !is_waiting) {
                verified.insert(result.version.id);
                rows.push(row(pair.integration, &contract, Some(result)));
            }
        }
        // Each of several versions in one environment must have its result; of several on a branch one is
        // enough.
        if pair.provider.selector.environment.is_some() && !asked.is_empty() {
            for version in asked.iter().filter(|version| !verified.contains(&version.id)) {
                rows.push(MatrixRow {
                    provider_version: Some(version.clone()),
                    ..row(pair.integration, &contract, None)
                });
            }
        } else if rows.len() == before {
            let only = match asked.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            };
            rows.push(MatrixRow {
                provider_version: only,
                ..row(pair.integration, &contract, None)
            });
        }
    }
    Ok(rows)
}

/// Returns the rows of a pair with all versions of one or both sides: contracts are read page by page, newest first,
/// until enough rows are left after filtering and grouping, so that a limit never hides one of them.
async fn open_pair(
    connection: &mut Connection,
    query: &Query,
    tables: &Tables,
    pair: &Pair<'_>,
) -> Result<Vec<MatrixRow>> {
    let most = query.options.limit.unwrap_or(ENOUGH);
    let by_result = matches!(
        (&pair.consumer.versions, &pair.provider.versions),
        (Versions::All, Versions::Some(_))
    ) && !pair.consumer.specified;
    let mut known: HashMap<i64, Vec<Outcome>> = HashMap::new();
    let mut verified: Vec<i64> = Vec::new();
    if by_result {
        // Only what these provider versions verified is selected, regardless of the consumer version.
        known = outcomes_by(connection, tables, &ids(&pair.provider.versions)).await?;
        verified = known.keys().copied().collect();
        verified.sort_unstable();
    }
    let mut rows: Vec<MatrixRow> = Vec::new();
    let mut before = Place {
        version: i64::MAX,
        publication: i64::MAX,
    };
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
        before = oldest.place();
        let mut found: Vec<MatrixRow> = Vec::new();
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
            // Only the newest contract of a pair counts. Otherwise the rows are filtered and grouped before
            // they are counted.
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

/// Further restrictions on the contracts of a pair.
struct Among<'a> {
    column: &'static str,
    values: &'a [i64],
}

/// Returns the newest contracts of a pair before a position, newest first; optionally only those with certain contents.
async fn page(
    connection: &mut Connection,
    tables: &Tables,
    pair: &Pair<'_>,
    contents: Option<&Vec<i64>>,
    before: Place,
    length: usize,
) -> Result<Vec<Contract>> {
    let versions = ids(&pair.consumer.versions);
    let among: Vec<Option<Among<'_>>> = match (contents, &pair.consumer.versions) {
        (Some(contents), _) => contents
            .chunks(MOST)
            .map(|values| {
                Some(Among {
                    column: tables.content,
                    values,
                })
            })
            .collect(),
        (None, Versions::Some(_)) => versions
            .chunks(MOST)
            .map(|values| {
                Some(Among {
                    column: "o.consumer_version_id",
                    values,
                })
            })
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
            // The leading columns of the index alone determine where the page begins.
            .sql(" AND o.consumer_version_id <= ")
            .value(before.version)
            .sql(" AND (o.consumer_version_id, ")
            .sql(tables.publication)
            .sql(") < (")
            .value(before.version)
            .sql(", ")
            .value(before.publication)
            .sql(")");
        if let Some(Among { column, values }) = part {
            statement = statement.sql(" AND ").sql(column).sql(" IN ").numbers(values);
        }
        let contracts: Vec<Contract> = statement
            .sql(" ORDER BY o.consumer_version_id DESC, ")
            .sql(tables.publication)
            .sql(" DESC LIMIT ")
            .value(i64::try_from(length).unwrap_or(i64::MAX))
            .all(connection)
            .await?;
        found.extend(contracts);
    }
    // Each part is sorted and limited; the combination is sorted and limited again.
    found.sort_by_key(|contract| std::cmp::Reverse(contract.place()));
    found.truncate(length);
    Ok(found)
}

/// Reads the results of the contents of the next contracts: increasingly many, as one may be all that is needed.
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

fn ids(versions: &Versions) -> Vec<i64> {
    match versions {
        Versions::All => Vec::new(),
        Versions::Some(list) => list.iter().map(|version| version.id).collect(),
    }
}

fn row(pair: &Integration, contract: &Contract, result: Option<&Outcome>) -> MatrixRow {
    MatrixRow {
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
        evidence: result.map(|result| result.evidence),
    }
}
