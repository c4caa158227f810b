//! Which CI jobs get a token of the broker, and of which account.

use serde::{Deserialize, Serialize};

use super::{is_issuer, tables::Entry, tenants::unusable_tenant};
use crate::domain::access::check;

/// The issuer of GitHub's CI jobs.
const GITHUB: &str = "https://token.actions.githubusercontent.com";
/// The issuer of the CI jobs of gitlab.com.
const GITLAB: &str = "https://gitlab.com";
/// The longest life of a token that a job gets, in minutes.
const LONGEST: u32 = 30;

/// Jobs of one repository, project, owner or group, and what they get. Whatever a rule says must be so; a text that ends in `*`
/// fits everything that begins like it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CiRule {
    /// What logs and the audit log call the rule.
    pub name: String,
    /// The tenant in which it holds; needed in a broker with tenants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Who signs the tokens of the jobs: `github`, `gitlab` (gitlab.com), or the address of an issuer.
    pub issuer: String,
    /// The number of a repository (GitHub).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_id: Option<u64>,
    /// The number of a user or an organisation: all their repositories (GitHub).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_owner_id: Option<u64>,
    /// The number of a project (GitLab).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<u64>,
    /// The number of a user or a group: all projects in it, and none in its subgroups (GitLab).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace_id: Option<u64>,
    /// Branches and tags: `refs/heads/main`, `refs/tags/v*`. With GitLab also names alone, such as `main`, which are those of
    /// branches and of tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<String>,
    /// Whether the branch or tag must be protected.
    #[serde(default, skip_serializing_if = "is_false")]
    pub protected: bool,
    /// Environments of the CI system.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<String>,
    /// What started the job: `push`, `pull_request`, `schedule`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// Files of workflows with their ref (`job_workflow_ref` of GitHub, `ci_config_ref_uri` of GitLab).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workflows: Vec<String>,
    /// The system account that the token belongs to: its name or its uuid.
    pub account: String,
    /// What the token is narrowed to; empty is everything that the account may do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// Whether the token only reads.
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// How long the token works: at most 30.
    #[serde(default = "fifteen")]
    pub minutes: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

fn fifteen() -> u32 {
    15
}

impl CiRule {
    /// What `iss` of the tokens of the jobs is.
    pub(crate) fn issuer_address(&self) -> &str {
        match self.issuer.as_str() {
            "github" => GITHUB,
            "gitlab" => GITLAB,
            address => address,
        }
    }
}

impl Entry for CiRule {
    fn check(&self) -> Result<(), String> {
        let name = &self.name;
        let refused = |problem: String| Err(format!("rule {name:?}: {problem}"));
        if name.trim().is_empty() {
            return Err("name is empty: logs name a rule by it".to_owned());
        }
        if !is_issuer(self.issuer_address()) {
            return refused(format!(
                "issuer is {:?}, expected github, gitlab or an address such as https://gitlab.example.org",
                self.issuer
            ));
        }
        if let Some(problem) = unusable_tenant(self.tenant.as_deref()) {
            return refused(problem);
        }
        let pins = [
            self.repository_id,
            self.repository_owner_id,
            self.project_id,
            self.namespace_id,
        ];
        if pins.iter().all(Option::is_none) {
            return refused(
                "one of repository_id, repository_owner_id, project_id and namespace_id is needed: a name can pass to \
                 somebody else, its number cannot"
                    .to_owned(),
            );
        }
        if self.account.trim().is_empty() {
            return refused("account is empty: name a system account".to_owned());
        }
        if !(1..=LONGEST).contains(&self.minutes) {
            return refused(format!("minutes is {}, expected 1 to {LONGEST}", self.minutes));
        }
        let lists = [&self.refs, &self.environments, &self.events, &self.workflows];
        if lists
            .into_iter()
            .flatten()
            .any(|text| text.trim_matches('*').is_empty())
        {
            return refused("a text in a list is empty or only *: leave the list out instead".to_owned());
        }
        match self
            .permissions
            .iter()
            .find_map(|permission| check(permission).err())
        {
            Some(problem) => refused(format!("permissions: {problem}")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Raw, Tables, Value as _};

    fn problem(rule: &str) -> String {
        let read = Tables::<CiRule>::parse(Raw::Text(rule.to_owned()));
        read.expect_err(rule)
    }

    #[test]
    fn a_rule_says_which_jobs_get_what() {
        let text = r#"{ name = "web", issuer = "github", repository_id = 42, account = "web build" }"#;
        let Tables(rules) = Tables::<CiRule>::parse(Raw::Text(text.to_owned())).expect("a rule");
        assert_eq!(
            rules[0].issuer_address(),
            "https://token.actions.githubusercontent.com"
        );
        assert_eq!((rules[0].minutes, rules[0].read_only), (15, false));
    }

    #[test]
    fn a_rule_that_would_let_others_in_is_refused() {
        let rule = |rest: &str| format!(r#"{{ name = "web", issuer = "github", account = "x", {rest} }}"#);
        for (text, expected) in [
            (rule(r#"refs = ["main"]"#), "one of repository_id"),
            (rule("repository_id = \"org/web\""), "invalid type"),
            (rule("repository = \"org/web\""), "unknown field"),
            (rule("repository_id = 1, minutes = 31"), "expected 1 to 30"),
            (rule("repository_id = 1, minutes = 0"), "expected 1 to 30"),
            (rule("repository_id = 1, refs = [\"*\"]"), "only *"),
            (
                rule("repository_id = 1, permissions = [\"contract_data:mange:*\"]"),
                "permissions:",
            ),
            (
                r#"{ name = "x", issuer = "http://gitlab.example.org", project_id = 1, account = "x" }"#
                    .to_owned(),
                "expected github, gitlab or an address",
            ),
            (
                r#"{ name = "", issuer = "github", repository_id = 1, account = "x" }"#.to_owned(),
                "name is empty",
            ),
            (
                r#"{ name = "x", issuer = "github", repository_id = 1, account = " " }"#.to_owned(),
                "account is empty",
            ),
        ] {
            let problem = problem(&text);
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }
}
