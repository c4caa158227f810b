//! Webhooks: requests that the broker sends after events.

use std::collections::BTreeMap;
use std::fmt;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::hal::{Document, expand, text};
use super::retry::Repeatable;
use super::{Client, List};
use crate::{Error, ErrorKind};

/// A webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Its UUID; assigned by the broker by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The consumers that it applies to; all if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer: Option<WebhookParty>,
    /// The providers that it applies to; all if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<WebhookParty>,
    /// The UUID of the team that it belongs to. Without one a webhook that exists keeps its team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_uuid: Option<String>,
    /// Whether it is enabled.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// The events that trigger it.
    #[serde(default)]
    pub events: Vec<WebhookEvent>,
    /// The request.
    pub request: WebhookRequest,
}

/// Applications that a webhook applies to: one by name, or those with a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookParty {
    /// The application's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// An event that triggers a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEvent {
    /// `contract_published`, `contract_content_changed`, `contract_requiring_verification_published`,
    /// `provider_verification_published`, `provider_verification_succeeded`, `provider_verification_failed` or
    /// `provider_contract_published`.
    pub name: String,
}

/// The request of a webhook. Values may contain `${pactbroker.consumerName}` and the like.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookRequest {
    /// The HTTP method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// Header fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body: JSON, or text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The user for HTTP basic authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The user's password. Brokers return `**********`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// The result of testing a webhook.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WebhookTest {
    /// Whether the receiver accepted the request.
    pub success: bool,
    /// The status of the receiver's response.
    pub status: Option<u64>,
    /// Why there was no response.
    pub error: Option<String>,
    /// The broker's log of the exchange.
    pub logs: Option<String>,
}

/// Number of webhooks fetched concurrently.
const FETCHES: usize = 8;

impl Client {
    /// Returns all webhooks, at most `limit`.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn webhooks(&self, limit: usize) -> Result<List<Webhook>, Error> {
        let doing = "listing the webhooks";
        let url = self.index().await?.link("pb:webhooks")?;
        let links = self
            .read_list(doing, url, limit, |page| {
                page.links("pb:webhooks")
                    .filter_map(|link| text(link, "href"))
                    .collect()
            })
            .await?;
        let items = stream::iter(links.items)
            .map(|url| async move {
                let document = self.read(doing, &url).await?;
                webhook(doing, document)
            })
            .buffered(FETCHES)
            .try_collect()
            .await?;
        Ok(List {
            items,
            is_complete: links.is_complete,
        })
    }

    /// Returns a webhook.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none with this UUID; `Broker` and `Unreachable`.
    pub async fn webhook(&self, uuid: &str) -> Result<Webhook, Error> {
        let doing = format!("reading the webhook {uuid:?}");
        let url = self.webhook_url(uuid).await?;
        match self.read_if_present(&doing, &url).await? {
            Some(document) => webhook(&doing, document),
            None => Err(no_webhook(&doing)),
        }
    }

    /// Creates a webhook, or replaces the one with its UUID.
    ///
    /// # Errors
    ///
    /// `Broker` if the broker rejects it; `Unreachable`.
    pub async fn set_webhook(&self, new: &Webhook) -> Result<Webhook, Error> {
        let body = json!(new);
        if let Some(uuid) = &new.uuid {
            let doing = format!("setting up the webhook {uuid:?}");
            let url = self.webhook_url(uuid).await?;
            let answer = self
                .send(Method::PUT, &doing, &url, &body, Repeatable::Yes)
                .await?;
            return webhook(&doing, answer);
        }
        let doing = "creating the webhook";
        let url = self.index().await?.link("pb:webhooks")?;
        let answer = self.send(Method::POST, doing, url, &body, Repeatable::No).await?;
        webhook(doing, answer)
    }

    /// Deletes a webhook.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none with this UUID; `Broker` and `Unreachable`.
    pub async fn delete_webhook(&self, uuid: &str) -> Result<(), Error> {
        let doing = format!("deleting the webhook {uuid:?}");
        let url = self.webhook_url(uuid).await?;
        if self.delete(&doing, &url).await? {
            Ok(())
        } else {
            Err(no_webhook(&doing))
        }
    }

    /// Makes the broker send a webhook once, for the newest contract that it applies to.
    ///
    /// # Errors
    ///
    /// `Usage` if there is none with this UUID; `Broker` and `Unreachable`. A rejection by the receiver is not an
    /// error.
    pub async fn test_webhook(&self, uuid: &str) -> Result<WebhookTest, Error> {
        let doing = format!("testing the webhook {uuid:?}");
        let url = self.webhook_url(uuid).await?;
        let Some(found) = self.read_if_present(&doing, &url).await? else {
            return Err(no_webhook(&doing));
        };
        let execute = found.link("pb:execute")?;
        let answer = self
            .send(Method::POST, &doing, execute, &json!({}), Repeatable::No)
            .await?
            .body;
        Ok(WebhookTest {
            success: answer["success"] == true,
            status: answer["response"]["status"].as_u64(),
            error: text(&answer["error"], "message"),
            logs: text(&answer, "logs"),
        })
    }

    async fn webhook_url(&self, uuid: &str) -> Result<String, Error> {
        let template = self.index().await?.link("pb:webhook")?;
        Ok(expand(template, &[("uuid", uuid)]))
    }
}

fn webhook(doing: &str, document: Document) -> Result<Webhook, Error> {
    serde_json::from_value(document.body).map_err(|error| {
        Error::new(
            ErrorKind::Broker,
            format!(
                "{doing}: the response at {} is not a webhook ({error})",
                document.url
            ),
        )
    })
}

fn no_webhook(doing: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!("{doing}: not found; `contract webhooks list` shows their UUIDs"),
    )
}

fn enabled() -> bool {
    true
}

/// Omits the password, and header fields, which may be secrets.
impl fmt::Debug for WebhookRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}
