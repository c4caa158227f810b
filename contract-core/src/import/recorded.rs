//! Exchanges recorded in this process, without a file.

pub(crate) use super::draft::Draft;
use super::exchange_headers::{is_of_consumer, is_of_provider};
use super::finding::Notes;
use super::interactions::interactions;
use super::options::Options;
use super::read::Imported;
use crate::contract::{Headers, ProviderState, Request, Response};

/// Creates a draft of an exchange, without the headers that clients and servers add.
pub(crate) fn draft(
    number: usize,
    states: Vec<ProviderState>,
    mut request: Request,
    mut response: Response,
) -> Draft {
    request.headers = kept(&request.headers, is_of_consumer);
    response.headers = kept(&response.headers, is_of_provider);
    // Clients add this value by default.
    if request.headers.first("accept") == Some("*/*") {
        request.headers.remove("accept");
    }
    Draft {
        place: format!("exchange {number}"),
        name: None,
        states,
        request,
        response,
        is_assumed: false,
    }
}

/// Converts the exchanges to interactions; findings name `test` instead of a file.
pub(crate) fn interactions_of(drafts: Vec<Draft>, test: &str, options: &Options) -> Imported {
    let mut notes = Notes::of_file(test);
    let drafts = drafts.into_iter().map(|draft| (draft, test.to_owned())).collect();
    let interactions = interactions(drafts, options, &mut notes);
    Imported {
        interactions,
        findings: notes.into_findings(),
    }
}

fn kept(headers: &Headers, is_kept: fn(&str) -> bool) -> Headers {
    let mut kept = Headers::new();
    for (name, values) in headers.iter().filter(|(name, _)| is_kept(name)) {
        kept.set(name, values.to_vec());
    }
    kept
}
