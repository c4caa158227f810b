//! What is known about results that failed: which interactions, and since when.

use std::collections::HashMap;

use super::{Connection, Result, contracts, in_list::select_in};
use crate::domain::{
    content::descriptions,
    matrix::{Failing, FirstFailure, Row},
    test_results,
};

/// A result, its content and test results, and the first failure (when, of which provider version).
type Failed = (i64, i64, Option<String>, i64, String);

/// What is known about the failed results of `rows`, by result.
///
/// A content fails since its first failure after its last success, whichever provider version that was of: with
/// `k.id` the result, the results between are found by steps in the index of the content.
pub(crate) async fn explain(connection: &mut Connection, rows: &[&Row]) -> Result<HashMap<i64, Failing>> {
    let ids: Vec<i64> = rows
        .iter()
        .filter_map(|row| row.verification.map(|verification| verification.id))
        .collect();
    let failed: Vec<Failed> = select_in(
        connection,
        |list| {
            format!(
                "SELECT k.id, k.content_id, k.test_results, f.created_at, v.number FROM verifications k \
                 JOIN verifications f ON f.id = (SELECT MIN(x.id) FROM verifications x \
                   WHERE x.content_id = k.content_id AND x.success = 0 AND x.id > COALESCE((SELECT MAX(s.id) \
                   FROM verifications s WHERE s.content_id = k.content_id AND s.success = 1 AND s.id < k.id), 0)) \
                 JOIN versions v ON v.id = f.provider_version_id WHERE k.id IN {list}"
            )
        },
        &[],
        &ids,
    )
    .await?;
    let mut contents: Vec<i64> = failed
        .iter()
        .filter(|row| row.2.is_some())
        .map(|row| row.1)
        .collect();
    contents.sort_unstable();
    contents.dedup();
    let known: HashMap<i64, Vec<(String, String)>> = contracts::documents(connection, &contents)
        .await?
        .into_iter()
        .map(|(id, document)| (id, descriptions(&document)))
        .collect();
    Ok(failed
        .into_iter()
        .map(|(id, content, text, at, provider_version)| {
            let descriptions = known.get(&content).map(Vec::as_slice).unwrap_or_default();
            let failing = Failing {
                interactions: text
                    .map(|text| test_results::failing(&text, descriptions))
                    .unwrap_or_default(),
                since: Some(FirstFailure { at, provider_version }),
            };
            (id, failing)
        })
        .collect())
}
