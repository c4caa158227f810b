//! The shop's client of the orders API.

use reqwest::StatusCode;
use serde::Deserialize;

use crate::{NewOrder, Order, Status};

/// Talks to the orders API.
#[derive(Debug, Clone)]
pub struct OrdersClient {
    base_url: String,
    http: reqwest::Client,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The API refused, and says why.
    #[error("the orders API refused: {0}")]
    Refused(String),
    /// The API answered with something else than agreed.
    #[error("the orders API answered {status}: {body}")]
    Unexpected {
        /// The status.
        status: StatusCode,
        /// The body.
        body: String,
    },
    /// No answer, or one that cannot be read.
    #[error("talking to the orders API: {0}")]
    Http(#[from] reqwest::Error),
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl OrdersClient {
    /// A client of the API at this URL (`http://127.0.0.1:8080`).
    pub fn new(base_url: impl Into<String>) -> Self {
        // An application picks the cryptography of its TLS; where one was picked before, that one stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            base_url: base_url.into(),
            http: reqwest::Client::new(),
        }
    }

    /// The order of this number, if there is one.
    pub async fn order(&self, id: u64) -> Result<Option<Order>, ClientError> {
        let response = self
            .http
            .get(format!("{}/orders/{id}", self.base_url))
            .header("accept", "application/json")
            .send()
            .await?;
        match response.status() {
            StatusCode::OK => Ok(Some(response.json().await?)),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(unexpected(response).await),
        }
    }

    /// All orders of this status.
    pub async fn orders(&self, status: Status) -> Result<Vec<Order>, ClientError> {
        let response = self
            .http
            .get(format!("{}/orders", self.base_url))
            .query(&[("status", status)])
            .header("accept", "application/json")
            .send()
            .await?;
        match response.status() {
            StatusCode::OK => Ok(response.json().await?),
            _ => Err(unexpected(response).await),
        }
    }

    /// Places an order and gives it as the API took it in.
    pub async fn place(&self, order: &NewOrder) -> Result<Order, ClientError> {
        let response = self
            .http
            .post(format!("{}/orders", self.base_url))
            .json(order)
            .send()
            .await?;
        match response.status() {
            StatusCode::CREATED => Ok(response.json().await?),
            StatusCode::UNPROCESSABLE_ENTITY => {
                let refusal: Refusal = response.json().await?;
                Err(ClientError::Refused(refusal.error))
            }
            _ => Err(unexpected(response).await),
        }
    }
}

async fn unexpected(response: reqwest::Response) -> ClientError {
    ClientError::Unexpected {
        status: response.status(),
        body: response.text().await.unwrap_or_default(),
    }
}
