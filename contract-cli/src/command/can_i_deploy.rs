//! `contract can-i-deploy`

use std::fmt::Write as _;
use std::time::Duration;

use clap::{ArgGroup, Args};
use contract_core::Error;
use contract_core::broker::{CanIDeploy, MatrixRow, Verdict};

use crate::broker::BrokerArguments;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};
use crate::shell::quoted;

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("which").required(true).args(["version", "branch", "latest"])),
    group(ArgGroup::new("where").args(["to", "to_tag", "to_main_branch"])),
)]
pub(crate) struct Arguments {
    /// The application
    #[arg(value_name = "NAME")]
    pacticipant: String,
    /// Version to check
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// The head of this branch
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// The newest version
    #[arg(long)]
    latest: bool,
    /// Target environment
    #[arg(long, visible_alias = "to-environment", value_name = "ENVIRONMENT")]
    to: Option<String>,
    /// Beside the newest versions with this tag
    #[arg(long, value_name = "TAG")]
    to_tag: Option<String>,
    /// Beside the heads of the main branches: may it be merged?
    #[arg(long)]
    to_main_branch: bool,
    /// An application to leave out, or one version of it; may be given more than once
    #[arg(long, value_name = "NAME[=VERSION]")]
    ignore: Vec<String>,
    /// Retries while a verification result is missing
    #[arg(long, default_value_t = 0, value_name = "TIMES")]
    retry_while_unknown: u32,
    /// Seconds between retries
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    retry_interval: u64,
    /// Say what the answer is, and exit with 0 all the same
    #[arg(long)]
    dry_run: bool,
    /// How the answer is shown
    #[arg(long, value_enum, default_value_t)]
    output: PlainFormat,
    #[command(flatten)]
    broker: BrokerArguments,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let verdict = arguments
        .broker
        .client()?
        .can_i_deploy(&question(&arguments))
        .await?;
    match arguments.output {
        PlainFormat::Json => output::json(&verdict.document),
        PlainFormat::Text => output::result(&text(&verdict, &next(&arguments, &verdict))),
    }
    Ok(if verdict.deployable == Some(true) || arguments.dry_run {
        Exit::Fine
    } else {
        Exit::No
    })
}

fn question(arguments: &Arguments) -> CanIDeploy {
    let name = &arguments.pacticipant;
    let mut question = match (&arguments.version, &arguments.branch) {
        (Some(version), _) => CanIDeploy::version(name, version),
        (None, Some(branch)) => CanIDeploy::branch(name, branch),
        (None, None) => CanIDeploy::latest(name),
    };
    if let Some(environment) = &arguments.to {
        question = question.to_environment(environment);
    } else if let Some(tag) = &arguments.to_tag {
        question = question.to_tag(tag);
    } else if arguments.to_main_branch {
        question = question.to_main_branch();
    }
    for ignored in &arguments.ignore {
        question = match ignored.split_once('=') {
            Some((name, version)) => question.ignore(name, Some(version.to_owned())),
            None => question.ignore(ignored, None),
        };
    }
    question.retry_while_unknown(
        arguments.retry_while_unknown,
        Duration::from_secs(arguments.retry_interval),
    )
}

/// Commands shown at most.
const COMMANDS: usize = 5;

/// The commands that bring what is missing, each with what it is for. They can be pasted as they are, in a checkout of the
/// provider; what the environment says already is left out.
fn next(arguments: &Arguments, verdict: &Verdict) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for row in verdict.matrix.iter().filter(|row| !row.ignored) {
        let step = match row.success {
            Some(true) => continue,
            Some(false) => format!("see how {} fails, in a checkout of it:", row.provider),
            None => format!("verify the contract, in a checkout of {}:", row.provider),
        };
        steps.extend(verify_command(row).map(|command| format!("{step}\n  {command}")));
        if let (None, None, Some(environment)) = (row.success, &row.provider_version, &arguments.to) {
            steps.push(format!(
                "if a version of {} is in {environment} and that was not recorded, in a checkout of that version:\n  {}",
                row.provider,
                record_command(arguments, &row.provider, environment)
            ));
        }
    }
    let mut seen = std::collections::HashSet::new();
    steps.retain(|step| seen.insert(step.clone()));
    steps.truncate(COMMANDS);
    steps
}

/// The command that verifies the row's contract, and publishes a result that is missing.
fn verify_command(row: &MatrixRow) -> Option<String> {
    let url = row.contract_url.as_ref()?;
    let mut command = format!("contract verify --provider {}", quoted(&row.provider));
    if !is_set("CONTRACT_PROVIDER_URL") {
        command.push_str(" --provider-url http://127.0.0.1:8080");
    }
    let _ = write!(command, " --url {}", quoted(url));
    if row.success.is_none() {
        command.push_str(" --publish");
        let _ = write!(
            command,
            " --provider-version {}",
            version_of(row.provider_version.as_deref())
        );
    }
    Some(command)
}

fn record_command(arguments: &Arguments, pacticipant: &str, environment: &str) -> String {
    let mut command = format!(
        "contract record-deployment {} --version {} --environment {}",
        quoted(pacticipant),
        version_of(None),
        quoted(environment)
    );
    let broker = &arguments.broker.broker_url;
    if std::env::var("CONTRACT_BROKER_URL").ok().as_ref() != Some(broker) {
        let _ = write!(command, " --broker-url {}", quoted(broker));
    }
    command
}

/// A known version, or the one that is checked out.
fn version_of(known: Option<&str>) -> String {
    known.map_or_else(|| "\"$(git rev-parse HEAD)\"".to_owned(), quoted)
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// The pairs of versions, then what the broker says, then what to do, then the decision.
fn text(verdict: &Verdict, next: &[String]) -> String {
    let mut text = String::new();
    let rows: Vec<[String; 3]> = verdict
        .matrix
        .iter()
        .map(|row| {
            let result = match (row.ignored, row.success) {
                (true, _) => "ignored",
                (_, Some(true)) => "verified",
                (_, Some(false)) => "failed",
                (_, None) => "not verified",
            };
            [
                format!("{} {}", row.consumer, row.consumer_version),
                format!(
                    "{} {}",
                    row.provider,
                    row.provider_version.as_deref().unwrap_or("(none)")
                ),
                result.to_owned(),
            ]
        })
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let (consumers, providers) = (width(0), width(1));
    for [consumer, provider, result] in &rows {
        let _ = writeln!(
            text,
            "  {consumer:<consumers$} → {provider:<providers$}  {result}"
        );
    }
    if !rows.is_empty() {
        text.push('\n');
    }
    if verdict.notices.is_empty() {
        let _ = writeln!(text, "{}", verdict.reason);
    }
    for notice in &verdict.notices {
        let _ = writeln!(text, "{}", notice.text);
    }
    if !next.is_empty() {
        text.push('\n');
    }
    for step in next {
        let _ = writeln!(text, "Next: {step}");
    }
    if !next.is_empty() {
        text.push('\n');
    }
    text.push_str(match verdict.deployable {
        Some(true) => "safe to deploy\n",
        Some(false) => "not safe to deploy\n",
        None => "unknown: not verified yet\n",
    });
    text
}
