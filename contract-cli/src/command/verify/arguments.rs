//! The command line of `contract verify`.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use contract_core::broker::Selector;
use contract_core::{Error, ErrorKind};

use super::report_target::ReportTarget;
use crate::broker::Credentials;
use crate::build::Facts;
use crate::output::Format;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Arguments {
    /// The provider's name, as contracts and broker know it
    #[arg(
        long,
        visible_alias = "provider-name",
        env = "CONTRACT_PROVIDER",
        value_name = "NAME"
    )]
    pub(super) provider: String,
    /// Where the provider listens
    #[arg(long, env = "CONTRACT_PROVIDER_URL", value_name = "URL")]
    pub(super) provider_url: String,
    /// How long the provider may take for one answer, in milliseconds
    #[arg(long, default_value_t = 10_000, value_name = "MS")]
    pub(super) request_timeout: u64,
    /// Largest body of an answer, as it comes and decoded: bytes, or with KiB, MiB or GiB
    #[arg(long, default_value = "64MiB", value_name = "SIZE", value_parser = size)]
    pub(super) max_body_size: usize,
    /// Where the provider serves the interactions of a transport, such as message=http://127.0.0.1:8080/messages; may be given
    /// more than once
    #[arg(long = "transport", value_name = "NAME=URL", value_parser = transport)]
    pub(super) transports: Vec<(String, String)>,
    /// A PEM file with the certificate of an authority to trust; may be given more than once
    #[arg(long = "ca-file", value_name = "PATH")]
    pub(super) authorities: Vec<PathBuf>,
    /// Do not check the provider's certificate
    #[arg(long, visible_alias = "disable-ssl-verification")]
    pub(super) insecure: bool,
    /// A command that runs the provider: started before the first interaction, ended after the last
    #[arg(long, value_name = "COMMAND")]
    pub(super) provider_command: Option<String>,
    /// Wait before the first interaction until this address answers without a server error
    #[arg(long, value_name = "URL")]
    pub(super) wait_for: Option<String>,
    /// Seconds that the provider may take to start
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(super) startup_timeout: u64,
    /// A header field for each request; may be given more than once
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub(super) headers: Vec<(String, String)>,
    /// How many interactions run at once [default: 4 if none has a provider state, else 1]
    #[arg(long, value_name = "NUMBER")]
    pub(super) parallel: Option<usize>,
    /// End the run with the first interaction that fails
    #[arg(long, visible_alias = "exit-on-first-error")]
    pub(super) fail_fast: bool,

    /// Contract files
    #[arg(long = "file", value_name = "PATH", help_heading = "Contracts")]
    pub(super) files: Vec<PathBuf>,
    /// Directories with contract files
    #[arg(long = "dir", value_name = "PATH", help_heading = "Contracts")]
    pub(super) directories: Vec<PathBuf>,
    /// Contracts behind URLs, such as the ${pactbroker.pactUrl} of a webhook: verified and, with --publish, published alone
    #[arg(
        long = "url",
        visible_alias = "webhook-callback-url",
        value_name = "URL",
        help_heading = "Contracts"
    )]
    pub(super) urls: Vec<String>,
    /// The broker's address. Its contracts are verified if no file, directory or URL is given, or a selector is; beside
    /// files and directories also if this is given on the command line
    #[arg(
        long,
        env = "CONTRACT_BROKER_URL",
        value_name = "URL",
        help_heading = "Contracts"
    )]
    pub(super) broker_url: Option<String>,
    /// Contracts of the broker to verify: main-branch, matching-branch, deployed-or-released, deployed, released, latest,
    /// branch=NAME, tag=NAME, environment=NAME, each with ,consumer=NAME for that consumer alone; may be given more than
    /// once
    #[arg(long = "selector", value_name = "SELECTOR", help_heading = "Contracts")]
    pub(super) selectors: Vec<Selector>,
    /// The same as JSON: one selector, or an array of them; may be given more than once
    #[arg(
        long = "consumer-version-selectors",
        visible_alias = "consumer-version-selector",
        value_name = "JSON",
        value_parser = json_selectors,
        help_heading = "Contracts"
    )]
    pub(super) json_selectors: Vec<JsonSelectors>,
    /// Fail on pending contracts
    #[arg(long, help_heading = "Contracts")]
    pub(super) no_pending: bool,
    /// Do not fail on pending contracts; this is so whenever --provider-branch or --provider-tag is given
    #[arg(long, conflicts_with = "no_pending", help_heading = "Contracts")]
    pub(super) enable_pending: bool,
    /// Also verify contracts published since this day (2026-01-31) on any branch; they never fail the run
    #[arg(
        long,
        visible_alias = "include-wip-pacts-since",
        value_name = "DATE",
        help_heading = "Contracts"
    )]
    pub(super) include_wip_since: Option<String>,
    /// Finding no interaction is fine
    #[arg(long, visible_alias = "ignore-no-pacts-error", help_heading = "Contracts")]
    pub(super) allow_empty: bool,

    /// Only interactions whose description matches this regular expression
    #[arg(long, value_name = "REGEX", help_heading = "Selection")]
    pub(super) filter_description: Option<String>,
    /// Only interactions with a provider state that matches this regular expression
    #[arg(long, value_name = "REGEX", help_heading = "Selection")]
    pub(super) filter_state: Option<String>,
    /// Only interactions without a provider state
    #[arg(long, conflicts_with = "filter_state", help_heading = "Selection")]
    pub(super) filter_no_state: bool,
    /// Only interactions of this consumer; may be given more than once
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    pub(super) filter_consumer: Vec<String>,

    /// Only the interaction with this key; may be given more than once
    #[arg(long, value_name = "KEY", help_heading = "Selection")]
    pub(super) filter_key: Vec<String>,
    /// Only the interactions that failed when this command ran here last; all, if none failed
    #[arg(long, help_heading = "Selection")]
    pub(super) last_failed: bool,
    /// Do not fail on interactions that no answer could decide about, such as those of a plugin
    #[arg(long, help_heading = "Selection")]
    pub(super) allow_not_verifiable: bool,

    /// Where the provider sets its states when asked
    #[arg(
        long,
        env = "CONTRACT_STATE_CHANGE_URL",
        value_name = "URL",
        help_heading = "Provider states"
    )]
    pub(super) state_change_url: Option<String>,
    /// Put the state into the query of that URL, not into a body
    #[arg(long, requires = "state_change_url", help_heading = "Provider states")]
    pub(super) state_change_as_query: bool,
    /// Ask again after each interaction, to undo the state
    #[arg(long, requires = "state_change_url", help_heading = "Provider states")]
    pub(super) state_change_teardown: bool,
    /// The provider needs no states set: do not fail where nothing sets them
    #[arg(long, conflicts_with = "state_change_url", help_heading = "Provider states")]
    pub(super) ignore_states: bool,

    /// Publish the results of contracts that came from a broker
    #[arg(long, env = "CONTRACT_PUBLISH", help_heading = "Results")]
    pub(super) publish: bool,
    /// The provider's version, the commit's hash best of all; with --publish, without it the commit that CI or Git names
    #[arg(
        long,
        env = "CONTRACT_PROVIDER_VERSION",
        value_name = "VERSION",
        help_heading = "Results"
    )]
    pub(super) provider_version: Option<String>,
    /// The branch that the version was built from; with --publish, without it the one that CI or Git names
    #[arg(
        long,
        env = "CONTRACT_PROVIDER_BRANCH",
        value_name = "BRANCH",
        help_heading = "Results"
    )]
    pub(super) provider_branch: Option<String>,
    /// A tag of the version; may be given more than once
    #[arg(
        long = "provider-tag",
        visible_alias = "provider-tags",
        value_delimiter = ',',
        value_name = "TAG",
        help_heading = "Results"
    )]
    pub(super) provider_tags: Vec<String>,
    /// Where the build can be seen; with --publish, without it the address that CI names
    #[arg(
        long,
        env = "CONTRACT_BUILD_URL",
        value_name = "URL",
        help_heading = "Results"
    )]
    pub(super) build_url: Option<String>,
    /// How the result is shown
    #[arg(long, value_enum, default_value_t, help_heading = "Results")]
    pub(super) output: Format,
    /// Write the result into this file; the text for people is shown all the same
    #[arg(long, value_name = "PATH", help_heading = "Results")]
    pub(super) output_file: Option<PathBuf>,

    /// Write a report into a file: json=PATH, junit=PATH, html=PATH, markdown=PATH or sarif=PATH; or github, for annotations and
    /// the summary of a job of GitHub Actions; may be given more than once
    #[arg(long = "report", value_name = "FORMAT=PATH", help_heading = "Results")]
    pub(super) reports: Vec<ReportTarget>,

    #[command(flatten)]
    pub(super) credentials: Credentials,
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
    pub(super) fn asked_broker(&self) -> Option<&str> {
        let url = self.broker_url.as_deref()?;
        let no_source = self.files.is_empty() && self.directories.is_empty() && self.urls.is_empty();
        let is_selected = self.has_selectors() || self.include_wip_since.is_some();
        let is_added = self.said.broker_url && self.urls.is_empty();
        (no_source || is_selected || is_added).then_some(url)
    }

    /// Finds out what is to be published about the provider's version, as far as the command line does not say it.
    ///
    /// # Errors
    ///
    /// `Usage` if results are to be published and no version can be found.
    pub(super) fn find_version(&mut self, facts: &Facts) -> Result<(), Error> {
        if self.publish {
            let version = facts.version(self.provider_version.take()).map_err(|_| {
                Error::new(
                    ErrorKind::Usage,
                    "results of which version? Give --provider-version: neither a CI system nor Git says which commit this is",
                )
            })?;
            self.provider_version = Some(version);
            self.provider_branch = facts.branch(self.provider_branch.take());
            self.build_url = facts.build_url(self.build_url.take());
        }
        Ok(())
    }

    fn has_selectors(&self) -> bool {
        !self.selectors.is_empty() || !self.json_selectors.is_empty()
    }

    /// Refuses switches without what they are about, which would do nothing.
    pub(super) fn check(&self) -> Result<(), Error> {
        let usage = |text: &str| Err(Error::new(ErrorKind::Usage, text));
        let asks_broker = self.asked_broker().is_some();
        if !asks_broker && self.has_selectors() {
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

/// The selectors of one argument.
#[derive(Debug, Clone)]
pub(super) struct JsonSelectors(pub(super) Vec<Selector>);

fn json_selectors(text: &str) -> Result<JsonSelectors, String> {
    let selectors = if text.trim_start().starts_with('[') {
        serde_json::from_str(text)
    } else {
        serde_json::from_str(text).map(|selector| vec![selector])
    };
    selectors.map(JsonSelectors).map_err(|error| {
        format!("it is not a selector, such as {{\"mainBranch\": true}}, nor an array of them: {error}")
    })
}

fn transport(text: &str) -> Result<(String, String), String> {
    let (name, url) = text.split_once('=').ok_or("write it as NAME=URL")?;
    if name.is_empty() {
        return Err("write it as NAME=URL".to_owned());
    }
    Ok((name.to_owned(), url.to_owned()))
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
