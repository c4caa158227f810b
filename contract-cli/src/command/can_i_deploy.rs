//! `contract can-i-deploy`

use std::fmt::Write as _;
use std::time::Duration;

use clap::{ArgGroup, Args};
use contract_core::Error;
use contract_core::broker::{CanIDeploy, Verdict};

use crate::broker::BrokerArguments;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("which").required(true).args(["version", "branch", "latest"])),
    group(ArgGroup::new("where").args(["to", "to_tag", "to_main_branch"])),
)]
pub(crate) struct Arguments {
    /// The application
    #[arg(value_name = "NAME")]
    pacticipant: String,
    /// This version of it
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// The head of this branch
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// The newest version
    #[arg(long)]
    latest: bool,
    /// To this environment
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
    /// Ask again so many times while a verification result is missing
    #[arg(long, default_value_t = 0, value_name = "TIMES")]
    retry_while_unknown: u32,
    /// So many seconds apart
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
        PlainFormat::Text => output::result(&text(&verdict)),
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

/// The pairs of versions, then what the broker says, then the decision.
fn text(verdict: &Verdict) -> String {
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
    text.push_str(match verdict.deployable {
        Some(true) => "yes: it may be deployed\n",
        Some(false) => "no: it may not be deployed\n",
        None => "no: a verification result is missing\n",
    });
    text
}
