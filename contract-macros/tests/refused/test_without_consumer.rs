use contract_core::prelude::*;

#[consumer_test(provider = "user-api")]
async fn shows_a_user(provider: MockProvider) {}

fn main() {}
