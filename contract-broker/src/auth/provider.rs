//! The login with a provider: `OpenID` Connect, authorization code flow with PKCE.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;

use super::{
    group_rules::{self, Given},
    issuer::{Issuer, Metadata, Problem, object},
    issuer_client::{Credentials, IssuerClient, encoded},
    jws::{Claims, Fault},
};
use crate::{
    config::{Config, LoginRule, Secret},
    domain::time::now,
    log_text::bounded,
};

/// How long somebody has to log in, in microseconds.
const PATIENCE: i64 = 10 * 60 * 1_000_000;

/// The provider with which people log in.
#[derive(Debug)]
pub(crate) struct Provider {
    issuer: Issuer,
    client: String,
    secret: Option<Secret>,
    scopes: String,
    redirect: String,
    subject_claim: String,
    groups_claims: Vec<String>,
    rules: Vec<LoginRule>,
    administrators: Vec<String>,
}

/// A login under way: what the browser keeps, encrypted, until the provider sends it back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
    /// Where to go afterwards.
    pub(crate) back: String,
    began: i64,
}

/// A login that begins.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    /// Where the browser goes.
    pub(crate) url: String,
    pub(crate) attempt: Attempt,
}

/// What the provider sends the browser back with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Returned {
    pub(crate) code: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) error_description: Option<String>,
}

/// Who logged in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    /// What the provider calls them.
    pub(crate) login: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) email_is_verified: bool,
    pub(crate) is_administrator: bool,
    pub(crate) given: Given,
    /// What the provider calls the session that the login is part of, if it says so.
    pub(crate) session: Option<String>,
}

/// Somebody who logged out at the provider: who, or of which session, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoggedOut {
    pub(crate) issuer: String,
    pub(crate) subject: Option<String>,
    pub(crate) session: Option<String>,
    /// The id of the token that says so, and until when it may, in microseconds since 1970.
    pub(crate) id: String,
    pub(crate) expires_at: i64,
}

/// The member of `events` that makes a token a logout token.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How many seconds ago a logout token may have been issued: providers try again for a while.
const OLDEST_LOGOUT: i64 = 10 * 60;

/// Why a login failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LoginProblem {
    /// What to tell whoever tried.
    #[error("{0}")]
    Refused(String),
    /// The provider cannot be asked, or answers what it should not; the text is for the log.
    #[error("{0}")]
    Provider(String),
}

fn refused<T>(message: impl Into<String>) -> Result<T, LoginProblem> {
    Err(LoginProblem::Refused(message.into()))
}

impl Attempt {
    fn new(back: &str) -> Self {
        let random = || BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        Self {
            state: random(),
            nonce: random(),
            verifier: random(),
            back: back.to_owned(),
            began: now(),
        }
    }

    /// A name for the attempt, which both the browser and the provider bring back.
    pub(crate) fn name(state: &str) -> String {
        let hash = Sha256::digest(state.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(&hash[..9])
    }

    pub(crate) fn state(&self) -> &str {
        &self.state
    }

    /// How long somebody has to log in, in seconds.
    pub(crate) const fn seconds() -> i64 {
        PATIENCE / 1_000_000
    }
}

impl Provider {
    /// The provider of the settings, if they name one.
    pub(super) fn new(config: &Config, client: &IssuerClient) -> Option<Self> {
        let issuer = config.oidc_issuer.as_deref()?;
        let base = config.base_url.as_deref()?;
        Some(Self {
            issuer: Issuer::new(issuer, client.clone()),
            client: config.oidc_client_id.clone()?,
            secret: config.oidc_client_secret.clone(),
            scopes: config.oidc_scopes.join(" "),
            redirect: format!("{base}{}", crate::http::address::LOGIN_CALLBACK.route()),
            subject_claim: config.oidc_subject_claim.clone(),
            groups_claims: config.oidc_groups_claims.clone(),
            rules: config.oidc_rules.0.clone(),
            administrators: config.oidc_administrators.clone(),
        })
    }

    /// Begins a login that ends at `back`.
    ///
    /// # Errors
    /// The provider cannot be asked where to go.
    pub(crate) async fn begin(&self, back: &str) -> Result<Begun, LoginProblem> {
        let metadata = self.metadata().await?;
        let endpoint = endpoint(metadata.authorization.as_ref(), "authorization_endpoint")?;
        let attempt = Attempt::new(back);
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(attempt.verifier.as_bytes()));
        let query = encoded(&[
            ("response_type", "code"),
            ("response_mode", "query"),
            ("client_id", &self.client),
            ("redirect_uri", &self.redirect),
            ("scope", &self.scopes),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let separator = if endpoint.contains('?') { '&' } else { '?' };
        Ok(Begun {
            url: format!("{endpoint}{separator}{query}"),
            attempt,
        })
    }

    /// Finds out who logged in.
    ///
    /// # Errors
    /// Whoever tried is refused, or the provider cannot be asked.
    pub(crate) async fn finish(
        &self,
        attempt: &Attempt,
        returned: &Returned,
    ) -> Result<Person, LoginProblem> {
        let state = returned.state.as_deref().unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(attempt.state.as_bytes())) {
            return refused("this login was begun in another window or browser: begin it again");
        }
        if !(0..PATIENCE).contains(&(now() - attempt.began)) {
            return refused("this login took longer than ten minutes: begin it again");
        }
        let metadata = self.metadata().await?;
        let named = returned.issuer.as_deref();
        if named.map_or(metadata.names_itself, |named| named != self.issuer.name()) {
            return refused("the answer came from another provider than the one that was asked (iss)");
        }
        if let Some(error) = &returned.error {
            let description = returned.error_description.as_deref().unwrap_or_default();
            let text = format!("the provider refused the login: {error} {description}");
            return refused(bounded(text.trim_end(), 512));
        }
        let Some(code) = &returned.code else {
            return refused("the provider sent neither a code nor an error: begin the login again");
        };
        let answer = self.redeem(&metadata, code, &attempt.verifier).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str);
        let Some(id_token) = text("id_token") else {
            return Err(LoginProblem::Provider(
                "the token endpoint gave no id_token".to_owned(),
            ));
        };
        let access_token = text("access_token");
        let claims = self.verified(id_token, access_token, &attempt.nonce).await?;
        let claims = self.completed(claims, &metadata, access_token).await?;
        self.person(&claims)
    }

    /// Where somebody can log out of the provider too.
    pub(crate) async fn end_session(&self, then: &str) -> Option<String> {
        let endpoint = self.issuer.metadata().await.ok()?.end_session?;
        let query = encoded(&[("client_id", &self.client), ("post_logout_redirect_uri", then)]);
        let separator = if endpoint.contains('?') { '&' } else { '?' };
        Some(format!("{endpoint}{separator}{query}"))
    }

    /// Who logged out, as a logout token of the provider says. Whether it was used before is not known here.
    ///
    /// # Errors
    /// It is none, or is not accepted; or the provider cannot be asked for its keys.
    pub(crate) async fn logged_out(&self, token: &str) -> Result<LoggedOut, Problem> {
        let claims = self
            .issuer
            .verify(token, &self.client, Some(OLDEST_LOGOUT))
            .await?;
        let wrong = |message: &str| Fault::Claim(message.to_owned());
        let event = claims.get("events").and_then(|events| events.get(LOGOUT_EVENT));
        if !event.is_some_and(Value::is_object) {
            return Err(wrong("events does not say that somebody logged out").into());
        }
        if claims.get("nonce").is_some() {
            return Err(wrong("nonce belongs to logins, and a logout token has none").into());
        }
        let text = |name: &str| claims.text(name).map(str::to_owned);
        let (subject, session) = (text(&self.subject_claim), text("sid"));
        if subject.is_none() && session.is_none() {
            let message = format!("neither {} nor sid says who logged out", self.subject_claim);
            return Err(wrong(&message).into());
        }
        let expires = claims.expires().ok_or_else(|| wrong("exp is missing"))?;
        Ok(LoggedOut {
            issuer: self.issuer.name().to_owned(),
            subject,
            session,
            id: text("jti").ok_or_else(|| wrong("jti is missing"))?,
            expires_at: expires.saturating_mul(1_000_000),
        })
    }

    async fn metadata(&self) -> Result<Metadata, LoginProblem> {
        self.issuer.metadata().await.map_err(LoginProblem::Provider)
    }

    /// Exchanges a code for tokens.
    async fn redeem(
        &self,
        metadata: &Metadata,
        code: &str,
        verifier: &str,
    ) -> Result<serde_json::Map<String, Value>, LoginProblem> {
        let endpoint = endpoint(metadata.token.as_ref(), "token_endpoint")?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect.as_str()),
            ("code_verifier", verifier),
        ];
        let credentials = match &self.secret {
            Some(secret) if metadata.takes_basic => Credentials::Basic {
                name: &self.client,
                password: secret.expose(),
            },
            Some(secret) => {
                form.extend([
                    ("client_id", self.client.as_str()),
                    ("client_secret", secret.expose()),
                ]);
                Credentials::None
            }
            None => {
                form.push(("client_id", &self.client));
                Credentials::None
            }
        };
        let reply = self.issuer.client().post(endpoint, credentials, &form).await;
        let reply = reply.map_err(LoginProblem::Provider)?;
        let answer =
            object(&reply).map_err(|problem| LoginProblem::Provider(format!("{endpoint}: {problem}")))?;
        if reply.status.is_success() {
            return Ok(answer);
        }
        let error = answer.get("error").and_then(Value::as_str).unwrap_or_default();
        let description = answer
            .get("error_description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        // A code that was used or is too old is the fault of whoever brings it.
        if error == "invalid_grant" {
            return refused("the provider does not accept the code of this login: begin it again");
        }
        Err(LoginProblem::Provider(bounded(
            &format!("{endpoint} answers {}: {error} {description}", reply.status),
            512,
        )))
    }

    /// What an ID token says.
    async fn verified(
        &self,
        id_token: &str,
        access_token: Option<&str>,
        nonce: &str,
    ) -> Result<Claims, LoginProblem> {
        let claims = match self.issuer.verify(id_token, &self.client, None).await {
            Ok(claims) => claims,
            Err(Problem::Token(fault)) => return refused(format!("the login failed: {fault}")),
            Err(Problem::Unreachable(problem)) => return Err(LoginProblem::Provider(problem)),
        };
        let given = claims.text("nonce").unwrap_or_default();
        if !bool::from(given.as_bytes().ct_eq(nonce.as_bytes())) {
            return refused("the login failed: the token belongs to another login (nonce)");
        }
        let party = claims.text("azp");
        if party.map_or(claims.audiences().len() > 1, |party| party != self.client) {
            return refused("the login failed: the token was made for another application (azp)");
        }
        if let (Some(hash), Some(token)) = (claims.text("at_hash"), access_token)
            && !is_hash_of(hash, token)
        {
            return refused("the login failed: the access token belongs to another login (at_hash)");
        }
        Ok(claims)
    }

    /// The claims, with those that the provider gives only if it is asked.
    async fn completed(
        &self,
        mut claims: Claims,
        metadata: &Metadata,
        access_token: Option<&str>,
    ) -> Result<Claims, LoginProblem> {
        let wants_groups = !self.rules.is_empty() && !group_rules::has_any(&self.groups_claims, &claims);
        let wants_more = wants_groups || claims.text("email").is_none() || claims.text("name").is_none();
        let (Some(url), Some(token), true) = (&metadata.user_info, access_token, wants_more) else {
            return Ok(claims);
        };
        let reply = self.issuer.client().get(url, Credentials::Bearer(token)).await;
        let reply = reply.map_err(LoginProblem::Provider)?;
        if !reply.status.is_success() {
            return Err(LoginProblem::Provider(format!("{url} answers {}", reply.status)));
        }
        let found = object(&reply).map_err(|problem| LoginProblem::Provider(format!("{url}: {problem}")))?;
        if found.get("sub") != claims.get("sub") {
            return refused("the login failed: the provider tells about somebody else (sub)");
        }
        claims.complete(Claims(found));
        Ok(claims)
    }

    fn person(&self, claims: &Claims) -> Result<Person, LoginProblem> {
        let Some(subject) = claims.text(&self.subject_claim) else {
            return refused(format!(
                "the login failed: the token lacks {}, by which people are told apart",
                self.subject_claim
            ));
        };
        let text = |name: &str| {
            claims
                .text(name)
                .map(|text| text.chars().take(255).collect::<String>())
        };
        let email = text("email").filter(|email| crate::app::check_email(email).is_ok());
        let email_is_verified = claims.is_true("email_verified");
        let is_named = |name: &String| {
            name == subject
                || (email_is_verified
                    && email
                        .as_ref()
                        .is_some_and(|email| email.eq_ignore_ascii_case(name)))
        };
        let given = group_rules::given(&self.rules, &self.groups_claims, claims);
        let login = text("preferred_username");
        let name = text("name").or_else(|| login.clone()).or_else(|| email.clone());
        Ok(Person {
            issuer: self.issuer.name().to_owned(),
            subject: subject.to_owned(),
            name: name.unwrap_or_else(|| subject.chars().take(255).collect()),
            first_name: text("given_name"),
            last_name: text("family_name"),
            is_administrator: self.administrators.iter().any(is_named),
            given: given.map_err(LoginProblem::Refused)?,
            session: claims.text("sid").map(str::to_owned),
            login,
            email,
            email_is_verified,
        })
    }
}

fn endpoint<'m>(endpoint: Option<&'m String>, name: &str) -> Result<&'m str, LoginProblem> {
    let missing = || LoginProblem::Provider(format!("the provider names no {name}"));
    endpoint.map(String::as_str).ok_or_else(missing)
}

/// Whether a text is the left half of a hash of a token. Which hash it is follows from the algorithm of the signature; the
/// half of any of them cannot be made for another token.
fn is_hash_of(hash: &str, token: &str) -> bool {
    let half = |hash: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]);
    let token = token.as_bytes();
    [
        half(&Sha256::digest(token)),
        half(&Sha384::digest(token)),
        half(&Sha512::digest(token)),
    ]
    .iter()
    .any(|right| right == hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_an_access_token_is_the_left_half() {
        // The example of OpenID Connect Core, A.3.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert!(is_hash_of("77QmUPtjPfzWtF2AnpK9RQ", token));
        assert!(!is_hash_of("77QmUPtjPfzWtF2AnpK9Rg", token));
        assert!(!is_hash_of("", token));
    }
}
