//! Jobs of a CI system get a token for theirs, and nobody else does.

use contract_broker::{
    Config,
    config::{Raw, Tables, Value as _},
};
use http::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{CI, ask, machine, with_writer},
    broker::{Answer, Database, TestBroker, publish_body},
    issuer::{TestIssuer, now},
    signer::{Signer, hmac_signed, unsigned},
};

const AUDIENCE: &str = "https://contracts.test";

fn configure(config: &mut Config, issuer: &TestIssuer) {
    with_writer(config);
    let url = &issuer.url;
    let rules = format!(
        r#"[
            {{ name = "web on main", issuer = "{url}", repository_id = 42, refs = ["refs/heads/main"], account = "web build", minutes = 5 }},
            {{ name = "web anywhere", issuer = "{url}", repository_id = 42, account = "web build", permissions = ["contract_data:read:*"] }},
            {{ name = "gone", issuer = "{url}", repository_id = 43, account = "nobody" }},
            {{ name = "twice", issuer = "{url}", repository_id = 44, account = "twin" }},
        ]"#
    );
    config.ci_rules = Tables::parse(Raw::Text(rules)).unwrap();
    config.ci_audience = Some(AUDIENCE.to_owned());
}

fn run(test: &impl AsyncFn(&TestBroker, &TestIssuer)) {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        let issuer = TestIssuer::start();
        TestBroker::run_with(
            database,
            |config| configure(config, &issuer),
            async |broker| {
                machine(broker, "web build", &[CI]).await;
                test(broker, &issuer).await;
            },
        );
    }
}

/// The claims of a job of repository 42 on its main branch, with others.
fn job(issuer: &TestIssuer, more: &Value) -> Value {
    let mut claims = json!({
        "sub": "repo:shop/web:ref:refs/heads/main", "repository": "shop/web", "repository_id": "42",
        "repository_owner_id": "7", "ref": "refs/heads/main", "event_name": "push", "run_id": "99",
    });
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    issuer.claims(AUDIENCE, &claims)
}

async fn exchange(broker: &TestBroker, token: &str) -> Answer {
    let body = format!(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token={token}\
         &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token"
    );
    post(broker, "/oauth/token", &body).await
}

pub(crate) async fn post(broker: &TestBroker, path: &str, form: &str) -> Answer {
    broker
        .request(Method::POST, path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned())
        .send()
        .await
}

/// The newest events of the audit log of an action.
async fn events(broker: &TestBroker, action: &str) -> Vec<Value> {
    let path = format!("/audit?type={action}&sort=-timestamp");
    let found = ask(broker, "writer", Method::GET, &path, None).await.expect(200);
    found.json["events"].as_array().unwrap().clone()
}

#[test]
fn a_job_gets_a_token_of_its_account_for_a_while() {
    run(&async |broker, issuer| {
        broker.get("/pacticipants").await.expect(401);
        let token = issuer.signer.sign("RS256", &job(issuer, &json!({})));
        let granted = exchange(broker, &token).await.expect(200);
        assert_eq!(granted.header("cache-control"), "no-store");
        assert_eq!(granted.json["token_type"], "Bearer");
        assert_eq!(granted.json["expires_in"], 300);
        let value = granted.json["access_token"].as_str().unwrap();
        let body = publish_body("web", "1", None, "api", "x");
        ask(broker, value, Method::POST, "/contracts/publish", Some(body))
            .await
            .expect(200);
        let event = &events(broker, "ci_token.exchanged").await[0];
        let text = event.to_string();
        for expected in [
            "web on main",
            "shop/web",
            "repo:shop/web:ref:refs/heads/main",
            "\"run_id\":\"99\"",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        assert!(!text.contains(value), "{text}");
        // It stands in no list, and ends as every token does.
        let left = broker
            .database
            .numbers("SELECT COUNT(*) FROM tokens WHERE origin = 'ci'".to_owned())
            .await;
        assert_eq!(left, [1]);
        let past = "UPDATE tokens SET expires_at = 1 WHERE origin = 'ci'";
        broker.database.execute(past.to_owned()).await;
        let ended = ask(broker, value, Method::GET, "/pacticipants", None)
            .await
            .expect(401);
        assert!(ended.text.contains("expired"), "{}", ended.text);
    });
}

#[test]
fn the_first_rule_that_fits_narrows_the_token() {
    run(&async |broker, issuer| {
        let claims = job(issuer, &json!({ "ref": "refs/heads/feature" }));
        let granted = exchange(broker, &issuer.signer.sign("RS256", &claims))
            .await
            .expect(200);
        assert_eq!(granted.json["expires_in"], 900);
        let value = granted.json["access_token"].as_str().unwrap();
        ask(broker, value, Method::GET, "/pacticipants", None)
            .await
            .expect(200);
        let body = publish_body("web", "1", None, "api", "x");
        let refused = ask(broker, value, Method::POST, "/contracts/publish", Some(body))
            .await
            .expect(403);
        assert!(refused.text.contains("narrowed"), "{}", refused.text);
    });
}

#[test]
fn a_forged_or_foreign_token_gets_nothing() {
    run(&async |broker, issuer| {
        for _ in 0..2 {
            machine(broker, "twin", &[CI]).await;
        }
        let (right, other) = (&issuer.signer, Signer::other_rsa("first"));
        let sign = |claims: Value| right.sign("RS256", &claims);
        let with = |name: &str, value: Value| sign(job(issuer, &json!({ name: value })));
        let claims = job(issuer, &json!({}));
        for (token, expected) in [
            (unsigned("none", &claims), "signed with"),
            (
                hmac_signed(&right.public().to_string(), "first", &claims),
                "signed with",
            ),
            (other.sign("RS256", &claims), "signature of the token is wrong"),
            (
                Signer::other_rsa("unknown").sign("RS256", &claims),
                "its issuer does not publish",
            ),
            (
                with("iss", json!("https://token.actions.githubusercontent.com")),
                "no rule is about the issuer",
            ),
            (with("iss", Value::Null), "no rule is about the issuer"),
            (with("aud", json!("https://other.test")), "aud is"),
            (
                with("aud", json!([AUDIENCE, "https://other.test"])),
                "several values",
            ),
            (with("exp", json!(now() - 120)), "expired"),
            (with("nbf", json!(now() + 120)), "not valid yet"),
            (with("iat", json!(now() - 7200)), "issued"),
            (with("jti", Value::Null), "jti is missing"),
            (with("sub", Value::Null), "sub is missing"),
            (with("repository_id", json!("4")), "no rule of this broker fits"),
            (
                with("event_name", json!("pull_request_target")),
                "no rule of this broker fits",
            ),
            (with("repository_id", json!(43)), "which there is not"),
            (with("repository_id", json!("44")), "there are several"),
            ("x".to_owned(), "three parts"),
        ] {
            let refused = exchange(broker, &token).await.expect(400);
            assert_eq!(refused.json["error"], "invalid_grant", "{}", refused.text);
            let why = refused.json["error_description"].as_str().unwrap();
            assert!(why.contains(expected), "{expected}: {why}");
        }
        let made = broker
            .database
            .numbers("SELECT COUNT(*) FROM tokens WHERE origin = 'ci'".to_owned())
            .await;
        assert_eq!(made, [0]);
        // What was signed by the issuer and refused nevertheless is in the audit log, with the reasons.
        let events = events(broker, "ci_token.exchanged").await;
        let text = Value::from(events.clone()).to_string();
        assert_eq!(events.len(), 4, "{text}");
        assert!(text.contains("repository_id is 4, expected 42"), "{text}");
        assert!(text.contains("allowed only by its own name"), "{text}");
    });
}

#[test]
fn a_token_is_taken_once() {
    run(&async |broker, issuer| {
        let token = issuer.signer.sign("RS256", &job(issuer, &json!({})));
        exchange(broker, &token).await.expect(200);
        let again = exchange(broker, &token).await.expect(400);
        assert!(again.text.contains("exchanged before"), "{}", again.text);
        let events = events(broker, "ci_token.exchanged").await;
        assert_eq!(events.len(), 2);
        assert!(
            events[0].to_string().contains("exchanged before"),
            "{}",
            events[0]
        );
    });
}

#[test]
fn an_unknown_key_makes_the_keys_be_read_again_and_not_for_each_token() {
    run(&async |broker, issuer| {
        let claims = || job(issuer, &json!({}));
        let first = Signer::ed25519("first");
        issuer.known().keys = vec![first.public()];
        exchange(broker, &first.sign("EdDSA", &claims()))
            .await
            .expect(200);
        assert_eq!(issuer.known().asked_for_keys, 1);
        let second = Signer::ec("second", "P-256");
        issuer.known().keys = vec![second.public()];
        // The keys were read a moment ago: somebody who makes key ids up makes no requests.
        for _ in 0..5 {
            exchange(broker, &second.sign("ES256", &claims()))
                .await
                .expect(400);
        }
        assert_eq!(issuer.known().asked_for_keys, 1);
    });
}

#[test]
fn an_issuer_that_cannot_be_asked_is_not_the_fault_of_the_job() {
    run(&async |broker, issuer| {
        issuer.known().metadata = json!({ "jwks_uri": "http://127.0.0.1:9/keys" });
        let token = issuer.signer.sign("RS256", &job(issuer, &json!({})));
        let answer = exchange(broker, &token).await.expect(503);
        assert!(!answer.header("retry-after").is_empty());
    });
}

#[test]
fn a_request_that_is_none_is_told_what_it_lacks() {
    run(&async |broker, _| {
        for (form, error, expected) in [
            ("", "unsupported_grant_type", "grant_type must be"),
            (
                "grant_type=password",
                "unsupported_grant_type",
                "grant_type must be",
            ),
            (
                "grant_type=urn:ietf:params:oauth:grant-type:token-exchange",
                "invalid_request",
                "subject_token_type is missing",
            ),
            (
                "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token_type=x",
                "invalid_request",
                "subject_token_type must be",
            ),
            (
                "grant_type=urn:ietf:params:oauth:grant-type:token-exchange\
                 &subject_token_type=urn:ietf:params:oauth:token-type:jwt",
                "invalid_request",
                "subject_token is missing",
            ),
        ] {
            let refused = post(broker, "/oauth/token", form).await.expect(400);
            assert_eq!(refused.json["error"], error, "{form}");
            assert!(refused.text.contains(expected), "{form}: {}", refused.text);
        }
    });
    TestBroker::run(Database::sqlite(), async |broker| {
        let refused = exchange(broker, "x").await.expect(400);
        assert_eq!(refused.json["error"], "unsupported_grant_type");
        assert!(refused.text.contains("ci.rules"), "{}", refused.text);
    });
}

#[test]
fn a_token_is_given_back_by_whoever_has_it() {
    run(&async |broker, issuer| {
        let token = issuer.signer.sign("RS256", &job(issuer, &json!({})));
        let granted = exchange(broker, &token).await.expect(200);
        let value = granted.json["access_token"].as_str().unwrap();
        for _ in 0..2 {
            post(broker, "/oauth/revoke", &format!("token={value}"))
                .await
                .expect(200);
        }
        ask(broker, value, Method::GET, "/pacticipants", None)
            .await
            .expect(401);
        post(broker, "/oauth/revoke", "token=x").await.expect(200);
        post(broker, "/oauth/revoke", "").await.expect(400);
    });
}
