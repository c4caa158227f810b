//! Maps selectors to sources, and selects from their offers.

use std::collections::HashSet;

use super::{
    super::deployments::Kind,
    Candidate,
    sources::{
        Asked, BRANCH, EVERY_TAG, Given, IN_ENVIRONMENT, LATEST, LATEST_TAG, Label, MAIN_BRANCH, MAIN_TAG,
    },
};
use crate::domain::{pending::SelectionReason, selector::Wanted};

/// Returns the sources of a selector, regardless of the consumer.
pub(super) fn sources(wanted: &Wanted) -> Vec<Asked<'_>> {
    let any = |source| Asked {
        source,
        consumer: None,
        name: "",
    };
    let named = |source, name| Asked { name, ..any(source) };
    match wanted {
        Wanted::MainBranch => vec![any(&MAIN_BRANCH)],
        Wanted::Branch { name, fallback, .. } => [Some(name), fallback.as_ref()]
            .into_iter()
            .flatten()
            .map(|name| named(&BRANCH, name))
            .collect(),
        Wanted::EveryBranch => vec![any(&BRANCH)],
        Wanted::LatestTag { name, fallback } => [Some(name), fallback.as_ref()]
            .into_iter()
            .flatten()
            .map(|name| named(&LATEST_TAG, name))
            .collect(),
        Wanted::EveryTag(name) => vec![named(&EVERY_TAG, name)],
        Wanted::Latest => vec![any(&LATEST)],
        Wanted::InEnvironment { environment, .. } => {
            vec![named(&IN_ENVIRONMENT, environment.as_deref().unwrap_or_default())]
        }
        Wanted::Default => vec![
            any(&MAIN_BRANCH),
            any(&MAIN_TAG),
            any(&LATEST),
            any(&IN_ENVIRONMENT),
        ],
    }
}

/// Returns what a selector matches in the offers of its sources.
pub(super) fn chosen(wanted: &Wanted, given: Vec<Given>) -> Vec<Candidate> {
    let mut given = given.into_iter();
    let mut next = || given.next().unwrap_or_default();
    match wanted {
        Wanted::MainBranch => named(SelectionReason::MainBranch, next()),
        Wanted::Branch {
            name,
            fallback,
            matching,
        } => {
            let why = if *matching {
                SelectionReason::MatchingBranch
            } else {
                SelectionReason::Branch
            };
            let mut found = named(why, next());
            if let Some(used) = fallback {
                let have = consumers(&found);
                let why = SelectionReason::FallbackBranch {
                    wanted: name.clone(),
                    used: used.clone(),
                };
                let mut others = all(&why, next());
                others.retain(|one| !have.contains(&one.publication.consumer_id));
                found.append(&mut others);
            }
            found
        }
        Wanted::EveryBranch => named(SelectionReason::Branch, next()),
        Wanted::LatestTag { name, fallback } => {
            let found = named(SelectionReason::LatestWithTag, next());
            match fallback {
                Some(used) if found.is_empty() => {
                    let why = SelectionReason::FallbackTag {
                        wanted: name.clone(),
                        used: used.clone(),
                    };
                    all(&why, next())
                }
                _ => found,
            }
        }
        Wanted::EveryTag(_) => named(SelectionReason::WithTag, next()),
        Wanted::Latest => all(&SelectionReason::Latest, next()),
        Wanted::InEnvironment {
            deployed, released, ..
        } => live(next(), *deployed, *released),
        Wanted::Default => {
            let mut found = named(SelectionReason::MainBranch, next());
            let mut have = consumers(&found);
            let mut others = named(SelectionReason::LatestWithTag, next());
            others.extend(all(&SelectionReason::Latest, next()));
            others.retain(|one| have.insert(one.publication.consumer_id));
            found.append(&mut others);
            found.extend(live(next(), true, true));
            found
        }
    }
}

/// Returns all of them for one reason.
fn all(why: &SelectionReason, given: Given) -> Vec<Candidate> {
    let candidates = given.into_iter().map(|offer| Candidate {
        why: why.clone(),
        publication: offer.publication,
    });
    candidates.collect()
}

/// Returns each for its branch or tag.
fn named(why: fn(String) -> SelectionReason, given: Given) -> Vec<Candidate> {
    let candidates = given.into_iter().filter_map(|offer| match offer.label {
        Label::Name(name) => Some(Candidate {
            why: why(name),
            publication: offer.publication,
        }),
        Label::Nothing | Label::Environment { .. } => None,
    });
    candidates.collect()
}

/// Returns each for its environment.
fn live(given: Given, deployed: bool, released: bool) -> Vec<Candidate> {
    let candidates = given.into_iter().filter_map(|offer| {
        let why = match offer.label {
            Label::Environment {
                name,
                kind: Kind::Deployed,
            } if deployed => SelectionReason::DeployedTo(name),
            Label::Environment {
                name,
                kind: Kind::Released,
            } if released => SelectionReason::ReleasedIn(name),
            _ => return None,
        };
        Some(Candidate {
            why,
            publication: offer.publication,
        })
    });
    candidates.collect()
}

fn consumers(found: &[Candidate]) -> HashSet<i64> {
    found.iter().map(|one| one.publication.consumer_id).collect()
}
