//! What one tenant may use, and that it starves no other.

use contract_broker::Config;
use futures_util::future::join_all;
use http::Method;
use serde_json::json;

use super::{Tenant, Tenants, with_tenants};
use crate::broker::{Answer, publish_body};

async fn publish(
    tenants: &Tenants,
    tenant: &Tenant,
    consumer: &str,
    provider: &str,
    content: &str,
) -> Answer {
    let body = publish_body(consumer, "1", None, provider, content);
    tenants
        .of(tenant, Method::POST, "/contracts/publish", Some(body))
        .await
}

async fn limit(tenants: &Tenants, limits: serde_json::Value) {
    let body = json!({ "limits": limits });
    tenants
        .operate(Method::PATCH, "/admin/tenants/acme", Some(body))
        .await
        .expect(200);
    // A running broker looks every two seconds.
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
}

/// Problem details of a refusal.
async fn problem(tenants: &Tenants, tenant: &Tenant, body: serde_json::Value) -> serde_json::Value {
    let request = http::Request::builder()
        .method(Method::POST)
        .uri("/contracts/publish")
        .header("host", tenant.host())
        .header("authorization", format!("Bearer {}", tenant.token))
        .header("accept", "application/problem+json")
        .header("content-type", "application/json");
    let answer = tenants.send(request.body(body.to_string().into()).unwrap()).await;
    assert!(
        answer.header("content-type").contains("problem+json"),
        "{}",
        answer.text
    );
    answer.json
}

fn one_request(config: &mut Config) {
    config.tenants_max_requests = 1;
}

with_tenants! {
    async fn a_tenant_has_no_more_applications_than_it_may(tenants) {
        let (acme, other) = (tenants.create("acme").await, tenants.create("other").await);
        limit(tenants, json!({ "applications": 2 })).await;
        publish(tenants, &acme, "web", "api", "a").await.expect(200);
        let refused = publish(tenants, &acme, "web", "new", "b").await.expect(403);
        assert!(refused.text.contains("the limit on applications is reached: there may be 2"), "{}", refused.text);
        let detail = problem(tenants, &acme, publish_body("third", "1", None, "api", "c")).await;
        assert_eq!(detail["status"], 403);
        assert!(detail["detail"].as_str().unwrap().contains("limit on applications"), "{detail}");
        let body = json!({ "name": "third" });
        tenants.of(&acme, Method::POST, "/pacticipants", Some(body)).await.expect(403);
        // What is there can be changed, and nothing of what was refused is there.
        publish(tenants, &acme, "web", "api", "a").await.expect(200);
        tenants.of(&acme, Method::PUT, "/pacticipants/web", Some(json!({ "displayName": "Web" }))).await.expect(200);
        let listed = tenants.get(&acme, "/pacticipants").await.expect(200).json;
        assert_eq!(listed["_embedded"]["pacticipants"].as_array().map(Vec::len), Some(2));
        // The limit is of one tenant.
        publish(tenants, &other, "web", "new", "b").await.expect(200);
        publish(tenants, &other, "third", "api", "b").await.expect(200);
        limit(tenants, json!({ "applications": 3 })).await;
        publish(tenants, &acme, "web", "new", "b").await.expect(200);
        tenants.of(&acme, Method::POST, "/pacticipants", Some(json!({ "name": "third" }))).await.expect(403);
    }

    async fn a_tenant_publishes_nothing_into_a_full_database(tenants) {
        let acme = tenants.create("acme").await;
        publish(tenants, &acme, "web", "api", "a").await.expect(200);
        limit(tenants, json!({ "bytes": 1000 })).await;
        let refused = publish(tenants, &acme, "web2", "api", "b").await.expect(403);
        assert!(refused.text.contains("the limit on bytes is reached"), "{}", refused.text);
        // Reading, recording and deleting go on.
        tenants.get(&acme, "/pacticipants/web").await.expect(200);
        let body = json!({ "name": "production", "production": true });
        tenants.of(&acme, Method::POST, "/environments", Some(body)).await.expect(201);
        tenants.of(&acme, Method::DELETE, "/pacticipants/web", None).await.expect(204);
        limit(tenants, json!({ "bytes": null })).await;
        publish(tenants, &acme, "web2", "api", "b").await.expect(200);
    }

    async fn a_tenant_has_no_more_requests_under_way_than_it_may(tenants) with one_request; {
        let (acme, other) = (tenants.create("acme").await, tenants.create("other").await);
        tenants.get(&acme, "/pacticipants").await.expect(200);
        tenants.get(&other, "/pacticipants").await.expect(200);
        // An answer that is not read is under way.
        let request = http::Request::builder()
            .uri("/pacticipants")
            .header("host", acme.host())
            .header("authorization", format!("Bearer {}", acme.token));
        let request = request.body(axum::body::Body::empty()).unwrap();
        let unread = tower::ServiceExt::oneshot(tenants.router.clone(), request).await.unwrap();
        assert_eq!(unread.status(), 200);
        let refused = tenants.get(&acme, "/pacticipants").await.expect(429);
        assert_eq!(refused.header("retry-after"), "5");
        assert!(refused.text.contains("the limit requests of this tenant is reached: 1"), "{}", refused.text);
        tenants.get(&other, "/pacticipants").await.expect(200);
        drop(unread);
        tenants.get(&acme, "/pacticipants").await.expect(200);
        // Wrong credentials of one tenant slow nobody of another one down.
        let host = acme.host();
        let guesses = join_all((0..30).map(|_| tenants.ask(&host, Some("guess"), Method::GET, "/", None)));
        let asked = async {
            let started = std::time::Instant::now();
            tenants.get(&other, "/pacticipants").await.expect(200);
            started.elapsed()
        };
        let (guesses, took) = tokio::join!(guesses, asked);
        assert!(guesses.iter().all(|answer| answer.status == 401 || answer.status == 429));
        assert!(took < std::time::Duration::from_secs(5), "{took:?}");
    }
}
