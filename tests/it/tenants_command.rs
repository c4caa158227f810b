//! `contract tenants` against a broker with tenants.

use contract_tests::programs::Broker;
use serde_json::{Value, json};

use crate::program::{Said, contract_with};

/// A broker with tenants, and its operator.
struct Operated {
    directory: tempfile::TempDir,
    broker: Broker,
}

impl Operated {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", directory.path().join("control.sqlite3").display());
        let variables = [
            ("CONTRACT_BROKER_AUTH_TOKENS", "operator"),
            ("CONTRACT_BROKER_AUTH_READ_ONLY_TOKENS", "auditor"),
            ("CONTRACT_BROKER_TENANTS_HOST", "{tenant}.contracts.test"),
        ];
        Self {
            broker: Broker::start_with(&database, &[], &variables),
            directory,
        }
    }

    fn run_as(&self, token: &str, arguments: &[&str]) -> Said {
        let variables = [
            ("CONTRACT_BROKER_URL", self.broker.url.as_str()),
            ("CONTRACT_BROKER_TOKEN", token),
        ];
        contract_with(&variables, arguments)
    }

    fn fine(&self, arguments: &[&str]) -> Said {
        let said = self.run_as("operator", arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}: {}{}", said.out, said.err);
        said
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let said = self.fine(&[arguments, &["--output", "json"]].concat());
        serde_json::from_str(&said.out).unwrap()
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }
}

#[test]
fn an_operator_manages_tenants_by_the_command() {
    let operated = Operated::start();
    let create = [
        "tenants",
        "create",
        "acme",
        "--admin-email",
        "ops@example.org",
        "--max-applications",
        "5",
    ];
    let created = operated.fine(&create);
    assert!(created.err.contains("created the tenant acme"), "{}", created.err);
    let token = created.out.trim();
    assert!(token.starts_with("ctb_rw_") && !token.contains(' '), "{token}");
    // With the name of the tenant in front it works at this host, for every other command.
    let named = format!("acme.{token}");
    let made = operated.run_as(&named, &["teams", "create", "Shop"]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let again = operated.run_as("operator", &create);
    assert_eq!(again.code, Some(2), "{}", again.err);
    assert!(again.err.contains("already"), "{}", again.err);

    let listed = operated.json(&["tenants", "list"]);
    assert_eq!(listed[0]["name"], "acme");
    assert_eq!(
        listed[0]["limits"],
        json!({ "applications": 5, "bytes": null, "requests": null })
    );
    let limit = [
        "tenants",
        "limit",
        "acme",
        "--max-bytes",
        "2GiB",
        "--max-applications",
        "0",
    ];
    assert_eq!(operated.fine(&limit).out, "updated the tenant acme\n");
    assert_eq!(operated.json(&limit)["outcome"], "unchanged");
    let shown = operated.json(&["tenants", "show", "acme"]);
    assert_eq!(
        shown["limits"],
        json!({ "applications": null, "bytes": 2_u64 << 30, "requests": null })
    );
    let text = operated.fine(&["tenants", "show", "acme"]).out;
    assert!(text.contains("tenant.limited by auth.tokens[1]"), "{text}");

    assert_eq!(
        operated.fine(&["tenants", "suspend", "acme"]).out,
        "suspended the tenant acme\n"
    );
    assert_eq!(operated.json(&["tenants", "show", "acme"])["status"], "suspended");
    operated.fine(&["tenants", "resume", "acme"]);
    assert_eq!(operated.json(&["tenants", "show", "acme"])["status"], "active");

    let file = operated.path("acme.jsonl");
    let export = ["tenants", "export", "acme", "--to", &file];
    operated.fine(&export);
    let lines = std::fs::read_to_string(&file).unwrap();
    assert!(lines.contains("\"Shop\"") && lines.ends_with("}\n"), "{lines}");
    let exists = operated.run_as("operator", &export);
    assert_ne!(exists.code, Some(0));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), lines);
    let other = operated.path("other.jsonl");
    let refused = operated.run_as("auditor", &["tenants", "export", "acme", "--to", &other]);
    assert!(refused.err.contains("may only read"), "{}", refused.err);
    assert!(!std::path::Path::new(&other).exists());

    let unknown = operated.run_as("operator", &["tenants", "show", "acne"]);
    assert_eq!(unknown.code, Some(2), "{}", unknown.err);
    assert!(unknown.err.contains("did you mean \"acme\"?"), "{}", unknown.err);
    let unsure = operated.run_as("operator", &["tenants", "delete", "acme"]);
    assert!(unsure.err.contains("--yes"), "{}", unsure.err);
    assert_eq!(
        operated.fine(&["tenants", "delete", "acme", "--yes"]).out,
        "deleted the tenant acme\n"
    );
    assert_eq!(operated.json(&["tenants", "list"]), json!([]));
}
