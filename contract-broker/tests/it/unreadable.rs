//! What the broker wrote and cannot read back is an error that names the row, never an empty value.

use contract_broker::Config;
use http::Method;
use serde_json::{Value, json};

use crate::{
    broker::{TestBroker, on_each_database, publish_body},
    database::Database,
    process::Process,
    running::{Receiver, Running, client, with_each_database},
    webhooks::{config, settled, webhook},
};

/// Damages a column of every row of a table.
async fn damage(database: &Database, table: &str, column: &str) {
    database
        .execute(format!("UPDATE {table} SET {column} = '{{\"x\":'"))
        .await;
}

/// A failure that names the table, and the column that cannot be read.
fn names(text: &str, table: &str, column: &str) -> bool {
    text.contains(&format!("of the table {table} cannot be read: {column}: "))
}

async fn refuses(broker: &TestBroker, path: &str, table: &str, column: &str) {
    let answer = broker.get(path).await.expect(500);
    assert!(names(&answer.text, table, column), "{path}: {}", answer.text);
}

async fn page_refuses(broker: &TestBroker, path: &str, table: &str, column: &str) {
    let page = broker
        .request(Method::GET, path)
        .header("accept", "text/html")
        .send()
        .await
        .expect(500);
    assert!(names(&page.text, table, column), "{path}: {}", page.text);
}

on_each_database! {
    async fn a_damaged_row_is_named(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        let result = broker.verify("web", "1", "api", "7", false).await.link("self");
        let environment = format!("/environments/{}", broker.environment("production").await);
        let contract = "/pacts/provider/api/consumer/web/version/1";
        for (path, table, column) in [
            (contract, "contents", "edits"),
            ("/pacts/provider/api/consumer/web/latest", "contents", "edits"),
            (&environment, "environments", "contacts"),
            ("/environments", "environments", "contacts"),
        ] {
            broker.get(path).await;
            damage(&broker.database, table, column).await;
            refuses(broker, path, table, column).await;
        }
        for column in ["test_results", "verified_by"] {
            damage(&broker.database, "verifications", column).await;
            refuses(broker, &result, "verifications", column).await;
            broker.database.execute(format!("UPDATE verifications SET {column} = NULL")).await;
            broker.get(&result).await.expect(200);
        }
        damage(&broker.database, "verifications", "selection").await;
        page_refuses(broker, &result, "verifications", "selection").await;
        // What does not need the damaged text is answered.
        broker.get("/pacticipants/web/versions/1").await.expect(200);
    }

    async fn an_event_of_the_audit_log_is_named(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        for column in ["changes", "request"] {
            broker.get("/audit").await.expect(200);
            damage(&broker.database, "audit_events", column).await;
            refuses(broker, "/audit", "audit_events", column).await;
            if column == "changes" {
                page_refuses(broker, "/audit", "audit_events", column).await;
            }
            broker.database.execute("UPDATE audit_events SET changes = 'null', request = '{}'".to_owned()).await;
        }
    }

    async fn a_content_that_does_not_belong_to_its_edits_is_named(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.database.execute(r#"UPDATE contents SET edits = '{"e":99999,"m":true,"r":[]}'"#.to_owned()).await;
        refuses(broker, "/pacts/provider/api/consumer/web/version/1", "contents", "edits").await;
        page_refuses(broker, "/pacts/provider/api/consumer/web/version/1", "contents", "edits").await;
        broker.get("/pacts/provider/api/provider-states").await.expect(200);
        damage(&broker.database, "contents", "document").await;
        refuses(broker, "/pacts/provider/api/provider-states", "contents", "document").await;
    }

    async fn a_deployment_of_no_known_kind_is_named(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.environment("production").await;
        broker.deploy("web", "1", "production").await;
        broker.verify("web", "1", "api", "7", true).await;
        broker.deploy("api", "7", "production").await;
        broker.database.execute("UPDATE current_deployments SET kind = 'rented'".to_owned()).await;
        let selected = "/pacts/provider/api/for-verification?consumerVersionSelectors[][deployedOrReleased]=true";
        for path in ["/pacticipants/web/versions/1", "/environments", selected] {
            if path == "/environments" {
                page_refuses(broker, path, "current_deployments", "kind").await;
            } else {
                refuses(broker, path, "current_deployments", "kind").await;
            }
        }
        let published = broker.post("/contracts/publish", publish_body("web", "2", Some("main"), "api", "y")).await.expect(500);
        assert!(names(&published.text, "current_deployments", "kind"), "{}", published.text);
    }
}

with_each_database! {
    async fn a_webhook_whose_filters_cannot_be_read_is_told_nothing(database) {
        for (column, damaged) in [("filters", "{"), ("events", "[\"contract_renamed\"]")] {
            database.create().await;
            let mut receiver = Receiver::start(0).await;
            let broker = Running::start(database, config()).await;
            let mut narrow = webhook(&receiver.url, &["contract_published"]);
            narrow["filters"] = json!({ "consumerBranches": ["release"] });
            let (_, narrow) = broker.send(Method::POST, "/webhooks", narrow).await;
            let narrow = narrow["uuid"].as_str().unwrap().to_owned();
            let (_, other) = broker.send(Method::POST, "/webhooks", webhook(&receiver.url, &["contract_published"])).await;
            let other = other["uuid"].as_str().unwrap().to_owned();
            let sql = format!("UPDATE webhooks SET {column} = '{damaged}' WHERE uuid = '{narrow}'");
            database.execute(sql).await;
            let body = publish_body("web", column, Some("main"), "api", column);
            let (status, published) = broker.send(Method::POST, "/contracts/publish", body).await;
            assert_eq!(status, 200, "{published}");
            receiver.next().await;
            assert_eq!(settled(&broker, &other).await.len(), 1);
            let (_, sent) = broker.get(&format!("/webhooks/{narrow}/triggered-webhooks")).await;
            assert!(!sent.to_string().contains("\"status\""), "{sent}");
            let (status, shown) = broker.get(&format!("/webhooks/{narrow}")).await;
            assert_eq!(status, 500);
            assert!(names(&shown.to_string(), "webhooks", column) && shown.to_string().contains(&narrow), "{shown}");
            // It can still be deleted.
            let (status, _) = broker.send(Method::DELETE, &format!("/webhooks/{narrow}"), Value::Null).await;
            assert_eq!(status, 204);
            broker.stop().await;
            assert!(receiver.rest().is_empty());
            database.execute("DELETE FROM triggered_webhooks; DELETE FROM webhooks".to_owned()).await;
        }
    }

    async fn a_delivery_whose_parameters_cannot_be_read_is_not_made(database) {
        let mut receiver = Receiver::start(0).await;
        // Nobody listens yet, so that the delivery waits for its next attempt.
        let broker = Running::start(database, Config { webhook_retry_schedule: vec![std::time::Duration::from_hours(1)], ..config() }).await;
        let (_, hook) = broker.send(Method::POST, "/webhooks", webhook("http://127.0.0.1:1/", &["contract_published"])).await;
        let uuid = hook["uuid"].as_str().unwrap().to_owned();
        let body = publish_body("web", "1", Some("main"), "api", "x");
        broker.send(Method::POST, "/contracts/publish", body).await;
        let tried = "SELECT COUNT(*) FROM triggered_webhooks WHERE attempts = 1 AND claimed_by IS NULL";
        while database.numbers(tried.to_owned()).await != [1] {
            tokio::task::yield_now().await;
        }
        broker.send(Method::PUT, &format!("/webhooks/{uuid}"), webhook(&receiver.url, &["contract_published"])).await;
        damage(database, "triggered_webhooks", "parameters").await;
        database.execute("UPDATE triggered_webhooks SET due_at = 0".to_owned()).await;
        let given_up = "SELECT COUNT(*) FROM triggered_webhooks WHERE status = 'failure'";
        while database.numbers(given_up.to_owned()).await != [1] {
            tokio::task::yield_now().await;
        }
        let delivery = &database.connect().await.rows("SELECT uuid FROM triggered_webhooks").await[0][0];
        let logs = broker.request(Method::GET, &format!("/triggered-webhooks/{delivery}/logs")).header("accept", "text/plain");
        let logs = logs.send().await.unwrap().text().await.unwrap();
        assert!(names(&logs, "triggered_webhooks", "parameters"), "{logs}");
        let (status, list) = broker.get(&format!("/webhooks/{uuid}/triggered-webhooks")).await;
        assert_eq!(status, 500);
        assert!(names(&list.to_string(), "triggered_webhooks", "parameters"), "{list}");
        database.execute("UPDATE triggered_webhooks SET parameters = '{}', status = 'lost'".to_owned()).await;
        let (status, list) = broker.get(&format!("/webhooks/{uuid}/triggered-webhooks")).await;
        assert_eq!(status, 500);
        assert!(names(&list.to_string(), "triggered_webhooks", "status"), "{list}");
        broker.stop().await;
        assert!(receiver.rest().is_empty());
    }

    async fn an_event_of_no_known_name_stays_and_keeps_no_other_from_being_told(database) {
        database.create().await;
        let mut receiver = Receiver::start(0).await;
        let process = Process::start_with(&database.url(), &["--webhook-schemes", "http", "--webhook-allowed-hosts", "127.0.0.1"]);
        let client = client();
        let hook = webhook(&receiver.url, &["contract_published"]);
        let made = client.post(format!("{}/webhooks", process.address)).json(&hook).send().await.unwrap();
        assert_eq!(made.status(), 201, "{:?}", made.text().await);
        let lost = "INSERT INTO events_outbox (name, consumer_id, provider_id, created_at) VALUES ('contract_renamed', 1, 2, 1)";
        database.execute(lost.to_owned()).await;
        let body = publish_body("web", "1", Some("main"), "api", "x");
        client.post(format!("{}/contracts/publish", process.address)).json(&body).send().await.unwrap();
        receiver.next().await;
        let log = process.stop();
        assert!(names(&log, "events_outbox", "name") && log.contains("contract_renamed"), "{log}");
        assert_eq!(database.numbers("SELECT COUNT(*) FROM events_outbox".to_owned()).await, [1]);
        assert!(receiver.rest().is_empty());
    }
}
