//! Deleting what somebody begins to use at the same time, and using what somebody else does. A second connection does by hand what publishing does, and
//! commits when the deletion waits for it.

use std::pin::pin;

use contract_broker::Config;
use futures_util::future::join_all;
use serde_json::json;

use crate::{
    broker::{TestBroker, on_each_database},
    consistency,
    database::Database,
};

/// Does something while another connection has an open transaction, which ends when it is waited for.
async fn beside<T>(broker: &TestBroker, sql: &str, work: impl Future<Output = T>) -> T {
    let held = broker.database.connect().await;
    held.rows(&format!("BEGIN; {sql}")).await;
    let mut work = pin!(work);
    let early = tokio::select! {
        biased;
        done = &mut work => Some(done),
        () = held.waited_for() => None,
    };
    held.rows("COMMIT").await;
    match early {
        Some(done) => done,
        None => work.await,
    }
}

const ID_OF_WEB: &str = "(SELECT id FROM pacticipants WHERE name = 'web')";
const VERSION_2: &str = "(SELECT v.id FROM versions v JOIN pacticipants p ON p.id = v.pacticipant_id \
                         WHERE p.name = 'web' AND v.number = '2')";

fn insert_version_2() -> String {
    format!(
        "INSERT INTO versions (pacticipant_id, number, created_at, updated_at) VALUES ({ID_OF_WEB}, '2', 1, 1);"
    )
}

/// Publishes under version 2 what version 1 published.
fn publish_version_2() -> String {
    format!(
        "{} INSERT INTO publications (consumer_version_id, consumer_id, provider_id, revision, content_id, created_at) \
         SELECT {VERSION_2}, consumer_id, provider_id, 1, content_id, 1 FROM publications WHERE consumer_id = {ID_OF_WEB}; \
         INSERT INTO current_publications (consumer_version_id, consumer_id, provider_id, publication_id, content_id, \
         created_at) SELECT consumer_version_id, consumer_id, provider_id, id, content_id, created_at FROM publications \
         WHERE consumer_version_id = {VERSION_2};",
        insert_version_2()
    )
}

const BRANCH: &str =
    "(SELECT b.id FROM branches b JOIN pacticipants p ON p.id = b.pacticipant_id AND b.name = 'feat')";

/// Puts version 2 on the branch, not yet as its head.
fn add_version_2_to_branch() -> String {
    format!(
        "{} INSERT INTO branch_versions (branch_id, version_id, auto_created, created_at) \
         VALUES ({BRANCH}, {VERSION_2}, 0, 1);",
        insert_version_2()
    )
}

/// Makes version 2 the head of the branch.
fn move_head() -> String {
    format!(
        "UPDATE branch_heads SET version_id = {VERSION_2}, position = (SELECT MAX(id) FROM branch_versions) \
         WHERE branch_id = {BRANCH}; UPDATE branches SET updated_at = 4000000000000000 WHERE id = {BRANCH};"
    )
}

on_each_database! {
    async fn a_contract_stays_though_the_last_other_with_its_content_is_deleted(broker) {
        let root = "/pacts/provider/api/consumer/web";
        for (path, status) in [
            ("/pacticipants/web/versions/1".to_owned(), 204), (format!("{root}/version/1"), 200), (format!("{root}/versions"), 204),
        ] {
            broker.publish("web", "1", None, "api", "x").await;
            broker.verify("web", "1", "api", "7", true).await;
            beside(broker, &publish_version_2(), broker.delete(&path)).await.expect(status);
            broker.get(&format!("{root}/version/1")).await.expect(404);
            broker.get(&format!("{root}/version/2")).await.expect(200);
            // What was known of the content is known still.
            broker.get(&format!("{root}/version/2/verification-results/latest")).await.expect(200);
            consistency::holds(&broker.database).await;
            broker.delete("/pacticipants/web").await.expect(204);
        }
    }

    async fn a_branch_stays_though_its_last_other_version_goes(broker) {
        for path in ["/pacticipants/web/versions/1", "/pacticipants/web/branches/feat/versions/1"] {
            broker.publish("web", "1", Some("feat"), "api", "x").await;
            beside(broker, &add_version_2_to_branch(), broker.delete(path)).await.expect(204);
            let head = broker.get("/pacticipants/web/branches/feat/latest-version").await.expect(200);
            assert_eq!(head.json["number"], "2");
            consistency::holds(&broker.database).await;
            broker.delete("/pacticipants/web").await.expect(204);
        }
    }

    async fn a_pacticipant_stays_though_its_only_integration_ends(broker) {
        broker.publish("web", "1", None, "api", "x").await;
        broker.post("/pacticipants", json!({ "name": "store" })).await.expect(201);
        // The provider publishes a contract of its own.
        let of = |name: &str| format!("(SELECT id FROM pacticipants WHERE name = '{name}')");
        let (api, store) = (of("api"), of("store"));
        let sql = format!(
            "INSERT INTO versions (pacticipant_id, number, created_at, updated_at) VALUES ({api}, '9', 1, 1); \
             INSERT INTO contents (consumer_id, provider_id, sha, interactions_count, messages_count, created_at, edits, \
             document) SELECT {api}, {store}, sha, 1, 0, 1, edits, document FROM contents; \
             INSERT INTO publications (consumer_version_id, consumer_id, provider_id, revision, content_id, created_at) \
             SELECT v.id, {api}, {store}, 1, c.id, 1 FROM versions v, contents c WHERE v.number = '9' AND c.consumer_id = {api}; \
             INSERT INTO current_publications (consumer_version_id, consumer_id, provider_id, publication_id, content_id, \
             created_at) SELECT consumer_version_id, consumer_id, provider_id, id, content_id, 1 FROM publications \
             WHERE consumer_id = {api}; \
             INSERT INTO integrations (consumer_id, provider_id, created_at) VALUES ({api}, {store}, 1);"
        );
        beside(broker, &sql, broker.delete("/integrations/provider/api/consumer/web")).await.expect(204);
        broker.get("/pacts/provider/store/consumer/api/version/9").await.expect(200);
        broker.get("/pacticipants/web").await.expect(404);
        consistency::holds(&broker.database).await;
    }

    async fn what_is_published_for_a_pair_that_ends_ends_with_it_or_stays_whole(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        beside(broker, &publish_version_2(), broker.delete("/integrations/provider/api/consumer/web")).await.expect(204);
        consistency::holds(&broker.database).await;
    }

    async fn branches_made_after_the_request_to_delete_all_stay(broker) {
        broker.branch("web", "main", "1").await;
        let many: Vec<String> = (0..101).map(|number| format!("({ID_OF_WEB}, 'b{number}', 1, 1)")).collect();
        let columns = "INSERT INTO branches (pacticipant_id, name, created_at, updated_at) VALUES";
        broker.database.execute(format!("{columns} {}", many.join(", "))).await;
        // The first hundred wait for one that somebody holds; meanwhile there is another.
        let sql = format!("UPDATE branches SET updated_at = 2 WHERE name = 'b0'; {columns} ({ID_OF_WEB}, 'late', 1, 1);");
        beside(broker, &sql, broker.delete("/pacticipants/web/branches")).await.expect(202);
        let left = broker.get("/pacticipants/web/branches").await.expect(200);
        let names: Vec<&str> = left.json["_embedded"]["branches"].as_array().unwrap().iter()
            .map(|branch| branch["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["main", "late"]);
    }

    async fn a_tag_knows_its_first_use_though_another_noted_it_first(broker) {
        broker.publish("web", "1", None, "api", "x").await;
        let later = 4_000_000_000_000_000_i64;
        let sql = format!(
            "{} INSERT INTO tags (version_id, name, pacticipant_id, created_at) VALUES ({VERSION_2}, 't', {ID_OF_WEB}, {later}); \
             INSERT INTO tag_heads (pacticipant_id, name, version_id, first_tagged_at) \
             VALUES ({ID_OF_WEB}, 't', {VERSION_2}, {later});",
            insert_version_2()
        );
        beside(broker, &sql, broker.put("/pacticipants/web/versions/1/tags/t", json!({}))).await.expect(201);
        let latest = broker.get("/pacticipants/web/latest-version/t").await.expect(200);
        assert_eq!(latest.json["number"], "2");
        consistency::holds(&broker.database).await;
    }

    async fn many_who_publish_and_delete_leave_everything_right(broker) {
        let one = async |worker: usize| {
            for round in 0..8 {
                let number = format!("{worker}.{round}");
                let branch = ["main", "feat"][round % 2];
                broker.publish("web", &number, Some(branch), "api", &format!("c{}", round % 3)).await;
                broker.put(&format!("/pacticipants/web/versions/{number}/tags/t"), json!({})).await.expect(201);
                broker.verify("web", &number, "api", &number, true).await;
                if round % 2 == worker % 2 {
                    broker.delete(&format!("/pacticipants/web/versions/{number}")).await.expect(204);
                    broker.delete(&format!("/pacticipants/api/versions/{number}")).await.expect(204);
                }
            }
        };
        join_all((0..4).map(one)).await;
        for worker in 0..4 {
            for round in 0..8 {
                let status = if round % 2 == worker % 2 { 404 } else { 200 };
                let path = format!("/pacts/provider/api/consumer/web/version/{worker}.{round}");
                broker.get(&path).await.expect(status);
            }
        }
        consistency::holds(&broker.database).await;
    }
}

#[test]
fn a_branch_that_was_stale_stays_when_a_version_is_added_to_it() {
    let often = |config: &mut Config| config.retention_keep_branch_days = Some(30);
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        TestBroker::run_with(database, often, async |broker| {
            broker.publish("web", "0", Some("main"), "api", "x").await;
            broker.publish("web", "1", Some("feat"), "api", "x").await;
            let stale = "UPDATE branches SET updated_at = 1 WHERE name = 'feat'";
            broker.database.execute(stale.to_owned()).await;
            let deletion = Box::pin(broker.broker.retain(false, |_| {}));
            beside(broker, &(add_version_2_to_branch() + &move_head()), deletion)
                .await
                .unwrap();
            let head = broker.get("/pacticipants/web/branches/feat/latest-version").await;
            assert_eq!(head.expect(200).json["number"], "2");
            consistency::holds(&broker.database).await;
        });
    }
}

/// On SQLite one write ends before the next begins.
#[test]
fn a_branch_knows_a_contract_that_was_published_while_its_only_other_was_deleted() {
    let Some(database) = Database::postgres() else {
        return;
    };
    TestBroker::run(database, async |broker| {
        broker.publish("web", "1", Some("feat"), "api", "x").await;
        broker.branch("web", "feat", "2").await;
        let held = broker.database.connect().await;
        held.rows("BEGIN; SELECT id FROM pacticipants WHERE name = 'api' FOR UPDATE")
            .await;
        let delete = async {
            held.waited_for().await;
            broker.delete("/pacticipants/web/versions/1").await.expect(204);
            held.rows("COMMIT").await;
        };
        tokio::join!(broker.publish("web", "2", None, "api", "y"), delete);
        let latest = broker
            .get("/pacts/provider/api/consumer/web/branch/feat/latest")
            .await;
        assert_eq!(latest.expect(200).header("x-pact-consumer-version"), "2");
        consistency::holds(&broker.database).await;
    });
}

/// On SQLite one write ends before the next begins.
#[test]
fn an_integration_is_known_by_a_contract_that_was_published_while_it_ended() {
    let Some(database) = Database::postgres() else {
        return;
    };
    TestBroker::run(database, async |broker| {
        broker.publish("web", "1", None, "api", "x").await;
        broker
            .put("/pacticipants/web/versions/2", json!({}))
            .await
            .expect(201);
        let end = "SELECT id FROM pacticipants WHERE name = 'api' FOR UPDATE; DELETE FROM current_publications; \
                   DELETE FROM publications; DELETE FROM contents; DELETE FROM integrations;";
        beside(broker, end, broker.publish("web", "2", None, "api", "y")).await;
        broker
            .get("/pacts/provider/api/consumer/web/version/2")
            .await
            .expect(200);
        consistency::holds(&broker.database).await;
    });
}
