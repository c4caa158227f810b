//! Commands that fix a negative verdict.

use std::fmt::Write as _;

use contract_core::broker::MatrixRow;
use serde::Serialize;

use crate::shell::quoted;

/// A command with its purpose. It can be pasted in a checkout of the provider; what the environment already defines is
/// omitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Step {
    pub(super) what: String,
    pub(super) command: String,
}

/// Returns what to do about a pair of versions that prevents the deployment.
pub(super) fn steps(row: &MatrixRow, environment: Option<&str>, broker_url: &str) -> Vec<Step> {
    let provider = &row.provider;
    let mut steps = Vec::new();
    if row.is_comparison() {
        return steps;
    }
    if let Some(command) = verify_command(row) {
        let what = match row.success {
            None => format!("verify the contract, in a checkout of {provider}"),
            Some(_) => format!("reproduce the failure of {provider}, in a checkout of it"),
        };
        steps.push(Step { what, command });
    }
    if let (None, None, Some(environment)) = (row.success, &row.provider_version, environment) {
        steps.push(Step {
            what: format!(
                "if a version of {provider} is in {environment} but not recorded, in a checkout of that version"
            ),
            command: record_command(provider, environment, broker_url),
        });
    }
    steps
}

/// Returns the command that verifies the row's contract, and publishes a missing result.
fn verify_command(row: &MatrixRow) -> Option<String> {
    let url = row.contract_url.as_ref()?;
    let mut command = format!("contract verify --provider {}", quoted(&row.provider));
    if !is_set("CONTRACT_PROVIDER_URL") {
        command.push_str(" --provider-url http://127.0.0.1:8080");
    }
    let _ = write!(command, " --url {}", quoted(url));
    if row.success.is_none() {
        let version = version_of(row.provider_version.as_deref());
        let _ = write!(command, " --publish --provider-version {version}");
    }
    Some(command)
}

fn record_command(pacticipant: &str, environment: &str, broker_url: &str) -> String {
    let mut command = format!(
        "contract record-deployment {} --version {} --environment {}",
        quoted(pacticipant),
        version_of(None),
        quoted(environment)
    );
    if std::env::var("CONTRACT_BROKER_URL").ok().as_deref() != Some(broker_url) {
        let _ = write!(command, " --broker-url {}", quoted(broker_url));
    }
    command
}

/// Returns a known version, or a command for the checked-out one.
fn version_of(known: Option<&str>) -> String {
    known.map_or_else(|| "\"$(git rev-parse HEAD)\"".to_owned(), quoted)
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
