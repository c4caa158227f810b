//! What is there before a publication.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    super::{
        Connection, Result,
        connection::{both, three},
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
    let (on, existing) = both::<(i64, i64, String, i64), (i64, i64, i64, i64, String)>(
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
                "SELECT k.provider_id, k.publication_id, k.content_id, n.revision, t.sha FROM current_publications k \
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
        .map(|(provider, publication, content, revision, sha)| {
            let existing = Existing {
                publication,
                content,
                revision,
                sha,
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
    let (newest, known, awaited) = three::<
        (i64, i64, i64),
        (i64, i64, Option<i64>, Option<String>),
        (i64, i64, String, String, Option<String>),
    >(connection, (newest_contents(owner, &providers), known, awaited))
    .await?;
    let mut before = Before {
        newest: newest
            .into_iter()
            .map(|(line, provider, content)| ((line, provider), content))
            .collect(),
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

/// The newest content of each line of development: the line's place, provider and content.
fn newest_contents(owner: &Owner, providers: &[i64]) -> Statement<'static> {
    let Lines { branches, tags } = &owner.lines;
    let mut statement = Statement::default();
    let mut line = 0;
    let mut next = |statement: Statement<'static>, from: &str| {
        let union = if line == 0 { "" } else { " UNION ALL " };
        line += 1;
        statement.sql(union).sql(&format!(
            "SELECT {}, k.provider_id, k.content_id FROM {from}",
            line - 1
        ))
    };
    for (branch, ..) in branches {
        statement = next(
            statement,
            "branch_contracts h JOIN current_publications k ON k.consumer_version_id = h.consumer_version_id \
             AND k.provider_id = h.provider_id WHERE h.branch_id = ",
        )
        .value(*branch)
        .sql(" AND h.provider_id IN ")
        .numbers(providers);
    }
    for tag in tags {
        statement = next(
            statement,
            "tag_contracts h JOIN current_publications k ON k.consumer_version_id = h.consumer_version_id \
             AND k.provider_id = h.provider_id WHERE h.pacticipant_id = ",
        )
        .value(owner.consumer)
        .sql(" AND h.name = ")
        .value(tag.clone())
        .sql(" AND h.provider_id IN ")
        .numbers(providers);
    }
    if branches.is_empty() && tags.is_empty() {
        statement = next(
            statement,
            "pacticipants p JOIN current_publications k ON k.provider_id = p.id AND k.consumer_version_id = \
             (SELECT MAX(m.consumer_version_id) FROM current_publications m WHERE m.provider_id = p.id AND m.consumer_id = ",
        )
        .value(owner.consumer)
        .sql(") WHERE p.id IN ")
        .numbers(providers);
    }
    statement
}
