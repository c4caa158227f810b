//! What operators see and do in a browser, and the description of the control API.

use std::fmt::Write as _;

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};

use super::{BARE, Tenants, with_tenants};
use crate::broker::Answer;

/// As a page of the broker makes a browser do it; it adds the credentials that somebody typed.
async fn browse(tenants: &Tenants, method: Method, path: &str, form: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", BARE)
        .header("accept", "text/html,*/*;q=0.8")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", "Bearer operator");
    tenants.send(request.body(form.to_owned().into()).unwrap()).await
}

async fn status(tenants: &Tenants, name: &str) -> Value {
    let path = format!("/admin/tenants/{name}");
    tenants.operate(Method::GET, &path, None).await.expect(200).json
}

/// The operations of the description, as method and path.
async fn operations(tenants: &Tenants) -> Vec<(String, String)> {
    let described = tenants
        .operate(Method::GET, "/openapi.json", None)
        .await
        .expect(200)
        .json;
    let paths = described["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        let methods = methods.filter(|key| *key != "parameters");
        methods.map(move |method| (method.to_uppercase(), path.clone()))
    });
    operations.collect()
}

with_tenants! {
    async fn operators_manage_tenants_by_forms(tenants) {
        let page = browse(tenants, Method::GET, "/admin/tenants", "").await.expect(200);
        assert!(page.text.contains("There are no tenants."), "{}", page.text);
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        let form = "name=acme&email=ops%40example.org&applications=5&bytes=&requests=";
        let created = browse(tenants, Method::POST, "/admin/tenants", form).await.expect(201);
        let token = created.text.split("<code>").nth(1).unwrap().split('<').next().unwrap();
        tenants.ask("acme.contracts.test", Some(token), Method::GET, "/pacticipants", None).await.expect(200);
        let listed = browse(tenants, Method::GET, "/admin/tenants", "").await.expect(200);
        assert!(listed.text.contains("href=\"/admin/tenants/acme\""), "{}", listed.text);
        let path = "/admin/tenants/acme";
        let page = browse(tenants, Method::GET, path, "").await.expect(200);
        for part in ["acme.contracts.test", "value=\"5\"", "tenant.created", "value=\"suspend\"", "auth.tokens[1]"] {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        assert!(!page.text.contains(token) && !listed.text.contains(token));
        let done = browse(tenants, Method::POST, path, "action=limits&applications=&bytes=2GiB&requests=3").await.expect(303);
        assert!(done.header("location").ends_with(path), "{:?}", done.headers);
        assert_eq!(status(tenants, "acme").await["limits"], json!({ "applications": null, "bytes": 2_u64 << 30, "requests": 3 }));
        browse(tenants, Method::POST, path, "action=suspend").await.expect(303);
        assert_eq!(status(tenants, "acme").await["status"], "suspended");
        let page = browse(tenants, Method::GET, path, "").await.expect(200);
        assert!(page.text.contains("value=\"resume\"") && !page.text.contains("value=\"suspend\""), "{}", page.text);
        browse(tenants, Method::POST, path, "action=resume").await.expect(303);
        assert_eq!(status(tenants, "acme").await["status"], "active");
        // What is refused says why, and changes nothing.
        for (path, form, code, part) in [
            (path, "action=limits&applications=many", 400, "applications"),
            (path, "action=delete&confirm=acm", 400, "nothing was deleted"),
            (path, "action=explode", 400, "buttons"),
            ("/admin/tenants/ghost", "action=suspend", 404, "ghost"),
            ("/admin/tenants", "name=acme&email=ops%40example.org", 400, "already"),
            ("/admin/tenants", "name=Acme&email=ops%40example.org", 400, "lower-case"),
            ("/admin/tenants", "name=other&email=nobody", 400, "email"),
        ] {
            let refused = browse(tenants, Method::POST, path, form).await;
            assert_eq!(refused.status, code, "{form}: {}", refused.text);
            assert!(refused.text.contains(part) && refused.text.starts_with("<!doctype html>"), "{form}: {}", refused.text);
        }
        // Behind a proxy that cuts a prefix off, links of such a page have it, as those of other pages.
        let request = Request::builder()
            .uri("/admin/tenants/ghost")
            .header("host", BARE)
            .header("accept", "text/html")
            .header("authorization", "Bearer operator")
            .header("x-forwarded-prefix", "/broker");
        let page = tenants.send(request.body(Body::empty()).unwrap()).await.expect(404);
        for part in ["href=\"/broker/admin/tenants\"", "href=\"/broker/assets/style.css", "auth.tokens[1]"] {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        assert_eq!(status(tenants, "acme").await["limits"]["requests"], 3);
        browse(tenants, Method::GET, "/assets/style.css", "").await.expect(200);
        let done = browse(tenants, Method::POST, path, "action=delete&confirm=acme").await.expect(303);
        assert!(done.header("location").ends_with("/admin/tenants"));
        tenants.operate(Method::GET, path, None).await.expect(404);
    }

    async fn a_change_of_limits_leaves_those_that_it_does_not_name(tenants) {
        tenants.create("acme").await;
        let path = "/admin/tenants/acme";
        let change = async |body: Value| tenants.operate(Method::PATCH, path, Some(body)).await;
        change(json!({ "limits": { "applications": 5, "bytes": 1000, "requests": 3 } })).await.expect(200);
        let changed = change(json!({ "limits": { "bytes": null, "requests": 4 }, "status": "suspended" })).await.expect(200);
        assert_eq!(changed.json["limits"], json!({ "applications": 5, "bytes": null, "requests": 4 }));
        assert_eq!(changed.json["status"], "suspended");
        // What cannot be used is refused as a whole, in words of the API.
        for (body, names) in [
            (json!([]), &["JSON object"][..]),
            (json!("suspended"), &["JSON object"]),
            (json!({ "limits": { "applications": 0, "bytes": "2GiB" }, "status": "active" }), &["limits.applications", "limits.bytes"]),
            (json!({ "limits": { "applications": 9 }, "status": "gone" }), &["status"]),
            (json!({ "limit": { "applications": 9 }, "limits": [] }), &["limit", "limits"]),
        ] {
            let refused = change(body.clone()).await.expect(400);
            for name in names {
                assert!(refused.text.contains(name), "{body}: {}", refused.text);
            }
            for rust in ["struct", "line 1", "variant", "invalid type", "TenantChange"] {
                assert!(!refused.text.contains(rust), "{body}: {}", refused.text);
            }
        }
        let is = status(tenants, "acme").await;
        assert_eq!((&is["limits"], &is["status"]), (&changed.json["limits"], &json!("suspended")));
        assert_eq!(is["events"][0]["action"], "tenant.suspended");
        assert_eq!(is["events"][1]["details"]["after"], changed.json["limits"]);
        for (body, name) in [
            (json!({}), "administrator"),
            (json!({ "name": "b", "administrator": "ann" }), "administrator"),
            (json!({ "name": "b", "administrator": { "mail": "a@example.org" } }), "administrator.email"),
            (json!({ "name": "Bad Name", "administrator": { "email": "a@example.org" } }), "lower-case"),
        ] {
            let refused = tenants.operate(Method::POST, "/admin/tenants", Some(body.clone())).await.expect(400);
            assert!(refused.text.contains(name), "{body}: {}", refused.text);
        }
    }

    async fn a_page_of_another_site_manages_nothing(tenants) {
        tenants.create("acme").await;
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")] {
            let request = Request::builder()
                .method(Method::POST)
                .uri("/admin/tenants/acme")
                .header("host", BARE)
                .header("accept", "text/html")
                .header(name, value)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("authorization", "Bearer operator");
            tenants.send(request.body("action=suspend".into()).unwrap()).await.expect(403);
        }
        assert_eq!(status(tenants, "acme").await["status"], "active");
    }

    async fn everything_that_a_tenant_stores_is_exported_and_written_down(tenants) {
        let acme = tenants.create("acme").await;
        let body = crate::broker::publish_body("web", "1", None, "api", "first");
        tenants.of(&acme, Method::POST, "/contracts/publish", Some(body)).await.expect(200);
        let path = "/admin/tenants/acme/export";
        tenants.ask(BARE, Some("auditor"), Method::POST, path, None).await.expect(403);
        let exported = tenants.operate(Method::POST, path, None).await.expect(200);
        assert_eq!(exported.header("content-type"), "application/x-ndjson");
        let lines: Vec<Value> = exported.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(lines[0]["contract_broker_export"].is_number(), "{}", lines[0]);
        let rows = lines.iter().filter(|line| line["row"].is_object()).count();
        assert_eq!(lines.last().unwrap()["rows"], json!(rows));
        assert!(exported.text.contains("\"web\""));
        assert_eq!(status(tenants, "acme").await["events"][0]["action"], "tenant.exported");
        // Compressed, as many clients ask for it, it is as complete.
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("host", BARE)
            .header("accept-encoding", "gzip")
            .header("authorization", "Bearer operator");
        let compressed = tenants.send(request.body(Body::empty()).unwrap()).await.expect(200);
        assert_eq!(compressed.header("content-encoding"), "gzip");
        tenants.operate(Method::POST, "/admin/tenants/ghost/export", None).await.expect(404);
    }

    // A new route of the control API has to be looked at here.
    async fn who_may_do_what_at_the_host_of_no_tenant(tenants) {
        let acme = tenants.create("acme").await;
        let mut matrix = String::new();
        for (method, path) in operations(tenants).await {
            let mut line = format!("{method} {path}:");
            // No tenant has this name: what may be done finds nothing, or lacks a body.
            let asked = path.replace("{name}", "nobody");
            for (who, token) in [
                ("nobody", None),
                ("a tenant", Some(acme.token.as_str())),
                ("auditor", Some("auditor")),
                ("operator", Some("operator")),
            ] {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let answer = tenants.ask(BARE, token, method, &asked, None).await;
                write!(line, " {who} {}", answer.status.as_u16()).unwrap();
            }
            writeln!(matrix, "{line}").unwrap();
        }
        assert_eq!(matrix, "\
GET /admin/tenants: nobody 401 a tenant 401 auditor 200 operator 200
POST /admin/tenants: nobody 401 a tenant 401 auditor 403 operator 400
DELETE /admin/tenants/{name}: nobody 401 a tenant 401 auditor 403 operator 400
GET /admin/tenants/{name}: nobody 401 a tenant 401 auditor 404 operator 404
PATCH /admin/tenants/{name}: nobody 401 a tenant 401 auditor 403 operator 404
POST /admin/tenants/{name}/export: nobody 401 a tenant 401 auditor 403 operator 404
GET /openapi.json: nobody 401 a tenant 401 auditor 200 operator 200
");
    }
}
