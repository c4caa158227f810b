//! The matrix, and whether a version can be deployed.

use std::collections::HashMap;

use super::{App, Result};
use crate::{
    auth::Principal,
    domain::matrix::{CrossContract, Explained, Ignore, Ignored, MatrixRow, Query, Summary, decide},
    store::{
        comparisons::{self, Pairing},
        failures, matrix, pacticipants,
        versions::{self, Details},
    },
};

/// Maximum number of failed results that are explained, newest first.
const EXPLAINED: usize = 20;

/// The response to a query of the matrix.
pub(crate) struct Decision {
    pub(crate) summary: Summary,
    /// Whether a version named in the query does not exist.
    pub(crate) missing: bool,
    pub(crate) rows: Vec<DecidedRow>,
    /// By id of the version.
    pub(crate) details: HashMap<i64, Details>,
    /// Whether the query ignores anything.
    pub(crate) ignoring: bool,
    /// Whether a comparison that the response depends on is being made.
    pub(crate) is_comparing: bool,
}

/// A row of the matrix.
pub(crate) struct DecidedRow {
    pub(crate) row: MatrixRow,
    /// Whether the query ignores it.
    pub(crate) ignored: bool,
}

/// Whether to include the reasons of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reasons {
    Explained,
    /// For callers that only show the verdict.
    LeftOut,
}

/// The pending comparisons that the response depends on.
struct Waiting {
    is_any: bool,
    /// Those that were never requested.
    unrequested: Vec<Pairing>,
}

fn waiting(rows: &[MatrixRow]) -> Waiting {
    let mut unrequested: Vec<Pairing> = Vec::new();
    let mut is_any = false;
    for row in rows {
        let Some(comparison) = row.comparison().filter(CrossContract::is_waiting) else {
            continue;
        };
        is_any = true;
        let pairing = Pairing {
            content: row.content_id,
            description: comparison.description_id,
        };
        if comparison.comparison_id.is_none() && !unrequested.contains(&pairing) {
            unrequested.push(pairing);
        }
    }
    Waiting { is_any, unrequested }
}

impl App {
    /// Answers a query of the matrix.
    ///
    /// # Errors
    /// Refused if the query names an unknown pacticipant or environment.
    pub(crate) async fn decide(
        &self,
        who: &Principal,
        question: &Query,
        reasons: Reasons,
    ) -> Result<Decision> {
        let mut connection = self.reading(who).await?;
        let found = matrix::find(&mut connection, question).await?;
        let mut rows = found.rows;
        let explained = match reasons {
            Reasons::Explained => EXPLAINED,
            Reasons::LeftOut => 0,
        };
        let failed: Vec<&MatrixRow> = rows
            .iter()
            .filter(|row| row.success() == Some(false))
            .take(explained)
            .collect();
        let (verified, compared): (Vec<&MatrixRow>, Vec<&MatrixRow>) =
            failed.into_iter().partition(|row| row.comparison().is_none());
        let failures = if verified.is_empty() {
            None
        } else {
            Some(failures::read(&mut connection, &verified).await?)
        };
        let compared: Vec<i64> = compared
            .into_iter()
            .filter_map(|row| row.comparison()?.comparison_id)
            .collect();
        let compared = comparisons::summaries(&mut connection, &compared).await?;
        let shown = question.options.limit.unwrap_or(usize::MAX).min(rows.len());
        let ids: Vec<i64> = rows[..shown]
            .iter()
            .flat_map(|row| {
                [
                    Some(row.consumer_version.id),
                    row.provider_version.as_ref().map(|version| version.id),
                ]
            })
            .flatten()
            .collect();
        let details = versions::details(&mut connection, &ids).await?;
        drop(connection);
        let failing = match failures {
            None => HashMap::new(),
            Some(failures) => {
                let size = failures.size();
                self.heavy.run_on(size, move || failures.explain()).await??
            }
        };
        let waiting = waiting(&rows);
        self.compare_soon(waiting.unrequested).await?;
        let explained = Explained { failing, compared };
        let unknown: Vec<&Ignore> = found
            .unknown_ignored
            .iter()
            .map(|index| &question.options.ignore[*index])
            .collect();
        let missing = found
            .resolved
            .iter()
            .any(|selector| selector.specified && selector.is_missing());
        let summary = decide(
            question,
            &found.resolved,
            &found.integrations,
            &rows,
            &unknown,
            &explained,
        );
        if reasons == Reasons::Explained {
            self.usage.decided(summary.deployable);
        }
        rows.truncate(shown);
        let ignore = Ignored::new(&question.options.ignore);
        let mut rows: Vec<DecidedRow> = rows
            .into_iter()
            .map(|row| DecidedRow {
                ignored: ignore.covers(&row),
                row,
            })
            .collect();
        // Ignored rows come last; otherwise the order is kept.
        rows.sort_by_key(|row| row.ignored);
        Ok(Decision {
            summary,
            missing,
            rows,
            details,
            ignoring: !question.options.ignore.is_empty(),
            is_comparing: waiting.is_any,
        })
    }

    /// # Errors
    /// Refused if there is no pacticipant with this name.
    pub(crate) async fn require_pacticipant(&self, who: &Principal, name: &str) -> Result<()> {
        pacticipants::require(&mut *self.reading(who).await?, name).await?;
        Ok(())
    }
}
