//! The tests of `docs/src/mock-provider.md`.

use std::time::Duration;

use contract_core::mock::Fault;
use contract_core::prelude::*;
use rstest::rstest;

use super::shop::{Problem, ShopClient, order_blocking};

// ANCHOR: order
fn order(state: &str, status: &str) -> impl Into<Interaction> {
    Interaction::http("a request for order 1")
        .given(state)
        .request(Request::get("/orders/1"))
        .response(Response::ok().json(json_like!({ "id": 1, "status": exactly(status) })))
}
// ANCHOR_END: order

#[ignore = "run by consumer_tests"]
// ANCHOR: blocking
#[consumer_test(consumer = "web", provider = "shop")]
fn asks_with_a_client_that_blocks(provider: BlockingMockProvider) -> Result<(), ureq::Error> {
    provider.expect(order("order 1 is open", "open"));

    assert_eq!(order_blocking(provider.url(), 1)?, "open"); // ureq, reqwest::blocking, a TcpStream
    Ok(())
}
// ANCHOR_END: blocking

#[ignore = "run by consumer_tests"]
// ANCHOR: cases
#[consumer_test(consumer = "web", provider = "shop")]
#[rstest]
async fn asks_for_each_status(provider: MockProvider, #[values("open", "paid")] status: &str) {
    provider.expect(order(&format!("order 1 is {status}"), status));

    assert_eq!(
        ShopClient::new(provider.url()).order(1).await.as_deref(),
        Ok(status)
    );
}
// ANCHOR_END: cases

#[ignore = "run by consumer_tests"]
// ANCHOR: times
#[consumer_test(consumer = "web", provider = "shop")]
async fn asks_twice_and_not_more(provider: MockProvider) {
    provider.expect(order("order 1 is open", "open")).times(2);

    let client = ShopClient::new(provider.url());
    client.order(1).await.unwrap();
    client.order(1).await.unwrap();
}
// ANCHOR_END: times

#[ignore = "run by consumer_tests"]
// ANCHOR: sequence
#[consumer_test(consumer = "web", provider = "shop")]
async fn waits_until_it_is_sent(provider: MockProvider) {
    provider.expect(order("order 1 is paid", "paid")).times(2);
    provider.expect(order("order 1 is sent", "sent"));

    let client = ShopClient::new(provider.url());
    let mut asked = 1;
    while client.order(1).await.unwrap() != "sent" {
        asked += 1;
    }
    assert_eq!(asked, 3);
}
// ANCHOR_END: sequence

#[ignore = "run by consumer_tests"]
// ANCHOR: scenario
#[consumer_test(consumer = "web", provider = "shop")]
async fn pays_an_order(provider: MockProvider) {
    let payment = provider.expect(
        Interaction::http("a payment of order 1")
            .given("order 1 is open")
            .request(Request::post("/orders/1/payment"))
            .response(Response::created()),
    );
    provider.expect(order("order 1 is open", "open")).until(&payment);
    provider.expect(order("order 1 is paid", "paid")).after(&payment);

    let client = ShopClient::new(provider.url());
    assert_eq!(client.order(1).await.as_deref(), Ok("open"));
    client.pay(1).await.unwrap();
    assert_eq!(client.order(1).await.as_deref(), Ok("paid"));
}
// ANCHOR_END: scenario

#[ignore = "run by consumer_tests"]
// ANCHOR: retry
#[consumer_test(consumer = "web", provider = "shop")]
async fn tries_again(provider: MockProvider) {
    provider
        .expect(order("order 1 is open", "open"))
        .fail_once(Response::status(503).header("retry-after", "0"));

    assert_eq!(
        ShopClient::new(provider.url()).order(1).await.as_deref(),
        Ok("open")
    );
}
// ANCHOR_END: retry

#[ignore = "run by consumer_tests"]
// ANCHOR: fault
#[consumer_test(consumer = "web", provider = "shop")]
async fn copes_with_an_answer_that_breaks_off(provider: MockProvider) {
    provider
        .expect(order("order 1 is open", "open"))
        .fail_always(Fault::Truncate); // or Fault::Reset, Fault::Close, Response::status(500)

    assert_eq!(
        ShopClient::new(provider.url()).order(1).await,
        Err(Problem::Broken)
    );
}
// ANCHOR_END: fault

#[ignore = "run by consumer_tests"]
// ANCHOR: delay
#[consumer_test(consumer = "web", provider = "shop")]
async fn gives_up_after_a_while(provider: MockProvider) {
    provider
        .expect(order("order 1 is open", "open"))
        .delay(Duration::from_secs(30));

    let client = ShopClient::with_timeout(provider.url(), Duration::from_millis(50));
    assert_eq!(client.order(1).await, Err(Problem::TimedOut));
}
// ANCHOR_END: delay

#[ignore = "run by consumer_tests"]
// ANCHOR: tls
#[consumer_test(consumer = "web", provider = "shop", tls)]
async fn asks_over_tls(provider: MockProvider) {
    provider.expect(order("order 1 is open", "open"));

    let client = ShopClient::trusting(provider.url(), provider.ca_pem()); // reqwest::Certificate::from_pem(…)
    assert_eq!(client.order(1).await.as_deref(), Ok("open"));
}
// ANCHOR_END: tls

#[ignore = "run by consumer_tests"]
// ANCHOR: journal
#[consumer_test(consumer = "web", provider = "shop")]
async fn sends_an_id_with_each_payment(provider: MockProvider) {
    provider.expect(
        Interaction::http("a payment of order 1")
            .given("order 1 is open")
            .request(Request::post("/orders/1/payment"))
            .response(Response::created()),
    );

    ShopClient::new(provider.url()).pay(1).await.unwrap();

    let requests = provider.requests();
    assert_eq!(requests[0].interaction.as_deref(), Some("a payment of order 1"));
    assert_eq!(requests[0].request.headers.first("x-request-id"), Some("7"));
}
// ANCHOR_END: journal

// ANCHOR: by_hand
async fn by_hand(directory: &std::path::Path) -> Result<(), contract_core::Error> {
    let provider = Contract::between("web", "shop")
        .directory(directory)
        .listen("127.0.0.1:0") // a fixed port or another interface, if the client asks for it
        .cors() // for a client in a browser
        .serve()
        .await?; // or .serve_blocking()?
    provider.expect(order("order 1 is open", "open"));

    let client = ShopClient::new(provider.url());
    assert_eq!(client.order(1).await.as_deref(), Ok("open"));
    provider.finish().await // checks what was asked and writes the contract
}
// ANCHOR_END: by_hand

#[tokio::test]
#[ignore = "run by consumer_tests"]
async fn without_the_attribute() {
    let directory = tempfile::tempdir().unwrap();
    by_hand(directory.path()).await.unwrap();
    assert!(directory.path().join("web-shop.json").is_file());
}
