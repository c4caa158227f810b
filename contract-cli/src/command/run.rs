//! Dispatches commands.

use contract_core::Error;

use super::{
    audit, branches, can_i_deploy, can_i_merge, check, completions, contracts, create_environment,
    deployments, diff, environments, export, format, import, list, login, logout, man, mock, openapi,
    pacticipants, provider_states, prune, publish, publish_provider_contract, record_deployment,
    record_release, record_support_ended, record_undeployment, results, review, roles, secrets, stub,
    system_accounts, tags, teams, tenants, tokens, users, verify, versions, webhooks,
};
use crate::arguments::Command;
use crate::exit::Exit;

pub(crate) async fn run(command: Command) -> Result<Exit, Error> {
    match command {
        Command::Publish(arguments) => publish::run(arguments).await,
        Command::PublishProviderContract(arguments) => publish_provider_contract::run(arguments).await,
        Command::Verify(arguments) => verify::run(*arguments).await,
        Command::CanIDeploy(arguments) => can_i_deploy::run(arguments).await,
        Command::CanIMerge(arguments) => can_i_merge::run(arguments).await,
        Command::RecordDeployment(arguments) => record_deployment::run(arguments).await,
        Command::RecordUndeployment(arguments) => record_undeployment::run(arguments).await,
        Command::RecordRelease(arguments) => record_release::run(arguments).await,
        Command::RecordSupportEnded(arguments) => record_support_ended::run(arguments).await,
        Command::Pacticipants(arguments) => pacticipants::run(arguments).await,
        Command::Versions(arguments) => versions::run(arguments).await,
        Command::Branches(arguments) => branches::run(arguments).await,
        Command::Tags(arguments) => tags::run(arguments).await,
        Command::Environments(arguments) => environments::run(arguments).await,
        Command::Deployments(arguments) => deployments::run(arguments).await,
        Command::Webhooks(arguments) => webhooks::run(arguments).await,
        Command::Users(arguments) => users::run(arguments).await,
        Command::SystemAccounts(arguments) => system_accounts::run(arguments).await,
        Command::Teams(arguments) => teams::run(arguments).await,
        Command::Roles(arguments) => roles::run(arguments).await,
        Command::Tenants(arguments) => tenants::run(arguments).await,
        Command::Tokens(arguments) => tokens::run(arguments).await,
        Command::Secrets(arguments) => secrets::run(arguments).await,
        Command::Audit(arguments) => audit::run(arguments).await,
        Command::Contracts(arguments) => contracts::run(arguments).await,
        Command::ProviderStates(arguments) => provider_states::run(arguments).await,
        Command::Results(arguments) => results::run(arguments).await,
        Command::CreateEnvironment(arguments) => create_environment::run(arguments).await,
        Command::List(arguments) => list::run(arguments).await,
        Command::Login(arguments) => login::run(&arguments).await,
        Command::Logout(arguments) => logout::run(&arguments).await,
        Command::Mock(arguments) => mock::run(arguments).await,
        Command::Stub(arguments) => stub::run(arguments).await,
        Command::Check(arguments) => check::run(&arguments),
        Command::Format(arguments) => format::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Import(arguments) => import::run(*arguments),
        Command::Diff(arguments) => diff::run(arguments).await,
        Command::Openapi(arguments) => openapi::run(arguments),
        Command::Prune(arguments) => prune::run(arguments).await,
        Command::Review(arguments) => review::run(&arguments),
        Command::Completions(arguments) => Ok(completions::run(&arguments)),
        Command::Man(arguments) => man::run(&arguments),
    }
}
