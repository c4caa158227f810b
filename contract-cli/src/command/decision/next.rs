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
            // The result is published under this version.
            None => match &row.provider_version {
                Some(version) => {
                    format!("verify the contract, in a checkout of {provider} version {version}")
                }
                None => format!("verify the contract, in a checkout of {provider}"),
            },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_for_a_known_version_is_made_in_a_checkout_of_that_version() {
        let row = |provider_version: Option<&str>| MatrixRow {
            consumer: "web".to_owned(),
            consumer_version: "1".to_owned(),
            provider: "api".to_owned(),
            provider_version: provider_version.map(str::to_owned),
            success: None,
            verified_at: None,
            verification_type: None,
            ignored: false,
            contract_url: Some("http://broker/contract".to_owned()),
            result_url: None,
        };
        let first = |version| steps(&row(version), Some("prod"), "http://broker").remove(0);
        let known = first(Some("7"));
        assert_eq!(known.what, "verify the contract, in a checkout of api version 7");
        assert!(
            known.command.ends_with("--provider-version 7"),
            "{}",
            known.command
        );
        let unknown = first(None);
        assert_eq!(unknown.what, "verify the contract, in a checkout of api");
        assert!(
            unknown.command.contains("git rev-parse HEAD"),
            "{}",
            unknown.command
        );
    }
}
