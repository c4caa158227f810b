//! `contract can-i-deploy`

use clap::{ArgGroup, Args};
use contract_core::Error;

use super::decision::{self, Question, Target};
use crate::exit::Exit;

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("where").args(["to", "to_tag", "to_main_branch"])),
    after_help = "Examples:\n  contract can-i-deploy orders-web --to production\n  \
                  contract can-i-deploy orders-web --version 1.4.0 orders-api --main-branch"
)]
pub(crate) struct Arguments {
    /// Target environment
    #[arg(long, visible_alias = "to-environment", value_name = "ENVIRONMENT")]
    to: Option<String>,
    /// Check against the newest versions with this tag
    #[arg(long, value_name = "TAG")]
    to_tag: Option<String>,
    /// Check against the heads of the main branches; the same as `contract can-i-merge`
    #[arg(long)]
    to_main_branch: bool,
    #[command(flatten)]
    question: Question,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let Arguments {
        to,
        to_tag,
        to_main_branch,
        question,
    } = arguments;
    let target = match (to, to_tag) {
        (Some(environment), _) => Target::Environment(environment),
        (None, Some(tag)) => Target::Tag(tag),
        (None, None) if to_main_branch => Target::MainBranches,
        (None, None) => Target::Nothing,
    };
    decision::ask(question, target).await
}
