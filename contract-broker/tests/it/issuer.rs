//! An issuer of our own on this machine: it signs what tests ask for, right or forged.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::signer::Signer;

pub(crate) const CLIENT: &str = "contract broker";
pub(crate) const SECRET: &str = "s/e+c:r&t";

/// The issuer. Clones are the same.
#[derive(Clone)]
pub(crate) struct TestIssuer {
    pub(crate) url: String,
    known: Arc<Mutex<Known>>,
    pub(crate) signer: Arc<Signer>,
}

/// What the issuer knows, and how it behaves.
#[derive(Default)]
pub(crate) struct Known {
    /// The keys that it publishes; its own if there are none.
    pub(crate) keys: Vec<Value>,
    /// How often somebody asked for them.
    pub(crate) asked_for_keys: u32,
    /// What it answers who asks about a person; nothing but `sub` of whoever logged in last if it is null.
    pub(crate) user_info: Value,
    /// Members of its discovery document that differ.
    pub(crate) metadata: Value,
    /// What it gives out in place of the next right ID token.
    pub(crate) id_token: Option<String>,
    codes: HashMap<String, Code>,
    /// `sub` of whoever logged in last.
    last: Value,
}

/// A login that somebody allowed.
struct Code {
    challenge: String,
    redirect: String,
    claims: Value,
}

impl TestIssuer {
    /// Starts it on a free port, for as long as the test's process lives.
    pub(crate) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let issuer = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            known: Arc::default(),
            signer: Arc::new(Signer::rsa("first")),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/person", get(person))
            .with_state(issuer.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        issuer
    }

    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }

    /// Somebody logs in and allows what a URL of the broker asks for: gives what the issuer sends the browser back with.
    pub(crate) fn allow(&self, url: &str, claims: &Value) -> Back {
        let query = parameters(url.split_once('?').unwrap().1);
        assert!(url.starts_with(&format!("{}/authorize?", self.url)), "{url}");
        for (name, expected) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(query[name], expected, "{url}");
        }
        assert!(query["scope"].split(' ').any(|scope| scope == "openid"), "{url}");
        assert!(query["state"].len() >= 43 && query["nonce"].len() >= 43, "{url}");
        let mut claims = self.claims(CLIENT, claims);
        claims["nonce"] = json!(query["nonce"]);
        let code = uuid();
        let redirect = query["redirect_uri"].clone();
        self.known().last = claims["sub"].clone();
        self.known().codes.insert(
            code.clone(),
            Code {
                challenge: query["code_challenge"].clone(),
                redirect,
                claims,
            },
        );
        Back {
            code,
            state: query["state"].clone(),
            nonce: query["nonce"].clone(),
        }
    }

    /// Claims of a token for somebody, with these beside the usual ones; null takes one away.
    pub(crate) fn claims(&self, audience: &str, more: &Value) -> Value {
        let now = now();
        let mut claims = json!({
            "iss": self.url, "aud": audience, "sub": "1", "iat": now, "exp": now + 300, "jti": uuid(),
        });
        let map = claims.as_object_mut().unwrap();
        for (name, value) in more.as_object().unwrap() {
            if value.is_null() {
                map.remove(name);
            } else {
                map.insert(name.clone(), value.clone());
            }
        }
        claims
    }
}

/// What the issuer sends a browser back with.
pub(crate) struct Back {
    pub(crate) code: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
}

pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// A text that is not used twice.
fn uuid() -> String {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("{}-{count}", std::process::id())
}

pub(crate) fn parameters(text: &str) -> HashMap<String, String> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text)
            .decode_utf8()
            .unwrap()
            .into_owned()
    };
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

async fn discovery(State(issuer): State<TestIssuer>) -> Json<Value> {
    let url = &issuer.url;
    let mut document = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/person"),
        "jwks_uri": format!("{url}/keys"),
        "end_session_endpoint": format!("{url}/end"),
    });
    let known = issuer.known();
    for (name, value) in known.metadata.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    Json(document)
}

async fn keys(State(issuer): State<TestIssuer>) -> Json<Value> {
    let mut known = issuer.known();
    known.asked_for_keys += 1;
    let keys = if known.keys.is_empty() {
        vec![issuer.signer.public()]
    } else {
        known.keys.clone()
    };
    Json(json!({ "keys": keys }))
}

async fn token(State(issuer): State<TestIssuer>, headers: HeaderMap, body: Bytes) -> Response {
    let form = parameters(std::str::from_utf8(&body).unwrap());
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let encoded = "contract%20broker:s%2Fe%2Bc%3Ar%26t";
    let expected = format!("Basic {}", BASE64_STANDARD.encode(encoded));
    let is_client = headers
        .get("authorization")
        .is_some_and(|given| given == expected.as_str());
    let is_poster = form.get("client_secret").is_some_and(|secret| secret == SECRET);
    if !is_client && !is_poster {
        return refuse("invalid_client");
    }
    let mut known = issuer.known();
    let Some(code) = known.codes.remove(form.get("code").map_or("", String::as_str)) else {
        return refuse("invalid_grant");
    };
    let verifier = form.get("code_verifier").map_or("", String::as_str);
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    if challenge != code.challenge || form.get("redirect_uri") != Some(&code.redirect) {
        return refuse("invalid_grant");
    }
    let right = issuer.signer.sign("RS256", &code.claims);
    let id_token = known.id_token.take().unwrap_or(right);
    Json(json!({ "access_token": "access", "token_type": "Bearer", "id_token": id_token })).into_response()
}

async fn person(State(issuer): State<TestIssuer>, headers: HeaderMap) -> Response {
    assert_eq!(headers["authorization"], "Bearer access");
    let known = issuer.known();
    let user_info = match &known.user_info {
        Value::Null => json!({ "sub": known.last }),
        user_info => user_info.clone(),
    };
    Json(user_info).into_response()
}
