//! A Postman collection: a request with a saved response for each interaction.

use super::form::{Exchange, without_rules};
use crate::contract::{Body, Contract, Headers};
use crate::import::Notes;
use crate::json::{self, Map, Value, object};

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

pub(super) fn write(contract: &Contract, exchanges: &[Exchange<'_>], notes: &mut Notes) -> String {
    let name = format!("{} to {}", contract.consumer.name, contract.provider.name);
    let items: Vec<Value> = exchanges.iter().map(|exchange| item(*exchange, notes)).collect();
    json::pretty(&object([
        ("info", object([("name", name.into()), ("schema", SCHEMA.into())])),
        (
            "variable",
            vec![object([
                ("key", "baseUrl".into()),
                ("value", "http://localhost:8080".into()),
            ])]
            .into(),
        ),
        ("item", items.into()),
    ]))
}

fn item(exchange: Exchange<'_>, notes: &mut Notes) -> Value {
    without_rules(exchange, notes);
    let interaction = exchange.interaction;
    let description = &interaction.description;
    if !interaction.provider_states.is_empty() {
        notes.lost(
            description.clone(),
            "its provider states are in the description of the request only",
        );
    }
    let states: Vec<String> = interaction
        .provider_states
        .iter()
        .map(|state| format!("Given {state}."))
        .collect();
    let request = &exchange.http.request;
    let mut asked = Map::new();
    asked.insert("method".to_owned(), request.method.as_str().into());
    asked.insert("header".to_owned(), fields(&request.headers));
    asked.insert("url".to_owned(), url(exchange));
    if !states.is_empty() {
        asked.insert("description".to_owned(), states.join(" ").into());
    }
    match exchange.sent_text() {
        Some(text) => {
            asked.insert(
                "body".to_owned(),
                object([("mode", "raw".into()), ("raw", text.into())]),
            );
        }
        None if request.body.content().is_some() => {
            notes.lost(description.clone(), "the body of its request, which is not text");
        }
        None => {}
    }
    let asked = Value::Object(asked);
    let response = &exchange.http.response;
    let mut saved = Map::new();
    saved.insert("name".to_owned(), description.as_str().into());
    saved.insert("originalRequest".to_owned(), asked.clone());
    saved.insert("code".to_owned(), exchange.status().into());
    saved.insert("header".to_owned(), fields(&response.headers));
    if let Body::Present(content) = &response.body {
        match String::from_utf8(content.data.to_bytes().to_vec()) {
            Ok(text) => {
                if content
                    .content_type
                    .as_ref()
                    .is_some_and(crate::contract::ContentType::is_json)
                {
                    saved.insert("_postman_previewlanguage".to_owned(), "json".into());
                }
                saved.insert("body".to_owned(), text.into());
            }
            Err(_) => notes.lost(description.clone(), "the body of its response, which is not text"),
        }
    }
    let status = exchange.status();
    let check = format!("pm.test(\"status {status}\", () => pm.response.to.have.status({status}));");
    let script = object([
        ("type", "text/javascript".into()),
        ("exec", vec![Value::from(check)].into()),
    ]);
    object([
        ("name", description.as_str().into()),
        (
            "event",
            vec![object([("listen", "test".into()), ("script", script)])].into(),
        ),
        ("request", asked),
        ("response", vec![Value::Object(saved)].into()),
    ])
}

fn url(exchange: Exchange<'_>) -> Value {
    let request = &exchange.http.request;
    let segments: Value = request.path.split('/').skip(1).map(str::to_owned).collect();
    let query: Vec<Value> = request
        .query
        .iter()
        .flat_map(|(name, values)| {
            values.iter().map(move |value| {
                let value: Value = value.as_ref().map_or(Value::Null, |value| value.as_str().into());
                object([("key", name.into()), ("value", value)])
            })
        })
        .collect();
    let mut url = Map::new();
    url.insert(
        "raw".to_owned(),
        format!("{{{{baseUrl}}}}{}", exchange.http.request.target()).into(),
    );
    url.insert("host".to_owned(), vec![Value::from("{{baseUrl}}")].into());
    url.insert("path".to_owned(), segments);
    if !query.is_empty() {
        url.insert("query".to_owned(), query.into());
    }
    Value::Object(url)
}

fn fields(headers: &Headers) -> Value {
    headers
        .iter()
        .flat_map(|(name, values)| {
            values
                .iter()
                .map(move |value| object([("key", name.into()), ("value", value.as_str().into())]))
        })
        .collect()
}
