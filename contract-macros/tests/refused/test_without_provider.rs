use contract_core::prelude::*;

#[consumer_test(consumer = "web-app")]
async fn shows_a_user(provider: MockProvider) {}

#[consumer_test(consumer = "web-app", provider = "user-api")]
async fn shows_an_invoice(users: MockProvider, billing: MockProvider) {}

#[consumer_test(consumer = "web-app", provider = "user-api")]
async fn shows_nothing() {}

fn main() {}
