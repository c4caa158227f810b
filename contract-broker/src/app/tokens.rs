//! Tokens: a value is given out once, when it is made.

use serde_json::{Value, json};

use super::{
    Act, App, Error, Result,
    power::{allowed, cover},
};
use crate::{
    auth::Principal,
    domain::{
        Refusal,
        access::{Action, TokenText},
        time::{DAY, iso, now},
    },
    store::identity::{
        accounts::{self, Account, Fields, Kind},
        roles, teams,
        tokens::{self, NewToken, Token},
    },
};

/// The longest time for which the value before a renewal works on, in microseconds.
const LONGEST_OVERLAP: i64 = 30 * DAY;
/// The most tokens of an account that were not revoked.
const MOST: usize = 100;

/// A token with a value that nobody is told again.
pub(crate) struct IssuedToken {
    pub(crate) token: Token,
    pub(crate) value: TokenText,
}

/// What a token is to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenRequest {
    pub(crate) name: String,
    pub(crate) read_only: bool,
    /// What it is narrowed to.
    pub(crate) permissions: Option<Vec<String>>,
    /// In microseconds since 1970.
    pub(crate) expires_at: Option<i64>,
}

/// What somebody may do to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenLeave {
    pub(crate) renew: bool,
    pub(crate) revoke: bool,
}

/// A token and what becomes of it.
struct Renewal {
    token: Token,
    value: TokenText,
    overlap: i64,
    expires_at: Option<i64>,
}

/// The first administrator.
struct First {
    uuid: String,
    fields: Fields,
    tokens: [String; 2],
    token: NewToken,
}

impl App {
    /// The tokens of the account that asks; none for credentials that belong to no account.
    pub(crate) async fn own_tokens(&self, who: &Principal) -> Result<Vec<Token>> {
        match who.account() {
            Some(own) => Ok(tokens::of_account(&mut *self.store.read().await?, own.id).await?),
            None => Ok(Vec::new()),
        }
    }

    /// The tokens of another account.
    ///
    /// # Errors
    /// Refused where there is no such account; forbidden for those of a person whose tokens the caller may not revoke.
    pub(crate) async fn tokens_of(&self, who: &Principal, uuid: &str) -> Result<Vec<Token>> {
        let account = self.account(who, uuid).await?.account;
        let is_own = who.account().is_some_and(|own| own.id == account.id);
        if !is_own && account.kind()? == Kind::User {
            let act = Act::everywhere(Action::RevokeUserToken, "token", &account.fields.name);
            self.permit(who, act).await?;
        }
        Ok(tokens::of_account(&mut *self.store.read().await?, account.id).await?)
    }

    /// A token of the account that asks, or of another one that whoever asks may see.
    ///
    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn token(&self, who: &Principal, uuid: &str) -> Result<Token> {
        let token = tokens::require(&mut *self.store.read().await?, uuid).await?;
        self.owner_of_token(who, &token).await?;
        Ok(token)
    }

    /// The uuid of the account that a token belongs to.
    ///
    /// # Errors
    /// Forbidden for those who may not see the account.
    pub(crate) async fn owner_of_token(&self, who: &Principal, token: &Token) -> Result<String> {
        let account = accounts::by_id(&mut *self.store.read().await?, token.account_id).await?;
        Ok(self.account(who, &account.uuid).await?.account.uuid)
    }

    /// Makes a token of the account that asks.
    ///
    /// # Errors
    /// Refused for credentials that belong to no account.
    pub(crate) async fn create_own_token(
        &self,
        who: &Principal,
        request: TokenRequest,
    ) -> Result<IssuedToken> {
        let Some(own) = who.account() else {
            let message = "these credentials belong to no account: create one, such as a system account, and make its token";
            return Err(Refusal::Conflict(message.to_owned()).into());
        };
        let account = accounts::require(&mut *self.store.read().await?, &own.uuid, None).await?;
        let act = Act::own(Action::CreateToken, "token", &request.name);
        self.create_token(who, act, &account, request).await
    }

    /// Makes a token of a system account.
    ///
    /// # Errors
    /// Refused where there is no such account; forbidden for one that may do more than whoever asks.
    pub(crate) async fn create_token_of(
        &self,
        who: &Principal,
        uuid: &str,
        request: TokenRequest,
    ) -> Result<IssuedToken> {
        let mut connection = self.store.read().await?;
        let account = accounts::require(&mut connection, uuid, Some(Kind::System)).await?;
        drop(connection);
        let act = Act::account(Action::CreateAccountToken, uuid, "token", &request.name);
        self.permit(who, act.clone()).await?;
        self.require_power_over(who, uuid).await?;
        self.create_token(who, act, &account, request).await
    }

    async fn create_token(
        &self,
        who: &Principal,
        act: Act,
        account: &Account,
        request: TokenRequest,
    ) -> Result<IssuedToken> {
        check_expiry(request.expires_at)?;
        // Who asks with a narrowed token makes none that is wider.
        let inherited = who.narrowed().permissions.as_ref();
        let permissions = match (request.permissions, inherited) {
            (Some(wanted), _) => {
                cover(who, &wanted)?;
                Some(wanted)
            }
            (None, Some(narrowed)) => Some(narrowed.iter().map(str::to_owned).collect()),
            (None, None) => None,
        };
        let there = tokens::of_account(&mut *self.store.read().await?, account.id).await?;
        if there.iter().filter(|token| token.revoked_at.is_none()).count() >= MOST {
            let message = format!("the account has {MOST} tokens already: revoke some first");
            return Err(Refusal::Conflict(message).into());
        }
        let id = uuid::Uuid::new_v4();
        let value = TokenText::new(id, request.read_only);
        let new = NewToken {
            uuid: id.to_string(),
            account_id: account.id,
            name: request.name,
            read_only: request.read_only,
            permissions,
            value: Some(value.clone()),
            expires_at: request.expires_at,
            origin: None,
        };
        let act = act.changing(
            Value::Null,
            json!({
                "name": new.name,
                "account": account.fields.name,
                "readOnly": new.read_only,
                "permissions": new.permissions,
                "expiresAt": new.expires_at.map(iso),
            }),
        );
        let token = self
            .writing(who, act, new, |connection, new| {
                Box::pin(tokens::create(connection, new))
            })
            .await?;
        self.close_to_everyone();
        Ok(IssuedToken { token, value })
    }

    /// Gives a token a new value; the one before works for `overlap` microseconds more.
    ///
    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn renew_token(
        &self,
        who: &Principal,
        uuid: &str,
        overlap: i64,
        expires_at: Option<i64>,
    ) -> Result<IssuedToken> {
        if !(0..=LONGEST_OVERLAP).contains(&overlap) {
            let message = "must be between 0 and 2592000 (30 days)";
            return Err(Refusal::invalid("overlapSeconds", message).into());
        }
        check_expiry(expires_at)?;
        let token = tokens::require(&mut *self.store.read().await?, uuid).await?;
        let act = self.leave_to_renew(who, &token).await?;
        let id = uuid::Uuid::parse_str(uuid).map_err(|error| Error::internal(&error))?;
        let value = TokenText::new(id, token.read_only);
        let renewal = Renewal {
            expires_at: expires_at.or_else(|| after_life(&token)),
            token,
            value: value.clone(),
            overlap,
        };
        let act = act.changing(
            Value::Null,
            json!({ "value": "changed", "overlapSeconds": overlap / 1_000_000 }),
        );
        self.writing(who, act, renewal, |connection, renewal| {
            let Renewal {
                token,
                value,
                overlap,
                expires_at,
            } = renewal;
            Box::pin(tokens::renew(connection, token, value, *overlap, *expires_at))
        })
        .await?;
        self.close_to_everyone();
        let token = tokens::require(&mut *self.store.read().await?, uuid).await?;
        Ok(IssuedToken { token, value })
    }

    /// Ends a token.
    ///
    /// # Errors
    /// Refused where there is none with this uuid.
    pub(crate) async fn revoke_token(&self, who: &Principal, uuid: &str) -> Result<()> {
        let token = tokens::require(&mut *self.store.read().await?, uuid).await?;
        let act = self.leave_to_revoke(who, &token).await?;
        self.writing(who, act, token, |connection, token| {
            Box::pin(tokens::revoke(connection, token))
        })
        .await
    }

    /// Whether whoever asks may renew a token, and whether they may end it: pages offer nothing else.
    pub(crate) async fn may_change_token(&self, who: &Principal, token: &Token) -> Result<TokenLeave> {
        Ok(TokenLeave {
            renew: allowed(self.leave_to_renew(who, token).await)?,
            revoke: allowed(self.leave_to_revoke(who, token).await)?,
        })
    }

    async fn leave_to_renew(&self, who: &Principal, token: &Token) -> Result<Act> {
        let (own, other) = (Action::RenewToken, Action::RenewAccountToken);
        let act = self.act_on_token(who, token, own, other).await?;
        let mut permissions = who.grants().iter();
        let makes_tokens = permissions.any(|permission| permission == "token:manage:own");
        // Those who may not make tokens may renew the one that only reads.
        if is_own(who, token) && !makes_tokens && !token.read_only {
            let message =
                "the permission token:manage:own is missing: read_token:manage:own is for read only tokens";
            return Err(Error::Forbidden(message.to_owned()));
        }
        if let Some(narrowed) = who.narrowed().permissions.as_ref() {
            let wider = token
                .permissions()?
                .is_none_or(|wanted| narrowed.lacking(wanted.iter().map(String::as_str)).is_some());
            if wider {
                let message = "this token is narrowed: it may not renew one that may do more";
                return Err(Error::Forbidden(message.to_owned()));
            }
        }
        Ok(act)
    }

    async fn leave_to_revoke(&self, who: &Principal, token: &Token) -> Result<Act> {
        self.act_on_token(who, token, Action::RevokeToken, Action::RevokeAccountToken)
            .await
    }

    /// What is done to a token: to one's own, to one of a system account, or (only to end it) to one of another person.
    async fn act_on_token(&self, who: &Principal, token: &Token, own: Action, other: Action) -> Result<Act> {
        if is_own(who, token) {
            let act = Act::own(own, "token", &token.name);
            self.permit(who, act.clone()).await?;
            return Ok(act);
        }
        let account = accounts::by_id(&mut *self.store.read().await?, token.account_id).await?;
        let act = match account.kind()? {
            Kind::System => Act::account(other, &account.uuid, "token", &token.name),
            Kind::User if other == Action::RevokeAccountToken => {
                Act::everywhere(Action::RevokeUserToken, "token", &token.name)
            }
            Kind::User => {
                let message =
                    "a token of another person can be revoked, and not renewed: only they may see its value";
                return Err(Error::Forbidden(message.to_owned()));
            }
        };
        self.permit(who, act.clone()).await?;
        self.require_power_over(who, &account.uuid).await?;
        Ok(act)
    }

    /// Makes an administrator with this email address, or finds the one that there is, and a token for them.
    ///
    /// # Errors
    /// The database's; refused where the address is none.
    pub(crate) async fn make_administrator(
        &self,
        who: &Principal,
        name: &str,
        email: &str,
        expires_at: Option<i64>,
    ) -> Result<IssuedToken> {
        accounts_email(email)?;
        let id = uuid::Uuid::new_v4();
        let value = TokenText::new(id, false);
        let first = First {
            uuid: uuid::Uuid::new_v4().to_string(),
            fields: Fields {
                name: name.to_owned(),
                email: Some(email.to_owned()),
                active: true,
                ..Fields::default()
            },
            tokens: [(); 2].map(|()| uuid::Uuid::new_v4().to_string()),
            token: NewToken {
                uuid: id.to_string(),
                account_id: 0,
                name: "made with contract-broker admin".to_owned(),
                read_only: false,
                permissions: None,
                value: Some(value.clone()),
                expires_at,
                origin: None,
            },
        };
        let act = Act::everywhere(Action::CreateUser, "user", name);
        let act = act.changing(
            Value::Null,
            json!({ "email": email, "roles": ["Administrator"], "token": "changed" }),
        );
        let token = self
            .writing(who, act, first, |connection, first| {
                Box::pin(async move {
                    let email = first.fields.email.as_deref().unwrap_or_default();
                    let account = match accounts::with_email(connection, email).await? {
                        Some(account) if account.kind()? == Kind::System => {
                            let name = &account.fields.name;
                            let message = format!(
                                "{email} is the address of the system account {name}: use another address, or delete that account"
                            );
                            return Err(Refusal::Conflict(message).into());
                        }
                        Some(account) => {
                            let fields = Fields {
                                active: true,
                                ..account.fields.clone()
                            };
                            accounts::update(connection, &account, &fields).await?;
                            account
                        }
                        None => {
                            let account =
                                accounts::create(connection, &first.uuid, Kind::User, &first.fields).await?;
                            tokens::create_first(connection, account.id, &first.tokens).await?;
                            teams::join_default(connection, account.id).await?;
                            account
                        }
                    };
                    roles::add_administrator(connection, account.id).await?;
                    let token = NewToken {
                        account_id: account.id,
                        ..first.token.clone()
                    };
                    tokens::create(connection, &token).await
                })
            })
            .await?;
        self.close_to_everyone();
        Ok(IssuedToken { token, value })
    }
}

fn accounts_email(email: &str) -> Result<()> {
    Ok(super::accounts::check_email(email)?)
}

fn is_own(who: &Principal, token: &Token) -> bool {
    who.account().is_some_and(|own| own.id == token.account_id)
}

fn check_expiry(expires_at: Option<i64>) -> Result<(), Refusal> {
    match expires_at {
        Some(at) if at <= now() => Err(Refusal::invalid("expiresAt", "is not in the future")),
        _ => Ok(()),
    }
}

/// When a renewed token expires if nothing is said: after as long a time as before.
fn after_life(token: &Token) -> Option<i64> {
    let made = token.renewed_at.unwrap_or(token.created_at);
    token.expires_at.map(|at| now().saturating_add(at - made))
}
