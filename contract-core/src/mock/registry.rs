//! The interactions of a mock provider, found by request.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::answer::Prepared;
use crate::contract::{Body, Interaction, InteractionKind, Request, Specification};
use crate::matching::{Mismatch, Part, RequestPlan, ResponsePlan};
use crate::{Error, ErrorKind};

/// Interactions compared in full when the nearest to an unexpected request is looked for.
const NEAREST_COMPARED: usize = 50;

/// One interaction with what is prepared for it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) interaction: Interaction,
    /// How often it was used.
    uses: AtomicUsize,
    http: Option<HttpEntry>,
}

#[derive(Debug)]
struct HttpEntry {
    plan: RequestPlan,
    answer: Prepared,
    specificity: Specificity,
}

/// Larger is more specific: exact path, then what else is demanded, then fewer rules.
type Specificity = (bool, usize, Reverse<usize>);

/// All interactions, with an index of the HTTP ones by method and path.
#[derive(Debug, Default)]
pub(super) struct Registry {
    entries: Vec<Entry>,
    /// By description, to find an interaction said twice.
    descriptions: HashMap<String, Vec<usize>>,
    /// Those with an exact method and path.
    exact: HashMap<String, Vec<usize>>,
    /// Those with rules for method or path.
    ruled: Vec<usize>,
    /// Whether examples may differ from what their own rules demand.
    any_example: bool,
}

impl Entry {
    /// Whether it was used at least once.
    pub(super) fn is_used(&self) -> bool {
        self.uses.load(Ordering::Relaxed) > 0
    }

    /// Counts a use.
    pub(super) fn used(&self) {
        self.uses.fetch_add(1, Ordering::Relaxed);
    }

    /// How it answers, if it is an HTTP interaction.
    pub(super) fn answer(&self) -> Option<&Prepared> {
        self.http.as_ref().map(|http| &http.answer)
    }
}

impl Registry {
    /// From now on examples may differ from what their own rules demand.
    pub(super) fn accept_any_example(&mut self) {
        self.any_example = true;
    }

    /// All entries in the order in which they were added.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Adds an interaction; one that is there already with the same content is not added again.
    ///
    /// # Errors
    ///
    /// `Conflict` where another with the same description and provider states says something else, `Invalid` where its
    /// example does not fit its own rules, and what compiling its rules gives.
    pub(super) fn add(&mut self, interaction: Interaction) -> Result<(), Error> {
        let namesakes = self
            .descriptions
            .entry(interaction.description.clone())
            .or_default();
        for &index in namesakes.iter() {
            let present = &self.entries[index].interaction;
            if !present.same_identity(&interaction) {
                continue;
            }
            if present.kind == interaction.kind {
                return Ok(());
            }
            return Err(Error::new(
                ErrorKind::Conflict,
                format!(
                    "interaction {} was expected twice with different content{}: give one of them another description or \
                     provider state",
                    named(&interaction),
                    written_by(present, &interaction),
                ),
            ));
        }
        let index = self.entries.len();
        let http = prepare(&interaction, self.any_example)
            .map_err(|error| error.context(format!("interaction {}", named(&interaction))))?;
        namesakes.push(index);
        if let Some(http) = interaction.as_http() {
            let request = &http.request;
            if request.rules.path.is_none() && request.rules.method.is_none() {
                self.exact
                    .entry(exact_key(&request.method, &request.path))
                    .or_default()
                    .push(index);
            } else {
                self.ruled.push(index);
            }
        }
        self.entries.push(Entry {
            interaction,
            uses: AtomicUsize::new(0),
            http,
        });
        Ok(())
    }

    /// The interaction that answers the request; its use is counted.
    pub(super) fn find(&self, request: &Request) -> Option<&Entry> {
        let exact = self
            .exact
            .get(&exact_key(&request.method, &request.path))
            .map_or(&[][..], Vec::as_slice);
        let mut best: Option<(&Entry, (Specificity, Reverse<usize>))> = None;
        for &index in exact.iter().chain(&self.ruled) {
            let entry = &self.entries[index];
            let Some(http) = &entry.http else { continue };
            if !http.plan.compare(request).is_match() {
                continue;
            }
            // Between equals the one least used, the later where that is the same but nothing is left unused.
            let uses = entry.uses.load(Ordering::Relaxed).min(1);
            let rank = (http.specificity, Reverse(uses));
            let better = best
                .as_ref()
                .is_none_or(|(_, present)| rank > *present || (rank == *present && uses > 0));
            if better {
                best = Some((entry, rank));
            }
        }
        let (entry, _) = best?;
        entry.used();
        Some(entry)
    }

    /// The HTTP interaction that differs least from the request, with the differences.
    pub(super) fn nearest(&self, request: &Request) -> Option<(usize, Vec<Mismatch>)> {
        let mut ranked: Vec<(usize, usize)> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| {
                let expected = &entry.interaction.as_http()?.request;
                Some((distance(expected, request), index))
            })
            .collect();
        ranked.sort_unstable();
        ranked
            .iter()
            .take(NEAREST_COMPARED)
            .filter_map(|&(distance, index)| {
                let http = self.entries[index].http.as_ref()?;
                let mismatches = http.plan.compare(request).into_mismatches();
                let path = mismatches.iter().any(|mismatch| mismatch.part == Part::Path);
                let method = mismatches.iter().any(|mismatch| mismatch.part == Part::Method);
                let path_distance = if path { distance.max(1) } else { 0 };
                Some(((path_distance, method, mismatches.len(), index), mismatches))
            })
            .min_by_key(|(rank, _)| *rank)
            .map(|((.., index), mismatches)| (index, mismatches))
    }
}

/// Compiles the interaction and, unless any example will do, holds its example against its own rules.
fn prepare(interaction: &Interaction, any_example: bool) -> Result<Option<HttpEntry>, Error> {
    let InteractionKind::Http(http) = &interaction.kind else {
        return Ok(None);
    };
    let (request, response) = (&http.request, &http.response);
    let plan = RequestPlan::compile(request, Specification::V4)?;
    let response_plan = ResponsePlan::compile(response, Specification::V4)?;
    if !any_example {
        fits_itself("request", plan.compare(request).mismatches())?;
        fits_itself("response", response_plan.compare(response).mismatches())?;
    }
    Ok(Some(HttpEntry {
        plan,
        answer: Prepared::new(response)?,
        specificity: specificity(request),
    }))
}

fn fits_itself(part: &str, mismatches: &[Mismatch]) -> Result<(), Error> {
    let Some(mismatch) = mismatches.first() else {
        return Ok(());
    };
    Err(Error::new(
        ErrorKind::Invalid,
        format!(
            "the example of the {part} does not fit its own pattern: {} {}: expected {}",
            mismatch.part, mismatch.path, mismatch.expectation
        ),
    ))
}

fn specificity(request: &Request) -> Specificity {
    let rules = &request.rules;
    let demands =
        request.query.len() + request.headers.iter().count() + usize::from(request.body != Body::Missing);
    let ruled = rules.query.len() + rules.headers.len() + rules.body.len();
    (rules.path.is_none(), demands, Reverse(ruled))
}

/// How far the request's path is from the expected one, in segments; the method counts as half of one.
fn distance(expected: &Request, actual: &Request) -> usize {
    let method = usize::from(!expected.method.eq_ignore_ascii_case(&actual.method));
    if expected.path == actual.path {
        return method;
    }
    let segments = |path: &str| {
        path.trim_matches('/')
            .split('/')
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (one, other) = (segments(&expected.path), segments(&actual.path));
    let same = one.iter().zip(&other).filter(|(one, other)| one == other).count();
    2 * (one.len().max(other.len()) - same) + method
}

fn exact_key(method: &str, path: &str) -> String {
    let mut key = method.to_ascii_uppercase();
    key.push(' ');
    key.push_str(path);
    key
}

/// `"a request for user 42" [user exists]`
pub(super) fn named(interaction: &Interaction) -> String {
    let states: Vec<String> = interaction
        .provider_states
        .iter()
        .map(ToString::to_string)
        .collect();
    if states.is_empty() {
        format!("{:?}", interaction.description)
    } else {
        format!("{:?} [{}]", interaction.description, states.join(", "))
    }
}

fn written_by(one: &Interaction, other: &Interaction) -> String {
    match (one.test_name(), other.test_name()) {
        (Some(one), Some(other)) if one != other => format!(" (by {one} and by {other})"),
        _ => String::new(),
    }
}
