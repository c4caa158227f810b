//! Choosing contracts for verification. Every query begins at the provider's integrations and goes by an index from
//! there, so that its cost depends on the number of consumers, not on the number of versions.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Connection, Result,
    contracts::{self, Publication},
    in_list::{Fixed, select_in},
};
use crate::domain::{
    pending::{Facts, Line, Subject, Why},
    selector::{Selector, Wanted},
    time::{DAY, now},
};

/// How long back a success keeps a content from being offered as work in progress again.
const LOOK_BACK: i64 = 30 * DAY;

/// A content that was chosen, with every reason.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    /// The newest publication of the content among those chosen.
    pub(crate) publication: Publication,
    /// Each reason with the consumer version's number.
    pub(crate) reasons: Vec<(Why, String)>,
}

/// Chooses contracts of a provider: one entry for each content, by consumer and then by age.
pub(crate) async fn choose(
    connection: &mut Connection,
    provider: i64,
    selectors: &[Selector],
) -> Result<Vec<Chosen>> {
    let mut found: Vec<(Why, Publication)> = Vec::new();
    for selector in selectors {
        found.append(&mut one(connection, provider, selector).await?);
    }
    Ok(grouped(found))
}

fn grouped(found: Vec<(Why, Publication)>) -> Vec<Chosen> {
    let mut by_content: BTreeMap<i64, Chosen> = BTreeMap::new();
    for (why, publication) in found {
        let reason = (why, publication.consumer_version.clone());
        let chosen = by_content
            .entry(publication.content_id)
            .or_insert_with(|| Chosen {
                publication: publication.clone(),
                reasons: Vec::new(),
            });
        if publication.consumer_version_id > chosen.publication.consumer_version_id {
            chosen.publication = publication;
        }
        if !chosen.reasons.contains(&reason) {
            chosen.reasons.push(reason);
        }
    }
    let mut all: Vec<Chosen> = by_content.into_values().collect();
    for chosen in &mut all {
        chosen.reasons.sort();
    }
    all.sort_by(|a, b| {
        let key = |chosen: &Chosen| {
            (
                chosen.publication.consumer.clone(),
                chosen.publication.consumer_version_id,
            )
        };
        key(a).cmp(&key(b))
    });
    all
}

/// Where the versions of a consumer come from: the joins, the conditions, and the columns for the version, a label and
/// a kind.
struct Source {
    joins: &'static str,
    conditions: &'static str,
    version: &'static str,
    label: &'static str,
    kind: &'static str,
}

const MAIN_BRANCH: Source = Source {
    joins: "CROSS JOIN branches b CROSS JOIN branch_contracts h",
    conditions: "b.pacticipant_id = c.id AND b.name = c.main_branch AND h.branch_id = b.id AND h.provider_id = $1 \
                 AND $3 = $3",
    version: "h.consumer_version_id",
    label: "b.name",
    kind: "''",
};
const BRANCH: Source = Source {
    joins: "CROSS JOIN branches b CROSS JOIN branch_contracts h",
    conditions: "b.pacticipant_id = c.id AND b.name = $3 AND h.branch_id = b.id AND h.provider_id = $1",
    version: "h.consumer_version_id",
    label: "b.name",
    kind: "''",
};
const EVERY_BRANCH: Source = Source {
    joins: "CROSS JOIN branches b CROSS JOIN branch_contracts h",
    conditions: "b.pacticipant_id = c.id AND h.branch_id = b.id AND h.provider_id = $1 AND $3 = $3",
    version: "h.consumer_version_id",
    label: "b.name",
    kind: "''",
};
const LATEST_TAG: Source = Source {
    joins: "CROSS JOIN tag_contracts h",
    conditions: "h.pacticipant_id = c.id AND h.name = $3 AND h.provider_id = $1",
    version: "h.consumer_version_id",
    label: "h.name",
    kind: "''",
};
const EVERY_TAG: Source = Source {
    joins: "CROSS JOIN tags h",
    conditions: "h.pacticipant_id = c.id AND h.name = $3",
    version: "h.version_id",
    label: "h.name",
    kind: "''",
};
/// The latest with the tag that is named as the consumer's main branch.
const MAIN_TAG: Source = Source {
    joins: "CROSS JOIN tag_contracts h",
    conditions: "h.pacticipant_id = c.id AND h.name = c.main_branch AND h.provider_id = $1 AND $3 = $3",
    version: "h.consumer_version_id",
    label: "h.name",
    kind: "''",
};
const LATEST: Source = Source {
    joins: "",
    conditions: "$3 = $3",
    version: "(SELECT MAX(n.consumer_version_id) FROM current_publications n \
              WHERE n.provider_id = i.provider_id AND n.consumer_id = i.consumer_id)",
    label: "''",
    kind: "''",
};
const IN_ENVIRONMENT: Source = Source {
    joins: "CROSS JOIN current_deployments h CROSS JOIN environments e",
    conditions: "h.pacticipant_id = c.id AND e.id = h.environment_id AND ($3 = '' OR e.name = $3)",
    version: "h.version_id",
    label: "e.name",
    kind: "h.kind",
};

type Row = (
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

/// Runs one of the queries. Gives the label and the kind with each publication.
async fn fetch(
    connection: &mut Connection,
    provider: i64,
    consumer: Option<&str>,
    source: &Source,
    name: &str,
) -> Result<Vec<(String, String, Publication)>> {
    let Source {
        joins,
        conditions,
        version,
        label,
        kind,
    } = source;
    let columns = contracts::COLUMNS;
    // CROSS JOIN keeps SQLite to the order that is written; PostgreSQL finds it by its statistics.
    let sql = format!(
        "SELECT {columns}, {label}, {kind} FROM integrations i CROSS JOIN pacticipants c {joins} \
         CROSS JOIN current_publications k CROSS JOIN contents t CROSS JOIN versions v CROSS JOIN pacticipants p \
         WHERE i.provider_id = $1 AND c.id = i.consumer_id AND ($2 = '' OR c.name = $2) AND {conditions} \
         AND k.consumer_version_id = {version} AND k.provider_id = $1 AND t.id = k.content_id \
         AND v.id = k.consumer_version_id AND p.id = k.provider_id"
    );
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(provider)
        .bind(consumer.unwrap_or_default().to_owned())
        .bind(name.to_owned())
        .fetch_all(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(a, b, c, d, e, f, g, h, i, j, label, kind)| {
            (label, kind, contracts::read((a, b, c, d, e, f, g, h, i, j)))
        })
        .collect())
}

async fn one(
    connection: &mut Connection,
    provider: i64,
    Selector { consumer, wanted }: &Selector,
) -> Result<Vec<(Why, Publication)>> {
    let consumer = consumer.as_deref();
    let with =
        |why: fn(String) -> Why, rows: Vec<(String, String, Publication)>| -> Vec<(Why, Publication)> {
            rows.into_iter()
                .map(|(label, _, publication)| (why(label), publication))
                .collect()
        };
    Ok(match wanted {
        Wanted::MainBranch => with(
            Why::MainBranch,
            fetch(connection, provider, consumer, &MAIN_BRANCH, "").await?,
        ),
        Wanted::Branch {
            name,
            fallback,
            matching,
        } => {
            let rows = fetch(connection, provider, consumer, &BRANCH, name).await?;
            let mut found = with(
                if *matching {
                    Why::MatchingBranch
                } else {
                    Why::Branch
                },
                rows,
            );
            if let Some(used) = fallback {
                let have: HashSet<i64> = found
                    .iter()
                    .map(|(_, publication)| publication.consumer_id)
                    .collect();
                let rows = fetch(connection, provider, consumer, &BRANCH, used).await?;
                found.extend(
                    rows.into_iter()
                        .filter(|row| !have.contains(&row.2.consumer_id))
                        .map(|row| {
                            (
                                Why::FallbackBranch {
                                    wanted: name.clone(),
                                    used: used.clone(),
                                },
                                row.2,
                            )
                        }),
                );
            }
            found
        }
        Wanted::EveryBranch => with(
            Why::Branch,
            fetch(connection, provider, consumer, &EVERY_BRANCH, "").await?,
        ),
        Wanted::LatestTag { name, fallback } => {
            let mut found = with(
                Why::LatestWithTag,
                fetch(connection, provider, consumer, &LATEST_TAG, name).await?,
            );
            if let (true, Some(used)) = (found.is_empty(), fallback) {
                let rows = fetch(connection, provider, consumer, &LATEST_TAG, used).await?;
                found.extend(rows.into_iter().map(|row| {
                    (
                        Why::FallbackTag {
                            wanted: name.clone(),
                            used: used.clone(),
                        },
                        row.2,
                    )
                }));
            }
            found
        }
        Wanted::EveryTag(name) => with(
            Why::WithTag,
            fetch(connection, provider, consumer, &EVERY_TAG, name).await?,
        ),
        Wanted::Latest => with(
            |_| Why::Latest,
            fetch(connection, provider, consumer, &LATEST, "").await?,
        ),
        Wanted::InEnvironment {
            deployed,
            released,
            environment,
        } => {
            let name = environment.as_deref().unwrap_or_default();
            live(connection, provider, consumer, name, *deployed, *released).await?
        }
        Wanted::Default => {
            let mut found = with(
                Why::MainBranch,
                fetch(connection, provider, consumer, &MAIN_BRANCH, "").await?,
            );
            let mut have: HashSet<i64> = found
                .iter()
                .map(|(_, publication)| publication.consumer_id)
                .collect();
            let mut others = with(
                Why::LatestWithTag,
                fetch(connection, provider, consumer, &MAIN_TAG, "").await?,
            );
            others.extend(with(
                |_| Why::Latest,
                fetch(connection, provider, consumer, &LATEST, "").await?,
            ));
            for (why, publication) in others {
                if have.insert(publication.consumer_id) {
                    found.push((why, publication));
                }
            }
            found.extend(live(connection, provider, consumer, "", true, true).await?);
            found
        }
    })
}

async fn live(
    connection: &mut Connection,
    provider: i64,
    consumer: Option<&str>,
    environment: &str,
    deployed: bool,
    released: bool,
) -> Result<Vec<(Why, Publication)>> {
    let rows = fetch(connection, provider, consumer, &IN_ENVIRONMENT, environment).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(name, kind, publication)| match kind.as_str() {
            "deployed" if deployed => Some((Why::DeployedTo(name), publication)),
            "released" if released => Some((Why::ReleasedIn(name), publication)),
            _ => None,
        })
        .collect())
}

/// When a branch or tag of the provider began; the far future for one that does not exist yet.
async fn began(connection: &mut Connection, provider: i64, kind: &str, name: &str) -> Result<i64> {
    let sql = if kind == "branch" {
        "SELECT created_at FROM branches WHERE pacticipant_id = $1 AND name = $2"
    } else {
        "SELECT first_tagged_at FROM tag_heads WHERE pacticipant_id = $1 AND name = $2"
    };
    let row: Option<(i64,)> = sqlx::query_as(sql)
        .bind(provider)
        .bind(name.to_owned())
        .fetch_optional(connection)
        .await?;
    Ok(row.map_or(i64::MAX, |row| row.0))
}

/// Where contents passed, as seen from one branch or tag. With `finished` only successes count that were not work in
/// progress; those before `since` do not count.
async fn line(
    connection: &mut Connection,
    provider: i64,
    contents: &[i64],
    (kind, name): (&str, &str),
    finished: bool,
    since: i64,
) -> Result<HashMap<i64, Line>> {
    let began = began(connection, provider, kind, name).await?;
    let most_wip = i64::from(!finished);
    let rows: Vec<(i64, i64, i64)> = select_in(
        connection,
        |list| {
            format!(
                "SELECT k.id, CASE WHEN EXISTS (SELECT 1 FROM verified_on s WHERE s.content_id = k.id AND s.kind = $1 \
                 AND s.name = $2 AND s.wip <= $4 AND s.last_at >= $5) THEN 1 ELSE 0 END, \
                 CASE WHEN EXISTS (SELECT 1 FROM verified_on s WHERE s.content_id = k.id AND s.kind = $1 \
                 AND s.wip <= $4 AND s.first_at < $3 AND s.name <> $2 AND s.last_at >= $5) THEN 1 ELSE 0 END \
                 FROM contents k WHERE k.id IN {list}"
            )
        },
        &[
            Fixed::Text(kind),
            Fixed::Text(name),
            Fixed::Number(began),
            Fixed::Number(most_wip),
            Fixed::Number(since),
        ],
        contents,
    )
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, here, before)| {
            (
                id,
                Line {
                    passed_here: here == 1,
                    passed_elsewhere_before: before == 1,
                },
            )
        })
        .collect())
}

/// What decides which contents are pending for a provider version.
pub(crate) async fn facts(
    connection: &mut Connection,
    provider: i64,
    contents: &[i64],
    subject: &Subject,
) -> Result<HashMap<i64, Facts>> {
    Ok(match subject {
        Subject::Branch(name) => {
            let lines = line(connection, provider, contents, ("branch", name), false, 0).await?;
            lines
                .into_iter()
                .map(|(id, line)| (id, Facts::Branch(line)))
                .collect()
        }
        Subject::Tags(tags) => {
            let mut facts: HashMap<i64, Vec<Line>> = HashMap::new();
            for tag in tags {
                for (id, line) in line(connection, provider, contents, ("tag", tag), false, 0).await? {
                    facts.entry(id).or_default().push(line);
                }
            }
            facts
                .into_iter()
                .map(|(id, lines)| (id, Facts::Tags(lines)))
                .collect()
        }
        Subject::Nothing => {
            let rows: Vec<(i64, i64)> = select_in(
                connection,
                |list| {
                    format!(
                        "SELECT k.id, CASE WHEN EXISTS (SELECT 1 FROM current_verifications s \
                         WHERE s.content_id = k.id AND s.success = 1) THEN 1 ELSE 0 END \
                         FROM contents k WHERE k.id IN {list}"
                    )
                },
                &[],
                contents,
            )
            .await?;
            rows.into_iter()
                .map(|(id, passed)| (id, Facts::Anyone(passed == 1)))
                .collect()
        }
    })
}

/// Work in progress: the newest contracts of consumers' branches and tags, published after `since`, that have not
/// passed for the provider version that asks; without the contents that were `chosen` anyway.
pub(crate) async fn work_in_progress(
    connection: &mut Connection,
    provider: i64,
    since: i64,
    subject: &Subject,
    chosen: &[Chosen],
) -> Result<Vec<Chosen>> {
    let columns = contracts::COLUMNS;
    let mut found: Vec<(Why, Publication)> = Vec::new();
    for (table, joins, label, why) in [
        (
            "branch_contracts",
            "CROSS JOIN branches b",
            "b.name",
            Why::Branch as fn(String) -> Why,
        ),
        (
            "tag_contracts",
            "",
            "h.name",
            Why::LatestWithTag as fn(String) -> Why,
        ),
    ] {
        let on = if joins.is_empty() {
            "1 = 1"
        } else {
            "b.id = h.branch_id"
        };
        let sql = format!(
            "SELECT {columns}, {label}, '' FROM {table} h {joins} CROSS JOIN current_publications k \
             CROSS JOIN contents t CROSS JOIN versions v CROSS JOIN pacticipants c CROSS JOIN pacticipants p \
             WHERE h.provider_id = $1 AND h.published_at > $2 AND {on} \
             AND k.consumer_version_id = h.consumer_version_id AND k.provider_id = h.provider_id \
             AND t.id = k.content_id AND v.id = k.consumer_version_id AND c.id = k.consumer_id AND p.id = k.provider_id"
        );
        let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(provider)
            .bind(since)
            .fetch_all(&mut *connection)
            .await?;
        found.extend(rows.into_iter().map(|(a, b, c, d, e, f, g, h, i, j, label, _)| {
            (why(label), contracts::read((a, b, c, d, e, f, g, h, i, j)))
        }));
    }
    let have: HashSet<i64> = chosen
        .iter()
        .map(|chosen| chosen.publication.content_id)
        .collect();
    let mut candidates = grouped(found);
    candidates.retain(|chosen| !have.contains(&chosen.publication.content_id));
    let contents: Vec<i64> = candidates
        .iter()
        .map(|chosen| chosen.publication.content_id)
        .collect();
    let mut wanted: HashSet<i64> = HashSet::new();
    let (lines, look_back): (Vec<(&str, &String)>, i64) = match subject {
        Subject::Branch(name) => (vec![("branch", name)], now() - LOOK_BACK),
        Subject::Tags(tags) => (tags.iter().map(|tag| ("tag", tag)).collect(), 0),
        Subject::Nothing => return Ok(Vec::new()),
    };
    for (kind, name) in lines {
        let facts = line(connection, provider, &contents, (kind, name), true, look_back).await?;
        wanted.extend(
            facts
                .into_iter()
                .filter(|(_, line)| !line.passed_here && !line.passed_elsewhere_before)
                .map(|(id, _)| id),
        );
    }
    candidates.retain(|chosen| wanted.contains(&chosen.publication.content_id));
    Ok(candidates)
}
