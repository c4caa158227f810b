//! The interactions of a contract file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::ContractFile;
use super::content::content;
use crate::compare::Mends;
use crate::compare::quirks::is_truthy;
use crate::compare::text::{QueryParser, parse_query};
use crate::document::{Node, Object, Position, Value};
use crate::{Error, ErrorKind};

/// An interaction in the form needed for comparison.
#[derive(Debug)]
pub(in crate::compare) enum Mock<'a> {
    Http(Box<HttpMock<'a>>),
    /// One message.
    Message(Box<MessageMock<'a>>),
    /// A request message with its responses.
    Exchange(Box<Exchange<'a>>),
    /// An interaction of a kind that is not compared.
    Other,
}

/// Data common to all kinds of interactions.
#[derive(Debug)]
pub(in crate::compare) struct Lead<'a> {
    /// The path of the interaction: `[root].interactions[0]`.
    pub(in crate::compare) way: String,
    pub(in crate::compare) index: usize,
    pub(in crate::compare) description: Option<&'a str>,
    /// `providerState` of versions 1 and 2.
    pub(in crate::compare) old_state: Option<&'a str>,
    /// `providerStates` of versions 3 and 4.
    pub(in crate::compare) states: Vec<&'a str>,
    pub(in crate::compare) at: Position,
}

/// A request and the expected response.
#[derive(Debug)]
pub(in crate::compare) struct HttpMock<'a> {
    pub(in crate::compare) lead: Lead<'a>,
    pub(in crate::compare) method: &'a str,
    pub(in crate::compare) path: &'a str,
    pub(in crate::compare) path_at: Position,
    /// The query as one text, without `?`.
    pub(in crate::compare) query: String,
    /// The values of a query that is a map: they stand for themselves.
    query_values: Option<Object>,
    pub(in crate::compare) request: &'a Node,
    pub(in crate::compare) request_headers: Headers<'a>,
    pub(in crate::compare) request_body: Option<Cow<'a, Node>>,
    /// The media type that version 4 names beside the body.
    request_type: Option<&'a str>,
    pub(in crate::compare) response: &'a Node,
    pub(in crate::compare) status: u16,
    pub(in crate::compare) response_headers: Headers<'a>,
    pub(in crate::compare) response_body: Option<Cow<'a, Node>>,
    /// The media type that version 4 names beside the body.
    response_type: Option<&'a str>,
}

/// A message.
#[derive(Debug)]
pub(in crate::compare) struct MessageSide<'a> {
    pub(in crate::compare) payload: Option<Cow<'a, Node>>,
    pub(in crate::compare) content_type: Option<&'a str>,
    pub(in crate::compare) metadata: Option<&'a Node>,
}

/// An interaction with one message.
#[derive(Debug)]
pub(in crate::compare) struct MessageMock<'a> {
    pub(in crate::compare) lead: Lead<'a>,
    pub(in crate::compare) about: About<'a>,
    pub(in crate::compare) message: MessageSide<'a>,
}

/// The operation that a message belongs to.
#[derive(Debug, Clone, Copy)]
pub(in crate::compare) enum About<'a> {
    /// What `comments.references.AsyncAPI` says, if it is not empty.
    Reference(Option<&'a Node>),
    /// Any one: contracts of version 3 name none.
    Any,
}

/// An interaction with a request message and responses.
#[derive(Debug)]
pub(in crate::compare) struct Exchange<'a> {
    pub(in crate::compare) lead: Lead<'a>,
    pub(in crate::compare) reference: Option<&'a Node>,
    pub(in crate::compare) request: MessageSide<'a>,
    pub(in crate::compare) responses: Vec<MessageSide<'a>>,
}

impl<'a> HttpMock<'a> {
    /// Returns the values of the query by name; several values of one name are a list. `is_decoded` is whether the values of
    /// a map are decoded already.
    pub(in crate::compare) fn query_values(&self, is_decoded: bool) -> Cow<'_, Object> {
        match &self.query_values {
            Some(values) if is_decoded => Cow::Borrowed(values),
            _ => Cow::Owned(parse_query(&self.query, QueryParser::PLAIN)),
        }
    }

    /// Returns the values of a query that is one text, as they are written.
    pub(in crate::compare) fn written_query(&self) -> Option<Object> {
        self.is_query_written()
            .then(|| parse_query(&self.query, QueryParser::WRITTEN))
    }

    /// Returns whether the query is one text, as it is written.
    pub(in crate::compare) fn is_query_written(&self) -> bool {
        self.query_values.is_none()
    }

    /// Returns the media type of the request: its `Content-Type`, otherwise what version 4 names beside the body.
    pub(in crate::compare) fn request_type(&self) -> Option<&str> {
        let header = self.request_headers.text("content-type");
        header.filter(|text| !text.is_empty()).or(self.request_type)
    }

    /// Returns the media type of the response, like [`Self::request_type`].
    pub(in crate::compare) fn response_type(&self) -> Option<&str> {
        let header = self.response_headers.text("content-type");
        header.filter(|text| !text.is_empty()).or(self.response_type)
    }

    /// Returns the request body as in the file.
    pub(in crate::compare) fn request_content(&self) -> Option<&'a Node> {
        plain_content(self.request)
    }

    /// Returns the response body as in the file.
    pub(in crate::compare) fn response_content(&self) -> Option<&'a Node> {
        plain_content(self.response)
    }
}

/// Returns a body, or the content of one of version 4.
fn plain_content(part: &Node) -> Option<&Node> {
    let body = part.get("body")?;
    let is_v4 = body.get("contentType").is_some() && body.get("content").is_some();
    if is_v4 { body.get("content") } else { Some(body) }
}

/// Header fields by their names in lower case.
#[derive(Debug, Clone, Default)]
pub(in crate::compare) struct Headers<'a>(BTreeMap<String, HeaderValue<'a>>);

/// The values of a header field, joined by `,`.
#[derive(Debug, Clone)]
pub(in crate::compare) struct HeaderValue<'a> {
    pub(in crate::compare) text: String,
    pub(in crate::compare) node: &'a Node,
}

impl<'a> Headers<'a> {
    fn of(node: Option<&'a Node>) -> Self {
        let mut headers: BTreeMap<String, HeaderValue<'a>> = BTreeMap::new();
        for (name, node) in node.into_iter().flat_map(Node::entries) {
            let text = flat(node).trim().to_owned();
            let name = name.to_ascii_lowercase();
            match headers.get_mut(&name) {
                Some(present) => present.text = format!("{}, {text}", present.text),
                None => {
                    headers.insert(name, HeaderValue { text, node });
                }
            }
        }
        Self(headers)
    }

    /// Returns the value of a field.
    pub(in crate::compare) fn get(&self, name: &str) -> Option<&HeaderValue<'a>> {
        self.0.get(&name.to_ascii_lowercase())
    }

    /// Returns the text of a field.
    pub(in crate::compare) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(|value| value.text.as_str())
    }

    pub(in crate::compare) fn remove(&mut self, name: &str) -> Option<HeaderValue<'a>> {
        self.0.remove(&name.to_ascii_lowercase())
    }

    pub(in crate::compare) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the fields, sorted by their names.
    pub(in crate::compare) fn iter(&self) -> impl Iterator<Item = (&str, &HeaderValue<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// Returns a value or a list of values as one text.
fn flat(node: &Node) -> String {
    let clean = |node: &Node| {
        node.scalar_text()
            .unwrap_or_default()
            .replace(['\r', '\n', '\0'], "")
    };
    match node.as_array() {
        Some(values) => values.iter().map(clean).collect::<Vec<_>>().join(","),
        None => clean(node),
    }
}

/// Reads all interactions.
///
/// # Errors
///
/// An HTTP interaction lacks its method, path or status; headers or query are not strings.
pub(in crate::compare) fn read_interactions(
    file: &ContractFile,
    mends: Mends,
) -> Result<Vec<Mock<'_>>, Error> {
    let root = file.root();
    let Some(list) = root.get("interactions") else {
        return Ok(messages_of_version_3(root));
    };
    let Some(list) = list.as_array() else {
        return Err(malformed(file, list, "`interactions` must be an array"));
    };
    let is_v4 = major_version(root) >= 4;
    let mut mocks = Vec::with_capacity(list.len());
    for (index, node) in list.iter().filter(|node| node.as_object().is_some()).enumerate() {
        let kind = node
            .get("type")
            .and_then(Node::as_str)
            .map(str::to_ascii_lowercase);
        let lead = lead("interactions", index, node);
        mocks.push(match kind.as_deref() {
            None | Some("synchronous/http") => Mock::Http(Box::new(http(file, node, lead, is_v4, mends)?)),
            Some("asynchronous/messages") => Mock::Message(Box::new(MessageMock {
                lead,
                about: About::Reference(reference(node)),
                message: message(node, mends),
            })),
            Some("synchronous/messages") => {
                let responses = node.get("response").and_then(Node::as_array).unwrap_or_default();
                Mock::Exchange(Box::new(Exchange {
                    lead,
                    reference: reference(node),
                    request: message(node.get("request").unwrap_or(node), mends),
                    responses: responses
                        .iter()
                        .map(|response| message(response, mends))
                        .collect(),
                }))
            }
            Some(_) => Mock::Other,
        });
    }
    mocks.extend(messages_of_version_3(root));
    Ok(mocks)
}

/// Reads `messages` of version 3.
fn messages_of_version_3(root: &Node) -> Vec<Mock<'_>> {
    let list = root.get("messages").and_then(Node::as_array).unwrap_or_default();
    let messages = list.iter().filter(|node| node.as_object().is_some());
    messages
        .enumerate()
        .map(|(index, node)| {
            let reference = reference(node);
            Mock::Message(Box::new(MessageMock {
                lead: lead("messages", index, node),
                about: match reference {
                    Some(_) => About::Reference(reference),
                    None => About::Any,
                },
                message: message_of_version_3(node),
            }))
        })
        .collect()
}

fn malformed(file: &ContractFile, node: &Node, message: &str) -> Error {
    let documents = file.documents();
    Error::at(
        ErrorKind::Contract,
        documents.name(node.at.file),
        documents.place(node.at),
        message,
    )
}

/// Returns the major version of the contract format, 0 if it is not named.
fn major_version(root: &Node) -> u32 {
    let metadata = root.get("metadata");
    let text = [
        "pactSpecification",
        "pact-specification",
        "pactSpecificationVersion",
    ]
    .iter()
    .find_map(|name| {
        let node = metadata?.get(name)?;
        node.get("version").unwrap_or(node).scalar_text()
    });
    text.and_then(|text| text.split('.').next()?.trim().parse().ok())
        .unwrap_or(0)
}

fn lead<'a>(list: &str, index: usize, node: &'a Node) -> Lead<'a> {
    let states = node
        .get("providerStates")
        .and_then(Node::as_array)
        .unwrap_or_default();
    let text = |name| node.get(name).and_then(Node::as_str);
    Lead {
        way: format!("[root].{list}[{index}]"),
        index,
        description: text("description"),
        old_state: text("providerState").filter(|state| !state.is_empty()),
        states: states
            .iter()
            .filter_map(|state| state.get("name").and_then(Node::as_str))
            .collect(),
        at: node.at,
    }
}

fn http<'a>(
    file: &ContractFile,
    node: &'a Node,
    lead: Lead<'a>,
    is_v4: bool,
    mends: Mends,
) -> Result<HttpMock<'a>, Error> {
    let part = |name: &str| {
        node.get(name)
            .filter(|part| part.as_object().is_some())
            .ok_or_else(|| malformed(file, node, &format!("the interaction has no `{name}`")))
    };
    let (request, response) = (part("request")?, part("response")?);
    let text = |name: &str| {
        request
            .get(name)
            .and_then(Node::as_str)
            .ok_or_else(|| malformed(file, request, &format!("the request has no `{name}`")))
    };
    let status = response
        .get("status")
        .and_then(Node::as_u64)
        .and_then(|status| u16::try_from(status).ok());
    let status = status.ok_or_else(|| malformed(file, response, "the response has no numeric `status`"))?;
    for headers in [
        request.get("headers"),
        response.get("headers"),
        request.get("query"),
    ]
    .into_iter()
    .flatten()
    {
        check_values(file, headers)?;
    }
    let body = |part: &'a Node| {
        if is_v4 {
            part.get("body").and_then(|body| content(body, mends))
        } else {
            part.get("body").map(Cow::Borrowed)
        }
    };
    let named_type = |part: &'a Node| {
        let named = part.get("body")?.get("contentType")?.as_str()?;
        (is_v4 && mends.v4_contents).then_some(named)
    };
    Ok(HttpMock {
        lead,
        method: text("method")?,
        path: text("path")?,
        path_at: request.get("path").map_or(request.at, |path| path.at),
        query: query_text(request.get("query")),
        query_values: request.get("query").and_then(query_values),
        request,
        request_headers: Headers::of(request.get("headers")),
        request_body: body(request),
        request_type: named_type(request),
        response,
        status,
        response_headers: Headers::of(response.get("headers")),
        response_body: body(response),
        response_type: named_type(response),
    })
}

/// Checks that values of headers and query are strings or lists of strings.
fn check_values(file: &ContractFile, node: &Node) -> Result<(), Error> {
    for (_, value) in node.entries() {
        let is_text = |value: &Node| matches!(value.value, Value::String(_) | Value::Null);
        let fits = is_text(value) || value.as_array().is_some_and(|values| values.iter().all(is_text));
        if !fits {
            return Err(malformed(file, value, "must be a text or a list of texts"));
        }
    }
    Ok(())
}

/// Returns the query as one text: `a=1&b=2`.
fn query_text(query: Option<&Node>) -> String {
    let Some(query) = query else { return String::new() };
    if let Some(text) = query.as_str() {
        return text.to_owned();
    }
    let pairs: Vec<String> = query
        .entries()
        .map(|(name, value)| format!("{name}={}", flat(value)))
        .collect();
    pairs.join("&")
}

/// Returns the values of a query that is a map: one text, or a list of several.
fn query_values(query: &Node) -> Option<Object> {
    let text = |value: &Node| Node {
        at: value.at,
        ..Node::from(value.as_str().unwrap_or_default())
    };
    let mut values = Object::default();
    for (name, value) in query.as_object()?.iter() {
        let value = match value.node.as_array() {
            Some([one]) => text(one),
            Some(several) => several.iter().map(text).collect::<Vec<_>>().into(),
            None => text(&value.node),
        };
        values.insert(name, value);
    }
    Some(values)
}

fn message(node: &Node, mends: Mends) -> MessageSide<'_> {
    let contents = node.get("contents");
    MessageSide {
        payload: contents.and_then(|contents| content(contents, mends)),
        content_type: contents
            .and_then(|contents| contents.get("contentType"))
            .and_then(Node::as_str),
        metadata: node.get("metadata"),
    }
}

/// Returns a message of version 3, whose contents are plain and whose content type is metadata.
fn message_of_version_3(node: &Node) -> MessageSide<'_> {
    let metadata = node.get("metaData").or_else(|| node.get("metadata"));
    let named = |name: &str| {
        metadata
            .and_then(|metadata| metadata.get(name))
            .and_then(Node::as_str)
    };
    MessageSide {
        payload: node.get("contents").map(Cow::Borrowed),
        content_type: named("contentType")
            .or_else(|| named("content-type"))
            .or(Some("application/json")),
        metadata,
    }
}

/// Returns `comments.references.AsyncAPI`, if it is not empty.
fn reference(node: &Node) -> Option<&Node> {
    node.descend(["comments", "references", "AsyncAPI"])
        .filter(|reference| is_truthy(reference))
}
