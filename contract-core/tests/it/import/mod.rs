//! Contracts from the files of other tools.

mod book;
mod har;
mod http_file;
mod laws;
mod postman;
mod round_trips;
mod secrets;
mod wiremock;
mod yaml;

use contract_core::contract::{Interaction, Request, Response};
use contract_core::import::{self, FindingKind, Imported, Options, Source};

fn imported(name: &str, text: &str) -> Imported {
    imported_with(name, text, &Options::default())
}

fn imported_with(name: &str, text: &str, options: &Options) -> Imported {
    import::read(&[Source::new(name, text)], options).unwrap()
}

fn refused(name: &str, text: &str) -> String {
    refused_with(name, text, &Options::default())
}

fn refused_with(name: &str, text: &str, options: &Options) -> String {
    import::read(&[Source::new(name, text)], options)
        .unwrap_err()
        .to_string()
}

fn findings(imported: &Imported, kind: FindingKind) -> Vec<String> {
    let of_kind = imported.findings.iter().filter(|finding| finding.kind == kind);
    of_kind.map(ToString::to_string).collect()
}

fn request(interaction: &Interaction) -> &Request {
    &interaction.as_http().unwrap().request
}

fn response(interaction: &Interaction) -> &Response {
    &interaction.as_http().unwrap().response
}
