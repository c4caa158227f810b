//! Messages that a provider makes when asked over HTTP.

use base64::Engine as _;
use serde_json::{Value, json};

use super::transport::{Answered, HttpTransport};
use crate::contract::{Interaction, Members, Message};
use crate::wire::receive;
use crate::{Error, ErrorKind};

/// The header field in which metadata comes: base64 of a JSON object.
const METADATA: &str = "Pact-Message-Metadata";

/// Asks the provider by `POST` for the message of this interaction. The answer's body is the content.
pub(super) async fn ask(
    transport: &HttpTransport,
    interaction: &Interaction,
    request: Option<&Message>,
) -> Result<Message, Error> {
    let states: Vec<Value> = interaction
        .provider_states
        .iter()
        .map(|state| json!({ "name": state.name, "params": state.params }))
        .collect();
    let mut body = json!({ "description": interaction.description, "providerStates": states });
    if let Some(request) = request {
        let contents = request.contents.to_bytes();
        let contents = serde_json::from_slice(&contents)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&contents).into_owned()));
        body["request"] = json!({ "contents": contents, "metadata": request.metadata });
    }
    let doing = format!(
        "POST {} for message {:?}",
        transport.base(),
        interaction.description
    );
    let sending = transport.client().post(transport.base()).json(&body);
    let Answered {
        status,
        headers,
        body,
    } = transport.answer(sending, &doing).await?;
    if !status.is_success() {
        return Err(Error::new(
            ErrorKind::Verification,
            format!("the provider answered {status} to {doing}: it must answer with the message"),
        ));
    }
    let mut metadata = match headers.get(METADATA) {
        Some(value) => decode(value.as_bytes()).ok_or_else(|| {
            Error::new(
                ErrorKind::Verification,
                format!(
                    "the {METADATA} header of the provider's answer to {doing} is not base64 of a JSON object"
                ),
            )
        })?,
        None => Members::new(),
    };
    let headers = receive::headers(&headers);
    if let Some(content_type) = headers.first("content-type") {
        metadata
            .entry("contentType")
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
    serde_json::from_slice(&bytes).ok()
}
