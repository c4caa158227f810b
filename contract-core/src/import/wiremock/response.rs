//! What a stub answers.

use std::path::PathBuf;

use super::body::decoded;
use crate::contract::{Body, Response};
use crate::import::Source;
use crate::import::at::At;
use crate::import::draft;
use crate::import::finding::{Notes, Unfit};

/// Reads the response of a stub.
///
/// # Errors
///
/// The response is a fault, comes from elsewhere, or is made by a template.
pub(super) fn read(answer: &At<'_>, source: &Source, notes: &mut Notes) -> Result<Response, Unfit> {
    if let Some(fault) = answer.get("fault") {
        return Err(fault.unfit("the stub breaks the connection: no provider is asked for that"));
    }
    if let Some(proxy) = answer.get("proxyBaseUrl") {
        return Err(proxy.unfit("the response comes from elsewhere: record it"));
    }
    for name in [
        "fixedDelayMilliseconds",
        "delayDistribution",
        "chunkedDribbleDelay",
    ] {
        if let Some(delay) = answer.get(name) {
            notes.lost(delay.place, "a contract has no delays");
        }
    }
    if let Some(message) = answer.get("statusMessage") {
        notes.lost(message.place, "a contract has no reason phrase");
    }
    let mut response = Response {
        status: Some(answer.get("status").map_or(Ok(200), |status| status.status())?),
        ..Response::default()
    };
    if let Some(headers) = answer.get("headers") {
        for (name, values) in headers.members() {
            for value in values.items() {
                response.headers.append(name, value.text()?);
            }
        }
    }
    response.body = body(answer, &response, source)?;
    refuse_templates(answer, &response)?;
    Ok(response)
}

fn body(answer: &At<'_>, response: &Response, source: &Source) -> Result<Body, Unfit> {
    let content_type = response.headers.first("content-type");
    Ok(if let Some(document) = answer.get("jsonBody") {
        match content_type {
            Some(content_type) => draft::body(document.value.to_string(), Some(content_type)),
            None => Body::json(document.value.clone()),
        }
    } else if let Some(text) = answer.get("body") {
        draft::body(text.text()?, content_type)
    } else if let Some(encoded) = answer.get("base64Body") {
        draft::body(decoded(&encoded)?, content_type)
    } else if let Some(name) = answer.get("bodyFileName") {
        let bytes = Source::beneath(&files_of(source), &name.text()?, &name.place)?;
        draft::body(bytes, content_type)
    } else {
        Body::Missing
    })
}

/// Returns the folder `__files` beside `mappings`, or beside the file.
fn files_of(source: &Source) -> PathBuf {
    let folder = source.folder();
    let beside_mappings = folder
        .ancestors()
        .find(|folder| folder.ends_with("mappings"))
        .and_then(std::path::Path::parent);
    beside_mappings.unwrap_or(folder).join("__files")
}

fn refuse_templates(answer: &At<'_>, response: &Response) -> Result<(), Unfit> {
    let Some(transformers) = answer.get("transformers") else {
        return Ok(());
    };
    let mut in_headers = response.headers.iter().flat_map(|(_, values)| values);
    let has_template = in_headers.any(|value| value.contains("{{"))
        || response.body.to_bytes().windows(2).any(|pair| pair == b"{{");
    let is_template = transformers
        .items()
        .iter()
        .all(|name| name.value.as_str() == Some("response-template"));
    if has_template || !is_template {
        return Err(
            transformers.unfit("the response is made by a template or by code: write one that it makes")
        );
    }
    Ok(())
}
