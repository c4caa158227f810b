//! Whether contents passed for the provider version that asks.

use std::collections::HashMap;

use super::super::{Connection, Result, connection::Value, in_list::select_in};
use crate::domain::pending::{Facts, Line, Subject};

/// Where contents passed, as seen from one branch or tag. With `finished` only successes count that were not work in
/// progress; those before `since` do not count.
pub(super) async fn line(
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
    // With LIMIT, not EXISTS: PostgreSQL may read the whole table once for an EXISTS that several rows ask.
    let rows: Vec<(i64, Option<i64>, Option<i64>)> = select_in(
        connection,
        |list| {
            format!(
                "SELECT k.id, (SELECT 1 FROM verified_on s WHERE s.content_id = k.id AND s.kind = $1 \
                 AND s.name = $2 AND s.wip <= $4 AND s.last_at >= $5 LIMIT 1), \
                 (SELECT 1 FROM verified_on s WHERE s.content_id = k.id AND s.kind = $1 AND s.wip <= $4 \
                 AND s.first_at < COALESCE(({began}), {far}) AND s.name <> $2 AND s.last_at >= $5 LIMIT 1) \
                 FROM contents k WHERE k.id IN {list}"
            )
        },
        &[
            Value::from(kind),
            Value::from(name),
            Value::Number(provider),
            Value::Number(most_wip),
            Value::Number(since),
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
                    passed_here: here.is_some(),
                    passed_elsewhere_before: before.is_some(),
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
            let rows: Vec<(i64, Option<i64>)> = select_in(
                connection,
                |list| {
                    format!(
                        "SELECT k.id, (SELECT 1 FROM current_verifications s \
                         WHERE s.content_id = k.id AND s.success = 1 LIMIT 1) FROM contents k WHERE k.id IN {list}"
                    )
                },
                &[],
                contents,
            )
            .await?;
            rows.into_iter()
                .map(|(id, passed)| (id, Facts::Anyone(passed.is_some())))
                .collect()
        }
    })
}
