//! People log in with a provider, and get what the rules give them.

use std::collections::BTreeMap;

use contract_broker::{
    Config,
    config::{Raw, Tables, Value as _},
};
use http::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{ask, role, with_writer},
    broker::{Answer, Database, TestBroker},
    issuer::{CLIENT, SECRET, TestIssuer, now, parameters},
    signer::{Signer, hmac_signed, unsigned},
};

pub(crate) const BASE: &str = "http://localhost:9292";

pub(crate) fn configure(config: &mut Config, issuer: &TestIssuer) {
    with_writer(config);
    config.base_url = Some(BASE.to_owned());
    config.oidc_issuer = Some(issuer.url.clone());
    config.oidc_client_id = Some(CLIENT.to_owned());
    config.oidc_client_secret = Some(SECRET.into());
    config.oidc_administrators = vec!["boss@example.org".to_owned()];
    let rules = r#"[
        { group = "builders", roles = ["CI/CD"], teams = ["Default"] },
        { group = "readers", roles = ["Read-Only"] },
        { group = "lost", roles = ["No such role"] },
    ]"#;
    config.oidc_rules = Tables::parse(Raw::Text(rules.to_owned())).unwrap();
}

pub(crate) fn run_with(set: impl Fn(&mut Config), test: &impl AsyncFn(&TestBroker, &TestIssuer)) {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        let issuer = TestIssuer::start();
        let configured = |config: &mut Config| {
            configure(config, &issuer);
            set(config);
        };
        TestBroker::run_with(database, configured, async |broker| test(broker, &issuer).await);
    }
}

pub(crate) fn run(test: &impl AsyncFn(&TestBroker, &TestIssuer)) {
    run_with(|_| {}, test);
}

/// A browser, which keeps cookies.
#[derive(Clone)]
pub(crate) struct Browser<'b> {
    broker: &'b TestBroker,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl<'b> Browser<'b> {
    pub(crate) fn new(broker: &'b TestBroker) -> Self {
        Self {
            broker,
            cookies: BTreeMap::new(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, "", true).await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Answer {
        self.send(Method::POST, path, form, true).await
    }

    /// As a page of the broker makes a browser do it, or as another program does.
    pub(crate) async fn send(&mut self, method: Method, path: &str, form: &str, is_browser: bool) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = self
            .broker
            .request(method, path)
            .header("accept", "text/html,*/*;q=0.8")
            .header("user-agent", "Browser 1.0")
            .header("cookie", &cookies.join("; "));
        if is_browser {
            request = request.header("sec-fetch-site", "same-origin");
        }
        if !form.is_empty() {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let answer = request.body(form.to_owned()).send().await;
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(line.contains("; HttpOnly; SameSite=Lax"), "{line}");
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                assert!(line.contains("Max-Age=0"), "{line}");
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Logs in as the issuer says; gives the answer to what the issuer sends back.
    pub(crate) async fn log_in(&mut self, issuer: &TestIssuer, claims: Value) -> Answer {
        let url = self.begin("/login").await;
        let back = issuer.allow(&url, &claims);
        self.get(&callback(&back.code, &back.state)).await
    }

    async fn begin(&mut self, path: &str) -> String {
        let begun = self.get(path).await.expect(303);
        begun.header("location").to_owned()
    }
}

fn callback(code: &str, state: &str) -> String {
    format!("/login/callback?code={code}&state={state}")
}

pub(crate) fn ann(groups: &[&str]) -> Value {
    json!({ "sub": "ann-1", "name": "Ann", "email": "ann@example.org", "email_verified": true, "groups": groups })
}

pub(crate) async fn account_of(broker: &TestBroker, name: &str) -> Value {
    let path = format!("/admin/users?q={name}");
    let found = ask(broker, "writer", Method::GET, &path, None).await.expect(200);
    found.json["users"][0].clone()
}

fn names(account: &Value, what: &str) -> Vec<String> {
    let list = account["_embedded"][what].as_array().unwrap();
    list.iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn somebody_logs_in_and_comes_back_to_where_they_were() {
    run(&async |broker, issuer| {
        let mut browser = Browser::new(broker);
        let sent = browser.get("/pacticipants?page=2").await.expect(303);
        assert_eq!(
            sent.header("location"),
            format!("{BASE}/login?back=%2Fpacticipants%3Fpage%3D2")
        );
        let url = browser.begin("/login?back=%2Fpacticipants%3Fpage%3D2").await;
        let back = issuer.allow(&url, &ann(&["builders", "unknown"]));
        let done = browser.get(&callback(&back.code, &back.state)).await.expect(303);
        assert_eq!(done.header("location"), format!("{BASE}/pacticipants?page=2"));
        assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["contract-session"]);
        browser.get("/pacticipants").await.expect(200);
        let ann = account_of(broker, "Ann").await;
        assert_eq!(
            (names(&ann, "roles"), names(&ann, "teams")),
            (vec!["CI/CD".into()], vec!["Default".into()])
        );
        // What is stored is not what the browser has.
        let value = &browser.cookies["contract-session"];
        let found = format!("SELECT COUNT(*) FROM sessions WHERE digest = '{value}'");
        assert_eq!(broker.database.numbers(found).await, [0]);
        let log = ask(broker, "writer", Method::GET, "/audit?type=login.succeeded", None).await;
        assert_eq!(log.json["events"].as_array().unwrap().len(), 1, "{}", log.text);
        assert!(!log.text.contains(value), "{}", log.text);
        // Scripts and other programs are told that they are nobody, and sent nowhere.
        broker.get("/pacticipants").await.expect(401);
    });
}

/// Makes an ID token of claims.
type Forge = fn(&TestIssuer, &Value) -> String;

#[test]
fn a_login_that_is_not_what_it_should_be_is_refused() {
    run(&async |broker, issuer| {
        let sign = |claims: &Value| issuer.signer.sign("RS256", claims);
        let forged: [(&str, Forge, &str); 9] = [
            (
                "no signature",
                |_, claims| unsigned("none", claims),
                "signed with",
            ),
            (
                "the public key as a secret",
                |issuer, claims| hmac_signed(&issuer.signer.public().to_string(), "first", claims),
                "signed with",
            ),
            (
                "another key",
                |_, claims| Signer::other_rsa("first").sign("RS256", claims),
                "signature of the token is wrong",
            ),
            (
                "an unknown key",
                |_, claims| Signer::other_rsa("x").sign("RS256", claims),
                "does not publish",
            ),
            (
                "another client",
                |issuer, claims| with(issuer, claims, "aud", json!("other")),
                "aud is",
            ),
            (
                "for several, made for another",
                |issuer, claims| {
                    let mut claims = claims.clone();
                    claims["azp"] = json!("other");
                    with(issuer, &claims, "aud", json!([CLIENT, "other"]))
                },
                "(azp)",
            ),
            (
                "another issuer",
                |issuer, claims| with(issuer, claims, "iss", json!("https://x.test")),
                "iss is",
            ),
            (
                "another login",
                |issuer, claims| with(issuer, claims, "nonce", json!("x")),
                "(nonce)",
            ),
            (
                "expired",
                |issuer, claims| with(issuer, claims, "exp", json!(now() - 120)),
                "expired",
            ),
        ];
        for (what, forge, expected) in forged {
            let mut browser = Browser::new(broker);
            let url = browser.begin("/login").await;
            let back = issuer.allow(&url, &ann(&["builders"]));
            let mut claims = issuer.claims(CLIENT, &ann(&["builders"]));
            claims["nonce"] = json!(back.nonce);
            issuer.known().id_token = Some(forge(issuer, &claims));
            let refused = browser.get(&callback(&back.code, &back.state)).await.expect(403);
            assert!(refused.text.contains(expected), "{what}: {}", refused.text);
            assert!(browser.cookies.is_empty(), "{what}: {:?}", browser.cookies);
        }
        let mut browser = Browser::new(broker);
        let url = browser.begin("/login").await;
        let back = issuer.allow(&url, &ann(&["builders"]));
        let mut claims = issuer.claims(CLIENT, &ann(&["builders"]));
        claims["nonce"] = json!(back.nonce);
        claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RQ");
        issuer.known().id_token = Some(sign(&claims));
        let refused = browser.get(&callback(&back.code, &back.state)).await.expect(403);
        assert!(refused.text.contains("(at_hash)"), "{}", refused.text);
        assert_eq!(
            broker
                .database
                .numbers("SELECT COUNT(*) FROM sessions".to_owned())
                .await,
            [0]
        );
        assert_eq!(
            broker
                .database
                .numbers("SELECT COUNT(*) FROM identities".to_owned())
                .await,
            [0]
        );
        let log = ask(
            broker,
            "writer",
            Method::GET,
            "/audit?type=login.failed&pageSize=50",
            None,
        )
        .await;
        let events = log.json["events"].as_array().unwrap();
        assert_eq!(events.len(), 10, "{}", log.text);
    });
}

fn with(issuer: &TestIssuer, claims: &Value, name: &str, value: Value) -> String {
    let mut claims = claims.clone();
    claims[name] = value;
    issuer.signer.sign("RS256", &claims)
}

#[test]
fn a_login_belongs_to_the_browser_that_began_it() {
    run(&async |broker, issuer| {
        let mut browser = Browser::new(broker);
        let url = browser.begin("/login").await;
        let back = issuer.allow(&url, &ann(&["builders"]));
        let path = callback(&back.code, &back.state);
        // Somebody else's browser, which has a login of its own under way.
        let mut victim = Browser::new(broker);
        victim.begin("/login").await;
        let refused = victim.get(&path).await.expect(403);
        assert!(
            refused.text.contains("not begun in this browser"),
            "{}",
            refused.text
        );
        for (path, expected) in [
            ("/login/callback".to_owned(), "not begun in this browser"),
            (callback(&back.code, "x"), "not begun in this browser"),
            (
                format!("/login/callback?state={}", back.state),
                "neither a code nor an error",
            ),
        ] {
            let refused = browser.clone().get(&path).await.expect(403);
            assert!(refused.text.contains(expected), "{path}: {}", refused.text);
        }
        let denied = format!(
            "/login/callback?state={}&error=access_denied&error_description=no%3Cb%3E",
            back.state
        );
        let refused = browser.clone().get(&denied).await.expect(403);
        assert!(refused.text.contains("access_denied"), "{}", refused.text);
        assert!(!refused.text.contains("<b>"), "{}", refused.text);
        // Two windows of one browser do not disturb each other, and a code works once.
        let other = browser.begin("/login?back=%2Fwebhooks").await;
        browser.clone().get(&path).await.expect(303);
        let again = browser.clone().get(&path).await.expect(403);
        assert!(again.text.contains("does not accept the code"), "{}", again.text);
        let back = issuer.allow(&other, &ann(&["builders"]));
        let done = browser.get(&callback(&back.code, &back.state)).await.expect(303);
        assert_eq!(done.header("location"), format!("{BASE}/webhooks"));
    });
}

#[test]
fn a_provider_that_names_itself_must_name_itself() {
    run(&async |broker, issuer| {
        issuer.known().metadata = json!({ "authorization_response_iss_parameter_supported": true });
        for (more, status) in [
            (String::new(), 403),
            ("&iss=https%3A%2F%2Fevil.test".to_owned(), 403),
            (format!("&iss={}", issuer.url), 303),
        ] {
            let mut browser = Browser::new(broker);
            let url = browser.begin("/login").await;
            let back = issuer.allow(&url, &ann(&["builders"]));
            let path = format!("{}{more}", callback(&back.code, &back.state));
            browser.get(&path).await.expect(status);
        }
    });
}

#[test]
fn rules_give_and_take_and_what_people_gave_stays() {
    run(&async |broker, issuer| {
        Browser::new(broker)
            .log_in(issuer, ann(&["builders", "readers"]))
            .await
            .expect(303);
        let account = account_of(broker, "Ann").await;
        let uuid = account["uuid"].as_str().unwrap();
        assert_eq!(names(&account, "roles"), ["CI/CD", "Read-Only"]);
        let extra = role(broker, "Extra", &["audit:read:*"]).await;
        let path = format!("/admin/users/{uuid}/roles/{extra}");
        ask(broker, "writer", Method::PUT, &path, None).await.expect(204);
        Browser::new(broker)
            .log_in(issuer, ann(&["readers", "lost"]))
            .await
            .expect(303);
        assert_eq!(
            names(&account_of(broker, "Ann").await, "roles"),
            ["Extra", "Read-Only"]
        );
        // Who is in no group any more keeps what people gave, and no more.
        let mut browser = Browser::new(broker);
        browser.log_in(issuer, ann(&[])).await.expect(303);
        assert_eq!(names(&account_of(broker, "Ann").await, "roles"), ["Extra"]);
        let path = format!("/admin/users/{uuid}/roles/{extra}");
        ask(broker, "writer", Method::DELETE, &path, None)
            .await
            .expect(204);
        let refused = Browser::new(broker)
            .log_in(issuer, ann(&["lost"]))
            .await
            .expect(403);
        assert!(refused.text.contains("gives you a role"), "{}", refused.text);
        let stranger = json!({ "sub": "eve-1", "name": "Eve" });
        Browser::new(broker).log_in(issuer, stranger).await.expect(403);
        let left = "SELECT COUNT(*) FROM accounts WHERE name = 'Eve'".to_owned();
        assert_eq!(broker.database.numbers(left).await, [0]);
    });
}

#[test]
fn administrators_and_the_default_role_are_settings() {
    let set = |config: &mut Config| config.oidc_default_role = Some("Read-Only".to_owned());
    run_with(set, &async |broker, issuer| {
        let boss = |verified: bool| json!({ "sub": "boss-1", "name": "Boss", "email": "Boss@example.org", "email_verified": verified });
        Browser::new(broker).log_in(issuer, boss(false)).await.expect(303);
        assert_eq!(names(&account_of(broker, "Boss").await, "roles"), ["Read-Only"]);
        Browser::new(broker).log_in(issuer, boss(true)).await.expect(303);
        assert_eq!(
            names(&account_of(broker, "Boss").await, "roles"),
            ["Administrator"]
        );
    });
}

#[test]
fn an_address_makes_nobody_the_owner_of_an_account_unless_a_setting_says_so() {
    let invite = async |broker: &TestBroker| {
        let body = json!({ "name": "Ann before", "email": "ann@example.org" });
        ask(broker, "writer", Method::POST, "/admin/users", Some(body))
            .await
            .expect(201);
    };
    run(&async |broker, issuer| {
        invite(broker).await;
        let refused = Browser::new(broker)
            .log_in(issuer, ann(&["builders"]))
            .await
            .expect(403);
        assert!(refused.text.contains("link_by_email"), "{}", refused.text);
    });
    let set = |config: &mut Config| config.oidc_link_by_email = true;
    run_with(set, &async |broker, issuer| {
        invite(broker).await;
        let mut unverified = ann(&["builders"]);
        unverified["email_verified"] = json!(false);
        Browser::new(broker).log_in(issuer, unverified).await.expect(403);
        Browser::new(broker)
            .log_in(issuer, ann(&["builders"]))
            .await
            .expect(303);
        let mut other = ann(&["builders"]);
        other["sub"] = json!("somebody else");
        let refused = Browser::new(broker).log_in(issuer, other).await.expect(403);
        assert!(
            refused.text.contains("not linked to this login"),
            "{}",
            refused.text
        );
        assert_eq!(
            names(&account_of(broker, "Ann").await, "roles"),
            ["CI/CD", "User"]
        );
    });
}

#[test]
fn what_the_token_lacks_is_asked_for_and_must_be_about_the_same_person() {
    run(&async |broker, issuer| {
        issuer.known().user_info = json!({ "sub": "ann-1", "name": "Ann", "groups": ["builders"] });
        Browser::new(broker)
            .log_in(issuer, json!({ "sub": "ann-1" }))
            .await
            .expect(303);
        assert_eq!(names(&account_of(broker, "Ann").await, "roles"), ["CI/CD"]);
        issuer.known().user_info = json!({ "sub": "eve-1", "groups": ["builders"] });
        let refused = Browser::new(broker)
            .log_in(issuer, json!({ "sub": "bob-1" }))
            .await
            .expect(403);
        assert!(refused.text.contains("somebody else (sub)"), "{}", refused.text);
        let many = json!({ "sub": "ann-1", "name": "Ann", "email": "a@x.test", "_claim_names": { "groups": "src1" } });
        issuer.known().user_info = json!({ "sub": "ann-1" });
        let refused = Browser::new(broker).log_in(issuer, many).await.expect(403);
        assert!(refused.text.contains("app roles"), "{}", refused.text);
    });
}

#[test]
fn a_provider_that_does_not_answer_as_it_should_is_not_the_fault_of_the_person() {
    run(&async |broker, issuer| {
        for wrong in [
            json!({ "issuer": "https://other.test" }),
            json!({ "authorization_endpoint": "ftp://x" }),
        ] {
            issuer.known().metadata = wrong;
            Browser::new(broker).get("/login").await.expect(503);
        }
        issuer.known().metadata = json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] });
        Browser::new(broker)
            .log_in(issuer, ann(&["builders"]))
            .await
            .expect(303);
        let url = Browser::new(broker).begin("/login").await;
        assert_eq!(
            parameters(url.split_once('?').unwrap().1)["redirect_uri"],
            format!("{BASE}/login/callback")
        );
    });
}
