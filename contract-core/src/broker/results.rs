//! Verification results stored by the broker.

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use serde_json::Value;

use super::hal::{encode, self_link, text};
use super::{Client, List, MatrixRow};
use crate::Error;

/// A verification result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StoredResult {
    /// The provider.
    pub provider: Option<String>,
    /// Its version.
    pub provider_version: Option<String>,
    /// Whether the provider fulfils the contract.
    pub success: bool,
    /// When it was verified.
    pub verified_at: Option<String>,
    /// The URL of the build.
    pub build_url: Option<String>,
    /// Its URL.
    pub url: String,
    /// The failed interactions. Also empty if the verifier did not report them.
    pub failures: Vec<FailedInteraction>,
}

/// An interaction that a provider did not fulfil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FailedInteraction {
    /// Its description, or its number in the broker if the result names nothing else.
    pub interaction: String,
    /// The mismatches: `response body $.price: expected a number, got "free"`.
    pub problems: Vec<String>,
}

/// Number of results fetched concurrently.
const FETCHES: usize = 8;

impl Client {
    /// Returns the verification result at a URL.
    ///
    /// # Errors
    ///
    /// `Broker` if there is none; `Unreachable`.
    pub async fn verification_result(&self, url: &str) -> Result<StoredResult, Error> {
        let document = self
            .read(&format!("reading the verification result at {url}"), url)
            .await?;
        Ok(result(&document.body, url))
    }

    /// Returns the verification results at these URLs, one for each and in their order.
    ///
    /// # Errors
    ///
    /// Of each: see [`verification_result`](Self::verification_result).
    pub async fn verification_results(&self, urls: &[String]) -> Vec<Result<StoredResult, Error>> {
        stream::iter(urls)
            .map(|url| self.verification_result(url))
            .buffered(FETCHES)
            .collect()
            .await
    }

    /// Returns the newest verification result for the contract of a consumer version, or for the newest contract;
    /// `None` if it is not verified.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn latest_result(
        &self,
        consumer: &str,
        provider: &str,
        version: Option<&str>,
    ) -> Result<Option<StoredResult>, Error> {
        let of = self.pair_url(consumer, provider);
        let url = match version {
            Some(version) => format!("{of}/version/{}/verification-results/latest", encode(version)),
            None => format!("{of}/latest/verification-results/latest"),
        };
        let doing = format!("looking for results of the contract between {consumer:?} and {provider:?}");
        let found = self.read_if_present(&doing, &url).await?;
        Ok(found.map(|document| result(&document.body, &url)))
    }

    /// Returns the newest results of the contracts between two applications: one row for each consumer version and each
    /// provider version that verified it, newest first.
    ///
    /// # Errors
    ///
    /// `Usage` if the broker does not know one of the applications; `Broker` and `Unreachable`.
    pub async fn results_between(
        &self,
        consumer: &str,
        provider: &str,
        limit: usize,
    ) -> Result<List<MatrixRow>, Error> {
        self.known(consumer).await?;
        self.known(provider).await?;
        let selector = |name: &str| format!("{}={}", encode("q[][pacticipant]"), encode(name));
        let url = self.below(&format!(
            "matrix?{}&{}&latestby=cvpv&limit={limit}",
            selector(consumer),
            selector(provider)
        ));
        let doing = format!("listing the results of the contracts between {consumer:?} and {provider:?}");
        let answer = self.read(&doing, &url).await?;
        let items = MatrixRow::all(&answer.body);
        Ok(List {
            // The broker truncates the list there.
            is_complete: items.len() < limit,
            items,
        })
    }

    /// Deletes a verification result.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none at the URL; `Broker` and `Unreachable`.
    pub async fn delete_result(&self, url: &str) -> Result<(), Error> {
        let doing = format!("deleting the verification result at {url}");
        if self.delete(&doing, url).await? {
            return Ok(());
        }
        Err(Error::new(
            crate::ErrorKind::Usage,
            format!("{doing}: not found; `contract results list` shows the addresses"),
        ))
    }
}

fn result(value: &Value, url: &str) -> StoredResult {
    StoredResult {
        provider: text(value, "providerName"),
        provider_version: text(value, "providerApplicationVersion"),
        success: value["success"] == true,
        verified_at: text(value, "verificationDate"),
        build_url: text(value, "buildUrl"),
        url: self_link(value).unwrap_or_else(|| url.to_owned()),
        failures: failures(&value["testResults"]),
    }
}

/// Returns the failed interactions in test results of the Rust verifiers (a list) and the Ruby verifiers (`{"tests":
/// [...]}`).
fn failures(test_results: &Value) -> Vec<FailedInteraction> {
    let tests = test_results
        .as_array()
        .or_else(|| test_results["tests"].as_array());
    tests
        .into_iter()
        .flatten()
        .filter(|test| test["success"] == false || test["status"] == "failed")
        .map(|test| FailedInteraction {
            interaction: [
                "interactionDescription",
                "testDescription",
                "description",
                "interactionId",
            ]
            .iter()
            .find_map(|name| text(test, name))
            .unwrap_or_else(|| "an interaction without a name".to_owned()),
            problems: problems(test),
        })
        .collect()
}

fn problems(test: &Value) -> Vec<String> {
    let several = |name: &str| test[name].as_array().into_iter().flatten();
    let mismatches = several("mismatches").map(|mismatch| {
        let place: Vec<String> = ["attribute", "identifier"]
            .iter()
            .filter_map(|name| text(mismatch, name))
            .collect();
        let description = text(mismatch, "description").unwrap_or_default();
        if place.is_empty() {
            description
        } else {
            format!("{}: {description}", place.join(" "))
        }
    });
    let exceptions = several("exceptions").filter_map(|exception| text(exception, "message"));
    let ruby = text(&test["exception"], "message");
    mismatches
        .chain(exceptions)
        .chain(ruby)
        .filter(|text| !text.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn failures_of_both_families_are_read() {
        let rust = json!([
            { "interactionDescription": "an item", "success": true },
            { "interactionId": "0a1b", "interactionDescription": "an order", "success": false,
              "mismatches": [{ "attribute": "body", "identifier": "$.total", "description": "expected 1" }],
              "exceptions": [{ "message": "the connection was closed" }] },
        ]);
        let ruby = json!({ "tests": [{ "testDescription": "has status 200", "status": "failed",
            "exception": { "message": "expected 200" } }] });
        let failed = |value| {
            failures(value)
                .into_iter()
                .map(|failed| (failed.interaction, failed.problems))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            failed(&rust),
            [(
                "an order".to_owned(),
                vec![
                    "body $.total: expected 1".to_owned(),
                    "the connection was closed".to_owned()
                ]
            )]
        );
        assert_eq!(
            failed(&ruby),
            [("has status 200".to_owned(), vec!["expected 200".to_owned()])]
        );
        assert!(failed(&json!("nothing that a client knows")).is_empty());
    }
}
