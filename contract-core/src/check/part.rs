//! What requests, responses and messages have in common.

use std::fmt;

use crate::contract::read::place::Step;
use crate::contract::{
    Body, Generator, Generators, Headers, Interaction, InteractionKind, MatchingRules, Members, Message,
    NotVerifiable, Path, Query, RuleList,
};
use crate::matching::content_type_in_metadata;

use super::finding::Finding;
use super::lint::Lint;

/// A request, a response or a message.
pub(super) struct Part<'c> {
    /// `response`
    pub(super) name: &'static str,
    /// Whether the consumer sends it.
    is_request: bool,
    pub(super) rules: &'c MatchingRules,
    pub(super) generators: &'c Generators,
    pub(super) body: &'c Body,
    pub(super) headers: Option<&'c Headers>,
    pub(super) query: Option<&'c Query>,
    pub(super) metadata: Option<&'c Members>,
    /// Whether it specifies nothing.
    pub(super) is_empty: bool,
    /// The steps from the interaction to the part.
    steps: Vec<Step>,
}

/// Returns all parts of an interaction.
pub(super) fn parts(interaction: &Interaction) -> Vec<Part<'_>> {
    match &interaction.kind {
        InteractionKind::Http(http) => {
            let (request, response) = (&http.request, &http.response);
            vec![
                Part {
                    name: "request",
                    is_request: true,
                    rules: &request.rules,
                    generators: &request.generators,
                    body: &request.body,
                    headers: Some(&request.headers),
                    query: Some(&request.query),
                    metadata: None,
                    is_empty: false,
                    steps: vec![member("request")],
                },
                Part {
                    name: "response",
                    is_request: false,
                    rules: &response.rules,
                    generators: &response.generators,
                    body: &response.body,
                    headers: Some(&response.headers),
                    query: None,
                    metadata: None,
                    is_empty: response.example_status().is_none()
                        && response.headers.is_empty()
                        && response.body == Body::Missing,
                    steps: vec![member("response")],
                },
            ]
        }
        InteractionKind::Message(contents) => vec![message("message", contents, Vec::new())],
        InteractionKind::SyncMessage(exchange) => {
            let request = Part {
                is_request: true,
                ..message("request message", &exchange.request, vec![member("request")])
            };
            let responses = exchange.responses.iter().enumerate().map(|(number, response)| {
                let steps = vec![member("response"), Step::Element(number)];
                message("response message", response, steps)
            });
            std::iter::once(request).chain(responses).collect()
        }
        InteractionKind::Unknown { .. } => Vec::new(),
    }
}

fn member(name: &str) -> Step {
    Step::Member(name.to_owned())
}

fn message<'c>(name: &'static str, message: &'c Message, steps: Vec<Step>) -> Part<'c> {
    Part {
        name,
        is_request: false,
        rules: &message.rules,
        generators: &message.generators,
        body: &message.contents,
        headers: None,
        query: None,
        metadata: Some(&message.metadata),
        is_empty: message.contents == Body::Missing && message.metadata.is_empty(),
        steps,
    }
}

impl<'c> Part<'c> {
    /// Returns a finding in this part, at the members that lead to it.
    pub(super) fn finding(&self, lint: Lint, below: &[&str], message: String) -> Finding {
        let mut steps = self.steps.clone();
        steps.extend(below.iter().map(|name| member(name)));
        Finding {
            lint,
            interaction: None,
            message,
            steps,
        }
    }

    /// Returns whether a rule needed for a verification is unknown: rules of requests are only used by the mock
    /// provider.
    pub(super) fn is_not_verifiable(&self) -> bool {
        !self.is_request && NotVerifiable::by(self.rules).is_some()
    }

    /// Returns the content type declared next to the body.
    pub(super) fn content_type(&self) -> Option<&'c str> {
        match self.metadata {
            Some(metadata) => content_type_in_metadata(metadata),
            None => self.headers?.first("content-type"),
        }
    }

    /// Returns all rule lists, each with its place: `header "X-Trace"`, `$.id`.
    pub(super) fn lists(&self) -> impl Iterator<Item = (Place<'c>, &'c RuleList)> {
        let rules = self.rules;
        let single = [
            ("the method", &rules.method),
            ("the path", &rules.path),
            ("the status", &rules.status),
            ("the query", &rules.query_text),
        ];
        let single = single
            .into_iter()
            .filter_map(|(place, list)| Some((Place::Only(place), list.as_ref()?)));
        let named = [
            ("query parameter", &rules.query),
            ("header", &rules.headers),
            ("metadata", &rules.metadata),
        ];
        let named = named.into_iter().flat_map(|(what, lists)| {
            lists
                .iter()
                .map(move |(name, list)| (Place::Named { what, name }, list))
        });
        let body = rules.body.iter().map(|(path, list)| (Place::Body(path), list));
        single.chain(named).chain(body)
    }

    /// Returns all generators, each with its place.
    pub(super) fn generators(&self) -> impl Iterator<Item = (Place<'c>, &'c Generator)> {
        let generators = self.generators;
        let single = [
            ("the method", &generators.method),
            ("the path", &generators.path),
            ("the status", &generators.status),
        ];
        let single = single
            .into_iter()
            .filter_map(|(place, one)| Some((Place::Only(place), one.as_ref()?)));
        let named = [
            ("query parameter", &generators.query),
            ("header", &generators.headers),
            ("metadata", &generators.metadata),
        ];
        let named = named.into_iter().flat_map(|(what, by_name)| {
            by_name
                .iter()
                .map(move |(name, one)| (Place::Named { what, name }, one))
        });
        let body = generators.body.iter().map(|(path, one)| (Place::Body(path), one));
        single.chain(named).chain(body)
    }
}

/// The place of a rule list or a generator.
#[derive(Clone, Copy)]
pub(super) enum Place<'c> {
    /// A part that there is once: `the path`.
    Only(&'static str),
    Named {
        what: &'static str,
        name: &'c str,
    },
    Body(&'c Path),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only(place) => f.write_str(place),
            Self::Named { what, name } => write!(f, "{what} {name:?}"),
            Self::Body(path) => write!(f, "{path}"),
        }
    }
}
