//! Moving in from a Pact Broker by its API, which a broker of our own serves here.

use contract_broker::{
    Config,
    operate::{Account, Source, compare, move_in},
};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{broker::TestBroker, consistency, database::Database, moving::seed, process::KEY};

fn config(database: &Database) -> Config {
    Config {
        database_url: database.url(),
        database_max_connections: 4,
        webhook_encryption_key: Some(KEY.into()),
        ..Config::default()
    }
}

/// Serves a broker on a port; gives what reads from there.
async fn served(broker: &TestBroker) -> Source {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let router = broker.broker.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Source::at(&address, Account::None).unwrap()
}

async fn moved(source: &Source, target: &Database) -> Vec<String> {
    let mut lines = Vec::new();
    move_in(&config(target), source, |line| lines.push(line))
        .await
        .unwrap();
    lines
}

/// What has to be the same on both sides: questions whose ids may differ and whose answers may not.
const SAME: [&str; 9] = [
    "SELECT p.name, p.main_branch, l.name FROM pacticipants p LEFT JOIN labels l ON l.pacticipant_id = p.id ORDER BY 1, 3",
    "SELECT p.name, v.number FROM versions v JOIN pacticipants p ON p.id = v.pacticipant_id ORDER BY v.pacticipant_id, v.id",
    "SELECT p.name, v.number, v.created_at / 1000000 FROM versions v JOIN pacticipants p ON p.id = v.pacticipant_id \
     ORDER BY 1, 2",
    "SELECT b.name, v.number FROM branch_heads h JOIN branches b ON b.id = h.branch_id JOIN versions v \
     ON v.id = h.version_id ORDER BY 1, 2",
    "SELECT t.name, v.number FROM tags t JOIN versions v ON v.id = t.version_id ORDER BY 1, 2",
    "SELECT c.sha, v.number, k.created_at / 1000000 FROM current_publications k JOIN contents c ON c.id = k.content_id \
     JOIN versions v ON v.id = k.consumer_version_id ORDER BY 1, 2",
    "SELECT c.sha, v.number, r.success FROM current_verifications r JOIN contents c ON c.id = r.content_id \
     JOIN versions v ON v.id = r.provider_version_id ORDER BY 1, 2",
    "SELECT e.uuid, e.name, d.uuid, v.number, d.instance FROM current_deployments k JOIN deployments d \
     ON d.id = k.deployment_id JOIN environments e ON e.id = k.environment_id JOIN versions v ON v.id = k.version_id \
     ORDER BY 1, 3",
    "SELECT uuid, description, events FROM webhooks ORDER BY 1",
];

async fn same(source: &Database, target: &Database) {
    for question in SAME {
        let there = source.connect().await.rows(question).await;
        assert_eq!(target.connect().await.rows(question).await, there, "{question}");
        assert!(!there.is_empty(), "{question}");
    }
    consistency::holds(target).await;
}

/// A broker with something of every kind.
fn with_source(test: impl AsyncFnOnce(&TestBroker, &Source)) {
    TestBroker::run(Database::sqlite(), async |broker| {
        seed(broker).await;
        let source = served(broker).await;
        test(broker, &source).await;
    });
}

#[test]
fn what_a_pact_broker_serves_is_here_after_a_move_and_a_second_move_adds_what_is_new() {
    with_source(async |broker, source| {
        for target in [Some(Database::sqlite()), Database::postgres()]
            .into_iter()
            .flatten()
        {
            target.create().await;
            let lines = moved(source, &target).await;
            assert!(lines.iter().any(|line| line == "3 contracts"), "{lines:?}");
            assert!(
                lines
                    .iter()
                    .any(|line| line.contains(" is here without the header Authorization, which")),
                "{lines:?}"
            );
            same(&broker.database, &target).await;
            let enabled = target.numbers("SELECT enabled FROM webhooks".to_owned()).await;
            assert_eq!(enabled, [0], "two brokers would both start builds");
            let count = "SELECT COUNT(*) FROM verifications".to_owned();
            let before = target.numbers(count.clone()).await;
            moved(source, &target).await;
            same(&broker.database, &target).await;
            assert_eq!(target.numbers(count).await, before, "no result is copied twice");
            target.remove().await;
        }
        let target = Database::sqlite();
        moved(source, &target).await;
        broker
            .publish("Shop \"é\"", "4.0", Some("main"), "Stock", "content 4")
            .await;
        broker
            .verify("Shop%20%22%C3%A9%22", "4.0", "Stock", "s4", true)
            .await;
        moved(source, &target).await;
        same(&broker.database, &target).await;
    });
}

#[test]
fn a_broker_that_has_accounts_already_is_moved_into_and_compared() {
    with_source(async |broker, source| {
        let target = Database::sqlite();
        let settings = Config {
            limits_requests_per_minute: Some(1),
            limits_burst: 1,
            ..config(&target)
        };
        let own = contract_broker::Broker::build(settings.clone()).await.unwrap();
        own.make_administrator("Ann", "ann@example.org", None)
            .await
            .unwrap();
        own.close().await;
        move_in(&settings, source, |_| {}).await.unwrap();
        same(&broker.database, &target).await;
        let mut lines = Vec::new();
        let different = compare(&settings, source, |line| lines.push(line)).await.unwrap();
        assert_eq!(different, 0, "{lines:?}");
    });
}

#[test]
fn a_comparison_finds_what_is_not_the_same() {
    with_source(async |broker, source| {
        let target = Database::sqlite();
        moved(source, &target).await;
        let mut lines = Vec::new();
        let different = compare(&config(&target), source, |line| lines.push(line))
            .await
            .unwrap();
        assert_eq!((different, lines.len()), (0, 1), "{lines:?}");
        assert_eq!(lines[0], "1 deployed and released versions compared, 0 different");
        // At the source alone, a version of the provider that verified what is deployed gets there, too.
        broker
            .verify("Shop%20%22%C3%A9%22", "2.0", "Stock", "s4", true)
            .await;
        let environments = broker.get("/environments").await;
        let uuid = environments.json["_embedded"]["environments"][0]["uuid"]
            .as_str()
            .unwrap();
        let path = format!("/pacticipants/Stock/versions/s4/deployed-versions/environment/{uuid}");
        assert_eq!(broker.post(&path, json!({})).await.status, 201);
        lines.clear();
        let different = compare(&config(&target), source, |line| lines.push(line))
            .await
            .unwrap();
        assert!(different > 0, "{lines:?}");
        assert!(lines[0].contains(" in production: there "), "{lines:?}");
    });
}

#[tokio::test]
async fn a_pact_broker_that_is_not_there_or_refuses_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let app = axum::Router::new().fallback(async || http::StatusCode::UNAUTHORIZED);
        axum::serve(listener, app).await
    });
    let source = Source::at(&address, Account::None).unwrap();
    let error = move_in(&config(&Database::sqlite()), &source, |_| {})
        .await
        .unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("/pacticipants") && error.contains("PACT_BROKER_TOKEN"),
        "{error}"
    );
    assert!(Source::at("broker", Account::None).is_err());
}
