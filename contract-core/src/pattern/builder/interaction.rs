//! Interactions put together.

use crate::json::{Map, Value};
use serde::Serialize;

use super::body;
use super::multipart::{self, BodyPart};
use crate::contract::{
    HttpInteraction, Interaction, InteractionKind, Message, ProviderState, Request, Response, SyncMessage,
};
use crate::pattern::{IntoPattern, IntoXmlBody};

/// An interaction in the making, of kind `K`; turns into an [`Interaction`].
#[derive(Debug, Clone)]
#[must_use]
pub struct InteractionBuilder<K> {
    interaction: Interaction,
    kind: K,
}

/// Entry points for tests.
impl Interaction {
    /// Begins an interaction of a request and its response.
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

    /// Begins an interaction of one message that the consumer receives.
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

    /// Begins an interaction of a message that the consumer sends, and the answers to it.
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

    /// What must be true at the provider: a name, or [`state`](crate::pattern::state) with parameters. Said again, it adds
    /// another state.
    pub fn given(mut self, state: impl Into<ProviderState>) -> Self {
        self.interaction.provider_states.push(state.into());
        self
    }

    /// Adds a line of comment, shown by the broker and in reports.
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

    /// Adds a reference to something outside: `reference("jira", "key", "SHOP-12")`.
    ///
    /// # Panics
    ///
    /// If the value cannot be written as JSON.
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

    /// Sets which of the provider's transports serves the interaction (version 4).
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

    /// What the provider answers.
    pub fn response(mut self, response: impl Into<Response>) -> Self {
        self.kind.response = response.into();
        self
    }
}

impl InteractionBuilder<Message> {
    /// Sets a JSON payload.
    /// Inside [`json_like!`](crate::json_like) a plain value means "of the same type", outside exactly this value.
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
    /// If the content type cannot be read.
    #[track_caller]
    pub fn bytes(mut self, content_type: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.kind = self.kind.with_parts(body::bytes(content_type, bytes));
        self
    }

    /// Sets any bytes of this type, told by the bytes themselves.
    ///
    /// # Panics
    ///
    /// If the content type cannot be read.
    #[track_caller]
    pub fn bytes_like(mut self, content_type: &str, example: impl AsRef<[u8]>) -> Self {
        self.kind = self.kind.with_parts(body::bytes_like(content_type, example));
        self
    }

    /// Sets an XML document of type `application/xml`: a pattern of [`xml_like!`](crate::xml_like) or
    /// [`element`](crate::pattern::element), or a document as a text.
    ///
    /// # Panics
    ///
    /// If a contract cannot hold the pattern.
    #[track_caller]
    pub fn xml(mut self, contents: impl IntoXmlBody) -> Self {
        self.kind = self.kind.with_parts(body::xml(contents, "application/xml"));
        self
    }

    /// Sets form fields, one for each member of an object.
    /// Inside [`json_like!`](crate::json_like) a plain value means "of the same type", outside exactly this value.
    ///
    /// # Panics
    ///
    /// If the pattern is not an object of texts, numbers and booleans.
    #[track_caller]
    pub fn form(mut self, fields: impl IntoPattern) -> Self {
        self.kind = self.kind.with_parts(body::form(body::members(fields, "a form")));
        self
    }

    /// Sets parts of type `multipart/form-data`, whose boundary does not matter.
    ///
    /// # Panics
    ///
    /// If there is no part, or a contract cannot hold one.
    #[track_caller]
    pub fn multipart(mut self, parts: impl IntoIterator<Item = BodyPart>) -> Self {
        let multipart = multipart::multipart(parts, multipart::FORM_DATA);
        self.kind = self.kind.with_parts(multipart.parts);
        self
    }

    /// Adds an entry of the metadata: a topic, a key.
    /// A plain value means exactly this value.
    ///
    /// # Panics
    ///
    /// If the pattern has rules for what is inside the entry, which a contract has no place for.
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

    /// What it is answered. Said again, it adds another response.
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
