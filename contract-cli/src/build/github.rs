//! Facts that GitHub Actions provides in a file instead of a variable.

use serde_json::Value;

use super::Variables;

/// The name of the variable added by [`with_pull_request`].
pub(super) const PULL_REQUEST_COMMIT: &str = "GITHUB_EVENT_PULL_REQUEST_HEAD_SHA";

/// Adds the commit of a pull request. `GITHUB_SHA` is then a merge commit created for the run, which is on no branch.
pub(super) fn with_pull_request(variables: Variables) -> Variables {
    let is_about_one = variables
        .get("GITHUB_EVENT_NAME")
        .is_some_and(|event| event.starts_with("pull_request"));
    let Some(path) = variables.get("GITHUB_EVENT_PATH").filter(|_| is_about_one) else {
        return variables;
    };
    let event = std::fs::read(path)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .unwrap_or_default();
    match event["pull_request"]["head"]["sha"].as_str() {
        Some(commit) => variables.with(PULL_REQUEST_COMMIT, commit.to_owned()),
        None => variables,
    }
}
