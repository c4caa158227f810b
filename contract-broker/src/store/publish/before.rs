//! What is there before a publication.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    super::{
        Connection, Result,
        connection::{FromRow, Row, both, three},
        outbox,
        statement::Statement,
    },
    Existing, Lines, Owner, Publish,
};
use crate::domain::{content::Content, events::Line, time::now};

/// What is known of the names of a request.
pub(super) struct Found {
    /// Pacticipants that exist, with their ids.
    pub(super) ids: BTreeMap<String, i64>,
    /// The consumer version, where the consumer exists.
    pub(super) version: Option<i64>,
    /// Whether the version was created just now.
    pub(super) created: bool,
    pub(super) branch: Option<Branch>,
    /// The version's place on the branch, where it was put there just now.
    pub(super) position: Option<i64>,
}

/// The branch of a request.
pub(super) struct Branch {
    pub(super) id: i64,
    /// Whether it has a head.
    pub(super) headed: bool,
}

/// Looks the names of a request up, creates the version of a consumer that exists, and puts it on a branch that exists.
pub(super) async fn begin(connection: &mut Connection, publish: &Publish, names: &[String]) -> Result<Found> {
    let Publish {
        consumer,
        version,
        branch,
        build_url,
        ..
    } = publish;
    let known = Statement::new("SELECT 0, id, name, CAST(NULL AS BIGINT) FROM pacticipants WHERE name IN ")
        .texts(names)
        .sql(
            " UNION ALL SELECT 1, v.id, NULL, NULL FROM pacticipants p JOIN versions v ON v.pacticipant_id = p.id \
             WHERE p.name = ",
        )
        .value(consumer)
        .sql(" AND v.number = ")
        .value(version)
        .sql(
            " UNION ALL SELECT 2, b.id, NULL, h.position FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id \
             LEFT JOIN branch_heads h ON h.branch_id = b.id WHERE p.name = ",
        )
        .value(consumer)
        .sql(" AND b.name = ")
        .value(branch);
    let (known, created, position) = three::<(i64, i64, Option<String>, Option<i64>), (i64,), (i64,)>(
        connection,
        (
            known,
            Statement::new(
                "INSERT INTO versions (pacticipant_id, number, build_url, created_at, updated_at) \
                 SELECT id, $2, $3, $4, $4 FROM pacticipants WHERE name = $1 ON CONFLICT DO NOTHING RETURNING id",
            )
            .bind(consumer)
            .bind(version)
            .bind(build_url)
            .bind(now()),
            Statement::new(
                "INSERT INTO branch_versions (branch_id, version_id, auto_created, created_at) \
                 SELECT b.id, v.id, 0, $4 FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id \
                 JOIN versions v ON v.pacticipant_id = p.id WHERE p.name = $1 AND b.name = $2 AND v.number = $3 \
                 ON CONFLICT DO NOTHING RETURNING id",
            )
            .bind(consumer)
            .bind(branch)
            .bind(version)
            .bind(now()),
        ),
    )
    .await?;
    let mut found = Found {
        ids: BTreeMap::new(),
        version: created.first().map(|row| row.0),
        created: !created.is_empty(),
        branch: None,
        position: position.first().map(|row| row.0),
    };
    for (kind, id, name, head) in known {
        match (kind, name) {
            (0, Some(name)) => {
                found.ids.insert(name, id);
            }
            (1, _) => found.version = Some(id),
            _ => {
                let headed = head.is_some();
                found.branch = Some(Branch { id, headed });
            }
        }
    }
    Ok(found)
}

/// The lines of development that a version belongs to, and what it has with these providers, by provider.
pub(super) async fn standing(
    connection: &mut Connection,
    version: i64,
    providers: &[i64],
) -> Result<(Lines, HashMap<i64, Existing>)> {
    let (on, existing) = both::<(i64, i64, String, i64), (i64, i64, i64, i64, String, i64)>(
        connection,
        (
            Statement::new(
                "SELECT 0, b.id, b.name, m.id FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
                 WHERE m.version_id = ",
            )
            .value(version)
            .sql(" UNION ALL SELECT 1, 0, name, 0 FROM tags WHERE version_id = ")
            .value(version)
            .sql(" ORDER BY 1, 2, 3"),
            Statement::new(
                "SELECT k.provider_id, k.publication_id, k.content_id, n.revision, t.sha, OCTET_LENGTH(t.document) \
                 FROM current_publications k \
                 JOIN publications n ON n.id = k.publication_id JOIN contents t ON t.id = k.content_id \
                 WHERE k.consumer_version_id = ",
            )
            .value(version)
            .sql(" AND k.provider_id IN ")
            .numbers(providers),
        ),
    )
    .await?;
    let mut lines = Lines::default();
    for (kind, branch, name, position) in on {
        if kind == 0 {
            lines.branches.push((branch, name, position));
        } else {
            lines.tags.push(name);
        }
    }
    let existing = existing
        .into_iter()
        .map(|(provider, publication, content, revision, sha, length)| {
            let existing = Existing {
                publication,
                content,
                revision,
                sha,
                length: usize::try_from(length).unwrap_or_default(),
            };
            (provider, existing)
        });
    Ok((lines, existing.collect()))
}

/// What a publication has to know of what was published, verified and deployed before.
pub(super) struct Before {
    /// The newest content of each line of development, by line and provider.
    newest: HashMap<(i64, i64), i64>,
    /// The contents that are stored: provider and hash.
    contents: HashSet<(i64, String)>,
    /// The providers that the consumer is known to need, and whether any ever sent it a result.
    integrations: HashMap<i64, bool>,
    /// The provider versions that matter (head of the main branch, deployed, released): provider, version, why, and
    /// the hash of a content that it has a result for.
    awaited: Vec<(i64, i64, String, String, Option<String>)>,
    /// Whether a webhook waits for events.
    pub(super) listening: bool,
}

/// Asks what a publication has to know, in one go.
pub(super) async fn before(
    connection: &mut Connection,
    owner: &Owner,
    wanted: &[(i64, &Content)],
) -> Result<Before> {
    let providers: Vec<i64> = wanted.iter().map(|(provider, _)| *provider).collect();
    let shas: Vec<String> = wanted.iter().map(|(_, content)| content.sha.clone()).collect();
    let known = Statement::new("SELECT 0, t.provider_id, NULL, t.sha FROM contents t WHERE t.consumer_id = ")
        .value(owner.consumer)
        .sql(" AND t.provider_id IN ")
        .numbers(&providers)
        .sql(" AND t.sha IN ")
        .texts(&shas)
        .sql(
            " UNION ALL SELECT 1, i.provider_id, (SELECT 1 FROM verifications r WHERE r.provider_id = i.provider_id \
             AND r.consumer_id = i.consumer_id LIMIT 1), NULL FROM integrations i WHERE i.consumer_id = ",
        )
        .value(owner.consumer)
        .sql(" AND i.provider_id IN ")
        .numbers(&providers)
        .sql(" UNION ALL SELECT 2, 0, 0, NULL WHERE EXISTS (")
        .sql(outbox::LISTENING)
        .sql(")");
    let awaited = Statement::new(
        "WITH w AS (SELECT p.id AS provider_id, h.version_id AS version_id, 'latest version from the main branch' AS why, \
         b.name AS name FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
         JOIN branch_heads h ON h.branch_id = b.id WHERE p.id IN ",
    )
    .numbers(&providers)
    .sql(
        " UNION ALL SELECT d.pacticipant_id, d.version_id, \
         CASE WHEN d.kind = 'deployed' THEN 'version deployed to' ELSE 'version released in' END, e.name \
         FROM current_deployments d JOIN environments e ON e.id = d.environment_id WHERE d.pacticipant_id IN ",
    )
    .same_list()
    .sql(
        ") SELECT w.provider_id, w.version_id, w.why, w.name, \
         CASE WHEN c.content_id IS NULL THEN NULL ELSE t.sha END FROM w \
         LEFT JOIN contents t ON t.provider_id = w.provider_id AND t.consumer_id = ",
    )
    .value(owner.consumer)
    .sql(" AND t.sha IN ")
    .texts(&shas)
    .sql(
        " LEFT JOIN current_verifications c ON c.content_id = t.id AND c.provider_version_id = w.version_id \
         ORDER BY 1, 2",
    );
    let branches: Vec<i64> = owner.lines.branches.iter().map(|(branch, ..)| *branch).collect();
    let mut newest_contents = newest_contents(owner, &branches, &providers).into_iter();
    let (mut newest, known, awaited) = three::<
        NewestContent,
        (i64, i64, Option<i64>, Option<String>),
        (i64, i64, String, String, Option<String>),
    >(
        connection,
        (newest_contents.next().unwrap_or_default(), known, awaited),
    )
    .await?;
    for more in newest_contents {
        newest.extend(more.all::<NewestContent>(connection).await?);
    }
    let mut before = Before {
        newest: by_line(&owner.lines, newest),
        contents: HashSet::new(),
        integrations: HashMap::new(),
        awaited,
        listening: false,
    };
    for (kind, provider, verified, sha) in known {
        match (kind, sha) {
            (0, Some(sha)) => {
                before.contents.insert((provider, sha));
            }
            (1, _) => {
                before.integrations.insert(provider, verified.is_some());
            }
            _ => before.listening = true,
        }
    }
    Ok(before)
}

/// The contents by the places of their lines (the branches, then the tags) and their providers.
fn by_line(lines: &Lines, newest: Vec<NewestContent>) -> HashMap<(i64, i64), i64> {
    let branches: HashMap<i64, i64> = lines
        .branches
        .iter()
        .map(|(branch, ..)| *branch)
        .zip(0..)
        .collect();
    let after_branches = i64::try_from(branches.len()).unwrap_or(i64::MAX);
    let tags: HashMap<&str, i64> = lines
        .tags
        .iter()
        .map(String::as_str)
        .zip(after_branches..)
        .collect();
    newest
        .into_iter()
        .map(|one| {
            let line = branches.get(&one.branch).or_else(|| tags.get(one.tag.as_str()));
            ((line.copied().unwrap_or_default(), one.provider), one.content)
        })
        .collect()
}

impl Before {
    pub(super) fn knows_content(&self, provider: i64, sha: &str) -> bool {
        self.contents.contains(&(provider, sha.to_owned()))
    }

    /// Whether the consumer is known to need the provider.
    pub(super) fn is_integrated(&self, provider: i64) -> bool {
        self.integrations.contains_key(&provider)
    }

    /// Whether the provider ever sent the consumer a result.
    pub(super) fn ever_verified(&self, provider: i64) -> bool {
        self.integrations.get(&provider) == Some(&true)
    }

    /// Of these providers, those that have a contract on the line of that place, and those that have none.
    pub(super) fn on_line(&self, line: usize, providers: &[i64]) -> (Vec<i64>, Vec<i64>) {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        providers
            .iter()
            .partition(|provider| self.newest.contains_key(&(line, **provider)))
    }

    /// What each line of development had before with a provider.
    pub(super) fn lines(&self, owner: &Owner, provider: i64) -> Vec<Line> {
        let Lines { branches, tags } = &owner.lines;
        let branches = branches.iter().map(|(_, name, _)| Some(format!("branch {name}")));
        let tags = tags.iter().map(|tag| Some(format!("tag {tag}")));
        let mut names: Vec<Option<String>> = branches.chain(tags).collect();
        if names.is_empty() {
            names.push(None);
        }
        (0..)
            .zip(names)
            .map(|(line, name)| Line {
                name,
                previous: self.newest.get(&(line, provider)).copied(),
            })
            .collect()
    }

    /// The provider versions that matter and have no result for a content, each with why it matters.
    pub(super) fn waiting(&self, provider: i64, sha: &str) -> Vec<(i64, String)> {
        let of_provider = || self.awaited.iter().filter(move |row| row.0 == provider);
        let verified: HashSet<i64> = of_provider()
            .filter(|row| row.4.as_deref() == Some(sha))
            .map(|row| row.1)
            .collect();
        let mut waiting: Vec<(i64, Vec<String>)> = Vec::new();
        for (_, version, why, name, _) in of_provider().filter(|row| !verified.contains(&row.1)) {
            let reason = format!("no result from the {why} {name}");
            match waiting.last_mut() {
                Some((last, reasons)) if last == version => {
                    // A result for another content repeats the row.
                    if !reasons.contains(&reason) {
                        reasons.push(reason);
                    }
                }
                _ => waiting.push((*version, vec![reason])),
            }
        }
        waiting
            .into_iter()
            .map(|(version, reasons)| (version, reasons.join(", ")))
            .collect()
    }
}

/// What one line of development had before with a provider.
struct NewestContent {
    /// The branch; 0 for a tag, or where the version is on no line.
    branch: i64,
    /// The tag; empty for a branch.
    tag: String,
    provider: i64,
    content: i64,
}

impl FromRow for NewestContent {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            branch: row.column(0)?,
            tag: row.column(1)?,
            provider: row.column(2)?,
            content: row.column(3)?,
        })
    }
}

/// The most branches or tags that one statement asks for.
const MOST_LINES: usize = 128;

/// The statements that give the newest content of each line of development: one, unless the version is on very many.
fn newest_contents<'a>(owner: &'a Owner, branches: &[i64], providers: &[i64]) -> Vec<Statement<'a>> {
    let Lines { tags, .. } = &owner.lines;
    if branches.is_empty() && tags.is_empty() {
        let statement = Statement::new(
            "SELECT 0, '', k.provider_id, k.content_id FROM pacticipants p \
             JOIN current_publications k ON k.provider_id = p.id AND k.consumer_version_id = \
             (SELECT MAX(m.consumer_version_id) FROM current_publications m WHERE m.provider_id = p.id AND m.consumer_id = ",
        );
        return vec![
            statement
                .value(owner.consumer)
                .sql(") WHERE p.id IN ")
                .numbers(providers),
        ];
    }
    let on_branches = |statement: Statement<'a>, branches: &[i64]| {
        statement
            .sql(
                "SELECT h.branch_id, '', k.provider_id, k.content_id FROM branch_contracts h \
                 JOIN current_publications k ON k.consumer_version_id = h.consumer_version_id \
                 AND k.provider_id = h.provider_id WHERE h.branch_id IN ",
            )
            .numbers(branches)
            .sql(" AND h.provider_id IN ")
            .numbers(providers)
    };
    let with_tags = |statement: Statement<'a>, tags: &'a [String]| {
        statement
            .sql(
                "SELECT 0, h.name, k.provider_id, k.content_id FROM tag_contracts h \
                 JOIN current_publications k ON k.consumer_version_id = h.consumer_version_id \
                 AND k.provider_id = h.provider_id WHERE h.pacticipant_id = ",
            )
            .value(owner.consumer)
            .sql(" AND h.name IN ")
            .texts(tags)
            .sql(" AND h.provider_id IN ")
            .numbers(providers)
    };
    let (mut branches, mut tags) = (branches.chunks(MOST_LINES), tags.chunks(MOST_LINES));
    let mut statements = Vec::new();
    loop {
        let statement = match (branches.next(), tags.next()) {
            (None, None) => return statements,
            (Some(branches), None) => on_branches(Statement::default(), branches),
            (None, Some(tags)) => with_tags(Statement::default(), tags),
            (Some(branches), Some(tags)) => with_tags(
                on_branches(Statement::default(), branches).sql(" UNION ALL "),
                tags,
            ),
        };
        statements.push(statement);
    }
}
