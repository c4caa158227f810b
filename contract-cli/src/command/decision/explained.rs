//! Explains a verdict.

use contract_core::broker::{Client, MatrixRow, StoredResult, Verdict};
use serde::Serialize;

use super::next::{self, Step};
use crate::output;

/// A pair of versions, with its details.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Explained {
    #[serde(flatten)]
    pub(super) row: MatrixRow,
    /// The verification result, if it exists and could be read.
    pub(super) result: Option<StoredResult>,
    /// What to do about it, if it prevents the deployment.
    pub(super) next: Vec<Step>,
}

impl Explained {
    /// Returns whether the pair prevents the deployment.
    pub(super) fn is_in_the_way(&self) -> bool {
        is_in_the_way(&self.row)
    }

    /// Returns the URL of the build that verified the pair.
    pub(super) fn build_url(&self) -> Option<&str> {
        self.result.as_ref()?.build_url.as_deref()
    }

    /// Returns the verification result if it reports failed interactions.
    pub(super) fn failed_result(&self) -> Option<&StoredResult> {
        self.result.as_ref().filter(|result| !result.failures.is_empty())
    }
}

/// Maximum number of results read; those of pairs that prevent the deployment come first.
const RESULTS: usize = 50;

/// Explains each row of the matrix, in its order.
pub(super) async fn explain(
    client: &Client,
    verdict: &Verdict,
    environment: Option<&str>,
    broker_url: &str,
) -> Vec<Explained> {
    let results = read_results(client, &verdict.matrix).await;
    let pairs = verdict.matrix.iter().zip(results);
    pairs
        .map(|(row, result)| Explained {
            next: if is_in_the_way(row) {
                next::steps(row, environment, broker_url)
            } else {
                Vec::new()
            },
            row: row.clone(),
            result,
        })
        .collect()
}

fn is_in_the_way(row: &MatrixRow) -> bool {
    !row.ignored && row.success != Some(true)
}

/// Reads the results of the rows that have one; what cannot be read is a detail of the log.
async fn read_results(client: &Client, rows: &[MatrixRow]) -> Vec<Option<StoredResult>> {
    let mut read: Vec<Option<StoredResult>> = rows.iter().map(|_| None).collect();
    // What a comparison found is among what the broker says.
    let has_result = |number: &usize| rows[*number].result_url.is_some() && !rows[*number].is_comparison();
    let mut numbers: Vec<usize> = (0..rows.len()).filter(has_result).collect();
    numbers.sort_by_key(|&number| !is_in_the_way(&rows[number]));
    numbers.truncate(RESULTS);
    let urls: Vec<String> = numbers
        .iter()
        .filter_map(|&number| rows[number].result_url.clone())
        .collect();
    for (number, result) in numbers.into_iter().zip(client.verification_results(&urls).await) {
        read[number] = result
            .inspect_err(|error| output::detail(&error.to_string()))
            .ok();
    }
    read
}
