//! The provider ends sessions here (back-channel logout), and what expired of logins is deleted.

use http::Method;
use serde_json::{Value, json};

use crate::{
    accounts::ask,
    broker::{Answer, TestBroker},
    ci_exchange::post,
    issuer::{CLIENT, TestIssuer, now},
    login::{Browser, ann, run},
    signer::{Signer, hmac_signed, unsigned},
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The claims of a logout token for Ann, with others; null takes one away.
fn claims(issuer: &TestIssuer, more: &Value) -> Value {
    let mut claims = json!({ "sub": "ann-1", "events": { EVENT: {} } });
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    issuer.claims(CLIENT, &claims)
}

async fn send(broker: &TestBroker, token: &str) -> Answer {
    post(broker, "/logout/backchannel", &format!("logout_token={token}")).await
}

async fn sign_out(broker: &TestBroker, issuer: &TestIssuer, more: Value) -> Answer {
    send(broker, &issuer.signer.sign("RS256", &claims(issuer, &more))).await
}

/// A browser in which somebody is logged in, in this session of the provider.
async fn logged_in<'b>(broker: &'b TestBroker, issuer: &TestIssuer, who: &str, session: &str) -> Browser<'b> {
    let mut person = ann(&["builders"]);
    person["sub"] = json!(who);
    person["email"] = json!(format!("{who}@example.org"));
    if !session.is_empty() {
        person["sid"] = json!(session);
    }
    let mut browser = Browser::new(broker);
    browser.log_in(issuer, person).await.expect(303);
    browser
}

/// Whether somebody is logged in.
async fn is_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/pacticipants").await.status == 200
}

#[test]
fn a_logout_token_ends_the_sessions_of_a_person_or_one_of_them() {
    run(&async |broker, issuer| {
        let mut laptop = logged_in(broker, issuer, "ann-1", "s-1").await;
        let mut phone = logged_in(broker, issuer, "ann-1", "s-2").await;
        let mut unnamed = logged_in(broker, issuer, "ann-1", "").await;
        let mut bob = logged_in(broker, issuer, "bob-1", "s-3").await;
        // A session of a person, and those that may be it.
        let done = sign_out(broker, issuer, json!({ "sid": "s-1" }))
            .await
            .expect(200);
        assert_eq!(
            (done.text.as_str(), done.header("cache-control")),
            ("", "no-store")
        );
        assert!(!is_in(&mut laptop).await && !is_in(&mut unnamed).await);
        assert!(is_in(&mut phone).await && is_in(&mut bob).await);
        // A session of another person, which is none of hers.
        sign_out(broker, issuer, json!({ "sid": "s-3" }))
            .await
            .expect(200);
        assert!(is_in(&mut phone).await && is_in(&mut bob).await);
        // A session alone, and a person alone.
        sign_out(broker, issuer, json!({ "sub": null, "sid": "s-3" }))
            .await
            .expect(200);
        assert!(!is_in(&mut bob).await);
        sign_out(broker, issuer, json!({})).await.expect(200);
        assert!(!is_in(&mut phone).await);
        // Somebody whom nobody knows here is logged in nowhere here.
        sign_out(broker, issuer, json!({ "sub": "nobody" }))
            .await
            .expect(200);
        let log = ask(
            broker,
            "writer",
            Method::GET,
            "/audit?type=session.ended_by_provider",
            None,
        )
        .await
        .expect(200);
        let events = log.json["events"].as_array().unwrap();
        assert_eq!(events.len(), 4, "{}", log.text);
        assert_eq!(events[0]["actor"]["kind"], "provider");
        assert_eq!(events[0]["changes"]["before"]["account"], "Ann");
        assert!(!log.text.contains("s-1"), "{}", log.text);
    });
}

#[test]
fn a_logout_token_that_is_forged_used_or_something_else_ends_nothing() {
    run(&async |broker, issuer| {
        let mut browser = logged_in(broker, issuer, "ann-1", "s-1").await;
        let signed = |more: Value| issuer.signer.sign("RS256", &claims(issuer, &more));
        let stranger = Signer::other_rsa("first");
        let right = claims(issuer, &json!({}));
        for (what, token) in [
            ("cannot be read", "x.y".to_owned()),
            ("is signed with", unsigned("none", &right)),
            (
                "is signed with",
                hmac_signed(&issuer.signer.public().to_string(), "first", &right),
            ),
            ("signature", stranger.sign("RS256", &right)),
            ("iss is", signed(json!({ "iss": "https://other.test" }))),
            ("aud is", signed(json!({ "aud": "somebody else" }))),
            ("it expired", signed(json!({ "exp": now() - 100 }))),
            ("it was issued", signed(json!({ "iat": now() - 3600 }))),
            ("iat is missing", signed(json!({ "iat": null }))),
            ("exp is missing", signed(json!({ "exp": null }))),
            ("jti is missing", signed(json!({ "jti": null }))),
            ("events does not say", signed(json!({ "events": null }))),
            (
                "events does not say",
                signed(json!({ "events": { "other": {} } })),
            ),
            (
                "events does not say",
                signed(json!({ "events": { EVENT: true } })),
            ),
            ("nonce belongs to logins", signed(json!({ "nonce": "n" }))),
            ("neither sub nor sid", signed(json!({ "sub": null }))),
        ] {
            let refused = send(broker, &token).await.expect(400);
            assert_eq!(refused.json["error"], "invalid_request");
            let message = refused.json["error_description"].as_str().unwrap();
            assert!(message.contains(what), "{what}: {message}");
            assert!(is_in(&mut browser).await, "{what}");
        }
        post(broker, "/logout/backchannel", "x=1").await.expect(400);
        // One that was used logs nobody out who logged in since.
        let token = signed(json!({}));
        send(broker, &token).await.expect(200);
        let mut again = logged_in(broker, issuer, "ann-1", "s-2").await;
        let refused = send(broker, &token).await.expect(400);
        assert!(refused.text.contains("was used before"), "{}", refused.text);
        assert!(is_in(&mut again).await);
    });
    TestBroker::run(crate::broker::Database::sqlite(), async |broker| {
        let refused = send(broker, "a.b.c").await.expect(400);
        assert!(refused.text.contains("oidc.issuer"), "{}", refused.text);
    });
}

#[test]
fn pages_say_who_is_logged_in_and_log_out() {
    run(&async |broker, issuer| {
        let mut browser = logged_in(broker, issuer, "ann-1", "").await;
        for path in [
            "/",
            "/pacticipants",
            "/settings/tokens",
            "/hal-browser/browser.html",
        ] {
            let page = browser.get(path).await.expect(200);
            assert!(
                page.text.contains(">Ann</a> <button>Log out</button>"),
                "{path}: {}",
                page.text
            );
            assert!(page.text.contains("action=\"/logout\""), "{path}");
        }
        // The API browser asks with the session.
        let page = browser.get("/hal-browser/browser.html").await.expect(200);
        assert!(page.text.contains("pb:pacticipants"), "{}", page.text);
        browser.post("/logout", "x=1").await.expect(303);
        let page = browser.get("/logged-out").await.expect(200);
        assert!(!page.text.contains("Log out</button>"), "{}", page.text);
        assert!(page.text.contains("href=\"/login\">Log in</a>"), "{}", page.text);
        // Credentials of each request cannot be logged out.
        let page = broker
            .request(Method::GET, "/")
            .header("accept", "text/html")
            .header("authorization", "Bearer writer")
            .send()
            .await
            .expect(200);
        assert!(
            page.text.contains("class=\"who\"") && !page.text.contains("Log out"),
            "{}",
            page.text
        );
    });
}
