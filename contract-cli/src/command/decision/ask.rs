//! Queries the broker, and maps the verdict to an exit code.

use std::time::Duration;

use clap::Args;
use contract_core::Error;
use contract_core::broker::{CanIDeploy, Waiting};

use super::explained::explain;
use super::render::{Decision, DecisionFormat};
use super::selectors::Selectors;
use crate::broker::BrokerArguments;
use crate::build::Facts;
use crate::exit::Exit;
use crate::output;
use crate::progress::{self, Progress};

/// The common arguments of both commands.
#[derive(Debug, Args)]
pub(in crate::command) struct Question {
    #[command(flatten)]
    selectors: Selectors,
    /// Application to ignore, or one version of it; may be repeated
    #[arg(long, value_name = "NAME[=VERSION]")]
    ignore: Vec<String>,
    /// Retries while a verification result is missing
    #[arg(long, default_value_t = 0, value_name = "TIMES")]
    retry_while_unknown: u32,
    /// Seconds between retries; while a comparison is being made, as many as the broker asks for
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    retry_interval: u64,
    /// Show the verdict, but always exit with 0
    #[arg(long, env = "CONTRACT_CAN_I_DEPLOY_DRY_RUN")]
    dry_run: bool,
    /// Output format
    #[arg(long, short = 'o', value_enum, default_value_t, help_heading = "Output")]
    output: DecisionFormat,
    #[command(flatten)]
    broker: BrokerArguments,
}

/// What the versions are checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) enum Target {
    /// The versions in this environment.
    Environment(String),
    /// The newest versions with this tag.
    Tag(String),
    /// The heads of the main branches, before a deployment.
    MainBranches,
    /// The heads of the main branches, before a merge.
    Merge,
    /// The newest versions, or each other if there are several.
    Nothing,
}

impl Target {
    /// Returns the intended action: `deploy`.
    pub(super) fn verb(&self) -> &'static str {
        match self {
            Self::Merge => "merge",
            _ => "deploy",
        }
    }

    /// Describes the target: `to production`.
    fn place(&self, applications: usize) -> String {
        match self {
            Self::Environment(name) => format!("to {name}"),
            Self::Tag(tag) => format!("with the newest versions with the tag {tag}"),
            Self::MainBranches | Self::Merge => "with the main branches".to_owned(),
            Self::Nothing if applications > 1 => "together".to_owned(),
            Self::Nothing => "with the newest versions".to_owned(),
        }
    }

    fn aim(&self, question: CanIDeploy) -> CanIDeploy {
        match self {
            Self::Environment(name) => question.to_environment(name),
            Self::Tag(tag) => question.to_tag(tag),
            Self::MainBranches | Self::Merge => question.to_main_branch(),
            Self::Nothing => question,
        }
    }
}

/// Checks whether the versions work with the target, and shows the verdict.
pub(in crate::command) async fn ask(question: Question, target: Target) -> Result<Exit, Error> {
    let client = question.broker.client()?;
    let names = question.selectors.names();
    let (subject, place) = (names.join(", "), target.place(names.len()));
    let mut asked = target.aim(question.selectors.question(&Facts::of_process())?);
    for ignored in &question.ignore {
        asked = match ignored.split_once('=') {
            Some((name, version)) => asked.ignore(name, Some(version.to_owned())),
            None => asked.ignore(ignored, None),
        };
    }
    let interval = Duration::from_secs(question.retry_interval);
    asked = asked.retry_while_unknown(question.retry_while_unknown, interval);
    let verdict = client.can_i_deploy_watched(&asked, show_waits()).await?;
    let environment = match &target {
        Target::Environment(name) => Some(name.as_str()),
        _ => None,
    };
    let pairs = explain(&client, &verdict, environment, &question.broker.broker_url).await;
    let decision = Decision {
        verb: target.verb(),
        subject,
        place,
        verdict,
        pairs,
    };
    decision.show(question.output);
    Ok(match decision.verdict.deployable {
        Some(true) => Exit::Fine,
        _ if question.dry_run => Exit::Fine,
        _ => Exit::No,
    })
}

/// Returns a function that shows a wait for missing results: on a terminal the seconds left, elsewhere a line.
fn show_waits() -> impl FnMut(Waiting) {
    let mut shown: Option<Progress> = None;
    move |waiting| {
        let results = match waiting.unknown {
            1 => "1 verification result is missing".to_owned(),
            several => format!("{several} verification results are missing"),
        };
        let retry = format!("retry {} of {}", waiting.retry, waiting.retries);
        if progress::is_shown() {
            let why = format!("{results}; {retry} in");
            // The previous wait is over.
            drop(shown.replace(Progress::wait(why, waiting.interval)));
        } else {
            let seconds = waiting.interval.as_secs();
            let asked = if waiting.is_requested {
                ", as the broker asks"
            } else {
                ""
            };
            output::note(&format!("{results}; retrying in {seconds} s{asked} ({retry})"));
        }
    }
}
