//! Whether contents passed for the requesting provider version.

use std::collections::HashMap;

use super::super::{Connection, Result, Statement, in_parts, row, verifications::BranchOrTag};
use crate::domain::pending::{Facts, Line, Subject};

row! {
    /// Whether a content passed; set if it did.
    struct Passed {
        content_id: i64,
        here: Option<i64>,
        elsewhere_before: Option<i64>,
    }

    struct PassedAnywhere {
        content_id: i64,
        passed: Option<i64>,
    }
}

/// Which successes count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Successes {
    /// Excludes work in progress.
    pub(super) finished: bool,
    /// Excludes earlier ones.
    pub(super) since: i64,
}

impl Successes {
    const ALL: Self = Self {
        finished: false,
        since: 0,
    };
}

/// Returns where contents passed, relative to one branch or tag of their provider.
pub(super) async fn line(
    connection: &mut Connection,
    provider: i64,
    contents: &[i64],
    line: BranchOrTag<'_>,
    successes: Successes,
) -> Result<HashMap<i64, Line>> {
    // The far future for one that does not exist yet.
    let began = match line {
        BranchOrTag::Branch(_) => "SELECT created_at FROM branches WHERE pacticipant_id = $3 AND name = $2",
        BranchOrTag::Tag(_) => {
            "SELECT first_tagged_at FROM tag_heads WHERE pacticipant_id = $3 AND name = $2"
        }
    };
    let (most_wip, far) = (i64::from(!successes.finished), i64::MAX);
    // LIMIT instead of EXISTS: PostgreSQL may scan the whole table for an EXISTS evaluated for several rows.
    let sql = format!(
        "SELECT k.id, (SELECT 1 FROM verified_on s WHERE s.content_id = k.id AND s.kind = $1 \
         AND s.name = $2 AND s.wip <= $4 AND s.last_at >= $5 LIMIT 1), \
         (SELECT 1 FROM verified_on s WHERE s.content_id = k.id AND s.kind = $1 AND s.wip <= $4 \
         AND s.first_at < COALESCE(({began}), {far}) AND s.name <> $2 AND s.last_at >= $5 LIMIT 1) \
         FROM contents k WHERE k.id IN "
    );
    let passed: Vec<Passed> = in_parts(connection, contents, |part| {
        Statement::new(sql.clone())
            .bind(line.kind())
            .bind(line.name())
            .bind(provider)
            .bind(most_wip)
            .bind(successes.since)
            .numbers(part)
    })
    .await?;
    let lines = passed.into_iter().map(|passed| {
        let line = Line {
            passed_here: passed.here.is_some(),
            passed_elsewhere_before: passed.elsewhere_before.is_some(),
        };
        (passed.content_id, line)
    });
    Ok(lines.collect())
}

/// Returns the facts that decide which contents are pending for a provider version.
pub(crate) async fn facts(
    connection: &mut Connection,
    provider: i64,
    contents: &[i64],
    subject: &Subject,
) -> Result<HashMap<i64, Facts>> {
    Ok(match subject {
        Subject::Branch(name) => {
            let lines = line(
                connection,
                provider,
                contents,
                BranchOrTag::Branch(name),
                Successes::ALL,
            )
            .await?;
            lines
                .into_iter()
                .map(|(id, line)| (id, Facts::Branch(line)))
                .collect()
        }
        Subject::Tags(tags) => {
            let mut facts: HashMap<i64, Vec<Line>> = HashMap::new();
            for tag in tags {
                let tag = BranchOrTag::Tag(tag);
                for (id, line) in line(connection, provider, contents, tag, Successes::ALL).await? {
                    facts.entry(id).or_default().push(line);
                }
            }
            facts
                .into_iter()
                .map(|(id, lines)| (id, Facts::Tags(lines)))
                .collect()
        }
        Subject::Nothing => {
            let passed: Vec<PassedAnywhere> = in_parts(connection, contents, |part| {
                Statement::with_ids(
                    "SELECT k.id, (SELECT 1 FROM current_verifications s \
                     WHERE s.content_id = k.id AND s.success = 1 LIMIT 1) FROM contents k WHERE k.id IN {ids}",
                    part,
                )
            })
            .await?;
            passed
                .into_iter()
                .map(|one| (one.content_id, Facts::Anyone(one.passed.is_some())))
                .collect()
        }
    })
}
