//! Who may do what.

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
