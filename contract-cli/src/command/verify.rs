//! `contract verify`

use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use contract_core::broker::{Selector, VerificationQuery};
use contract_core::verify::{Contracts, PublishResults, Selection, StateChangeUrl, Verifier};
use contract_core::{Error, ErrorKind};

use crate::broker::Credentials;
use crate::exit::Exit;
use crate::output::{self, Format};

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Arguments {
    /// The provider's name, as contracts and broker know it
    #[arg(long, env = "CONTRACT_PROVIDER", value_name = "NAME")]
    provider: String,
    /// Where the provider listens
    #[arg(long, env = "CONTRACT_PROVIDER_URL", value_name = "URL")]
    provider_url: String,
    /// How long the provider may take for one answer, in milliseconds
    #[arg(long, default_value_t = 10_000, value_name = "MS")]
    request_timeout: u64,
    /// Largest body of an answer, as it comes and decoded: bytes, or with KiB, MiB or GiB
    #[arg(long, default_value = "64MiB", value_name = "SIZE", value_parser = size)]
    max_body_size: usize,
    /// A header field for each request; may be given more than once
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// How many interactions run at once
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    parallel: usize,

    /// Contract files
    #[arg(long = "file", value_name = "PATH", help_heading = "Contracts")]
    files: Vec<PathBuf>,
    /// Directories with contract files
    #[arg(long = "dir", value_name = "PATH", help_heading = "Contracts")]
    directories: Vec<PathBuf>,
    /// Contracts behind URLs, such as the ${pactbroker.pactUrl} of a webhook: verified and, with --publish, published alone
    #[arg(
        long = "url",
        visible_alias = "webhook-callback-url",
        value_name = "URL",
        help_heading = "Contracts"
    )]
    urls: Vec<String>,
    /// The broker's address. Its contracts are verified if no file, directory or URL is given, or a selector is; beside
    /// files and directories also if this is given on the command line
    #[arg(
        long,
        env = "CONTRACT_BROKER_URL",
        value_name = "URL",
        help_heading = "Contracts"
    )]
    broker_url: Option<String>,
    /// Contracts of the broker to verify: main-branch, matching-branch, deployed-or-released, deployed, released, latest,
    /// branch=NAME, tag=NAME, environment=NAME, each with ,consumer=NAME for that consumer alone; may be given more than
    /// once
    #[arg(long = "selector", value_name = "SELECTOR", help_heading = "Contracts")]
    selectors: Vec<Selector>,
    /// Fail on pending contracts
    #[arg(long, help_heading = "Contracts")]
    no_pending: bool,
    /// Also verify contracts published since this day (2026-01-31) on any branch; they never fail the run
    #[arg(long, value_name = "DATE", help_heading = "Contracts")]
    include_wip_since: Option<String>,
    /// Finding no interaction is fine
    #[arg(long, help_heading = "Contracts")]
    allow_empty: bool,

    /// Only interactions whose description matches this regular expression
    #[arg(long, value_name = "REGEX", help_heading = "Selection")]
    filter_description: Option<String>,
    /// Only interactions with a provider state that matches this regular expression
    #[arg(long, value_name = "REGEX", help_heading = "Selection")]
    filter_state: Option<String>,
    /// Only interactions without a provider state
    #[arg(long, conflicts_with = "filter_state", help_heading = "Selection")]
    filter_no_state: bool,
    /// Only interactions of this consumer; may be given more than once
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    filter_consumer: Vec<String>,

    /// Where the provider sets its states when asked
    #[arg(
        long,
        env = "CONTRACT_STATE_CHANGE_URL",
        value_name = "URL",
        help_heading = "Provider states"
    )]
    state_change_url: Option<String>,
    /// Put the state into the query of that URL, not into a body
    #[arg(long, requires = "state_change_url", help_heading = "Provider states")]
    state_change_as_query: bool,
    /// Ask again after each interaction, to undo the state
    #[arg(long, requires = "state_change_url", help_heading = "Provider states")]
    state_change_teardown: bool,
    /// The provider needs no states set: do not fail where nothing sets them
    #[arg(long, conflicts_with = "state_change_url", help_heading = "Provider states")]
    ignore_states: bool,

    /// Publish the results of contracts that came from a broker
    #[arg(
        long,
        env = "CONTRACT_PUBLISH",
        requires = "provider_version",
        help_heading = "Results"
    )]
    publish: bool,
    /// The provider's version: the commit's hash, best of all
    #[arg(
        long,
        env = "CONTRACT_PROVIDER_VERSION",
        value_name = "VERSION",
        help_heading = "Results"
    )]
    provider_version: Option<String>,
    /// The branch that the version was built from
    #[arg(
        long,
        env = "CONTRACT_PROVIDER_BRANCH",
        value_name = "BRANCH",
        help_heading = "Results"
    )]
    provider_branch: Option<String>,
    /// A tag of the version; may be given more than once
    #[arg(long = "provider-tag", value_name = "TAG", help_heading = "Results")]
    provider_tags: Vec<String>,
    /// Where the build can be seen
    #[arg(
        long,
        env = "CONTRACT_BUILD_URL",
        value_name = "URL",
        help_heading = "Results"
    )]
    build_url: Option<String>,
    /// How the result is shown
    #[arg(long, value_enum, default_value_t, help_heading = "Results")]
    output: Format,
    /// Write the result into this file; the text for people is shown all the same
    #[arg(long, value_name = "PATH", help_heading = "Results")]
    output_file: Option<PathBuf>,

    #[command(flatten)]
    credentials: Credentials,
    #[clap(skip)]
    pub(crate) said: Said,
}

/// What the command line says itself: the environment of a pipeline says the same for all its commands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said {
    broker_url: bool,
    publish: bool,
}

impl Said {
    /// What the command line of `contract verify` says.
    pub(crate) fn read(matches: &ArgMatches) -> Self {
        let says = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
        Self {
            broker_url: says("broker_url"),
            publish: says("publish"),
        }
    }
}

impl Arguments {
    /// The broker that is asked which contracts to verify, if any is.
    fn asked_broker(&self) -> Option<&str> {
        let url = self.broker_url.as_deref()?;
        let no_source = self.files.is_empty() && self.directories.is_empty() && self.urls.is_empty();
        let is_selected = !self.selectors.is_empty() || self.include_wip_since.is_some();
        let is_added = self.said.broker_url && self.urls.is_empty();
        (no_source || is_selected || is_added).then_some(url)
    }

    /// Refuses switches without what they are about, which would do nothing.
    fn check(&self) -> Result<(), Error> {
        let usage = |text: &str| Err(Error::new(ErrorKind::Usage, text));
        let asks_broker = self.asked_broker().is_some();
        if !asks_broker && !self.selectors.is_empty() {
            return usage(
                "--selector chooses contracts of a broker: give --broker-url, or set CONTRACT_BROKER_URL",
            );
        }
        if !asks_broker && self.include_wip_since.is_some() {
            return usage(
                "--include-wip-since adds contracts of a broker: give --broker-url, or set CONTRACT_BROKER_URL",
            );
        }
        if !asks_broker && self.urls.is_empty() {
            if self.files.is_empty() && self.directories.is_empty() {
                return usage(
                    "there is nothing to verify: give --file, --dir, --url or --broker-url, or set CONTRACT_BROKER_URL",
                );
            }
            if self.publish && self.said.publish {
                return usage(
                    "--publish publishes results of contracts that came from a broker, and the files and directories did \
                     not: give --broker-url or --url",
                );
            }
        }
        Ok(())
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once([':', '=']).ok_or("write it as 'Name: value'")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// `65536`, `64KiB`, `64 MiB`
fn size(text: &str) -> Result<usize, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err("write it as a number of bytes, or with KiB, MiB or GiB: 64MiB".to_owned()),
    };
    let number: usize = number
        .parse()
        .map_err(|_| "it begins with no number".to_owned())?;
    number
        .checked_mul(unit)
        .ok_or_else(|| "it is too large".to_owned())
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    arguments.check()?;
    let (format, file) = (arguments.output, arguments.output_file.clone());
    let report = verifier(arguments)?.run().await?;
    let rendered = match format {
        Format::Text => report.to_text(output::style()),
        Format::Json => format!("{:#}\n", report.to_json()),
        Format::Junit => report.to_junit(),
        Format::Github => report.to_github(output::style()),
        Format::Html => report.to_html(),
    };
    match file {
        Some(path) => {
            output::result(&report.to_text(output::style()));
            std::fs::write(&path, rendered).map_err(|error| {
                Error::new(
                    ErrorKind::Io,
                    format!("cannot write the result to {}: {error}", path.display()),
                )
            })?;
        }
        None => output::result(&rendered),
    }
    Ok(match &report.publish_error {
        _ if report.interactions().any(|(_, report)| report.fails()) => Exit::No,
        Some(error) => Exit::of(error),
        None if !report.unreadable.is_empty() => Exit::Usage,
        None => Exit::Fine,
    })
}

fn verifier(arguments: Arguments) -> Result<Verifier, Error> {
    let asked_broker = arguments.asked_broker().map(str::to_owned);
    let mut verifier = Verifier::new(arguments.provider)
        .base_url(arguments.provider_url)
        .request_timeout(Duration::from_millis(arguments.request_timeout))
        .max_body_size(arguments.max_body_size)
        .parallel(arguments.parallel)
        .on_progress(|done, total| output::progress("verifying", done, total));
    for file in arguments.files {
        verifier = verifier.contracts(Contracts::file(file));
    }
    for directory in arguments.directories {
        verifier = verifier.contracts(Contracts::dir(directory));
    }
    for url in arguments.urls {
        let server = arguments.broker_url.as_deref().unwrap_or(&url);
        let client = arguments.credentials.client(server)?;
        verifier = verifier.contracts(Contracts::url_of(client, url));
    }
    if let Some(url) = asked_broker {
        verifier = verifier.contracts(Contracts::broker(arguments.credentials.client(&url)?));
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
    for consumer in arguments.filter_consumer {
        selection = selection.consumer(consumer);
    }
    verifier = verifier.only(selection).broker_query(VerificationQuery {
        selectors: arguments.selectors,
        provider_branch: arguments.provider_branch.clone(),
        provider_tags: arguments.provider_tags.clone(),
        pending: arguments.no_pending.then_some(false),
        include_wip_since: arguments.include_wip_since,
    });
    if arguments.publish
        && let Some(version) = arguments.provider_version
    {
        let mut results = PublishResults::version(version);
        if let Some(branch) = arguments.provider_branch {
            results = results.branch(branch);
        }
        for tag in arguments.provider_tags {
            results = results.tag(tag);
        }
        if let Some(url) = arguments.build_url {
            results = results.build_url(url);
        }
        verifier = verifier.publish(results);
    }
    Ok(verifier)
}
