//! Versions of pacticipants, in the order of their creation.

use std::collections::{HashMap, HashSet};

use super::{
    Connection, Result, distinct,
    in_list::select_in,
    statement::{MOST, Statement},
};
use crate::domain::{Refusal, time::now};

/// A version as stored. The id is its place in the order of creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) id: i64,
    pub(crate) pacticipant_id: i64,
    pub(crate) number: String,
    pub(crate) build_url: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// What belongs to a version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Details {
    /// Branches, each with whether the version is its head; by the order in which they were added.
    pub(crate) branches: Vec<(String, bool)>,
    /// Tags, each with whether the version is the newest with it; by name.
    pub(crate) tags: Vec<(String, bool)>,
    /// The environments the version is in now.
    pub(crate) environments: Vec<Placement>,
}

/// A version in an environment, now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placement {
    pub(crate) environment: String,
    pub(crate) environment_uuid: String,
    pub(crate) display_name: String,
    pub(crate) production: bool,
    pub(crate) released: bool,
    /// The application instance; empty where none was named.
    pub(crate) instance: String,
    pub(crate) deployment_uuid: String,
    pub(crate) since: i64,
}

type Row = (i64, i64, String, Option<String>, i64, i64);

const COLUMNS: &str = "v.id, v.pacticipant_id, v.number, v.build_url, v.created_at, v.updated_at";

fn read(row: Row) -> Version {
    let (id, pacticipant_id, number, build_url, created_at, updated_at) = row;
    Version {
        id,
        pacticipant_id,
        number,
        build_url,
        created_at,
        updated_at,
    }
}

/// Which versions of a pacticipant are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of<'a> {
    All,
    Branch(&'a str),
    Tag(&'a str),
    /// Ever deployed or released there; by the environment's id.
    Environment(i64),
}

/// The version with that number.
pub(crate) async fn find(
    connection: &mut Connection,
    pacticipant: i64,
    number: &str,
) -> Result<Option<Version>> {
    let row: Option<Row> = Statement::new(
        "SELECT v.id, v.pacticipant_id, v.number, v.build_url, v.created_at, v.updated_at FROM versions v \
         WHERE v.pacticipant_id = $1 AND v.number = $2",
    )
    .bind(pacticipant)
    .bind(number)
    .optional(connection)
    .await?;
    Ok(row.map(read))
}

/// The ids of those of these versions of a pacticipant that exist.
pub(crate) async fn ids(
    connection: &mut Connection,
    pacticipant: i64,
    numbers: &[&String],
) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = select_in(
        connection,
        |list| format!("SELECT v.id FROM versions v WHERE v.pacticipant_id = $1 AND v.number IN {list}"),
        &[pacticipant.into()],
        numbers,
    )
    .await?;
    Ok(distinct(rows.into_iter().map(|(id,)| id)))
}

/// Which of these numbers are versions of which of these pacticipants.
pub(crate) async fn existing(
    connection: &mut Connection,
    pacticipants: &[i64],
    numbers: &[&String],
) -> Result<HashSet<(i64, String)>> {
    let mut found: HashSet<(i64, String)> = HashSet::new();
    for pacticipants in pacticipants.chunks(MOST) {
        for numbers in numbers.chunks(MOST) {
            let numbers: Vec<String> = numbers.iter().map(|number| (*number).clone()).collect();
            let rows: Vec<(i64, String)> = Statement::new(
                "SELECT v.pacticipant_id, v.number FROM versions v WHERE v.pacticipant_id IN ",
            )
            .numbers(pacticipants)
            .sql(" AND v.number IN ")
            .texts(&numbers)
            .all(connection)
            .await?;
            found.extend(rows);
        }
    }
    Ok(found)
}

/// The version with that number of the pacticipant with that name; refused when either is unknown.
pub(crate) async fn require(connection: &mut Connection, pacticipant: &str, number: &str) -> Result<Version> {
    let row: Option<Row> = Statement::new(
        "SELECT v.id, v.pacticipant_id, v.number, v.build_url, v.created_at, v.updated_at FROM versions v \
         JOIN pacticipants p ON p.id = v.pacticipant_id WHERE p.name = $1 AND v.number = $2",
    )
    .bind(pacticipant)
    .bind(number)
    .optional(connection)
    .await?;
    row.map(read).ok_or_else(|| {
        Refusal::NotFound(format!(
            "No version {number} of pacticipant '{pacticipant}' found"
        ))
        .into()
    })
}

/// The newest version, of all or with the tag, or the head of the branch.
pub(crate) async fn latest(
    connection: &mut Connection,
    pacticipant: i64,
    of: Of<'_>,
) -> Result<Option<Version>> {
    let (sql, name) = match of {
        Of::Branch(name) => (
            "SELECT v.id, v.pacticipant_id, v.number, v.build_url, v.created_at, v.updated_at FROM branches b \
             JOIN branch_heads h ON h.branch_id = b.id JOIN versions v ON v.id = h.version_id \
             WHERE b.pacticipant_id = $1 AND b.name = $2",
            name,
        ),
        Of::Tag(name) => (
            "SELECT v.id, v.pacticipant_id, v.number, v.build_url, v.created_at, v.updated_at FROM tag_heads h \
             JOIN versions v ON v.id = h.version_id WHERE h.pacticipant_id = $1 AND h.name = $2",
            name,
        ),
        Of::All | Of::Environment(_) => (
            "SELECT v.id, v.pacticipant_id, v.number, v.build_url, v.created_at, v.updated_at FROM versions v \
             WHERE v.pacticipant_id = $1 AND $2 = $2 ORDER BY v.id DESC LIMIT 1",
            "",
        ),
    };
    let row: Option<Row> = Statement::new(sql)
        .bind(pacticipant)
        .bind(name)
        .optional(connection)
        .await?;
    Ok(row.map(read))
}

/// The newest version of each pacticipant.
pub(crate) async fn latest_of_each(
    connection: &mut Connection,
    pacticipants: &[i64],
) -> Result<HashMap<i64, Version>> {
    let rows: Vec<Row> = select_in(
        connection,
        |list| {
            format!(
                "SELECT {COLUMNS} FROM pacticipants p JOIN versions v ON v.id = \
                 (SELECT MAX(n.id) FROM versions n WHERE n.pacticipant_id = p.id) WHERE p.id IN {list}"
            )
        },
        &[],
        pacticipants,
    )
    .await?;
    Ok(rows.into_iter().map(|row| (row.1, read(row))).collect())
}

/// Versions, newest first, and how many there are.
pub(crate) async fn list(
    connection: &mut Connection,
    pacticipant: i64,
    of: Of<'_>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Version>, i64)> {
    let (from, order, name, environment) = match of {
        Of::All => (
            "versions v WHERE v.pacticipant_id = $1 AND $2 = $2 AND $3 = $3",
            "v.id DESC",
            "",
            0,
        ),
        Of::Branch(name) => (
            "branches b JOIN branch_versions m ON m.branch_id = b.id JOIN versions v ON v.id = m.version_id \
             WHERE b.pacticipant_id = $1 AND b.name = $2 AND $3 = $3",
            "m.id DESC",
            name,
            0,
        ),
        Of::Tag(name) => (
            "tags t JOIN versions v ON v.id = t.version_id WHERE t.pacticipant_id = $1 AND t.name = $2 AND $3 = $3",
            "t.version_id DESC",
            name,
            0,
        ),
        Of::Environment(id) => (
            "versions v WHERE v.pacticipant_id = $1 AND $2 = $2 AND v.id IN \
             (SELECT d.version_id FROM deployments d WHERE d.environment_id = $3 AND d.pacticipant_id = $1)",
            "v.id DESC",
            "",
            id,
        ),
    };
    let sql = format!("SELECT {COLUMNS} FROM {from} ORDER BY {order} LIMIT $4 OFFSET $5");
    let rows: Vec<Row> = Statement::new(sql)
        .bind(pacticipant)
        .bind(name)
        .bind(environment)
        .bind(limit)
        .bind(offset)
        .all(&mut *connection)
        .await?;
    let (total,): (i64,) = Statement::new(format!("SELECT COUNT(*) FROM {from}"))
        .bind(pacticipant)
        .bind(name)
        .bind(environment)
        .one(&mut *connection)
        .await?;
    Ok((rows.into_iter().map(read).collect(), total))
}

/// The id of a version, created where it is missing, and whether it was. The row is touched, which makes writers of
/// the same version wait for each other.
pub(crate) async fn ensure(
    connection: &mut Connection,
    pacticipant: i64,
    number: &str,
    build_url: Option<&str>,
) -> Result<(i64, bool)> {
    let inserted: Option<(i64,)> = Statement::new(
        "INSERT INTO versions (pacticipant_id, number, build_url, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(pacticipant)
    .bind(number)
    .bind(build_url)
    .bind(now())
    .optional(&mut *connection)
    .await?;
    if let Some((id,)) = inserted {
        return Ok((id, true));
    }
    let (id,): (i64,) = touch(pacticipant, number, build_url)
        .sql(" RETURNING id")
        .one(&mut *connection)
        .await?;
    Ok((id, false))
}

/// Touches a version, and sets the address of its build where one is given.
pub(super) fn touch<'a>(pacticipant: i64, number: &'a str, build_url: Option<&'a str>) -> Statement<'a> {
    Statement::new(
        "UPDATE versions SET build_url = COALESCE($3, build_url), updated_at = $4 \
         WHERE pacticipant_id = $1 AND number = $2",
    )
    .bind(pacticipant)
    .bind(number)
    .bind(build_url)
    .bind(now())
}

/// Sets the address of the build.
pub(crate) async fn set_build_url(
    connection: &mut Connection,
    id: i64,
    build_url: Option<&str>,
) -> Result<()> {
    Statement::new("UPDATE versions SET build_url = $1 WHERE id = $2")
        .bind(build_url)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// A branch, a tag or a placement of a version: which of the three, the version, an order, a name, a flag, and what
/// placements have besides.
type DetailRow = (
    i64,
    i64,
    i64,
    String,
    i64,
    String,
    String,
    String,
    String,
    String,
    i64,
);

/// Branches, tags and environments of versions, in one query however many versions there are.
pub(crate) async fn details(connection: &mut Connection, versions: &[i64]) -> Result<HashMap<i64, Details>> {
    let versions = distinct(versions.iter().copied());
    let mut details: HashMap<i64, Details> = versions.iter().map(|id| (*id, Details::default())).collect();
    for part in versions.chunks(MOST) {
        let rows: Vec<DetailRow> = Statement::new(
            "SELECT 0, m.version_id, m.id, b.name, CASE WHEN h.version_id = m.version_id THEN 1 ELSE 0 END, \
             '', '', '', '', '', 0 FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
             LEFT JOIN branch_heads h ON h.branch_id = b.id WHERE m.version_id IN ",
        )
        .numbers(part)
        .sql(
            " UNION ALL SELECT 1, t.version_id, 0, t.name, CASE WHEN h.version_id = t.version_id THEN 1 ELSE 0 END, \
             '', '', '', '', '', 0 FROM tags t \
             LEFT JOIN tag_heads h ON h.pacticipant_id = t.pacticipant_id AND h.name = t.name WHERE t.version_id IN ",
        )
        .same_list()
        .sql(
            " UNION ALL SELECT 2, c.version_id, d.id, e.name, e.production, e.uuid, e.display_name, c.kind, d.instance, \
             d.uuid, c.since FROM current_deployments c JOIN environments e ON e.id = c.environment_id \
             JOIN deployments d ON d.id = c.deployment_id WHERE c.version_id IN ",
        )
        .same_list()
        .sql(" ORDER BY 1, 4, 8, 3")
        .all(connection)
        .await?;
        add_details(&mut details, rows);
    }
    Ok(details)
}

/// Tags come by name and placements by environment; branches by the order in which they were added.
fn add_details(details: &mut HashMap<i64, Details>, mut rows: Vec<DetailRow>) {
    rows.sort_by_key(|row| if row.0 == 0 { row.2 } else { 0 });
    for (what, version, _, name, flag, uuid, display_name, kind, instance, deployment_uuid, since) in rows {
        let details = details.entry(version).or_default();
        match what {
            0 => details.branches.push((name, flag == 1)),
            1 => details.tags.push((name, flag == 1)),
            _ => details.environments.push(Placement {
                environment: name,
                environment_uuid: uuid,
                display_name,
                production: flag == 1,
                released: kind == "released",
                instance,
                deployment_uuid,
                since,
            }),
        }
    }
}
