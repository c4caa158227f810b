//! Builds interactions.

use crate::json::{Map, Value};
use serde::Serialize;

use super::body;
use super::multipart::{self, BodyPart};
use crate::contract::{
    HttpInteraction, Interaction, InteractionKind, Message, ProviderState, Request, Response, SyncMessage,
};
use crate::pattern::{IntoPattern, IntoXmlBody};

/// A builder of an interaction of kind `K`; it converts to an [`Interaction`].
#[derive(Debug, Clone)]
#[must_use]
pub struct InteractionBuilder<K> {
    interaction: Interaction,
    kind: K,
}

/// Builders for tests.
impl Interaction {
    /// Creates a builder for an interaction with a request and its response.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Interaction::http("a request for user 42")
    ///     .given(state("user exists").with("id", 42))
    ///     .request(Request::get("/users/42"))
    ///     .response(Response::ok().json(json_like!({ "name": "Ada Lovelace" })));
    /// ```
    pub fn http(description: impl Into<String>) -> InteractionBuilder<HttpInteraction> {
        InteractionBuilder::new(description, HttpInteraction::default())
    }

    /// Creates a builder for an interaction with one message that the consumer receives.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Interaction::message("order placed")
    ///     .metadata("topic", "orders")
    ///     .json(json_like!({ "id": integer(1) }));
    /// ```
    pub fn message(description: impl Into<String>) -> InteractionBuilder<Message> {
        InteractionBuilder::new(description, Message::default())
    }

    /// Creates a builder for an interaction with a message that the consumer sends, and the responses to it.
    ///
    /// ```
    /// # use contract_core::prelude::*;
    /// Interaction::sync_message("price quote")
    ///     .request(Message::json(json_like!({ "item": "book" })))
    ///     .response(Message::json(json_like!({ "price": decimal(9.5) })));
    /// ```
    pub fn sync_message(description: impl Into<String>) -> InteractionBuilder<SyncMessage> {
        InteractionBuilder::new(description, SyncMessage::default())
    }
}

impl<K> InteractionBuilder<K> {
    fn new(description: impl Into<String>, kind: K) -> Self {
        Self {
            // The kind is set at the end.
            interaction: Interaction::new(description, InteractionKind::Http(Box::default())),
            kind,
        }
    }

    /// Adds a provider state: a name, or [`state`](crate::pattern::state) with parameters.
    pub fn given(mut self, state: impl Into<ProviderState>) -> Self {
        self.interaction.provider_states.push(state.into());
        self
    }

    /// Adds a line to the comment, shown by the broker and in reports.
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        let text = Value::from(text.into());
        match self
            .interaction
            .comments
            .entry("text".to_owned())
            .or_insert_with(|| Value::Array(Vec::new()))
        {
            Value::Array(lines) => lines.push(text),
            other => *other = Value::Array(vec![text]),
        }
        self
    }

    /// Adds a reference to an external resource: `reference("jira", "key", "SHOP-12")`.
    ///
    /// # Panics
    ///
    /// If the value cannot be serialised as JSON.
    #[track_caller]
    pub fn reference(mut self, group: &str, name: &str, value: impl Serialize) -> Self {
        let value = match crate::json::to_value(value) {
            Ok(value) => value,
            Err(error) => panic!("reference {group:?} {name:?}: {error}"),
        };
        let references = self
            .interaction
            .comments
            .entry("references".to_owned())
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(groups) = references
            && let Value::Object(members) = groups
                .entry(group.to_owned())
                .or_insert_with(|| Value::Object(Map::new()))
        {
            members.insert(name.to_owned(), value);
        }
        self
    }

    /// Marks the interaction as pending: its failure does not fail the provider's verification (version 4).
    pub fn pending(mut self) -> Self {
        self.interaction.pending = true;
        self
    }

    /// Sets a key that is unique in the contract, chosen by its author (version 4).
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.interaction.key = Some(key.into());
        self
    }

    /// Sets the provider's transport for the interaction (version 4).
    pub fn transport(mut self, transport: impl Into<String>) -> Self {
        self.interaction.transport = Some(transport.into());
        self
    }
}

impl InteractionBuilder<HttpInteraction> {
    /// Sets what the consumer sends.
    pub fn request(mut self, request: impl Into<Request>) -> Self {
        self.kind.request = request.into();
        self
    }

    /// Sets what the provider responds.
    pub fn response(mut self, response: impl Into<Response>) -> Self {
        self.kind.response = response.into();
        self
    }
}

impl InteractionBuilder<Message> {
    /// Sets a JSON payload.
    /// Inside [`json_like!`](crate::json_like) a plain value means "of the same type", otherwise exactly this
    /// value.
    #[track_caller]
    pub fn json(mut self, contents: impl IntoPattern) -> Self {
        self.kind = self.kind.with_parts(body::json(contents));
        self
    }

    /// Sets a text payload of type `text/plain`.
    /// A plain value means exactly this value.
    #[track_caller]
    pub fn text(mut self, contents: impl IntoPattern) -> Self {
        self.kind = self.kind.with_parts(body::text(contents, "text/plain"));
        self
    }

    /// Sets exactly these bytes as the payload.
    ///
    /// # Panics
    ///
    /// If the content type is invalid.
    #[track_caller]
    pub fn bytes(mut self, content_type: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.kind = self.kind.with_parts(body::bytes(content_type, bytes));
        self
    }

    /// Sets a pattern for any bytes of this type, which is detected from the bytes.
    ///
    /// # Panics
    ///
    /// If the content type is invalid.
    #[track_caller]
    pub fn bytes_like(mut self, content_type: &str, example: impl AsRef<[u8]>) -> Self {
        self.kind = self.kind.with_parts(body::bytes_like(content_type, example));
        self
    }

    /// Sets an XML document of type `application/xml`: a pattern of [`xml_like!`](crate::xml_like) or
    /// [`element`](crate::pattern::element), or a document as text.
    ///
    /// # Panics
    ///
    /// If a contract cannot represent the pattern.
    #[track_caller]
    pub fn xml(mut self, contents: impl IntoXmlBody) -> Self {
        self.kind = self.kind.with_parts(body::xml(contents, "application/xml"));
        self
    }

    /// Sets form fields, one for each member of an object.
    /// Inside [`json_like!`](crate::json_like) a plain value means "of the same type", otherwise exactly this
    /// value.
    ///
    /// # Panics
    ///
    /// If the pattern is not an object of strings, numbers and Booleans.
    #[track_caller]
    pub fn form(mut self, fields: impl IntoPattern) -> Self {
        self.kind = self.kind.with_parts(body::form(body::members(fields, "a form")));
        self
    }

    /// Sets parts of type `multipart/form-data`; the boundary is ignored.
    ///
    /// # Panics
    ///
    /// If there are no parts, or a contract cannot represent one.
    #[track_caller]
    pub fn multipart(mut self, parts: impl IntoIterator<Item = BodyPart>) -> Self {
        let multipart = multipart::multipart(parts, multipart::FORM_DATA);
        self.kind = self.kind.with_parts(multipart.parts);
        self
    }

    /// Adds a metadata entry: a topic, a key.
    /// A plain value means exactly this value.
    ///
    /// # Panics
    ///
    /// If the pattern has rules for nested values, which a contract cannot represent for metadata.
    #[track_caller]
    pub fn metadata(mut self, name: impl Into<String>, value: impl IntoPattern) -> Self {
        self.kind = self.kind.with_metadata(name, value);
        self
    }
}

impl InteractionBuilder<SyncMessage> {
    /// Sets what the consumer sends.
    pub fn request(mut self, request: Message) -> Self {
        self.kind.request = request;
        self
    }

    /// Adds a response.
    pub fn response(mut self, response: Message) -> Self {
        self.kind.responses.push(response);
        self
    }
}

impl From<HttpInteraction> for InteractionKind {
    fn from(http: HttpInteraction) -> Self {
        Self::Http(Box::new(http))
    }
}

impl From<Message> for InteractionKind {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

impl From<SyncMessage> for InteractionKind {
    fn from(message: SyncMessage) -> Self {
        Self::SyncMessage(Box::new(message))
    }
}

impl<K: Into<InteractionKind>> From<InteractionBuilder<K>> for Interaction {
    fn from(builder: InteractionBuilder<K>) -> Self {
        Self {
            kind: builder.kind.into(),
            ..builder.interaction
        }
    }
}
