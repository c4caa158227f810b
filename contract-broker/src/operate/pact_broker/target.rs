//! The broker that is written to: one of these settings, called without a port.

use axum::{Router, body::Body};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{
    Broker, Config, Error,
    store::{
        Store,
        moved::{self, Moved},
    },
};

pub(super) struct Target {
    broker: Broker,
    router: Router,
    /// For what the API does not let anyone say: times and uuids.
    store: Store,
}

/// An answer of the broker.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
}

impl Target {
    /// # Errors
    /// As those of [`Broker::build`].
    pub(super) async fn open(config: &Config) -> Result<Self, Error> {
        let own = Config {
            // Whoever may run this command on the database may do everything.
            auth_username: None,
            auth_password: None,
            auth_read_only_username: None,
            auth_read_only_password: None,
            auth_tokens: Vec::new(),
            auth_read_only_tokens: Vec::new(),
            // What was accepted there is accepted here.
            contracts_allow_modification: true,
            branches_main_candidates: Vec::new(),
            webhook_schemes: vec!["https".to_owned(), "http".to_owned()],
            ..config.clone()
        };
        let broker = Broker::build(own).await?;
        let store = crate::operate::place::open(config).await?;
        Ok(Self {
            router: broker.router(),
            broker,
            store,
        })
    }

    pub(super) async fn close(self) {
        self.store.close().await;
        drop(self.router);
        self.broker.close().await;
    }

    /// Sends a request; the answer may be one of failure.
    ///
    /// # Errors
    /// The answer cannot be read.
    pub(super) async fn send(&self, method: Method, path: &str, body: String) -> Result<Answer, Error> {
        let doing = format!("{method} {path}");
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::ACCEPT, "application/hal+json")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .map_err(|error| Error::new(&doing, error))?;
        let answer = match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let status = answer.status();
        let bytes = answer
            .into_body()
            .collect()
            .await
            .map_err(|error| Error::new(&doing, error))?
            .to_bytes();
        // An answer without content has no body; any other is JSON.
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).map_err(|error| Error::new(&doing, error))?
        };
        Ok(Answer { status, body })
    }

    /// Sends a request that has to succeed.
    ///
    /// # Errors
    /// It does not.
    pub(super) async fn expect(&self, method: Method, path: &str, body: String) -> Result<Value, Error> {
        let doing = format!("writing {path}");
        let Answer { status, body } = self.send(method, path, body).await?;
        if status.is_success() {
            Ok(body)
        } else {
            Err(Error::said(format!("{doing}: {status}: {body}")))
        }
    }

    /// Gives something the time or the uuid that it had.
    ///
    /// # Errors
    /// Database errors.
    pub(super) async fn keep(&self, moved: Moved) -> Result<(), Error> {
        self.store
            .write(moved, |connection, moved| {
                Box::pin(moved::keep(connection, moved))
            })
            .await
            .map_err(|error| Error::new("keeping times and uuids", error))
    }
}
