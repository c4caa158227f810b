//! Roles: what an account may do and give.

use http::Method;
use serde_json::{Value, json};

use super::{ADMINISTRATOR, CI, READ_ONLY, USER, ask, drop_default_team, machine, publish, role, run};
use crate::broker::Answer;

#[test]
fn nobody_gives_more_than_they_have() {
    run(&async |broker| {
        let manager = role(
            broker,
            "manager",
            &[
                "user:manage:*",
                "user:read:*",
                "role:read:*",
                "role:manage:*",
                "system_account:manage:*",
                "team:manage:*",
                "team:read:*",
                "contract_data:read:*",
            ],
        )
        .await;
        let boss = machine(broker, "boss", &[&manager]).await;
        let admin = machine(broker, "admin", &[ADMINISTRATOR]).await;
        let other = machine(broker, "other", &[READ_ONLY]).await;
        let as_boss = async |method: Method, path: String, body: Value| {
            ask(broker, &boss.token, method, &path, Some(body)).await
        };
        let lacks = |answer: Answer, what: &str| {
            let answer = answer.expect(403);
            assert!(answer.text.contains(what), "{}", answer.text);
        };
        let roles = |uuid: &str| format!("/admin/users/{uuid}/roles");
        lacks(
            as_boss(Method::PUT, roles(&boss.uuid), json!({ "roles": [] })).await,
            "their own roles",
        );
        lacks(
            as_boss(
                Method::PUT,
                roles(&other.uuid),
                json!({ "roles": [ADMINISTRATOR] }),
            )
            .await,
            "audit:read:*",
        );
        lacks(
            as_boss(
                Method::PUT,
                format!("/admin/users/{}/role/admin", other.uuid),
                json!({}),
            )
            .await,
            "nobody may give others more",
        );
        let role = json!({ "name": "sneaky", "permissions": [{ "scope": "webhook:manage:*" }] });
        lacks(
            as_boss(Method::POST, "/admin/roles".to_owned(), role.clone()).await,
            "webhook:manage:*",
        );
        lacks(
            as_boss(Method::PUT, format!("/admin/roles/{manager}"), role).await,
            "webhook:manage:*",
        );
        lacks(
            as_boss(
                Method::POST,
                format!("/admin/system-accounts/{}/tokens", admin.uuid),
                json!({ "description": "x" }),
            )
            .await,
            "nobody may give others more",
        );
        lacks(
            as_boss(
                Method::PUT,
                format!("/admin/users/{}", admin.uuid),
                json!({ "active": false }),
            )
            .await,
            "nobody may give others more",
        );
        lacks(
            as_boss(Method::DELETE, format!("/admin/users/{}", admin.uuid), json!({})).await,
            "nobody may give others more",
        );
        publish(broker, "writer", "web", "1").await.expect(200);
        let team = json!({ "name": "mine", "pacticipantNames": ["web"] });
        lacks(
            as_boss(Method::POST, "/admin/teams".to_owned(), team).await,
            "contract_data:manage",
        );
        as_boss(Method::PUT, roles(&other.uuid), json!({ "roles": [] }))
            .await
            .expect(204);
        // The kind, the roles and the teams of an account are not changed by its own document.
        let changed = as_boss(
            Method::PUT,
            format!("/admin/users/{}", other.uuid),
            json!({ "type": 0, "roles": [ADMINISTRATOR], "uuid": "x", "name": "new" }),
        )
        .await
        .expect(200)
        .json;
        assert_eq!(
            (&changed["type"], &changed["name"], &changed["_embedded"]["roles"]),
            (&json!(1), &json!("new"), &json!([]))
        );
    });
}

#[test]
fn roles_hold_known_permissions_and_are_reset() {
    run(&async |broker| {
        let body = json!({ "name": "x", "permissions": [{ "scope": "contract_data:manage:everything" }, { "scope": "environment:raed:*" }] });
        let refused = ask(broker, "writer", Method::POST, "/admin/roles", Some(body))
            .await
            .expect(400);
        assert!(
            refused
                .text
                .contains("did you mean \\\"environment:read:*\\\"? (at index 1)"),
            "{}",
            refused.text
        );
        let body = json!({ "name": "User", "permissions": [] });
        ask(
            broker,
            "writer",
            Method::PUT,
            &format!("/admin/roles/{USER}"),
            Some(body),
        )
        .await
        .expect(200);
        let reset = ask(
            broker,
            "writer",
            Method::POST,
            "/admin/roles/reset",
            Some(json!({})),
        )
        .await
        .expect(200)
        .json;
        let user = reset["_embedded"]["roles"]
            .as_array()
            .unwrap()
            .iter()
            .find(|role| role["uuid"] == USER)
            .unwrap()
            .clone();
        assert_eq!(user["permissions"].as_array().unwrap().len(), 14);
        ask(
            broker,
            "writer",
            Method::DELETE,
            &format!("/admin/roles/{ADMINISTRATOR}"),
            None,
        )
        .await
        .expect(409);
    });
}

#[test]
fn a_user_makes_system_accounts_and_tokens_for_their_team() {
    run(&async |broker| {
        let person = machine(broker, "person", &[USER]).await;
        let create =
            async |path: &str, body: Value| ask(broker, &person.token, Method::POST, path, Some(body)).await;
        let created = create("/admin/system-accounts", json!({ "name": "build" }))
            .await
            .expect(201);
        let uuid = created.json["uuid"].as_str().unwrap().to_owned();
        assert_eq!(created.json["_embedded"]["roles"][0]["name"], "CI/CD");
        let path = format!("/admin/system-accounts/{uuid}/tokens");
        let token = create(&path, json!({ "description": "x" })).await.expect(201);
        publish(broker, token.json["value"].as_str().unwrap(), "web", "1")
            .await
            .expect(200);
        // Not for one of another team, and not for one that may do more.
        let strong = machine(broker, "strong", &[ADMINISTRATOR]).await;
        let path = format!("/admin/system-accounts/{}/tokens", strong.uuid);
        create(&path, json!({ "description": "x" })).await.expect(403);
        drop_default_team(broker).await;
        let other = machine(broker, "other", &[CI]).await;
        let path = format!("/admin/system-accounts/{}/tokens", other.uuid);
        let refused = create(&path, json!({ "description": "x" })).await.expect(403);
        assert!(refused.text.contains("system_account:manage"), "{}", refused.text);
    });
}

#[test]
fn nobody_takes_from_administrators_what_nobody_could_give_back() {
    run(&async |broker| {
        let path = format!("/admin/roles/{ADMINISTRATOR}");
        let less = json!({ "name": "Administrator", "permissions": [{ "scope": "contract_data:read:*" }] });
        let refused = ask(broker, "writer", Method::PUT, &path, Some(less))
            .await
            .expect(409);
        assert!(
            refused.text.contains("keeps the permission audit:read:*"),
            "{}",
            refused.text
        );
        ask(broker, "writer", Method::DELETE, &path, None)
            .await
            .expect(409);
        // A database whose administrators lost it gets it back on the broker's machine.
        let lost = format!("UPDATE roles SET permissions = '[]' WHERE uuid = '{ADMINISTRATOR}'");
        broker.database.execute(lost).await;
        let token = broker
            .broker
            .make_administrator("Ann", "ann@example.org", None)
            .await
            .unwrap();
        ask(
            broker,
            token.expose(),
            Method::POST,
            "/admin/roles/reset",
            Some(json!({})),
        )
        .await
        .expect(200);
    });
}

#[test]
fn an_email_address_is_a_person_s() {
    run(&async |broker| {
        let body = json!({ "name": "build", "email": "ann@example.org" });
        let refused = ask(
            broker,
            "writer",
            Method::POST,
            "/admin/system-accounts",
            Some(body),
        )
        .await
        .expect(400);
        assert!(refused.json["errors"]["email"].is_array(), "{}", refused.text);
        let build = machine(broker, "build", &[USER]).await;
        let path = format!("/admin/users/{}", build.uuid);
        let body = json!({ "email": "ann@example.org" });
        ask(broker, "writer", Method::PUT, &path, Some(body))
            .await
            .expect(400);
        // One that has an address from before is not made an administrator by it.
        let before = format!(
            "UPDATE accounts SET email = 'ann@example.org' WHERE uuid = '{}'",
            build.uuid
        );
        broker.database.execute(before).await;
        let made = broker
            .broker
            .make_administrator("Ann", "ann@example.org", None)
            .await;
        let problem = made.unwrap_err().to_string();
        assert!(problem.contains("the system account build"), "{problem}");
        ask(
            broker,
            "writer",
            Method::PUT,
            &path,
            Some(json!({ "name": "web build" })),
        )
        .await
        .expect(200);
    });
}
