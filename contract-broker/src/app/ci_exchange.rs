//! A token for a job of a CI system, in exchange for the one that its CI system gave it (RFC 8693).

use serde_json::json;

use super::{Act, App, Error, Granted, NotGranted};
use crate::{
    auth::{Job, Origin, Principal, Problem},
    config::CiRule,
    domain::{
        access::{Action, TokenText},
        time::{iso, now},
    },
    log_text::bounded,
    store::identity::{
        accounts::{self, Account},
        tokens::{self, NewToken},
        used_tokens::{self, UsedToken},
    },
};

/// How much longer than it is valid a token of a job is remembered: clocks may differ.
const SPARE: i64 = 5 * 60 * 1_000_000;

/// A token that was taken, and the one that is given for it.
struct Exchange {
    used: UsedToken,
    token: NewToken,
}

impl App {
    /// Gives a token for the token of a job, by the first rule that fits the job. Each is taken once. Who gets one and who does
    /// not is written into the audit log, as far as the signature is right.
    ///
    /// # Errors
    /// The token is not accepted, no rule fits, or its issuer or the database cannot be asked.
    pub(crate) async fn exchange_ci_token(&self, origin: Origin, token: &str) -> Result<Granted, NotGranted> {
        let federation = &self.issuers.ci;
        if !federation.is_on() {
            let message = "this broker takes no tokens of CI jobs: ci.rules is not set";
            return Err(NotGranted::refused("unsupported_grant_type", message));
        }
        let job = match federation.verify(token).await {
            Ok(job) => job,
            Err(Problem::Token(fault)) => {
                self.log_refusal(&origin, "a token of a CI job was refused", &fault);
                return Err(NotGranted::grant(fault.to_string()));
            }
            Err(Problem::Unreachable(problem)) => {
                tracing::error!(problem, "the issuer of CI jobs cannot be asked");
                let message =
                    "the issuer of this token cannot be asked for its keys at the moment; try again";
                return Err(Error::Unavailable(message).into());
            }
        };
        let who = Principal::job(&bounded(&job.name, 255), origin);
        let Some(rule) = federation.choose(&job) else {
            let misfits = federation.misfits(&job);
            self.refuse_job(&who, &job, &json!({ "rules": misfits })).await?;
            return Err(NotGranted::grant(format!(
                "no rule of this broker fits the job {}: its audit log says why",
                bounded(&job.name, 255)
            )));
        };
        let account = match self.account_of_rule(rule).await? {
            Ok(account) => account,
            Err(problem) => {
                self.refuse_job(&who, &job, &json!({ "rule": rule.name, "problem": problem }))
                    .await?;
                return Err(NotGranted::grant(problem));
            }
        };
        self.grant_to_job(&who, &job, rule, &account).await
    }

    /// The account that a rule names, or why it is of no use.
    async fn account_of_rule(&self, rule: &CiRule) -> Result<Result<Account, String>, NotGranted> {
        let connection = self.store.read().await.map_err(Error::from);
        let found = accounts::system_accounts_called(&mut *connection?, &rule.account).await;
        let mut found = found.map_err(Error::from)?;
        let (name, account) = (&rule.name, &rule.account);
        Ok(match (found.pop(), found.is_empty()) {
            (None, _) => Err(format!(
                "the rule {name:?} names the system account {account:?}, which there is not"
            )),
            (Some(_), false) => Err(format!(
                "the rule {name:?} names the system account {account:?}, and there are several: name it by its uuid"
            )),
            (Some(one), true) if !one.fields.active => Err(format!(
                "the account {account:?} of the rule {name:?} is inactive"
            )),
            (Some(one), true) => Ok(one),
        })
    }

    async fn grant_to_job(
        &self,
        who: &Principal,
        job: &Job,
        rule: &CiRule,
        account: &Account,
    ) -> Result<Granted, NotGranted> {
        let id = uuid::Uuid::new_v4();
        let value = TokenText::new(id, rule.read_only);
        let seconds = i64::from(rule.minutes) * 60;
        let expires_at = now() + seconds * 1_000_000;
        let name: String = format!("{}: {}", rule.name, job.name).chars().take(255).collect();
        let exchange = Exchange {
            used: UsedToken {
                issuer: job.issuer.clone(),
                token: job.token.clone(),
                expires_at: job.expires_at.saturating_add(SPARE),
            },
            token: NewToken {
                uuid: id.to_string(),
                account_id: account.id,
                name,
                read_only: rule.read_only,
                permissions: (!rule.permissions.is_empty()).then(|| rule.permissions.clone()),
                value: Some(value.clone()),
                expires_at: Some(expires_at),
                origin: Some(tokens::Origin::Ci),
            },
        };
        let act = Act::own(Action::ExchangeToken, "token", id.to_string()).changing(
            serde_json::Value::Null,
            json!({
                "rule": rule.name,
                "account": account.fields.name,
                "expiresAt": iso(expires_at),
                "issuer": job.issuer,
                "job": job.facts(),
            }),
        );
        let written = self.writing(who, act, exchange, |connection, exchange| {
            Box::pin(async move {
                let again = "the token was exchanged before: ask the CI system for a new one";
                used_tokens::take(connection, &exchange.used, again).await?;
                tokens::create(connection, &exchange.token).await
            })
        });
        match written.await {
            Ok(_) => Ok(Granted {
                token: value,
                seconds,
            }),
            Err(error @ Error::Refused(_)) => {
                let problem = error.to_string();
                self.refuse_job(who, job, &json!({ "rule": rule.name, "problem": problem }))
                    .await?;
                Err(NotGranted::of(error))
            }
            Err(error) => Err(NotGranted::Failed(error)),
        }
    }

    async fn refuse_job(
        &self,
        who: &Principal,
        job: &Job,
        why: &serde_json::Value,
    ) -> Result<(), NotGranted> {
        let facts = json!({ "issuer": job.issuer, "job": job.facts(), "why": why });
        let act = Act::own(Action::ExchangeToken, "token", "");
        Ok(self.note_denial(who, act.denied(facts)).await?)
    }
}
