//! People log in at a tenant, and CI jobs get tokens of one: by the rules that name it, and nowhere else.

use contract_broker::{
    Config,
    config::{Raw, Tables, Value as _},
};
use http::{Method, Request};
use serde_json::json;

use super::Tenants;
use crate::{
    accounts::CI,
    broker::Answer,
    database::Database,
    issuer::{CLIENT, SECRET, TestIssuer},
};

const BASE: &str = "https://contracts.test";

fn configure(config: &mut Config, issuer: &TestIssuer) {
    let url = &issuer.url;
    config.base_url = Some(BASE.to_owned());
    config.oidc_issuer = Some(url.clone());
    config.oidc_client_id = Some(CLIENT.to_owned());
    config.oidc_client_secret = Some(SECRET.into());
    let rules = r#"{ tenant = "acme", group = "builders", roles = ["CI/CD"] }"#;
    config.oidc_rules = Tables::parse(Raw::Text(rules.to_owned())).unwrap();
    let rules = format!(
        r#"{{ tenant = "acme", name = "web", issuer = "{url}", repository_id = 42, account = "web build" }}"#
    );
    config.ci_rules = Tables::parse(Raw::Text(rules)).unwrap();
}

async fn browse(tenants: &Tenants, host: &str, path: &str, cookies: &str) -> Answer {
    let request = Request::builder()
        .uri(path)
        .header("host", host)
        .header("accept", "text/html")
        .header("cookie", cookies);
    tenants
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await
}

/// The cookies that an answer sets, as a browser sends them back.
fn cookies(answer: &Answer) -> String {
    let lines = answer.headers.get_all("set-cookie").iter();
    let pairs = lines.map(|line| line.to_str().unwrap().split(';').next().unwrap());
    pairs.collect::<Vec<_>>().join("; ")
}

async fn exchange(tenants: &Tenants, host: &str, token: &str) -> Answer {
    let form = format!(
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange\
         &subject_token_type=urn:ietf:params:oauth:token-type:id_token&subject_token={token}"
    );
    let request = Request::builder()
        .method(Method::POST)
        .uri("/oauth/token")
        .header("host", host)
        .header("content-type", "application/x-www-form-urlencoded");
    tenants.send(request.body(form.into()).unwrap()).await
}

#[test]
fn who_logs_in_at_one_tenant_is_nobody_at_another() {
    let issuer = TestIssuer::start();
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        let configured = |config: &mut Config| configure(config, &issuer);
        Tenants::run(database, configured, async |tenants| {
            let (acme, other) = (tenants.create("acme").await, tenants.create("other").await);
            let sent = browse(tenants, &acme.host(), "/pacticipants", "")
                .await
                .expect(303);
            let login = "https://acme.contracts.test/login?back=%2Fpacticipants";
            assert_eq!(sent.header("location"), login);
            let begun = browse(tenants, &acme.host(), "/login", "").await.expect(303);
            let person = json!({ "sub": "ann-1", "name": "Ann", "groups": ["builders"] });
            let url = begun.header("location").to_owned();
            let redirect = &crate::issuer::parameters(url.split_once('?').unwrap().1)["redirect_uri"];
            assert_eq!(redirect, "https://acme.contracts.test/login/callback");
            let back = issuer.allow(&url, &person);
            let path = format!("/login/callback?code={}&state={}", back.code, back.state);
            // A login that was begun at one tenant does not end at another.
            browse(tenants, &other.host(), &path, &cookies(&begun))
                .await
                .expect(404);
            let done = browse(tenants, &acme.host(), &path, &cookies(&begun))
                .await
                .expect(303);
            let session = cookies(&done);
            assert!(session.contains("__Host-contract-session="), "{session}");
            browse(tenants, &acme.host(), "/pacticipants", &session)
                .await
                .expect(200);
            browse(tenants, &other.host(), "/pacticipants", &session)
                .await
                .expect(401);
            browse(tenants, &other.host(), "/login", "").await.expect(404);

            // A job gets a token of the tenant that its rule names, for which its own token was made.
            let body = json!({ "name": "web build" });
            let account = tenants
                .of(&acme, Method::POST, "/admin/system-accounts", Some(body))
                .await
                .expect(201);
            let path = format!("/admin/users/{}/roles", account.json["uuid"].as_str().unwrap());
            tenants
                .of(&acme, Method::PUT, &path, Some(json!({ "roles": [CI] })))
                .await
                .expect(204);
            let job = |audience: &str| {
                let claims = json!({ "sub": "repo:shop/web", "repository_id": "42", "event_name": "push" });
                issuer.signer.sign("RS256", &issuer.claims(audience, &claims))
            };
            let address = "https://acme.contracts.test";
            exchange(tenants, &other.host(), &job(address)).await.expect(400);
            exchange(tenants, &acme.host(), &job("https://other.contracts.test"))
                .await
                .expect(400);
            let granted = exchange(tenants, &acme.host(), &job(address)).await.expect(200);
            let token = granted.json["access_token"].as_str().unwrap();
            tenants
                .ask(&acme.host(), Some(token), Method::GET, "/pacticipants", None)
                .await
                .expect(200);
            tenants
                .ask(&other.host(), Some(token), Method::GET, "/pacticipants", None)
                .await
                .expect(401);
        });
    }
}

#[test]
fn links_of_a_tenant_lead_to_its_host_if_the_address_of_the_broker_is_set() {
    let database = Database::sqlite();
    let set = |config: &mut Config| config.base_url = Some("https://contracts.test:8443/broker".to_owned());
    Tenants::run(database, set, async |tenants| {
        let acme = tenants.create("acme").await;
        let body = json!({ "name": "web" });
        let created = tenants
            .of(&acme, Method::POST, "/pacticipants", Some(body))
            .await
            .expect(201);
        let own = created.json["_links"]["self"]["href"].as_str().unwrap();
        assert_eq!(own, "https://acme.contracts.test:8443/broker/pacticipants/web");
        // A page of the tenant changes something, also in a browser that names its origin alone.
        let request = Request::builder()
            .method(Method::POST)
            .uri("/admin/teams")
            .header("host", acme.host())
            .header("origin", "https://acme.contracts.test:8443")
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", format!("Bearer {}", acme.token));
        tenants
            .send(request.body("name=Shop".into()).unwrap())
            .await
            .expect(303);
        let listed = tenants
            .operate(Method::GET, "/openapi.json", None)
            .await
            .expect(200)
            .json;
        assert_eq!(listed["servers"][0]["url"], "https://contracts.test:8443/broker");
    });
}
