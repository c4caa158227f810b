//! Accounts, teams, roles and tokens, changed by the forms of the pages as a browser without scripts sends them.

use http::Method;
use serde_json::Value;

use crate::{
    accounts::{ADMINISTRATOR, CI, ask, machine, with_writer},
    broker::{Answer, Database, TestBroker},
};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const READ_ONLY: &str = "9fa50562-a42b-4771-aa8e-4bb3d623ae60";

fn run(test: &impl AsyncFn(&TestBroker)) {
    TestBroker::run_with(Database::sqlite(), with_writer, async |broker| test(broker).await);
    if let Some(database) = Database::postgres() {
        TestBroker::run_with(database, with_writer, async |broker| test(broker).await);
    }
}

async fn page(broker: &TestBroker, token: &str, path: &str) -> Answer {
    broker
        .request(Method::GET, path)
        .header("authorization", &format!("Bearer {token}"))
        .header("accept", BROWSER)
        .send()
        .await
}

/// Sends a form.
async fn form(broker: &TestBroker, token: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let encoded: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            let value = value.replace('%', "%25").replace('&', "%26").replace('+', "%2B");
            format!("{name}={}", value.replace(' ', "+"))
        })
        .collect();
    broker
        .request(Method::POST, path)
        .header("authorization", &format!("Bearer {token}"))
        .header("accept", BROWSER)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded.join("&"))
        .send()
        .await
}

/// Sends a form that is answered by the way to another page; gives its address.
async fn saved(broker: &TestBroker, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = form(broker, "writer", path, fields).await.expect(303);
    answer.header("location").to_owned()
}

async fn get(broker: &TestBroker, path: &str) -> Value {
    ask(broker, "writer", Method::GET, path, None)
        .await
        .expect(200)
        .json
}

fn names(list: &Value) -> Vec<&str> {
    let items = list.as_array().unwrap().iter();
    items.map(|one| one["name"].as_str().unwrap()).collect()
}

/// The value of the token that a page shows.
fn value_on(page: &str) -> Option<String> {
    let start = page.find("ctb_r")?;
    Some(
        page[start..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect(),
    )
}

#[test]
fn an_account_is_created_changed_deactivated_and_deleted() {
    run(&async |broker| {
        let at = saved(
            broker,
            "/admin/users",
            &[("name", "Ann"), ("email", "ann@example.org")],
        )
        .await;
        let text = page(broker, "writer", &at).await.expect(200).text;
        assert!(
            text.contains("<h1>Ann</h1>") && text.contains("value=\"ann@example.org\""),
            "{text}"
        );
        let changed = [
            ("action", "save"),
            ("name", "Ann B"),
            ("email", "ann@example.com"),
        ];
        assert_eq!(saved(broker, &at, &changed).await, at);
        let roles = [("action", "roles"), ("role", CI), ("role", READ_ONLY)];
        saved(broker, &at, &roles).await;
        let account = get(broker, &at).await;
        assert_eq!(
            (&account["name"], &account["email"]),
            (&"Ann B".into(), &"ann@example.com".into())
        );
        assert_eq!(names(&account["_embedded"]["roles"]), ["CI/CD", "Read-Only"]);
        let text = page(broker, "writer", &at).await.expect(200).text;
        assert!(text.contains(&format!("value=\"{CI}\" checked")), "{text}");
        assert!(
            !text.contains(&format!("value=\"{ADMINISTRATOR}\" checked")),
            "{text}"
        );
        // No role at all is a choice as well.
        saved(broker, &at, &[("action", "roles")]).await;
        assert_eq!(
            names(&get(broker, &at).await["_embedded"]["roles"]),
            Vec::<&str>::new()
        );

        saved(broker, &at, &[("action", "deactivate")]).await;
        assert_eq!(get(broker, &at).await["active"], false);
        assert!(
            page(broker, "writer", &at)
                .await
                .expect(200)
                .text
                .contains(">Activate<")
        );
        saved(broker, &at, &[("action", "activate")]).await;
        assert_eq!(get(broker, &at).await["active"], true);

        for (fields, status, said) in [
            (&[("action", "explode")][..], 400, "none of the buttons"),
            (&[("action", "save"), ("name", "")], 400, "name"),
            (
                &[("action", "save"), ("name", "A"), ("email", "nobody")],
                400,
                "email address",
            ),
            (&[("action", "roles"), ("role", "nonesuch")], 400, "nonesuch"),
        ] {
            let refused = form(broker, "writer", &at, fields).await.expect(status);
            assert!(refused.text.contains(said), "{fields:?}: {}", refused.text);
        }
        assert_eq!(saved(broker, &at, &[("action", "delete")]).await, "/admin/users");
        ask(broker, "writer", Method::GET, &at, None).await.expect(404);
    });
}

#[test]
fn a_token_is_shown_once_rotated_and_revoked() {
    run(&async |broker| {
        let at = saved(broker, "/admin/system-accounts", &[("name", "web build")]).await;
        let uuid = at.rsplit('/').next().unwrap().to_owned();
        let tokens = format!("/admin/system-accounts/{uuid}/tokens");
        let new = [
            ("description", "GitHub"),
            ("expiresAt", "2099-01-01"),
            ("permission", "contract_data:read:*"),
        ];
        let made = form(broker, "writer", &tokens, &new).await.expect(200).text;
        let first = value_on(&made).unwrap();
        let later = page(broker, "writer", &tokens).await.expect(200).text;
        assert_eq!(value_on(&later), None);
        assert!(
            later.contains("GitHub") && later.contains("2099-01-01"),
            "{later}"
        );
        let works = async |token: &str| {
            let answer = ask(broker, token, Method::GET, "/pacticipants", None).await;
            answer.status == 200
        };
        assert!(works(&first).await);
        // It is narrowed to reading.
        ask(
            broker,
            &first,
            Method::PUT,
            "/pacticipants/x",
            Some(serde_json::json!({})),
        )
        .await
        .expect(403);

        let listed = get(broker, &tokens).await;
        let items = listed["_embedded"]["items"].as_array().unwrap();
        let token = items
            .iter()
            .find(|token| token["description"] == "GitHub")
            .unwrap();
        let token = format!("/settings/tokens/{}", token["uuid"].as_str().unwrap());
        let renewal = format!("{token}/regenerate");
        let rotated = form(broker, "writer", &renewal, &[("overlap", "3600")])
            .await
            .expect(200)
            .text;
        let second = value_on(&rotated).unwrap();
        assert!(works(&first).await && works(&second).await);
        let rotated = form(broker, "writer", &renewal, &[("overlap", "0")])
            .await
            .expect(200)
            .text;
        let third = value_on(&rotated).unwrap();
        assert!(!works(&second).await && works(&third).await);
        let wrong = form(broker, "writer", &renewal, &[("overlap", "long")])
            .await
            .expect(400);
        assert!(wrong.text.contains("overlap"), "{}", wrong.text);
        assert_eq!(saved(broker, &token, &[("action", "revoke")]).await, tokens);
        assert!(!works(&third).await);
        assert!(
            page(broker, "writer", &tokens)
                .await
                .expect(200)
                .text
                .contains(">revoked<")
        );
    });
}

#[test]
fn a_role_is_created_changed_and_deleted() {
    run(&async |broker| {
        let new = [
            ("name", "Auditor"),
            ("description", "Reads"),
            ("permission", "audit:read:*"),
        ];
        saved(broker, "/admin/roles", &new).await;
        let find = async || {
            let roles = get(broker, "/admin/roles").await;
            let roles = roles["_embedded"]["roles"].as_array().unwrap().clone();
            roles.into_iter().find(|role| role["name"] == "Auditor")
        };
        let role = find().await.unwrap();
        assert_eq!(role["description"], "Reads");
        let at = format!("/admin/roles/{}", role["uuid"].as_str().unwrap());
        let text = page(broker, "writer", &at).await.expect(200).text;
        assert!(text.contains("value=\"audit:read:*\" checked"), "{text}");
        let changed = [
            ("action", "save"),
            ("name", "Auditor"),
            ("permission", "team:read:*"),
            ("permission", "audit:read:*"),
        ];
        assert_eq!(saved(broker, &at, &changed).await, at);
        let scopes: Vec<Value> = find().await.unwrap()["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|permission| permission["scope"].clone())
            .collect();
        assert_eq!(scopes, ["audit:read:*", "team:read:*"]);
        let slip = [
            ("action", "save"),
            ("name", "Auditor"),
            ("permission", "audit:raed:*"),
        ];
        let refused = form(broker, "writer", &at, &slip).await.expect(400);
        assert!(refused.text.contains("audit:read:*"), "{}", refused.text);
        assert_eq!(saved(broker, &at, &[("action", "delete")]).await, "/admin/roles");
        assert_eq!(find().await, None);
        // A predefined role that was deleted comes back.
        saved(
            broker,
            &format!("/admin/roles/{READ_ONLY}"),
            &[("action", "delete")],
        )
        .await;
        assert_eq!(saved(broker, "/admin/roles/reset", &[]).await, "/admin/roles");
        get(broker, &format!("/admin/roles/{READ_ONLY}")).await;
    });
}

#[test]
fn a_team_has_members_administrators_applications_and_environments() {
    run(&async |broker| {
        let ann = saved(
            broker,
            "/admin/users",
            &[("name", "Ann"), ("email", "ann@example.org")],
        )
        .await;
        let ann = ann.rsplit('/').next().unwrap().to_owned();
        for name in ["web", "api"] {
            let body = Some(serde_json::json!({ "name": name }));
            ask(broker, "writer", Method::POST, "/pacticipants", body)
                .await
                .expect(201);
        }
        let environment = serde_json::json!({ "name": "test", "displayName": "Test", "production": false });
        let environment = ask(broker, "writer", Method::POST, "/environments", Some(environment)).await;
        let environment = environment.expect(201).json["uuid"].as_str().unwrap().to_owned();
        let at = saved(broker, "/admin/teams", &[("name", "Shop")]).await;
        let members = format!("{at}/users");
        saved(broker, &members, &[("user", &ann)]).await;
        saved(
            broker,
            &at,
            &[("action", "administrators"), ("administrator", &ann)],
        )
        .await;
        let applications = [
            ("action", "applications"),
            ("application", "web"),
            ("application", "api"),
        ];
        saved(broker, &at, &applications).await;
        saved(
            broker,
            &at,
            &[("action", "environments"), ("environment", &environment)],
        )
        .await;
        let team = get(broker, &at).await["_embedded"].clone();
        assert_eq!(names(&team["members"]), ["Ann"]);
        assert_eq!(names(&team["administrators"]), ["Ann"]);
        assert_eq!(names(&team["pacticipants"]), ["api", "web"]);
        assert_eq!(names(&team["environments"]), ["test"]);
        let text = page(broker, "writer", &at).await.expect(200).text;
        for part in [
            "name=\"application\" value=\"web\" checked",
            &format!("name=\"administrator\" value=\"{ann}\" checked"),
            &format!("name=\"environment\" value=\"{environment}\" checked"),
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // One thing is changed, the others stay.
        saved(
            broker,
            &at,
            &[
                ("action", "applications"),
                ("application", "api"),
                ("application", ""),
            ],
        )
        .await;
        saved(broker, &at, &[("action", "rename"), ("name", "Store")]).await;
        saved(broker, &members, &[("remove", &ann), ("user", "")]).await;
        let team = get(broker, &at).await;
        assert_eq!(team["name"], "Store");
        assert_eq!(names(&team["_embedded"]["pacticipants"]), ["api"]);
        assert_eq!(names(&team["_embedded"]["members"]), Vec::<&str>::new());
        assert_eq!(names(&team["_embedded"]["administrators"]), ["Ann"]);
        let unknown = form(
            broker,
            "writer",
            &at,
            &[("action", "applications"), ("application", "nonesuch")],
        )
        .await;
        assert!(unknown.expect(400).text.contains("nonesuch"));
        assert_eq!(saved(broker, &at, &[("action", "delete")]).await, "/admin/teams");
        ask(broker, "writer", Method::GET, &at, None).await.expect(404);
    });
}

#[test]
fn who_may_not_change_sees_no_form_and_no_other_site_sends_one() {
    run(&async |broker| {
        let ci = machine(broker, "ci", &[CI]).await;
        let role = format!("/admin/roles/{CI}");
        let account = format!("/admin/users/{}", ci.uuid);
        let team = get(broker, "/admin/teams").await["teams"][0]["uuid"]
            .as_str()
            .unwrap()
            .to_owned();
        let team = format!("/admin/teams/{team}");
        let watcher = crate::accounts::role(
            broker,
            "watcher",
            &[
                "role:read:*",
                "team:read:*",
                "user:read:*",
                "system_account:read:*",
                "contract_data:read:*",
            ],
        )
        .await;
        let watcher = machine(broker, "watcher", &[&watcher]).await.token;
        for path in [&role, &account, &team] {
            let text = page(broker, &watcher, path).await.expect(200).text;
            assert!(!text.contains("<form"), "{path}: {text}");
            let text = page(broker, "writer", path).await.expect(200).text;
            assert!(text.contains("<form"), "{path}: {text}");
            form(broker, &watcher, path, &[("action", "delete")])
                .await
                .expect(403);
            let request = broker
                .request(Method::POST, path)
                .header("authorization", "Bearer writer")
                .header("accept", BROWSER)
                .header("sec-fetch-site", "cross-site")
                .header("content-type", "application/x-www-form-urlencoded");
            request.body("action=delete".to_owned()).send().await.expect(403);
            get(broker, path).await;
            // The API has no such method.
            ask(broker, "writer", Method::POST, path, None).await.expect(405);
        }
    });
}
