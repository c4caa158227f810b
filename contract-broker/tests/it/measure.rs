//! How much memory answers take, and how long comparing the largest contracts does. Set `CONTRACT_MEASURE` to run it, with
//! `--release` for figures that mean something; it reads `/proc`, so it needs Linux.

use std::time::{Duration, Instant};

use contract_broker::{Broker, Config};
use serde_json::{Value, json};

use crate::{
    database::Database,
    process::Process,
    running::{client, with_each_database},
};

/// The most memory that a GET may take beyond what the idle broker has.
const MOST_KIB: u64 = 64 * 1024;

/// How long the comparison of the largest contracts may take, and how long `/healthz` meanwhile.
const LONGEST_COMPARISON: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_millis(50);

fn is_wanted() -> bool {
    if std::env::var_os("CONTRACT_MEASURE").is_none() {
        println!("skipped: CONTRACT_MEASURE is not set");
        return false;
    }
    true
}

/// A number of KiB in the status of a process.
fn memory(process: &Process, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// 10,000 versions of `web` and of `api`, on branches, with tags, contracts, results and releases, and 50 environments with
/// names as long as they may be.
async fn crowd(database: &Database) {
    for sql in [
        "INSERT INTO pacticipants (name, main_branch, created_at, updated_at) VALUES ('web', 'main', 1, 1), ('api', 'main', 1, 1)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
         INSERT INTO versions (pacticipant_id, number, created_at, updated_at) SELECT p.id, CAST(n.i AS TEXT), 1, 1 \
         FROM pacticipants p, n ORDER BY n.i, p.id",
        "INSERT INTO branches (pacticipant_id, name, created_at, updated_at) SELECT id, 'main', 1, 1 FROM pacticipants",
        "INSERT INTO branches (pacticipant_id, name, created_at, updated_at) SELECT v.pacticipant_id, 'feat/' || v.number, 1, 1 \
         FROM versions v JOIN pacticipants p ON p.id = v.pacticipant_id WHERE p.name = 'web'",
        "INSERT INTO branch_versions (branch_id, version_id, auto_created, created_at) SELECT b.id, v.id, 0, 1 \
         FROM versions v JOIN branches b ON b.pacticipant_id = v.pacticipant_id AND b.name IN ('main', 'feat/' || v.number)",
        "INSERT INTO branch_heads (branch_id, version_id, position) SELECT branch_id, MAX(version_id), MAX(id) FROM branch_versions \
         GROUP BY branch_id",
        "INSERT INTO tags (version_id, name, pacticipant_id, created_at) SELECT id, 'gold', pacticipant_id, 1 FROM versions",
        "INSERT INTO tag_heads (pacticipant_id, name, version_id, first_tagged_at) SELECT pacticipant_id, 'gold', MAX(version_id), 1 \
         FROM tags GROUP BY pacticipant_id",
        "INSERT INTO integrations (consumer_id, provider_id, created_at) SELECT w.id, a.id, 1 FROM pacticipants w, pacticipants a \
         WHERE w.name = 'web' AND a.name = 'api'",
        "INSERT INTO contents (consumer_id, provider_id, sha, interactions_count, messages_count, created_at, edits, document) \
         SELECT w.id, a.id, v.number, 1, 0, 1, '{}', '{\"consumer\":{\"name\":\"web\"},\"provider\":{\"name\":\"api\"},\"interactions\":[]}' \
         FROM versions v JOIN pacticipants w ON w.id = v.pacticipant_id AND w.name = 'web' JOIN pacticipants a ON a.name = 'api'",
        "INSERT INTO publications (consumer_version_id, consumer_id, provider_id, revision, content_id, created_at) \
         SELECT v.id, c.consumer_id, c.provider_id, 1, c.id, 1 FROM contents c JOIN versions v \
         ON v.pacticipant_id = c.consumer_id AND v.number = c.sha",
        "INSERT INTO current_publications (consumer_version_id, provider_id, consumer_id, publication_id, content_id, created_at) \
         SELECT consumer_version_id, provider_id, consumer_id, id, content_id, 1 FROM publications",
        "INSERT INTO branch_contracts (branch_id, provider_id, consumer_version_id, position, published_at) \
         SELECT m.branch_id, k.provider_id, MAX(k.consumer_version_id), MAX(m.id), 1 FROM current_publications k \
         JOIN branch_versions m ON m.version_id = k.consumer_version_id GROUP BY m.branch_id, k.provider_id",
        "INSERT INTO verifications (content_id, provider_version_id, consumer_id, provider_id, success, wip, pending, created_at) \
         SELECT c.id, v.id, c.consumer_id, c.provider_id, 1, 0, 0, 1 FROM contents c JOIN versions v \
         ON v.pacticipant_id = c.provider_id AND v.number = c.sha",
        "INSERT INTO current_verifications (content_id, provider_version_id, verification_id, success, created_at) \
         SELECT content_id, provider_version_id, id, 1, 1 FROM verifications",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) \
         INSERT INTO environments (uuid, name, display_name, production, contacts, created_at, updated_at) \
         SELECT 'environment-' || n.i, 'environment-' || n.i, 'E', 0, '[]', 1, 1 FROM n",
        "UPDATE environments SET display_name = REPLACE(REPLACE('aaaaaaaaaaaaaaa', 'a', 'bbbb'), 'b', 'name')",
        "INSERT INTO deployments (uuid, kind, environment_id, pacticipant_id, version_id, instance, auto_created, created_at, \
         updated_at) SELECT 'release-' || v.id, 'released', e.id, v.pacticipant_id, v.id, '', 0, 1, 1 FROM versions v \
         JOIN environments e ON e.uuid = 'environment-' || (v.id % 50 + 1)",
        "INSERT INTO current_deployments (environment_id, pacticipant_id, kind, slot, version_id, deployment_id, since) \
         SELECT environment_id, pacticipant_id, kind, CAST(version_id AS TEXT), version_id, id, 1 FROM deployments",
        // As the database does by itself after a while: without statistics PostgreSQL plans for empty tables.
        "ANALYZE",
    ] {
        database.execute(sql.to_owned()).await;
    }
}

/// What the names in an address stand for.
const NAMES: &[(&str, &str)] = &[
    ("{pacticipant}", "web"),
    ("{consumer}", "web"),
    ("{provider}", "api"),
    ("{version}", "9999"),
    ("{other}", "9998"),
    ("{branch}", "main"),
    ("{environment}", "environment-7"),
    ("{tag}", "gold"),
    ("{to}", "gold"),
    ("{toTag}", "gold"),
    ("{providerTag}", "gold"),
    ("{label}", "core"),
    ("{sha}", "9999"),
    ("{metadata}", "e30"),
    ("{number}", "9999"),
    ("{uuid}", "release-1"),
    ("{relation}", "pact"),
    ("{name}", "web"),
];

with_each_database! {
    async fn no_answer_takes_much_memory(database) {
        if !is_wanted() {
            return;
        }
        database.create().await;
        let config = Config { database_url: database.url(), webhook_encryption_key: Some(crate::process::KEY.into()), ..Config::default() };
        Broker::build(config).await.unwrap().close().await;
        crowd(database).await;
        let process = Process::start(database);
        let client = client();
        let get = async |path: &str, accept: &str| {
            let answer = client.get(format!("{}{path}", process.address)).header("accept", accept).send().await.unwrap();
            let status = answer.status().as_u16();
            (status, answer.bytes().await.unwrap())
        };
        let (_, description) = get("/openapi.json", "application/json").await;
        let description: Value = serde_json::from_slice(&description).unwrap();
        let mut paths: Vec<String> = Vec::new();
        for (template, operations) in description["paths"].as_object().unwrap() {
            if operations["get"].is_null() {
                continue;
            }
            let path = NAMES.iter().fold(template.clone(), |path, (name, value)| path.replace(name, value));
            paths.push(path.replace("groups/{pacticipant}", "groups/web"));
        }
        paths.push("/matrix?q[][pacticipant]=web&q[][pacticipant]=api&latestby=cvpv&limit=1000".to_owned());
        paths.push("/matrix?q[][pacticipant]=web&q[][tag]=gold&q[][pacticipant]=api&q[][tag]=gold&limit=1000".to_owned());
        paths.push("/pacticipants/web/versions?page=2&size=1000".to_owned());
        // What the allocator keeps of the first answers is part of the idle broker.
        for path in ["/", "/pacticipants", "/matrix?q[][pacticipant]=web"] {
            get(path, "application/hal+json").await;
        }
        let mut wrong = Vec::new();
        let mut most = (0, String::new());
        for path in &paths {
            for accept in ["application/hal+json", "*/*", "text/html"] {
                std::fs::write(format!("/proc/{}/clear_refs", process.id()), "5").unwrap();
                let before = memory(&process, "VmRSS");
                let (status, body) = get(path, accept).await;
                let taken = memory(&process, "VmHWM").saturating_sub(before);
                assert!(status < 500 || path == "/test/error", "{path}: {status}");
                if taken > most.0 {
                    most = (taken, format!("{path} ({accept}, {} bytes)", body.len()));
                }
                if taken > MOST_KIB {
                    wrong.push(format!("{path} ({accept}): {taken} KiB"));
                }
            }
        }
        println!("{} addresses; idle {} KiB; most {} KiB for {}", paths.len(), memory(&process, "VmRSS"), most.0, most.1);
        process.stop();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn the_largest_contracts_are_compared_while_everyone_is_served(database) {
        if !is_wanted() {
            return;
        }
        database.create().await;
        let process = Process::start(database);
        let client = client();
        for version in ["1", "2"] {
            let interactions: Vec<Value> = (0..150_000)
                .map(|number| json!({
                    "description": format!("a request for thing {number}"),
                    "request": { "method": "GET", "path": format!("/things/{number}") },
                    "response": { "status": 200, "body": { "id": number, "version": version, "name": "thing" } },
                }))
                .collect();
            let contract = json!({
                "consumer": { "name": "web" }, "provider": { "name": "api" }, "interactions": interactions,
                "metadata": { "pactSpecification": { "version": "3.0.0" } },
            });
            let text = contract.to_string();
            println!("version {version}: {} bytes", text.len());
            let address = format!("{}/pacts/provider/api/consumer/web/version/{version}", process.address);
            let started = Instant::now();
            let sent = client.put(address).header("content-type", "application/json").body(text).send().await.unwrap();
            assert_eq!(sent.status(), 201);
            println!("published in {:?}", started.elapsed());
        }
        let address = format!("{}/pacts/provider/api/consumer/web/version/2/changes", process.address);
        let compare = async {
            let started = Instant::now();
            let answer = client.get(&address).header("accept", "application/hal+json").send().await.unwrap();
            let answer: Value = answer.json().await.unwrap();
            let shown = answer["interactions"].as_array().unwrap().len();
            let not_shown = answer["interactionsNotShown"].as_u64().unwrap_or_default();
            assert_eq!(shown as u64 + not_shown, 150_000);
            started.elapsed()
        };
        let mut slowest = Duration::ZERO;
        tokio::pin!(compare);
        let took = loop {
            let started = Instant::now();
            let asked = client.get(format!("{}/healthz", process.address)).send();
            tokio::select! {
                took = &mut compare => break took,
                answer = asked => {
                    assert_eq!(answer.unwrap().status(), 200);
                    slowest = slowest.max(started.elapsed());
                }
            }
        };
        println!("compared in {took:?}; /healthz answered within {slowest:?} meanwhile");
        process.stop();
        if cfg!(debug_assertions) {
            println!("not judged: figures of a build without --release mean nothing");
            return;
        }
        assert!(took <= LONGEST_COMPARISON, "{took:?}");
        assert!(slowest <= LONGEST_WAIT, "{slowest:?}");
    }
}
