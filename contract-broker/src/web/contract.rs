//! The page of a contract.

use askama::Template;
use axum::{
    response::Response,
    routing::{MethodRouter, get},
};
use contract_core::json;
use http::StatusCode;
use serde_json::Value;

use super::{
    fault::Result,
    frame::{Frame, Section},
    interaction::Shown,
    outcome::{Verdict, assigned, served},
    page::{frame, page as render},
    relative_time::RelativeTime,
    verification_status::VerificationStatus,
};
use crate::{
    app::{ContractAt, ContractDetails, Pair},
    domain::{content::Edits, selection::Selection, time::now},
    http::{
        AppState,
        call::Call,
        path::{PairAnd, Path},
    },
    store::{
        contracts::{ContractRef, Publication},
        versions,
    },
};

#[derive(Template)]
#[template(path = "contract.html")]
struct ContractPage {
    frame: Frame,
    contract: Publication,
    details: versions::Details,
    at: RelativeTime,
    verification_status: VerificationStatus,
    newest: Option<Newest>,
    /// The interactions; `None` if the document cannot be parsed and is shown as text.
    interactions: Option<Vec<Marked>>,
    /// Number of interactions that are not shown.
    not_shown: usize,
    /// Number of all interactions that failed in the newest result.
    failed: usize,
    problem: String,
    document: String,
    badge: String,
}

/// The newest result for the content.
struct Newest {
    href: String,
    provider_version: String,
    at: RelativeTime,
}

/// An interaction with its verdict in the newest result.
struct Marked {
    one: Shown,
    /// `None` if nothing was verified yet.
    verdict: Option<Verdict>,
}

impl ContractPage {
    /// Returns the number of interactions of the contract.
    fn total(&self) -> usize {
        self.interactions.as_ref().map_or(0, Vec::len) + self.not_shown
    }
}

/// Returns the handler for the page of one contract of a pair.
pub(super) fn one(which: ContractRef) -> MethodRouter<AppState> {
    get(async move |call: Call, Path(pair): Path<Pair>| {
        let at = ContractAt::ContractRef(which.clone());
        show(&call, &pair, &at).await
    })
}

/// Like [`one`], if the path has a version number or the name of a tag or a branch.
pub(super) fn one_named(which: fn(String) -> ContractRef) -> MethodRouter<AppState> {
    get(async move |call: Call, Path(names): Path<PairAnd>| {
        let (provider, consumer, name) = names;
        let pair = Pair { consumer, provider };
        show(&call, &pair, &ContractAt::ContractRef(which(name))).await
    })
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}`
pub(super) async fn of_content(
    call: Call,
    Path((provider, consumer, sha)): Path<PairAnd>,
) -> Result<Response> {
    let at = ContractAt::Content { sha, version: None };
    show(&call, &Pair { consumer, provider }, &at).await
}

/// `GET /pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}`, the address
/// in webhooks.
pub(super) async fn of_selected_content(
    call: Call,
    Path((provider, consumer, sha, token)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let at = ContractAt::Content {
        sha,
        version: Selection::decode(&token).consumer_versions.pop(),
    };
    show(&call, &Pair { consumer, provider }, &at).await
}

async fn show(call: &Call, pair: &Pair, at: &ContractAt) -> Result<Response> {
    let now = now();
    let ContractDetails {
        contract,
        document,
        details,
        result,
        standing,
    } = call.app().contract_details(&call.who, pair, at).await?;
    let edits = document.edits()?;
    let frame = frame(call, Some(Section::Integrations));
    let length = document.text.len();
    let page = move || {
        let found = match &result {
            Some(whole) => Some((whole.result.success, whole.test_results()?)),
            None => None,
        };
        let Read {
            interactions,
            not_shown,
            failed,
            problem,
            document,
        } = Read::of(&document.text, &edits, found.as_ref());
        let newest = result.map(|whole| whole.result).map(|result| Newest {
            href: frame
                .links
                .result(&result.provider, &result.consumer, &result.sha, result.id),
            provider_version: result.provider_version,
            at: RelativeTime::new(result.created_at, now),
        });
        let page = ContractPage {
            at: RelativeTime::new(contract.created_at, now),
            verification_status: VerificationStatus::of(standing.newest, standing.verified_before),
            newest,
            badge: frame.links.badge(&contract.provider, &contract.consumer),
            frame,
            details,
            interactions,
            not_shown,
            failed,
            problem,
            document,
            contract,
        };
        render(StatusCode::OK, page)
    };
    call.app().heavy.run_on(length, page).await?
}

/// Maximum number of interactions per page.
const MOST: usize = 1000;

/// A parsed document, as far as it is shown.
#[derive(Default)]
struct Read {
    interactions: Option<Vec<Marked>>,
    not_shown: usize,
    failed: usize,
    problem: String,
    document: String,
}

impl Read {
    /// Parses a document, and assigns the newest result to its interactions. `result` is whether it
    /// succeeded, and the test results of the verifier.
    fn of(document: &str, edits: &Edits, result: Option<&(bool, Option<Value>)>) -> Self {
        let contract = match served(document, edits) {
            Ok(contract) => contract,
            Err(error) => {
                return Self {
                    problem: error.to_string(),
                    document: pretty(document),
                    ..Self::default()
                };
            }
        };
        let verdicts: Vec<Option<Verdict>> = match result {
            None => vec![None; contract.interactions.len()],
            Some((success, reported)) => assigned(&contract, reported.as_ref())
                .of
                .iter()
                .map(|tested| Some(Verdict::of(tested.as_ref(), *success)))
                .collect(),
        };
        let shown = contract.interactions.iter().take(MOST).map(Shown::new);
        Self {
            failed: verdicts
                .iter()
                .filter(|verdict| **verdict == Some(Verdict::Failed))
                .count(),
            not_shown: contract.interactions.len().saturating_sub(MOST),
            interactions: Some(
                shown
                    .zip(verdicts)
                    .map(|(one, verdict)| Marked { one, verdict })
                    .collect(),
            ),
            ..Self::default()
        }
    }
}

fn pretty(document: &str) -> String {
    json::from_str(document).map_or_else(|_| document.to_owned(), |value| format!("{value:#}"))
}
