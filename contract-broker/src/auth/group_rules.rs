//! What people get by what their provider says about them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{federation::fits, jws::Claims};
use crate::config::LoginRule;

/// Roles and teams, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) roles: BTreeSet<String>,
    pub(crate) teams: BTreeSet<String>,
}

/// What the rules give to somebody. `claims` are those that name their groups.
///
/// # Errors
/// The groups did not come with the token, because there are too many of them.
pub(super) fn given(rules: &[LoginRule], claims: &[String], person: &Claims) -> Result<Given, String> {
    check_overage(claims, person)?;
    let mut given = Given::default();
    for rule in rules {
        let names = rule.claim.as_ref().map_or(claims, std::slice::from_ref);
        let mut values = names.iter().flat_map(|name| values(person, name));
        if values.any(|value| fits(&rule.group, &value)) {
            given.roles.extend(rule.roles.iter().cloned());
            given.teams.extend(rule.teams.iter().cloned());
            if rule.last {
                break;
            }
        }
    }
    Ok(given)
}

/// Whether one of these claims is there.
pub(super) fn has_any(claims: &[String], person: &Claims) -> bool {
    claims.iter().any(|name| claim(person, name).is_some())
}

/// A claim by its exact name, or, from a slash on, by its path.
fn claim<'c>(person: &'c Claims, name: &str) -> Option<&'c Value> {
    if !name.starts_with('/') {
        return person.get(name);
    }
    let mut steps = name.split('/').skip(1);
    let first = person.get(steps.next()?)?;
    steps.try_fold(first, |value, step| value.get(step))
}

/// The values of a claim: of a list its texts, else the one.
fn values(person: &Claims, name: &str) -> Vec<String> {
    match claim(person, name) {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Bool(flag)) => vec![flag.to_string()],
        _ => Vec::new(),
    }
}

/// Entra ID leaves groups out if they are more than 200, and says so.
fn check_overage(claims: &[String], person: &Claims) -> Result<(), String> {
    let left_out = |name: &&String| {
        let elsewhere = person
            .get("_claim_names")
            .and_then(|names| names.get(name.as_str()));
        let says_so = elsewhere.is_some() || (*name == "groups" && person.is_true("hasgroups"));
        claim(person, name).is_none() && says_so
    };
    match claims.iter().find(left_out) {
        None => Ok(()),
        Some(name) => Err(format!(
            "your provider left out your groups ({name}), because there are too many of them: ask its administrator to \
             assign app roles, or to put only groups that are assigned to this application into the token"
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::{Raw, Tables, Value as _};

    const RULES: &str = r#"[
        { group = "/platform/admins", roles = ["Administrator"], last = true },
        { group = "/platform*", roles = ["User"], teams = ["Platform"] },
        { group = "deployer", roles = ["CI/CD"] },
        { claim = "hd", group = "example.org", roles = ["Read-Only"] },
        { claim = "/realm_access/roles", group = "broker-user", teams = ["Realm"] },
    ]"#;

    fn of(claims: &[&str], person: &Value) -> Result<String, String> {
        let Tables(rules) = Tables::<LoginRule>::parse(Raw::Text(RULES.replace('\n', " "))).expect("rules");
        let claims: Vec<String> = claims.iter().map(|name| (*name).to_owned()).collect();
        let person = Claims(person.as_object().expect("an object").clone());
        let Given { roles, teams } = given(&rules, &claims, &person)?;
        let join = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(",");
        Ok(format!("{} | {}", join(roles), join(teams)))
    }

    /// What the tokens of each provider look like, made by hand.
    #[test]
    fn each_provider_says_groups_in_its_own_way() {
        for (provider, claims, person, expected) in [
            (
                "Keycloak, groups with their paths",
                &["groups"][..],
                json!({ "sub": "f:1", "groups": ["/platform/web", "/other"], "email_verified": true }),
                "User | Platform",
            ),
            (
                "Keycloak, roles of the realm",
                &["/realm_access/roles"],
                json!({ "sub": "f:1", "realm_access": { "roles": ["broker-user", "deployer"] } }),
                "CI/CD | Realm",
            ),
            (
                "Okta",
                &["groups"],
                json!({ "sub": "00u1", "ver": 1, "groups": ["Everyone", "deployer"] }),
                "CI/CD | ",
            ),
            (
                "Auth0, a claim with a name of its own",
                &["https://example.org/roles"],
                json!({ "sub": "auth0|5f", "https://example.org/roles": ["deployer"] }),
                "CI/CD | ",
            ),
            (
                "Entra ID, app roles",
                &["roles"],
                json!({ "oid": "6c1e", "tid": "9188", "roles": ["deployer"], "hasgroups": "true" }),
                "CI/CD | ",
            ),
            (
                "Google",
                &["groups"],
                json!({ "sub": "110", "hd": "example.org" }),
                "Read-Only | ",
            ),
            (
                "GitLab",
                &["groups_direct"],
                json!({ "sub": "7", "groups_direct": ["deployer"] }),
                "CI/CD | ",
            ),
            (
                "one text",
                &["groups"],
                json!({ "groups": "deployer" }),
                "CI/CD | ",
            ),
            ("nothing", &["groups"], json!({ "sub": "1" }), " | "),
            (
                "something else",
                &["groups"],
                json!({ "groups": { "deployer": true } }),
                " | ",
            ),
        ] {
            assert_eq!(of(claims, &person).as_deref(), Ok(expected), "{provider}");
        }
    }

    #[test]
    fn rules_add_up_in_order_until_the_last() {
        let all = json!({ "groups": ["/platform/admins", "deployer"], "hd": "example.org" });
        assert_eq!(of(&["groups"], &all).as_deref(), Ok("Administrator | "));
        let several = json!({ "groups": ["/platform", "deployer"], "hd": "example.org" });
        assert_eq!(
            of(&["groups"], &several).as_deref(),
            Ok("CI/CD,Read-Only,User | Platform")
        );
    }

    #[test]
    fn groups_that_were_left_out_are_not_taken_for_none() {
        for person in [
            json!({ "_claim_names": { "groups": "src1" }, "_claim_sources": { "src1": { "endpoint": "https://x" } } }),
            json!({ "hasgroups": true }),
            json!({ "hasgroups": "true" }),
        ] {
            let problem = of(&["groups"], &person).expect_err("too many groups");
            assert!(problem.contains("app roles"), "{problem}");
        }
    }
}
