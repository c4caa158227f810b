//! The address that links begin with, as a client, its proxy or somebody who means harm names it.

use axum::body::Body;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    broker::on_each_database,
    running::{Running, with_each_database},
};

/// Where the links of a page lead, and the forms.
fn targets(page: &str) -> Vec<&str> {
    [" href=\"", " src=\"", " action=\""]
        .into_iter()
        .flat_map(|name| page.split(name).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

/// Every `href` in a JSON document.
fn hrefs(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| hrefs(item, found)),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(href) if name == "href" => found.push(href.clone()),
                    value => hrefs(value, found),
                }
            }
        }
        _ => {}
    }
}

on_each_database! {
    async fn no_header_makes_a_link_leave_the_broker(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        for (name, value) in [
            ("x-forwarded-prefix", "//evil.example.org"), ("x-forwarded-prefix", "///evil.example.org"),
            ("x-forwarded-prefix", "/\\evil.example.org"), ("x-forwarded-prefix", "\\\\evil.example.org"),
            ("x-forwarded-prefix", "/%2f/evil.example.org"), ("x-forwarded-prefix", "/x/../..//evil.example.org"),
            ("x-forwarded-prefix", "@evil.example.org"), ("x-forwarded-prefix", "/\t/evil.example.org"),
            ("x-forwarded-host", "evil.example.org@broker.test"), ("x-forwarded-host", "evil.example.org\\"),
            ("x-forwarded-host", "evil.example.org/x"), ("x-forwarded-host", "evil.example.org:80:90"),
            ("x-forwarded-host", "//evil.example.org"), ("x-forwarded-host", "evil.example.org#"),
            ("forwarded", "host=evil.example.org;proto=javascript"), ("x-forwarded-proto", "javascript://evil.example.org/"),
            ("x-forwarded-port", "80@evil.example.org"), ("x-original-url", "//evil.example.org/"),
        ] {
            for path in ["/", "/pacticipants", "/pacts/provider/api/consumer/web/latest", "/webhooks", "/nothing"] {
                let page = broker.request(Method::GET, path).header("accept", "text/html").header(name, value).send().await;
                for target in targets(&page.text) {
                    let is_own = target.starts_with('#') || target.starts_with('/') && !target.starts_with("//") && !target.starts_with("/\\");
                    assert!(is_own || target.starts_with("http://broker.test/"), "{name}: {value} {path}: {target}");
                }
                let answer = broker.request(Method::GET, path).header(name, value).send().await;
                let mut found = Vec::new();
                hrefs(&answer.json, &mut found);
                let leaves = found.iter().find(|href| !format!("{href}/").starts_with("http://broker.test/"));
                assert_eq!(leaves, None, "{name}: {value} {path}");
                assert!(!answer.text.contains("evil"), "{name}: {value} {path}: {}", answer.text);
            }
            let form = broker.request(Method::POST, "/triggered-webhooks/x/replay").header("accept", "text/html")
                .header("content-type", "application/x-www-form-urlencoded").header(name, value).send().await;
            let location = form.header("location");
            assert!(location.is_empty() || location == "/triggered-webhooks/x/logs", "{name}: {value}: {location}");
        }
    }

    async fn the_address_of_the_request_counts_more_than_its_host(broker) {
        for (target, host, expected) in [
            ("http://contracts.example.org:81/pacticipants", "broker.test", "http://contracts.example.org:81/pacticipants"),
            ("http://user:secret@contracts.example.org/pacticipants", "", "http://contracts.example.org/pacticipants"),
            ("http://contracts.example.org/pacticipants.json", "broker.test", "http://contracts.example.org/pacticipants"),
            ("/pacticipants", "other.example.org", "http://other.example.org/pacticipants"),
        ] {
            let mut request = Request::builder().uri(target);
            if !host.is_empty() {
                request = request.header("host", host);
            }
            let request = request.body(Body::empty()).unwrap();
            let response = tower::ServiceExt::oneshot(broker.broker.router(), request).await.unwrap();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["_links"]["self"]["href"], expected, "{target}");
        }
    }
}

with_each_database! {
    async fn links_begin_with_the_authority_of_http_2(database) {
        let broker = Running::start(database, contract_broker::Config::default()).await;
        let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http::<Body>();
        let request = Request::builder().uri(format!("{}/pacticipants", broker.url)).body(Body::empty()).unwrap();
        let response = client.request(request).await.unwrap();
        assert_eq!(response.version(), http::Version::HTTP_2);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["_links"]["self"]["href"], format!("{}/pacticipants", broker.url));
        drop(client);

        let mut stream = TcpStream::connect(broker.address).await.unwrap();
        let request = "GET http://contracts.example.org/pacticipants HTTP/1.1\r\nhost: broker.test\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains("\"http://contracts.example.org/pacticipants\""), "{answer}");
        broker.stop().await;
    }
}
