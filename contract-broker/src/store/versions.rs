//! Versions of pacticipants, in creation order.

use std::collections::{HashMap, HashSet};

use super::{
    Connection, Error, Listed, MOST, Result, Slice, Statement, deployments::Kind, distinct, in_parts, row,
    together,
};
use crate::domain::{Refusal, time::now};

row! {
    /// A stored version. The id is its position in creation order.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Version {
        pub(crate) id: i64,
        pub(crate) pacticipant_id: i64,
        pub(crate) number: String,
        pub(crate) build_url: Option<String>,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
    }

    /// The number of a version of a pacticipant.
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    pub(crate) struct NumberOf {
        pub(crate) pacticipant_id: i64,
        pub(crate) number: String,
    }
}

/// Details of a version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Details {
    /// In the order in which the version was added to them.
    pub(crate) branches: Vec<NamedLine>,
    /// By name.
    pub(crate) tags: Vec<NamedLine>,
    /// The environments that the version is currently in.
    pub(crate) environments: Vec<Placement>,
}

/// A branch or a tag of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedLine {
    pub(crate) name: String,
    /// Whether the version is the head of the branch, or the newest with the tag.
    pub(crate) is_newest: bool,
}

/// A version that is currently in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placement {
    pub(crate) environment: String,
    pub(crate) environment_uuid: String,
    pub(crate) display_name: String,
    pub(crate) production: bool,
    pub(crate) released: bool,
    /// The application instance; empty if none was named.
    pub(crate) instance: String,
    pub(crate) deployment_uuid: String,
    pub(crate) since: i64,
}

/// The columns of a [`Version`].
const COLUMNS: &str = "v.id, v.pacticipant_id, v.number, v.build_url, v.created_at, v.updated_at";

/// Selects versions of a pacticipant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum VersionsOf<'a> {
    All,
    Branch(&'a str),
    Tag(&'a str),
    /// Ever deployed or released there; by the environment's id.
    Environment(i64),
}

/// Returns the version with this number.
pub(crate) async fn find(
    connection: &mut Connection,
    pacticipant: i64,
    number: &str,
) -> Result<Option<Version>> {
    let sql = format!("SELECT {COLUMNS} FROM versions v WHERE v.pacticipant_id = $1 AND v.number = $2");
    Statement::new(sql)
        .bind(pacticipant)
        .bind(number)
        .optional(connection)
        .await
}

/// Returns the ids of those of these versions of a pacticipant that exist.
pub(crate) async fn ids(
    connection: &mut Connection,
    pacticipant: i64,
    numbers: &[String],
) -> Result<Vec<i64>> {
    let ids: Vec<i64> = in_parts(connection, numbers, |part| {
        Statement::new("SELECT v.id FROM versions v WHERE v.pacticipant_id = ")
            .value(pacticipant)
            .sql(" AND v.number IN ")
            .texts(part)
    })
    .await?;
    Ok(distinct(ids.into_iter()))
}

/// Returns which of these numbers are versions of which of these pacticipants.
pub(crate) async fn existing(
    connection: &mut Connection,
    pacticipants: &[i64],
    numbers: &[String],
) -> Result<HashSet<NumberOf>> {
    let mut found = HashSet::new();
    for pacticipants in pacticipants.chunks(MOST) {
        for numbers in numbers.chunks(MOST) {
            let existing: Vec<NumberOf> = Statement::new(
                "SELECT v.pacticipant_id, v.number FROM versions v WHERE v.pacticipant_id IN ",
            )
            .numbers(pacticipants)
            .sql(" AND v.number IN ")
            .texts(numbers)
            .all(connection)
            .await?;
            found.extend(existing);
        }
    }
    Ok(found)
}

/// Returns the version with this number of the pacticipant with this name; refused if either is unknown.
pub(crate) async fn require(connection: &mut Connection, pacticipant: &str, number: &str) -> Result<Version> {
    let sql = format!(
        "SELECT {COLUMNS} FROM versions v JOIN pacticipants p ON p.id = v.pacticipant_id \
         WHERE p.name = $1 AND v.number = $2"
    );
    let found: Option<Version> = Statement::new(sql)
        .bind(pacticipant)
        .bind(number)
        .optional(connection)
        .await?;
    found.ok_or_else(|| {
        Refusal::NotFound(format!(
            "No version {number} of pacticipant '{pacticipant}' found"
        ))
        .into()
    })
}

/// Returns the newest version, of all or with the tag, or the head of the branch.
pub(crate) async fn latest(
    connection: &mut Connection,
    pacticipant: i64,
    of: VersionsOf<'_>,
) -> Result<Option<Version>> {
    let select = |rest: &str| Statement::new(format!("SELECT {COLUMNS} FROM {rest}")).bind(pacticipant);
    let statement = match of {
        VersionsOf::Branch(name) => select(
            "branches b JOIN branch_heads h ON h.branch_id = b.id JOIN versions v ON v.id = h.version_id \
             WHERE b.pacticipant_id = $1 AND b.name = $2",
        )
        .bind(name),
        VersionsOf::Tag(name) => select(
            "tag_heads h JOIN versions v ON v.id = h.version_id WHERE h.pacticipant_id = $1 AND h.name = $2",
        )
        .bind(name),
        VersionsOf::All | VersionsOf::Environment(_) => {
            select("versions v WHERE v.pacticipant_id = $1 ORDER BY v.id DESC LIMIT 1")
        }
    };
    statement.optional(connection).await
}

/// Returns the newest version of each pacticipant.
pub(crate) async fn latest_of_each(
    connection: &mut Connection,
    pacticipants: &[i64],
) -> Result<HashMap<i64, Version>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM pacticipants p JOIN versions v ON v.id = \
         (SELECT MAX(n.id) FROM versions n WHERE n.pacticipant_id = p.id) WHERE p.id IN {{ids}}"
    );
    let versions: Vec<Version> =
        in_parts(connection, pacticipants, |part| Statement::with_ids(&sql, part)).await?;
    Ok(versions
        .into_iter()
        .map(|version| (version.pacticipant_id, version))
        .collect())
}

/// Returns versions, newest first.
pub(crate) async fn list(
    connection: &mut Connection,
    pacticipant: i64,
    of: VersionsOf<'_>,
    slice: Slice,
) -> Result<Listed<Version>> {
    let order = match of {
        VersionsOf::All | VersionsOf::Environment(_) => "v.id",
        VersionsOf::Branch(_) => "m.id",
        VersionsOf::Tag(_) => "t.version_id",
    };
    let rows = chosen(&format!("SELECT {COLUMNS}"), pacticipant, of)
        .sql(&format!(" ORDER BY {order} DESC LIMIT "))
        .value(slice.limit)
        .sql(" OFFSET ")
        .value(slice.offset)
        .all(&mut *connection)
        .await?;
    let total = chosen("SELECT COUNT(*)", pacticipant, of).one(connection).await?;
    Ok(Listed { rows, total })
}

/// Returns `select` for the selected versions.
fn chosen<'a>(select: &str, pacticipant: i64, of: VersionsOf<'a>) -> Statement<'a> {
    let from = |rest: &str| Statement::new(format!("{select} FROM {rest}")).bind(pacticipant);
    match of {
        VersionsOf::All => from("versions v WHERE v.pacticipant_id = $1"),
        VersionsOf::Branch(name) => from(
            "branches b JOIN branch_versions m ON m.branch_id = b.id JOIN versions v ON v.id = m.version_id \
             WHERE b.pacticipant_id = $1 AND b.name = $2",
        )
        .bind(name),
        VersionsOf::Tag(name) => {
            from("tags t JOIN versions v ON v.id = t.version_id WHERE t.pacticipant_id = $1 AND t.name = $2")
                .bind(name)
        }
        VersionsOf::Environment(id) => from(
            "versions v WHERE v.pacticipant_id = $1 AND v.id IN \
             (SELECT d.version_id FROM deployments d WHERE d.environment_id = $2 AND d.pacticipant_id = $1)",
        )
        .bind(id),
    }
}

/// A version that is ensured to exist.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ensured {
    pub(crate) id: i64,
    /// Whether it was created by this call.
    pub(crate) created: bool,
}

/// Returns a version, creating it if it is missing. The row is updated, which makes writers of the same version wait
/// for each other.
pub(crate) async fn ensure(
    connection: &mut Connection,
    pacticipant: i64,
    number: &str,
    build_url: Option<&str>,
) -> Result<Ensured> {
    let inserted: Option<i64> = Statement::new(
        "INSERT INTO versions (pacticipant_id, number, build_url, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(pacticipant)
    .bind(number)
    .bind(build_url)
    .bind(now())
    .optional(&mut *connection)
    .await?;
    if let Some(id) = inserted {
        return Ok(Ensured { id, created: true });
    }
    let id = touch(pacticipant, number, build_url)
        .sql(" RETURNING id")
        .one(connection)
        .await?;
    Ok(Ensured { id, created: false })
}

/// Updates the row of a version, and sets the URL of its build if given.
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

/// Sets the URL of the build.
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

row! {
    struct LineRow {
        version_id: i64,
        name: String,
        is_newest: bool,
    }

    struct PlacementRow {
        version_id: i64,
        deployment_id: i64,
        environment: String,
        environment_uuid: String,
        display_name: String,
        production: bool,
        kind: String,
        instance: String,
        deployment_uuid: String,
        since: i64,
    }
}

impl PlacementRow {
    /// # Errors
    /// The kind cannot be parsed.
    fn read(self) -> Result<Placement> {
        let kind = Kind::read(&self.kind).map_err(|problem| {
            let known_by = format!("of the deployment {}", self.deployment_id);
            Error::unreadable("current_deployments", known_by, "kind", problem)
        })?;
        Ok(Placement {
            environment: self.environment,
            environment_uuid: self.environment_uuid,
            display_name: self.display_name,
            production: self.production,
            released: kind == Kind::Released,
            instance: self.instance,
            deployment_uuid: self.deployment_uuid,
            since: self.since,
        })
    }
}

/// Returns branches, tags and environments of versions, by version; three queries, independent of the number of
/// versions.
pub(crate) async fn details(connection: &mut Connection, versions: &[i64]) -> Result<HashMap<i64, Details>> {
    let versions = distinct(versions.iter().copied());
    let mut details: HashMap<i64, Details> = versions.iter().map(|id| (*id, Details::default())).collect();
    for part in versions.chunks(MOST) {
        let branches = Statement::with_ids(
            "SELECT m.version_id, b.name, CASE WHEN h.version_id = m.version_id THEN 1 ELSE 0 END \
             FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
             LEFT JOIN branch_heads h ON h.branch_id = b.id WHERE m.version_id IN {ids} ORDER BY m.id",
            part,
        );
        let tags = Statement::with_ids(
            "SELECT t.version_id, t.name, CASE WHEN h.version_id = t.version_id THEN 1 ELSE 0 END FROM tags t \
             LEFT JOIN tag_heads h ON h.pacticipant_id = t.pacticipant_id AND h.name = t.name \
             WHERE t.version_id IN {ids} ORDER BY t.name",
            part,
        );
        let placements = Statement::with_ids(
            "SELECT c.version_id, d.id, e.name, e.uuid, e.display_name, e.production, c.kind, d.instance, d.uuid, c.since \
             FROM current_deployments c JOIN environments e ON e.id = c.environment_id \
             JOIN deployments d ON d.id = c.deployment_id WHERE c.version_id IN {ids} ORDER BY e.name, c.kind, d.id",
            part,
        );
        let (mut on, mut with, mut places) = (
            Vec::<LineRow>::new(),
            Vec::<LineRow>::new(),
            Vec::<PlacementRow>::new(),
        );
        together(
            connection,
            &mut [
                branches.into_rows(&mut on),
                tags.into_rows(&mut with),
                placements.into_rows(&mut places),
            ],
        )
        .await?;
        let line = |row: LineRow| NamedLine {
            name: row.name,
            is_newest: row.is_newest,
        };
        for row in on {
            details
                .entry(row.version_id)
                .or_default()
                .branches
                .push(line(row));
        }
        for row in with {
            details.entry(row.version_id).or_default().tags.push(line(row));
        }
        for row in places {
            let details = details.entry(row.version_id).or_default();
            details.environments.push(row.read()?);
        }
    }
    Ok(details)
}
