//! Logging in with a provider: an account for whoever logs in, with the roles and teams that the rules give, and a session.

use serde_json::json;

use super::{Act, App, Error, Result};
use crate::{
    auth::{
        AccountOf, Attempt, Holder, LoginProblem, Narrowed, Origin, Person, Principal, Provider, Returned,
        SessionText, Via,
    },
    domain::{
        Refusal,
        access::{ADMINISTRATOR, Action, Grants, digest},
        time::now,
    },
    store::{
        self, Connection,
        identity::{
            accounts::{self, Account, Fields, Kind},
            identities,
            roles::{self, Role},
            sessions::{self, NewSession},
            teams::{self, Team},
            tokens,
        },
    },
};

/// What the state of a login is encrypted for.
const SEALED_FOR: &str = "login under way";
/// What to tell whoever logs in if the provider does not answer as it should.
const NO_PROVIDER: &str =
    "your provider cannot be asked at the moment; try again, or ask who runs this broker";

/// A login that begins.
pub(crate) struct BegunLogin {
    /// Where the browser goes.
    pub(crate) url: String,
    /// The name of the attempt.
    pub(crate) attempt: String,
    /// What the browser keeps of it.
    pub(crate) sealed: String,
    /// For how many seconds.
    pub(crate) seconds: i64,
}

/// Somebody who is logged in.
pub(crate) struct LoggedIn {
    pub(crate) session: SessionText,
    /// For how many seconds at most.
    pub(crate) seconds: i64,
    /// Where to go.
    pub(crate) back: String,
}

/// A login that is to be written down.
struct Login {
    person: Person,
    /// The account; a new one if there is none with this uuid.
    uuid: String,
    /// Whether the account belongs to the person from now on.
    links: bool,
    tokens: [String; 2],
    roles: Vec<Role>,
    teams: Vec<i64>,
    session: NewSession,
    /// The digest of the session that the browser had before.
    before: Option<String>,
}

impl App {
    /// Begins a login that ends at `back`, a path of this broker.
    ///
    /// # Errors
    /// Refused where nobody logs in; the provider cannot be asked.
    pub(crate) async fn begin_login(&self, back: &str) -> Result<BegunLogin> {
        let begun = self.provider()?.begin(back).await.map_err(not_logged_in)?;
        let text = serde_json::to_string(&begun.attempt).map_err(|error| Error::internal(&error))?;
        Ok(BegunLogin {
            url: begun.url,
            attempt: Attempt::name(begun.attempt.state()),
            sealed: self.dispatcher.encryption().seal(&text, SEALED_FOR),
            seconds: Attempt::seconds(),
        })
    }

    /// Ends a login: `sealed` is what the browser kept, `before` the session that it had.
    ///
    /// # Errors
    /// Forbidden with what to tell whoever tried; the provider or the database cannot be asked. Each failure is in the audit
    /// log, as far as there are not too many.
    pub(crate) async fn finish_login(
        &self,
        origin: Origin,
        sealed: Option<&str>,
        returned: &Returned,
        before: Option<&SessionText>,
    ) -> Result<LoggedIn> {
        let finished = self.finish(&origin, sealed, returned, before).await;
        if let Err(error @ (Error::Forbidden(_) | Error::Refused(_))) = &finished {
            let message = error.to_string();
            self.log_refusal(&origin, "a login failed", &message);
            let act = Act::own(Action::FailToLogIn, "session", "").denied(json!({ "why": message }));
            self.note_denial(&Principal::anonymous(origin), act).await?;
        }
        finished
    }

    async fn finish(
        &self,
        origin: &Origin,
        sealed: Option<&str>,
        returned: &Returned,
        before: Option<&SessionText>,
    ) -> Result<LoggedIn> {
        let provider = self.provider()?;
        let attempt = sealed.and_then(|sealed| self.dispatcher.encryption().open(sealed, SEALED_FOR).ok());
        let attempt: Option<Attempt> = attempt.and_then(|text| serde_json::from_str(&text).ok());
        let Some(attempt) = attempt else {
            let message =
                "this login was not begun in this browser, or more than ten minutes ago: begin it again";
            return Err(Error::Forbidden(message.to_owned()));
        };
        let person = provider.finish(&attempt, returned).await.map_err(not_logged_in)?;
        let value = SessionText::new();
        let provider_session = person.session.as_ref().map(|name| digest(name.as_bytes()));
        let lifetime = self.config.session_lifetime;
        let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX / 2_000_000);
        let session = NewSession {
            uuid: uuid::Uuid::new_v4().to_string(),
            digest: value.digest(),
            expires_at: now().saturating_add(seconds.saturating_mul(1_000_000)),
            address: origin.ip.map(|ip| ip.to_string()),
            user_agent: origin.user_agent.clone(),
            provider_session,
        };
        let login = self.prepare(person, session, before).await?;
        self.write_login(origin, login).await?;
        Ok(LoggedIn {
            session: value,
            seconds,
            back: attempt.back,
        })
    }

    fn provider(&self) -> Result<&Provider> {
        let missing = || Error::not_found("nobody logs in here: oidc.issuer is not set");
        self.issuers.login.as_ref().ok_or_else(missing)
    }

    /// Finds out whose account it is and what the rules give.
    async fn prepare(
        &self,
        person: Person,
        session: NewSession,
        before: Option<&SessionText>,
    ) -> Result<Login> {
        let mut connection = self.store.read().await?;
        let known = identities::account_of(&mut connection, &person.issuer, &person.subject).await?;
        let links = known.is_none();
        let account = match known {
            Some(account) => Some(account),
            None => self.account_to_link(&mut connection, &person).await?,
        };
        if account.as_ref().is_some_and(|account| !account.fields.active) {
            let message = "your account is inactive: ask an administrator to activate it";
            return Err(Error::Forbidden(message.to_owned()));
        }
        let mut wanted: Vec<String> = person.given.roles.iter().cloned().collect();
        if person.is_administrator {
            wanted.push(ADMINISTRATOR.name.to_owned());
        }
        if wanted.is_empty() {
            wanted.extend(self.config.oidc_default_role.clone());
        }
        let roles = roles::named(&mut connection, &wanted).await?;
        let names: Vec<String> = person.given.teams.iter().cloned().collect();
        let teams = teams::named(&mut connection, &names).await?;
        let found: Vec<&String> = roles.iter().map(|role| &role.fields.name).collect();
        warn_of_missing("role", &wanted, &found);
        let found: Vec<&String> = teams.iter().map(|team: &Team| &team.name).collect();
        warn_of_missing("team", &names, &found);
        Ok(Login {
            uuid: account.map_or_else(|| uuid::Uuid::new_v4().to_string(), |account| account.uuid),
            links,
            tokens: [(); 2].map(|()| uuid::Uuid::new_v4().to_string()),
            roles,
            teams: teams.into_iter().map(|team| team.id).collect(),
            session,
            before: before.map(SessionText::digest),
            person,
        })
    }

    /// The account that somebody gets who logs in for the first time, if one with their email address is there.
    async fn account_to_link(&self, connection: &mut Connection, person: &Person) -> Result<Option<Account>> {
        let Some(email) = &person.email else {
            return Ok(None);
        };
        let Some(account) = accounts::with_email(connection, email).await? else {
            return Ok(None);
        };
        let is_free = account.kind()? == Kind::User
            && !identities::is_linked(connection, &person.issuer, account.id).await?;
        if is_free && person.email_is_verified && self.config.oidc_link_by_email {
            return Ok(Some(account));
        }
        Err(Error::Forbidden(format!(
            "an account with the email address {email} is there already, and it is not linked to this login: ask an \
             administrator to give that account another address, or to set oidc.link_by_email"
        )))
    }

    async fn write_login(&self, origin: &Origin, login: Login) -> Result<()> {
        let who = principal(&login, origin.clone());
        let names =
            |roles: &[Role]| -> Vec<String> { roles.iter().map(|role| role.fields.name.clone()).collect() };
        let act = Act::own(Action::LogIn, "session", &login.session.uuid).changing(
            serde_json::Value::Null,
            json!({
                "issuer": login.person.issuer,
                "subject": login.person.subject,
                "roles": names(&login.roles),
                "teams": login.person.given.teams,
            }),
        );
        self.writing(&who, act, login, |connection, login| {
            Box::pin(write(connection, login))
        })
        .await
    }
}

/// Whoever logs in, for the audit log.
fn principal(login: &Login, origin: Origin) -> Principal {
    let holder = Holder {
        name: login.person.name.clone(),
        account: AccountOf {
            id: 0,
            uuid: login.uuid.clone(),
            email: login.person.email.clone(),
            is_system: false,
            via: Via::Session(login.session.uuid.clone()),
            teams: Vec::new(),
            administers: Vec::new(),
        },
        grants: Grants::default(),
        narrowed: Narrowed::default(),
    };
    holder.principal(origin)
}

async fn write(connection: &mut Connection, login: &Login) -> store::Result<()> {
    let Login { person, .. } = login;
    let account = account(connection, login).await?;
    if login.links {
        identities::link(connection, &person.issuer, &person.subject, account.id).await?;
    }
    identities::set_managed(connection, account.id, &login.roles, &login.teams).await?;
    if !identities::has_role(connection, account.id).await? {
        let message = "no rule of this broker gives you a role: ask who runs it to add one of your groups";
        return Err(Refusal::Conflict(message.to_owned()).into());
    }
    if let Some(before) = &login.before {
        sessions::delete_by_digest(connection, before).await?;
    }
    sessions::create(connection, account.id, &login.session).await
}

/// The account, with what the provider says about the person.
async fn account(connection: &mut Connection, login: &Login) -> store::Result<Account> {
    let person = &login.person;
    let there = accounts::find(connection, &login.uuid).await?;
    let mut email = person.email.clone();
    if let Some(text) = &email
        && accounts::with_email(connection, text)
            .await?
            .is_some_and(|other| other.uuid != login.uuid)
    {
        // It belongs to another account: this one keeps what it has.
        email = there.as_ref().and_then(|account| account.fields.email.clone());
    }
    let fields = Fields {
        name: person.name.clone(),
        email,
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        external_id: Some(person.subject.clone()),
        external_name: person.login.clone(),
        active: true,
    };
    let Some(account) = there else {
        let created = accounts::create(connection, &login.uuid, Kind::User, &fields).await?;
        tokens::create_first(connection, created.id, &login.tokens).await?;
        teams::join_default(connection, created.id).await?;
        return Ok(created);
    };
    if account.fields.active && account.fields != fields {
        accounts::update(connection, &account, &fields).await?;
    }
    Ok(account)
}

fn warn_of_missing(what: &str, wanted: &[String], found: &[&String]) {
    for name in wanted.iter().filter(|name| !found.contains(name)) {
        tracing::warn!(name, "oidc.rules give a {what} that there is not");
    }
}

fn not_logged_in(problem: LoginProblem) -> Error {
    match problem {
        LoginProblem::Refused(message) => Error::Forbidden(message),
        LoginProblem::Provider(problem) => {
            tracing::error!(
                problem,
                "the provider with which people log in does not answer as it should"
            );
            Error::Unavailable(NO_PROVIDER)
        }
    }
}
