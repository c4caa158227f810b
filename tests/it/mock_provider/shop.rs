//! A client of a shop, in an asynchronous and a blocking form.

use std::time::Duration;

use reqwest::{Certificate, StatusCode};

use crate::http_client;

/// Why an order could not be had.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// The shop did not answer in time.
    TimedOut,
    /// The answer was no answer.
    Broken,
    /// The shop answered with this status.
    Status(u16),
}

/// Asks a shop over HTTP. It tries again once if the shop is overloaded.
pub(super) struct ShopClient {
    url: String,
    http: reqwest::Client,
}

impl ShopClient {
    pub(super) fn new(url: &str) -> Self {
        Self::with(url, http_client::builder())
    }

    pub(super) fn with_timeout(url: &str, timeout: Duration) -> Self {
        Self::with(url, http_client::builder().timeout(timeout))
    }

    pub(super) fn trusting(url: &str, ca_pem: &str) -> Self {
        let certificate = Certificate::from_pem(ca_pem.as_bytes()).unwrap();
        let builder = http_client::builder().tls_certs_only([certificate]);
        Self::with(url, builder)
    }

    fn with(url: &str, builder: reqwest::ClientBuilder) -> Self {
        Self {
            url: url.to_owned(),
            http: builder.build().unwrap(),
        }
    }

    /// The status of an order.
    pub(super) async fn order(&self, id: u64) -> Result<String, Problem> {
        let first = self.ask(id).await;
        match first {
            Err(Problem::Status(503)) => self.ask(id).await,
            other => other,
        }
    }

    async fn ask(&self, id: u64) -> Result<String, Problem> {
        let failed = |error: reqwest::Error| {
            if error.is_timeout() {
                Problem::TimedOut
            } else {
                Problem::Broken
            }
        };
        let answer = self
            .http
            .get(format!("{}/orders/{id}", self.url))
            .send()
            .await
            .map_err(failed)?;
        if answer.status() != StatusCode::OK {
            return Err(Problem::Status(answer.status().as_u16()));
        }
        let order: serde_json::Value = answer.json().await.map_err(failed)?;
        Ok(order["status"].as_str().unwrap_or_default().to_owned())
    }

    pub(super) async fn pay(&self, id: u64) -> Result<(), Problem> {
        let url = format!("{}/orders/{id}/payment", self.url);
        let answer = self.http.post(url).header("x-request-id", "7").send().await;
        answer.map(drop).map_err(|_| Problem::Broken)
    }
}

/// The same question, asked by a client that blocks.
pub(super) fn order_blocking(url: &str, id: u64) -> Result<String, ureq::Error> {
    let text = ureq::get(format!("{url}/orders/{id}"))
        .call()?
        .body_mut()
        .read_to_string()?;
    let order: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    Ok(order["status"].as_str().unwrap_or_default().to_owned())
}
