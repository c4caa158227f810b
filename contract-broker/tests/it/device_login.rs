//! The command line logs in: somebody allows it in a browser.

use http::Method;
use serde_json::{Value, json};

use crate::{
    accounts::ask,
    broker::{Answer, Database, TestBroker},
    ci_exchange::post,
    issuer::TestIssuer,
    login::{Browser, configure},
};

fn run(test: &impl AsyncFn(&TestBroker, &TestIssuer)) {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        let issuer = TestIssuer::start();
        let configured = |config: &mut contract_broker::Config| configure(config, &issuer);
        TestBroker::run_with(database, configured, async |broker| test(broker, &issuer).await);
    }
}

async fn begin(broker: &TestBroker) -> Value {
    let begun = post(
        broker,
        "/oauth/device_authorization",
        "client_id=contract%20on%20laptop",
    )
    .await;
    begun.expect(200).json
}

async fn poll(broker: &TestBroker, begun: &Value) -> Answer {
    let code = begun["device_code"].as_str().unwrap();
    let form = format!("grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code={code}");
    post(broker, "/oauth/token", &form).await
}

async fn ann<'b>(broker: &'b TestBroker, issuer: &TestIssuer) -> Browser<'b> {
    let mut browser = Browser::new(broker);
    let claims = json!({ "sub": "ann-1", "name": "Ann", "groups": ["builders"] });
    browser.log_in(issuer, claims).await.expect(303);
    browser
}

#[test]
fn the_command_line_gets_a_token_of_whoever_allows_it() {
    run(&async |broker, issuer| {
        let begun = begin(broker).await;
        let code = begun["user_code"].as_str().unwrap();
        assert_eq!(begun["verification_uri"], "http://localhost:9292/device");
        assert!(code.len() == 9 && code.as_bytes()[4] == b'-', "{code}");
        let pending = poll(broker, &begun).await.expect(400);
        assert_eq!(pending.json["error"], "authorization_pending");
        let early = poll(broker, &begun).await.expect(400);
        assert_eq!(early.json["error"], "slow_down", "{}", early.text);
        // Whoever is not logged in is sent to the login, and back.
        let sent = Browser::new(broker)
            .get(&format!("/device?user_code={code}"))
            .await
            .expect(303);
        assert!(
            sent.header("location")
                .contains("/login?back=%2Fdevice%3Fuser%5Fcode%3D"),
            "{:?}",
            sent.headers
        );
        let mut browser = ann(broker, issuer).await;
        browser.get("/device").await.expect(200);
        let shown = browser
            .get(&format!("/device?user_code={}", code.to_lowercase()))
            .await
            .expect(200);
        assert!(shown.text.contains("contract on laptop"), "{}", shown.text);
        browser.get("/device?user_code=BBBB-BBBB").await.expect(404);
        browser
            .post("/device", &format!("user_code={code}&decision=allow"))
            .await
            .expect(200);
        browser
            .post("/device", &format!("user_code={code}&decision=allow"))
            .await
            .expect(404);
        let granted = poll(broker, &begun).await.expect(200);
        let token = granted.json["access_token"].as_str().unwrap();
        assert_eq!(granted.json["expires_in"], 30 * 24 * 3600);
        let own = ask(broker, token, Method::GET, "/user", None).await.expect(200);
        assert_eq!(own.json["name"], "Ann");
        let listed = ask(broker, token, Method::GET, "/settings/tokens", None)
            .await
            .expect(200);
        assert!(
            listed.text.contains("contract on laptop (login)"),
            "{}",
            listed.text
        );
        let again = poll(broker, &begun).await.expect(400);
        assert_eq!(again.json["error"], "expired_token");
        let log = ask(
            broker,
            "writer",
            Method::GET,
            "/audit?type=device_login.allowed",
            None,
        )
        .await;
        assert_eq!(log.json["events"][0]["user_email"], Value::Null, "{}", log.text);
        assert!(log.text.contains("contract on laptop"), "{}", log.text);
        // A token of the command line allows no other.
        let begun = begin(broker).await;
        let form = format!(
            "user_code={}&decision=allow",
            begun["user_code"].as_str().unwrap()
        );
        let refused = broker
            .request(Method::POST, "/device")
            .header("authorization", &format!("Bearer {token}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await;
        refused.expect(403);
    });
}

#[test]
fn a_login_that_is_denied_or_too_late_gets_nothing() {
    run(&async |broker, issuer| {
        let mut browser = ann(broker, issuer).await;
        let begun = begin(broker).await;
        let code = begun["user_code"].as_str().unwrap();
        browser
            .post("/device", &format!("user_code={code}&decision=deny"))
            .await
            .expect(200);
        assert_eq!(
            poll(broker, &begun).await.expect(400).json["error"],
            "access_denied"
        );
        let late = begin(broker).await;
        broker
            .database
            .execute("UPDATE device_logins SET expires_at = 1".to_owned())
            .await;
        let code = late["user_code"].as_str().unwrap();
        browser
            .post("/device", &format!("user_code={code}&decision=allow"))
            .await
            .expect(404);
        assert_eq!(
            poll(broker, &late).await.expect(400).json["error"],
            "expired_token"
        );
        let made = broker
            .database
            .numbers("SELECT COUNT(*) FROM tokens WHERE origin = 'device'".to_owned())
            .await;
        assert_eq!(made, [0]);
    });
}

#[test]
fn nobody_fills_the_database_with_logins_that_wait() {
    run(&async |broker, _| {
        let row =
            "INSERT INTO device_logins (digest, user_code, denied, client, created_at, expires_at) VALUES ";
        let rows: Vec<String> = (0..1000)
            .map(|number| format!("('{number}', '{number}', 0, 'x', 1, 9000000000000000)"))
            .collect();
        broker.database.execute(format!("{row}{}", rows.join(", "))).await;
        let refused = post(broker, "/oauth/device_authorization", "client_id=x")
            .await
            .expect(400);
        assert!(refused.text.contains("too many logins"), "{}", refused.text);
    });
    TestBroker::run(Database::sqlite(), async |broker| {
        let refused = post(broker, "/oauth/device_authorization", "client_id=x")
            .await
            .expect(400);
        assert_eq!(refused.json["error"], "unauthorized_client");
    });
}
