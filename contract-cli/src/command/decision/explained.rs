//! Explains a negative verdict.

use contract_core::broker::{Client, MatrixRow, StoredResult, Verdict};
use serde::Serialize;

use super::next::{self, Step};
use crate::output;

/// A pair of versions that prevents the deployment, with its details.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Explained {
    #[serde(flatten)]
    pub(super) row: MatrixRow,
    /// The verification result, if it exists and could be read.
    pub(super) result: Option<StoredResult>,
    /// What to do about it.
    pub(super) next: Vec<Step>,
}

/// Maximum number of results read.
const RESULTS: usize = 10;

/// Explains the pairs that are not verified successfully.
pub(super) async fn explain(
    client: &Client,
    verdict: &Verdict,
    environment: Option<&str>,
    broker_url: &str,
) -> Vec<Explained> {
    let in_the_way = verdict
        .matrix
        .iter()
        .filter(|row| !row.ignored && row.success != Some(true));
    let mut explained = Vec::new();
    for (number, row) in in_the_way.enumerate() {
        // What a comparison found is among what the broker says.
        let url = row.result_url.as_ref();
        let url = url.filter(|_| number < RESULTS && !row.is_comparison());
        let result = match url {
            Some(url) => client
                .verification_result(url)
                .await
                .inspect_err(|error| output::detail(&error.to_string()))
                .ok(),
            None => None,
        };
        explained.push(Explained {
            next: next::steps(row, environment, broker_url),
            row: row.clone(),
            result,
        });
    }
    explained
}
