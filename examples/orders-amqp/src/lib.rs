//! An example of messages over AMQP 0-9-1, the protocol of RabbitMQ: how the events of the orders API get to the worker that
//! confirms orders by mail.
//!
//! | in the contract | in AMQP |
//! |---|---|
//! | metadata `topic` | the routing key |
//! | metadata `key` | the header `key` |
//! | content type | the property `content_type` |
//! | payload | the body |
//!
//! [`Events`] is what the API publishes with, [`MailWorker`] what the worker runs. The contract between both is
//! `contracts/orders-mail-orders-api.json`, which says nothing about AMQP; `tests/amqp.rs` holds both sides to it over a real
//! server.

use amqprs::channel::{
    BasicAckArguments, BasicConsumeArguments, BasicPublishArguments, BasicRejectArguments, Channel,
    ConsumerMessage, ExchangeDeclareArguments, ExchangeType, QueueBindArguments, QueueDeclareArguments,
};
use amqprs::connection::{Connection, OpenConnectionArguments};
use amqprs::{BasicProperties, FieldTable, FieldValue};
use orders_api::Event;
use orders_mail::{Mail, Refused};
use tokio::sync::mpsc::UnboundedReceiver;

/// The header with an event's key.
pub const KEY: &str = "key";

/// Why an event could not be published, or none could be received.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// The event cannot be written as JSON.
    #[error("writing the event: {0}")]
    Write(#[from] serde_json::Error),
    /// A name or a key is longer than AMQP allows.
    #[error("{name:?} is too long for AMQP")]
    TooLong {
        /// The name or key.
        name: String,
    },
    /// The server declared a queue without saying its name.
    #[error("AMQP: the server gave no name for the queue")]
    NoQueue,
    /// No server answers, it refused, or the connection is gone.
    #[error("AMQP: {0}")]
    Server(#[from] amqprs::error::Error),
}

/// An AMQP server, and who connects to it.
#[derive(Debug, Clone, Copy)]
pub struct Server<'a> {
    /// The host's name or address.
    pub host: &'a str,
    /// The port, usually 5672.
    pub port: u16,
    /// The user.
    pub user: &'a str,
    /// The password.
    pub password: &'a str,
}

/// The events on one exchange of an AMQP server.
pub struct Events {
    channel: Channel,
    exchange: String,
    /// A channel ends with its connection.
    _connection: Connection,
}

/// A message that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The routing key.
    pub topic: String,
    /// The header `key`.
    pub key: Option<String>,
    /// The content type.
    pub content_type: Option<String>,
    /// The body.
    pub payload: Vec<u8>,
    delivery_tag: u64,
}

/// The messages of one topic.
pub struct Subscription {
    channel: Channel,
    messages: UnboundedReceiver<ConsumerMessage>,
}

impl Events {
    /// Connects to a server and declares the exchange, which the server deletes after its last queue.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if no AMQP server answers there, it refuses the user, or it has an exchange of this name and another
    /// kind.
    pub async fn connect(server: Server<'_>, exchange: &str) -> Result<Self, EventsError> {
        let Server {
            host,
            port,
            user,
            password,
        } = server;
        let connection = Connection::open(&OpenConnectionArguments::new(host, port, user, password)).await?;
        let channel = connection.open_channel(None).await?;
        let declared = ExchangeDeclareArguments::of_type(exchange, ExchangeType::Topic)
            .auto_delete(true)
            .finish();
        channel.exchange_declare(declared).await?;
        Ok(Self {
            channel,
            exchange: exchange.to_owned(),
            _connection: connection,
        })
    }

    /// Publishes an event of the orders API as JSON.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the event cannot be written, or the connection is gone.
    pub async fn publish(&self, event: &Event) -> Result<(), EventsError> {
        let payload = serde_json::to_vec(&event.order)?;
        self.send(event.topic, &event.key, "application/json", payload)
            .await
    }

    /// Hands one message to the connection.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the connection is gone, or the key has more than 4 GiB.
    pub async fn send(
        &self,
        topic: &str,
        key: &str,
        content_type: &str,
        payload: Vec<u8>,
    ) -> Result<(), EventsError> {
        let mut headers = FieldTable::new();
        headers.insert(short(KEY)?, FieldValue::S(long(key)?));
        let properties = BasicProperties::default()
            .with_content_type(content_type)
            .with_headers(headers)
            .finish();
        let target = BasicPublishArguments::new(&self.exchange, topic);
        Ok(self.channel.basic_publish(properties, payload, target).await?)
    }

    /// Returns the messages of a topic that are sent from now on, through a queue that ends with this connection.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the connection is gone.
    pub async fn subscribe(&self, topic: &str) -> Result<Subscription, EventsError> {
        let declared = QueueDeclareArguments::exclusive_server_named();
        let Some((queue, ..)) = self.channel.queue_declare(declared).await? else {
            return Err(EventsError::NoQueue);
        };
        let binding = QueueBindArguments::new(&queue, &self.exchange, topic);
        self.channel.queue_bind(binding).await?;
        let consumer = BasicConsumeArguments::new(&queue, "");
        let (_, messages) = self.channel.basic_consume_rx(consumer).await?;
        Ok(Subscription {
            channel: self.channel.clone(),
            messages,
        })
    }
}

impl Subscription {
    /// Waits for the next message; `None` if the connection has ended.
    pub async fn next(&mut self) -> Option<Arrived> {
        let ConsumerMessage {
            deliver,
            basic_properties,
            content,
            ..
        } = self.messages.recv().await?;
        let (deliver, properties) = (deliver?, basic_properties.unwrap_or_default());
        Some(Arrived {
            topic: deliver.routing_key().clone(),
            key: properties.headers().and_then(key_of),
            content_type: properties.content_type().cloned(),
            payload: content.unwrap_or_default(),
            delivery_tag: deliver.delivery_tag(),
        })
    }

    /// Tells the server that a message was handled.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the connection is gone.
    pub async fn acknowledge(&self, message: &Arrived) -> Result<(), EventsError> {
        let handled = BasicAckArguments::new(message.delivery_tag, false);
        Ok(self.channel.basic_ack(handled).await?)
    }

    /// Tells the server that a message cannot be handled: it is not delivered again.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the connection is gone.
    pub async fn reject(&self, message: &Arrived) -> Result<(), EventsError> {
        let refused = BasicRejectArguments::new(message.delivery_tag, false);
        Ok(self.channel.basic_reject(refused).await?)
    }
}

fn key_of(headers: &FieldTable) -> Option<String> {
    match headers.get(&short(KEY).ok()?)? {
        FieldValue::S(key) => Some(key.to_string()),
        _ => None,
    }
}

fn short(name: &str) -> Result<amqprs::ShortStr, EventsError> {
    name.to_owned().try_into().map_err(|_| too_long(name))
}

fn long(name: &str) -> Result<amqprs::LongStr, EventsError> {
    name.to_owned().try_into().map_err(|_| too_long(name))
}

fn too_long(name: &str) -> EventsError {
    EventsError::TooLong {
        name: name.to_owned(),
    }
}

/// The worker that confirms orders by mail: it reads events and hands each to [`orders_mail::confirmation`].
pub struct MailWorker {
    placed: Subscription,
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
    ///
    /// The event is acknowledged if it was handled, and rejected if it was refused: it would be refused again.
    ///
    /// # Errors
    ///
    /// [`EventsError`] if the connection is gone.
    pub async fn next_mail(&mut self) -> Result<Option<Result<Mail, Refused>>, EventsError> {
        let Some(message) = self.placed.next().await else {
            return Ok(None);
        };
        let mail = orders_mail::confirmation(&message.payload);
        if mail.is_ok() {
            self.placed.acknowledge(&message).await?;
        } else {
            self.placed.reject(&message).await?;
        }
        Ok(Some(mail))
    }
}
