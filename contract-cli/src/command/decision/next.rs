//! The commands that bring what is missing.

use std::fmt::Write as _;

use contract_core::broker::MatrixRow;
use serde::Serialize;

use crate::shell::quoted;

/// A command with what it is for. It can be pasted as it is, in a checkout of the provider; what the environment says
/// already is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Step {
    pub(super) what: String,
    pub(super) command: String,
}

/// What to do about a pair of versions that stands in the way.
pub(super) fn steps(row: &MatrixRow, environment: Option<&str>, broker_url: &str) -> Vec<Step> {
    let provider = &row.provider;
    let mut steps = Vec::new();
    if let Some(command) = verify_command(row) {
        let what = match row.success {
            None => format!("verify the contract, in a checkout of {provider}"),
            Some(_) => format!("see how {provider} fails, in a checkout of it"),
        };
        steps.push(Step { what, command });
    }
    if let (None, None, Some(environment)) = (row.success, &row.provider_version, environment) {
        steps.push(Step {
            what: format!(
                "if a version of {provider} is in {environment} and that was not recorded, in a checkout of that version"
            ),
            command: record_command(provider, environment, broker_url),
        });
    }
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

/// A known version, or the one that is checked out.
fn version_of(known: Option<&str>) -> String {
    known.map_or_else(|| "\"$(git rev-parse HEAD)\"".to_owned(), quoted)
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
