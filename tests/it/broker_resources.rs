//! What the broker keeps, seen and changed by the command.

use std::path::Path;
use std::process::Command;

use contract_tests::programs::{Broker, path};
use serde_json::{Value, json};

/// The command against a broker of its own.
struct Team {
    directory: tempfile::TempDir,
    broker: Broker,
}

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Team {
    /// A consumer's version 1 is on its main branch, with a contract.
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", directory.path().join("broker.sqlite3").display());
        let team = Self {
            broker: Broker::start(&database),
            directory,
        };
        team.write_contract();
        team.fine("publish web-api.json --version 1 --branch main");
        team
    }

    fn write_contract(&self) {
        let contract = json!({
            "consumer": { "name": "web" },
            "provider": { "name": "api" },
            "interactions": [{
                "description": "an order",
                "providerStates": [{ "name": "an order exists" }],
                "request": { "method": "GET", "path": "/orders/1" },
                "response": { "status": 200 },
            }],
            "metadata": { "pactSpecification": { "version": "3.0.0" } },
        });
        std::fs::write(self.path("web-api.json"), contract.to_string()).unwrap();
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    fn run(&self, line: &str) -> Said {
        run(self.directory.path(), &self.broker.url, line)
    }

    /// What a command prints that must succeed.
    fn fine(&self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.code, 0, "{line}: {}{}", said.out, said.err);
        said.out
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.fine(&format!("{line} --output json"))).unwrap()
    }

    /// What a command says that must be refused as a wrong usage.
    fn refused(&self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.code, 2, "{line}: {}{}", said.out, said.err);
        said.err
    }
}

fn run(directory: &Path, broker: &str, line: &str) -> Said {
    let ran = Command::new(path("contract-testing-cli", "contract"))
        .args(line.split_whitespace())
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PACT_BROKER_BASE_URL", broker)
        .output()
        .unwrap();
    Said {
        code: ran.status.code().unwrap(),
        out: String::from_utf8(ran.stdout).unwrap(),
        err: String::from_utf8(ran.stderr).unwrap(),
    }
}

#[test]
fn applications_are_created_changed_and_deleted() {
    let team = Team::start();
    let create = "pacticipants create shop --main-branch main --label team-a";
    assert_eq!(team.fine(create), "created the application shop\n");
    assert_eq!(
        team.fine(create),
        "the application shop already exists with these settings\n"
    );
    assert_eq!(
        team.fine("applications update --pacticipant shop --display-name Shop! --remove-label team-a"),
        "updated the application shop\n"
    );
    let shown = team.json("pacticipants show shop");
    assert_eq!(shown["displayName"], "Shop!");
    assert_eq!(shown["labels"], json!([]));
    let names: Vec<Value> = team.json("pacticipants list").as_array().unwrap().clone();
    assert_eq!(names.len(), 3);
    let said = team.run("pacticipants list --limit 2");
    assert!(said.err.contains("there are more"), "{}", said.err);
    let unknown = team.refused("pacticipants show shp");
    assert!(unknown.contains("did you mean \"shop\"?"), "{unknown}");
    let asked = team.refused("pacticipants delete shop");
    assert!(asked.contains("--yes"), "{asked}");
    team.fine("pacticipants delete shop --yes");
    team.refused("pacticipants show shop");
}

#[test]
fn versions_branches_and_tags() {
    let team = Team::start();
    let create = "versions create web --version 2 --branch feat/x --tag prod,test --build-url http://ci/2";
    assert_eq!(team.fine(create), "created the version 2\n");
    assert_eq!(
        team.fine(create),
        "the version 2 already exists with these settings\n"
    );
    let version = team.json("versions show web --version 2");
    assert_eq!(version["branches"], json!(["feat/x"]));
    assert_eq!(version["tags"], json!(["prod", "test"]));
    assert_eq!(version["buildUrl"], "http://ci/2");
    for (line, number) in [
        ("versions show web", "2"),
        ("versions show web --branch main", "1"),
        ("versions show web --tag prod", "2"),
    ] {
        assert_eq!(team.json(line)["number"], number, "{line}");
    }
    let on_branch = team.json("versions list web --branch main");
    assert_eq!(on_branch.as_array().unwrap().len(), 1);
    assert_eq!(team.json("versions list web").as_array().unwrap().len(), 2);

    team.fine("tags create web --version 1 --tag prod");
    assert_eq!(team.fine("tags list web --version 1"), "prod\n");
    team.fine("tags delete web --version 1 --tag prod --yes");
    assert!(
        team.refused("tags delete web --version 1 --tag prod --yes")
            .contains("no tag")
    );

    team.fine("branches create web --branch release --version 2");
    assert_eq!(team.json("branches list web").as_array().unwrap().len(), 3);
    assert_eq!(team.json("branches show web --branch release")["name"], "release");
    team.fine("branches delete web --branch release --yes");
    assert!(
        team.refused("branches delete web --branch release --yes")
            .contains("no branch")
    );

    team.fine("versions delete web --version 2 --yes");
    let gone = team.refused("versions show web --version 2");
    assert!(gone.contains("contract versions list web"), "{gone}");
}

#[test]
fn environments_and_what_is_in_them() {
    let team = Team::start();
    team.fine("environments create production --production --contact-name Ada");
    let update =
        "environments update production --display-name Live --contact-name Eve --contact-email eve@shop";
    assert_eq!(team.fine(update), "updated the environment production\n");
    let shown = team.json("environments show production");
    assert_eq!(shown["displayName"], "Live");
    assert_eq!(shown["production"], true);
    assert_eq!(shown["contacts"], json!([{ "name": "Eve", "email": "eve@shop" }]));

    team.fine("record-deployment web --version 1 --environment production --application-instance blue");
    team.fine("deployments create-release web --version 1 --environment production");
    let deployments = team.json("deployments list web");
    let kinds: Vec<&Value> = deployments
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["kind"])
        .collect();
    assert_eq!(kinds, ["deployed", "released"]);
    assert_eq!(deployments[0]["instance"], "blue");
    let version = team.json("versions show web");
    assert_eq!(version["environments"].as_array().unwrap().len(), 1);
    team.fine("record-undeployment web --environment production --application-instance blue");
    team.fine("record-support-ended web --version 1 --environment production");
    // A job that is run again says it again.
    team.fine("record-support-ended web --version 1 --environment production");
    let again = "record-undeployment web --environment production --application-instance blue";
    assert_eq!(
        team.fine(again),
        "nothing to record: web is not deployed to production\n"
    );
    assert_eq!(team.json(again), json!([]));
    assert_eq!(
        team.json("deployments delete web --environment production"),
        json!([])
    );
    assert_eq!(team.json("deployments list"), json!([]));
    assert_eq!(team.json("deployments list web"), json!([]));
    for line in ["deployments list wob", "contracts list --provider wob"] {
        let refused = team.refused(line);
        assert!(refused.contains("knows no application \"wob\""), "{refused}");
    }

    team.fine("environments delete production --yes");
    assert_eq!(team.json("environments list"), json!([]));
}

#[test]
fn webhooks_are_created_once() {
    let team = Team::start();
    let create =
        "webhooks create https://ci.example.org/hook --event contract-content-changed --provider api";
    let created = team.json(create);
    assert_eq!(created["outcome"], "created");
    assert_eq!(team.json(create)["outcome"], "unchanged");
    // Another content is no reason to replace a webhook silently.
    let changed = format!("{create} --header X-Job:api --data {{\"a\":1}}");
    let key = created["item"]["uuid"].as_str().unwrap();
    let refused = team.refused(&changed);
    for way_out in [&format!("--uuid {key}"), "--replace", "--another"] {
        assert!(refused.contains(way_out), "{refused}");
    }
    let replacing = team.run(&format!("{changed} --replace"));
    assert_eq!(replacing.code, 0, "{}", replacing.err);
    assert!(
        replacing.err.contains(r#"replaced body: "" → "{\"a\":1}""#),
        "{}",
        replacing.err
    );
    // The values of header fields are not shown, so it cannot be known whether they are the same.
    team.refused(&changed);
    let again = team.json(&format!("{changed} --uuid {key}"));
    assert_eq!(again["outcome"], "updated");
    assert_eq!(again["item"]["uuid"], created["item"]["uuid"]);
    team.fine(&format!("webhooks update {key} --disable"));
    let shown = team.json(&format!("webhooks show --uuid {key}"));
    assert_eq!(shown["enabled"], false);
    // The broker shows no value of a header field.
    assert!(shown["request"]["headers"]["X-Job"].is_string(), "{shown}");
    assert_eq!(shown["request"]["body"], json!({ "a": 1 }));
    assert_eq!(team.json("webhooks list").as_array().unwrap().len(), 1);
    let another = team.json(&format!("{create} --another"));
    assert_eq!(another["outcome"], "created");
    assert_eq!(team.json("webhooks list").as_array().unwrap().len(), 2);
    assert_eq!(team.json(&format!("{create} --replace"))["outcome"], "unchanged");
    let several = team.refused(&format!("{create} --description other --replace"));
    assert!(several.contains("2 webhooks"), "{several}");
    team.fine(&format!("webhooks delete {key} --yes"));
    let gone = team.refused(&format!("webhooks delete {key} --yes"));
    assert!(gone.contains("contract webhooks list"), "{gone}");
    let without = team.refused("webhooks create https://ci.example.org/hook");
    assert!(without.contains("--event"), "{without}");
}

#[test]
fn contracts_states_and_results() {
    let team = Team::start();
    assert_eq!(team.json("contracts list")[0]["consumerVersion"], "1");
    let between = team.json("contracts list --consumer web --provider api --branch main");
    assert_eq!(between.as_array().unwrap().len(), 1);
    let got: Value =
        serde_json::from_str(&team.fine("contracts get --consumer web --provider api --version 1")).unwrap();
    assert_eq!(got["consumer"]["name"], "web");
    let unknown = team.refused("contracts get --consumer web --provider apy");
    assert!(unknown.contains("did you mean \"api\"?"), "{unknown}");
    team.fine("contracts download --provider api --dir downloaded");
    assert!(team.path("downloaded/web-api.json").is_file());

    let states = team.json("provider-states list --provider api");
    assert_eq!(states[0]["name"], "an order exists");
    assert_eq!(states[0]["consumers"], json!(["web"]));

    let results = team.json("results list --consumer web --provider api");
    assert_eq!(results[0]["success"], Value::Null);
    let none = team.refused("results show --consumer web --provider api");
    assert!(none.contains("not verified"), "{none}");

    team.fine("contracts delete --consumer web --provider api --version 1 --yes");
    assert_eq!(team.json("contracts list"), json!([]));
}

#[test]
fn a_refusal_to_deploy_names_the_interaction_and_the_field() {
    let team = Team::start();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ =
                stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    let contract = team.json("contracts list --consumer web --provider api");
    let url = contract[0]["url"].as_str().unwrap();
    let verified = team.run(&format!(
        "verify --provider api --provider-url http://{address} --url {url} --ignore-states --publish --provider-version 7 \
         --build-url http://ci/7"
    ));
    assert_eq!(verified.code, 1, "{}{}", verified.out, verified.err);

    let said = team.run("can-i-deploy web --version 1 api --version 7");
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(
        said.out.starts_with("not safe to deploy: web, api together\n"),
        "{}",
        said.out
    );
    for part in [
        "✗ an order",
        "status",
        "http://ci/7",
        "contract verify --provider api",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let markdown = team
        .run("can-i-deploy web --version 1 api --version 7 -o markdown")
        .out;
    assert!(markdown.contains("| web 1 | api 7 | failed |"), "{markdown}");
    let github = team
        .run("can-i-deploy web --version 1 api --version 7 -o github")
        .out;
    assert!(github.contains("::error title="), "{github}");
    let json: Value = serde_json::from_str(
        &team
            .run("can-i-deploy web --version 1 api --version 7 -o json")
            .out,
    )
    .unwrap();
    assert_eq!(
        json["inTheWay"][0]["result"]["failures"][0]["interaction"],
        "an order"
    );
    let shown = team.json("results show --consumer web --provider api");
    assert_eq!(shown["success"], false);
}
