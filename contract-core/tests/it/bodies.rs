//! Patterns for every kind of body, from the test that writes them to the provider that is verified.

use contract_core::prelude::*;

use crate::talk::send;

/// What a consumer sends and gets: a tagged union, XML, a form, parts.
fn interactions() -> Vec<Interaction> {
    let payment = any_of([
        json_like!({ "kind": exactly("card"), "number": regex(r"\d{4}", "4111") }),
        json_like!({ "kind": exactly("transfer"), "sent": date("yyyy-MM-dd", "2026-01-01") }),
    ]);
    vec![
        Interaction::http("a payment")
            .request(Request::get("/payment"))
            .response(Response::ok().json(json_like!({ "payments": each_like(payment) })))
            .into(),
        Interaction::http("a login")
            .request(
                Request::post("/login")
                    .form(json_like!({ "user": regex("[a-z]+", "ada"), "scope": ["read", "write"] })),
            )
            .response(Response::no_content())
            .into(),
        Interaction::http("a photo")
            .request(
                Request::post("/photos").multipart([
                    part("title").text(string("Holiday")),
                    part("meta").json(json_like!({ "tags": each_like("sea") })),
                    part("photo")
                        .file_name(string("beach.bin"))
                        .bytes("application/octet-stream", "0123"),
                ]),
            )
            .response(Response::created())
            .into(),
    ]
}

#[cfg(feature = "xml")]
fn order() -> Interaction {
    fn item(title: &str) -> contract_core::pattern::XmlElement {
        xml_like!(<item><title>{title}</title></item>)
    }

    let other_items = item("pen");
    Interaction::http("an order")
        .request(Request::post("/orders").xml(xml_like!(<query since={date("yyyy-MM-dd", "2026-01-01")}/>)))
        .response(Response::ok().xml(xml_like!(
            <s:order xmlns:s="urn:shop" id={integer(42)} state={exactly("open")} paid=true>
                <customer-name>"Ada"</customer-name>
                <total>{9.5}</total>
                <type>{any_of(["new", "used"])}</type>
                <items>each_like(<item count=1><title>"book"</title></item>).at_least(2)</items>
                <others>{other_items}</others>
                <notes>each_like(<note/>).at_least(0)</notes>
            </s:order>
        )))
        .into()
}

fn all() -> Vec<Interaction> {
    let mut all = interactions();
    #[cfg(feature = "xml")]
    all.push(order());
    all
}

#[tokio::test]
async fn clients_of_all_kinds_are_understood_and_the_contract_has_no_faults() {
    let directory = tempfile::tempdir().unwrap();
    let provider = Contract::between("web-app", "shop")
        .interactions(all())
        .directory(directory.path())
        .serve()
        .await
        .unwrap();
    let url = provider.url();
    let ask = |method: &str, target: &str, content_type: &str, body: &str| {
        send(
            url,
            method,
            target,
            &[&format!("content-type: {content_type}")],
            body,
        )
    };
    assert_eq!(ask("GET", "/payment", "text/plain", "").status, 200);
    let form = "application/x-www-form-urlencoded";
    assert_eq!(
        ask("POST", "/login", form, "scope=a&scope=b&scope=c&user=grace").status,
        204
    );
    let boundary = "----WebKitFormBoundary7MA4YWxk";
    let parts = [
        ("name=\"title\"", "Sea"),
        (
            "name=\"meta\"\r\nContent-Type: application/json",
            "{\"tags\":[\"a\",\"b\"]}",
        ),
        (
            "name=\"photo\"; filename=\"x.bin\"\r\nContent-Type: application/octet-stream",
            "0123",
        ),
    ];
    let parts = parts.map(|(head, content)| {
        format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    });
    let body = format!("{}--{boundary}--\r\n", parts.concat());
    let multipart = format!("multipart/form-data; boundary={boundary}");
    assert_eq!(ask("POST", "/photos", &multipart, &body).status, 201);
    if cfg!(feature = "xml") {
        let answer = ask(
            "POST",
            "/orders",
            "application/xml",
            "<query since='2026-02-28'/>",
        );
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(
            answer.body.contains("<customer-name>Ada</customer-name>"),
            "{}",
            answer.body
        );
    }
    provider.finish().await.unwrap();

    let contract = Contract::read_file(directory.path().join("web-app-shop.json")).unwrap();
    assert_eq!(contract.interactions.len(), all().len());
    let faults: Vec<String> = contract.faults().iter().map(ToString::to_string).collect();
    assert_eq!(faults, [""; 0]);
    assert_eq!(contract.warnings(), [""; 0]);
}

#[tokio::test]
async fn what_a_version_cannot_say_is_refused_where_it_is_expected() {
    let directory = tempfile::tempdir().unwrap();
    let error = Contract::between("web-app", "shop")
        .specification(contract_core::contract::Specification::V2)
        .interactions(interactions())
        .directory(directory.path())
        .serve()
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @r#"interaction "a payment" cannot be written in version 2.0.0 of the contract format: the rule `schema` at $.body.payments[*] came after version 2; write version 3 or 4"#);
}

#[cfg(feature = "provider")]
#[tokio::test]
async fn a_provider_may_send_any_alternative() {
    use contract_core::contract::Body;
    use contract_core::matching::ResponsePlan;

    let interactions = interactions();
    let http = interactions[0].as_http().unwrap();
    let plan = ResponsePlan::compile(&http.response).unwrap();
    let answer = |payments: serde_json::Value| {
        let mut actual = http.response.clone();
        actual.body = Body::json(serde_json::json!({ "payments": payments }));
        plan.compare(&actual).into_mismatches()
    };
    let card = serde_json::json!({ "kind": "card", "number": "5500", "more": true });
    let transfer = serde_json::json!({ "kind": "transfer", "sent": "2026-02-28" });
    assert!(answer(serde_json::json!([card, transfer])).is_empty());
    let lost = serde_json::json!({ "kind": "transfer", "number": "5500" });
    let found = answer(serde_json::json!([card, lost]));
    assert_eq!(found[0].path, "$.payments[1]");
}
