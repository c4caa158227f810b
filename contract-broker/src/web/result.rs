//! The page of a verification result: what passed, what failed and why.

use askama::Template;
use axum::{
    response::Response,
    routing::{MethodRouter, get},
};
use http::StatusCode;
use serde_json::Value;

use super::{
    fault::{Fault, Result},
    frame::{Frame, Section},
    outcome::{Verdict, assigned, place, served},
    page::{frame, page as render, web_address},
    relative_time::RelativeTime,
};
use crate::{
    app::{ContractAt, Pair, ResultDetails},
    domain::{content::Edits, count::counted, selection::Selection, time::now, verification_report::Tested},
    http::{AppState, call::Call, path::Path},
    store::{
        contracts::{ContractRef, Publication},
        verifications::Verification,
        versions,
    },
};

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage {
    frame: Frame,
    result: Verification,
    contract: Publication,
    selection: Selection,
    provider_details: versions::Details,
    consumer_details: versions::Details,
    at: RelativeTime,
    build_url: Option<String>,
    verifier: String,
    found: Found,
    /// The test results as published, if they cannot be parsed.
    raw: String,
}

/// Maximum number of interactions per list.
const MOST: usize = 1000;

/// The outcome for one interaction.
struct Shown {
    /// The address of the interaction on the contract's page; empty if the contract does not have it.
    href: String,
    description: String,
    states: Vec<String>,
    verdict: Verdict,
    /// Paths and descriptions of mismatches.
    problems: Vec<(String, String)>,
}

impl ResultPage {
    fn failed(&self) -> impl Iterator<Item = &Shown> {
        self.found.all().filter(|one| one.verdict == Verdict::Failed)
    }

    fn rest(&self) -> impl Iterator<Item = &Shown> {
        self.found.all().filter(|one| one.verdict != Verdict::Failed)
    }

    /// Returns the number of items of a list that are not shown.
    fn beyond<'s>(shown: impl Iterator<Item = &'s Shown>) -> usize {
        shown.count().saturating_sub(MOST)
    }

    /// Returns a summary such as `3 of 20 interactions failed`.
    fn summary(&self) -> String {
        let (all, failed) = (self.found.all().count(), self.failed().count());
        match (all, failed, self.result.success) {
            (0, ..) => "The verifier published no details.".to_owned(),
            (1, 0, true) => "The interaction passed.".to_owned(),
            (_, 0, true) => format!("All {all} interactions passed."),
            (_, 0, false) => "The verifier did not say which interaction failed.".to_owned(),
            _ => format!("{failed} of {} failed.", counted(all, "interaction")),
        }
    }

    fn is_pending(&self) -> bool {
        !self.result.success && self.selection.pending
    }
}

/// `GET …/pact-version/{sha}/verification-results/{number}`
pub(super) async fn page(
    call: Call,
    Path((provider, consumer, sha, number)): Path<(String, String, String, String)>,
) -> Result<Response> {
    numbered(&call, &Pair { consumer, provider }, &sha, &number).await
}

/// `GET …/pact-version/{sha}/metadata/{metadata}/verification-results/{number}`
pub(super) async fn page_selected(
    call: Call,
    Path((provider, consumer, sha, _, number)): Path<(String, String, String, String, String)>,
) -> Result<Response> {
    numbered(&call, &Pair { consumer, provider }, &sha, &number).await
}

async fn numbered(call: &Call, pair: &Pair, sha: &str, number: &str) -> Result<Response> {
    let missing = || {
        Fault::missing(format!(
            "There is no verification result {number:?} of this contract."
        ))
    };
    let id: i64 = number.parse().map_err(|_| missing())?;
    let details = call.app().result_details(&call.who, pair, sha, id).await?;
    show(call, details).await
}

/// `GET …/pact-version/{sha}/verification-results/latest`
pub(super) async fn latest_of_content(
    call: Call,
    Path((provider, consumer, sha)): Path<(String, String, String)>,
) -> Result<Response> {
    let pair = Pair { consumer, provider };
    latest(&call, &pair, ContractRef::Sha(sha)).await
}

/// Returns the handler for the newest result of one contract of a pair.
pub(super) fn latest_of(which: ContractRef) -> MethodRouter<AppState> {
    get(async move |call: Call, Path(pair): Path<Pair>| latest(&call, &pair, which.clone()).await)
}

/// Like [`latest_of`], if the path has a version number or the name of a tag.
pub(super) fn latest_of_named(which: fn(String) -> ContractRef) -> MethodRouter<AppState> {
    get(
        async move |call: Call, Path((provider, consumer, name)): Path<(String, String, String)>| {
            let pair = Pair { consumer, provider };
            latest(&call, &pair, which(name)).await
        },
    )
}

async fn latest(call: &Call, pair: &Pair, which: ContractRef) -> Result<Response> {
    let at = ContractAt::ContractRef(which);
    let details = call.app().latest_result_details(&call.who, pair, &at).await?;
    show(call, details).await
}

async fn show(call: &Call, details: ResultDetails) -> Result<Response> {
    let ResultDetails {
        result: whole,
        selection,
        contract,
        document,
        provider_details,
        consumer_details,
    } = details;
    let edits = document.edits()?;
    let frame = frame(call, Some(Section::Integrations));
    let length = document.text.len();
    let page = move || {
        let (reported, verified_by) = (whole.test_results()?, whole.result.verified_by()?);
        let result = whole.result;
        let found = Found::of(
            &document.text,
            &edits,
            (result.success, reported.as_ref()),
            &frame
                .links
                .contract(&contract.provider, &contract.consumer, &contract.consumer_version),
        );
        let page = ResultPage {
            at: RelativeTime::new(result.created_at, now()),
            build_url: result.build_url.clone().and_then(web_address),
            verifier: verifier(&verified_by.unwrap_or_default()),
            raw: match reported {
                Some(value) if !found.is_understood() => format!("{value:#}"),
                _ => String::new(),
            },
            provider_details,
            consumer_details,
            frame,
            result,
            contract,
            selection,
            found,
        };
        render(StatusCode::OK, page)
    };
    call.app().heavy.run_on(length, page).await?
}

/// The results for each interaction.
#[derive(Default)]
struct Found {
    interactions: Vec<Shown>,
    /// Reports that match no interaction of the contract.
    others: Vec<Shown>,
    /// What is wrong with the contract, if its interactions cannot be listed.
    problem: String,
}

impl Found {
    /// Assigns a result to the interactions of a contract: whether it succeeded, and the test results of the
    /// verifier. `page` is the address of the contract's page.
    fn of(document: &str, edits: &Edits, (success, reported): (bool, Option<&Value>), page: &str) -> Self {
        let contract = match served(document, edits) {
            Ok(contract) => contract,
            Err(error) => {
                return Self {
                    problem: error.to_string(),
                    ..Self::default()
                };
            }
        };
        let reports = assigned(&contract, reported);
        let mut found = Self::default();
        for (place, (one, tested)) in contract.interactions.iter().zip(&reports.of).enumerate() {
            found.interactions.push(Shown {
                href: format!("{page}#i{}", place + 1),
                description: one.description.clone(),
                states: one.provider_states.iter().map(ToString::to_string).collect(),
                verdict: Verdict::of(tested.as_ref(), success),
                problems: tested.as_ref().map(problems).unwrap_or_default(),
            });
        }
        found.others.extend(reports.others.iter().map(|tested| {
            Shown {
                href: String::new(),
                description: tested
                    .description
                    .clone()
                    .unwrap_or_else(|| "without a description".to_owned()),
                states: tested.state.iter().cloned().collect(),
                verdict: Verdict::of(Some(tested), success),
                problems: problems(tested),
            }
        }));
        found
    }

    fn all(&self) -> impl Iterator<Item = &Shown> {
        self.interactions.iter().chain(&self.others)
    }

    fn is_understood(&self) -> bool {
        self.all().any(|one| one.verdict != Verdict::Unknown)
    }
}

fn problems(tested: &Tested) -> Vec<(String, String)> {
    tested
        .problems
        .iter()
        .map(|problem| (place(problem), problem.text.clone()))
        .collect()
}

/// Returns the verifier, such as `pact-rust 1.2.3`, and the client that uses it.
fn verifier(stored: &Value) -> String {
    let pair = |name: &str, version: &str| {
        let texts = [&stored[name], &stored[version]];
        let texts: Vec<&str> = texts.into_iter().filter_map(Value::as_str).collect();
        texts.join(" ")
    };
    [
        pair("implementation", "version"),
        pair("client_implementation", "client_version"),
    ]
    .into_iter()
    .filter(|text| !text.is_empty())
    .collect::<Vec<_>>()
    .join(", ")
}
