//! The command line of `contract verify`.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use contract_core::broker::Selector;
use contract_core::{Error, ErrorKind};

use super::report_target::ReportTarget;
use crate::broker::{Credentials, at_least_one, positive};
use crate::build::Facts;
use crate::header;
use crate::output::Format;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Arguments {
    /// Name of the provider in contracts and broker
    #[arg(
        long,
        visible_alias = "provider-name",
        env = "CONTRACT_PROVIDER",
        value_name = "NAME"
    )]
    pub(super) provider: String,
    /// Address of the provider
    #[arg(long, env = "CONTRACT_PROVIDER_URL", value_name = "URL")]
    pub(super) provider_url: String,
    /// Timeout of a response from the provider, in milliseconds
    #[arg(long, default_value_t = 10_000, value_name = "MS", value_parser = positive)]
    pub(super) request_timeout: u64,
    /// Maximum size of a response body, encoded and decoded: bytes, or with KiB, MiB or GiB
    #[arg(long, default_value = "64MiB", value_name = "SIZE", value_parser = size)]
    pub(super) max_body_size: usize,
    /// Address for the interactions of a transport, such as message=http://127.0.0.1:8080/messages; may be repeated
    #[arg(long = "transport", value_name = "NAME=URL", value_parser = transport)]
    pub(super) transports: Vec<(String, String)>,
    /// PEM file with the certificate of an authority to trust; may be repeated
    #[arg(long = "ca-file", value_name = "PATH")]
    pub(super) authorities: Vec<PathBuf>,
    /// Do not check the provider's certificate
    #[arg(long, visible_alias = "disable-ssl-verification")]
    pub(super) insecure: bool,
    /// Command that runs the provider: started before the first interaction, stopped after the last
    #[arg(long, value_name = "COMMAND")]
    pub(super) provider_command: Option<String>,
    /// Wait before the first interaction until this address responds without a server error
    #[arg(long, value_name = "URL")]
    pub(super) wait_for: Option<String>,
    /// Seconds that the provider may take to start
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(super) startup_timeout: u64,
    /// Header field for each request; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header::field_or_pair)]
    pub(super) headers: Vec<(String, String)>,
    /// Number of concurrent interactions [default: 4 if none has a provider state, otherwise 1]
    #[arg(long, value_name = "NUMBER", value_parser = at_least_one)]
    pub(super) parallel: Option<usize>,
    /// Stop at the first failing interaction
    #[arg(long, visible_alias = "exit-on-first-error")]
    pub(super) fail_fast: bool,

    /// Contract files
    #[arg(long = "file", value_name = "PATH", help_heading = "Contracts")]
    pub(super) files: Vec<PathBuf>,
    /// Directories with contract files
    #[arg(long = "dir", value_name = "PATH", help_heading = "Contracts")]
    pub(super) directories: Vec<PathBuf>,
    /// URLs of contracts, such as the ${pactbroker.pactUrl} of a webhook: only these are verified and, with --publish,
    /// published
    #[arg(
        long = "url",
        visible_alias = "webhook-callback-url",
        value_name = "URL",
        help_heading = "Contracts"
    )]
    pub(super) urls: Vec<String>,
    /// Address of the broker. Its contracts are verified if no file, directory or URL is given, or if a selector is; in
    /// addition to files and directories also if this is given on the command line
    #[arg(
        long,
        env = "CONTRACT_BROKER_URL",
        value_name = "URL",
        help_heading = "Contracts"
    )]
    pub(super) broker_url: Option<String>,
    /// Contracts of the broker to verify: main-branch, matching-branch, deployed-or-released, deployed, released,
    /// latest, branch=NAME, tag=NAME, environment=NAME, each optionally with ,consumer=NAME to restrict it to that
    /// consumer; may be repeated
    #[arg(long = "selector", value_name = "SELECTOR", help_heading = "Contracts")]
    pub(super) selectors: Vec<Selector>,
    /// The same as JSON: one selector, or an array of them; may be repeated
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
    /// Do not fail on pending contracts; the default if --provider-branch or --provider-tag is given
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
    /// Succeed if there are no interactions
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
    /// Only interactions of this consumer; may be repeated
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    pub(super) filter_consumer: Vec<String>,

    /// Only the interaction with this key; may be repeated
    #[arg(long, value_name = "KEY", help_heading = "Selection")]
    pub(super) filter_key: Vec<String>,
    /// Only the interactions that failed in the last run here; all if none failed
    #[arg(long, help_heading = "Selection")]
    pub(super) last_failed: bool,
    /// Do not fail on interactions that are not verifiable, such as those of a plugin
    #[arg(long, help_heading = "Selection")]
    pub(super) allow_not_verifiable: bool,

    /// URL at which the provider sets its states
    #[arg(
        long,
        env = "CONTRACT_STATE_CHANGE_URL",
        value_name = "URL",
        help_heading = "Provider states"
    )]
    pub(super) state_change_url: Option<String>,
    /// Send the state in the query of that URL instead of a body
    #[arg(long, requires = "state_change_url", help_heading = "Provider states")]
    pub(super) state_change_as_query: bool,
    /// Send another request after each interaction to tear the state down
    #[arg(long, requires = "state_change_url", help_heading = "Provider states")]
    pub(super) state_change_teardown: bool,
    /// Seconds that setting up or tearing down one state may take
    #[arg(
        long,
        default_value_t = 60,
        value_name = "SECONDS",
        value_parser = positive,
        help_heading = "Provider states"
    )]
    pub(super) state_change_timeout: u64,
    /// Do not fail on provider states that nothing sets
    #[arg(long, conflicts_with = "state_change_url", help_heading = "Provider states")]
    pub(super) ignore_states: bool,

    /// Publish the results of contracts that came from a broker
    #[arg(long, env = "CONTRACT_PUBLISH", help_heading = "Results")]
    pub(super) publish: bool,
    /// Version of the provider, ideally the commit hash; with --publish by default the commit from CI or Git
    #[arg(
        long,
        env = "CONTRACT_PROVIDER_VERSION",
        value_name = "VERSION",
        help_heading = "Results"
    )]
    pub(super) provider_version: Option<String>,
    /// Branch of the version; with --publish by default the one from CI or Git
    #[arg(
        long,
        env = "CONTRACT_PROVIDER_BRANCH",
        value_name = "BRANCH",
        help_heading = "Results"
    )]
    pub(super) provider_branch: Option<String>,
    /// Tag of the version; may be repeated
    #[arg(
        long = "provider-tag",
        visible_alias = "provider-tags",
        value_delimiter = ',',
        value_name = "TAG",
        help_heading = "Results"
    )]
    pub(super) provider_tags: Vec<String>,
    /// URL of the build; with --publish by default from CI
    #[arg(
        long,
        env = "CONTRACT_BUILD_URL",
        value_name = "URL",
        help_heading = "Results"
    )]
    pub(super) build_url: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t, help_heading = "Results")]
    pub(super) output: Format,
    /// File for the result; the text for people is still shown
    #[arg(long, value_name = "PATH", help_heading = "Results")]
    pub(super) output_file: Option<PathBuf>,

    /// Write a report to a file: json=PATH, junit=PATH, html=PATH, markdown=PATH or sarif=PATH; or github, for
    /// annotations and a job summary on GitHub Actions; may be repeated
    #[arg(long = "report", value_name = "FORMAT=PATH", help_heading = "Results")]
    pub(super) reports: Vec<ReportTarget>,

    #[command(flatten)]
    pub(super) credentials: Credentials,
    #[clap(skip)]
    pub(crate) said: Said,
}

/// Values given on the command line itself, because the environment of a pipeline is the same for all its
/// commands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said {
    broker_url: bool,
    publish: bool,
}

impl Said {
    /// Returns the values given on the command line of `contract verify`.
    pub(crate) fn read(matches: &ArgMatches) -> Self {
        let says = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
        Self {
            broker_url: says("broker_url"),
            publish: says("publish"),
        }
    }
}

impl Arguments {
    /// Returns the broker whose contracts are verified, if any.
    pub(super) fn asked_broker(&self) -> Option<&str> {
        let url = self.broker_url.as_deref()?;
        let no_source = self.files.is_empty() && self.directories.is_empty() && self.urls.is_empty();
        let is_selected = self.has_selectors() || self.include_wip_since.is_some();
        let is_added = self.said.broker_url && self.urls.is_empty();
        (no_source || is_selected || is_added).then_some(url)
    }

    /// Detects the provider version to publish under, as far as it is not given.
    ///
    /// # Errors
    ///
    /// `Usage` if results are to be published and no version can be detected.
    pub(super) fn find_version(&mut self, facts: &Facts) -> Result<(), Error> {
        if self.publish {
            let version = facts.version(self.provider_version.take()).map_err(|_| {
                Error::new(
                    ErrorKind::Usage,
                    "results of which version? Give --provider-version: it cannot be determined from a CI \
                     system or Git",
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

    /// Rejects flags that have no effect without others.
    pub(super) fn check(&self) -> Result<(), Error> {
        let usage = |text: &str| Err(Error::new(ErrorKind::Usage, text));
        let asks_broker = self.asked_broker().is_some();
        if !asks_broker && self.has_selectors() {
            return usage(
                "--selector selects contracts of a broker: give --broker-url, or set CONTRACT_BROKER_URL",
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
                    "--publish needs contracts from a broker, not from files and directories: \
                     give --broker-url or --url",
                );
            }
        }
        Ok(())
    }
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
        format!("expected a selector, such as {{\"mainBranch\": true}}, or an array of them: {error}")
    })
}

fn transport(text: &str) -> Result<(String, String), String> {
    let (name, url) = text.split_once('=').ok_or("write it as NAME=URL")?;
    if name.is_empty() {
        return Err("write it as NAME=URL".to_owned());
    }
    Ok((name.to_owned(), url.to_owned()))
}

/// Parses `65536`, `64KiB`, `64 MiB`.
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
        .map_err(|_| "it does not begin with a number".to_owned())?;
    number
        .checked_mul(unit)
        .ok_or_else(|| "it is too large".to_owned())
}
