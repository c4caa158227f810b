//! What the database does for the requests that are asked most: no statement of theirs reads a whole table that grows
//! with the number of versions, and they read no more rows when there are more versions. The statements are those that the broker logs while it answers.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Value, json};

use crate::{
    broker::{TestBroker, on_each_database, publish_body},
    database::Database,
    process::Process,
    query_plan::{self, GROWING},
    running::client,
};

/// Thousands of rows about other pacticipants in each growing table, so that the planner sees tables that have grown.
async fn crowd(database: &Database) {
    for sql in [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) \
         INSERT INTO pacticipants (name, created_at, updated_at) \
         SELECT 'other-web-' || n.i, 1, 1 FROM n UNION ALL SELECT 'other-api-' || n.i, 1, 1 FROM n",
        "INSERT INTO branches (pacticipant_id, name, created_at, updated_at) SELECT id, 'main', 1, 1 FROM pacticipants",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150) \
         INSERT INTO versions (pacticipant_id, number, created_at, updated_at) \
         SELECT p.id, CAST(n.i AS TEXT), 1, 1 FROM n, pacticipants p",
        "INSERT INTO branch_versions (branch_id, version_id, auto_created, created_at) SELECT b.id, v.id, 0, 1 \
         FROM versions v JOIN branches b ON b.pacticipant_id = v.pacticipant_id",
        "INSERT INTO tags (version_id, name, pacticipant_id, created_at) SELECT id, 'gold', pacticipant_id, 1 FROM versions",
        "INSERT INTO contents (consumer_id, provider_id, sha, interactions_count, messages_count, created_at, edits, \
         document) SELECT v.pacticipant_id, a.id, v.number, 1, 0, 1, '{}', '{}' FROM versions v \
         JOIN pacticipants w ON w.id = v.pacticipant_id JOIN pacticipants a ON a.name = REPLACE(w.name, 'web', 'api') \
         WHERE w.name LIKE 'other-web-%'",
        "INSERT INTO publications (consumer_version_id, consumer_id, provider_id, revision, content_id, created_at) \
         SELECT v.id, c.consumer_id, c.provider_id, 1, c.id, 1 FROM contents c JOIN versions v \
         ON v.pacticipant_id = c.consumer_id AND v.number = c.sha",
        "INSERT INTO current_publications (consumer_version_id, provider_id, consumer_id, publication_id, content_id, \
         created_at) SELECT consumer_version_id, provider_id, consumer_id, id, content_id, 1 FROM publications",
        "INSERT INTO verifications (content_id, provider_version_id, consumer_id, provider_id, success, wip, pending, \
         created_at) SELECT c.id, v.id, c.consumer_id, c.provider_id, 1, 0, 0, 1 FROM contents c JOIN versions v \
         ON v.pacticipant_id = c.provider_id AND v.number = c.sha",
        "INSERT INTO current_verifications (content_id, provider_version_id, verification_id, success, created_at) \
         SELECT content_id, provider_version_id, id, 1, 1 FROM verifications",
        "INSERT INTO verified_on (content_id, kind, name, wip, first_at, last_at) SELECT id, 'branch', 'main', 0, 1, 1 \
         FROM contents",
        "INSERT INTO environments (uuid, name, display_name, production, contacts, created_at, updated_at) \
         VALUES ('other', 'other', 'Other', 0, '[]', 1, 1)",
        "INSERT INTO deployments (uuid, kind, environment_id, pacticipant_id, version_id, instance, auto_created, \
         created_at, updated_at, ended_at) SELECT 'd-' || v.id, 'deployed', e.id, v.pacticipant_id, v.id, '', 0, 1, 1, 2 \
         FROM versions v, environments e WHERE e.name = 'other'",
        "INSERT INTO triggered_webhooks (uuid, webhook_uuid, event_name, trigger_type, consumer_id, provider_id, \
         consumer_version_id, parameters, status, attempts, failures, created_at, updated_at) SELECT 't-' || id, 'other', \
         'contract_published', 'resource_creation', consumer_id, provider_id, consumer_version_id, '{}', \
         CASE WHEN id % 4 = 0 THEN 'failure' ELSE 'success' END, 1, 0, 1, 1 FROM publications",
        "ANALYZE",
    ] {
        database.execute(sql.to_owned()).await;
    }
}

/// Versions of two pacticipants that know each other, from one number to another.
async fn seed(broker: &TestBroker, numbers: std::ops::Range<u32>) {
    if numbers.start == 0 {
        broker.environment("production").await;
        broker.branch("api", "main", "0").await;
    }
    let end = numbers.end;
    for number in numbers {
        let branch = if number % 10 == 5 { "feat" } else { "main" };
        let version = number.to_string();
        // Every fifth contract is the same one, and each provider version verifies it again.
        let content = if number % 5 == 4 {
            "same".to_owned()
        } else {
            format!("c{}", number / 2)
        };
        broker
            .publish("web", &version, Some(branch), "api", &content)
            .await;
        broker
            .put(
                &format!("/pacticipants/web/versions/{version}/tags/gold"),
                json!({}),
            )
            .await
            .expect(201);
        broker.branch("api", "main", &version).await;
        broker
            .verify("web", &version, "api", &version, number % 7 != 0)
            .await;
        if number > 4 {
            broker.verify("web", "4", "api", &version, true).await;
        }
    }
    for pacticipant in ["web", "api"] {
        broker
            .deploy(pacticipant, &(end - 2).to_string(), "production")
            .await;
    }
}

/// The requests that are asked most, about the newest of `count` versions. `new` names versions that are not there.
async fn ask(address: &str, count: u32, new: &str) {
    let client = client();
    let send = async |method: Method, path: &str, body: Value| {
        let request = client
            .request(method, format!("{address}{path}"))
            .header("accept", "application/hal+json");
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str::<Value>(&text).unwrap_or_default()
    };
    let get = async |path: &str| send(Method::GET, path, Value::Null).await;
    let selectors = json!([
        { "mainBranch": true }, { "branch": "feat" }, { "deployedOrReleased": true }, { "tag": "gold", "latest": true },
        { "matchingBranch": true }, { "environment": "production" },
    ]);
    let selection = json!({
        "consumerVersionSelectors": selectors,
        "includePendingStatus": true,
        "includeWipPactsSince": "2020-01-01",
        "providerVersionBranch": "main",
    });
    send(Method::POST, "/pacts/provider/api/for-verification", selection).await;
    let last = count - 1;
    for query in [
        format!("q[][pacticipant]=web&q[][version]={last}&latestby=cvp&environment=production"),
        format!("q[][pacticipant]=api&q[][version]={last}&latestby=cvp&environment=production"),
        format!(
            "q[][pacticipant]=web&q[][version]={last}&q[][pacticipant]=api&q[][version]={last}&latestby=cvpv"
        ),
        "q[][pacticipant]=web&q[][branch]=feat&q[][latest]=true&latestby=cvp&latest=true&mainBranch=true"
            .to_owned(),
    ] {
        get(&format!(
            "/matrix?{}",
            query.replace('[', "%5B").replace(']', "%5D")
        ))
        .await;
    }
    get(&format!(
        "/can-i-deploy?pacticipant=web&version={last}&environment=production"
    ))
    .await;
    get(&format!(
        "/can-i-deploy?pacticipant=api&version={last}&environment=production"
    ))
    .await;
    get("/dashboard").await;
    get(&format!("/pacts/provider/api/consumer/web/version/{last}")).await;
    get("/pacts/provider/api/consumer/web/latest").await;
    get("/pacts/provider/api/consumer/web/branch/main/latest").await;
    for page in ["/", "/dashboard/provider/api/consumer/web", "/pacticipants/web"] {
        let request = client
            .get(format!("{address}{page}"))
            .header("accept", "text/html");
        assert!(request.send().await.unwrap().status().is_success(), "{page}");
    }
    // Content that is known, content that many versions verified, then new content, and a result for it.
    for content in [format!("c{}", last / 2), "same".to_owned(), format!("new-{new}")] {
        let body = publish_body("web", &format!("{new}-{content}"), Some("main"), "api", &content);
        send(Method::POST, "/contracts/publish", body).await;
    }
    let contract = get("/pacts/provider/api/consumer/web/latest").await;
    let link = contract["_links"]["pb:publish-verification-results"]["href"]
        .as_str()
        .unwrap();
    let result = json!({ "success": true, "providerApplicationVersion": last.to_string() });
    send(Method::POST, link.strip_prefix(address).unwrap(), result).await;
}

/// Flags that make a broker log its statements.
pub(crate) const LOGGED: &[&str] = &[
    "--log-level",
    "contract_broker::sql=debug",
    "--log-format",
    "json",
];

/// The statements that a broker logged, each with how many rows it gave.
pub(crate) fn logged(log: &str) -> Vec<(String, i64)> {
    log.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|event| event["target"] == "contract_broker::sql")
        .map(|event| {
            let fields = &event["fields"];
            let sql = fields["sql"].as_str().unwrap().to_owned();
            (sql, fields["rows"].as_i64().unwrap())
        })
        .filter(|(sql, _)| {
            ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
                .iter()
                .any(|verb| sql.starts_with(verb))
        })
        .collect()
}

on_each_database! {
    async fn no_hot_statement_reads_a_whole_table_that_grows(broker) {
        crowd(&broker.database).await;
        seed(broker, 0..60).await;
        let process = Process::start_with(&broker.database.url(), LOGGED);
        ask(&process.address, 60, "next").await;
        let statements: BTreeSet<String> = logged(&process.stop()).into_iter().map(|(sql, _)| sql).collect();
        assert!(statements.len() > 30, "{statements:#?}");
        broker.database.execute("ANALYZE".to_owned()).await;
        let connection = broker.database.connect().await;
        let mut wrong = Vec::new();
        for sql in &statements {
            let (found, plan) = query_plan::whole_tables(&broker.database, &connection, sql).await;
            if !found.is_empty() {
                wrong.push(format!("{sql}\n{}", plan.join("\n")));
            }
        }
        assert!(wrong.is_empty(), "{} of {} statements:\n{}", wrong.len(), statements.len(), wrong.join("\n\n"));
    }
}

/// How many rows each statement gave while a broker answered the hot requests; lists of values are left out, since
/// their length may differ.
fn rows_given(log: &str) -> BTreeMap<String, i64> {
    let mut given = BTreeMap::new();
    for (sql, rows) in logged(log) {
        let words = sql
            .split_whitespace()
            .filter(|word| !word.trim_start_matches('(').starts_with('$'));
        let sql = words.collect::<Vec<_>>().join(" ");
        *given.entry(sql).or_default() += rows;
    }
    given
}

/// How many rows PostgreSQL has read from each growing table, index or not; of connections that have ended.
async fn rows_read(database: &Database) -> BTreeMap<String, i64> {
    let Database::Postgres { schema, .. } = database else {
        return BTreeMap::new();
    };
    // The server counts what a connection read when it has ended.
    let gone = format!("SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = '{schema}'");
    while database.numbers(gone.clone()).await != [0] {
        tokio::task::yield_now().await;
    }
    let sql = format!(
        "SELECT relname, COALESCE(seq_tup_read, 0) + COALESCE(idx_tup_fetch, 0) \
         FROM pg_stat_user_tables WHERE schemaname = '{schema}'"
    );
    let rows = database.connect().await.rows(&sql).await;
    rows.into_iter()
        .map(|row| (row[0].clone(), row[1].parse().unwrap()))
        .filter(|(table, _)| GROWING.contains(&table.as_str()))
        .collect()
}

/// What the hot requests cost: the rows that statements gave, by statement, and the rows that were read, by table.
async fn cost(database: &Database, count: u32) -> (BTreeMap<String, i64>, BTreeMap<String, i64>) {
    // What seeding set off is no part of it.
    database
        .execute("DELETE FROM events_outbox; ANALYZE".to_owned())
        .await;
    let url = match database {
        Database::Sqlite(_) => database.url(),
        Database::Postgres { schema, .. } => {
            // However small a table is here: with the index.
            format!(
                "{}%20-cenable_seqscan%3Doff&application_name={schema}",
                database.url()
            )
        }
    };
    let before = rows_read(database).await;
    let process = Process::start_with(&url, LOGGED);
    ask(&process.address, count, &format!("next-{count}")).await;
    let given = rows_given(&process.stop());
    let mut read = rows_read(database).await;
    for (table, rows) in &mut read {
        *rows -= before.get(table).copied().unwrap_or_default();
    }
    (given, read)
}

/// What is more than half as much again, beyond a few.
fn grown<'a>(few: &BTreeMap<String, i64>, many: &'a BTreeMap<String, i64>) -> Vec<(&'a String, i64, i64)> {
    many.iter()
        .map(|(name, rows)| (name, few.get(name).copied().unwrap_or_default(), *rows))
        .filter(|(_, before, rows)| *rows > before * 3 / 2 + 20)
        .collect()
}

on_each_database! {
    async fn hot_requests_read_as_many_rows_when_there_are_three_times_as_many_versions(broker) {
        crowd(&broker.database).await;
        seed(broker, 0..60).await;
        let few = cost(&broker.database, 60).await;
        seed(broker, 60..180).await;
        let many = cost(&broker.database, 180).await;
        let (given, read) = (grown(&few.0, &many.0), grown(&few.1, &many.1));
        assert!(given.is_empty() && read.is_empty(), "{given:#?}\n{read:#?}");
    }
}
