//! What is there before a publication.

use std::collections::HashMap;

use super::{
    super::{Connection, Result, statement::Statement},
    Existing, Lines, Owner,
};
use crate::domain::events::Line;

/// The lines of development that a version belongs to.
pub(super) async fn lines(connection: &mut Connection, version: i64) -> Result<Lines> {
    let rows: Vec<(i64, i64, String, i64)> = Statement::new(
        "SELECT 0, b.id, b.name, m.id FROM branch_versions m JOIN branches b ON b.id = m.branch_id \
         WHERE m.version_id = ",
    )
    .number(version)
    .sql(" UNION ALL SELECT 1, 0, name, 0 FROM tags WHERE version_id = ")
    .number(version)
    .sql(" ORDER BY 1, 2, 3")
    .all(connection)
    .await?;
    let mut lines = Lines {
        branches: Vec::new(),
        tags: Vec::new(),
    };
    for (kind, branch, name, position) in rows {
        if kind == 0 {
            lines.branches.push((branch, name, position));
        } else {
            lines.tags.push(name);
        }
    }
    Ok(lines)
}

/// What the version has with these providers, by provider.
pub(super) async fn existing(
    connection: &mut Connection,
    owner: &Owner,
    providers: &[i64],
) -> Result<HashMap<i64, Existing>> {
    let rows: Vec<(i64, i64, i64, i64, String)> = Statement::new(
        "SELECT k.provider_id, k.publication_id, k.content_id, n.revision, t.sha FROM current_publications k \
         JOIN publications n ON n.id = k.publication_id JOIN contents t ON t.id = k.content_id \
         WHERE k.consumer_version_id = ",
    )
    .number(owner.version)
    .sql(" AND k.provider_id IN ")
    .numbers(providers)
    .all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(provider, publication, content, revision, sha)| {
            let existing = Existing {
                publication,
                content,
                revision,
                sha,
            };
            (provider, existing)
        })
        .collect())
}

/// What each line of development had before: its newest content, by provider.
pub(super) async fn previous_contents(
    connection: &mut Connection,
    owner: &Owner,
    providers: &[i64],
) -> Result<HashMap<i64, Vec<Line>>> {
    let Lines { branches, tags } = &owner.lines;
    let names: Vec<Option<String>> = if branches.is_empty() && tags.is_empty() {
        vec![None]
    } else {
        let branches = branches.iter().map(|(_, name, _)| format!("branch {name}"));
        let tags = tags.iter().map(|tag| format!("tag {tag}"));
        branches.chain(tags).map(Some).collect()
    };
    let mut statement = Statement::default();
    let mut line = 0;
    let mut next = |statement: Statement, from: &str| {
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
        .number(*branch)
        .sql(" AND h.provider_id IN ")
        .numbers(providers);
    }
    for tag in tags {
        statement = next(
            statement,
            "tag_contracts h JOIN current_publications k ON k.consumer_version_id = h.consumer_version_id \
             AND k.provider_id = h.provider_id WHERE h.pacticipant_id = ",
        )
        .number(owner.consumer)
        .sql(" AND h.name = ")
        .text(tag)
        .sql(" AND h.provider_id IN ")
        .numbers(providers);
    }
    if names == [None] {
        statement = next(
            statement,
            "pacticipants p JOIN current_publications k ON k.provider_id = p.id AND k.consumer_version_id = \
             (SELECT MAX(m.consumer_version_id) FROM current_publications m WHERE m.provider_id = p.id AND m.consumer_id = ",
        )
        .number(owner.consumer)
        .sql(") WHERE p.id IN ")
        .numbers(providers);
    }
    let rows: Vec<(i64, i64, i64)> = statement.all(connection).await?;
    let known: HashMap<(i64, i64), i64> = rows
        .into_iter()
        .map(|(line, provider, content)| ((line, provider), content))
        .collect();
    let lines_of = |provider: &i64| -> Vec<Line> {
        (0..)
            .zip(&names)
            .map(|(line, name)| Line {
                name: name.clone(),
                previous: known.get(&(line, *provider)).copied(),
            })
            .collect()
    };
    Ok(providers
        .iter()
        .map(|provider| (*provider, lines_of(provider)))
        .collect())
}

/// The provider versions that matter (head of the main branch, deployed, released) and have no result for the content
/// that is asked for with their pacticipant: by provider, each with why it matters.
pub(super) async fn unverified_versions(
    connection: &mut Connection,
    asked: &[(i64, i64)],
) -> Result<HashMap<i64, Vec<(i64, String)>>> {
    let providers: Vec<i64> = asked.iter().map(|(provider, _)| *provider).collect();
    let contents: Vec<i64> = asked.iter().map(|(_, content)| *content).collect();
    // A content belongs to one provider.
    let rows: Vec<(i64, i64, String, String)> = Statement::new(
        "SELECT w.provider_id, w.version_id, w.why, w.name FROM ( \
           SELECT p.id AS provider_id, h.version_id AS version_id, 'latest version from the main branch' AS why, \
           b.name AS name FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
           JOIN branch_heads h ON h.branch_id = b.id WHERE p.id IN ",
    )
    .numbers(&providers)
    .sql(
        " UNION ALL SELECT d.pacticipant_id, d.version_id, \
          CASE WHEN d.kind = 'deployed' THEN 'version deployed to' ELSE 'version released in' END, e.name \
          FROM current_deployments d JOIN environments e ON e.id = d.environment_id WHERE d.pacticipant_id IN ",
    )
    .numbers(&providers)
    .sql(
        ") w JOIN contents t ON t.provider_id = w.provider_id WHERE NOT EXISTS (SELECT 1 FROM current_verifications c \
         WHERE c.content_id = t.id AND c.provider_version_id = w.version_id) AND t.id IN ",
    )
    .numbers(&contents)
    .sql(" ORDER BY 2")
    .all(connection)
    .await?;
    let mut waiting: HashMap<i64, Vec<(i64, String)>> = HashMap::new();
    for (provider, version, why, name) in rows {
        let waiting = waiting.entry(provider).or_default();
        let reason = format!("no result from the {why} {name}");
        match waiting.last_mut() {
            Some((last, reasons)) if *last == version => {
                reasons.push_str(", ");
                reasons.push_str(&reason);
            }
            _ => waiting.push((version, reason)),
        }
    }
    Ok(waiting)
}
