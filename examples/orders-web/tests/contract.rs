//! What the orders page needs of the orders API. Each test that passes writes its part of
//! `contracts/orders-web-orders-api.json`; the API's own tests replay it.

use contract_core::prelude::*;
use orders_web::{ClientError, Customer, Line, NewOrder, OrdersClient, Status};

// ANCHOR: shows_an_order
#[consumer_test(consumer = "orders-web", provider = "orders-api")]
async fn shows_an_order(provider: MockProvider) {
    provider.expect(
        Interaction::http("a request for an order")
            .given(state("an order exists").with("id", 1))
            .request(Request::get("/orders/1").header("accept", "application/json"))
            .response(Response::ok().json(json_like!({
                "id": integer(1),
                "status": any_of(["open", "paid", "shipped", "cancelled"]),
                "customer": { "name": "Ada Lovelace", "email": regex(r"^\S+@\S+$", "ada@example.com") },
                "lines": each_like({ "sku": "TEA-250", "quantity": integer(2), "price": number(8.95) }),
                "total": number(17.9),
            }))),
    );

    let order = OrdersClient::new(provider.url()).order(1).await.unwrap().unwrap();
    assert_eq!(order.customer.name, "Ada Lovelace");
    assert_eq!(order.status, Status::Open);
}
// ANCHOR_END: shows_an_order

// ANCHOR: described
#[consumer_test(
    consumer = "orders-web",
    provider = "orders-api",
    openapi = "../orders-api/openapi.yaml"
)]
async fn tells_when_an_order_is_unknown(provider: MockProvider) {
    provider.expect(
        Interaction::http("a request for an unknown order")
            .given("no orders exist")
            .request(Request::get("/orders/1").header("accept", "application/json"))
            .response(Response::not_found().json(json_like!({ "error": "there is no order 1" }))),
    );

    let order = OrdersClient::new(provider.url()).order(1).await.unwrap();
    assert_eq!(order, None);
}
// ANCHOR_END: described

#[consumer_test(consumer = "orders-web", provider = "orders-api")]
async fn lists_the_open_orders(provider: MockProvider) {
    provider.expect(
        Interaction::http("a request for the open orders")
            .given(state("an order exists").with("id", 1).with("status", "open"))
            .request(
                Request::get("/orders")
                    .query("status", "open")
                    .header("accept", "application/json"),
            )
            .response(Response::ok().json(each_like(json_like!({
                "id": integer(1),
                "status": exactly("open"),
                "customer": { "name": "Ada Lovelace", "email": "ada@example.com" },
                "lines": each_like({ "sku": "TEA-250", "quantity": integer(2), "price": number(8.95) }),
                "total": number(17.9),
            })))),
    );

    let orders = OrdersClient::new(provider.url())
        .orders(Status::Open)
        .await
        .unwrap();
    assert!(orders.iter().all(|order| order.status == Status::Open));
}

#[consumer_test(consumer = "orders-web", provider = "orders-api")]
async fn places_an_order(provider: MockProvider) -> Result<(), ClientError> {
    let order = NewOrder {
        customer: Customer {
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
        },
        lines: vec![Line {
            sku: "TEA-250".to_owned(),
            quantity: 2,
            price: 8.95,
        }],
    };
    provider
        .expect(
            Interaction::http("an order is placed")
                .request(Request::post("/orders").json(&order))
                .response(
                    Response::created()
                        .header("location", regex(r"/orders/\d+", "/orders/1"))
                        .json(json_like!({
                            "id": integer(1),
                            "status": exactly("open"),
                            "customer": { "name": "Ada Lovelace", "email": "ada@example.com" },
                            "lines": each_like({ "sku": "TEA-250", "quantity": integer(2), "price": number(8.95) }),
                            "total": number(17.9),
                        })),
                ),
        );

    let placed = OrdersClient::new(provider.url()).place(&order).await?;
    assert_eq!(placed.status, Status::Open);
    assert_eq!(placed.lines, order.lines);
    Ok(())
}

#[consumer_test(consumer = "orders-web", provider = "orders-api")]
async fn shows_why_an_order_is_refused(provider: MockProvider) {
    let empty = NewOrder {
        customer: Customer {
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
        },
        lines: Vec::new(),
    };
    provider.expect(
        Interaction::http("an order without lines is placed")
            .request(Request::post("/orders").json(&empty))
            .response(
                Response::unprocessable().json(json_like!({ "error": "an order needs at least one line" })),
            ),
    );

    let refusal = OrdersClient::new(provider.url()).place(&empty).await.unwrap_err();
    assert!(matches!(refusal, ClientError::Refused(reason) if !reason.is_empty()));
}

/// The functions that other programs record with say the same as the tests above.
#[cfg(feature = "contract")]
#[test]
fn the_functions_say_what_the_contract_says() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../contracts/orders-web-orders-api.json"
    );
    let contract = Contract::read_file(file).unwrap();
    for interaction in [
        orders_web::contract::an_order(),
        orders_web::contract::an_unknown_order(),
    ] {
        let written = contract
            .interactions
            .iter()
            .find(|written| written.same_identity(&interaction))
            .unwrap_or_else(|| panic!("{:?} is not in the contract", interaction.description));
        assert_eq!(written.kind, interaction.kind);
    }
}
