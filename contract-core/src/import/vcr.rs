//! Cassettes of the VCR family: Ruby's VCR from 2.0, vcrpy, rvcr, reqwest-vcr; YAML or JSON.

use super::at::At;
use super::draft::{self, Draft};
use super::exchange_headers::{is_of_consumer, is_of_provider};
use super::finding::{Notes, Unfit};
use super::options::Options;
use super::url::Url;
use crate::contract::{Body, ContentType, Headers, Request, Response};
use crate::json::Value;
use crate::{Error, ErrorKind};

/// Reads `http_interactions` (Ruby and Rust) or `interactions` (Python).
pub(super) fn read(document: &Value, options: &Options, notes: &mut Notes) -> Result<Vec<Draft>, Error> {
    let root = At::root(document);
    let Some(interactions) = root.first(&["http_interactions", "interactions"]) else {
        return Err(Error::new(
            ErrorKind::Malformed,
            "the member \"http_interactions\" or \"interactions\" is missing: cassettes of VCR 1 are not read, record again",
        ));
    };
    let mut drafts = Vec::new();
    for interaction in interactions.items() {
        match read_interaction(&interaction, options) {
            Ok(found) => drafts.extend(found),
            Err(unfit) => notes.left_out(unfit),
        }
    }
    Ok(drafts)
}

fn read_interaction(at: &At<'_>, options: &Options) -> Result<Option<Draft>, Unfit> {
    let asked = at.needed("request")?;
    let answer = at.needed("response")?;
    let url = Url::parse(
        &asked
            .first(&["uri", "url"])
            .ok_or_else(|| asked.unfit("the member \"uri\" is missing"))?
            .text()?,
    );
    if options.host.as_ref().is_some_and(|host| *host != url.host) {
        return Ok(None);
    }
    let all = headers(&asked, |_| true)?;
    let mut request = Request {
        method: asked.needed("method")?.text()?.to_ascii_uppercase(),
        path: url.path,
        query: url.query,
        headers: headers(&asked, is_of_consumer)?,
        ..Request::default()
    };
    request.body = body(&asked, &all)?;
    let status = answer.needed("status")?;
    let status = status.get("code").unwrap_or(status).status()?;
    let all = headers(&answer, |_| true)?;
    let response = Response {
        status: Some(status),
        headers: headers(&answer, is_of_provider)?,
        body: body(&answer, &all)?,
        ..Response::default()
    };
    Ok(Some(Draft {
        place: at.place.clone(),
        name: None,
        states: Vec::new(),
        request,
        response,
        is_assumed: false,
    }))
}

/// Reads `{name: [values]}`, `{name: value}`, or lines `Name: value`.
fn headers(message: &At<'_>, is_kept: impl Fn(&str) -> bool) -> Result<Headers, Unfit> {
    let mut headers = Headers::new();
    let Some(fields) = message.get("headers") else {
        return Ok(headers);
    };
    for (name, values) in fields.members() {
        if is_kept(name) {
            for value in values.items() {
                headers.append(name, value.text()?);
            }
        }
    }
    if fields.value.is_array() {
        for line in fields.items() {
            let line = line.text()?;
            if let Some((name, value)) = line.split_once(':')
                && is_kept(name.trim())
            {
                headers.append(name.trim(), value.trim());
            }
        }
    }
    Ok(headers)
}

/// Reads a body: text, or `{string}`, `{base64_string}`. A content coding is decoded.
fn body(message: &At<'_>, headers: &Headers) -> Result<Body, Unfit> {
    let Some(at) = message.get("body") else {
        return Ok(Body::Missing);
    };
    let content_type = headers.first("content-type");
    if let Some(document) = at.get("json") {
        return Ok(draft::body(document.value.to_string(), Some("application/json")));
    }
    let bytes = match at.get("base64_string") {
        Some(encoded) => {
            use base64::Engine as _;
            let text: String = encoded.text()?.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD
                .decode(text)
                .map_err(|error| encoded.unfit(format!("not valid base64: {error}")))?
        }
        None => match at.get("string") {
            Some(text) => text.text()?.into_bytes(),
            None if at.value.is_object() => return Ok(Body::Missing),
            None => at.text()?.into_bytes(),
        },
    };
    if headers.get("content-encoding").is_some() && !bytes.is_empty() {
        let content_type: Option<ContentType> = content_type.and_then(|text| text.parse().ok());
        // Some recorders keep the header of a body that they decoded.
        if content_type.as_ref().is_none_or(ContentType::is_text) && std::str::from_utf8(&bytes).is_err() {
            return Err(at.unfit("the body is compressed: record it decoded (decode_compressed_response)"));
        }
    }
    Ok(draft::body(bytes, content_type))
}
