//! An example of messages over NATS: how the events of the orders API get to the worker that confirms orders by mail.
//!
//! | in the contract | in NATS |
//! |---|---|
//! | metadata `topic` | the subject, behind the environment's name: `production.orders.placed` |
//! | metadata `key` | the header `key` |
//! | content type | the header `content-type` |
//! | payload | the payload |
//!
//! [`Events`] is what the API publishes with, [`MailWorker`] what the worker runs. The contract between both is
//! `contracts/orders-mail-orders-api.json`, which says nothing about NATS; `tests/nats.rs` holds both sides to it over a real
//! server.

use async_nats::{Client, HeaderMap, Message, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt as _;
use orders_api::Event;
use orders_mail::{Mail, Refused};

/// The header with an event's key.
pub const KEY: &str = "key";

/// The header with the content type of the payload.
pub const CONTENT_TYPE: &str = "content-type";

/// Why an event could not be published or subscribed to.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// No server answers.
    #[error("connecting to NATS: {0}")]
    Connect(#[from] async_nats::ConnectError),
    /// The event cannot be written as JSON.
    #[error("writing the event: {0}")]
    Write(#[from] serde_json::Error),
    /// The connection is gone, or the subject is not one.
    #[error("publishing the event: {0}")]
    Publish(#[from] async_nats::PublishError),
    /// The connection is gone, or the subject is not one.
    #[error("subscribing: {0}")]
    Subscribe(#[from] async_nats::SubscribeError),
    /// The connection is gone.
    #[error("waiting for the server: {0}")]
    Flush(#[from] async_nats::client::FlushError),
}

/// The events of one environment on one NATS server. Clones share one connection.
#[derive(Debug, Clone)]
pub struct Events {
    client: Client,
    environment: String,
}

impl Events {
    /// Connects to the server at `url`. Subjects begin with the environment's name, so that environments can share a server.
    ///
    /// # Errors
    ///
    /// [`EventsError::Connect`] if no NATS server answers there.
    pub async fn connect(url: &str, environment: impl Into<String>) -> Result<Self, EventsError> {
        Ok(Self {
            client: async_nats::connect(url).await?,
            environment: environment.into(),
        })
    }

    /// Publishes an event of the orders API as JSON.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the event cannot be written, or the connection is gone.
    pub async fn publish(&self, event: &Event) -> Result<(), EventsError> {
        let payload = serde_json::to_vec(&event.order)?;
        self.send(event.topic, &event.key, "application/json", payload.into())
            .await
    }

    /// Sends one message and waits until it is written to the connection.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the topic is not a subject, or the connection is gone.
    pub async fn send(
        &self,
        topic: &str,
        key: &str,
        content_type: &str,
        payload: Bytes,
    ) -> Result<(), EventsError> {
        let mut headers = HeaderMap::new();
        headers.insert(KEY, key);
        headers.insert(CONTENT_TYPE, content_type);
        self.client
            .publish_with_headers(self.subject(topic), headers, payload)
            .await?;
        Ok(self.client.flush().await?)
    }

    /// Subscribes to a topic. Messages that are sent afterwards over the same connection arrive.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the topic is not a subject, or the connection is gone.
    pub async fn subscribe(&self, topic: &str) -> Result<Subscriber, EventsError> {
        Ok(self.client.subscribe(self.subject(topic)).await?)
    }

    /// Returns the topic of a message: its subject without the environment.
    pub fn topic<'m>(&self, message: &'m Message) -> Option<&'m str> {
        message.subject.strip_prefix(&self.environment)?.strip_prefix('.')
    }

    fn subject(&self, topic: &str) -> String {
        format!("{}.{topic}", self.environment)
    }
}

/// The worker that confirms orders by mail: it reads events and hands each to [`orders_mail::confirmation`].
#[derive(Debug)]
pub struct MailWorker {
    placed: Subscriber,
}

impl MailWorker {
    /// Subscribes to orders that are placed from now on.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the connection is gone.
    pub async fn subscribe(events: &Events) -> Result<Self, EventsError> {
        Ok(Self {
            placed: events.subscribe("orders.placed").await?,
        })
    }

    /// Waits for the next order and returns its mail, or why the event was refused. `None` if the connection has ended.
    pub async fn next_mail(&mut self) -> Option<Result<Mail, Refused>> {
        let message = self.placed.next().await?;
        Some(orders_mail::confirmation(&message.payload))
    }
}
