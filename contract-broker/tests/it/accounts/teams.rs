//! Teams: what belongs to whom.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use super::{CI, USER, ask, drop_default_team, machine, publish, role, run, set_members, team};
use crate::{
    plans::{LOGGED, logged},
    process::Process,
    running::client,
};

#[test]
fn a_team_decides_whose_applications_an_account_may_change() {
    run(&async |broker| {
        let ours = machine(broker, "ours", &[CI]).await;
        let theirs = machine(broker, "theirs", &[CI]).await;
        drop_default_team(broker).await;
        // What does not exist yet is created; then it is its creator's.
        publish(broker, &ours.token, "web", "1").await.expect(200);
        publish(broker, &ours.token, "web", "2").await.expect(200);
        let refused = publish(broker, &theirs.token, "web", "3").await.expect(403);
        assert!(refused.text.contains("contract_data:manage"), "{}", refused.text);
        let refused = ask(
            broker,
            &theirs.token,
            Method::DELETE,
            "/pacticipants/web/versions/1",
            None,
        )
        .await;
        refused.expect(403);
        let team = team(
            broker,
            json!({ "name": "shop", "pacticipantNames": ["web", "api"] }),
        )
        .await;
        set_members(broker, &team, &[&theirs.uuid]).await;
        publish(broker, &theirs.token, "web", "3").await.expect(200);
        // Results are the provider's.
        let shown = ask(
            broker,
            "writer",
            Method::GET,
            "/pacts/provider/api/consumer/web/latest",
            None,
        )
        .await;
        let results = shown.link("pb:publish-verification-results");
        let result = json!({ "success": true, "providerApplicationVersion": "1" });
        ask(broker, &ours.token, Method::POST, &results, Some(result.clone()))
            .await
            .expect(403);
        ask(broker, &theirs.token, Method::POST, &results, Some(result))
            .await
            .expect(201);
        // Nobody but managers deletes many things at once.
        ask(broker, &theirs.token, Method::DELETE, "/pacticipants/web", None)
            .await
            .expect(403);
        ask(broker, "writer", Method::DELETE, "/pacticipants/web", None)
            .await
            .expect(204);
    });
}

#[test]
fn without_other_teams_everything_belongs_to_the_default_team() {
    run(&async |broker| {
        ask(
            broker,
            "writer",
            Method::PUT,
            "/pacticipants/old/versions/1",
            Some(json!({})),
        )
        .await
        .expect(201);
        let ci = machine(broker, "ci", &[CI]).await;
        publish(broker, &ci.token, "old", "2").await.expect(200);
    });
}

#[test]
fn environments_of_a_team_are_seen_and_used_by_it_alone() {
    run(&async |broker| {
        let permissions = [
            "contract_data:read:*",
            "environment:read:team",
            "deployment_and_release:record:team",
            "contract_data:manage:team",
        ];
        let role = role(broker, "team only", &permissions).await;
        let ours = machine(broker, "ours", &[&role]).await;
        let theirs = machine(broker, "theirs", &[&role]).await;
        publish(broker, "writer", "web", "1").await.expect(200);
        let team = team(broker, json!({ "name": "shop", "pacticipantNames": ["web"] })).await;
        set_members(broker, &team, &[&ours.uuid]).await;
        let create = async |name: &str, teams: Value| {
            let body = json!({ "name": name, "production": false, "teamUuids": teams });
            let created = ask(broker, "writer", Method::POST, "/environments", Some(body))
                .await
                .expect(201);
            created.json["uuid"].as_str().unwrap().to_owned()
        };
        let (closed, open) = (
            create("closed", json!([team])).await,
            create("open", Value::Null).await,
        );
        let seen = async |token: &str| {
            let listed = ask(broker, token, Method::GET, "/environments", None)
                .await
                .expect(200)
                .json;
            let all = listed["_embedded"]["environments"].as_array().unwrap().clone();
            all.iter()
                .map(|one| one["name"].as_str().unwrap().to_owned())
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(
            seen(&ours.token).await,
            BTreeSet::from(["closed".to_owned(), "open".to_owned()])
        );
        assert_eq!(seen(&theirs.token).await, BTreeSet::from(["open".to_owned()]));
        ask(
            broker,
            &theirs.token,
            Method::GET,
            &format!("/environments/{closed}"),
            None,
        )
        .await
        .expect(404);
        let record = |environment: &str| {
            format!("/pacticipants/web/versions/1/deployed-versions/environment/{environment}")
        };
        for (machine, environment, status) in [
            (&ours, &closed, 201),
            (&ours, &open, 201),
            (&theirs, &closed, 403),
            (&theirs, &open, 403),
        ] {
            let answer = ask(
                broker,
                &machine.token,
                Method::POST,
                &record(environment),
                Some(json!({})),
            )
            .await;
            answer.expect(status);
        }
        let refused = ask(
            broker,
            &ours.token,
            Method::PUT,
            &format!("/environments/{closed}"),
            Some(json!({ "name": "x", "production": true })),
        )
        .await;
        assert!(refused.expect(403).text.contains("environment:manage"));
    });
}

#[test]
fn a_common_team_gives_no_power_over_accounts_of_other_teams() {
    run(&async |broker| {
        let ann = machine(broker, "ann", &[USER]).await;
        let theirs = machine(broker, "their build", &[USER]).await;
        let build = machine(broker, "our build", &[CI]).await;
        let checkout = team(broker, json!({ "name": "checkout", "pacticipantNames": [] })).await;
        set_members(broker, &checkout, &[&theirs.uuid]).await;
        let of = |uuid: &str| format!("/admin/users/{uuid}");
        let tokens = |uuid: &str| format!("/admin/system-accounts/{uuid}/tokens");
        // Everybody is in the default team: it must not lead into the other ones.
        let attempts = async |expected: u16| {
            for (method, path, body) in [
                (
                    Method::POST,
                    tokens(&theirs.uuid),
                    json!({ "description": "stolen" }),
                ),
                (Method::PUT, of(&theirs.uuid), json!({ "name": "renamed" })),
                (
                    Method::PUT,
                    format!("{}/roles", of(&theirs.uuid)),
                    json!({ "roles": [] }),
                ),
                (Method::DELETE, of(&theirs.uuid), Value::Null),
            ] {
                let answer = ask(broker, &ann.token, method, &path, Some(body)).await;
                let text = answer.expect(expected).text;
                assert!(text.contains("the team checkout"), "{path}: {text}");
            }
        };
        attempts(403).await;
        // Nor does a team that its administrator takes them into.
        let shop = team(
            broker,
            json!({ "name": "shop", "administratorUuids": [ann.uuid] }),
        )
        .await;
        set_members(broker, &shop, &[&ann.uuid]).await;
        let members = format!("/admin/teams/{shop}/users");
        let enlist = async |uuid: &str| {
            let body = json!({ "users": [uuid] });
            ask(broker, &ann.token, Method::POST, &members, Some(body)).await
        };
        enlist(&theirs.uuid).await.expect(403);
        let body = json!({ "name": "shop", "administratorUuids": [ann.uuid, theirs.uuid] });
        let path = format!("/admin/teams/{shop}");
        ask(broker, &ann.token, Method::PUT, &path, Some(body))
            .await
            .expect(403);
        enlist(&build.uuid).await.expect(200);
        set_members(broker, &shop, &[&ann.uuid, &theirs.uuid, &build.uuid]).await;
        attempts(403).await;
        // An account of no other team is managed as before.
        let body = json!({ "description": "new" });
        ask(broker, &ann.token, Method::POST, &tokens(&build.uuid), Some(body))
            .await
            .expect(201);
        set_members(broker, &checkout, &[&ann.uuid, &theirs.uuid]).await;
        let body = json!({ "name": "renamed" });
        ask(broker, &ann.token, Method::PUT, &of(&theirs.uuid), Some(body))
            .await
            .expect(200);
    });
}

#[test]
fn the_page_of_a_team_needs_as_many_statements_for_more_accounts() {
    run(&async |broker| {
        let ann = machine(broker, "ann", &[USER]).await;
        let shop = team(
            broker,
            json!({ "name": "shop", "administratorUuids": [ann.uuid] }),
        )
        .await;
        set_members(broker, &shop, &[&ann.uuid]).await;
        // The statements about accounts that a broker runs for the page, which offers this many accounts.
        let statements = async |offered: usize| {
            let process = Process::start_with(&broker.database.url(), LOGGED);
            let page = client()
                .get(format!("{}/admin/teams/{shop}", process.address))
                .bearer_auth(&ann.token)
                .header("accept", "text/html")
                .send()
                .await
                .unwrap();
            let text = page.text().await.unwrap();
            assert_eq!(text.matches("build ").count(), offered, "{text}");
            let tables = ["team_members", "team_administrators", "account_roles"];
            let about_accounts = |sql: &str| tables.iter().any(|table| sql.contains(table));
            let log = logged(&process.stop());
            log.iter().filter(|(sql, _)| about_accounts(sql)).count()
        };
        machine(broker, "build 0", &[CI]).await;
        let few = statements(1).await;
        for number in 1..8 {
            machine(broker, &format!("build {number}"), &[CI]).await;
        }
        assert_eq!(statements(8).await, few);
    });
}
