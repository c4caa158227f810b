use contract_core::prelude::*;

#[consumer_test(consumer = "web-app", provider = "user-api")]
#[should_panic(expected = "no such user")]
fn panics(provider: BlockingMockProvider) {
    provider.expect(
        Interaction::http("a request for user 42")
            .request(Request::get("/users/42"))
            .response(Response::not_found()),
    );
}

fn main() {}
