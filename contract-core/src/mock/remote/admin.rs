//! The requests that direct a remote mock.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::state::State;
use crate::contract::{Contract, Interaction, Request};
use crate::mock::handler::Answer;
use crate::{Error, ErrorKind};

/// The header field of requests that direct the mock.
const FIELD: &str = "x-pact-mock-service";

/// Returns whether the request directs the mock.
pub(super) fn is_meant(request: &Request) -> bool {
    request.headers.get(FIELD).is_some()
}

/// Does what the request says.
pub(super) fn answer(state: &mut State, request: &Request) -> Answer {
    let done = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => Ok("the mock provider is running\n".to_owned()),
        ("POST", "/interactions") => register(state, request),
        ("PUT", "/interactions") => replace(state, request),
        ("DELETE", "/interactions") => {
            state.clear();
            Ok("nothing is expected any more\n".to_owned())
        }
        ("GET", "/interactions/verification") => state
            .verify()
            .map(|()| "all interactions were requested\n".to_owned()),
        ("POST", "/pact") => write(state, request),
        ("DELETE", "/session") => {
            state.forget();
            Ok("everything is forgotten\n".to_owned())
        }
        (method, path) => {
            return text(
                StatusCode::NOT_FOUND,
                format!(
                    "{method} {path} directs nothing: use POST, PUT or DELETE /interactions, GET /interactions/verification, \
                     POST /pact or DELETE /session\n"
                ),
            );
        }
    };
    match done {
        Ok(body) => text(StatusCode::OK, body),
        Err(error) => text(status_of(&error), format!("{error}\n")),
    }
}

fn status_of(error: &Error) -> StatusCode {
    match error.kind() {
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Malformed | ErrorKind::NotAContract | ErrorKind::Invalid | ErrorKind::Usage => {
            StatusCode::BAD_REQUEST
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn register(state: &State, request: &Request) -> Result<String, Error> {
    let given = body(request)?;
    let interactions = match given {
        Value::Array(several) => several,
        one => vec![one],
    };
    expect(state, &interactions)
}

fn replace(state: &mut State, request: &Request) -> Result<String, Error> {
    let Value::Array(interactions) = body(request)?["interactions"].take() else {
        return Err(Error::new(
            ErrorKind::Usage,
            "the body has no list of interactions: write {\"interactions\": […]}",
        ));
    };
    state.clear();
    expect(state, &interactions)
}

fn expect(state: &State, interactions: &[Value]) -> Result<String, Error> {
    let count = interactions.len();
    state.expect(read(interactions)?)?;
    Ok(format!(
        "{count} {} expected\n",
        if count == 1 {
            "interaction is"
        } else {
            "interactions are"
        }
    ))
}

/// Reads interactions as contract files write them. Which version they are of shows in their members.
fn read(interactions: &[Value]) -> Result<Vec<Interaction>, Error> {
    let has = |name: &str| interactions.iter().any(|one| one.get(name).is_some());
    let version = if has("type") {
        "4.0"
    } else if has("providerStates") {
        "3.0.0"
    } else if interactions
        .iter()
        .any(|one| one.to_string().contains("\"json_class\""))
    {
        // The Ruby family writes its matchers as they are.
        "1.0.0"
    } else {
        "2.0.0"
    };
    let document = json!({
        "consumer": { "name": "" },
        "provider": { "name": "" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": version } },
    });
    Contract::from_json(document).map(|contract| contract.interactions)
}

fn write(state: &mut State, request: &Request) -> Result<String, Error> {
    let given = if request.body.to_bytes().is_empty() {
        Value::Null
    } else {
        body(request)?
    };
    state.rename(
        given["consumer"]["name"].as_str(),
        given["provider"]["name"].as_str(),
    );
    let written = state.write()?;
    written.to_text(written.specification)
}

fn body(request: &Request) -> Result<Value, Error> {
    serde_json::from_slice(&request.body.to_bytes()).map_err(|error| {
        Error::new(
            ErrorKind::Malformed,
            format!("the body of the request is not JSON: {error}"),
        )
    })
}

fn text(status: StatusCode, body: String) -> Answer {
    let content_type = if body.starts_with('{') {
        "application/json"
    } else {
        "text/plain; charset=utf-8"
    };
    Answer {
        status,
        headers: HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]),
        body: Bytes::from(body),
    }
}
