//! Secrets of teams: written, used by the webhooks of the same team, and never read back.

use http::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{USER, ask, machine, role, with_writer},
    broker::{Database, TestBroker},
};

async fn team(broker: &TestBroker, name: &str) -> String {
    let created = ask(
        broker,
        "writer",
        Method::POST,
        "/admin/teams",
        Some(json!({ "name": name })),
    )
    .await;
    created.expect(201).json["uuid"].as_str().unwrap().to_owned()
}

fn webhook(team: Option<&str>) -> Value {
    json!({
        "description": "build",
        "teamUuid": team,
        "events": [{ "name": "contract_published" }],
        "request": {
            "method": "POST",
            "url": "https://ci.example.org/build/${user.ciToken}",
            "headers": { "Authorization": "Bearer ${user.ciToken}" },
            "body": { "token": "${user.ciToken}", "other": "${user.unknown}" },
        },
    })
}

#[test]
fn a_secret_belongs_to_a_team_and_is_never_shown() {
    TestBroker::run_with(Database::sqlite(), with_writer, async |broker| {
        let (ours, theirs) = (team(broker, "ours").await, team(broker, "theirs").await);
        let body =
            json!({ "name": "ciToken", "description": "for builds", "value": "swordfish", "teamUuid": ours });
        let created = ask(broker, "writer", Method::POST, "/secrets", Some(body.clone()))
            .await
            .expect(201);
        assert!(!created.text.contains("swordfish"));
        assert_eq!(
            (&created.json["teamUuid"], &created.json["value"]),
            (&json!(ours), &Value::Null)
        );
        let own = created.link("self");
        let again = ask(broker, "writer", Method::POST, "/secrets", Some(body))
            .await
            .expect(400);
        assert!(again.json["errors"]["name"].is_array(), "{}", again.text);
        for name in ["", "a-b", "a b", "é"] {
            let refused = ask(
                broker,
                "writer",
                Method::POST,
                "/secrets",
                Some(json!({ "name": name, "value": "x" })),
            )
            .await;
            assert!(refused.expect(400).json["errors"]["name"].is_array());
        }
        let moved = json!({ "name": "ciToken", "teamUuid": theirs });
        let moved = ask(broker, "writer", Method::PUT, &own, Some(moved))
            .await
            .expect(400);
        assert!(moved.json["errors"]["teamUuid"].is_array());
        let renamed = ask(
            broker,
            "writer",
            Method::PUT,
            &own,
            Some(json!({ "name": "other" })),
        )
        .await
        .expect(200);
        assert!(renamed.json["name"] == "other" && !renamed.text.contains("swordfish"));
        let clear = "SELECT COUNT(*) FROM secrets WHERE sealed LIKE '%swordfish%'";
        assert_eq!(broker.database.numbers(clear.to_owned()).await, [0]);
        let log = ask(broker, "writer", Method::GET, "/audit", None)
            .await
            .expect(200);
        assert!(
            log.text.contains("\"secret.created\"") && !log.text.contains("swordfish"),
            "{}",
            log.text
        );
        // A team that has secrets is not deleted with them.
        ask(
            broker,
            "writer",
            Method::DELETE,
            &format!("/admin/teams/{ours}"),
            None,
        )
        .await
        .expect(409);
        ask(broker, "writer", Method::DELETE, &own, None)
            .await
            .expect(204);
        ask(
            broker,
            "writer",
            Method::DELETE,
            &format!("/admin/teams/{ours}"),
            None,
        )
        .await
        .expect(204);
    });
}

#[test]
fn only_the_team_manages_its_secrets_and_webhooks() {
    TestBroker::run_with(Database::sqlite(), with_writer, async |broker| {
        let (ours, theirs) = (team(broker, "ours").await, team(broker, "theirs").await);
        let member = machine(broker, "member", &[USER]).await;
        let path = format!("/admin/teams/{ours}/users");
        ask(
            broker,
            "writer",
            Method::PUT,
            &path,
            Some(json!({ "users": [member.uuid] })),
        )
        .await
        .expect(200);
        let create = async |team: Option<&str>| {
            let body = json!({ "name": "x", "value": "y", "teamUuid": team });
            ask(broker, &member.token, Method::POST, "/secrets", Some(body)).await
        };
        create(Some(&ours)).await.expect(201);
        for team in [Some(theirs.as_str()), None] {
            let refused = create(team).await.expect(403);
            assert!(refused.text.contains("secret:manage"), "{}", refused.text);
        }
        let body = json!({ "name": "hidden", "value": "y", "teamUuid": theirs });
        let hidden = ask(broker, "writer", Method::POST, "/secrets", Some(body))
            .await
            .expect(201)
            .link("self");
        ask(broker, &member.token, Method::GET, &hidden, None)
            .await
            .expect(404);
        let listed = ask(broker, &member.token, Method::GET, "/secrets", None)
            .await
            .expect(200)
            .json;
        assert_eq!(listed["_embedded"]["secrets"].as_array().unwrap().len(), 1);
        let hook = async |team: Option<&str>| {
            ask(
                broker,
                &member.token,
                Method::POST,
                "/webhooks",
                Some(webhook(team)),
            )
            .await
        };
        let created = hook(Some(&ours)).await.expect(201);
        assert_eq!(
            (&created.json["teamUuid"], &created.json["enabled"]),
            (&json!(ours), &json!(true))
        );
        // A template is shown as it was written, so that what manages it finds no difference.
        assert_eq!(
            created.json["request"]["headers"]["Authorization"],
            "Bearer ${user.ciToken}"
        );
        for team in [Some(theirs.as_str()), None] {
            assert!(hook(team).await.expect(403).text.contains("webhook:manage"));
        }
        let foreign = ask(
            broker,
            "writer",
            Method::POST,
            "/webhooks",
            Some(webhook(Some(&theirs))),
        )
        .await;
        let foreign = foreign.expect(201).link("self");
        ask(
            broker,
            &member.token,
            Method::PUT,
            &foreign,
            Some(webhook(Some(&ours))),
        )
        .await
        .expect(403);
        ask(broker, &member.token, Method::DELETE, &foreign, None)
            .await
            .expect(403);
        ask(
            broker,
            &member.token,
            Method::POST,
            &format!("{foreign}/execute"),
            None,
        )
        .await
        .expect(403);
        let reader = role(broker, "reader", &["contract_data:read:*"]).await;
        let reader = machine(broker, "reader", &[&reader]).await;
        let shown = ask(broker, &reader.token, Method::GET, &foreign, None)
            .await
            .expect(200)
            .json;
        assert_eq!(shown["request"]["body"], "**********");
    });
}
