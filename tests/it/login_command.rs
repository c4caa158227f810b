//! `contract login` and `contract logout`, against a broker that only knows what they ask for.

use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::program::{Said, contract_with};

/// What was asked, one line for each request.
type Asked = Arc<Mutex<Vec<String>>>;

struct Stub {
    url: String,
    asked: Asked,
}

impl Stub {
    async fn start() -> Self {
        let asked = Asked::default();
        let router = Router::new()
            .route("/oauth/device_authorization", post(begin))
            .route("/oauth/token", post(token))
            .route("/oauth/revoke", post(revoke))
            .route("/github", get(github))
            .fallback(anything)
            .with_state(asked.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked }
    }

    /// What was asked since the last time.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Runs the command with these variables beside those that it needs here.
    async fn run(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Said {
        let mut all = vec![("CONTRACT_BROKER_URL".to_owned(), self.url.clone())];
        // This test may itself run as a job of a CI system.
        for name in [
            "GITHUB_ACTIONS",
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "GITHUB_ENV",
        ] {
            all.push((name.to_owned(), String::new()));
        }
        all.extend(
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        tokio::task::spawn_blocking(move || contract_with(&all, arguments))
            .await
            .unwrap()
    }
}

async fn begin(State(asked): State<Asked>, body: String) -> Json<Value> {
    asked.lock().unwrap().push(format!("begin {body}"));
    Json(json!({
        "device_code": "device", "user_code": "BDWP-HQPK", "verification_uri": "http://broker/device",
        "verification_uri_complete": "http://broker/device?user_code=BDWP-HQPK", "expires_in": 30, "interval": 0,
    }))
}

async fn token(State(asked): State<Asked>, body: String) -> (StatusCode, Json<Value>) {
    let mut asked = asked.lock().unwrap();
    let before = asked.iter().filter(|line| line.starts_with("token")).count();
    asked.push(format!("token {body}"));
    let refused = |error: &str, text: &str| {
        (
            StatusCode::BAD_REQUEST,
            Json(json!({ "error": error, "error_description": text })),
        )
    };
    if body.contains("device_code=device") && before == 0 {
        return refused("authorization_pending", "nobody allowed this login yet");
    }
    if body.contains("subject_token=foreign") {
        return refused("invalid_grant", "no rule of this broker fits the job");
    }
    (
        StatusCode::OK,
        Json(json!({ "access_token": "ctb_rw_x", "token_type": "Bearer", "expires_in": 900 })),
    )
}

async fn revoke(State(asked): State<Asked>, body: String) {
    asked.lock().unwrap().push(format!("revoke {body}"));
}

async fn github(State(asked): State<Asked>, uri: Uri, headers: HeaderMap) -> Json<Value> {
    let token = headers["authorization"].to_str().unwrap();
    asked
        .lock()
        .unwrap()
        .push(format!("github {} {token}", uri.query().unwrap()));
    Json(json!({ "value": "of-github" }))
}

async fn anything(State(asked): State<Asked>, uri: Uri, headers: HeaderMap) -> StatusCode {
    let token = headers
        .get("authorization")
        .map_or("nobody", |value| value.to_str().unwrap());
    asked.lock().unwrap().push(format!("{uri} {token}"));
    StatusCode::NOT_FOUND
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_used_until_the_log_out() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("logins.json");
    let stub = Stub::start().await;
    let logins = [("CONTRACT_LOGINS", text(&file)), ("HOSTNAME", "laptop")];
    let list = ["pacticipants", "list"];
    stub.run(&logins, &list).await;
    assert!(stub.asked()[0].ends_with("nobody"));
    let said = stub.run(&logins, &["login"]).await;
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    for expected in [
        "http://broker/device?user_code=BDWP-HQPK",
        "allow the code BDWP-HQPK",
        "logged in until",
    ] {
        assert!(said.err.contains(expected), "{expected}: {}", said.err);
    }
    let asked = stub.asked();
    assert_eq!(asked[0], "begin client_id=contract+on+laptop");
    assert_eq!(asked.len(), 3, "{asked:?}");
    stub.run(&logins, &list).await;
    assert!(stub.asked()[0].ends_with("Bearer ctb_rw_x"));
    // Credentials that are given count more.
    let other = [logins[0], ("CONTRACT_BROKER_TOKEN", "other")];
    stub.run(&other, &list).await;
    assert!(stub.asked()[0].ends_with("Bearer other"));
    let said = stub.run(&logins, &["logout"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(stub.asked(), ["revoke token=ctb_rw_x"]);
    stub.run(&logins, &list).await;
    assert!(stub.asked()[0].ends_with("nobody"));
    let said = stub.run(&logins, &["logout"]).await;
    assert!(
        said.code == Some(0) && said.err.contains("not logged in"),
        "{}",
        said.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_gitlab_prints_its_token_and_nothing_else() {
    let stub = Stub::start().await;
    let said = stub
        .run(&[("CONTRACT_ID_TOKEN", "of-gitlab")], &["login", "--ci"])
        .await;
    assert_eq!(
        (said.code, said.out.as_str(), said.err.as_str()),
        (Some(0), "ctb_rw_x\n", "")
    );
    let asked = stub.asked();
    assert!(asked[0].contains("subject_token=of-gitlab"), "{asked:?}");
    assert!(
        asked[0].contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"),
        "{asked:?}"
    );
    let said = stub
        .run(
            &[("MINE", "x")],
            &["login", "--ci", "--id-token-variable", "MINE"],
        )
        .await;
    assert_eq!(said.out, "ctb_rw_x\n", "{}", said.err);
    let said = stub
        .run(&[("CONTRACT_ID_TOKEN", "foreign")], &["login", "--ci"])
        .await;
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(
        said.err.contains("no rule of this broker fits the job"),
        "{}",
        said.err
    );
    let said = stub.run(&[], &["login", "--ci"]).await;
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("id-token: write") && said.err.contains("id_tokens"),
        "{}",
        said.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_github_asks_for_its_token_and_sets_the_variable_for_later_steps() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("env");
    std::fs::write(&file, "A=1\n").unwrap();
    let stub = Stub::start().await;
    let url = format!("{}/github?x=1", stub.url);
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", url.as_str()),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner"),
        ("GITHUB_ENV", text(&file)),
    ];
    let said = stub.run(&variables, &["login", "--ci", "--export"]).await;
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    assert!(said.err.starts_with("::add-mask::ctb_rw_x\n"), "{}", said.err);
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "A=1\nCONTRACT_BROKER_TOKEN=ctb_rw_x\n"
    );
    let asked = stub.asked();
    let port = stub.url.rsplit(':').next().unwrap();
    assert_eq!(
        asked[0],
        format!("github x=1&audience=http%3A%2F%2F127.0.0.1%3A{port} Bearer runner")
    );
    assert!(asked[1].contains("subject_token=of-github"), "{asked:?}");
    let said = stub
        .run(&variables, &["login", "--ci", "--audience", "broker"])
        .await;
    assert_eq!(said.out, "ctb_rw_x\n", "{}", said.err);
    assert!(stub.asked()[0].contains("audience=broker"));
}
