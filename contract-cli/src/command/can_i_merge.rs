//! `contract can-i-merge`

use clap::Args;
use contract_core::Error;

use super::decision::{self, Question, Target};
use crate::exit::Exit;

#[derive(Debug, Args)]
#[command(after_help = "Example: contract can-i-merge orders-web")]
pub(crate) struct Arguments {
    #[command(flatten)]
    question: Question,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    decision::ask(arguments.question, Target::Merge).await
}
