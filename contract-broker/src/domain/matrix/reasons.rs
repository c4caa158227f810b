//! Explains a decision: consumer, provider, contract, failed interactions, since when, and the next step.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use super::{Ignore, Integration, MatrixRow, Query, Resolved, Target, VersionSelector, Versions};
use crate::domain::{Notice, bidirectional, notice::Kind, time::iso};

/// The input of the decision.
pub(super) struct Found<'a> {
    pub(super) query: &'a Query,
    /// The first selector of each pacticipant.
    pub(super) by_pacticipant: HashMap<i64, &'a Resolved>,
    /// The pacticipants with a selector that matches no version.
    pub(super) absent: HashSet<i64>,
    pub(super) missing: &'a [&'a Resolved],
    pub(super) without_row: &'a [&'a Integration],
    /// The rows that are not ignored.
    pub(super) rows: &'a [&'a MatrixRow],
}

/// Details of a failed result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Failing {
    /// The failed interactions; empty if the verifier did not name them.
    pub(crate) interactions: Vec<String>,
    /// The first of the consecutive failures up to this result.
    pub(crate) since: Option<FirstFailure>,
}

/// Details of results and comparisons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Explained {
    /// By id of the result.
    pub(crate) failing: HashMap<i64, Failing>,
    /// By id of the comparison.
    pub(crate) compared: HashMap<i64, bidirectional::Summary>,
}

/// The first failed result of a content since the last successful one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FirstFailure {
    pub(crate) at: i64,
    pub(crate) provider_version: String,
}

/// Maximum number of interactions named for one result.
const NAMED: usize = 5;

/// Returns the reasons as lines of text, and as notices with more detail.
pub(super) fn explain(
    found: &Found<'_>,
    deployable: Option<bool>,
    unknown_ignored: &[&Ignore],
    explained: &Explained,
) -> (String, Vec<Notice>) {
    let mut notices = warnings(found, unknown_ignored);
    let mut lines: Vec<String> = notices.iter().map(|notice| notice.text.clone()).collect();
    let mut next: Vec<Notice> = Vec::new();
    let kind = if deployable == Some(true) {
        Kind::Success
    } else {
        Kind::Error
    };
    let mut reasons: Vec<String> = Vec::new();
    if deployable == Some(true) {
        reasons.push(if found.rows.is_empty() {
            "There are no missing dependencies".into()
        } else {
            "All required verification results are published and successful".into()
        });
    } else if !found.missing.is_empty() {
        reasons.extend(found.missing.iter().map(|selector| missing(selector)));
    } else {
        for row in found.rows.iter().filter(|row| row.success().is_none()) {
            let (consumer, provider) = (consumer_of(found, row), provider_of(found, row));
            if row.comparison().is_some() {
                reasons.push(format!(
                    "The cross contract comparison between the pact for {consumer} and the oas for {provider} is not \
                     finished yet"
                ));
                next.push(Notice::new(
                    Kind::Prompt,
                    "  The comparison is being made. Next: ask again in a few seconds",
                ));
                continue;
            }
            reasons.push(format!(
                "There is no verified pact between {consumer} and {provider}"
            ));
            next.push(what_next(found, row.provider_id, &row.provider, Some(row)));
        }
        for integration in found.without_row {
            let consumer = described(found, integration.consumer_id, &integration.consumer);
            let provider = described(found, integration.provider_id, &integration.provider);
            reasons.push(format!(
                "There is no verified pact between {consumer} and {provider}"
            ));
            next.push(what_next(
                found,
                integration.provider_id,
                &integration.provider,
                None,
            ));
        }
        for row in found.rows.iter().filter(|row| row.success() == Some(false)) {
            let (consumer, provider) = (consumer_of(found, row), provider_of(found, row));
            if let Some(comparison) = row.comparison() {
                if comparison.self_success == Some(false) {
                    reasons.push(format!("The self-verification of the oas for {provider} failed"));
                    next.push(Notice::new(
                        Kind::Info,
                        format!(
                            "  {} does not do what its description says. Next: mend one of them, and publish the \
                             description with the result of its verification",
                            row.provider
                        ),
                    ));
                }
                if comparison.compatible == Some(false) {
                    reasons.push(format!(
                        "The cross contract comparison between the pact for {consumer} and the oas for {provider} failed"
                    ));
                    let known = comparison
                        .comparison_id
                        .and_then(|id| explained.compared.get(&id));
                    next.extend(known.into_iter().flat_map(disagreements));
                }
                continue;
            }
            reasons.push(format!(
                "The verification for the pact between {consumer} and {provider} failed"
            ));
            next.push(failed(row, &explained.failing));
        }
    }
    next.extend(found.rows.iter().copied().filter_map(without_self_verification));
    reasons.dedup();
    lines.extend(reasons.iter().cloned());
    notices.extend(reasons.into_iter().map(|reason| Notice::new(kind, reason)));
    next.dedup();
    notices.extend(next);
    (lines.join("\n"), notices)
}

/// Returns the disagreements, one per line.
fn disagreements(summary: &bidirectional::Summary) -> Vec<Notice> {
    if let Some(problem) = &summary.problem {
        return vec![Notice::new(
            Kind::Info,
            format!("  It could not be made: {problem}"),
        )];
    }
    let mut notices: Vec<Notice> = summary
        .disagreements
        .iter()
        .take(NAMED)
        .map(|one| {
            let at: Vec<&str> = [one.operation.as_str(), &one.place]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect();
            let text = format!(
                "  {} in '{}': {} ({})",
                at.join(", "),
                one.interaction,
                one.message,
                one.code
            );
            Notice::new(Kind::Info, text)
        })
        .collect();
    let more = summary.errors.saturating_sub(notices.len());
    if more > 0 {
        notices.push(Notice::new(Kind::Info, format!("  and {more} more")));
    }
    notices
}

/// Returns a warning that the provider's implementation was not tested against its description.
fn without_self_verification(row: &MatrixRow) -> Option<Notice> {
    let comparison = row.comparison().filter(|one| one.self_success.is_none())?;
    let version = &row.provider_version.as_ref()?.number;
    (comparison.compatible == Some(true)).then(|| {
        Notice::new(
            Kind::Warning,
            format!(
                "WARN: Nothing shows that {} version {version} does what its description says: publish the description \
                 with the result of a verification",
                row.provider
            ),
        )
    })
}

fn failed(row: &MatrixRow, failing: &HashMap<i64, Failing>) -> Notice {
    let (Some(verification), Some(provider_version)) = (row.verification(), &row.provider_version) else {
        return verify(&row.provider, Some(row));
    };
    let mut text = format!(
        "  {} version {} failed the contract of {} version {} on {}",
        row.provider,
        provider_version.number,
        row.consumer,
        row.consumer_version.number,
        iso(verification.verified_at)
    );
    let known = failing.get(&verification.id);
    let names = known.map_or(&[][..], |known| &known.interactions);
    if !names.is_empty() {
        let more = names.len().saturating_sub(NAMED);
        let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("'{name}'")).collect();
        text.push_str(" in: ");
        text.push_str(&shown.join(", "));
        if more > 0 {
            let _ = write!(text, " and {more} more");
        }
    }
    if let Some(first) = known.and_then(|known| known.since.as_ref()) {
        let _ = write!(
            text,
            "; failing since {} (first seen in provider version {})",
            iso(first.at),
            first.provider_version
        );
    }
    let _ = write!(
        text,
        "; next: verify {} again once it is fixed, and publish the result",
        row.provider
    );
    Notice::new(Kind::Info, text)
}

/// Returns the next step towards a missing result: record a deployment of the provider, or verify. `row` is the
/// contract without a result.
fn what_next(found: &Found<'_>, provider_id: i64, provider: &str, row: Option<&MatrixRow>) -> Notice {
    match environment(found) {
        Some(environment) if is_absent(found, provider_id) => Notice::new(
            Kind::Prompt,
            format!(
                "  Next: verify the contract in the build of {provider} and publish the result; if a version of it is in \
                 {environment}, record its deployment"
            ),
        ),
        _ => verify(provider, row),
    }
}

fn verify(provider: &str, row: Option<&MatrixRow>) -> Notice {
    let version = row.and_then(|row| row.provider_version.as_ref());
    let mut text = String::from("  ");
    if let Some(row) = row {
        let by = version.map_or_else(String::new, |version| format!(" version {}", version.number));
        let _ = write!(
            text,
            "The contract of {} version {} has been waiting for a result of {provider}{by} since {}. ",
            row.consumer,
            row.consumer_version.number,
            iso(row.published_at)
        );
    }
    let _ = write!(
        text,
        "Next: verify the contract in the build of {provider} and publish the result"
    );
    Notice::new(Kind::Prompt, text)
}

/// Returns warnings about the query itself.
fn warnings(found: &Found<'_>, unknown_ignored: &[&Ignore]) -> Vec<Notice> {
    let mut warnings: Vec<Notice> = unknown_ignored
        .iter()
        .map(|ignore| {
            let what = match &ignore.version {
                Some(version) => format!("version {version} of {}", ignore.pacticipant),
                None => ignore.pacticipant.clone(),
            };
            Notice::new(
                Kind::Warning,
                format!("WARN: Cannot ignore {what}: it does not exist"),
            )
        })
        .collect();
    if let [only] = found.query.selectors.as_slice() {
        if matches!(found.query.options.target, None | Some(Target::Latest)) && !only.is_open() {
            warnings.push(Notice::new(
                Kind::Warning,
                "WARN: It is recommended to specify the environment into which you are deploying. Without the environment, this result will not be reliable: name an environment, a tag or the main branch, so that the versions there are compared",
            ));
        }
        if only.is_open() {
            warnings.push(Notice::new(
                Kind::Warning,
                "WARN: It is recommended to specify the version number (rather than the tag or branch) of the pacticipant you wish to deploy to avoid race conditions: then the answer is about that version alone",
            ));
        }
    }
    warnings
}

fn missing(resolved: &Resolved) -> String {
    let VersionSelector {
        pacticipant,
        version,
        tag,
        branch,
        environment,
        main_branch,
        ..
    } = &resolved.selector;
    match (version, tag, branch, environment) {
        (Some(version), ..) => {
            format!("No pacts or verifications have been published for version {version} of {pacticipant}")
        }
        (_, Some(tag), ..) => format!("No version with tag {tag} exists for {pacticipant}"),
        (_, _, Some(branch), _) => format!("No version of {pacticipant} from branch {branch} exists"),
        (_, _, _, Some(environment)) => {
            format!(
                "No version of {pacticipant} is currently recorded as deployed or released in environment {environment}"
            )
        }
        _ if *main_branch => format!("No version of {pacticipant} from the main branch exists"),
        _ => format!(
            "No pacts or verifications have been published for {pacticipant}: no version of it exists"
        ),
    }
}

fn environment<'a>(found: &Found<'a>) -> Option<&'a str> {
    match &found.query.options.target {
        Some(Target::Environment(name)) => Some(name),
        _ => None,
    }
}

fn is_absent(found: &Found<'_>, pacticipant: i64) -> bool {
    found.absent.contains(&pacticipant)
}

fn consumer_of(found: &Found<'_>, row: &MatrixRow) -> String {
    phrase(
        found,
        row.consumer_id,
        &row.consumer,
        Some(&row.consumer_version.number),
    )
}

fn provider_of(found: &Found<'_>, row: &MatrixRow) -> String {
    phrase(
        found,
        row.provider_id,
        &row.provider,
        row.provider_version
            .as_ref()
            .map(|version| version.number.as_str()),
    )
}

fn described(found: &Found<'_>, pacticipant: i64, name: &str) -> String {
    phrase(found, pacticipant, name, None)
}

/// Returns a version as the query named it: `the version of api currently in production (20)`.
fn phrase(found: &Found<'_>, pacticipant: i64, name: &str, number: Option<&str>) -> String {
    let Some(resolved) = found.by_pacticipant.get(&pacticipant) else {
        return number.map_or_else(|| name.to_owned(), |number| format!("version {number} of {name}"));
    };
    let selector = &resolved.selector;
    if let Some(version) = &selector.version {
        return format!("version {version} of {name}");
    }
    let list: &[_] = match &resolved.versions {
        Versions::Some(list) => list,
        Versions::All => {
            return number.map_or_else(
                || format!("any version of {name}"),
                |number| format!("version {number} of {name}"),
            );
        }
    };
    let place = match selector {
        VersionSelector {
            environment: Some(environment),
            ..
        } => format!("currently in {environment}"),
        VersionSelector { tag: Some(tag), .. } => format!("with tag {tag}"),
        VersionSelector {
            branch: Some(branch), ..
        } => format!("from branch {branch}"),
        VersionSelector {
            main_branch: true, ..
        } => "from the main branch".to_owned(),
        _ => String::new(),
    };
    let place = if place.is_empty() {
        String::new()
    } else {
        format!(" {place}")
    };
    match (list, number) {
        ([], _) if selector.environment.is_some() => format!(
            "a version of {name}{place} (no version is currently recorded as deployed or released in this environment)"
        ),
        ([], _) => format!("a version of {name}{place} (no such version exists)"),
        ([only], _) if selector.environment.is_none() => {
            format!("the latest version of {name}{place} ({})", only.number)
        }
        ([only], _) => format!("the version of {name}{place} ({})", only.number),
        (_, Some(number)) => format!("one of the versions of {name}{place} ({number})"),
        (several, None) => {
            let numbers: Vec<&str> = several
                .iter()
                .take(NAMED)
                .map(|version| version.number.as_str())
                .collect();
            format!("one of the versions of {name}{place} ({})", numbers.join(", "))
        }
    }
}
