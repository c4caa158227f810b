use contract_core::prelude::*;

#[consumer_test(consumer = "web-app", provider = "user-api")]
async fn shows_a_user(provider: MockProvider, id: u64) {}

#[consumer_test(consumer = "web-app", provider = "user-api")]
fn shows_users(#[case] id: u64, provider: BlockingMockProvider) {}

fn main() {}
