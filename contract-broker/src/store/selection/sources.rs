//! Where contracts that a selector wants come from.

use std::collections::{BTreeMap, HashSet};

use super::super::{
    Connection, Result,
    connection::{FromRow, Row, both},
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

/// A publication that a source gave: for which question, and with which label and kind.
pub(super) struct Found {
    pub(super) place: i64,
    pub(super) publication: Publication,
    pub(super) label: String,
    pub(super) kind: String,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            publication: contracts::read(FromRow::from_row(row)?),
            place: row.column(10)?,
            label: row.column(11)?,
            kind: row.column(12)?,
        })
    }
}

/// What one source gave: the label and the kind with each publication.
pub(super) type Given = Vec<(String, String, Publication)>;

/// One question: a source, and what narrows it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) source: &'static Source,
    pub(super) consumer: Option<&'a str>,
    /// Empty: any.
    pub(super) name: &'a str,
}

/// A source, whether a consumer is named, and whether something in the source is.
type Form = (usize, bool, bool);

impl Asked<'_> {
    /// What questions have in common that are asked by one part of a statement.
    fn form(&self) -> Form {
        let source = std::ptr::from_ref(self.source).addr();
        let named = self.source.named.is_some() && !self.name.is_empty();
        (source, self.consumer.is_some(), named)
    }
}

/// The most questions that one part of a statement asks: its values are one list, whatever they are.
const MOST: usize = 32;

/// Asks all questions, beside the provider's id. Questions of one form are one list in one part of the statement, so
/// that its length does not depend on how many there are; more than [`MOST`] of a form need further statements.
pub(super) async fn fetch(
    connection: &mut Connection,
    provider: &str,
    asked: &[Asked<'_>],
) -> Result<Option<(i64, Vec<Given>)>> {
    let mut given: Vec<Given> = asked.iter().map(|_| Vec::new()).collect();
    let mut known = Some(Statement::new("SELECT id FROM pacticipants WHERE name = $1").bind(provider));
    let mut id = None;
    let mut forms: BTreeMap<Form, Vec<(i64, &Asked<'_>)>> = BTreeMap::new();
    for (place, one) in (0..).zip(asked) {
        forms.entry(one.form()).or_default().push((place, one));
    }
    let longest = forms.values().map(Vec::len).max().unwrap_or_default();
    for start in (0..longest).step_by(MOST) {
        let mut statement = Statement::default();
        let mut first = true;
        for questions in forms.values().filter(|questions| questions.len() > start) {
            let end = questions.len().min(start + MOST);
            statement = statement.sql(if first { "" } else { " UNION ALL " });
            statement = part(statement, provider, &questions[start..end]);
            first = false;
        }
        let rows: Vec<Found> = match known.take() {
            Some(known) => {
                let (found, rows) = both::<(i64,), Found>(connection, (known, statement)).await?;
                id = found.first().map(|(id,)| *id);
                rows
            }
            None => statement.all(connection).await?,
        };
        for found in rows {
            let place = usize::try_from(found.place).ok();
            if let Some(given) = place.and_then(|place| given.get_mut(place)) {
                given.push((found.label, found.kind, found.publication));
            }
        }
    }
    if let Some(known) = known {
        id = known.optional::<(i64,)>(connection).await?.map(|(id,)| id);
    }
    Ok(id.map(|id| (id, given)))
}

/// Adds the part of a statement that asks questions of one form.
fn part<'a>(statement: Statement<'a>, provider: &'a str, questions: &[(i64, &Asked<'a>)]) -> Statement<'a> {
    let Some((
        _,
        Asked {
            source,
            consumer,
            name,
        },
    )) = questions.first()
    else {
        return statement;
    };
    let Source {
        joins,
        conditions,
        named,
        version,
        label,
        kind,
    } = source;
    let columns = contracts::COLUMNS;
    let mut statement = statement.sql(&format!("SELECT {columns}, q.column1, {label}, {kind} FROM ("));
    // As many rows as a power of two, so that a few statements, prepared once, serve every number of questions; those
    // that fill it up ask for a consumer and a name that nobody has.
    let count = questions.len().next_power_of_two();
    let filling = (-1, "", "");
    let rows = questions
        .iter()
        .map(|(place, one)| (*place, one.consumer.unwrap_or_default(), one.name))
        .chain(std::iter::repeat(filling))
        .take(count);
    for (index, (place, consumer, name)) in rows.enumerate() {
        statement = statement
            .sql(if index == 0 { "VALUES (CAST(" } else { ", (CAST(" })
            .value(place)
            .sql(" AS BIGINT), ")
            .value(consumer)
            .sql(", ")
            .value(name)
            .sql(")");
    }
    // CROSS JOIN keeps SQLite to the order that is written; PostgreSQL finds it by its statistics. A consumer that is named
    // is where to begin.
    let consumers = if consumer.is_some() {
        "CROSS JOIN pacticipants c CROSS JOIN integrations i"
    } else {
        "CROSS JOIN integrations i CROSS JOIN pacticipants c"
    };
    statement = statement
        .sql(&format!(
            ") q {consumers} {joins} CROSS JOIN current_publications k CROSS JOIN contents t CROSS JOIN versions v \
             CROSS JOIN pacticipants p WHERE q.column1 >= 0 AND c.id = i.consumer_id \
             AND k.consumer_version_id = {version} AND k.provider_id = i.provider_id AND t.id = k.content_id \
             AND v.id = k.consumer_version_id AND p.id = k.provider_id \
             AND i.provider_id = (SELECT id FROM pacticipants WHERE name = "
        ))
        .value(provider)
        .sql(")");
    if consumer.is_some() {
        statement = statement.sql(" AND c.name = q.column2");
    }
    if !conditions.is_empty() {
        statement = statement.sql(" AND ").sql(conditions);
    }
    match named {
        Some(column) if !name.is_empty() => statement.sql(" AND ").sql(column).sql(" = q.column3"),
        _ => statement,
    }
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
