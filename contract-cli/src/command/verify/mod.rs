//! `contract verify`

mod arguments;
mod last_failed;
mod report_target;

use std::time::Duration;

use contract_core::broker::{Selector, VerificationQuery};
use contract_core::verify::{
    Contracts, ProviderCommand, PublishResults, ReportFormat, Selection, StateChangeUrl, VerificationReport,
    Verifier,
};
use contract_core::{Error, ErrorKind};

pub(crate) use self::arguments::{Arguments, Said};
use crate::build::Facts;
use crate::exit::Exit;
use crate::output::{self, Format};
use crate::progress;
use crate::signal::Stops;

pub(crate) async fn run(mut arguments: Arguments) -> Result<Exit, Error> {
    arguments.check()?;
    arguments.find_version(&Facts::of_process())?;
    let (format, file) = (arguments.output, arguments.output_file.clone());
    let reports = arguments.reports.clone();
    let report = verified(verifier(arguments)?).await?;
    last_failed::write(&report);
    let mut unwritten = Vec::new();
    match file {
        Some(path) => {
            output::result(&report.to_text(output::style()));
            let written = std::fs::write(&path, rendered(&report, format)).map_err(|error| {
                Error::new(
                    ErrorKind::Io,
                    format!("cannot write the result to {}: {error}", path.display()),
                )
            });
            unwritten.extend(written.err());
        }
        None => output::result(&rendered(&report, format)),
    }
    if !reports.is_empty() {
        let document = report.document();
        unwritten.extend(reports.iter().filter_map(|target| target.write(&document).err()));
    }
    for error in &unwritten {
        output::failure(error);
    }
    Ok(exit(&report, unwritten.first()))
}

/// Runs the verification. The first stop signal ends it in order, the second at once.
async fn verified(verifier: Verifier) -> Result<VerificationReport, Error> {
    let Stops { first, second } = Stops::listen();
    let verifier = verifier.stop_when(async {
        first.wait().await;
        output::note("interrupted: provider states are torn down; a second Ctrl-C does not wait for that");
    });
    tokio::select! {
        report = Box::pin(verifier.run()) => report,
        () = second.wait() => Err(Error::new(
            ErrorKind::Interrupted,
            "the verification was interrupted twice: provider states may not be torn down, and no report was written",
        )),
    }
}

/// Returns the exit code of a verification; `unwritten` is why its result could not be written.
fn exit(report: &VerificationReport, unwritten: Option<&Error>) -> Exit {
    if report.is_interrupted() {
        return Exit::Interrupted;
    }
    if report.interactions().any(|(_, report)| report.fails()) {
        return Exit::No;
    }
    match report
        .ended
        .as_ref()
        .or(report.publish_error.as_ref())
        .or(unwritten)
    {
        Some(error) => Exit::of(error),
        None if !report.unreadable.is_empty() => Exit::Usage,
        None => Exit::Fine,
    }
}

fn rendered(report: &VerificationReport, format: Format) -> String {
    match format {
        Format::Text => report.to_text(output::style()),
        Format::Json => report.to_json(),
        Format::Junit => report.document().render(ReportFormat::Junit),
        Format::Github => format!(
            "{}{}",
            report.to_text(output::style()),
            report.document().github_annotations()
        ),
        Format::Html => report.document().render(ReportFormat::Html),
    }
}

fn verifier(arguments: Arguments) -> Result<Verifier, Error> {
    let selection = selection(&arguments)?;
    let results = results(&arguments);
    let mut verifier = with_sources(Verifier::new(&arguments.provider), &arguments)?
        .only(selection)
        .broker_query(query(&arguments))
        .publish(results)
        .base_url(arguments.provider_url)
        .request_timeout(Duration::from_millis(arguments.request_timeout))
        .handler_timeout(Duration::from_secs(arguments.state_change_timeout))
        .startup_timeout(Duration::from_secs(arguments.startup_timeout))
        .max_body_size(arguments.max_body_size)
        .on_progress(progress::reported("verifying"));
    if let Some(interactions) = arguments.parallel {
        verifier = verifier.parallel(interactions);
    }
    for (name, url) in arguments.transports {
        verifier = verifier.transport_url(name, url);
    }
    for path in arguments.authorities {
        verifier = verifier.ca_file(path);
    }
    if arguments.insecure {
        verifier = verifier.insecure();
    }
    if let Some(command) = arguments.provider_command {
        verifier = verifier.provider_command(ProviderCommand::new(command));
    }
    if let Some(url) = arguments.wait_for {
        verifier = verifier.wait_for(url);
    }
    for (name, value) in arguments.headers {
        verifier = verifier.header(name, value);
    }
    if let Some(url) = arguments.state_change_url {
        verifier = verifier.state_change_url(
            StateChangeUrl::new(url)
                .as_query(arguments.state_change_as_query)
                .with_teardown(arguments.state_change_teardown),
        );
    }
    if arguments.ignore_states {
        verifier = verifier.ignore_unknown_states();
    }
    if arguments.allow_empty {
        verifier = verifier.allow_empty();
    }
    if arguments.allow_not_verifiable {
        verifier = verifier.allow_not_verifiable();
    }
    if arguments.fail_fast {
        verifier = verifier.fail_fast();
    }
    Ok(verifier)
}

fn with_sources(mut verifier: Verifier, arguments: &Arguments) -> Result<Verifier, Error> {
    for file in &arguments.files {
        verifier = verifier.contracts(Contracts::file(file));
    }
    for directory in &arguments.directories {
        verifier = verifier.contracts(Contracts::dir(directory));
    }
    for url in &arguments.urls {
        let server = arguments.broker_url.as_deref().unwrap_or(url);
        let client = arguments.credentials.client(server)?;
        verifier = verifier.contracts(Contracts::url_of(client, url));
    }
    if let Some(url) = arguments.asked_broker() {
        verifier = verifier.contracts(Contracts::broker(arguments.credentials.client(url)?));
    }
    Ok(verifier)
}

fn selection(arguments: &Arguments) -> Result<Selection, Error> {
    let mut selection = Selection::all();
    if let Some(pattern) = &arguments.filter_description {
        selection = selection.description(pattern)?;
    }
    if let Some(pattern) = &arguments.filter_state {
        selection = selection.state(pattern)?;
    }
    if arguments.filter_no_state {
        selection = selection.without_state();
    }
    for consumer in &arguments.filter_consumer {
        selection = selection.consumer(consumer);
    }
    for key in &arguments.filter_key {
        selection = selection.key(key);
    }
    if arguments.last_failed
        && let Some(names) = last_failed::read(&arguments.provider)?
    {
        selection = selection.names(names);
    }
    Ok(selection)
}

fn query(arguments: &Arguments) -> VerificationQuery {
    let json = arguments
        .json_selectors
        .iter()
        .flat_map(|selectors| selectors.0.iter());
    let selectors: Vec<Selector> = arguments.selectors.iter().chain(json).cloned().collect();
    VerificationQuery {
        selectors,
        provider_branch: arguments.provider_branch.clone(),
        provider_tags: arguments.provider_tags.clone(),
        pending: match (arguments.no_pending, arguments.enable_pending) {
            (true, _) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        },
        include_wip_since: arguments.include_wip_since.clone(),
    }
}

fn results(arguments: &Arguments) -> Option<PublishResults> {
    let version = arguments
        .provider_version
        .as_ref()
        .filter(|_| arguments.publish)?;
    let mut results = PublishResults::version(version);
    if let Some(branch) = &arguments.provider_branch {
        results = results.branch(branch);
    }
    for tag in &arguments.provider_tags {
        results = results.tag(tag);
    }
    if let Some(url) = &arguments.build_url {
        results = results.build_url(url);
    }
    Some(results)
}
