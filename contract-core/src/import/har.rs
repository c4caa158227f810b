//! HTTP archives (HAR 1.2).

use std::collections::BTreeSet;

use super::at::At;
use super::draft::{self, Draft};
use super::exchange_headers::{is_of_consumer, is_of_provider};
use super::finding::{Notes, Unfit};
use super::options::Options;
use super::url::Url;
use crate::contract::{Body, ContentType, Headers, Query, Request, Response};
use crate::json::Value;
use crate::{Error, ErrorKind};

/// Reads the entries sent by a program: those with a response from the provider, except preflight requests,
/// pages, scripts and images.
pub(super) fn read(document: &Value, options: &Options, notes: &mut Notes) -> Result<Vec<Draft>, Error> {
    let log = At::root(document).needed("log").map_err(Unfit::malformed)?;
    let version = log
        .text_of("version")
        .map_err(Unfit::malformed)?
        .unwrap_or_default();
    if !version.is_empty() && !version.starts_with("1.") {
        return Err(Error::new(
            ErrorKind::Malformed,
            format!("log.version: HAR {version} is not known: versions 1.1 and 1.2 are read"),
        ));
    }
    let entries = log.needed("entries").map_err(Unfit::malformed)?;
    if !entries.value.is_array() {
        return Err(entries.unfit("an array is expected").malformed());
    }
    let mut drafts = Vec::new();
    let mut hosts = BTreeSet::new();
    for entry in entries.items() {
        match read_entry(&entry, options, notes) {
            Ok(Some(found)) => {
                hosts.insert(found.host);
                drafts.push(found.draft);
            }
            Ok(None) => {}
            Err(unfit) => notes.left_out(unfit),
        }
    }
    if hosts.len() > 1 {
        let hosts: Vec<String> = hosts.into_iter().collect();
        return Err(Error::new(
            ErrorKind::Usage,
            format!(
                "the recording has exchanges with several hosts, a contract is with one provider: choose one with --host: {}",
                hosts.join(", ")
            ),
        ));
    }
    Ok(drafts)
}

struct Found {
    host: String,
    draft: Draft,
}

/// Reads an entry; `None` if it is not relevant for a contract.
fn read_entry(entry: &At<'_>, options: &Options, notes: &mut Notes) -> Result<Option<Found>, Unfit> {
    let asked = entry.needed("request")?;
    let answer = entry.needed("response")?;
    let url = Url::parse(&asked.needed("url")?.text()?);
    if options.host.as_ref().is_some_and(|host| *host != url.host) {
        return Ok(None);
    }
    if let Some(kind) = entry.text_of("_resourceType")?
        && !matches!(kind.as_str(), "xhr" | "fetch" | "other")
    {
        return Ok(None);
    }
    if entry.get("_webSocketMessages").is_some() {
        return Err(entry.unfit("messages over a WebSocket are not imported"));
    }
    let method = asked.needed("method")?.text()?.to_ascii_uppercase();
    let sent = headers(&asked, |_| true)?;
    if method == "OPTIONS" && sent.get("access-control-request-method").is_some() {
        return Ok(None);
    }
    let status = answer.needed("status")?;
    if status.value.as_u64() == Some(0) {
        return Err(status.unfit("there was no response: the request failed or was blocked"));
    }
    let status = status.status()?;
    if status == 304 {
        return Err(answer.unfit("the response came from a cache: record without one"));
    }
    let mut request = Request {
        method,
        path: url.path,
        query: url.query,
        headers: headers(&asked, is_of_consumer)?,
        ..Request::default()
    };
    request.body = posted(&asked, &request, notes)?;
    let mut response = Response {
        status: Some(status),
        headers: headers(&answer, is_of_provider)?,
        ..Response::default()
    };
    response.body = content(&answer, &mut response.headers)?;
    let draft = Draft {
        place: entry.place.clone(),
        name: None,
        states: Vec::new(),
        request,
        response,
        is_assumed: false,
    };
    Ok(Some(Found {
        host: url.host,
        draft,
    }))
}

fn headers(message: &At<'_>, is_kept: impl Fn(&str) -> bool) -> Result<Headers, Unfit> {
    let mut headers = Headers::new();
    for field in message.get("headers").iter().flat_map(At::items) {
        let name = field.needed("name")?.text()?;
        if is_kept(&name) {
            headers.append(name, field.text_of("value")?.unwrap_or_default());
        }
    }
    Ok(headers)
}

fn posted(asked: &At<'_>, request: &Request, notes: &mut Notes) -> Result<Body, Unfit> {
    let Some(data) = asked.get("postData") else {
        return Ok(Body::Missing);
    };
    let mime = data.text_of("mimeType")?;
    let content_type = request.headers.first("content-type").or(mime.as_deref());
    if let Some(text) = data.text_of("text")?
        && !text.is_empty()
    {
        return Ok(draft::body(text, content_type));
    }
    let Some(params) = data.get("params") else {
        return Ok(Body::Missing);
    };
    let is_multipart = content_type
        .and_then(|text| text.parse::<ContentType>().ok())
        .is_some_and(|content_type| content_type.is_multipart());
    if is_multipart {
        notes.lost(
            params.place,
            "the parts of a multipart body are not imported: any body is accepted",
        );
        return Ok(Body::Missing);
    }
    let mut form = Query::new();
    for param in params.items() {
        form.append(param.needed("name")?.text()?, param.text_of("value")?);
    }
    Ok(draft::body(
        form.to_text(),
        Some(content_type.unwrap_or("application/x-www-form-urlencoded")),
    ))
}

/// Reads the body of a response, which is stored without its content coding.
fn content(answer: &At<'_>, headers: &mut Headers) -> Result<Body, Unfit> {
    let Some(content) = answer.get("content") else {
        return Ok(Body::Missing);
    };
    let mime = content
        .text_of("mimeType")?
        .filter(|mime| !mime.is_empty() && mime != "x-unknown");
    let content_type = headers.first("content-type").map(str::to_owned).or(mime);
    let Some(text) = content.text_of("text")? else {
        let size = content
            .value
            .get("size")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        if size > 0 {
            return Err(content.unfit(
                "the recording has the size of the body, but not the body: save the archive with content",
            ));
        }
        return Ok(Body::Missing);
    };
    let bytes = match content.text_of("encoding")?.as_deref() {
        Some("base64") => {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD
                .decode(text.trim())
                .map_err(|error| content.unfit(format!("not valid base64: {error}")))?
        }
        _ => text.into_bytes(),
    };
    Ok(draft::body(bytes, content_type.as_deref()))
}
