//! Two of the interactions as functions, for programs that record the contract themselves.
//!
//! The tests in `tests/contract.rs` write them out, so that they read as what the shop needs; a test there holds both
//! against each other.

use contract_core::prelude::*;

/// `GET /orders/1`, where there is such an order.
pub fn an_order() -> Interaction {
    Interaction::http("a request for an order")
        .given(state("an order exists").with("id", 1))
        .request(Request::get("/orders/1").header("accept", "application/json"))
        .response(Response::ok().json(json_like!({
            "id": integer(1),
            "status": any_of(["open", "paid", "shipped", "cancelled"]),
            "customer": { "name": "Ada Lovelace", "email": regex(r"^\S+@\S+$", "ada@example.com") },
            "lines": each_like({ "sku": "TEA-250", "quantity": integer(2), "price": number(8.95) }),
            "total": number(17.9),
        })))
        .into()
}

/// `GET /orders/1`, where there is none.
pub fn an_unknown_order() -> Interaction {
    Interaction::http("a request for an unknown order")
        .given("no orders exist")
        .request(Request::get("/orders/1").header("accept", "application/json"))
        .response(Response::not_found().json(json_like!({ "error": "there is no order 1" })))
        .into()
}
