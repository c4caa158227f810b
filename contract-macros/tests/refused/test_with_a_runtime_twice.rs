use contract_core::prelude::*;

#[consumer_test(consumer = "web-app", provider = "user-api", flavor = "multi_thread")]
#[tokio::test]
async fn shows_a_user(provider: MockProvider) {}

#[consumer_test(consumer = "web-app", provider = "user-api", flavor = "multi_thread")]
fn shows_users(provider: MockProvider) {}

fn main() {}
