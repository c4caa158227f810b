//! Reads a query of the matrix from a query string.

use std::collections::HashSet;

use crate::{
    domain::{
        Refusal,
        matrix::{Ignore, LatestBy, Options, Query as Question, Target, VersionSelector},
        time,
    },
    http::query::Query,
};

/// Returns the maximum age of rows in days.
fn days(query: &Query) -> Result<Option<i64>, String> {
    match query.get("days").map(str::parse::<i64>) {
        None => Ok(None),
        Some(Ok(days)) if (0..100_000).contains(&days) => Ok(Some(time::now() - days * time::DAY)),
        Some(_) => Err("days must be a number of days".into()),
    }
}

/// Maximum number of rows in a response. A higher limit is accepted; the summary counts all rows.
const MOST_ROWS: usize = 1000;
/// Maximum number of selectors in a query, and of ignored items.
const MOST_SELECTORS: usize = 1000;

/// Returns the requested number of rows.
pub(crate) fn limit(query: &Query) -> Result<usize, String> {
    match query.get("limit").map(str::parse::<usize>) {
        None => Ok(100),
        Some(Ok(limit)) if limit >= 1 => Ok(limit.min(MOST_ROWS)),
        Some(_) => Err("The limit must be 1 or greater".into()),
    }
}

pub(super) fn ignored(query: &Query) -> Vec<Ignore> {
    let mut ignore: Vec<Ignore> = query
        .list("ignore")
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(|name| Ignore {
            pacticipant: name.to_owned(),
            version: None,
        })
        .collect();
    for object in query.objects("ignore") {
        let value = |key: &str| {
            object
                .iter()
                .find(|(k, v)| k == key && !v.is_empty())
                .map(|(_, v)| v.clone())
        };
        if let Some(pacticipant) = value("pacticipant") {
            ignore.push(Ignore {
                pacticipant,
                version: value("version"),
            });
        }
    }
    let mut known = HashSet::new();
    ignore.retain(|one| known.insert(one.clone()));
    ignore
}

/// Selects the newest version of a pacticipant.
#[derive(Debug)]
pub(crate) enum Head {
    WithTag(String),
    OnBranch(String),
    OnMainBranch,
}

/// Returns the query whether the newest version of a branch, or with a tag, can be deployed to a target.
pub(crate) fn about_head(pacticipant: String, head: Head, target: Target, ignore: Vec<Ignore>) -> Question {
    let mut selector = VersionSelector {
        pacticipant,
        latest: true,
        ..VersionSelector::default()
    };
    match head {
        Head::WithTag(tag) => selector.tag = Some(tag),
        Head::OnBranch(branch) => selector.branch = Some(branch),
        Head::OnMainBranch => selector.main_branch = true,
    }
    about(selector, Some(target), ignore)
}

/// Returns the query whether a version can be deployed to a target.
pub(super) fn about(selector: VersionSelector, target: Option<Target>, ignore: Vec<Ignore>) -> Question {
    Question {
        selectors: vec![selector],
        options: Options {
            target,
            latest_by: Some(LatestBy::EachConsumerVersion),
            ignore,
            ..Options::default()
        },
    }
}

/// Returns the newest versions with a tag, as a target.
pub(crate) fn newest_with_tag(name: String) -> Target {
    Target::Tag { name, latest: true }
}

/// Returns whether a flag is set; adds a fault if it is neither `true` nor `false`. Clients may send an empty one.
fn is_true(name: &str, text: Option<&str>, faults: &mut Vec<String>) -> bool {
    match text {
        Some("true") => true,
        None | Some("" | "false") => false,
        Some(_) => {
            faults.push(format!("{name} must be true or false"));
            false
        }
    }
}

/// Reads the query, and reports every problem.
pub(crate) fn read(query: &Query) -> Result<Question, Refusal> {
    let mut faults: Vec<String> = Vec::new();
    let mut selectors = Vec::new();
    let mut known = HashSet::new();
    for object in query.objects("q") {
        let value = |key: &str| {
            object
                .iter()
                .find(|(k, v)| k == key && !v.is_empty())
                .map(|(_, v)| v.clone())
        };
        let mut truth = |key: &str| is_true(key, value(key).as_deref(), &mut faults);
        let (latest, main_branch) = (truth("latest"), truth("mainBranch"));
        let Some(pacticipant) = value("pacticipant") else {
            faults.push("Please specify the pacticipant name".into());
            continue;
        };
        let selector = VersionSelector {
            pacticipant,
            version: value("version"),
            latest,
            tag: value("tag"),
            branch: value("branch"),
            environment: value("environment"),
            main_branch,
        };
        if selector.version.is_some() && selector.latest {
            faults.push("A version number and latest flag cannot both be specified".into());
        }
        // Repeated selectors count once.
        if known.insert(selector.clone()) {
            selectors.push(selector);
        }
    }
    let ignore = ignored(query);
    for (what, count) in [
        ("version selectors", selectors.len()),
        ("ignored versions", ignore.len()),
    ] {
        if count > MOST_SELECTORS {
            faults.push(format!(
                "at most {MOST_SELECTORS} {what} can be given, not {count}"
            ));
        }
    }
    if selectors.is_empty() && faults.is_empty() {
        faults.push("Please provide 1 or more version selectors.".into());
    }
    let mut truth = |key: &str| is_true(key, query.get(key), &mut faults);
    let (latest, main_branch) = (truth("latest"), truth("mainBranch"));
    let (tag, branch, environment) = (query.get("tag"), query.get("branch"), query.get("environment"));
    if usize::from(tag.is_some()) + usize::from(environment.is_some()) + usize::from(main_branch) > 1 {
        faults.push("Cannot specify more than one of tag, environment and mainBranch".into());
    }
    if latest && environment.is_some() {
        faults.push("Cannot specify both latest=true and an environment".into());
    }
    let target = if let Some(name) = environment {
        Some(Target::Environment(name.to_owned()))
    } else if main_branch {
        Some(Target::MainBranch { latest })
    } else if let Some(name) = tag {
        Some(Target::Tag {
            name: name.to_owned(),
            latest,
        })
    } else if let Some(name) = branch {
        Some(Target::Branch {
            name: name.to_owned(),
            latest,
        })
    } else {
        latest.then_some(Target::Latest)
    };
    let latest_by = match query.get("latestby") {
        None => None,
        Some("cvpv") => Some(LatestBy::EachProviderVersion),
        Some("cvp") => Some(LatestBy::EachConsumerVersion),
        Some("cp") => Some(LatestBy::Pair),
        Some(_) => {
            faults.push("latestby must be one of cvpv, cvp, cp".into());
            None
        }
    };
    let mut success = Vec::new();
    for text in query.list("success") {
        match text {
            "true" => success.push(Some(true)),
            "false" => success.push(Some(false)),
            "" | "null" => success.push(None),
            _ => faults.push("success must be true, false or empty".into()),
        }
    }
    let limit = limit(query).map_err(|message| faults.push(message)).ok();
    let since = days(query).unwrap_or_else(|message| {
        faults.push(message);
        None
    });
    if !faults.is_empty() {
        return Err(Refusal::Unusable(faults));
    }
    Ok(Question {
        selectors,
        options: Options {
            target,
            latest_by,
            since,
            success,
            limit,
            ignore,
        },
    })
}
