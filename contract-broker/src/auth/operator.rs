//! Who manages tenants: the credentials of the settings, which belong to no tenant.

use std::{sync::Arc, time::Duration};

use axum::extract::Request;
use http::{Method, header};

use super::{Access, Asker, Credentials, throttle::Throttle};
use crate::config::Config;

/// How many answers to wrong credentials wait at once, and how long each takes.
const WAITING: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Knows operators. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Operators {
    credentials: Arc<Credentials>,
    throttle: Throttle,
}

/// The name of an operator, among the extensions of a request.
#[derive(Debug, Clone)]
pub(crate) struct Operator(pub(crate) Arc<str>);

/// What of a request decides whether an operator sent it.
pub(crate) struct AskedOfOperators {
    authorization: Option<String>,
    asker: Option<Asker>,
    reads: bool,
}

impl AskedOfOperators {
    pub(crate) fn of(request: &Request) -> Self {
        let header = request.headers().get(header::AUTHORIZATION);
        Self {
            authorization: header.and_then(|value| value.to_str().ok()).map(str::to_owned),
            asker: request.extensions().get().cloned(),
            reads: matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS),
        }
    }
}

/// Why somebody is no operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoOperator {
    /// Nobody said who asks.
    Silent,
    Unknown,
    TooMany,
    MayOnlyRead,
}

impl Operators {
    /// Those that the settings name.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            credentials: Arc::new(Credentials::new(config)),
            throttle: Throttle::new(WAITING, PAUSE),
        }
    }

    /// Who sent a request, if that is an operator who may do this. Answers to wrong credentials are slow.
    ///
    /// # Errors
    /// Why not.
    pub(crate) async fn of(&self, asked: AskedOfOperators) -> Result<Operator, NoOperator> {
        let header = asked.authorization.ok_or(NoOperator::Silent)?;
        let Some(account) = self.credentials.account(&header) else {
            let waited = self.throttle.wait().await;
            return Err(if waited {
                NoOperator::Unknown
            } else {
                NoOperator::TooMany
            });
        };
        if let Some(asker) = asked.asker {
            asker.is_called(&account.name);
        }
        if !asked.reads && account.access != Access::Write {
            return Err(NoOperator::MayOnlyRead);
        }
        Ok(Operator(account.name.clone()))
    }
}
