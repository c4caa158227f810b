//! Messages sent by a provider: handlers by interaction description.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::json::Value;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde::Serialize;

use super::never::Never;
use crate::contract::{self, Body, ContentType, Members, ProviderState};
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

/// A message produced by the provider.
///
/// ```
/// use contract_core::provider::*;
/// use serde_json::json;
///
/// let verifier = Verifier::new("orders").message("order placed", |_: MessageRequest| async {
///     Message::json(json!({ "id": 1 })).metadata("topic", "orders")
/// });
/// ```
#[derive(Debug, Clone)]
pub struct Message {
    contents: Result<Body, String>,
    metadata: Members,
}

impl Message {
    /// Creates a JSON message. If serde cannot serialise the value, the interaction fails with serde's error.
    pub fn json(value: impl Serialize) -> Self {
        Self::new(
            crate::json::to_value(&value)
                .map(Body::json)
                .map_err(|error| format!("the message cannot be written as JSON: {error}")),
        )
    }

    /// Creates a plain text message.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Ok(Body::text(text, Some(ContentType::text()))))
    }

    /// Creates a message with other content and its content type: `application/xml`, `avro/binary`, …
    pub fn bytes(bytes: impl Into<Bytes>, content_type: &str) -> Self {
        Self::new(
            content_type
                .parse()
                .map(|content_type| Body::from_wire(bytes.into(), Some(content_type)))
                .map_err(|error: Error| error.to_string()),
        )
    }

    /// Creates a message without content.
    pub fn empty() -> Self {
        Self::new(Ok(Body::Missing))
    }

    fn new(contents: Result<Body, String>) -> Self {
        Self {
            contents,
            metadata: Members::new(),
        }
    }

    /// Adds a metadata entry: a topic, a key, a header.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    pub(crate) fn into_model(self) -> Result<contract::Message, String> {
        let contents = self.contents?;
        let mut metadata = self.metadata;
        // The content type is metadata of the message, as in a message broker.
        if let Some(content_type) = contents
            .content()
            .and_then(|content| content.content_type.as_ref())
        {
            metadata
                .entry("contentType".to_owned())
                .or_insert_with(|| Value::from(content_type.as_str()));
        }
        Ok(contract::Message {
            contents,
            metadata,
            ..contract::Message::default()
        })
    }
}

/// The return value of a message handler: a message, several (the responses of a synchronous interaction), or a
/// `Result`.
pub trait IntoMessages {
    /// Returns the messages, or the error.
    fn into_messages(self) -> Result<Vec<Message>, String>;
}

impl IntoMessages for Message {
    fn into_messages(self) -> Result<Vec<Message>, String> {
        Ok(vec![self])
    }
}

/// For a handler that is still `todo!()`.
impl IntoMessages for Never {
    fn into_messages(self) -> Result<Vec<Message>, String> {
        self
    }
}

impl IntoMessages for Vec<Message> {
    fn into_messages(self) -> Result<Vec<Message>, String> {
        Ok(self)
    }
}

impl<M: IntoMessages, E: fmt::Display> IntoMessages for Result<M, E> {
    fn into_messages(self) -> Result<Vec<Message>, String> {
        self.map_err(|error| error.to_string())?.into_messages()
    }
}

/// The argument of a message handler.
#[derive(Debug, Clone)]
pub struct MessageRequest<C = ()> {
    pub(crate) description: String,
    pub(crate) provider_states: Vec<ProviderState>,
    pub(crate) request: Option<contract::Message>,
    pub(crate) fixture: C,
}

impl<C> MessageRequest<C> {
    /// Returns the interaction's description.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the provider states that were set up: two interactions may have the same description and differ in them.
    pub fn provider_states(&self) -> &[ProviderState] {
        &self.provider_states
    }

    /// Returns the consumer's message of a synchronous interaction.
    pub fn request(&self) -> Option<&contract::Message> {
        self.request.as_ref()
    }

    /// Returns the fixture of this interaction.
    pub fn fixture(&self) -> &C {
        &self.fixture
    }
}

type Handler<C> =
    Arc<dyn Fn(MessageRequest<C>) -> BoxFuture<'static, Result<Vec<Message>, String>> + Send + Sync>;

/// Handlers by interaction description.
pub(crate) struct MessageHandlers<C> {
    by_description: BTreeMap<String, Handler<C>>,
    any: Option<Handler<C>>,
}

impl<C> Default for MessageHandlers<C> {
    fn default() -> Self {
        Self {
            by_description: BTreeMap::new(),
            any: None,
        }
    }
}

/// Creates a handler from an async function.
pub(crate) fn handler<C, M, F, Fut>(run: F) -> Handler<C>
where
    F: Fn(MessageRequest<C>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = M> + Send + 'static,
    M: IntoMessages,
{
    Arc::new(move |request| {
        let running = run(request);
        Box::pin(async move { running.await.into_messages() })
    })
}

impl<C: Clone + Send + Sync + 'static> MessageHandlers<C> {
    pub(crate) fn add(&mut self, description: String, handler: Handler<C>) {
        self.by_description.insert(description, handler);
    }

    pub(crate) fn set_any(&mut self, handler: Handler<C>) {
        self.any = Some(handler);
    }

    pub(crate) fn knows(&self, description: &str) -> bool {
        self.any.is_some() || self.by_description.contains_key(description)
    }

    /// Returns the messages from the handler of this interaction.
    pub(crate) async fn make(&self, request: MessageRequest<C>) -> Result<Vec<contract::Message>, Error> {
        let description = request.description.clone();
        let Some(handler) = self.by_description.get(&description).or(self.any.as_ref()) else {
            let known = self.by_description.keys().map(String::as_str);
            return Err(Error::new(
                ErrorKind::Verification,
                format!(
                    "no handler for message {description:?}: add .message({description:?}, …){}",
                    did_you_mean(&description, known)
                ),
            ));
        };
        let failed = |error: String| {
            Error::new(
                ErrorKind::Verification,
                format!("the handler of message {description:?} failed: {error}"),
            )
        };
        handler(request)
            .await
            .and_then(|messages| messages.into_iter().map(Message::into_model).collect())
            .map_err(failed)
    }
}
