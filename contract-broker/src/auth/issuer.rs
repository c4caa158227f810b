//! Somebody who signs tokens: what they publish about themselves, and their keys.

use std::time::{Duration, Instant};

use http::StatusCode;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::{
    issuer_client::{Credentials, IssuerClient, Reply},
    jws::{Claims, Expected, Fault, Jws},
    keys::KeySet,
    unique_json,
};
use crate::domain::time::now;

/// How long what an issuer publishes is used.
const FRESH: Duration = Duration::from_hours(1);
/// How long it is used if the issuer cannot be asked.
const STALE: Duration = Duration::from_hours(24);
/// How long after the keys were read an unknown key makes them be read again.
const PAUSE: Duration = Duration::from_mins(1);
/// How long after the keys could not be read nobody asks for them again.
const BREATH: Duration = Duration::from_secs(5);

/// Why a token of an issuer was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error(transparent)]
    Token(#[from] Fault),
    /// The issuer cannot be asked for its keys; the text is for the log.
    #[error("{0}")]
    Unreachable(String),
}

/// Somebody who signs tokens.
#[derive(Debug)]
pub(super) struct Issuer {
    /// What `iss` of its tokens is.
    name: String,
    client: IssuerClient,
    kept: Mutex<Kept>,
}

/// What an issuer publishes, as it was last read.
#[derive(Debug, Default)]
struct Kept {
    metadata: Option<(Metadata, Instant)>,
    keys: Option<(KeySet, Instant)>,
    /// When the keys were last asked for, with success or without.
    asked: Option<Instant>,
}

/// The addresses of an issuer (`OpenID` Connect Discovery).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Metadata {
    keys: String,
    pub(super) authorization: Option<String>,
    pub(super) token: Option<String>,
    pub(super) user_info: Option<String>,
    pub(super) end_session: Option<String>,
    /// Whether a client may send its secret in the `Authorization` header.
    pub(super) takes_basic: bool,
    /// Whether an answer of the authorization endpoint names the issuer (RFC 9207).
    pub(super) names_itself: bool,
}

impl Issuer {
    pub(super) fn new(name: &str, client: IssuerClient) -> Self {
        Self {
            name: name.to_owned(),
            client,
            kept: Mutex::default(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn client(&self) -> &IssuerClient {
        &self.client
    }

    /// What a token of this issuer for that audience says. It may have been issued `oldest` seconds ago.
    ///
    /// # Errors
    /// The token is not accepted, or the issuer cannot be asked for its keys.
    pub(super) async fn verify(
        &self,
        token: &str,
        audience: &str,
        oldest: Option<i64>,
    ) -> Result<Claims, Problem> {
        let token = Jws::read(token)?;
        let keys = self.keys_with(token.key()).await.map_err(Problem::Unreachable)?;
        let claims = token.verified(&keys)?;
        claims.check(&Expected {
            issuer: &self.name,
            audience,
            oldest,
            now: now() / 1_000_000,
        })?;
        Ok(claims)
    }

    /// What the issuer publishes about itself.
    ///
    /// # Errors
    /// It cannot be asked, or says something else than it should; the text is for the log.
    pub(super) async fn metadata(&self) -> Result<Metadata, String> {
        let mut kept = self.kept.lock().await;
        self.metadata_of(&mut kept).await
    }

    async fn metadata_of(&self, kept: &mut Kept) -> Result<Metadata, String> {
        if let Some((metadata, read)) = &kept.metadata
            && read.elapsed() < FRESH
        {
            return Ok(metadata.clone());
        }
        let url = format!(
            "{}/.well-known/openid-configuration",
            self.name.trim_end_matches('/')
        );
        let found = match self.document(&url).await {
            Ok(document) => self.read(&document),
            Err(problem) => Err(problem),
        };
        match (found, &kept.metadata) {
            (Ok(metadata), _) => {
                kept.metadata = Some((metadata.clone(), Instant::now()));
                Ok(metadata)
            }
            (Err(problem), Some((metadata, read))) if read.elapsed() < STALE => {
                tracing::warn!(
                    problem,
                    "what an issuer publishes about itself could not be read again"
                );
                Ok(metadata.clone())
            }
            (Err(problem), _) => Err(problem),
        }
    }

    /// The keys, read again if there is none of this id.
    async fn keys_with(&self, id: Option<&str>) -> Result<KeySet, String> {
        let mut kept = self.kept.lock().await;
        if let Some((keys, read)) = &kept.keys {
            let rested = kept.asked.is_none_or(|asked| asked.elapsed() >= PAUSE);
            let is_fresh = read.elapsed() < FRESH;
            // Tokens with keys that nobody has come as fast as somebody likes: the issuer is not asked for each.
            if (is_fresh && keys.has(id)) || !rested {
                return Ok(keys.clone());
            }
        } else if kept.asked.is_some_and(|asked| asked.elapsed() < BREATH) {
            return Err(format!(
                "the keys of {} could not be read a moment ago",
                self.name
            ));
        }
        kept.asked = Some(Instant::now());
        let found = match self.metadata_of(&mut kept).await {
            Ok(metadata) => self.read_keys(&metadata.keys).await,
            Err(problem) => Err(problem),
        };
        match (found, &kept.keys) {
            (Ok(keys), _) => {
                kept.keys = Some((keys.clone(), Instant::now()));
                Ok(keys)
            }
            (Err(problem), Some((keys, read))) if read.elapsed() < STALE => {
                tracing::warn!(problem, "the keys of an issuer could not be read again");
                Ok(keys.clone())
            }
            (Err(problem), _) => Err(problem),
        }
    }

    async fn read_keys(&self, url: &str) -> Result<KeySet, String> {
        let reply = self.client.get(url, Credentials::None).await?;
        if reply.status != StatusCode::OK {
            return Err(format!("the answer of {url} is {}", reply.status));
        }
        KeySet::read(&reply.body).map_err(|problem| format!("{url}: {problem}"))
    }

    async fn document(&self, url: &str) -> Result<Map<String, Value>, String> {
        let reply = self.client.get(url, Credentials::None).await?;
        if reply.status != StatusCode::OK {
            return Err(format!("the answer of {url} is {}", reply.status));
        }
        object(&reply).map_err(|problem| format!("{url}: {problem}"))
    }

    /// The addresses in a document of discovery. An address that is less safe than the issuer's own is refused.
    fn read(&self, document: &Map<String, Value>) -> Result<Metadata, String> {
        let named = document.get("issuer").and_then(Value::as_str).unwrap_or_default();
        if named != self.name {
            return Err(format!(
                "the issuer says that it is {named:?}: the setting must be exactly that, and is {:?}",
                self.name
            ));
        }
        let is_https = self.name.starts_with("https://");
        let address = |name: &str| match document.get(name).and_then(Value::as_str) {
            None => Ok(None),
            Some(url) if url.starts_with("https://") || (!is_https && url.starts_with("http://")) => {
                Ok(Some(url.to_owned()))
            }
            Some(url) => Err(format!(
                "{name} of the issuer {} is {url:?}, expected https",
                self.name
            )),
        };
        let methods = document.get("token_endpoint_auth_methods_supported");
        let methods = methods.and_then(Value::as_array);
        let flag = document.get("authorization_response_iss_parameter_supported");
        Ok(Metadata {
            keys: address("jwks_uri")?
                .ok_or_else(|| format!("the issuer {} names no jwks_uri", self.name))?,
            authorization: address("authorization_endpoint")?,
            token: address("token_endpoint")?,
            user_info: address("userinfo_endpoint")?,
            end_session: address("end_session_endpoint")?,
            takes_basic: methods
                .is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic")),
            names_itself: flag.and_then(Value::as_bool).unwrap_or_default(),
        })
    }
}

/// An answer as a JSON object.
///
/// # Errors
/// It is none.
pub(super) fn object(reply: &Reply) -> Result<Map<String, Value>, String> {
    match unique_json::read(&reply.body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err("the answer is not a JSON object".to_owned()),
        Err(error) => Err(format!("the answer is not JSON: {error}")),
    }
}
