//! HTTP manners: negotiation, links, errors, limits.

use axum::body::Body;
use http::Method;
use serde_json::json;

use crate::broker::on_each_database;

on_each_database! {
    async fn the_index_links_to_everything_clients_look_for(broker) {
        let index = broker.get("/").await.expect(200);
        for relation in [
            "pb:publish-contracts", "pb:latest-pact-versions", "pb:latest-provider-pacts", "pb:latest-provider-pacts-with-tag",
            "pb:provider-pacts-for-verification", "pb:pacticipants", "pb:pacticipant", "pb:pacticipant-version",
            "pb:pacticipant-version-tag", "pb:pacticipant-branch", "pb:pacticipant-branch-version", "pb:latest-version",
            "pb:latest-tagged-version", "pb:webhooks", "pb:webhook", "pb:environments", "pb:environment", "pb:publish-pact",
        ] {
            let link = &index.json["_links"][relation];
            assert_eq!(link["templated"], link["href"].as_str().unwrap().contains('{'), "{relation}");
        }
        assert!(!index.header("x-pact-broker-version").is_empty());
        assert!(!index.header("x-request-id").is_empty());
        assert_eq!(index.header("cache-control"), "no-cache");
    }

    async fn links_follow_the_proxy(broker) {
        let index = broker.request(Method::GET, "/")
            .header("x-forwarded-proto", "https").header("x-forwarded-host", "contracts.example.org")
            .header("x-forwarded-prefix", "/broker").send().await.expect(200);
        assert_eq!(
            index.json["_links"]["pb:pacticipants"]["href"],
            "https://contracts.example.org/broker/pacticipants"
        );
    }

    async fn answers_come_in_the_type_that_is_accepted(broker) {
        broker.publish("web", "1", None, "api", "x").await;
        let path = "/pacts/provider/api/consumer/web/version/1";
        for (accept, status, expected) in [
            ("application/hal+json, application/json", 200, "application/hal+json;charset=utf-8"),
            ("application/json", 200, "application/json;charset=utf-8"),
            ("*/*", 200, "application/hal+json;charset=utf-8"),
            ("image/png", 406, "application/hal+json;charset=utf-8"),
        ] {
            let answer = broker.request(Method::GET, path).header("accept", accept).send().await.expect(status);
            assert_eq!(answer.header("content-type"), expected, "{accept}");
        }
        let extended = broker.request(Method::GET, path)
            .header("accept", "application/vnd.pactbrokerextended.v1+json").send().await.expect(200);
        assert_eq!(extended.json["contract"]["consumer"]["name"], "web");
        assert_eq!(extended.json["_embedded"]["tags"], json!([]));
        broker.request(Method::GET, "/pacticipants").header("accept", "image/png").send().await.expect(406);
        broker.request(Method::GET, "/pacticipants").header("content-type", "application/json").send().await.expect(200);
        let wrong = broker.request(Method::POST, "/pacticipants").header("content-type", "text/plain").body("x").send().await;
        wrong.expect(415);
    }

    async fn errors_come_as_problem_details_when_asked(broker) {
        let ask = async |path: &str| {
            broker.request(Method::GET, path).header("accept", "application/hal+json, application/problem+json").send().await
        };
        let missing = ask("/pacticipants/x").await.expect(404);
        assert_eq!(missing.header("content-type"), "application/problem+json;charset=utf-8");
        assert_eq!(missing.json["title"], "Not Found");
        assert_eq!(missing.json["detail"], "No pacticipant with name 'x' found");
        let invalid = ask("/pacticipants?page=0").await.expect(400);
        assert_eq!(invalid.json["errors"][0]["pointer"], "/page");
        assert_eq!((&invalid.json["title"], &invalid.json["instance"]), (&json!("Validation errors"), &json!("/")));
        let question = ask("/matrix?q[][pacticipant]=nobody").await.expect(400);
        assert_eq!(question.json["type"], "http://broker.test/problems/validation-error");
        assert_eq!(question.json["errors"][0]["detail"], "Pacticipant nobody not found");
        assert_eq!(ask("/nothing").await.expect(404).json["status"], 404);
        ask("/pacticipants//versions").await.expect(404);
    }

    async fn methods_that_are_not_possible_say_so(broker) {
        let answer = broker.delete("/environments").await.expect(405);
        assert_eq!(answer.header("allow"), "GET,HEAD,POST");
        let options = broker.request(Method::OPTIONS, "/environments").send().await.expect(200);
        assert_eq!(options.header("allow"), "GET,HEAD,POST");
        assert_eq!(options.header("access-control-allow-methods"), "GET,HEAD,POST");
        broker.request(Method::HEAD, "/environments").send().await.expect(200);
    }

    async fn a_page_of_another_site_changes_nothing(broker) {
        let put = async |headers: &[(&str, &str)]| {
            let mut request = broker.request(Method::PUT, "/pacticipants/web/versions/1");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            request.json(&json!({})).send().await.status.as_u16()
        };
        for headers in [
            &[("sec-fetch-site", "cross-site")][..], &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example.org")], &[("origin", "http://broker.test:81")], &[("origin", "null")],
        ] {
            assert_eq!(put(headers).await, 403, "{headers:?}");
        }
        let proxied = [("origin", "https://x.org"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "x.org")];
        for headers in [&[][..], &[("sec-fetch-site", "same-origin")], &[("origin", "http://broker.test")], &proxied] {
            assert!(matches!(put(headers).await, 200 | 201), "{headers:?}");
        }
        let read = broker.request(Method::GET, "/pacticipants/web").header("sec-fetch-site", "cross-site");
        read.send().await.expect(200);
    }

    async fn a_failure_on_request_tells_a_reference_and_no_more(broker) {
        for method in [Method::GET, Method::POST] {
            let answer = broker.request(method, "/test/error").send().await.expect(500);
            assert_eq!(answer.json["error"]["reference"].as_str().unwrap().len(), 32);
            assert!(!answer.text.contains("asked for"), "{}", answer.text);
        }
    }

    async fn every_refusal_comes_as_problem_details_when_asked(broker) {
        let uuid = broker.environment("test").await;
        broker.publish("web", "1", None, "api", "x").await;
        let link = broker.get("/pacts/provider/api/consumer/web/latest").await.link("pb:publish-verification-results");
        broker.post(&link, json!({ "success": true, "providerApplicationVersion": "7" })).await.expect(201);
        let record = broker.deploy("api", "7", "test").await.link("self");
        broker.patch(&record, json!({ "currentlyDeployed": false })).await.expect(200);
        let conflict = crate::broker::publish_body("web", "1", None, "api", "y");
        let json = ("application/json", "{}".to_owned());
        for (status, method, path, (media, body)) in [
            (400, Method::POST, "/pacticipants", ("application/json", "{".to_owned())),
            (400, Method::POST, "/environments", json.clone()),
            (400, Method::GET, "/matrix", json.clone()),
            (400, Method::GET, "/pacticipants/%FF", json.clone()),
            (400, Method::GET, "/webhooks/%FF", json.clone()),
            (404, Method::GET, "/nowhere", json.clone()),
            (404, Method::GET, "/a//b", json.clone()),
            (404, Method::DELETE, "/webhooks/x", json.clone()),
            (405, Method::DELETE, "/environments", json.clone()),
            (409, Method::POST, "/contracts/publish", ("application/json", conflict.to_string())),
            (413, Method::POST, "/contracts/publish", ("application/json", " ".repeat((64 << 20) + 1))),
            (415, Method::POST, "/environments", ("text/plain", "x".to_owned())),
            (415, Method::PUT, &format!("/environments/{uuid}"), ("application/xml", "x".to_owned())),
            (422, Method::GET, "/pacticipants/a%0Ab", json.clone()),
            (422, Method::PATCH, &record, ("application/merge-patch+json", "{\"currentlyDeployed\":true}".to_owned())),
            (500, Method::GET, "/test/error", json.clone()),
        ] {
            let ask = async |accept: &str| {
                let request = broker.request(method.clone(), path).header("accept", accept).header("content-type", media);
                request.body(body.clone()).send().await.expect(status)
            };
            let problem = ask("application/problem+json").await;
            assert_eq!(problem.header("content-type"), "application/problem+json;charset=utf-8", "{path}");
            assert_eq!(problem.json["status"], status, "{path}");
            let kind = problem.json["type"].as_str().unwrap();
            let several = problem.json["errors"].is_array();
            let folder = if several { "http://broker.test/problems/" } else { "http://broker.test/problem/" };
            assert!(kind.starts_with(folder), "{path}: {kind}");
            assert!(problem.json["detail"].is_string(), "{path}");
            assert!(problem.json["title"].is_string(), "{path}");
            let classic = ask("application/hal+json").await;
            assert_eq!(classic.header("content-type"), "application/hal+json;charset=utf-8", "{path}");
            assert!(classic.json.get("error").or(classic.json.get("errors")).is_some(), "{path}: {}", classic.text);
        }
    }

    async fn answers_are_compressed_when_asked(broker) {
        let ask = broker.request(Method::GET, "/").header("accept-encoding", "gzip").send().await.expect(200);
        assert_eq!(ask.header("content-encoding"), "gzip");
        assert!(ask.header("vary").contains("accept-encoding") || ask.headers.get_all("vary").iter().any(|v| v == "accept-encoding"));
        assert_eq!(broker.get("/").await.header("content-encoding"), "");
    }

    async fn a_request_id_is_kept(broker) {
        let answer = broker.request(Method::GET, "/").header("x-request-id", "mine").send().await;
        assert_eq!(answer.header("x-request-id"), "mine");
    }

    async fn what_cannot_be_accepted_is_refused_before_anything_is_done(broker) {
        broker.publish("web", "1", Some("main"), "api", "x").await;
        broker.publish("web", "2", Some("main"), "api", "y").await;
        broker.verify("web", "2", "api", "7", true).await;
        let pair = "/pacts/provider/api/consumer/web";
        let contract = broker.get(&format!("{pair}/latest")).await;
        let content = contract.link("pb:pact-version");
        let ask = async |method: &Method, path: &str, accept: &str| {
            let request = broker.request(method.clone(), path).header("accept", accept);
            request.json(&json!({})).send().await.status.as_u16()
        };
        for path in [
            "/", "/webhooks", "/metrics", "/retention", "/pacts/latest", "/pacts/provider/api", "/triggered-webhooks",
            "/pacts/provider/api/provider-states", "/pacts/provider/api/for-verification", &format!("{pair}/versions"),
            &format!("{pair}/branch/main"), &format!("{pair}/latest/verification-results/latest"),
            &format!("{pair}/version/1/triggered-webhooks"), &format!("{pair}/version/2/changes"),
        ] {
            for (accept, status) in [("text/csv", 406), ("application/json", 200), ("application/problem+json", 200)] {
                assert_eq!(ask(&Method::GET, path, accept).await, status, "{path} {accept}");
            }
        }
        let (badge, diff) = (format!("{pair}/latest/badge"), format!("{content}/diff/pact-version/x"));
        for (path, accept, status) in [
            (&badge, "image/svg+xml", 200), (&badge, "image/avif,image/*;q=0.8", 200), (&badge, "*/*", 200),
            (&badge, "application/json", 406), (&diff, "application/json", 406), (&diff, "text/plain", 404),
        ] {
            assert_eq!(ask(&Method::GET, path, accept).await, status, "{path} {accept}");
        }
        for (method, path) in [
            (Method::PUT, format!("{pair}/version/3")),
            (Method::POST, "/contracts/publish".to_owned()),
            (Method::POST, contract.link("pb:publish-verification-results")),
            (Method::DELETE, format!("{pair}/versions")),
        ] {
            assert_eq!(ask(&method, &path, "image/png").await, 406, "{method} {path}");
        }
        broker.get(&format!("{pair}/version/3")).await.expect(404);
        broker.get(&format!("{pair}/version/1")).await.expect(200);
        broker.get("/metrics.csv").await.expect(406);
    }

    async fn a_body_that_is_empty_is_of_any_type(broker) {
        let put = async |body: Body| {
            let request = broker.request(Method::PUT, "/pacticipants/web/versions/1").header("content-type", "text/plain");
            request.body(body).send().await
        };
        let pieces = |text: &'static [&'static str]| {
            Body::from_stream(futures_util::stream::iter(text.iter().map(|text| Ok::<_, std::io::Error>(*text))))
        };
        put(pieces(&["", ""])).await.expect(201);
        put(Body::empty()).await.expect(200);
        put(pieces(&["", "x"])).await.expect(415);
    }
}
