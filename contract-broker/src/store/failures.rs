//! Details of failed results: the failed interactions, and since when they fail.

use std::collections::HashMap;

use super::{Columns, Connection, Error, FromRow, Result, Statement, contracts, distinct, in_parts, row};
use crate::domain::{
    content::descriptions,
    matrix::{Failing, FirstFailure, MatrixRow},
    test_results,
};

/// Maximum number of bytes of test results and contracts read to name failed interactions. Further results are shown
/// without names.
const MOST: i64 = 64 << 20;

row! {
    /// A failed result.
    struct Failed {
        id: i64,
        content: i64,
        /// The size of its test results and its contract; `None` if the verifier sent none.
        length: Option<i64>,
        since: FirstFailure,
    }

    struct TestResults {
        verification: i64,
        text: String,
    }
}

impl FromRow for FirstFailure {
    const COLUMNS: usize = 2;

    fn from_row(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            at: columns.next()?,
            provider_version: columns.next()?,
        })
    }
}

/// Data read about failed results, still to be analysed.
pub(crate) struct Failures {
    failed: Vec<Failed>,
    /// The verifiers' test results, by result.
    test_results: HashMap<i64, String>,
    /// The contracts, by content.
    documents: HashMap<i64, String>,
}

/// Reads the data about the failed results of `rows`.
///
/// A content fails since its first failure after its last success, regardless of provider version: starting from the
/// result `k.id`, the results in between are found by index steps.
pub(crate) async fn read(connection: &mut Connection, rows: &[&MatrixRow]) -> Result<Failures> {
    let ids: Vec<i64> = rows
        .iter()
        .filter_map(|row| row.verification().map(|verification| verification.id))
        .collect();
    let failed: Vec<Failed> = in_parts(connection, &ids, |part| Statement::with_ids("SELECT k.id, k.content_id, OCTET_LENGTH(k.test_results) + OCTET_LENGTH(t.document), f.created_at, \
                 v.number FROM verifications k JOIN contents t ON t.id = k.content_id \
                 JOIN verifications f ON f.id = (SELECT MIN(x.id) FROM verifications x \
                   WHERE x.content_id = k.content_id AND x.success = 0 AND x.id > COALESCE((SELECT MAX(s.id) \
                   FROM verifications s WHERE s.content_id = k.content_id AND s.success = 1 AND s.id < k.id), 0)) \
                 JOIN versions v ON v.id = f.provider_version_id WHERE k.id IN {ids} ORDER BY k.id DESC", part))
    .await?;
    let mut room = MOST;
    let mut explained: Vec<&Failed> = Vec::new();
    for one in &failed {
        if let Some(length) = one.length.filter(|length| *length <= room) {
            room -= length;
            explained.push(one);
        }
    }
    let ids: Vec<i64> = explained.iter().map(|one| one.id).collect();
    let test_results: Vec<TestResults> = in_parts(connection, &ids, |part| {
        Statement::with_ids(
            "SELECT id, test_results FROM verifications WHERE id IN {ids}",
            part,
        )
    })
    .await?;
    let contents = distinct(explained.iter().map(|one| one.content));
    let documents = contracts::documents(connection, &contents).await?;
    Ok(Failures {
        failed,
        test_results: test_results
            .into_iter()
            .map(|results| (results.verification, results.text))
            .collect(),
        documents,
    })
}

impl Failures {
    /// Returns the number of bytes of text that [`Self::explain`] analyses.
    pub(crate) fn size(&self) -> usize {
        let texts = self.test_results.values().chain(self.documents.values());
        texts.map(String::len).sum()
    }

    /// Returns the details of each result, by id.
    ///
    /// # Errors
    /// A stored text cannot be parsed.
    pub(crate) fn explain(self) -> Result<HashMap<i64, Failing>> {
        let mut known: HashMap<i64, HashMap<String, String>> = HashMap::new();
        for (content, document) in self.documents {
            let named = descriptions(&document)
                .map_err(|error| Error::unreadable("contents", content, "document", error))?;
            known.insert(content, named);
        }
        let nothing = HashMap::new();
        let mut failing = HashMap::new();
        for one in self.failed {
            let interactions = match self.test_results.get(&one.id) {
                None => Vec::new(),
                Some(text) => test_results::failing(text, known.get(&one.content).unwrap_or(&nothing))
                    .map_err(|error| Error::unreadable("verifications", one.id, "test_results", error))?,
            };
            let since = Some(one.since);
            failing.insert(one.id, Failing { interactions, since });
        }
        Ok(failing)
    }
}
