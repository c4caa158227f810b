//! Who may do what.

use std::collections::BTreeSet;

use contract_broker::{Config, config::Secret};
use futures_util::future::join_all;
use http::Method;

use crate::broker::{Database, TestBroker};

fn accounts(config: &mut Config) {
    config.auth_tokens = vec![Secret::new("writer")];
    config.auth_read_only_tokens = vec![Secret::new("reader")];
}

#[test]
fn guessing_credentials_is_slowed_down_and_using_them_is_not() {
    TestBroker::run_with(Database::sqlite(), accounts, async |broker| {
        let ask = |token: &'static str| async move {
            let request = broker.request(Method::GET, "/").header("authorization", token);
            request.send().await
        };
        let (guesses, right) = tokio::join!(
            join_all((0..40).map(|_| ask("Bearer guess"))),
            ask("Bearer writer")
        );
        right.expect(200);
        let count = |status: u16| guesses.iter().filter(|answer| answer.status == status).count();
        assert!(count(401) >= 1 && count(429) >= 1 && count(401) + count(429) == 40);
        let busy = guesses.iter().find(|answer| answer.status == 429).unwrap();
        assert_eq!(busy.header("retry-after"), "5");
        // Whoever only asks what is needed is told, however many are guessing.
        let challenged = join_all((0..40).map(|_| broker.get("/"))).await;
        assert!(
            challenged
                .iter()
                .all(|answer| answer.header("www-authenticate").starts_with("Basic "))
        );
    });
}

#[test]
fn public_badges_are_badges_and_nothing_else() {
    let public = |config: &mut Config| {
        accounts(config);
        config.auth_public_badges = true;
    };
    TestBroker::run_with(Database::sqlite(), public, async |broker| {
        let request = broker.request(Method::GET, "/openapi.json");
        let description = request.header("authorization", "Bearer reader").send().await;
        let description = description.expect(200).json;
        let (mut badges, mut others) = (BTreeSet::new(), BTreeSet::new());
        for (path, operations) in description["paths"].as_object().unwrap() {
            let names = path
                .split('/')
                .map(|part| if part.starts_with('{') { "badge" } else { part });
            let address = names.collect::<Vec<_>>().join("/");
            if operations["get"]["responses"]["200"]["content"]["image/svg+xml"].is_object() {
                badges.insert(address);
            } else {
                others.insert(address);
            }
        }
        assert_eq!(badges.len(), 8);
        for badge in &badges {
            broker.get(badge).await.expect(200);
        }
        for other in others.difference(&badges) {
            let is_health = ["/healthz", "/readyz", "/diagnostic/status/heartbeat"].contains(&other.as_str());
            broker.get(other).await.expect(if is_health { 200 } else { 401 });
        }
        broker.get("/pacts/provider/p/latest/badge.svg").await.expect(401);
    });
}
