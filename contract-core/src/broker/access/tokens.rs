//! Tokens of accounts.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::AccountKind;
use super::key::{self, Keyed, texts};
use crate::broker::hal::{Document, encode, text};
use crate::broker::{Client, List};
use crate::{Error, ErrorKind};

/// A token, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Token {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// What it is narrowed to; `None` if it may do everything that its account may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
    /// When it expires (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// When it was revoked (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
    /// When it was last used (RFC 3339), to about ten minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
}

/// A token with its value, which the broker tells once.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token.
    #[serde(flatten)]
    pub token: Token,
    /// Its value. Never log it.
    pub value: String,
}

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenOwner {
    /// The account that the client's credentials belong to.
    Own,
    /// A system account, by name or UUID.
    SystemAccount(String),
}

/// A token to create.
#[derive(Debug, Clone, Default)]
pub struct NewToken {
    /// Its name.
    pub name: String,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// What it is narrowed to: it may do what both its account and this list allow. Empty is everything that its account
    /// may do.
    pub permissions: Vec<String>,
    /// When it expires: a date, or a time (RFC 3339).
    pub expires_at: Option<String>,
}

/// How a token gets a new value.
#[derive(Debug, Clone, Default)]
pub struct TokenRenewal {
    /// How long the value before it works on; at most 30 days.
    pub overlap: Duration,
    /// When the new value expires: a date, or a time (RFC 3339). `None`: after as long a time as the value before.
    pub expires_at: Option<String>,
}

impl Keyed for Token {
    const NOUN: &'static str = "token";
    const LISTED_BY: &'static str = "contract tokens list";

    fn uuid(&self) -> &str {
        &self.uuid
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Client {
    /// Returns the tokens of an account, revoked ones included.
    ///
    /// # Errors
    ///
    /// `Usage` if there is no such system account; `Broker` and `Unreachable`.
    pub async fn tokens(&self, owner: &TokenOwner) -> Result<List<Token>, Error> {
        let url = self.tokens_url(owner).await?;
        let answer = self.read("listing the tokens", &url).await?;
        let found = answer.embedded("items").map(|value| token(value, &answer));
        Ok(List::complete(found.collect::<Result<_, _>>()?))
    }

    /// Returns a token that is not revoked, by name or UUID.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none, or several have this name; `Broker` and `Unreachable`.
    pub async fn token(&self, owner: &TokenOwner, key: &str) -> Result<Token, Error> {
        let all = self.tokens(owner).await?.items;
        let usable = all.into_iter().filter(|token| token.revoked_at.is_none());
        key::find(usable.collect(), key)
    }

    /// Creates a token.
    ///
    /// # Errors
    ///
    /// `Usage` if the account has one of this name that is not revoked: its value cannot be read again, and so this is not
    /// the same. `Broker` if the broker refuses it; `Unreachable`.
    pub async fn create_token(&self, owner: &TokenOwner, new: &NewToken) -> Result<IssuedToken, Error> {
        let doing = format!("creating the token {:?}", new.name);
        let existing = self.tokens(owner).await?.items;
        let is_taken = |token: &Token| token.name == new.name && token.revoked_at.is_none();
        if existing.iter().any(is_taken) {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "the account already has a token of this name, whose value nobody can read again: give it a new value \
                     with `contract tokens rotate {}`, or choose another name",
                    new.name
                ),
            )
            .context(doing));
        }
        let mut body = json!({ "description": new.name, "readOnly": new.read_only });
        if !new.permissions.is_empty() {
            body["permissions"] = json!(new.permissions);
        }
        if let Some(at) = &new.expires_at {
            body["expiresAt"] = json!(at);
        }
        let url = self.tokens_url(owner).await?;
        let answer = self.create(&doing, &url, &body).await?;
        issued(&answer)
    }

    /// Gives a token a new value, by name or UUID.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Broker` if the broker refuses it; `Unreachable`.
    pub async fn renew_token(
        &self,
        owner: &TokenOwner,
        key: &str,
        renewal: &TokenRenewal,
    ) -> Result<IssuedToken, Error> {
        let doing = format!("renewing the token {key:?}");
        let found = self
            .token(owner, key)
            .await
            .map_err(|error| error.context(&doing))?;
        let mut body = json!({ "overlapSeconds": renewal.overlap.as_secs() });
        if let Some(at) = &renewal.expires_at {
            body["expiresAt"] = json!(at);
        }
        let url = format!("{}/regenerate", self.token_url(&found.uuid));
        let answer = self.create(&doing, &url, &body).await?;
        issued(&answer)
    }

    /// Revokes a token, by name or UUID: nobody can use it any more.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none; `Broker` and `Unreachable`.
    pub async fn revoke_token(&self, owner: &TokenOwner, key: &str) -> Result<Token, Error> {
        let doing = format!("revoking the token {key:?}");
        let found = self
            .token(owner, key)
            .await
            .map_err(|error| error.context(&doing))?;
        self.delete(&doing, &self.token_url(&found.uuid)).await?;
        Ok(found)
    }

    async fn tokens_url(&self, owner: &TokenOwner) -> Result<String, Error> {
        match owner {
            TokenOwner::Own => Ok(self.below("settings/tokens")),
            TokenOwner::SystemAccount(key) => {
                let account = self.account(AccountKind::System, key).await?;
                Ok(self.below(&format!("admin/system-accounts/{}/tokens", encode(&account.uuid))))
            }
        }
    }

    fn token_url(&self, uuid: &str) -> String {
        self.below(&format!("settings/tokens/{}", encode(uuid)))
    }
}

fn token(value: &Value, answer: &Document) -> Result<Token, Error> {
    let read = || {
        Some(Token {
            uuid: text(value, "uuid")?,
            name: text(value, "description")?,
            read_only: value["readOnly"] == true,
            permissions: value
                .get("permissions")
                .is_some()
                .then(|| texts(value, "permissions")),
            expires_at: text(value, "expiresAt"),
            revoked_at: text(value, "revokedAt"),
            last_used_at: text(value, "lastUsedAt"),
        })
    };
    read().ok_or_else(|| key::incomplete(answer, Token::NOUN))
}

fn issued(answer: &Document) -> Result<IssuedToken, Error> {
    let value = text(&answer.body, "value").ok_or_else(|| {
        Error::new(
            ErrorKind::Broker,
            format!("the broker's response at {} lacks the token's value", answer.url),
        )
    })?;
    Ok(IssuedToken {
        token: token(&answer.body, answer)?,
        value,
    })
}

/// Omits the value.
impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken")
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}
