//! The broker that is written to: one of these settings, called without a port.

use axum::{Router, body::Body};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{
    records::{Description, DescriptionState},
    source::path,
};
use crate::{
    Broker, Config, Error,
    config::Secret,
    store::{
        Store,
        moved::{self, DeploymentHere, Moved, MovedContract, ResultHere},
    },
};

pub(super) struct Target {
    broker: Broker,
    router: Router,
    /// For what the API does not let anyone say: times and uuids.
    store: Store,
    /// What requests say who they are with: whoever may run this command on the database may do everything, whatever accounts
    /// the broker has.
    authorization: String,
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
        let token = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let authorization = format!("Bearer {token}");
        let own = Config {
            auth_username: None,
            auth_password: None,
            auth_read_only_username: None,
            auth_read_only_password: None,
            auth_tokens: vec![Secret::new(token)],
            auth_read_only_tokens: Vec::new(),
            // They are for clients.
            limits_requests_per_minute: None,
            limits_requests_at_once: None,
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
            authorization,
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
            .header(header::AUTHORIZATION, &self.authorization)
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

    /// Returns the description that a provider's version has here; `None` if it has none.
    ///
    /// # Errors
    /// The answer cannot be read.
    pub(super) async fn description(&self, there: &Description) -> Result<Option<DescriptionState>, Error> {
        let place = path(&[
            "contracts",
            "bi-directional",
            "provider",
            &there.provider,
            "version",
            &there.version,
            "provider-contract",
        ]);
        let Answer { status, body } = self.send(Method::GET, &place, String::new()).await?;
        Ok(DescriptionState::of(&body).filter(|_| status.is_success()))
    }

    /// Keeps what the API does not let anyone say, in this order and in one transaction.
    ///
    /// # Errors
    /// Database errors.
    pub(super) async fn keep(&self, moved: Vec<Moved>) -> Result<(), Error> {
        self.store
            .write(moved, |connection, moved| {
                Box::pin(moved::keep(connection, moved))
            })
            .await
            .map_err(|error| Error::new("keeping times and uuids", error))
    }

    /// Whether a contract has the content with this SHA of the Pact Broker; `None` if there is no such contract.
    ///
    /// # Errors
    /// Database errors.
    pub(super) async fn is_current(
        &self,
        contract: &MovedContract,
        sha: &str,
    ) -> Result<Option<bool>, Error> {
        let mut connection = self.store.read().await.map_err(reading)?;
        moved::is_current(&mut connection, contract, sha)
            .await
            .map_err(reading)
    }

    /// # Errors
    /// Database errors.
    pub(super) async fn has_contract(&self, contract: &MovedContract) -> Result<bool, Error> {
        Ok(self.own_content(contract, None).await?.is_some())
    }

    /// The SHA here of a content; of the contract's, if `sha` is not known.
    ///
    /// # Errors
    /// Database errors.
    pub(super) async fn own_content(
        &self,
        contract: &MovedContract,
        sha: Option<String>,
    ) -> Result<Option<String>, Error> {
        let mut connection = self.store.read().await.map_err(reading)?;
        moved::own_content(&mut connection, contract, sha.as_deref())
            .await
            .map_err(reading)
    }

    /// The results of a content, oldest first.
    ///
    /// # Errors
    /// Database errors.
    pub(super) async fn results(
        &self,
        contract: &MovedContract,
        own_sha: &str,
    ) -> Result<Vec<ResultHere>, Error> {
        let mut connection = self.store.read().await.map_err(reading)?;
        moved::results_here(&mut connection, contract, own_sha)
            .await
            .map_err(reading)
    }

    /// # Errors
    /// Database errors.
    pub(super) async fn deployment(&self, uuid: &str) -> Result<Option<DeploymentHere>, Error> {
        let mut connection = self.store.read().await.map_err(reading)?;
        moved::deployment_here(&mut connection, uuid)
            .await
            .map_err(reading)
    }

    /// The versions of an application, oldest first.
    ///
    /// # Errors
    /// Database errors.
    pub(super) async fn numbers_in_order(&self, pacticipant: &str) -> Result<Vec<String>, Error> {
        let mut connection = self.store.read().await.map_err(reading)?;
        moved::numbers_in_order(&mut connection, pacticipant)
            .await
            .map_err(reading)
    }
}

fn reading(error: crate::store::Error) -> Error {
    Error::new("reading what is here already", error)
}
