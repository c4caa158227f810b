//! Messages that a provider returns over HTTP.

use base64::Engine as _;

use super::transport::{Answered, HttpTransport};
use crate::contract::{Body, Interaction, Members, Message, Request, message_members};
use crate::json::{self, Map, Value};
use crate::report::{self, excerpt, secret};
use crate::wire::receive;
use crate::{Error, ErrorKind};

/// The header field with the metadata: a JSON object in base64.
const METADATA: &str = "Pact-Message-Metadata";

/// Returns the body of the request for the message of this interaction.
pub(super) fn body(interaction: &Interaction, request: Option<&Message>) -> Value {
    let states = report::provider_states(&interaction.provider_states);
    let mut body = Map::from([
        ("description".to_owned(), interaction.description.as_str().into()),
        ("providerStates".to_owned(), states),
    ]);
    if let Some(request) = request {
        body.insert("request".to_owned(), message_members(request).into());
    }
    body.into()
}

/// Returns a command that requests the message again.
pub(super) fn command(transport: &HttpTransport, body: &Value) -> String {
    transport.reproduce_at_base(&Request {
        method: "POST".to_owned(),
        body: Body::json(body.clone()),
        ..Request::default()
    })
}

/// Requests a message from the provider by `POST` with this [`body`]. The response body is the content.
pub(super) async fn ask(
    transport: &HttpTransport,
    interaction: &Interaction,
    body: &Value,
) -> Result<Message, Error> {
    let doing = format!(
        "POST {} for message {:?}",
        transport.base(),
        interaction.description
    );
    let sending = transport
        .request(http::Method::POST, transport.base())
        .json(body)
        .timeout(transport.timeout());
    let Answered {
        status,
        headers,
        body,
    } = transport.answer(sending, &doing).await?;
    if !status.is_success() {
        let headers = receive::headers(&headers);
        let body = receive::body(&headers, body, transport.body_limit());
        let said = excerpt::of(&body, &secret::values(&headers));
        let said: String = said.iter().flat_map(|line| ["\n    ", line]).collect();
        return Err(Error::new(
            ErrorKind::Verification,
            format!(
                "the provider responded with {status} to {doing}: it must respond with the message{said}"
            ),
        ));
    }
    let mut metadata = match headers.get(METADATA) {
        Some(value) => decode(value.as_bytes()).ok_or_else(|| {
            Error::new(
                ErrorKind::Verification,
                format!(
                    "the {METADATA} header of the provider's response to {doing} is not base64 of a JSON object"
                ),
            )
        })?,
        None => Members::new(),
    };
    let headers = receive::headers(&headers);
    if let Some(content_type) = headers.first("content-type") {
        metadata
            .entry("contentType".to_owned())
            .or_insert_with(|| Value::from(content_type));
    }
    Ok(Message {
        contents: receive::body(&headers, body, transport.body_limit()),
        metadata,
        ..Message::default()
    })
}

fn decode(header: &[u8]) -> Option<Members> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(header).ok()?;
    match json::from_slice(&bytes) {
        Ok(Value::Object(metadata)) => Some(metadata),
        _ => None,
    }
}
