//! The audit log: a row for each change, in its transaction.

use http::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{CI, ask, machine, role, with_writer},
    broker::{Database, TestBroker, publish_body},
};

fn run(test: &impl AsyncFn(&TestBroker)) {
    TestBroker::run_with(Database::sqlite(), with_writer, async |broker| test(broker).await);
    if let Some(database) = Database::postgres() {
        TestBroker::run_with(database, with_writer, async |broker| test(broker).await);
    }
}

async fn events(broker: &TestBroker, query: &str) -> Vec<Value> {
    let answer = ask(broker, "writer", Method::GET, &format!("/audit{query}"), None)
        .await
        .expect(200);
    answer.json["events"].as_array().unwrap().clone()
}

#[test]
fn a_change_says_who_did_what_and_from_where_and_one_that_failed_says_nothing() {
    run(&async |broker| {
        let ci = machine(broker, "ci", &[CI]).await;
        let body = publish_body("web", "1", Some("main"), "api", "x");
        let request = broker
            .request(Method::POST, "/contracts/publish")
            .header("authorization", &format!("Bearer {}", ci.token))
            .header("user-agent", "pact/1");
        request.json(&body).send().await.expect(200);
        // Other content is refused: nothing is written, and nothing is said.
        let other = publish_body("web", "1", Some("main"), "api", "y");
        ask(broker, &ci.token, Method::POST, "/contracts/publish", Some(other))
            .await
            .expect(409);
        let published = events(broker, "?type=contract.published").await;
        assert_eq!(published.len(), 1, "{published:?}");
        let event = &published[0];
        assert_eq!(event["user_uuid"], json!(ci.uuid));
        assert_eq!(event["actor"]["kind"], "system");
        assert_eq!(event["actor"]["name"], "ci");
        assert_eq!(event["object"], json!({ "type": "contract", "name": "web 1" }));
        assert_eq!(event["payload"]["method"], "POST");
        assert_eq!(event["payload"]["route"], "/contracts/publish");
        assert_eq!(event["payload"]["userAgent"], "pact/1");
        assert_eq!(event["changes"]["after"]["branch"], "main");
        let text = serde_json::to_string(&events(broker, "").await).unwrap();
        assert!(!text.contains(&ci.token), "{text}");
        let token = events(broker, "?type=token.created").await;
        assert_eq!(token[0]["actor"]["kind"], "settings");
        assert_eq!(events(broker, &format!("?userUuid={}", ci.uuid)).await.len(), 1);
    });
}

#[test]
fn before_and_after_of_a_change_are_told() {
    run(&async |broker| {
        let body = json!({ "name": "test", "production": false });
        let created = ask(broker, "writer", Method::POST, "/environments", Some(body))
            .await
            .expect(201);
        let own = created.link("self");
        let body = json!({ "name": "test", "production": true });
        ask(broker, "writer", Method::PUT, &own, Some(body))
            .await
            .expect(200);
        let changed = events(broker, "?type=environment.changed").await;
        assert_eq!(changed[0]["changes"]["before"]["production"], false);
        assert_eq!(changed[0]["changes"]["after"]["production"], true);
    });
}

#[test]
fn the_log_is_read_in_pages_from_an_event_on_and_as_lines() {
    run(&async |broker| {
        for number in 1..=5 {
            ask(
                broker,
                "writer",
                Method::POST,
                "/admin/teams",
                Some(json!({ "name": format!("team {number}") })),
            )
            .await
            .expect(201);
        }
        let all = events(broker, "").await;
        assert_eq!(all.len(), 5);
        let first = ask(
            broker,
            "writer",
            Method::GET,
            "/audit?pageSize=2&type=team.created",
            None,
        )
        .await
        .expect(200);
        assert_eq!(first.json["events"].as_array().unwrap().len(), 2);
        let second = ask(broker, "writer", Method::GET, &first.link("next"), None)
            .await
            .expect(200);
        assert_eq!(second.json["events"][0], all[2]);
        let newest = events(broker, "?sort=-timestamp&pageSize=1").await;
        assert_eq!(newest[0], all[4]);
        assert_eq!(events(broker, "?since=2999-01-01").await.len(), 0);
        let request = broker
            .request(Method::GET, "/audit")
            .header("authorization", "Bearer writer");
        let lines = request
            .header("accept", "application/x-ndjson")
            .send()
            .await
            .expect(200);
        let lines: Vec<Value> = lines
            .text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines, all);
        for (query, member) in [
            ("since=x", "since"),
            ("sort=x", "sort"),
            ("type=team.invented", "type"),
            ("from=11111111-1111-1111-1111-111111111111", "from"),
            ("pageSize=101", "pageSize"),
        ] {
            let refused = ask(broker, "writer", Method::GET, &format!("/audit?{query}"), None)
                .await
                .expect(400);
            assert!(refused.json["errors"][member].is_array(), "{}", refused.text);
            assert!(
                member != "type" || refused.text.contains("team.created"),
                "{}",
                refused.text
            );
        }
        let page = broker
            .request(Method::GET, "/audit?type=team.invented")
            .header("authorization", "Bearer writer")
            .header("accept", "text/html");
        let page = page.send().await.expect(400);
        assert!(page.text.contains("type must be one of "), "{}", page.text);
        let refused = ask(broker, "reader", Method::GET, "/audit", None)
            .await
            .expect(403);
        assert!(refused.text.contains("audit:read"), "{}", refused.text);
    });
}

#[test]
fn what_was_sealed_cannot_be_changed_unnoticed() {
    for change in [
        "UPDATE audit_events SET object_name = 'team 9' WHERE object_name = 'team 2'",
        "UPDATE audit_events SET actor_name = 'somebody' WHERE object_name = 'team 1'",
        "DELETE FROM audit_events WHERE object_name = 'team 3'",
        "DELETE FROM audit_events WHERE object_name = 'team 1'",
        "UPDATE audit_events SET class = 'data' WHERE object_name = 'team 1'",
    ] {
        run(&async |broker| {
            for number in 1..=3 {
                let body = json!({ "name": format!("team {number}") });
                ask(broker, "writer", Method::POST, "/admin/teams", Some(body))
                    .await
                    .expect(201);
            }
            let old = "UPDATE audit_events SET at = at - 120000000";
            broker.database.execute(old.to_owned()).await;
            let mut lines = Vec::new();
            broker.broker.verify_audit(|line| lines.push(line)).await.unwrap();
            let expected = "the audit log is as it was sealed: 3 events under 1 seal; without a seal yet: 0 newer events";
            assert_eq!(lines[0], expected);
            let newest = "newest seal of the chain security: up to event 3, SHA-256 ";
            assert!(lines[1].starts_with(newest) && lines.len() == 2, "{lines:?}");
            broker.database.execute(change.to_owned()).await;
            let error = broker.broker.verify_audit(|_| {}).await.unwrap_err().to_string();
            assert!(
                error.contains("the audit log was changed: the events 1 to 3"),
                "{change}: {error}"
            );
        });
    }
}

#[test]
fn an_event_that_no_chain_would_seal_is_found() {
    run(&async |broker| {
        ask(
            broker,
            "writer",
            Method::POST,
            "/admin/teams",
            Some(json!({ "name": "a" })),
        )
        .await
        .expect(201);
        let hidden = "UPDATE audit_events SET class = 'other'";
        broker.database.execute(hidden.to_owned()).await;
        let error = broker.broker.verify_audit(|_| {}).await.unwrap_err().to_string();
        assert!(error.contains("the event 1 belongs to no chain"), "{error}");
    });
}

#[test]
fn the_first_administrator_is_made_on_the_machine() {
    run(&async |broker| {
        let token = broker
            .broker
            .make_administrator("Ann", "ann@example.org", None)
            .await
            .unwrap();
        let own = ask(broker, token.expose(), Method::GET, "/user", None)
            .await
            .expect(200)
            .json;
        assert_eq!(own["email"], "ann@example.org");
        assert_eq!(own["_embedded"]["roles"][0]["name"], "Administrator");
        // Whoever lost it gets another one; there is still one account.
        let again = broker
            .broker
            .make_administrator("Ann", "ann@example.org", None)
            .await
            .unwrap();
        let second = ask(broker, again.expose(), Method::GET, "/user", None)
            .await
            .expect(200)
            .json;
        assert_eq!(own["uuid"], second["uuid"]);
        let logged = events(broker, "?type=user.created").await;
        assert_eq!(
            (logged.len(), &logged[0]["actor"]["kind"]),
            (2, &json!("operator"))
        );
        let wrong = broker
            .broker
            .make_administrator("x", "nobody", None)
            .await
            .unwrap_err();
        assert!(wrong.to_string().contains("is not an email address"), "{wrong}");
    });
}

#[test]
fn descriptions_and_the_rule_of_a_provider_need_a_permission_and_are_told() {
    run(&async |broker| {
        let ci = machine(broker, "ci", &[CI]).await;
        let rule = "/provider-contracts/provider/api/compatibility";
        let publish = "/provider-contracts/provider/api/publish";
        let older = "/contracts/provider/api/version/2";
        // openapi: 3.0.3, of an API without operations.
        let content = "b3BlbmFwaTogMy4wLjMKaW5mbzoge3RpdGxlOiBBLCB2ZXJzaW9uOiAnMSd9CnBhdGhzOiB7fQo=";
        let contract = json!({ "content": content, "contentType": "application/yaml", "specification": "oas",
            "selfVerificationResults": { "success": true } });
        let body = json!({ "pacticipantVersionNumber": "1", "branch": "main", "contract": contract });
        let level = |level: &str| json!({ "level": level });
        // Whoever creates a provider by its first description may go on with it.
        ask(broker, &ci.token, Method::POST, publish, Some(body.clone()))
            .await
            .expect(200);
        ask(broker, &ci.token, Method::PUT, rule, Some(level("warn")))
            .await
            .expect(200);
        ask(broker, "writer", Method::PUT, rule, Some(level("refuse")))
            .await
            .expect(200);
        // Others may not.
        let narrow = role(
            broker,
            "own only",
            &["contract_data:read:*", "contract_data:manage:own"],
        )
        .await;
        let stranger = machine(broker, "stranger", &[&narrow]).await;
        let older_body =
            json!({ "content": content, "contentType": "application/yaml", "contractType": "oas" });
        for (method, path, body) in [
            (Method::POST, publish, body),
            (Method::PUT, older, older_body),
            (Method::PUT, rule, level("off")),
        ] {
            let refused = ask(broker, &stranger.token, method, path, Some(body)).await;
            let refused = refused.expect(403);
            assert!(refused.text.contains("contract_data:manage"), "{}", refused.text);
        }
        ask(broker, &stranger.token, Method::GET, rule, None)
            .await
            .expect(200);
        let published = events(broker, "?type=provider_contract.published").await;
        assert_eq!(published.len(), 1, "{published:?}");
        let event = &published[0];
        assert_eq!(event["actor"]["name"], "ci");
        assert_eq!(
            event["object"],
            json!({ "type": "provider contract", "name": "api 1" })
        );
        assert_eq!(event["changes"]["after"]["branch"], "main");
        assert_eq!(event["changes"]["after"]["selfVerification"], true);
        let changed = events(broker, "?type=compatibility.changed").await;
        assert_eq!(changed.len(), 2, "{changed:?}");
        assert_eq!(
            changed[1]["changes"]["before"],
            json!({ "level": "warn", "basis": "usage" })
        );
        assert_eq!(
            changed[1]["changes"]["after"],
            json!({ "level": "refuse", "basis": "usage" })
        );
    });
}

#[test]
fn what_was_refused_is_written_down_and_never_so_much_that_it_fills_the_log() {
    run(&async |broker| {
        let ci = machine(broker, "ci", &[CI]).await;
        let team = Some(json!({ "name": "Shop" }));
        for _ in 0..100 {
            ask(broker, &ci.token, Method::POST, "/admin/teams", team.clone())
                .await
                .expect(403);
        }
        let denied = events(broker, "?type=access.denied").await;
        assert_eq!(denied.len(), 20);
        let first = &denied[0];
        assert_eq!(first["outcome"], "denied");
        assert_eq!(first["actor"]["name"], "ci");
        assert_eq!(first["user_uuid"], ci.uuid);
        assert_eq!(first["object"]["name"], "POST /admin/teams");
        let reason = first["changes"]["reason"].as_str().unwrap();
        assert!(reason.contains("team:manage"), "{reason}");
    });
}

#[test]
fn an_object_that_somebody_may_not_change_is_written_down_as_well() {
    run(&async |broker| {
        let user = machine(broker, "user", &[crate::accounts::USER]).await;
        ask(
            broker,
            "writer",
            Method::POST,
            "/pacticipants",
            Some(json!({ "name": "web" })),
        )
        .await
        .expect(201);
        let team = ask(broker, "writer", Method::GET, "/admin/teams", None)
            .await
            .expect(200);
        let default = team.json["teams"][0]["uuid"].as_str().unwrap();
        ask(
            broker,
            "writer",
            Method::DELETE,
            &format!("/admin/teams/{default}"),
            None,
        )
        .await
        .expect(204);
        // The route is for them, and this application is not.
        ask(broker, &user.token, Method::DELETE, "/pacticipants/web", None)
            .await
            .expect(403);
        let denied = events(broker, "?type=access.denied").await;
        assert_eq!(denied.len(), 1);
        assert_eq!(denied[0]["object"]["name"], "DELETE /pacticipants/{pacticipant}");
    });
}

#[test]
fn wrong_credentials_and_tokens_that_ended_are_written_down_without_their_secret() {
    run(&async |broker| {
        let machine = machine(broker, "ci", &[CI]).await;
        let basic = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "ann:swordfish");
        let request = broker
            .request(Method::GET, "/pacticipants")
            .header("authorization", &format!("Basic {basic}"));
        request.send().await.expect(401);
        ask(broker, "swordfish", Method::GET, "/pacticipants", None)
            .await
            .expect(401);
        ask(
            broker,
            "writer",
            Method::PUT,
            &format!("/admin/users/{}", machine.uuid),
            Some(json!({ "active": false })),
        )
        .await
        .expect(200);
        ask(broker, &machine.token, Method::GET, "/pacticipants", None)
            .await
            .expect(401);
        let failed = events(broker, "?type=login.failed").await;
        let said: Vec<(&str, &str)> = failed
            .iter()
            .map(|event| {
                (
                    event["actor"]["name"].as_str().unwrap(),
                    event["outcome"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(said[..2], [("ann", "failure"), ("(a token)", "failure")]);
        assert_eq!(said.len(), 3, "{said:?}");
        let all = serde_json::to_string(&failed).unwrap();
        assert!(
            !all.contains("swordfish") && !all.contains(&machine.token),
            "{all}"
        );
    });
}

fn forgetting(config: &mut contract_broker::Config) {
    with_writer(config);
    config.audit_keep_data_days = Some(30);
}

#[test]
fn what_is_old_is_deleted_by_class_and_the_rest_can_be_verified() {
    let check = async |broker: &TestBroker| {
        let change = async |sql: &str| broker.database.execute(sql.to_owned()).await;
        let counts = async || {
            let sql = "SELECT COUNT(*) FROM audit_events WHERE class = 'data' UNION ALL \
                       SELECT COUNT(*) FROM audit_events WHERE class = 'security'";
            broker.database.numbers(sql.to_owned()).await
        };
        let publish = async |version: &str| {
            let body = publish_body("web", version, Some("main"), "api", version);
            ask(broker, "writer", Method::POST, "/contracts/publish", Some(body))
                .await
                .expect(200);
        };
        let team = async |name: &str| {
            ask(
                broker,
                "writer",
                Method::POST,
                "/admin/teams",
                Some(json!({ "name": name })),
            )
            .await
            .expect(201);
        };
        let seal = async || {
            change("UPDATE periodic_jobs SET due_at = 0").await;
            change("UPDATE audit_events SET at = at - 120000000 WHERE id > (SELECT COALESCE(MAX(last_id), 0) FROM audit_seals)").await;
            let mut lines = Vec::new();
            broker.broker.verify_audit(|line| lines.push(line)).await.unwrap();
            lines.remove(0)
        };
        publish("1").await;
        team("one").await;
        publish("2").await;
        seal().await;
        // It was sealed long ago.
        change("UPDATE audit_seals SET sealed_at = 1").await;
        publish("3").await;
        team("two").await;
        seal().await;
        assert_eq!(counts().await, [3, 2]);

        let mut lines = Vec::new();
        broker
            .broker
            .retain(false, |line| lines.push(line))
            .await
            .unwrap();
        assert_eq!(lines[1], "deleted from the audit log: 2 events");
        // Only what builds wrote, and of that only what is too old; that it was deleted is written down.
        assert_eq!(counts().await[0], 1);
        let pruned = events(broker, "?type=audit.pruned").await;
        assert_eq!(pruned.len(), 1);
        assert_eq!(pruned[0]["object"]["name"], "data");
        let verified = seal().await;
        assert!(
            verified.starts_with("the audit log is as it was sealed: 5 events"),
            "{verified}"
        );
        // There is nothing more to delete.
        let mut lines = Vec::new();
        broker
            .broker
            .retain(false, |line| lines.push(line))
            .await
            .unwrap();
        assert_eq!(lines.len(), 1, "{lines:?}");
        // What is left is still protected.
        change("UPDATE audit_events SET actor_name = 'somebody' WHERE action = 'contract.published'").await;
        let error = broker.broker.verify_audit(|_| {}).await.unwrap_err().to_string();
        assert!(error.contains("the audit log was changed"), "{error}");
    };
    TestBroker::run_with(Database::sqlite(), forgetting, check);
    if let Some(database) = Database::postgres() {
        TestBroker::run_with(database, forgetting, check);
    }
}
