//! The matrix as clients read it. It is written straight to text: a page of it has thousands of members, most of them
//! links, and the same versions stand in many rows.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::value::RawValue;

use super::Answer;
use crate::{
    domain::{
        matrix::{Row, VersionRef},
        time::iso,
    },
    http::{
        base_url::{BaseUrl, encode},
        error::{NoticeBody, notice_bodies},
    },
    store::versions::Details,
};

#[derive(Serialize)]
struct Body<'a> {
    summary: Counts<'a>,
    notices: Vec<NoticeBody<'a>>,
    matrix: Vec<RowBody<'a>>,
}

#[derive(Serialize)]
struct Counts<'a> {
    deployable: Option<bool>,
    reason: &'a str,
    success: usize,
    failed: usize,
    unknown: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<usize>,
}

#[derive(Serialize)]
struct RowBody<'a> {
    consumer: Side<'a>,
    provider: Side<'a>,
    pact: Contract,
    #[serde(rename = "verificationResult")]
    verification_result: Option<Verification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<bool>,
}

#[derive(Serialize)]
struct Side<'a> {
    name: &'a str,
    version: Option<&'a RawValue>,
    #[serde(rename = "_links")]
    links: Itself,
}

#[derive(Serialize)]
struct Contract {
    #[serde(rename = "createdAt")]
    created_at: String,
    #[serde(rename = "_links")]
    links: Itself,
}

#[derive(Serialize)]
struct Verification {
    success: bool,
    #[serde(rename = "verifiedAt")]
    verified_at: String,
    #[serde(rename = "_links")]
    links: Itself,
}

#[derive(Serialize)]
struct Version<'a> {
    number: &'a str,
    branch: Option<&'a str>,
    branches: &'a [Line<'a>],
    #[serde(rename = "branchVersions")]
    branch_versions: &'a [Line<'a>],
    environments: Vec<Environment<'a>>,
    tags: Vec<Line<'a>>,
    #[serde(rename = "_links")]
    links: Itself,
}

/// A branch or a tag of a version.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    latest: bool,
    #[serde(rename = "_links")]
    links: Itself,
}

#[derive(Serialize)]
struct Environment<'a> {
    uuid: &'a str,
    name: &'a str,
    #[serde(rename = "displayName")]
    display_name: &'a str,
    production: bool,
    #[serde(rename = "_links")]
    links: Itself,
}

/// The link of a resource to itself.
#[derive(Serialize)]
struct Itself {
    #[serde(rename = "self")]
    link: Link,
}

#[derive(Serialize)]
struct Link {
    href: String,
}

fn itself(href: String) -> Itself {
    Itself { link: Link { href } }
}

/// The whole answer as JSON.
pub(super) fn of(answer: &Answer, base: &BaseUrl) -> String {
    let summary = &answer.summary;
    let versions = versions(answer, base);
    let mut pacticipants: HashMap<&str, String> = HashMap::new();
    for row in &answer.rows {
        for name in [&row.consumer, &row.provider] {
            pacticipants
                .entry(name)
                .or_insert_with(|| base.url(["pacticipants", name]));
        }
    }
    let side = |name, version: Option<&VersionRef>| Side {
        name,
        version: version
            .and_then(|version| versions.get(&version.id))
            .map(AsRef::as_ref),
        links: itself(pacticipants.get(name).cloned().unwrap_or_default()),
    };
    let matrix = answer.rows.iter().zip(&answer.ignored).map(|(row, ignored)| {
        let pair = base.url(["pacts", "provider", &row.provider, "consumer", &row.consumer]);
        RowBody {
            consumer: side(&row.consumer, Some(&row.consumer_version)),
            provider: side(&row.provider, row.provider_version.as_ref()),
            pact: Contract {
                created_at: iso(row.published_at),
                links: itself(format!("{pair}/version/{}", encode(&row.consumer_version.number))),
            },
            verification_result: row.verification.map(|result| Verification {
                success: result.success,
                verified_at: iso(result.verified_at),
                links: itself(format!(
                    "{pair}/pact-version/{}/verification-results/{}",
                    row.sha, result.id
                )),
            }),
            ignored: ignored.then_some(true),
        }
    });
    let body = Body {
        summary: Counts {
            deployable: summary.deployable,
            reason: &summary.reason,
            success: summary.success,
            failed: summary.failed,
            unknown: summary.unknown,
            ignored: answer.ignoring.then_some(summary.ignored),
        },
        notices: notice_bodies(&summary.notices),
        matrix: matrix.collect(),
    };
    serde_json::to_string(&body).unwrap_or_default()
}

/// Every version in the answer, written once.
fn versions(answer: &Answer, base: &BaseUrl) -> HashMap<i64, Box<RawValue>> {
    let mut written: HashMap<i64, Box<RawValue>> = HashMap::new();
    let none = Details::default();
    for row in &answer.rows {
        let Row {
            consumer,
            consumer_version,
            provider,
            provider_version,
            ..
        } = row;
        let provider_version = provider_version.as_ref().map(|version| (provider, version));
        for (name, version) in [(consumer, consumer_version)].into_iter().chain(provider_version) {
            written.entry(version.id).or_insert_with(|| {
                let details = answer.details.get(&version.id).unwrap_or(&none);
                self::version(base, name, &version.number, details)
            });
        }
    }
    written
}

fn version(base: &BaseUrl, name: &str, number: &str, details: &Details) -> Box<RawValue> {
    let pacticipant = base.url(["pacticipants", name]);
    let number_encoded = encode(number);
    let url = format!("{pacticipant}/versions/{number_encoded}");
    let branches: Vec<Line<'_>> = details
        .branches
        .iter()
        .map(|(branch, latest)| Line {
            name: branch,
            latest: *latest,
            links: itself(format!(
                "{pacticipant}/branches/{}/versions/{number_encoded}",
                encode(branch)
            )),
        })
        .collect();
    let version = Version {
        number,
        branch: details.branches.last().map(|(branch, _)| branch.as_str()),
        branches: &branches,
        branch_versions: &branches,
        environments: details
            .environments
            .iter()
            .map(|place| Environment {
                uuid: &place.environment_uuid,
                name: &place.environment,
                display_name: &place.display_name,
                production: place.production,
                links: itself(base.url(["environments", &place.environment_uuid])),
            })
            .collect(),
        tags: details
            .tags
            .iter()
            .map(|(tag, latest)| Line {
                name: tag,
                latest: *latest,
                links: itself(format!("{url}/tags/{}", encode(tag))),
            })
            .collect(),
        links: itself(url.clone()),
    };
    serde_json::value::to_raw_value(&version).unwrap_or_default()
}
