//! The page with the comparison of a contract with the description of its provider, by operation or by
//! interaction.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use contract_openapi::{Comparison, Finding, Level};
use http::StatusCode;

use super::{
    fault::{Fault, Result},
    frame::{Frame, Section},
    page::{frame, page as render},
    relative_time::RelativeTime,
};
use crate::{
    app::{BiDirectional, ComparisonDetails},
    domain::{
        bidirectional::{Summary, operation},
        time::now,
    },
    http::{call::Call, path::Path, query::Query},
};

#[derive(Template)]
#[template(path = "cross_contract.html")]
struct ComparisonPage {
    frame: Frame,
    provider: String,
    provider_version: String,
    consumer: String,
    consumer_version: String,
    success: Option<bool>,
    /// `None` if the provider published no verification of its own.
    self_success: Option<bool>,
    verifier: String,
    /// The newest result of verifying the provider version: whether it passed, and its address.
    verification: Option<(bool, String)>,
    summary: Option<Summary>,
    at: Option<RelativeTime>,
    by_interaction: bool,
    itself: String,
    groups: Vec<FindingGroup>,
}

/// Findings for one operation or one interaction.
struct FindingGroup {
    title: String,
    findings: Vec<ShownFinding>,
}

struct ShownFinding {
    level: Level,
    code: String,
    message: String,
    /// The operation of an interaction, or the interaction of an operation.
    about: String,
    contract: String,
    description: String,
    witness: String,
}

impl FindingGroup {
    fn errors(&self) -> usize {
        self.findings
            .iter()
            .filter(|one| one.level == Level::Error)
            .count()
    }
}

impl ShownFinding {
    fn class(&self) -> &'static str {
        match self.level {
            Level::Error => "bad",
            Level::Warning => "warn",
            Level::Info => "none",
        }
    }

    fn level(&self) -> &'static str {
        match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "hint",
        }
    }
}

/// Maximum number of bytes of a witness shown.
const SHOWN: usize = 2_000;

/// `GET …/version/{version}/consumer/{consumer}/version/{other}/cross-contract-verification-results`
pub(super) async fn page(
    call: Call,
    Path(versions): Path<(String, String, String, String)>,
    query: Query,
) -> Result<Response> {
    let details = call
        .app()
        .comparison(&call.who, &BiDirectional::of_versions(versions))
        .await?;
    let by_interaction = query.get("by") == Some("interaction");
    let length = details.result.as_ref().map_or(0, String::len);
    let text = details.result.clone();
    let groups = call
        .app()
        .heavy
        .run_on(length, move || {
            let comparison: Comparison = text
                .as_deref()
                .map_or_else(|| Ok(Comparison::default()), serde_json::from_str)?;
            Ok::<_, serde_json::Error>(grouped(&comparison.findings, by_interaction))
        })
        .await?;
    let groups = groups.map_err(|error| Fault::internal(&error))?;
    let frame = frame(&call, Some(Section::Integrations));
    let success = details.success();
    let ComparisonDetails {
        provider_contract,
        consumer_contract,
        self_verification,
        verification,
        comparison,
        summary,
        ..
    } = details;
    let (provider, consumer) = (provider_contract.provider, consumer_contract.consumer);
    let (provider_version, consumer_version) =
        (provider_contract.version, consumer_contract.consumer_version);
    let verification = verification.map(|whole| {
        let result = &whole.result;
        let href = frame.links.result(&provider, &consumer, &result.sha, result.id);
        (result.success, href)
    });
    let page = ComparisonPage {
        itself: frame
            .links
            .comparison(&provider, &provider_version, &consumer, &consumer_version),
        frame,
        success,
        self_success: provider_contract.self_success,
        verifier: self_verification.and_then(|own| own.verifier).unwrap_or_default(),
        verification,
        summary,
        at: comparison
            .and_then(|comparison| comparison.compared_at)
            .map(|at| RelativeTime::new(at, now())),
        by_interaction,
        groups,
        provider,
        provider_version,
        consumer,
        consumer_version,
    };
    render(StatusCode::OK, page)
}

fn grouped(findings: &[Finding], by_interaction: bool) -> Vec<FindingGroup> {
    let mut groups: BTreeMap<String, Vec<ShownFinding>> = BTreeMap::new();
    for finding in findings {
        let side = finding.contract.as_ref();
        let interaction = side
            .and_then(|side| side.description.clone())
            .unwrap_or_else(|| "Interactions without a description".to_owned());
        let operation = operation(finding).unwrap_or_else(|| "Not in the description".to_owned());
        let (title, about) = if by_interaction {
            (interaction, operation)
        } else {
            (operation, interaction)
        };
        let witness = finding
            .witness
            .as_ref()
            .map(|witness| witness.value.0.to_string());
        let mut witness = witness.unwrap_or_default();
        witness.truncate(witness.floor_char_boundary(SHOWN));
        let spec = finding.spec.as_ref();
        groups.entry(title).or_default().push(ShownFinding {
            level: finding.level,
            code: finding.code.to_string(),
            message: finding.message.clone(),
            about,
            contract: side.map(|side| side.location.clone()).unwrap_or_default(),
            description: spec.map(|spec| spec.location.clone()).unwrap_or_default(),
            witness,
        });
    }
    let mut groups: Vec<FindingGroup> = groups
        .into_iter()
        .map(|(title, mut findings)| {
            findings.sort_by_key(|one| match one.level {
                Level::Error => 0,
                Level::Warning => 1,
                Level::Info => 2,
            });
            FindingGroup { title, findings }
        })
        .collect();
    // Groups with errors come first.
    groups.sort_by_key(|group| group.errors() == 0);
    groups
}
