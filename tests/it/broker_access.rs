//! Who may use the broker, seen and changed by the command.

use std::path::PathBuf;

use contract_tests::programs::Broker;
use serde_json::{Value, json};

use crate::program::{Said, contract_with};

/// The command against a broker of its own, which asks everyone who they are.
struct Company {
    directory: tempfile::TempDir,
    broker: Broker,
}

impl Company {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", directory.path().join("broker.sqlite3").display());
        let tokens = [("CONTRACT_BROKER_AUTH_TOKENS", "operator")];
        Self {
            broker: Broker::start_with(&database, &[], &tokens),
            directory,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run_as(&self, token: &str, arguments: &[&str]) -> Said {
        let variables = [
            ("CONTRACT_BROKER_URL", self.broker.url.as_str()),
            ("CONTRACT_BROKER_TOKEN", token),
        ];
        contract_with(&variables, arguments)
    }

    /// What a command prints that must succeed.
    fn fine(&self, arguments: &[&str]) -> String {
        let said = self.run_as("operator", arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let out = self.fine(&[arguments, &["--output", "json"]].concat());
        serde_json::from_str(&out).unwrap()
    }

    /// Creates so many users by the API.
    fn invite(&self, count: usize) {
        for start in (0..count).step_by(60) {
            let users: Vec<Value> = (start..count.min(start + 60))
                .map(|number| json!({ "name": format!("user {number}"), "email": format!("{number}@example.org") }))
                .collect();
            let invited = ureq::post(format!("{}/admin/users/invite-users", self.broker.url))
                .header("Authorization", "Bearer operator")
                .header("Content-Type", "application/json")
                .send(json!({ "users": users }).to_string());
            assert_eq!(invited.unwrap().status(), 200);
        }
    }

    /// What a command says that must be refused, now and whenever it is tried again.
    fn refused(&self, arguments: &[&str]) -> String {
        let said = self.run_as("operator", arguments);
        assert_eq!(said.code, Some(2), "{arguments:?}: {}{}", said.out, said.err);
        said.err
    }
}

#[test]
fn users_are_invited_changed_deactivated_and_deleted() {
    let company = Company::start();
    let invite = ["users", "invite", "ann@example.org", "--name", "Ann"];
    assert_eq!(company.fine(&invite), "created the user Ann\n");
    assert_eq!(
        company.fine(&invite),
        "the user Ann already exists with these settings\n"
    );
    let other = company.refused(&["users", "invite", "ann@example.org", "--name", "Anna"]);
    assert!(
        other.contains("name is \"Ann\", not \"Anna\"")
            && other.contains("contract users update ann@example.org"),
        "{other}"
    );
    assert_eq!(
        company.fine(&["users", "invite", "bob@example.org"]),
        "created the user bob\n"
    );

    let shown = company.json(&["users", "show", "ann@example.org"]);
    assert_eq!(shown["roles"], json!(["User"]));
    let update = ["users", "update", "Ann", "--role", "Read-Only", "--role", "User"];
    assert_eq!(
        company.json(&update)["item"]["roles"],
        json!(["Read-Only", "User"])
    );
    assert_eq!(company.json(&update)["outcome"], "unchanged");
    let unknown = company.refused(&["users", "update", "Ann", "--role", "Read-Onyl"]);
    assert!(unknown.contains("did you mean \"Read-Only\"?"), "{unknown}");
    assert_eq!(
        company.json(&["users", "update", "Ann", "--no-roles"])["item"]["roles"],
        json!([])
    );

    assert_eq!(
        company.fine(&["users", "deactivate", "Ann"]),
        "deactivated the user Ann\n"
    );
    assert_eq!(company.json(&["users", "show", "Ann"])["active"], false);
    assert_eq!(
        company.fine(&["users", "activate", "Ann"]),
        "activated the user Ann\n"
    );
    let all = company.json(&["users", "list"]);
    assert_eq!(all.as_array().unwrap().len(), 2);

    let asked = company.refused(&["users", "delete", "Ann"]);
    assert!(asked.contains("--yes"), "{asked}");
    company.fine(&["users", "delete", "Ann", "--yes"]);
    let gone = company.refused(&["users", "show", "Ann"]);
    assert!(gone.contains("contract users list"), "{gone}");
}

#[test]
fn roles_are_created_once_and_name_their_permissions() {
    let company = Company::start();
    let create = [
        "roles",
        "create",
        "Auditor",
        "--permission",
        "audit:read:*",
        "--permission",
        "contract_data:read:*",
    ];
    assert_eq!(company.fine(&create), "created the role Auditor\n");
    assert_eq!(
        company.fine(&create),
        "the role Auditor already exists with these settings\n"
    );
    let fewer = company.refused(&create[..5]);
    assert!(
        fewer.contains("permissions are audit:read:*, contract_data:read:*"),
        "{fewer}"
    );
    let slip = company.refused(&["roles", "create", "R", "--permission", "audit:raed:*"]);
    assert!(slip.contains("audit:read:*"), "{slip}");

    let update = [
        "roles",
        "update",
        "Auditor",
        "--description",
        "Reads what was done",
    ];
    assert_eq!(company.fine(&update), "updated the role Auditor\n");
    let shown = company.json(&["roles", "show", "Auditor"]);
    assert_eq!(shown["description"], "Reads what was done");
    assert_eq!(
        shown["permissions"],
        json!(["audit:read:*", "contract_data:read:*"])
    );
    let permissions = company.json(&["roles", "permissions"]);
    assert!(
        permissions
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["scope"] == "team:manage:*")
    );
    company.fine(&["roles", "delete", "Auditor", "--yes"]);
    assert_eq!(company.json(&["roles", "list"]).as_array().unwrap().len(), 4);
    let kept = company.refused(&["roles", "delete", "Administrator", "--yes"]);
    assert!(kept.contains("cannot be deleted"), "{kept}");
}

#[test]
fn teams_have_members_administrators_applications_and_environments() {
    let company = Company::start();
    company.fine(&["users", "invite", "ann@example.org", "--name", "Ann"]);
    company.fine(&["system-accounts", "create", "web build"]);
    company.fine(&["pacticipants", "create", "web"]);
    company.fine(&["environments", "create", "test"]);
    let create = [
        "teams",
        "create",
        "Shop",
        "--application",
        "web",
        "--member",
        "web build",
        "--administrator",
        "ann@example.org",
        "--environment",
        "test",
    ];
    assert_eq!(company.fine(&create), "created the team Shop\n");
    assert_eq!(
        company.fine(&create),
        "the team Shop already exists with these settings\n"
    );
    let shown = company.json(&["teams", "show", "Shop"]);
    let names = |list: &str| -> Vec<String> {
        let items = shown[list].as_array().unwrap().iter();
        items
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(shown["applications"], json!(["web"]));
    assert!(names("members").contains(&"web build".to_owned()), "{shown}");
    assert_eq!(names("administrators"), ["Ann"]);
    assert_eq!(names("environments"), ["test"]);

    company.fine(&["pacticipants", "create", "api"]);
    let more = company.refused(&["teams", "create", "Shop", "--application", "api"]);
    assert!(more.contains("contract teams update Shop"), "{more}");
    let update = [
        "teams",
        "update",
        "Shop",
        "--add-application",
        "api",
        "--remove-application",
        "web",
        "--remove-member",
        "web build",
        "--remove-environment",
        "test",
        "--name",
        "Store",
    ];
    assert_eq!(company.fine(&update), "updated the team Store\n");
    let shown = company.json(&["teams", "show", "Store"]);
    assert_eq!(shown["applications"], json!(["api"]));
    assert_eq!(shown["environments"], json!([]));
    assert!(!shown["members"].to_string().contains("web build"), "{shown}");
    // Who is not named stays.
    assert_eq!(shown["administrators"][0]["name"], "Ann");
    let nobody = company.refused(&["teams", "update", "Store", "--add-member", "An"]);
    assert!(nobody.contains("did you mean \"Ann\"?"), "{nobody}");
    company.fine(&["teams", "delete", "Store", "--yes"]);
    let left = company.json(&["teams", "list"]);
    assert!(!left.to_string().contains("Store"), "{left}");
}

#[test]
fn a_token_works_until_it_is_revoked_and_is_told_once() {
    let company = Company::start();
    company.fine(&["system-accounts", "create", "build", "--role", "CI/CD"]);
    let owner = ["--system-account", "build"];
    let create = [
        &["tokens", "create", "GitHub", "--expires", "2099-01-01"][..],
        &owner,
    ]
    .concat();
    let said = company.run_as("operator", &create);
    assert_eq!(said.code, Some(0), "{}", said.err);
    // The value stands alone on standard output.
    let first = said.out.trim_end().to_owned();
    assert!(
        first.starts_with("ctb_rw_") && !said.err.contains(&first),
        "{}",
        said.err
    );
    let again = company.refused(&create);
    assert!(again.contains("contract tokens rotate GitHub"), "{again}");
    let listed = company.fine(&[&["tokens", "list"][..], &owner].concat());
    assert!(
        listed.contains("GitHub") && listed.contains("2099-01-01"),
        "{listed}"
    );
    assert!(!listed.contains(&first), "{listed}");

    let works = |token: &str| company.run_as(token, &["environments", "list"]).code == Some(0);
    assert!(works(&first));
    let rotate = [&["tokens", "rotate", "GitHub", "--overlap", "3600"][..], &owner].concat();
    let second = company.json(&rotate)["item"]["value"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(works(&first) && works(&second));
    let third = company.fine(&[&["tokens", "rotate", "GitHub"][..], &owner].concat());
    assert!(!works(&second) && works(third.trim_end()));

    let narrowed = [
        &[
            "tokens",
            "create",
            "reader",
            "--permission",
            "contract_data:read:*",
            "--read-only",
        ][..],
        &owner,
    ]
    .concat();
    let reader = company.fine(&narrowed);
    let said = company.run_as(reader.trim_end(), &["pacticipants", "create", "web"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("403"), "{}", said.err);

    company.fine(&[&["tokens", "revoke", "GitHub", "--yes"][..], &owner].concat());
    assert!(!works(third.trim_end()));
    company.refused(&[&["tokens", "show", "GitHub"][..], &owner].concat());
    // The name is free again.
    company.fine(&create);

    let own = company.refused(&["tokens", "create", "mine"]);
    assert!(own.contains("belong to no account"), "{own}");
    company.fine(&["system-accounts", "deactivate", "build"]);
    assert!(!works(reader.trim_end()));
}

#[test]
fn a_secret_is_written_and_never_shown() {
    let company = Company::start();
    company.fine(&["teams", "create", "Shop"]);
    let value = company.write("value", "swordfish\n");
    let create = [
        "secrets",
        "create",
        "ciToken",
        "--value-file",
        &value,
        "--team",
        "Shop",
    ];
    assert_eq!(company.fine(&create), "created the secret ciToken\n");
    assert_eq!(company.fine(&create), "updated the secret ciToken\n");
    let update = ["secrets", "update", "ciToken", "--description", "for the build"];
    assert_eq!(company.fine(&update), "updated the secret ciToken\n");
    let shown = company.json(&["secrets", "show", "ciToken"]);
    assert_eq!(shown["description"], "for the build");
    assert!(shown["teamUuid"].is_string());
    let listed = company.fine(&["secrets", "list", "-o", "json"]);
    assert!(!listed.contains("swordfish"), "{listed}");
    let empty = company.write("empty", "\n");
    let refused = company.refused(&["secrets", "create", "other", "--value-file", &empty]);
    assert!(refused.contains("is empty"), "{refused}");
    let missing = company.path("nowhere");
    let missing = company.refused(&[
        "secrets",
        "create",
        "o",
        "--value-file",
        missing.to_str().unwrap(),
    ]);
    assert!(missing.contains("cannot be read"), "{missing}");
    // What is refused names the team as it was typed.
    let kept = company.refused(&["teams", "delete", "Shop", "--yes"]);
    assert!(
        kept.contains("deleting the team \"Shop\"") && kept.contains("still has 1 secret:"),
        "{kept}"
    );
    company.fine(&["secrets", "delete", "ciToken", "--yes"]);
    assert_eq!(company.json(&["secrets", "list"]), json!([]));
}

#[test]
fn the_audit_log_is_listed_and_exported() {
    let company = Company::start();
    company.fine(&["system-accounts", "create", "build"]);
    company.fine(&["teams", "create", "Shop"]);
    let events = company.json(&["audit", "list", "--limit", "1"]);
    assert_eq!(events[0]["type"], "team.created");
    assert_eq!(events[0]["object"]["name"], "Shop");
    let listed = company.fine(&["audit", "list", "--type", "system_account.created"]);
    assert!(listed.contains("build") && !listed.contains("Shop"), "{listed}");
    let later = company.json(&["audit", "list", "--since", "2099-01-01"]);
    assert_eq!(later, json!([]));
    let wrong = company.refused(&["audit", "list", "--since", "yesterday"]);
    assert!(wrong.contains("since"), "{wrong}");

    // More than one page of the broker's answers.
    company.invite(120);
    let some = company.run_as("operator", &["audit", "list", "--limit", "110", "-q"]);
    assert_eq!(some.out.lines().count(), 1 + 110, "{}", some.err);

    let lines = company.fine(&["audit", "export"]);
    assert!(lines.lines().count() > 120);
    let types: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].clone())
        .collect();
    let at = |name: &str| types.iter().position(|found| found == name).unwrap();
    assert!(at("system_account.created") < at("team.created"), "{types:?}");
    let file = company.path("audit.jsonl");
    let out = company.fine(&["audit", "export", "--to", file.to_str().unwrap()]);
    assert_eq!(out, "");
    assert_eq!(std::fs::read_to_string(file).unwrap(), lines);
}
