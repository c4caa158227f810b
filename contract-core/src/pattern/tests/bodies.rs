//! Bodies of every kind, written and read in each version that can represent them.

use super::*;
use crate::contract::{Contract, Interaction, InteractionKind, Message, Request, Response, Specification};

fn contract(interaction: impl Into<Interaction>) -> Contract {
    let mut contract = Contract::new("web", "api");
    contract.interactions.push(interaction.into());
    contract
}

/// Returns what each version reads after writing it, or why it cannot write it.
fn versions(contract: &Contract) -> Vec<(Specification, Result<Interaction, String>)> {
    [Specification::V4, Specification::V3, Specification::V2]
        .into_iter()
        .map(|version| {
            let written = contract.to_text(version).map_err(|error| error.to_string());
            let read = written.map(|text| {
                let mut contract = Contract::read_str(&text, "written").unwrap();
                contract.interactions.remove(0)
            });
            (version, read)
        })
        .collect()
}

fn bodies() -> Vec<(&'static str, Request)> {
    let post = || Request::post("/");
    vec![
        ("json", post().json(object(vec![member("a", string("b"))])).into()),
        ("text", post().text(regex("[a-z]+", "abc")).into()),
        ("exact xml", post().xml("<a><b>1</b></a>").into()),
        (
            "xml",
            post()
                .xml(
                    element("s:order")
                        .attribute("xmlns:s", "urn:shop")
                        .attribute("id", regex("[0-9]+", "42"))
                        .child(each_element(element("item").text("book"))),
                )
                .into(),
        ),
        (
            "bytes",
            post().bytes("application/octet-stream", vec![0, 255]).into(),
        ),
        (
            "form",
            post().form(object(vec![member("a", regex("[a-z]", "b"))])).into(),
        ),
        (
            "form fields",
            post()
                .form_fields([("tag", regex("[a-z]", "a")), ("tag", regex("[b]", "b"))])
                .into(),
        ),
        (
            "multipart",
            post()
                .multipart([
                    part("title").text(string("Holiday")),
                    part("meta").json(object(vec![member("id", regex("[0-9]", "7"))])),
                    part("file")
                        .file_name("a.bin")
                        .bytes("application/octet-stream", vec![0, 255]),
                ])
                .into(),
        ),
    ]
}

#[test]
fn each_kind_reads_as_it_was_written_in_each_version() {
    for (kind, request) in bodies() {
        let contract = contract(
            Interaction::http("a request")
                .request(request.clone())
                .response(Response::ok()),
        );
        for (version, read) in versions(&contract) {
            let read = read.unwrap_or_else(|error| panic!("{kind} {version}: {error}"));
            let read = &read.as_http().unwrap().request;
            assert_eq!(read.body.to_bytes(), request.body.to_bytes(), "{kind} {version}");
            assert_eq!(read.rules.body, request.rules.body, "{kind} {version}");
            assert_eq!(read.rules.headers, request.rules.headers, "{kind} {version}");
            assert_eq!(
                read.headers.first("content-type"),
                request.headers.first("content-type"),
                "{kind} {version}"
            );
        }
    }
}

#[test]
fn what_version_2_cannot_say_is_an_error_that_names_it() {
    let xml = element("order").attribute("id", integer(42));
    let form = object(vec![member("page", integer(1))]);
    let played = object(vec![member("id", from_state("id", "7"))]);
    for (request, said) in [
        (
            Request::post("/").xml(xml),
            "the rule `integer` at $.body.order['@id'] came after version 2",
        ),
        (
            Request::post("/").form(form),
            "the rule `integer` at $.body.page came after version 2",
        ),
        (Request::post("/").form(played), "generators came with version 3"),
        (
            Request::post("/").bytes_like("image/png", b"\x89PNG\r\n\x1a\n".as_slice()),
            "the rule `contentType` at $.body came after version 2",
        ),
    ] {
        let contract = contract(
            Interaction::http("a request")
                .request(request)
                .response(Response::ok()),
        );
        let (_, read) = versions(&contract).remove(2);
        let refused = read.unwrap_err();
        assert!(
            refused.contains("\"a request\"") && refused.contains(said),
            "{refused}"
        );
    }
}

#[test]
fn messages_take_every_kind_of_body() {
    let messages: Vec<(&str, Message)> = vec![
        ("application/xml", Message::xml(element("a").text("b"))),
        (
            "application/x-www-form-urlencoded",
            Message::form(object(vec![member("a", "b")])),
        ),
        ("multipart/form-data", Message::multipart([part("a").text("b")])),
        (
            "image/png",
            Message::bytes_like("image/png", b"\x89PNG\r\n\x1a\n".as_slice()),
        ),
    ];
    for (essence, message) in messages {
        let content_type = message.content_type().map(|content_type| content_type.essence());
        assert_eq!(content_type.as_deref(), Some(essence));
        let contract = contract(Interaction {
            kind: InteractionKind::Message(Box::new(message.clone())),
            ..Interaction::message("an event").into()
        });
        for (version, read) in versions(&contract).into_iter().take(2) {
            let Ok(Interaction {
                kind: InteractionKind::Message(read),
                ..
            }) = read
            else {
                panic!("{version} {read:?}");
            };
            assert_eq!(
                read.contents.to_bytes(),
                message.contents.to_bytes(),
                "{version} {essence}"
            );
            assert_eq!(read.rules.body, message.rules.body, "{version} {essence}");
        }
    }
}

#[test]
fn maps_and_iterators_are_queries_headers_and_forms() {
    let by_name = std::collections::BTreeMap::from([("page", 1), ("size", 20)]);
    let request: Request = Request::post("/")
        .queries(by_name)
        .queries([("tag", "a"), ("tag", "b")])
        .query_object(object(vec![
            member("sort", regex("asc|desc", "asc")),
            member("ids", [1, 2]),
        ]))
        .headers(vec![
            ("x-trace", regex("[0-9a-f]+", "4f")),
            ("x-trace", string("0")),
        ])
        .form_fields([
            ("name".to_owned(), string("Ada")),
            ("name".to_owned(), exactly("Grace")),
        ])
        .into();
    assert_eq!(
        request.query.to_text(),
        "page=1&size=20&tag=a&tag=b&sort=asc&ids=1&ids=2"
    );
    assert_eq!(
        request.rules.query.keys().collect::<Vec<_>>(),
        ["ids", "sort"],
        "plain values of pairs are exact"
    );
    assert_eq!(
        request.headers.get("x-trace"),
        Some(&["4f".to_owned(), "0".to_owned()][..])
    );
    assert_eq!(
        request.rules.headers.keys().collect::<Vec<_>>(),
        ["x-trace", "x-trace[1]"]
    );
    assert_eq!(request.body.to_bytes(), "name=Ada&name=Grace");
    let paths: Vec<&str> = request.rules.body.keys().map(Path::as_str).collect();
    assert_eq!(paths, ["$.name", "$.name[1]"]);
    let said = misuse(|| drop(Request::get("/").query_object(["a"])));
    assert!(said.contains("a query takes an object"), "{said}");
}
