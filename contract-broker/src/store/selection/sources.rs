//! The sources of contracts for selectors.

use std::collections::BTreeMap;

use super::super::{
    Connection, Error, Result, Statement,
    contracts::{self, Publication},
    deployments::Kind,
    engine::Question,
    row, together,
};

/// A source of consumer versions: the joins, the conditions, the column that a name is compared with, the column of the
/// version, and what the source says about it.
pub(super) struct Source {
    joins: &'static str,
    conditions: &'static str,
    named: Option<&'static str>,
    version: &'static str,
    says: Says,
}

/// What a source says about a version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Nothing,
    /// The name of the branch or the tag, in this column.
    Name(&'static str),
    /// The environment, and how the version is in it.
    Environment,
}

pub(super) const MAIN_BRANCH: Source = Source {
    joins: "CROSS JOIN branches b CROSS JOIN branch_contracts h",
    conditions: "b.pacticipant_id = c.id AND b.name = c.main_branch AND h.branch_id = b.id \
                 AND h.provider_id = i.provider_id",
    named: None,
    version: "h.consumer_version_id",
    says: Says::Name("b.name"),
};
pub(super) const BRANCH: Source = Source {
    joins: "CROSS JOIN branches b CROSS JOIN branch_contracts h",
    conditions: "b.pacticipant_id = c.id AND h.branch_id = b.id AND h.provider_id = i.provider_id",
    named: Some("b.name"),
    version: "h.consumer_version_id",
    says: Says::Name("b.name"),
};
pub(super) const LATEST_TAG: Source = Source {
    joins: "CROSS JOIN tag_contracts h",
    conditions: "h.pacticipant_id = c.id AND h.provider_id = i.provider_id",
    named: Some("h.name"),
    version: "h.consumer_version_id",
    says: Says::Name("h.name"),
};
pub(super) const EVERY_TAG: Source = Source {
    joins: "CROSS JOIN tags h",
    conditions: "h.pacticipant_id = c.id",
    named: Some("h.name"),
    version: "h.version_id",
    says: Says::Name("h.name"),
};
/// The latest with the tag that has the name of the consumer's main branch.
pub(super) const MAIN_TAG: Source = Source {
    joins: "CROSS JOIN tag_contracts h",
    conditions: "h.pacticipant_id = c.id AND h.name = c.main_branch AND h.provider_id = i.provider_id",
    named: None,
    version: "h.consumer_version_id",
    says: Says::Name("h.name"),
};
pub(super) const LATEST: Source = Source {
    joins: "",
    conditions: "",
    named: None,
    version: "(SELECT MAX(n.consumer_version_id) FROM current_publications n \
              WHERE n.provider_id = i.provider_id AND n.consumer_id = i.consumer_id)",
    says: Says::Nothing,
};
pub(super) const IN_ENVIRONMENT: Source = Source {
    joins: "CROSS JOIN current_deployments h CROSS JOIN environments e",
    conditions: "h.pacticipant_id = c.id AND e.id = h.environment_id",
    named: Some("e.name"),
    version: "h.version_id",
    says: Says::Environment,
};

row! {
    struct Plain {
        place: i64,
        publication: Publication,
    }

    struct WithName {
        place: i64,
        publication: Publication,
        name: String,
    }

    struct InEnvironment {
        place: i64,
        publication: Publication,
        environment: String,
        kind: String,
    }
}

/// The offers of one source.
pub(super) type Given = Vec<Offer>;

/// A publication offered by a source.
pub(super) struct Offer {
    pub(super) label: Label,
    pub(super) publication: Publication,
}

pub(super) enum Label {
    Nothing,
    /// The name of the branch or the tag.
    Name(String),
    Environment {
        name: String,
        kind: Kind,
    },
}

/// The offers for a provider: one list for each question.
pub(super) struct Offered {
    pub(super) provider_id: i64,
    pub(super) given: Vec<Given>,
}

/// One question: a source, and its restrictions.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) source: &'static Source,
    pub(super) consumer: Option<&'a str>,
    /// Empty: any.
    pub(super) name: &'a str,
}

/// What questions in one statement have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    /// The address of the source.
    source: usize,
    /// Whether a consumer is named.
    consumer: bool,
    /// Whether a name in the source is given.
    named: bool,
}

impl Asked<'_> {
    fn form(&self) -> Form {
        Form {
            source: std::ptr::from_ref(self.source).addr(),
            consumer: self.consumer.is_some(),
            named: self.source.named.is_some() && !self.name.is_empty(),
        }
    }
}

/// A question and its index.
struct Placed<'a, 'q> {
    place: i64,
    asked: &'q Asked<'a>,
}

/// Maximum number of questions per statement: its values are one list.
const MOST: usize = 32;

/// Rows, by what the source says.
enum Answer {
    Plain(Vec<Plain>),
    WithName(Vec<WithName>),
    InEnvironment(Vec<InEnvironment>),
}

impl Answer {
    fn to(source: &Source) -> Self {
        match source.says {
            Says::Nothing => Self::Plain(Vec::new()),
            Says::Name(_) => Self::WithName(Vec::new()),
            Says::Environment => Self::InEnvironment(Vec::new()),
        }
    }

    fn question<'a>(&'a mut self, statement: Statement<'a>) -> Question<'a> {
        match self {
            Self::Plain(rows) => statement.into_rows(rows),
            Self::WithName(rows) => statement.into_rows(rows),
            Self::InEnvironment(rows) => statement.into_rows(rows),
        }
    }

    /// Assigns the offers to their questions.
    ///
    /// # Errors
    /// The kind of a placement cannot be parsed.
    fn give(self, given: &mut [Given]) -> Result<()> {
        let mut add = |place: i64, label, publication| {
            let given = usize::try_from(place).ok().and_then(|place| given.get_mut(place));
            if let Some(given) = given {
                given.push(Offer { label, publication });
            }
        };
        match self {
            Self::Plain(rows) => {
                for row in rows {
                    add(row.place, Label::Nothing, row.publication);
                }
            }
            Self::WithName(rows) => {
                for row in rows {
                    add(row.place, Label::Name(row.name), row.publication);
                }
            }
            Self::InEnvironment(rows) => {
                for row in rows {
                    let kind = Kind::read(&row.kind).map_err(|problem| {
                        let known_by = format!(
                            "of the version {} in the environment {}",
                            row.publication.consumer_version_id, row.environment
                        );
                        Error::unreadable("current_deployments", known_by, "kind", problem)
                    })?;
                    let name = row.environment;
                    add(row.place, Label::Environment { name, kind }, row.publication);
                }
            }
        }
        Ok(())
    }
}

/// Runs all questions; `None` if there is no provider with this name. Questions of one form share a statement, so that
/// its length does not depend on their number; more than [`MOST`] of a form need further statements.
pub(super) async fn fetch(
    connection: &mut Connection,
    provider: &str,
    asked: &[Asked<'_>],
) -> Result<Option<Offered>> {
    let mut given: Vec<Given> = asked.iter().map(|_| Vec::new()).collect();
    let mut forms: BTreeMap<Form, Vec<Placed<'_, '_>>> = BTreeMap::new();
    for (place, asked) in (0..).zip(asked) {
        forms
            .entry(asked.form())
            .or_default()
            .push(Placed { place, asked });
    }
    let parts: Vec<&[Placed<'_, '_>]> = forms
        .values()
        .flat_map(|questions| questions.chunks(MOST))
        .collect();
    let mut answers: Vec<Answer> = parts
        .iter()
        .map(|part| Answer::to(part[0].asked.source))
        .collect();
    let mut ids: Vec<i64> = Vec::new();
    let known = Statement::new("SELECT id FROM pacticipants WHERE name = $1").bind(provider);
    let mut questions = vec![known.into_rows(&mut ids)];
    for (part, answer) in parts.into_iter().zip(&mut answers) {
        questions.push(answer.question(statement(provider, part)));
    }
    together(connection, &mut questions).await?;
    drop(questions);
    for answer in answers {
        answer.give(&mut given)?;
    }
    let provider_id = ids.into_iter().next();
    Ok(provider_id.map(|provider_id| Offered { provider_id, given }))
}

/// Returns the statement for questions of one form.
fn statement<'a>(provider: &'a str, questions: &[Placed<'a, '_>]) -> Statement<'a> {
    let Asked {
        source,
        consumer,
        name,
    } = questions[0].asked;
    let Source {
        joins,
        conditions,
        named,
        version,
        says,
    } = source;
    let columns = contracts::COLUMNS;
    let said = match says {
        Says::Nothing => String::new(),
        Says::Name(column) => format!(", {column}"),
        Says::Environment => ", e.name, h.kind".to_owned(),
    };
    let mut statement = Statement::new(format!("SELECT q.column1, {columns}{said} FROM ("));
    // The number of rows is rounded up to a power of two, so that a few prepared statements serve every number of
    // questions; filler rows use a consumer and a name that do not exist.
    let count = questions.len().next_power_of_two();
    let filling = (-1, "", "");
    let rows = questions
        .iter()
        .map(|one| (one.place, one.asked.consumer.unwrap_or_default(), one.asked.name))
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
    // CROSS JOIN forces SQLite to use the written order; PostgreSQL uses its statistics. A named consumer comes first.
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
