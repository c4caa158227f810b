//! Pages, as a browser asks for them.

use std::collections::{BTreeSet, VecDeque};

use http::Method;
use serde_json::json;

use crate::broker::{Answer, TestBroker, on_each_database};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async fn page(broker: &TestBroker, path: &str) -> Answer {
    broker
        .request(Method::GET, path)
        .header("accept", BROWSER)
        .send()
        .await
}

/// Follows the links of pages from an address, at most so many; gives every page with its address.
pub(crate) async fn crawl(broker: &TestBroker, start: &str, most: usize) -> Vec<(String, Answer)> {
    let mut seen = BTreeSet::from([start.to_owned()]);
    let mut waiting = VecDeque::from([start.to_owned()]);
    let mut found = Vec::new();
    while let Some(path) = waiting.pop_front().filter(|_| found.len() < most) {
        let answer = page(broker, &path).await.expect(200);
        for link in answer
            .text
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            let link = link.split('#').next().unwrap_or_default().replace("&amp;", "&");
            if link.starts_with('/') && seen.insert(link.clone()) {
                waiting.push_back(link);
            }
        }
        found.push((path, answer));
    }
    found
}

on_each_database! {
    async fn an_empty_broker_says_how_to_begin(broker) {
        let answer = page(broker, "/").await.expect(200);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
        assert!(answer.text.contains("contract publish contracts/ --broker-url http://broker.test"));
        assert!(broker.get("/").await.expect(200).header("content-type").starts_with("application/hal+json"));
    }

    async fn failures_are_pages_for_browsers_and_json_for_others(broker) {
        for path in ["/nothing-here", "/pacticipants/nobody/versions/1"] {
            let answer = page(broker, path).await.expect(404);
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
            assert!(answer.text.contains("<h1>Not found</h1>"), "{path}: {}", answer.text);
            let answer = broker.get(path).await.expect(404);
            assert!(answer.header("content-type").starts_with("application/hal+json"), "{path}");
        }
        let refused = broker
            .request(Method::POST, "/pacticipants")
            .header("accept", BROWSER)
            .json(&json!({ "name": "" }))
            .send()
            .await
            .expect(400);
        assert!(refused.text.contains("<h1>This cannot be shown</h1>"), "{}", refused.text);
    }

    async fn integrations_show_their_last_contract_and_verification(broker) {
        broker.publish("web", "1", Some("main"), "api", "a").await;
        assert!(page(broker, "/").await.expect(200).text.contains("not verified"));
        broker.verify("web", "1", "api", "7.0", false).await;
        let text = page(broker, "/").await.expect(200).text;
        assert!(text.contains(">failed<") && text.contains("7.0") && text.contains("main"), "{text}");
        broker.publish("web", "2", Some("main"), "api", "b").await;
        assert!(page(broker, "/").await.expect(200).text.contains("changed, not verified"));
        let contract = page(broker, "/pacts/provider/api/consumer/web/latest").await.expect(200).text;
        assert!(contract.contains("changed, not verified"), "{contract}");
        // A version's branch is shown beside each of its contracts.
        broker.publish("web", "2", Some("main"), "other", "c").await;
        let text = page(broker, "/").await.expect(200).text;
        assert_eq!(text.matches(">main</span>").count(), 2, "{text}");
        assert!(page(broker, "/?q=nobody").await.expect(200).text.contains("No consumer or provider has"));
    }

    async fn names_are_escaped_wherever_they_appear(broker) {
        let name = "<script>alert(1)</script>/\"'&";
        broker.publish(name, "1<b>", Some("<i>x</i>"), "api", "<u>").await;
        let segment = "%3Cscript%3Ealert%281%29%3C%2Fscript%3E%2F%22%27%26";
        let pact = format!("/pacts/provider/api/consumer/{segment}/version/1%3Cb%3E");
        for path in [
            "/".to_owned(),
            "/?q=%3Cscript%3E".to_owned(),
            "/pacticipants".to_owned(),
            format!("/pacticipants/{segment}"),
            format!("/dashboard/provider/api/consumer/{segment}"),
            pact.clone(),
            format!("/pacts/provider/api/consumer/{segment}/latest"),
            format!("{pact}/changes"),
            format!("/dashboard/provider/{segment}/consumer/api"),
        ] {
            let answer = page(broker, &path).await.expect(200);
            for tag in ["<script", "<b>1", "1<b>", "<i>", "<u>"] {
                assert!(!answer.text.contains(tag), "{tag} in {path}: {}", answer.text);
            }
        }
        page(broker, "/pacticipants/%3Cscript%3E").await.expect(404);
    }

    async fn every_link_of_a_page_leads_somewhere(broker) {
        broker.publish("team/web", "1", Some("feat/x"), "api", "a").await;
        broker.publish("team/web", "2", Some("feat/x"), "api", "b").await;
        broker.verify("team%2Fweb", "2", "api", "7", true).await;
        broker.environment("test").await;
        broker.deploy("api", "7", "test").await;
        let seen = crawl(broker, "/", 1000).await;
        assert!(seen.len() < 1000);
        let seen: Vec<&str> = seen.iter().map(|(path, _)| path.as_str()).collect();
        assert!(seen.contains(&"/pacts/provider/api/consumer/team%2Fweb/version/2/changes"), "{seen:?}");
    }

    async fn the_browser_of_the_api_follows_links_and_fills_in_templates(broker) {
        broker.publish("<b>web", "1", Some("main"), "api", "x").await;
        let text = page(broker, "/hal-browser/browser.html").await.expect(200).text;
        assert!(text.contains("href=\"/hal-browser/browser.html?path=%2Fpacticipants\""), "{text}");
        assert!(text.contains("href=\"/doc/pb%3Apublish-contracts\""), "{text}");
        let template = "/hal-browser/browser.html?path=%2Fpacticipants%2F%7Bpacticipant%7D";
        let form = page(broker, template).await.expect(200).text;
        assert!(form.contains("name=\"variable.pacticipant\"") && !form.contains("GET /pacticipants"), "{form}");
        let filled = page(broker, &format!("{template}&variable.pacticipant=%3Cb%3Eweb")).await.expect(200);
        assert!(filled.text.contains("GET /pacticipants/%3Cb%3Eweb") && !filled.text.contains("<b>web"), "{}", filled.text);
        assert!(filled.header("content-security-policy").contains("script-src 'self'"));
        let csv = page(broker, "/hal-browser/browser.html?path=%2Fgroups%2Fapi.csv").await.expect(200).text;
        assert!(csv.contains("1,1,0"), "{csv}");
        let missing = page(broker, "/hal-browser/browser.html?path=%2Fnowhere").await.expect(200).text;
        assert!(missing.contains(">404<"), "{missing}");
        page(broker, "/hal-browser/browser.html?path=https%3A%2F%2Fexample.org").await.expect(404);
        assert_eq!(broker.get("/assets/browser.js").await.expect(200).header("content-type"), "text/javascript; charset=utf-8");
    }

    async fn environments_and_webhooks_are_shown(broker) {
        assert!(page(broker, "/environments").await.expect(200).text.contains("no environments yet"));
        assert!(page(broker, "/webhooks").await.expect(200).text.contains("no webhooks yet"));
        broker.publish("web", "1", None, "api", "a").await;
        broker.environment("production").await;
        broker.deploy("web", "1", "production").await;
        let text = page(broker, "/environments").await.expect(200).text;
        assert!(text.contains("web") && text.contains("deployed"), "{text}");
        let answer = broker.post("/webhooks", json!({
            "description": "Tell <everyone>", "request": {"method": "POST", "url": "https://ci.example.org/x"},
        })).await;
        if answer.status == 201 {
            let text = page(broker, "/webhooks").await.expect(200).text;
            assert!(text.contains("Tell &#60;everyone&#62;"), "{text}");
        }
    }

    async fn the_matrix_answers_a_question_from_its_form(broker) {
        assert!(page(broker, "/matrix").await.expect(200).text.contains("<form"));
        broker.publish("web", "1", Some("main"), "api", "a").await;
        let environment = broker.environment("production").await;
        assert!(!environment.is_empty());
        broker.branch("api", "main", "7").await;
        broker.deploy("api", "7", "production").await;
        let asked = "/matrix?q%5B%5D%5Bpacticipant%5D=web&q%5B%5D%5Bversion%5D=1&q%5B%5D%5Bbranch%5D=&q%5B%5D%5Btag%5D=\
                     &q%5B%5D%5Blatest%5D=&q%5B%5D%5Bpacticipant%5D=&q%5B%5D%5Bversion%5D=&environment=production&latestby=cvp";
        assert!(page(broker, asked).await.expect(200).text.contains("Unknown: not verified yet"));
        broker.verify("web", "1", "api", "7", true).await;
        assert!(page(broker, asked).await.expect(200).text.contains(">Safe to deploy<"));
        broker.verify("web", "1", "api", "7", false).await;
        assert!(page(broker, asked).await.expect(200).text.contains(">Not safe to deploy<"));
        let text = page(broker, "/matrix/provider/api/consumer/web").await.expect(200).text;
        assert!(text.contains(">failed<"), "{text}");
        let unknown = page(broker, "/matrix?q[][pacticipant]=nobody").await.expect(200).text;
        assert!(unknown.contains("cannot be answered"), "{unknown}");
    }

    async fn a_contract_has_a_page_at_each_of_its_addresses(broker) {
        broker.publish("web", "1", Some("main"), "api", "a").await;
        broker.put("/pacticipants/web/versions/1/tags/prod", json!({})).await.expect(201);
        broker.publish("web", "2", Some("feat/x"), "api", "b").await;
        broker.patch("/pacticipants/web", json!({ "mainBranch": "main" })).await.expect(200);
        let selectors = json!({ "consumerVersionSelectors": [{ "mainBranch": true }], "includePendingStatus": false });
        let selected = broker.post("/pacts/provider/api/for-verification", selectors).await.expect(200);
        let selected = selected.json["_embedded"]["pacts"][0]["_links"]["self"]["href"].as_str().unwrap().to_owned();
        let (content, _) = selected.split_once("/metadata/").unwrap();
        let pair = "/pacts/provider/api/consumer/web";
        for (path, number) in [
            (format!("{pair}/latest"), "2"),
            (format!("{pair}/latest/prod"), "1"),
            (format!("{pair}/latest-untagged"), "2"),
            (format!("{pair}/branch/feat%2Fx/latest"), "2"),
            (format!("{pair}/branch/latest"), "1"),
            (format!("{pair}/version/1"), "1"),
            (format!("{pair}/versions/1"), "1"),
            ("/pact/provider/api/consumer/web/version/1".to_owned(), "1"),
            ("/pact/provider/api/consumer/web/latest".to_owned(), "2"),
            (content.to_owned(), "1"),
            (selected.clone(), "1"),
        ] {
            let path = path.trim_start_matches("http://broker.test");
            let strict = broker.request(Method::GET, path).header("accept", "text/html").send().await.expect(200);
            assert_eq!(strict.header("content-type"), "text/html; charset=utf-8", "{path}");
            let title = format!("<title>Contract of web {number} with api");
            assert!(strict.text.contains(&title), "{path}: {}", strict.text);
            let json = broker.get(path).await.expect(200);
            assert!(json.header("content-type").starts_with("application/hal+json"), "{path}");
        }
        for path in ["latest/none", "branch/none/latest", "pact-version/none", "pact-version/none/metadata/x"] {
            page(broker, &format!("{pair}/{path}")).await.expect(404);
        }
    }

    async fn a_red_result_has_a_page_that_says_what_failed(broker) {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        let contract = json!({
            "consumer": { "name": "web" }, "provider": { "name": "api" },
            "interactions": [
                { "description": "an order", "request": { "method": "GET", "path": "/o" }, "response": { "status": 200 } },
                { "description": "a list", "request": { "method": "GET", "path": "/l" }, "response": { "status": 200 } },
            ],
            "metadata": { "pactSpecification": { "version": "3.0.0" } },
        });
        let own = format!("/pacts/provider/api/consumer/web/version/{hash}");
        broker.put(&own, contract).await.expect(201);
        let stored = broker.get(&own).await.expect(200);
        let id = stored.json["interactions"][0]["_id"].as_str().unwrap().to_owned();
        let result = json!({
            "success": false, "providerApplicationVersion": hash, "buildUrl": "https://ci.example.org/7?a=1&b=2",
            "verifiedBy": { "implementation": "pact-rust", "version": "1.2.3" },
            "testResults": [
                { "interactionId": id, "success": false, "mismatches": [
                    { "attribute": "body", "identifier": "$.total", "description": "expected <3> got 4" },
                    { "attribute": "status", "description": "expected 200 got 500" },
                ] },
                { "interactionDescription": "a list", "success": true },
                { "interactionDescription": "something else", "success": false, "exceptions": [{ "message": "no route" }] },
            ],
        });
        let published = broker.post(&stored.link("pb:publish-verification-results"), result).await.expect(201);
        let address = published.link("self");
        let text = page(broker, &address).await.expect(200).text;
        for part in [
            "2 of 3 interactions failed",
            ">an order</a>",
            "<code>body $.total</code>",
            "expected &#60;3&#62; got 4",
            "expected 200 got 500",
            "something else",
            "no route",
            ">passed</span>",
            "href=\"https://ci.example.org/7?a=1&#38;b=2\"",
            "by pact-rust 1.2.3",
            &format!("title=\"{hash}\">0123456789…</span>"),
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(broker.get(&address).await.expect(200).header("content-type").starts_with("application/hal+json"));
        // It is the page at each address of the result, and every "failed" leads there.
        let (content, number) = address.split_once("/verification-results/").unwrap();
        let root = "/pacts/provider/api/consumer/web";
        for other in [
            format!("{content}/verification-results/latest"),
            format!("{content}/metadata/x/verification-results/{number}"),
            format!("{own}/verification-results/latest"),
            format!("{root}/latest/verification-results/latest"),
        ] {
            let text = page(broker, &other).await.expect(200).text;
            assert!(text.contains("2 of 3 interactions failed"), "{other}: {text}");
        }
        for other in ["0", "99999", "x", "9999999999999999999999"] {
            page(broker, &format!("{content}/verification-results/{other}")).await.expect(404);
        }
        let failed = format!("class=\"status bad\" href=\"{address}\">failed</a>");
        for other in ["/", "/dashboard/provider/api/consumer/web", &own, "/matrix/provider/api/consumer/web"] {
            let text = page(broker, other).await.expect(200).text;
            assert!(text.contains(&failed), "{other}: {text}");
        }
        // The page of the contract marks what failed.
        let text = page(broker, &own).await.expect(200).text;
        assert!(text.contains("1 of 2 interactions") && text.contains("Why it failed"), "{text}");
        let marks = ["<span class=\"hidden\">failed</span>", "<span class=\"hidden\">passed</span>"];
        assert_eq!(marks.map(|mark| text.matches(mark).count()), [1, 1], "{text}");
    }

    async fn a_result_without_details_says_so(broker) {
        broker.publish("web", "1", Some("main"), "api", "a").await;
        let red = broker.verify("web", "1", "api", "7", false).await.link("self");
        assert!(page(broker, &red).await.expect(200).text.contains("The verifier did not say which interaction failed."));
        let green = broker.verify("web", "1", "api", "8", true).await.link("self");
        let text = page(broker, &green).await.expect(200).text;
        assert!(text.contains("The interaction passed.") && text.contains(">passed</span>"), "{text}");
        let contract = broker.get("/pacts/provider/api/consumer/web/version/1").await.link("pb:publish-verification-results");
        let odd = json!({ "success": false, "providerApplicationVersion": "9", "testResults": { "strange": "<form>" } });
        let odd = broker.post(&contract, odd).await.expect(201).link("self");
        let text = page(broker, &odd).await.expect(200).text;
        assert!(text.contains("What the verifier published") && text.contains("&#60;form&#62;"), "{text}");
    }

    async fn the_first_page_shows_the_main_branch_and_what_is_deployed_before_feature_builds(broker) {
        broker.publish("web", "1", Some("main"), "api", "a").await;
        broker.verify("web", "1", "api", "7", true).await;
        broker.publish("web", "2", Some("feat/x"), "api", "b").await;
        broker.verify("web", "2", "api", "7", false).await;
        broker.publish("app", "1", Some("main"), "api", "c").await;
        broker.publish("cron", "1", Some("main"), "api", "d").await;
        let red = broker.verify("cron", "1", "api", "7", false).await.link("self");
        broker.publish("cron", "2", Some("main"), "api", "e").await;
        broker.verify("cron", "2", "api", "7", true).await;
        for name in ["test", "production"] {
            broker.environment(name).await;
        }
        for (name, version) in [("api", "7"), ("cron", "1"), ("web", "1"), ("app", "1")] {
            broker.deploy(name, version, "production").await;
        }
        broker.deploy("web", "2", "test").await;
        let text = page(broker, "/").await.expect(200).text;
        let row = |name: &str| {
            let start = text.find(&format!(">{name} <span")).unwrap();
            text[start..].split("</tr>").next().unwrap().to_owned()
        };
        let web = row("web");
        let places = [">verified</a>", ">1</span>", ">production</a>", ">test</span>", ">failed</a>", "feat/x"];
        let at: Vec<usize> = places.iter().map(|part| web.find(part).unwrap_or_else(|| panic!("{part}: {web}"))).collect();
        assert!(at.is_sorted(), "{at:?}: {web}");
        assert!(web.contains("title=\"provider not deployed: web 2 with api no version\""), "{web}");
        let cron = row("cron");
        assert!(cron.contains(">verified</a>"), "{cron}");
        let failed = format!("<a class=\"status bad\" href=\"{red}\" title=\"failed: cron 1 with api 7\">production</a>");
        assert!(cron.contains(&failed), "{cron}");
        assert!(row("app").contains("not verified yet"));
        for part in ["1 of 3 failing", "1 of them where they are deployed", "1 not verified yet"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let only = page(broker, "/?show=failing").await.expect(200).text;
        assert!(only.contains(">cron <span") && !only.contains(">web <span") && !only.contains(">app <span"), "{only}");
        let only = page(broker, "/?show=unverified&q=app").await.expect(200).text;
        assert!(only.contains(">app <span") && !only.contains(">cron <span"), "{only}");
        broker.verify("web", "1", "api", "8", false).await;
        assert!(page(broker, "/").await.expect(200).text.contains("2 of 3 failing"));
    }
}
