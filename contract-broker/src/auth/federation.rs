//! Tokens of CI jobs: who signed one, and which rule fits the job.

use std::collections::BTreeMap;

use super::{
    issuer::{Issuer, Problem},
    issuer_client::IssuerClient,
    jws::{Claims, Fault, Jws},
};
use crate::{
    config::{CiRule, Config},
    domain::access::digest,
};

/// The longest time ago, in seconds, at which the token of a job may have been issued.
const OLDEST: i64 = 60 * 60;
/// What runs code of others with the rights of the repository: a rule has to name these.
const RISKY: [&str; 2] = ["pull_request_target", "workflow_run"];
/// The claims that say what a job is, for the audit log.
const FACTS: [&str; 14] = [
    "repository",
    "repository_id",
    "repository_owner_id",
    "project_path",
    "project_id",
    "namespace_id",
    "ref",
    "ref_protected",
    "environment",
    "event_name",
    "pipeline_source",
    "job_workflow_ref",
    "run_id",
    "pipeline_id",
];

/// The issuers of CI jobs, and the rules.
#[derive(Debug, Default)]
pub(crate) struct Federation {
    /// By what `iss` of their tokens is.
    issuers: BTreeMap<String, Issuer>,
    rules: Vec<CiRule>,
    audience: String,
}

/// A job whose token was verified.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) issuer: String,
    /// `sub` of its token.
    pub(crate) name: String,
    /// The token, as a digest of its id: it is taken once.
    pub(crate) token: String,
    /// Until when the token is valid, in microseconds since 1970.
    pub(crate) expires_at: i64,
    claims: Claims,
}

impl Federation {
    /// The rules of the settings.
    pub(super) fn new(config: &Config, client: &IssuerClient) -> Self {
        let rules = config.ci_rules.0.clone();
        let issuers = rules.iter().map(|rule| {
            let name = rule.issuer_address();
            (name.to_owned(), Issuer::new(name, client.clone()))
        });
        Self {
            issuers: issuers.collect(),
            audience: config.ci_audience().unwrap_or_default().to_owned(),
            rules,
        }
    }

    /// Whether there are any rules.
    pub(crate) fn is_on(&self) -> bool {
        !self.rules.is_empty()
    }

    /// Verifies the token of a job.
    ///
    /// # Errors
    /// It is not accepted, or its issuer cannot be asked.
    pub(crate) async fn verify(&self, token: &str) -> Result<Job, Problem> {
        let name = Jws::read(token)?.claimed_issuer();
        let issuer = self.issuers.get(&name).ok_or_else(|| {
            Fault::Claim(format!(
                "no rule is about the issuer {:?}",
                crate::log_text::bounded(&name, 256)
            ))
        })?;
        let claims = issuer.verify(token, &self.audience, Some(OLDEST)).await?;
        if claims.audiences().len() != 1 {
            return Err(Fault::Claim("aud has several values, expected one".to_owned()).into());
        }
        let missing = |name: &str| Fault::Claim(format!("{name} is missing"));
        let id = claims.text("jti").ok_or_else(|| missing("jti"))?;
        let expires = claims.expires().ok_or_else(|| missing("exp"))?;
        Ok(Job {
            issuer: issuer.name().to_owned(),
            name: claims.text("sub").ok_or_else(|| missing("sub"))?.to_owned(),
            token: digest(id.as_bytes()),
            expires_at: expires.saturating_mul(1_000_000),
            claims,
        })
    }

    /// The first rule that fits a job.
    pub(crate) fn choose(&self, job: &Job) -> Option<&CiRule> {
        self.rules.iter().find(|rule| misfit(rule, job).is_none())
    }

    /// Why each rule does not fit, for the audit log.
    pub(crate) fn misfits(&self, job: &Job) -> Vec<String> {
        let misfits = self.rules.iter().filter_map(|rule| {
            let why = misfit(rule, job)?;
            Some(format!("{}: {why}", rule.name))
        });
        misfits.collect()
    }
}

impl Job {
    /// What the token says of the job, for the audit log.
    pub(crate) fn facts(&self) -> BTreeMap<&'static str, String> {
        let facts = FACTS
            .into_iter()
            .filter_map(|name| Some((name, self.claims.as_text(name)?)));
        facts
            .map(|(name, text)| (name, crate::log_text::bounded(&text, 256)))
            .collect()
    }
}

/// Why a rule does not fit a job; `None` if it does.
fn misfit(rule: &CiRule, job: &Job) -> Option<String> {
    let claims = &job.claims;
    if rule.issuer_address() != job.issuer {
        return Some(format!("is about the issuer {}", rule.issuer_address()));
    }
    for (name, pin) in [
        ("repository_id", rule.repository_id),
        ("repository_owner_id", rule.repository_owner_id),
        ("project_id", rule.project_id),
        ("namespace_id", rule.namespace_id),
    ] {
        let given = claims.as_text(name);
        if let Some(pin) = pin
            && given.as_deref() != Some(&pin.to_string())
        {
            return Some(format!("{name} is {}, expected {pin}", shown(given.as_deref())));
        }
    }
    if rule.protected && !claims.is_true("ref_protected") {
        return Some("the branch or tag is not protected".to_owned());
    }
    let event = claims
        .text("event_name")
        .or_else(|| claims.text("pipeline_source"));
    if let Some(event) = event.filter(|event| RISKY.contains(event))
        && !rule.events.iter().any(|listed| listed == event)
    {
        return Some(format!("the event {event} is allowed only by its own name"));
    }
    let workflow = claims
        .text("job_workflow_ref")
        .or_else(|| claims.text("ci_config_ref_uri"));
    let reference = claims.text("ref");
    let whole = reference.map(|reference| whole_ref(rule, reference, claims.text("ref_type")));
    let fits_ref = |pattern: &String| {
        let given = if pattern.starts_with(REFS) {
            whole.as_deref()
        } else {
            reference
        };
        given.is_some_and(|given| fits(pattern, given))
    };
    if !rule.refs.is_empty() && !rule.refs.iter().any(fits_ref) {
        let given = shown(whole.as_deref());
        return Some(format!("ref is {given}, expected {}", rule.refs.join(" or ")));
    }
    for (name, wanted, given) in [
        ("environment", &rule.environments, claims.text("environment")),
        ("event", &rule.events, event),
        ("workflow", &rule.workflows, workflow),
    ] {
        let fits = given.is_some_and(|given| wanted.iter().any(|pattern| fits(pattern, given)));
        if !wanted.is_empty() && !fits {
            return Some(format!(
                "{name} is {}, expected {}",
                shown(given),
                wanted.join(" or ")
            ));
        }
    }
    None
}

/// What a whole ref begins with.
const REFS: &str = "refs/";

/// The ref with its kind. GitHub writes it so; GitLab writes the name of a branch or a tag alone, and a tag may be called as
/// a protected branch is.
fn whole_ref(rule: &CiRule, reference: &str, kind: Option<&str>) -> String {
    let is_gitlab = rule.project_id.is_some() || rule.namespace_id.is_some();
    match kind.filter(|_| is_gitlab) {
        Some("tag") => format!("{REFS}tags/{reference}"),
        Some("branch") => format!("{REFS}heads/{reference}"),
        _ => reference.to_owned(),
    }
}

fn shown(given: Option<&str>) -> String {
    given.map_or_else(
        || "missing".to_owned(),
        |given| crate::log_text::bounded(given, 256),
    )
}

/// Whether a text is as a pattern says: the same, or, if the pattern ends in `*`, with the same beginning.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => text.starts_with(beginning),
        None => pattern == text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::config::{Raw, Tables, Value as _};

    fn rule(text: &str) -> CiRule {
        let text = format!(r#"{{ name = "rule", account = "ci", {text} }}"#);
        let Tables(mut rules) = Tables::<CiRule>::parse(Raw::Text(text)).expect("a rule");
        rules.remove(0)
    }

    fn job(issuer: &str, claims: &Value) -> Job {
        Job {
            issuer: issuer.to_owned(),
            name: "job".to_owned(),
            token: "x".to_owned(),
            expires_at: 0,
            claims: Claims(claims.as_object().expect("an object").clone()),
        }
    }

    const GITHUB: &str = "https://token.actions.githubusercontent.com";

    /// As GitHub writes it.
    fn github() -> Value {
        json!({
            "sub": "repo:shop/web:ref:refs/heads/main", "repository": "shop/web", "repository_id": "42",
            "repository_owner": "shop", "repository_owner_id": "7", "ref": "refs/heads/main", "ref_type": "branch",
            "ref_protected": "true", "event_name": "push", "run_id": "99", "environment": "production",
            "job_workflow_ref": "shop/web/.github/workflows/ci.yml@refs/heads/main",
        })
    }

    /// As GitLab writes it.
    fn gitlab() -> Value {
        json!({
            "sub": "project_path:shop/web:ref_type:branch:ref:main", "project_path": "shop/web", "project_id": "42",
            "namespace_id": "7", "ref": "main", "ref_type": "branch", "ref_protected": "true",
            "pipeline_source": "push", "pipeline_id": "99",
            "ci_config_ref_uri": "gitlab.com/shop/web//.gitlab-ci.yml@refs/heads/main",
        })
    }

    #[test]
    fn a_rule_fits_the_jobs_that_are_as_it_says() {
        for (text, expected) in [
            ("repository_id = 42", ""),
            ("repository_owner_id = 7", ""),
            (
                r#"repository_id = 42, refs = ["refs/heads/main"], protected = true"#,
                "",
            ),
            (
                r#"repository_id = 42, refs = ["refs/tags/*", "refs/heads/*"]"#,
                "",
            ),
            (
                r#"repository_id = 42, environments = ["production"], events = ["push"]"#,
                "",
            ),
            (
                r#"repository_id = 42, workflows = ["shop/web/.github/workflows/ci.yml@*"]"#,
                "",
            ),
            ("repository_id = 4", "repository_id is 42, expected 4"),
            (
                "repository_id = 42, repository_owner_id = 8",
                "repository_owner_id is 7",
            ),
            ("project_id = 42", "project_id is missing"),
            (
                r#"repository_id = 42, refs = ["refs/heads/mai"]"#,
                "ref is refs/heads/main, expected refs/heads/mai",
            ),
            (
                r#"repository_id = 42, environments = ["test"]"#,
                "environment is production",
            ),
            (
                r#"repository_id = 42, events = ["schedule"]"#,
                "event is push, expected schedule",
            ),
            (
                r#"repository_id = 42, workflows = ["other/*"]"#,
                "workflow is shop/web",
            ),
        ] {
            let rule = rule(&format!(r#"issuer = "github", {text}"#));
            let why = misfit(&rule, &job(GITHUB, &github())).unwrap_or_default();
            assert!(
                why.contains(expected) && why.is_empty() == expected.is_empty(),
                "{text}: {why}"
            );
        }
        for text in [
            "project_id = 42",
            r#"namespace_id = 7, refs = ["main"], protected = true, events = ["push"]"#,
            r#"project_id = 42, workflows = ["gitlab.com/shop/web//*"]"#,
        ] {
            let rule = rule(&format!(r#"issuer = "gitlab", {text}"#));
            assert_eq!(
                misfit(&rule, &job("https://gitlab.com", &gitlab())),
                None,
                "{text}"
            );
            let elsewhere = misfit(&rule, &job("https://gitlab.example.org", &gitlab()));
            assert!(elsewhere.is_some(), "{text}");
        }
    }

    #[test]
    fn a_tag_is_not_taken_for_the_branch_of_its_name() {
        let branch = gitlab();
        let mut tag = gitlab();
        tag["ref_type"] = json!("tag");
        let mut odd = gitlab();
        odd["ref"] = json!("refs/heads/main");
        for (refs, of_branch, of_tag, of_odd) in [
            ("refs/heads/main", true, false, false),
            ("refs/heads/*", true, false, true),
            ("refs/tags/main", false, true, false),
            ("main", true, true, false),
        ] {
            let rule = rule(&format!(
                r#"issuer = "gitlab", project_id = 42, refs = ["{refs}"]"#
            ));
            for (claims, expected) in [(&branch, of_branch), (&tag, of_tag), (&odd, of_odd)] {
                let why = misfit(&rule, &job("https://gitlab.com", claims));
                assert_eq!(why.is_none(), expected, "{refs} {claims}: {why:?}");
            }
        }
    }

    #[test]
    fn events_that_run_code_of_others_need_their_name() {
        let mut claims = github();
        for event in RISKY {
            claims["event_name"] = json!(event);
            for (events, allowed) in [
                ("", false),
                (r#", events = ["*t", "push"]"#, false),
                ("own", true),
            ] {
                let own = format!(r#", events = ["{event}"]"#);
                let events = if events == "own" { &own } else { events };
                let rule = rule(&format!(r#"issuer = "github", repository_id = 42{events}"#));
                let why = misfit(&rule, &job(GITHUB, &claims));
                assert_eq!(why.is_none(), allowed, "{event} {events}: {why:?}");
            }
            let begins = rule(&format!(
                r#"issuer = "github", repository_id = 42, events = ["{}*"]"#,
                &event[..4]
            ));
            assert!(misfit(&begins, &job(GITHUB, &claims)).is_some(), "{event}");
        }
    }

    #[test]
    fn what_is_not_protected_is_not_taken_for_protected() {
        let rule = rule(r#"issuer = "github", repository_id = 42, protected = true"#);
        for (value, allowed) in [
            (json!("true"), true),
            (json!(true), true),
            (json!("false"), false),
            (json!(false), false),
            (Value::Null, false),
            (json!(1), false),
        ] {
            let mut claims = github();
            claims["ref_protected"] = value.clone();
            let why = misfit(&rule, &job(GITHUB, &claims));
            assert_eq!(why.is_none(), allowed, "{value}");
        }
    }
}
