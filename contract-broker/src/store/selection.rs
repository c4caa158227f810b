//! Choosing contracts for verification. Every query begins at the provider's integrations and goes by an index from
//! there, so that its cost depends on the number of consumers, not on the number of versions.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Connection, Result,
    contracts::{self, Publication},
    in_list::{Fixed, select_in},
    statement::Statement,
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
    let mut asked = Vec::new();
    let mut counts = Vec::new();
    for selector in selectors {
        let sources = sources(&selector.wanted);
        counts.push(sources.len());
        asked.extend(
            sources
                .into_iter()
                .map(|(source, name)| (source, selector.consumer.as_deref(), name)),
        );
    }
    let mut given = fetch(connection, provider, &asked).await?.into_iter();
    let found = selectors
        .iter()
        .zip(counts)
        .flat_map(|(selector, count)| chosen(&selector.wanted, given.by_ref().take(count).collect()))
        .collect();
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

/// Where the versions of a consumer come from: the joins, the conditions, the column that a name is compared with, and
/// the columns for the version, a label and a kind.
struct Source {
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

type Row = (
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
type Given = Vec<(String, String, Publication)>;

/// Runs the queries of all sources as one statement.
async fn fetch(
    connection: &mut Connection,
    provider: i64,
    sources: &[(&'static Source, Option<&str>, &str)],
) -> Result<Vec<Given>> {
    let mut given: Vec<Given> = sources.iter().map(|_| Vec::new()).collect();
    if sources.is_empty() {
        return Ok(given);
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
                 AND p.id = k.provider_id AND i.provider_id = "
            ))
            .number(provider);
        if let Some(consumer) = consumer {
            statement = statement.sql(" AND c.name = ").text(consumer);
        }
        if !conditions.is_empty() {
            statement = statement.sql(" AND ").sql(conditions);
        }
        if let Some(column) = named
            && !name.is_empty()
        {
            statement = statement.sql(" AND ").sql(column).sql(" = ").text(name);
        }
    }
    let rows: Vec<Row> = statement.all(connection).await?;
    for (index, a, b, c, d, e, f, g, h, i, j, label, kind) in rows {
        let publication = contracts::read((a, b, c, d, e, f, g, h, i, j));
        if let Some(given) = usize::try_from(index).ok().and_then(|index| given.get_mut(index)) {
            given.push((label, kind, publication));
        }
    }
    Ok(given)
}

/// Where what a selector wants comes from, each with the name that is asked for (empty: any).
fn sources(wanted: &Wanted) -> Vec<(&'static Source, &str)> {
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
fn chosen(wanted: &Wanted, given: Vec<Given>) -> Vec<(Why, Publication)> {
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
    // The far future for one that does not exist yet.
    let began = if kind == "branch" {
        "SELECT created_at FROM branches WHERE pacticipant_id = $3 AND name = $2"
    } else {
        "SELECT first_tagged_at FROM tag_heads WHERE pacticipant_id = $3 AND name = $2"
    };
    let (most_wip, far) = (i64::from(!finished), i64::MAX);
    let rows: Vec<(i64, i64, i64)> = select_in(
        connection,
        |list| {
            format!(
                "SELECT k.id, CASE WHEN EXISTS (SELECT 1 FROM verified_on s WHERE s.content_id = k.id AND s.kind = $1 \
                 AND s.name = $2 AND s.wip <= $4 AND s.last_at >= $5) THEN 1 ELSE 0 END, \
                 CASE WHEN EXISTS (SELECT 1 FROM verified_on s WHERE s.content_id = k.id AND s.kind = $1 \
                 AND s.wip <= $4 AND s.first_at < COALESCE(({began}), {far}) AND s.name <> $2 AND s.last_at >= $5) THEN 1 ELSE 0 END \
                 FROM contents k WHERE k.id IN {list}"
            )
        },
        &[
            Fixed::Text(kind),
            Fixed::Text(name),
            Fixed::Number(provider),
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
            "SELECT 0, {columns}, {label}, '' FROM {table} h {joins} CROSS JOIN current_publications k \
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
        found.extend(
            rows.into_iter()
                .map(|(_, a, b, c, d, e, f, g, h, i, j, label, _)| {
                    (why(label), contracts::read((a, b, c, d, e, f, g, h, i, j)))
                }),
        );
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
