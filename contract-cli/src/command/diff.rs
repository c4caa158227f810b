//! `contract diff`

use clap::{Args, ValueEnum};
use contract_core::Error;
use contract_core::diff::{Diff, Effect};

use crate::broker::Credentials;
use crate::exit::Exit;
use crate::output::{self, OutputArguments, PlainFormat};
use crate::source::Source;

#[derive(Debug, Args)]
#[command(
    after_help = "A contract is a file, REVISION:PATH for a file of another Git revision, or the address of a \
                  contract in a broker.\n\nBreaking: a provider that fulfilled the old contract may fail the new one. \
                  Relaxing: the new contract requires less. Neutral: it requires the same.\n\n\
                  Example: contract diff main:contracts/web-api.json contracts/web-api.json"
)]
pub(crate) struct Arguments {
    /// Old contract
    #[arg(value_name = "OLD")]
    before: Source,
    /// New contract
    #[arg(value_name = "NEW")]
    after: Source,
    /// Exit with 1 if there are changes with this effect or a worse one
    #[arg(long, value_enum, value_name = "EFFECT")]
    fail_on: Option<FailOn>,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    credentials: Credentials,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    /// The provider may fail
    Breaking,
    /// Less is required
    Relaxing,
    /// Any change
    Neutral,
}

impl From<FailOn> for Effect {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Breaking => Self::Breaking,
            FailOn::Relaxing => Self::Relaxing,
            FailOn::Neutral => Self::Neutral,
        }
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    let before = arguments.before.read(&arguments.credentials).await?;
    let after = arguments.after.read(&arguments.credentials).await?;
    for (what, before, after) in [
        ("consumers", &before.consumer.name, &after.consumer.name),
        ("providers", &before.provider.name, &after.provider.name),
    ] {
        if before != after {
            output::warning(&format!(
                "the contracts have different {what}: {before} and {after}"
            ));
        }
    }
    let diff = Diff::between(&before, &after);
    match arguments.output.format {
        PlainFormat::Text => output::result(&diff.text(output::style())),
        PlainFormat::Json => output::json(&diff),
    }
    let fails = arguments
        .fail_on
        .is_some_and(|worst| diff.effect() >= Some(worst.into()));
    Ok(if fails { Exit::No } else { Exit::Fine })
}
