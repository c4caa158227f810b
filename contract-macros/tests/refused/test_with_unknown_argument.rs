use contract_core::prelude::*;

#[consumer_test(consumer = "web-app", providers = "user-api")]
async fn shows_a_user(provider: MockProvider) {}

fn main() {}
