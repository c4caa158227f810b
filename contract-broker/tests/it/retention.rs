//! What retention deletes, and what it has to leave alone.

use std::{
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use contract_broker::Config;
use http::Method;
use serde_json::{Value, json};

use crate::{
    broker::{TestBroker, publish_body},
    database::Database,
    running::{Running, with_each_database},
    webhooks::webhook,
};

/// Rules that keep as little as rules can.
fn strict(config: &mut Config) {
    config.retention_keep_days = 0;
    config.retention_keep_newest = 1;
    config.retention_keep_main_branch = false;
    config.webhook_encryption_key = Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into());
    config.webhook_encryption_key = Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into());
}

fn on_each_database(configure: &impl Fn(&mut Config), test: &impl AsyncFn(&TestBroker)) {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        TestBroker::run_with(database, configure, async |broker| test(broker).await);
    }
}

/// The versions that stay, each with why, and those that go; as `pacticipant number`.
async fn plan(broker: &TestBroker) -> (Vec<(String, Vec<String>)>, Vec<String>) {
    let answer = broker.get("/retention?size=1000").await.expect(200).json;
    let name = |one: &Value| {
        format!(
            "{} {}",
            one["pacticipant"].as_str().unwrap(),
            one["number"].as_str().unwrap()
        )
    };
    let (going, staying): (Vec<&Value>, Vec<&Value>) = answer["versions"]
        .as_array()
        .unwrap()
        .iter()
        .partition(|one| one["goes"] == true);
    let staying = staying
        .into_iter()
        .map(|one| {
            let reasons = one["reasons"].as_array().unwrap().iter();
            (
                name(one),
                reasons
                    .map(|reason| reason.as_str().unwrap().to_owned())
                    .collect(),
            )
        })
        .collect();
    (staying, going.into_iter().map(name).collect())
}

/// No broker of these tests serves, so none hands events over; a version with an event that waits stays.
async fn hand_over(broker: &TestBroker) {
    broker
        .database
        .execute("DELETE FROM events_outbox".to_owned())
        .await;
}

async fn clean(broker: &TestBroker) -> Vec<String> {
    let said = Mutex::new(Vec::new());
    broker
        .broker
        .retain(false, |line| said.lock().unwrap().push(line))
        .await
        .unwrap();
    said.into_inner().unwrap()
}

/// A year in the life of two services: branches, tags, deployments, a release, results.
async fn seed(broker: &TestBroker) {
    broker.environment("production").await;
    broker.environment("store-front").await;
    let listening = webhook(
        "https://ci.example.org/a",
        &["contract_published", "provider_verification_published"],
    );
    broker.post("/webhooks", listening).await.expect(201);
    for number in 1..=12 {
        let branch = if number % 4 == 0 { "feat" } else { "main" };
        let content = format!("c{}", number / 2);
        broker
            .publish("web", &number.to_string(), Some(branch), "api", &content)
            .await;
        broker.branch("api", "main", &number.to_string()).await;
        broker
            .verify(
                "web",
                &number.to_string(),
                "api",
                &number.to_string(),
                number != 7,
            )
            .await;
    }
    broker
        .put("/pacticipants/web/versions/2/tags/gold", json!({}))
        .await
        .expect(201);
    broker
        .put("/pacticipants/web/versions/3/tags/gold", json!({}))
        .await
        .expect(201);
    broker.deploy("web", "5", "production").await;
    broker.deploy("api", "6", "production").await;
    let shown = broker.get("/pacticipants/web/versions/1").await;
    let link = shown.named_link("pb:record-release", "store-front");
    broker.post(&link, json!({})).await.expect(201);
    // The newest contract with another provider is of an old version.
    broker.publish("web", "4", Some("feat"), "billing", "b").await;
}

/// What clients ask about the versions that stay.
async fn verdicts(broker: &TestBroker, staying: &[String]) -> Vec<(String, u16, Value)> {
    let mut paths = vec![
        "/pacts/provider/api/consumer/web/latest".to_owned(),
        "/pacts/provider/api/consumer/web/latest/gold".to_owned(),
        "/pacts/provider/api/consumer/web/branch/feat/latest".to_owned(),
        "/pacts/provider/billing/consumer/web/latest".to_owned(),
    ];
    for name in staying {
        let (pacticipant, number) = name.split_once(' ').unwrap();
        for environment in ["production", "store-front"] {
            paths.push(format!(
                "/can-i-deploy?pacticipant={pacticipant}&version={number}&environment={environment}"
            ));
        }
        paths.push(format!("/pacticipants/{pacticipant}/versions/{number}"));
        paths.push(format!(
            "/verification-results/consumer/{pacticipant}/version/{number}/latest"
        ));
    }
    let mut verdicts = Vec::new();
    for path in paths {
        let answer = broker.get(&path).await;
        verdicts.push((path, answer.status.as_u16(), answer.json));
    }
    let selection = json!({
        "consumerVersionSelectors": [{ "mainBranch": true }, { "deployedOrReleased": true }, { "tag": "gold", "latest": true }],
        "includePendingStatus": true,
        "providerVersionBranch": "main",
    });
    let selected = broker
        .post("/pacts/provider/api/for-verification", selection)
        .await
        .expect(200);
    verdicts.push(("for-verification".into(), 200, selected.json));
    verdicts
}

#[test]
fn what_nothing_keeps_goes_and_no_verdict_on_what_stays_changes() {
    on_each_database(&strict, &async |broker| {
        // With a webhook that listens, events wait to be handed over.
        let webhook = json!({
            "events": [{ "name": "provider_verification_published" }],
            "request": { "method": "POST", "url": "https://ci.example.org/" },
        });
        broker.post("/webhooks", webhook).await.expect(201);
        seed(broker).await;
        let (waiting, going) = plan(broker).await;
        assert_eq!(going, Vec::<String>::new());
        let undelivered = (
            "web 2".to_owned(),
            vec!["webhooks still to be delivered".to_owned()],
        );
        assert!(waiting.contains(&undelivered), "{waiting:?}");
        hand_over(broker).await;
        let (staying, going) = plan(broker).await;
        let why = |name: &str| {
            let found = staying.iter().find(|(one, _)| one == name);
            found
                .map(|(_, reasons)| reasons.iter().map(String::as_str).collect::<Vec<_>>())
                .unwrap_or_default()
        };
        assert!(why("web 5").contains(&"deployed"));
        assert!(why("api 6").contains(&"deployed"));
        assert!(why("web 1").contains(&"released"));
        assert_eq!(why("web 3"), ["newest with a tag"]);
        assert!(why("web 12").contains(&"among the newest versions"));
        assert!(why("web 12").contains(&"newest on a branch"));
        assert_eq!(
            why("web 4"),
            ["newest on a branch", "newest contract with a provider"]
        );
        // Its result is the newest of what web 5 needs.
        assert!(
            why("api 5").contains(&"newest result of a contract that stays"),
            "{staying:?}"
        );
        // web 6 has what api 6 verified, and api 6 is deployed; web 7 has the same and is newer.
        assert_eq!(
            why("web 7"),
            ["newest with a contract that a version in an environment has a result for"]
        );
        for name in ["web 2", "web 6", "web 8", "web 9", "web 10", "api 2", "api 8"] {
            assert!(going.contains(&name.to_owned()), "{name}: {staying:?}");
        }
        let names: Vec<String> = staying.iter().map(|(name, _)| name.clone()).collect();
        let before = verdicts(broker, &names).await;
        assert_eq!(
            clean(broker).await,
            [format!(
                "{} versions, 0 branches and 0 webhook deliveries were deleted",
                going.len()
            )]
        );
        for name in &going {
            let (pacticipant, number) = name.split_once(' ').unwrap();
            broker
                .get(&format!("/pacticipants/{pacticipant}/versions/{number}"))
                .await
                .expect(404);
        }
        let after = verdicts(broker, &names).await;
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after);
        }
        // Nothing is left to do.
        let (again, going) = plan(broker).await;
        assert_eq!((again, going), (staying, Vec::new()));
    });
}

#[test]
fn young_versions_the_newest_and_the_main_branch_stay_as_the_operator_says() {
    let publish = async |broker: &TestBroker| {
        for number in 1..=6 {
            let branch = if number <= 3 { "main" } else { "feat" };
            broker
                .publish(
                    "web",
                    &number.to_string(),
                    Some(branch),
                    "api",
                    &number.to_string(),
                )
                .await;
        }
        hand_over(broker).await;
        plan(broker).await.1
    };
    on_each_database(&|_| {}, &async |broker| {
        assert!(publish(broker).await.is_empty(), "all are young");
        let rules = broker.get("/retention").await.expect(200).json;
        assert_eq!(rules["enabled"], false);
        assert_eq!(
            rules["rules"],
            json!({ "keepDays": 90, "keepNewest": 10, "keepMainBranch": true, "keepBranchDays": null })
        );
        assert_eq!(rules["summary"]["staying"]["young"], 6);
        let age = "UPDATE versions SET updated_at = updated_at - 91 * 86400000000".to_owned();
        broker.database.execute(age).await;
        assert!(plan(broker).await.1.is_empty(), "all are among the newest");
    });
    let newest = |config: &mut Config| {
        strict(config);
        config.retention_keep_newest = 4;
    };
    on_each_database(&newest, &async |broker| {
        assert_eq!(publish(broker).await, ["web 1", "web 2"]);
    });
    let main = |config: &mut Config| {
        strict(config);
        config.retention_keep_main_branch = true;
    };
    on_each_database(&main, &async |broker| {
        assert_eq!(publish(broker).await, ["web 4", "web 5"]);
    });
}

#[test]
fn stale_branches_go_and_their_newest_versions_with_them() {
    let stale = |config: &mut Config| {
        strict(config);
        config.retention_keep_branch_days = Some(30);
    };
    on_each_database(&stale, &async |broker| {
        for (number, branch) in [
            ("1", "main"),
            ("2", "old"),
            ("3", "fresh"),
            ("4", "old"),
            ("5", "fresh"),
        ] {
            broker.publish("web", number, Some(branch), "api", number).await;
        }
        let age =
            "UPDATE branches SET updated_at = updated_at - 31 * 86400000000 WHERE name IN ('main', 'old')";
        broker.database.execute(age.to_owned()).await;
        hand_over(broker).await;
        assert_eq!(plan(broker).await.1, ["web 2", "web 3", "web 4"]);
        assert_eq!(broker.get("/retention").await.json["summary"]["staleBranches"], 1);
        assert_eq!(
            clean(broker).await,
            ["3 versions, 1 branch and 0 webhook deliveries were deleted"]
        );
        broker.get("/pacticipants/web/branches/old").await.expect(404);
        for (branch, head) in [("main", "1"), ("fresh", "5")] {
            let latest = broker
                .get(&format!("/pacticipants/web/branches/{branch}/latest-version"))
                .await
                .expect(200);
            assert_eq!(latest.json["number"], head);
        }
    });
}

#[test]
fn the_plan_is_paged_and_filtered() {
    on_each_database(&strict, &async |broker| {
        for number in 1..=5 {
            broker
                .publish(
                    "web",
                    &number.to_string(),
                    Some("main"),
                    "api",
                    &number.to_string(),
                )
                .await;
        }
        hand_over(broker).await;
        let first = broker.get("/retention?goes=true&size=3").await.expect(200);
        assert_eq!(
            first.json["page"],
            json!({ "number": 1, "size": 3, "totalElements": 4, "totalPages": 2 })
        );
        assert_eq!(first.json["versions"].as_array().unwrap().len(), 3);
        let second = broker.get(&first.link("next")).await.expect(200);
        assert_eq!(second.json["versions"][0]["number"], "4");
        let stays = broker.get("/retention?goes=false").await.expect(200).json;
        assert_eq!(stays["versions"][0]["number"], "5");
        let none = broker.get("/retention?pacticipant=api").await.expect(200).json;
        assert_eq!(none["page"]["totalElements"], 0);
        broker.get("/retention?goes=perhaps").await.expect(400);
    });
}

#[test]
fn publishing_meanwhile_never_fails() {
    on_each_database(&strict, &async |broker| {
        for number in 0..8 {
            broker
                .publish("web", &number.to_string(), None, "api", &number.to_string())
                .await;
        }
        let stop = AtomicBool::new(false);
        let cleaning = async {
            while !stop.load(Ordering::Relaxed) {
                hand_over(broker).await;
                clean(broker).await;
            }
        };
        let publishing = async {
            let clients = (0..4).map(|client| async move {
                for round in 0..15 {
                    // Versions that are there, that are being deleted, and that were.
                    let number = ((round * 3 + client) % 8).to_string();
                    broker.publish("web", &number, None, "api", &number).await;
                    let tag = format!("/pacticipants/web/versions/{number}/tags/t{client}");
                    let tagged = broker.put(&tag, json!({})).await;
                    assert!(!tagged.status.is_server_error(), "{}", tagged.text);
                }
            });
            futures_util::future::join_all(clients).await;
            stop.store(true, Ordering::Relaxed);
        };
        tokio::join!(cleaning, publishing);
        // The newest version with a tag stays.
        for client in 0..4 {
            broker
                .get(&format!("/pacticipants/web/latest-version/t{client}"))
                .await
                .expect(200);
        }
    });
}

with_each_database! {
    async fn the_background_job_is_done_by_one_node_and_taken_over_from_a_dead_one(database) {
        let config = || {
            let mut config = Config { retention_enabled: true, retention_interval: Duration::from_millis(1), ..Config::default() };
            strict(&mut config);
            config
        };
        let nodes = [Running::start(database, config()).await, Running::start(database, config()).await];
        let left = async || {
            let (_, list) = nodes[0].get("/pacticipants/web/versions").await;
            list["_embedded"]["versions"].as_array().map_or(0, Vec::len)
        };
        let publish = async |numbers: std::ops::Range<u32>| {
            for number in numbers {
                let body = publish_body("web", &number.to_string(), Some("main"), "api", &number.to_string());
                nodes[1].expect(200, Method::POST, "/contracts/publish", body).await;
            }
        };
        publish(0..4).await;
        while left().await != 1 {
            tokio::task::yield_now().await;
        }
        // A node that died with the work in hand: the others leave it alone for a while, then take over.
        let dead = |due: &str| {
            format!("UPDATE periodic_jobs SET claimed_by = 'dead', due_at = {due} WHERE name = 'retention'")
        };
        while database.numbers("SELECT COUNT(*) FROM periodic_jobs WHERE claimed_by = 'dead' AND due_at > 9000000000000000".into()).await != [1] {
            database.execute(dead("9000000000000001")).await;
        }
        publish(4..8).await;
        assert_eq!(left().await, 5);
        database.execute(dead("0")).await;
        while left().await != 1 {
            tokio::task::yield_now().await;
        }
        let [first, second] = nodes;
        first.stop().await;
        second.stop().await;
    }
}

/// Runs the binary's sub-command; gives what it printed.
fn command(database: &Database, extra: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_contract-broker"))
        .arg("retention")
        .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", crate::process::KEY)
        .args(["--database-url", &database.url()])
        .args([
            "--retention-keep-days",
            "0",
            "--retention-keep-newest",
            "1",
            "--retention-keep-main-branch=false",
        ])
        .args(extra)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_command_says_what_it_would_delete_and_deletes_it() {
    on_each_database(&|_| {}, &async |broker| {
        for number in 1..=3 {
            broker
                .publish(
                    "web",
                    &number.to_string(),
                    Some("main"),
                    "api",
                    &number.to_string(),
                )
                .await;
        }
        hand_over(broker).await;
        let said = command(&broker.database, &["--dry-run"]);
        assert!(said.starts_with("web 1\nweb 2\n"), "{said}");
        assert!(
            said.ends_with("2 of 3 versions and 0 branches would be deleted\n"),
            "{said}"
        );
        broker.get("/pacticipants/web/versions/1").await.expect(200);
        assert_eq!(
            command(&broker.database, &[]),
            "2 versions, 0 branches and 0 webhook deliveries were deleted\n"
        );
        broker.get("/pacticipants/web/versions/1").await.expect(404);
        broker.get("/pacticipants/web/versions/3").await.expect(200);
    });
}
