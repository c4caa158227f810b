//! Sessions of browsers: what ends them, and what they are no good for.

use std::time::Duration;

use contract_broker::Config;
use http::Method;
use serde_json::json;

use crate::{
    accounts::ask,
    broker::{Database, TestBroker},
    login::{BASE, Browser, account_of, ann, run, run_with},
};

#[test]
fn a_session_ends_by_log_out_by_hand_by_time_and_with_its_account() {
    let set = |config: &mut Config| config.session_idle_timeout = Duration::from_hours(1);
    run_with(set, &async |broker, issuer| {
        let log_in = async || {
            let mut browser = Browser::new(broker);
            browser.log_in(issuer, ann(&["builders"])).await.expect(303);
            browser
        };
        // Log out.
        let mut browser = log_in().await;
        let mut copy = browser.clone();
        let out = browser.post("/logout", "x=1").await.expect(303);
        assert_eq!(out.header("location"), format!("{BASE}/logged-out"));
        assert!(browser.cookies.is_empty());
        copy.get("/pacticipants").await.expect(303);
        let page = browser.get("/logged-out").await.expect(200);
        assert!(
            page.text
                .contains(&format!("{}/end?client_id=contract%20broker", issuer.url)),
            "{}",
            page.text
        );
        // A new login ends the one before in the same browser.
        let mut browser = log_in().await;
        let mut before = browser.clone();
        browser.log_in(issuer, ann(&["builders"])).await.expect(303);
        before.get("/pacticipants").await.expect(303);
        // By hand, from another browser of the same person, and by an administrator.
        let mut other = log_in().await;
        let page = other.get("/settings/sessions").await.expect(200);
        assert!(
            page.text.contains("this one") && page.text.contains("Browser 1.0"),
            "{}",
            page.text
        );
        let ends: Vec<&str> = page
            .text
            .split("/settings/sessions/")
            .skip(1)
            .filter_map(|rest| rest.split('/').next())
            .collect();
        assert_eq!(ends.len(), 2, "{}", page.text);
        let path = format!("/settings/sessions/{}/revoke", ends[1]);
        other.post(&path, "x=1").await.expect(303);
        browser.get("/pacticipants").await.expect(303);
        other.get("/pacticipants").await.expect(200);
        let uuid = account_of(broker, "Ann").await["uuid"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("/admin/users/{uuid}/sessions");
        let listed = ask(broker, "writer", Method::GET, &path, None).await.expect(200);
        let link = listed.json["_embedded"]["sessions"][0]["_links"]["pf:revoke"]["href"]
            .as_str()
            .unwrap();
        let link = link.strip_prefix(BASE).unwrap();
        ask(broker, "reader", Method::POST, link, None).await.expect(403);
        ask(broker, "writer", Method::POST, link, None).await.expect(204);
        other.get("/pacticipants").await.expect(303);
        // By time: unused, and in all.
        for sql in [
            "UPDATE sessions SET used_at = 1",
            "UPDATE sessions SET expires_at = 1",
        ] {
            let mut browser = log_in().await;
            broker.database.execute(sql.to_owned()).await;
            browser.get("/pacticipants").await.expect(303);
        }
        // With its account.
        let mut browser = log_in().await;
        let path = format!("/admin/users/{uuid}");
        ask(
            broker,
            "writer",
            Method::PUT,
            &path,
            Some(json!({ "active": false })),
        )
        .await
        .expect(200);
        browser.get("/pacticipants").await.expect(303);
        let refused = Browser::new(broker)
            .log_in(issuer, ann(&["builders"]))
            .await
            .expect(403);
        assert!(refused.text.contains("inactive"), "{}", refused.text);
    });
}

#[test]
fn a_session_changes_nothing_for_another_site() {
    run(&async |broker, issuer| {
        let mut browser = Browser::new(broker);
        browser
            .log_in(
                issuer,
                json!({ "sub": "1", "name": "Boss", "email": "boss@example.org", "email_verified": true }),
            )
            .await
            .expect(303);
        browser.post("/admin/teams", "name=One").await.expect(303);
        // Without a word about where it comes from, and from elsewhere.
        browser
            .send(Method::POST, "/admin/teams", "name=Two", false)
            .await
            .expect(401);
        let cookie = format!("contract-session={}", browser.cookies["contract-session"]);
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")] {
            let request = broker
                .request(Method::POST, "/admin/teams")
                .header(name, value)
                .header("cookie", &cookie);
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            request.body("name=Three").send().await.expect(403);
        }
        let teams = ask(broker, "writer", Method::GET, "/admin/teams", None).await;
        assert!(teams.text.contains("One") && !teams.text.contains("Two") && !teams.text.contains("Three"));
        // An Authorization header counts, and the cookie does not, where both are sent.
        let both = broker
            .request(Method::GET, "/admin/roles")
            .header("cookie", &cookie);
        both.header("authorization", "Bearer reader")
            .send()
            .await
            .expect(403);
    });
}

#[test]
fn requests_write_nothing_about_sessions() {
    run(&async |broker, issuer| {
        let mut browser = Browser::new(broker);
        browser.log_in(issuer, ann(&["builders"])).await.expect(303);
        let used = || broker.database.numbers("SELECT used_at FROM sessions".to_owned());
        let before = used().await;
        for _ in 0..20 {
            browser.get("/pacticipants").await.expect(200);
        }
        assert_eq!(used().await, before);
    });
}

#[test]
fn a_broker_where_people_log_in_is_never_open_to_everyone() {
    let set = |config: &mut Config| {
        config.auth_tokens = Vec::new();
        config.auth_read_only_tokens = Vec::new();
    };
    run_with(set, &async |broker, _| {
        broker.get("/pacticipants").await.expect(401);
    });
    TestBroker::run(Database::sqlite(), async |broker| {
        let page = broker
            .request(Method::GET, "/login")
            .header("accept", "text/html")
            .send()
            .await
            .expect(404);
        assert!(page.text.contains("oidc.issuer"), "{}", page.text);
    });
}
