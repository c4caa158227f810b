//! The client of a broker, against a small one that answers as the protocol says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use contract_core::ErrorKind;
use contract_core::broker::{Auth, CanIDeploy, Client, NewEnvironment, Publication, VerificationQuery};
use contract_core::provider::*;
use serde_json::{Value, json};

use super::provider::{Users, app, contract, contract_text, get_interaction, nobody, serve};

/// A broker with one contract; remembers what it was asked and can be made to refuse.
#[derive(Clone, Default)]
struct Stub {
    base: Arc<Mutex<String>>,
    calls: Arc<Mutex<Vec<(String, Value)>>>,
    /// Answers in place of the usual ones, the first first.
    refusals: Arc<Mutex<Vec<(StatusCode, Value)>>>,
    contract: Arc<Mutex<String>>,
    pending: Arc<Mutex<bool>>,
}

impl Stub {
    async fn start() -> (Self, Client) {
        let stub = Self::default();
        let url = serve(Router::new().fallback(answer).with_state(stub.clone())).await;
        stub.base.lock().unwrap().clone_from(&url);
        let client = Client::new(&url, Auth::Bearer("t0ken".into()))
            .unwrap()
            .attempts(3, Duration::ZERO);
        (stub, client)
    }

    fn refuse(&self, status: u16, body: Value, times: usize) {
        let answer = (StatusCode::from_u16(status).unwrap(), body);
        self.refusals
            .lock()
            .unwrap()
            .extend(std::iter::repeat_n(answer, times));
    }

    /// What was asked but the index, as `POST /path`.
    fn asked(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        calls
            .iter()
            .map(|(call, _)| call.clone())
            .filter(|call| call != "GET /")
            .collect()
    }

    fn body_of(&self, call: &str) -> Value {
        let calls = self.calls.lock().unwrap();
        calls.iter().find(|(made, _)| made == call).unwrap().1.clone()
    }
}

async fn answer(State(stub): State<Stub>, request: Request) -> Response {
    let call = format!("{} {}", request.method(), request.uri().path());
    let method = request.method().clone();
    let authorized = request
        .headers()
        .get("authorization")
        .is_some_and(|value| value == "Bearer t0ken");
    let path = request.uri().path().to_owned();
    let bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    stub.calls.lock().unwrap().push((call, body));
    if !authorized {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if path != "/" && !stub.refusals.lock().unwrap().is_empty() {
        let (status, body) = stub.refusals.lock().unwrap().remove(0);
        return (status, Json(body)).into_response();
    }
    let base = stub.base.lock().unwrap().clone();
    let link = |path: &str| json!({ "href": format!("{base}{path}") });
    let answer = match (method, path.as_str()) {
        (Method::GET, "/") => json!({ "_links": {
            "pb:publish-contracts": link("/contracts/publish"),
            "pb:provider-pacts-for-verification": link("/pacts/provider/{provider}/for-verification"),
            "pb:environments": link("/environments"),
            "pb:environment": link("/environments/{uuid}"),
            "pb:pacticipants": link("/pacticipants"),
            "pb:pacticipant": link("/pacticipants/{pacticipant}"),
            "pb:pacticipant-version": link("/pacticipants/{pacticipant}/versions/{version}"),
        }}),
        (Method::POST, "/contracts/publish") => json!({
            "notices": [{ "type": "success", "text": "Contract published" }],
            "_links": { "pb:contracts": [link("/pacts/1")] },
        }),
        (Method::POST, "/pacts/provider/user-api/for-verification") => json!({ "_embedded": { "pacts": [{
            "shortDescription": "latest from main branch",
            "verificationProperties": {
                "pending": *stub.pending.lock().unwrap(),
                "notices": [
                    { "when": "before_verification", "text": "chosen because of its branch" },
                    { "when": "after_verification:success_true_published_true", "text": "well done" },
                ],
            },
            "_links": { "self": link("/contract") },
        }]}}),
        (Method::GET, "/contract") => {
            let mut contract: Value = serde_json::from_str(&stub.contract.lock().unwrap()).unwrap();
            contract["_links"] = json!({
                "pb:provider": link("/pacticipants/user-api"),
                "pb:publish-verification-results": link("/results"),
            });
            contract
        }
        (Method::GET, "/pacticipants") => {
            json!({ "_embedded": { "pacticipants": [{ "name": "user-api" }, { "name": "web-app" }] } })
        }
        (Method::POST, "/pacts/provider/web-app/for-verification") => json!({ "_embedded": { "pacts": [] } }),
        (Method::GET, "/pacticipants/web-app") => json!({ "name": "web-app" }),
        (Method::GET, "/pacticipants/user-api") => json!({ "_links": {
            "pb:branch-version": link("/pacticipants/user-api/branches/{branch}/versions/{version}"),
            "pb:version-tag": link("/pacticipants/user-api/versions/{version}/tags/{tag}"),
        }}),
        (Method::POST, "/results") => json!({ "_links": { "self": link("/results/1") } }),
        (Method::GET, "/environments") => json!({ "_embedded": { "environments": [
            { "uuid": "e1", "name": "production", "displayName": "Production", "production": true },
        ]}}),
        (Method::POST, "/environments") => json!({ "uuid": "e2", "name": "test", "production": false }),
        (Method::GET, "/pacticipants/web-app/versions/1") => json!({ "_links": {
            "pb:record-deployment": [{ "name": "production", "href": format!("{base}/deploy") }],
            "pb:record-release": [{ "name": "production", "href": format!("{base}/releases") }],
        }}),
        (Method::GET, "/pacticipants/web-app/versions/2") => json!({ "_links": {
            "pb:record-release": [{ "name": "production", "href": format!("{base}/no-releases") }],
        }}),
        (Method::GET, "/environments/e1") => json!({ "_links": {
            "pb:currently-supported-released-versions": link("/supported"),
        }}),
        (Method::GET, "/supported" | "/no-releases") => json!({ "_embedded": { "releasedVersions": [] } }),
        (Method::GET, "/releases") => {
            json!({ "_embedded": { "releasedVersions": [{ "currentlySupported": false }] } })
        }
        (Method::PUT, _) => json!({}),
        (Method::POST, "/deploy") => {
            json!({ "_links": { "self": { "href": format!("{base}/deployed/1") } } })
        }
        (Method::GET, "/matrix") => json!({
            "summary": { "deployable": null, "reason": "no result yet", "unknown": 1 },
            "notices": [],
            "matrix": [{
                "consumer": { "name": "web-app", "version": { "number": "1" } },
                "provider": { "name": "user-api", "version": null },
                "verificationResult": null,
            }],
        }),
        _ => return (StatusCode::NOT_FOUND, Json(json!({ "error": "not here" }))).into_response(),
    };
    Json(answer).into_response()
}

fn verifier(client: Client) -> Verifier {
    Verifier::new("user-api")
        .contracts(Contracts::broker(client))
        .service(|| async { app(Users::default()) })
}

fn contract_with(statuses: &[u16]) -> String {
    let interactions: Vec<Value> = statuses
        .iter()
        .enumerate()
        .map(|(index, status)| {
            let mut interaction = get_interaction(&format!("request {index}"), &[], "/users/1", *status);
            interaction["_id"] = json!(format!("id-{index}"));
            interaction
        })
        .collect();
    contract_text("web-app", &interactions)
}

#[tokio::test]
async fn contracts_of_the_broker_are_verified_and_their_results_published() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[404, 200]);
    let report = verifier(client)
        .selectors([Selector::main_branch()])
        .publish(PublishResults::version("abc").branch("feat/x").tag("dev"))
        .run()
        .await
        .unwrap();
    assert!(!report.is_success());
    let contract = &report.contracts[0];
    assert_eq!(contract.notices, ["chosen because of its branch"]);
    assert!(contract.published.as_deref().unwrap().ends_with("/results/1"));

    let asked = stub.body_of("POST /pacts/provider/user-api/for-verification");
    assert_eq!(
        asked,
        json!({
            "consumerVersionSelectors": [{ "mainBranch": true }],
            "includePendingStatus": true,
            "providerVersionBranch": "feat/x",
            "providerVersionTags": ["dev"],
        })
    );
    assert_eq!(
        stub.asked()[1..],
        [
            "GET /contract",
            "GET /pacticipants/user-api",
            "PUT /pacticipants/user-api/branches/feat%2Fx/versions/abc",
            "PUT /pacticipants/user-api/versions/abc/tags/dev",
            "POST /results",
        ]
    );
    let result = stub.body_of("POST /results");
    assert_eq!(result["success"], false);
    assert_eq!(result["providerApplicationVersion"], "abc");
    assert_eq!(result["testResults"][0]["interactionId"], "id-0");
    assert_eq!(result["testResults"][0]["success"], true);
    assert_eq!(result["testResults"][1]["interactionId"], "id-1");
    assert_eq!(result["testResults"][1]["mismatches"][0]["attribute"], "status");
}

#[tokio::test]
async fn a_pending_contract_fails_nothing_and_is_published_as_failed() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[200]);
    *stub.pending.lock().unwrap() = true;
    let report = verifier(client)
        .publish(PublishResults::version("abc"))
        .run()
        .await
        .unwrap();
    assert!(report.is_success());
    assert_eq!(report.counts().pending, 1);
    assert_eq!(stub.body_of("POST /results")["success"], false);
}

#[tokio::test]
async fn a_result_that_cannot_be_published_fails_the_run() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[404]);
    let publishing = verifier(client).publish(PublishResults::version("abc"));
    let stub_for_results = stub.clone();
    let report = publishing
        .after_each(move || {
            stub_for_results.refuse(403, json!({ "error": "read only" }), 1);
            std::future::ready(())
        })
        .run()
        .await
        .unwrap();
    assert!(!report.is_success());
    let error = report.publish_error.as_ref().unwrap().to_string();
    assert!(
        error.contains("not allowed") && error.contains("read only"),
        "{error}"
    );
    assert!(
        report.decision().ends_with("the result was not published"),
        "{}",
        report.decision()
    );
}

#[tokio::test]
async fn a_part_of_a_contract_is_not_published() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[404, 404]);
    let report = verifier(client)
        .only(Selection::all().description("request 0").unwrap())
        .publish(PublishResults::version("abc"))
        .run()
        .await
        .unwrap();
    assert!(report.is_success());
    assert!(!stub.asked().contains(&"POST /results".to_owned()));
    assert!(
        report.warnings[0].contains("only a part"),
        "{:?}",
        report.warnings
    );
}

#[tokio::test]
async fn contracts_are_published_as_they_are_one_call_per_consumer() {
    let (stub, client) = Stub::start().await;
    let text = contract_with(&[200]);
    let publication = Publication::new("1")
        .branch("main")
        .content(text.clone(), "a.json")
        .unwrap()
        .content(contract_text("mobile-app", &[]), "b.json")
        .unwrap();
    let published = client.publish(&publication).await.unwrap();
    let consumers: Vec<_> = published.iter().map(|one| one.consumer.as_str()).collect();
    assert_eq!(consumers, ["mobile-app", "web-app"]);
    assert_eq!(published[1].notices[0].text, "Contract published");
    let calls = stub.calls.lock().unwrap();
    let body = &calls.last().unwrap().1;
    assert_eq!(body["pacticipantVersionNumber"], "1");
    assert_eq!(body["branch"], "main");
    let content = body["contracts"][0]["content"].as_str().unwrap();
    let content = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, content).unwrap();
    assert_eq!(content, text.into_bytes());
}

#[tokio::test]
async fn parts_of_a_contract_are_merged_by_the_broker_if_asked_to() {
    let (stub, client) = Stub::start().await;
    let (first, second) = (contract_with(&[200]), contract_with(&[200, 404]));
    let publication = Publication::new("1").content(first.clone(), "a.json").unwrap();
    let error = publication.content(second.clone(), "b.json").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let text = error.to_string();
    assert!(
        text.contains("both a.json and b.json") && text.contains("--merge"),
        "{text}"
    );

    let mut publication = Publication::new("1").merge(true);
    // The same file by two paths is one contract.
    for (content, origin) in [(&first, "a.json"), (&second, "b.json"), (&first, "copy.json")] {
        publication = publication.content(content.clone(), origin).unwrap();
    }
    assert_eq!(client.publish(&publication).await.unwrap().len(), 2);
    let calls = stub.calls.lock().unwrap().clone();
    let bodies: Vec<&Value> = (calls.iter())
        .filter(|(call, _)| call == "POST /contracts/publish")
        .map(|(_, body)| body)
        .collect();
    assert_eq!(bodies.len(), 2);
    for body in bodies {
        assert_eq!(body["contracts"].as_array().unwrap().len(), 1);
        assert_eq!(body["contracts"][0]["onConflict"], "merge");
    }
}

#[tokio::test]
async fn what_was_published_before_an_error_is_named() {
    let (stub, client) = Stub::start().await;
    let of = |consumer: &str| contract_text(consumer, &[get_interaction("a user", &[], "/users/1", 200)]);
    let publication = Publication::new("1")
        .content(of("android-app"), "a.json")
        .and_then(|publication| publication.content(of("web-app"), "b.json"))
        .unwrap();
    stub.refuse(200, json!({ "notices": [], "_links": { "pb:contracts": [] } }), 1);
    stub.refuse(409, json!({ "errors": { "contracts": ["differ"] } }), 1);
    let error = client.publish(&publication).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let text = error.to_string();
    assert!(
        text.starts_with("the contracts of \"android-app\" were published, then this failed: publishing the contracts of \"web-app\""),
        "{text}"
    );
}

#[tokio::test]
async fn what_cannot_be_published_says_why_before_anything_is_sent() {
    let publication = || Publication::new("1");
    let error = publication().content("{", "a.json").unwrap_err().to_string();
    assert!(error.starts_with("a.json:1:1: not valid JSON"), "{error}");
    let error = publication().content("{}", "a.json").unwrap_err().to_string();
    assert!(error.contains("names no consumer"), "{error}");
    let (_, client) = Stub::start().await;
    let error = client.publish(&publication()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn a_broker_that_stumbles_is_asked_again_and_one_that_refuses_is_not() {
    let (stub, client) = Stub::start().await;
    stub.refuse(503, Value::Null, 2);
    assert_eq!(client.environments().await.unwrap()[0].name, "production");
    stub.refuse(408, Value::Null, 1);
    assert_eq!(client.environments().await.unwrap()[0].name, "production");

    stub.refuse(500, json!({ "error": { "message": "database gone" } }), 3);
    let error = client.environments().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    let text = error.to_string();
    assert!(
        text.contains("3 times") && text.contains("database gone"),
        "{text}"
    );

    let before = stub.asked().len();
    stub.refuse(500, Value::Null, 1);
    let error = client
        .create_environment(&NewEnvironment::new("test"))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("creating the environment \"test\""),
        "{error}"
    );
    assert_eq!(
        stub.asked().len(),
        before + 1,
        "a call that may have worked is not repeated"
    );
    assert_eq!(
        client
            .create_environment(&NewEnvironment::new("test"))
            .await
            .unwrap()
            .uuid,
        "e2"
    );
}

#[tokio::test]
async fn refusals_say_what_where_and_what_to_do() {
    let (stub, client) = Stub::start().await;
    let stranger = Client::new(client.url(), Auth::None).unwrap();
    let error = stranger.environments().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Broker);
    assert!(
        error.to_string().contains("refused the credentials (401)"),
        "{error}"
    );
    assert!(error.to_string().contains(client.url()), "{error}");

    let nobody = nobody();
    let lost = Client::new(&nobody, Auth::None)
        .unwrap()
        .attempts(2, Duration::ZERO);
    let error = lost.environments().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(
        error
            .to_string()
            .contains(&format!("cannot reach the broker at {nobody}")),
        "{error}"
    );

    stub.refuse(
        409,
        json!({ "notices": [{ "type": "error", "text": "changed content" }] }),
        1,
    );
    let publication = Publication::new("1")
        .content(contract_with(&[200]), "a.json")
        .unwrap();
    let error = client.publish(&publication).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("changed content"), "{error}");

    for (address, reason) in [
        ("localhost:80", "is not the address of a broker"),
        ("https://b", "TLS"),
    ] {
        let error = Client::new(address, Auth::None).map(drop);
        if let Err(error) = error {
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
    assert!(!format!("{client:?}").contains("t0ken"));
}

#[tokio::test]
async fn deployments_name_what_is_unknown() {
    let (_, client) = Stub::start().await;
    client
        .record_deployment("web-app", "1", "production", None)
        .await
        .unwrap();
    for (application, version, expected) in [
        ("web-app", "3", "knows no version \"3\" of \"web-app\""),
        (
            "wep-app",
            "1",
            "knows no application \"wep-app\" (did you mean \"web-app\"?)",
        ),
    ] {
        let error = client
            .record_deployment(application, version, "production", None)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = client
        .record_deployment("web-app", "1", "producton", None)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("did you mean \"production\"?"),
        "{error}"
    );
}

#[tokio::test]
async fn the_verdict_has_three_values_and_is_asked_for_again_while_unknown() {
    let (stub, client) = Stub::start().await;
    let question = CanIDeploy::version("web-app", "1")
        .to_environment("production")
        .retry_while_unknown(2, Duration::ZERO);
    let verdict = client.can_i_deploy(&question).await.unwrap();
    assert_eq!(verdict.deployable, None);
    assert_eq!(verdict.reason, "no result yet");
    assert_eq!(verdict.matrix[0].provider_version, None);
    assert_eq!(stub.asked().len(), 3);
}

#[tokio::test]
async fn a_support_that_has_ended_may_be_ended_again() {
    let (stub, client) = Stub::start().await;
    let ended = client
        .record_support_ended("web-app", "1", "production")
        .await
        .unwrap();
    assert_eq!(ended.version.as_deref(), Some("1"));
    assert!(stub.asked().iter().all(|call| call.starts_with("GET ")));
    let never = client
        .record_support_ended("web-app", "2", "production")
        .await
        .unwrap_err();
    assert_eq!(never.kind(), ErrorKind::Usage);
    assert!(
        never.to_string().contains("is not supported in \"production\""),
        "{never}"
    );
}

#[tokio::test]
async fn header_fields_are_sent_to_the_broker_alone() {
    let seen: Arc<Mutex<Vec<(String, bool)>>> = Arc::default();
    let server = || {
        let seen = Arc::clone(&seen);
        Router::new().fallback(move |request: Request| async move {
            let has_field = request
                .headers()
                .get("x-access-id")
                .is_some_and(|value| value == "7");
            seen.lock()
                .unwrap()
                .push((request.uri().path().to_owned(), has_field));
            Json(json!({ "_links": {} }))
        })
    };
    let (broker, other) = (serve(server()).await, serve(server()).await);
    let client = Client::new(&broker, Auth::None)
        .unwrap()
        .header("X-Access-Id", "7")
        .unwrap();
    client.contract_at(&format!("{broker}/own")).await.unwrap();
    client.contract_at(&format!("{other}/other")).await.unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [("/own".to_owned(), true), ("/other".to_owned(), false)]
    );
    for (name, value) in [("X Access", "7"), ("X-Access", "7\n8")] {
        let error = Client::new(&broker, Auth::None)
            .unwrap()
            .header(name, value)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
}

#[tokio::test]
async fn a_question_about_an_unknown_name_suggests_the_nearest_one() {
    let (stub, client) = Stub::start().await;
    let of_version = |name: &str| CanIDeploy::version(name, "1");
    for (question, kind, expected) in [
        (
            of_version("web-ap").to_environment("production"),
            ErrorKind::Usage,
            "knows no application \"web-ap\" (did you mean \"web-app\"?)",
        ),
        (
            of_version("web-app").and(of_version("user-apii")),
            ErrorKind::Usage,
            "knows no application \"user-apii\" (did you mean \"user-api\"?)",
        ),
        (
            of_version("web-app").to_environment("producton"),
            ErrorKind::Usage,
            "there is no environment \"producton\"; did you mean \"production\"?",
        ),
        (
            of_version("web-app").to_environment("production"),
            ErrorKind::Broker,
            "said by the broker",
        ),
    ] {
        stub.refuse(400, json!({ "errors": ["said by the broker"] }), 1);
        let error = client.can_i_deploy(&question).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let text = error.to_string();
        assert!(
            text.starts_with("asking whether this can be deployed: "),
            "{text}"
        );
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn work_in_progress_without_a_branch_is_refused() {
    let (stub, client) = Stub::start().await;
    let mut query = VerificationQuery {
        include_wip_since: Some("2026-01-31".to_owned()),
        ..VerificationQuery::default()
    };
    let error = client
        .contracts_for_verification("user-api", &query)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("--provider-branch"), "{error}");
    assert_eq!(stub.asked(), [""; 0]);
    *stub.contract.lock().unwrap() = contract_with(&[200]);
    query.provider_tags = vec!["feat/x".to_owned()];
    assert_eq!(
        client
            .contracts_for_verification("user-api", &query)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_provider_that_the_broker_does_not_know_is_named() {
    let (_, client) = Stub::start().await;
    let url = client.url().to_owned();
    let verify = |provider: &str| Verifier::new(provider).contracts(Contracts::broker(client.clone()));
    let error = verify("user-ap").run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert_eq!(
        error.to_string().replace(&url, "http://broker"),
        "nothing was verified: the broker at http://broker knows no application \"user-ap\" (did you mean \"user-api\"?): \
         correct the provider's name; use allow_empty (--allow-empty) to accept this"
    );
    // One that is known and that nobody asks anything of is no slip.
    let error = verify("web-app").run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    assert!(
        error
            .to_string()
            .contains("no contract with provider \"web-app\" has an interaction"),
        "{error}"
    );
    // Beside another source it is a warning.
    let mut contract = contract(&[get_interaction("a list", &[], "/nothing", 404)]);
    contract.provider.name = "stranger".to_owned();
    let report = verify("stranger")
        .contracts(Contracts::value(contract))
        .service(|| async { app(Users::default()) })
        .run()
        .await
        .unwrap();
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("knows no application \"stranger\"")),
        "{:?}",
        report.warnings
    );
    assert!(verify("stranger").allow_empty().run().await.unwrap().is_success());
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[200]);
    let client = client.max_answer_size(2000);
    let url = format!("{}/contract", client.url());
    assert!(client.contract_at(&url).await.is_ok());
    *stub.contract.lock().unwrap() = contract_with(&[200; 40]);
    let error = client.contract_at(&url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Broker);
    assert_eq!(
        error.to_string().replace(&url, "URL"),
        "fetching the contract at URL: the response at URL is longer than the limit of 2,000 bytes for contracts; check \
         the address, or split the contract"
    );
}
