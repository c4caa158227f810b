use contract_core::prelude::*;

#[consumer_test(consumer = "web-app", provider = "user-api")]
fn shows_a_user(provider: MockProvider) {}

fn main() {}
