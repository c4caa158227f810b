//! Creating, suspending, limiting and deleting tenants, and who may.

use axum::body::Body;
use contract_broker::{Broker, Config, TenantBroker};
use http::{Method, Request, header};
use serde_json::json;

use super::{BARE, settings, with_tenants};
use crate::{
    broker::{Answer, publish_body},
    database::Database,
};

with_tenants! {
    async fn a_tenant_is_created_suspended_resumed_and_deleted(tenants) {
        let acme = tenants.create("acme").await;
        let body = publish_body("web", "1", None, "api", "first");
        tenants.of(&acme, Method::POST, "/contracts/publish", Some(body)).await.expect(200);
        // Nobody is let in who says nothing.
        tenants.ask(&acme.host(), None, Method::GET, "/pacticipants", None).await.expect(401);
        let again = json!({ "name": "acme", "administrator": { "email": "a@example.org" } });
        tenants.operate(Method::POST, "/admin/tenants", Some(again.clone())).await.expect(409);
        let path = "/admin/tenants/acme";
        let shown = tenants.operate(Method::GET, path, None).await.expect(200).json;
        assert_eq!((&shown["name"], &shown["status"]), (&json!("acme"), &json!("active")));
        assert_eq!(shown["events"][0]["action"], "tenant.created");
        assert_eq!(shown["events"][0]["actor"], "auth.tokens[1]");
        tenants.operate(Method::PATCH, path, Some(json!({ "status": "suspended" }))).await.expect(200);
        let refused = async || loop {
            let answer = tenants.get(&acme, "/pacticipants").await;
            if answer.status != 200 {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        };
        let refused = refused().await.expect(403);
        assert!(refused.text.contains("suspended"), "{}", refused.text);
        tenants.operate(Method::PATCH, path, Some(json!({ "status": "active" }))).await.expect(200);
        let served = async || while tenants.get(&acme, "/pacticipants").await.status != 200 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        };
        served().await;
        let unconfirmed = tenants.operate(Method::DELETE, path, None).await.expect(400);
        assert!(unconfirmed.text.contains("?confirm=acme"), "{}", unconfirmed.text);
        tenants.operate(Method::DELETE, "/admin/tenants/acme?confirm=acme", None).await.expect(204);
        tenants.operate(Method::GET, path, None).await.expect(404);
        tenants.get(&acme, "/pacticipants").await.expect(404);
        if let Database::Sqlite(directory) = &tenants.database {
            let folder = directory.path().join("broker.sqlite3.tenants");
            assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
        }
        // One of the same name begins anew, and the token of the first is one of nobody.
        let new = tenants.create("acme").await;
        tenants.get(&acme, "/pacticipants").await.expect(401);
        let listed = tenants.get(&new, "/pacticipants").await.expect(200).json;
        assert_eq!(listed["_embedded"]["pacticipants"], json!([]));
        let events = tenants.operate(Method::GET, path, None).await.expect(200).json["events"].clone();
        let actions: Vec<&str> = events.as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["tenant.created", "tenant.deleted", "tenant.resumed", "tenant.suspended", "tenant.created"]);
    }

    async fn only_operators_manage_tenants_and_only_at_the_host_of_no_tenant(tenants) {
        let acme = tenants.create("acme").await;
        let body = json!({ "name": "evil", "administrator": { "email": "a@example.org" } });
        for (host, token, expected) in [
            (BARE.to_owned(), None, 401),
            (BARE.to_owned(), Some("guess"), 401),
            (BARE.to_owned(), Some("auditor"), 403),
            (BARE.to_owned(), Some(acme.token.as_str()), 401),
            // There is no such address at a tenant, whoever asks.
            (acme.host(), Some(acme.token.as_str()), 404),
            (acme.host(), Some("operator"), 401),
        ] {
            let answer = tenants.ask(&host, token, Method::POST, "/admin/tenants", Some(body.clone())).await;
            assert_eq!(answer.status, expected, "{host} {token:?}: {}", answer.text);
        }
        tenants.ask(BARE, Some("auditor"), Method::GET, "/admin/tenants", None).await.expect(200);
        let listed = tenants.operate(Method::GET, "/admin/tenants", None).await.expect(200).json;
        assert_eq!(listed["tenants"].as_array().map(Vec::len), Some(1), "{listed}");
        // The credentials of operators open no tenant, at no host.
        for named in ["operator", "acme.operator"] {
            tenants.ask(&acme.host(), Some(named), Method::GET, "/pacticipants", None).await.expect(401);
        }
    }

    async fn what_is_no_tenant_is_told_so(tenants) {
        let acme = tenants.create("acme").await;
        for host in ["ghost.contracts.test", "a.b.contracts.test", "-x.contracts.test"] {
            let answer = tenants.ask(host, Some(&acme.token), Method::GET, "/pacticipants", None).await.expect(404);
            assert!(answer.text.contains("no tenant at this host"), "{}", answer.text);
        }
        let nothing = tenants.ask(BARE, None, Method::GET, "/pacticipants", None).await.expect(404);
        assert!(nothing.text.contains("{tenant}.contracts.test"), "{}", nothing.text);
        // A token that names no tenant is told what a wrong token is told.
        let named = |name: &str| format!("{name}.{}", acme.token);
        let ghost = tenants.ask(BARE, Some(&named("ghost")), Method::GET, "/pacticipants", None).await.expect(401);
        let guess = tenants.ask(BARE, Some("guess"), Method::GET, "/pacticipants", None).await.expect(401);
        assert_eq!(ghost.text, guess.text);
        // Nor does a wrong token tell that there is a tenant of the name, in whatever form the answer is asked for.
        tenants.create("other").await;
        for accept in ["application/hal+json", "application/problem+json", "text/html"] {
            let told = async |tenant: &str| {
                let request = Request::builder()
                    .uri("/pacticipants")
                    .header(header::HOST, BARE)
                    .header(header::ACCEPT, accept)
                    .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                    .header(header::AUTHORIZATION, format!("Bearer {}", named(tenant)));
                tenants.send(request.body(Body::empty()).unwrap()).await.expect(401)
            };
            let (ghost, other) = (told("ghost").await, told("other").await);
            assert_eq!(ghost.text, other.text, "{accept}");
            let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(names(&ghost), names(&other), "{accept}");
            assert_eq!(ghost.header("www-authenticate"), other.header("www-authenticate"));
        }
        for path in ["/healthz", "/readyz", "/diagnostic/status/heartbeat"] {
            tenants.ask(BARE, None, Method::GET, path, None).await.expect(200);
            tenants.ask(&acme.host(), None, Method::GET, path, None).await.expect(200);
        }
        for (body, part) in [
            (json!({ "name": "No", "administrator": { "email": "a@example.org" } }), "lower-case letters"),
            (json!({ "name": "a", "administrator": { "email": "nobody" } }), "email"),
            (json!({ "name": "a" }), "administrator"),
            (json!({ "name": "a", "administrator": { "email": "a@b.org" }, "limts": {} }), "limts"),
        ] {
            let answer = tenants.operate(Method::POST, "/admin/tenants", Some(body)).await.expect(400);
            assert!(answer.text.contains(part), "{}", answer.text);
        }
    }

    async fn a_token_reaches_its_tenant_at_any_other_host(tenants) {
        let acme = tenants.create("acme").await;
        let body = publish_body("web", "1", None, "api", "first");
        tenants.of(&acme, Method::POST, "/contracts/publish", Some(body)).await.expect(200);
        let named = format!("acme.{}", acme.token);
        for host in [BARE, "10.1.2.3:9292", &acme.host()] {
            let answer = tenants.ask(host, Some(&named), Method::GET, "/pacticipants/web", None).await.expect(200);
            // Links lead to where the client is, and its token works there.
            let own = answer.json["_links"]["self"]["href"].as_str().unwrap();
            assert_eq!(own, format!("http://{host}/pacticipants/web"));
        }
        tenants.ask(BARE, Some(&acme.token), Method::GET, "/pacticipants/web", None).await.expect(401);
    }
}

#[tokio::test]
async fn a_control_store_and_a_broker_are_never_taken_for_each_other() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        database.create().await;
        let config = settings(&database);
        TenantBroker::build(config.clone()).await.unwrap().close().await;
        let alone = Config {
            tenants_host: None,
            ..config.clone()
        };
        let error = Broker::build(alone).await.err().unwrap().to_string();
        assert!(
            error.contains("it is the control store of a broker with tenants: set tenants.host"),
            "{error}"
        );
        super::remove(database).await;
    }
    let database = Database::sqlite();
    let config = settings(&database);
    let alone = Config {
        tenants_host: None,
        ..config.clone()
    };
    Broker::build(alone).await.unwrap().close().await;
    let error = TenantBroker::build(config).await.err().unwrap().to_string();
    assert!(
        error.contains("`contract-broker tenants create NAME --from EXPORT`"),
        "{error}"
    );
}
