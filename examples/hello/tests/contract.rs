//! What the consumer needs of the greeter.

use contract_core::prelude::*;

#[consumer_test(consumer = "hello", provider = "greeter")]
async fn is_greeted(provider: MockProvider) {
    provider.expect(
        Interaction::http("a request for a greeting")
            .request(Request::get("/hello"))
            .response(Response::ok().text("Hello!")),
    );

    assert_eq!(
        hello::greeting(&provider.address().to_string()).unwrap(),
        "Hello!"
    );
}
