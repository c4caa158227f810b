//! From a command to what it does.

use contract_core::Error;

use super::{
    can_i_deploy, check, create_environment, diff, list, prune, publish, record_deployment, record_release,
    record_support_ended, record_undeployment, stub, verify,
};
use crate::arguments::Command;
use crate::exit::Exit;

pub(crate) async fn run(command: Command) -> Result<Exit, Error> {
    match command {
        Command::Publish(arguments) => publish::run(arguments).await,
        Command::Verify(arguments) => verify::run(*arguments).await,
        Command::CanIDeploy(arguments) => can_i_deploy::run(arguments).await,
        Command::RecordDeployment(arguments) => record_deployment::run(arguments).await,
        Command::RecordUndeployment(arguments) => record_undeployment::run(arguments).await,
        Command::RecordRelease(arguments) => record_release::run(arguments).await,
        Command::RecordSupportEnded(arguments) => record_support_ended::run(arguments).await,
        Command::CreateEnvironment(arguments) => create_environment::run(arguments).await,
        Command::List(arguments) => list::run(arguments).await,
        Command::Stub(arguments) => stub::run(arguments).await,
        Command::Check(arguments) => check::run(&arguments),
        Command::Diff(arguments) => diff::run(arguments).await,
        Command::Prune(arguments) => prune::run(arguments).await,
    }
}
