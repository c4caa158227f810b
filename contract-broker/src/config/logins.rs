//! Whether the settings of logins and of CI jobs fit together.

use std::{collections::HashSet, time::Duration};

use super::{Config, is_issuer, is_loopback};

/// The shortest time after which an unused login ends: uses are written down every few minutes.
const SHORTEST_IDLE: Duration = Duration::from_mins(15);

impl Config {
    /// Whether people can log in with a provider.
    pub(crate) fn has_login(&self) -> bool {
        self.oidc_issuer.is_some()
    }

    /// Whom the tokens of CI jobs must be for.
    pub(crate) fn ci_audience(&self) -> Option<&str> {
        self.ci_audience.as_deref().or(self.base_url.as_deref())
    }

    /// What of the settings of logins and CI jobs cannot be used.
    pub(super) fn problems_of_logins(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if let Some(issuer) = &self.oidc_issuer {
            if !is_issuer(issuer) {
                problems.push(format!(
                    "oidc.issuer: expected an address such as https://login.example.org, got {issuer:?}"
                ));
            }
            if self.oidc_client_id.is_none() {
                problems.push("oidc.client_id: is missing; oidc.issuer needs it".to_owned());
            }
            match &self.base_url {
                None => problems.push(
                    "base_url: is missing; oidc.issuer needs it, because the provider sends people back to it"
                        .to_owned(),
                ),
                Some(base) if !base.starts_with("https://") && !is_loopback(base) => problems.push(format!(
                    "base_url: {base} has no TLS, and whoever logs in would send their session in clear: use https"
                )),
                Some(_) => {}
            }
            if !self.oidc_scopes.iter().any(|scope| scope == "openid") {
                problems.push("oidc.scopes: openid is missing".to_owned());
            }
        }
        if self.session_idle_timeout < SHORTEST_IDLE {
            problems.push("session.idle_timeout: expected at least 15m".to_owned());
        }
        let rules = &self.ci_rules.0;
        if !rules.is_empty() && self.ci_audience().is_none() {
            problems.push(
                "ci.audience: is missing, and base_url as well; ci.rules need one of them: a token must be \
                 for this broker"
                    .to_owned(),
            );
        }
        let mut names = HashSet::new();
        if let Some(rule) = rules.iter().find(|rule| !names.insert(&rule.name)) {
            problems.push(format!("ci.rules: two rules are named {:?}", rule.name));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn problems(settings: &[(&str, &str)]) -> String {
        let program = [OsString::from("contract-broker")];
        let env = settings
            .iter()
            .map(|(name, value)| (format!("CONTRACT_BROKER_{name}"), (*value).to_owned()));
        Config::load(program, env)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_login_needs_what_it_cannot_do_without() {
        let issuer = ("OIDC_ISSUER", "https://login.example.org");
        let client = ("OIDC_CLIENT_ID", "broker");
        let base = ("BASE_URL", "https://contracts.example.org");
        for (settings, expected) in [
            (&[issuer, client, base][..], ""),
            (&[issuer, client, ("BASE_URL", "http://localhost:9292")], ""),
            (&[issuer, base], "oidc.client_id: is missing"),
            (&[issuer, client], "base_url: is missing"),
            (
                &[issuer, client, ("BASE_URL", "http://contracts.example.org")],
                "has no TLS",
            ),
            (
                &[("OIDC_ISSUER", "http://login.example.org"), client, base],
                "oidc.issuer",
            ),
            (
                &[issuer, client, base, ("OIDC_SCOPES", "email")],
                "openid is missing",
            ),
            (&[("SESSION_IDLE_TIMEOUT", "5m")], "at least 15m"),
        ] {
            let problems = problems(settings);
            assert_eq!(
                problems.is_empty(),
                expected.is_empty(),
                "{settings:?}: {problems}"
            );
            assert!(problems.contains(expected), "{settings:?}: {problems}");
        }
    }

    #[test]
    fn rules_for_jobs_need_an_audience_and_names_of_their_own() {
        let rule = r#"{ name = "web", issuer = "github", repository_id = 1, account = "x" }"#;
        let two = format!("[{rule}, {rule}]");
        assert!(problems(&[("CI_RULES", rule)]).contains("ci.audience: is missing"));
        assert_eq!(problems(&[("CI_RULES", rule), ("CI_AUDIENCE", "x")]), "");
        let same = problems(&[("CI_RULES", &two), ("CI_AUDIENCE", "x")]);
        assert!(same.contains("two rules are named"), "{same}");
    }

    #[test]
    fn a_settings_file_has_rules_as_tables() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("broker.toml");
        let text = "base_url = \"https://x.test\"\n[ci]\n[[ci.rules]]\nname = \"web\"\nissuer = \"gitlab\"\n\
                    project_id = 7\nrefs = [\"main\", \"v*\"]\nprotected = true\naccount = \"web\"\n";
        std::fs::write(&path, text).expect("a file");
        let args = ["contract-broker", "--config", &path.display().to_string()].map(OsString::from);
        let config = Config::load(args, []).expect("settings");
        let rule = &config.ci_rules.0[0];
        assert_eq!((rule.project_id, rule.protected), (Some(7), true));
        assert_eq!(rule.refs, ["main", "v*"]);
    }
}
