//! The code of the book's page about patterns and bodies.

use contract_core::contract::Specification;
use contract_core::prelude::*;
use serde_json::json;

/// What the page shows can be written into a contract and read again.
fn shown(interaction: impl Into<Interaction>) {
    let mut contract = Contract::new("web-app", "shop");
    contract.interactions.push(interaction.into());
    let text = contract.to_text(Specification::V4).unwrap();
    assert_eq!(
        Contract::read_str(&text, "page.json").unwrap().interactions.len(),
        1
    );
}

#[test]
fn xml() {
    // ANCHOR: xml
    let order = xml_like!(
        <s:order xmlns:s="urn:shop" id={integer(42)} status={exactly("open")} paid=true>
            <customer>"Ada Lovelace"</customer>
            <placed>{date("yyyy-MM-dd", "2026-01-01")}</placed>
            <items>
                each_like(<item count=1>"book"</item>).at_least(1)
            </items>
        </s:order>
    );
    assert!(order.matches(
        "<order xmlns='urn:shop' id='7' status='open' paid='false'><customer xmlns=''>Grace</customer><placed xmlns=''>2026-02-28</placed>
         <items xmlns=''><item count='2'>pen</item><item count='1'>ink</item></items></order>"
    ));
    let response = Response::ok().xml(order);
    // ANCHOR_END: xml
    shown(
        Interaction::http("an order")
            .request(Request::get("/orders/42"))
            .response(response),
    );
}

#[test]
fn xml_by_functions() {
    // ANCHOR: xml_by_functions
    let item = element("item").attribute("count", 1).text("book");
    let order = element("order")
        .attribute("id", integer(42))
        .child(element("items").child(each_element(item).at_least(2)));
    let response = Response::ok().xml(order);
    // ANCHOR_END: xml_by_functions
    shown(
        Interaction::http("an order")
            .request(Request::get("/orders/42"))
            .response(response),
    );
}

#[test]
fn form() {
    // ANCHOR: form
    let login =
        Request::post("/login").form(json_like!({ "user": string("ada"), "remember": boolean(true) }));
    let search = Request::post("/search")
        .form_fields([("tag", regex("[a-z]+", "new")), ("tag", regex("[a-z]+", "paid"))]);
    // ANCHOR_END: form
    for request in [login, search] {
        shown(
            Interaction::http("a form")
                .request(request)
                .response(Response::ok()),
        );
    }
}

#[test]
fn multipart() {
    // ANCHOR: multipart
    let upload = Request::post("/photos").multipart([
        part("title").text(string("Holiday")),
        part("meta").json(json_like!({ "tags": each_like("sea") })),
        part("photo")
            .file_name(regex(r".+\.png", "beach.png"))
            .bytes_like("image/png", b"\x89PNG\r\n\x1a\n"),
    ]);
    // ANCHOR_END: multipart
    shown(
        Interaction::http("an upload")
            .request(upload)
            .response(Response::ok()),
    );
}

#[test]
fn query_and_headers() {
    // ANCHOR: query_and_headers
    let request = Request::get("/orders")
        .query("page", integer(1))
        .queries([("tag", "new"), ("tag", "paid")])
        .query_object(json_like!({ "sort": regex("asc|desc", "asc"), "ids": each_like(7) }))
        .headers([("accept", "application/json"), ("x-version", "2")]);
    // ANCHOR_END: query_and_headers
    shown(
        Interaction::http("a list")
            .request(request)
            .response(Response::ok()),
    );
}

#[test]
fn one_of_several() {
    // ANCHOR: one_of_several
    let payment = any_of([
        json_like!({ "kind": exactly("card"), "number": regex(r"\d{4}", "4111") }),
        json_like!({ "kind": exactly("transfer"), "sent": date("yyyy-MM-dd", "2026-01-01") }),
    ]);
    assert!(payment.matches(&json!({ "kind": "transfer", "sent": "2026-02-28" })));
    assert!(!payment.matches(&json!({ "kind": "card", "sent": "2026-02-28" })));
    let response = Response::ok().json(json_like!({ "payments": each_like(payment) }));
    // ANCHOR_END: one_of_several
    shown(
        Interaction::http("payments")
            .request(Request::get("/payments"))
            .response(response),
    );
}
