use contract_core::prelude::*;

#[consumer_test(consumer = "web-app", providers = "user-api")]
async fn shows_a_user(provider: MockProvider) {}

#[consumer_test(consumer = "web-app")]
async fn shows_users(#[provider("user-api", port = "80")] provider: MockProvider) {}

#[consumer_test(consumer = "web-app", tls)]
async fn shows_an_invoice(#[provider("user-api")] provider: MockProvider) {}

#[consumer_test(consumer = "web-app", provider = "user-api", cors = "yes")]
async fn shows_a_page(provider: MockProvider) {}

fn main() {}
