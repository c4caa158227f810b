//! A browser for the API: what an answer says, and where its links lead.

use askama::Template;
use axum::{Router, body::Body, extract::Request, middleware, response::Response};
use http::{HeaderMap, HeaderValue, Uri, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{
    fault::{Fault, Result},
    frame::Frame,
    links::Links,
    page::{SCRIPTED, frame, page_under},
};
use crate::http::{Site, base_url::encode, call::Call, layers, path::Path, query::Query, relations};

/// Shorter answers are shown whole.
const MOST: usize = 256 * 1024;

#[derive(Template)]
#[template(path = "browser.html")]
struct BrowserPage {
    frame: Frame,
    /// As it was asked for, with `{names}` where it is a template.
    path: String,
    variables: Vec<Variable>,
    /// The path with the variables filled in.
    shown: String,
    answer: Option<Answer>,
}

struct Variable {
    name: String,
    field: String,
    value: String,
}

struct Answer {
    status: u16,
    success: bool,
    links: Vec<Link>,
    body: String,
}

struct Link {
    relation: String,
    title: String,
    href: String,
    /// Where the browser shows it, if it is of this broker.
    browse: Option<String>,
    doc: Option<String>,
}

/// The API that is browsed, and whose it is: what is asked goes to the site of whoever asks.
pub(super) struct Api {
    pub(super) routes: Router,
    pub(super) site: Site,
}

/// `GET /hal-browser/browser.html?path=/…`
pub(super) async fn page(api: Api, call: &Call, headers: HeaderMap, query: Query) -> Result<Response> {
    let path = query.get("path").unwrap_or("/").to_owned();
    let variables = variables(&path, &query);
    let mut shown = path.clone();
    for variable in &variables {
        shown = shown.replace(&format!("{{{}}}", variable.name), &encode(&variable.value));
    }
    let frame = frame(call, None);
    let complete = variables.iter().all(|variable| !variable.value.is_empty());
    let answer = if complete {
        Some(ask(api, &shown, &headers, &frame.links, call.base.as_str()).await?)
    } else {
        None
    };
    let template = BrowserPage {
        frame,
        path,
        variables,
        shown,
        answer,
    };
    page_under(SCRIPTED, http::StatusCode::OK, template)
}

/// The `{names}` in a path, each once, with the values that the query gives them.
fn variables(path: &str, query: &Query) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    for part in path.split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else {
            continue;
        };
        if !found.iter().any(|variable| variable.name == name) {
            let field = format!("variable.{name}");
            found.push(Variable {
                name: name.to_owned(),
                value: query.get(&field).unwrap_or_default().to_owned(),
                field,
            });
        }
    }
    found
}

/// Asks the API as the client itself would, with its credentials and as its proxy names the broker.
async fn ask(api: Api, path: &str, headers: &HeaderMap, links: &Links, base: &str) -> Result<Answer> {
    let uri: Uri = path
        .parse()
        .ok()
        .filter(|uri: &Uri| path.starts_with('/') && uri.authority().is_none())
        .ok_or_else(|| Fault::missing("This is not a path of the broker: it begins with a slash."))?;
    let mut request = Request::builder().uri(uri);
    for (name, value) in headers {
        let kept = [header::HOST, header::AUTHORIZATION, header::COOKIE].contains(name)
            || name.as_str().starts_with("x-forwarded-");
        if kept {
            request = request.header(name, value);
        }
    }
    let accept = HeaderValue::from_static("application/hal+json, application/json, */*;q=0.1");
    let request = request
        .header(header::ACCEPT, accept)
        .extension(api.site)
        .body(Body::empty())
        .map_err(|error| Fault::internal(&error))?;
    // The suffix of a path chooses a type here as it does elsewhere.
    let api = Router::new()
        .fallback_service(api.routes)
        .layer(middleware::from_fn(layers::paths));
    let response = api
        .oneshot(request)
        .await
        .map_err(|error| Fault::internal(&error))?;
    let status = response.status();
    let bytes = response
        .into_body()
        .collect()
        .await
        .map_err(|error| Fault::internal(&error))?
        .to_bytes();
    let parsed: Option<Value> = serde_json::from_slice(&bytes).ok();
    let mut body = parsed
        .as_ref()
        .and_then(|value| serde_json::to_string_pretty(value).ok())
        .unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned());
    if body.len() > MOST {
        body.truncate(body.floor_char_boundary(MOST));
        body.push_str("\n… the answer is longer: ask the API itself");
    }
    Ok(Answer {
        status: status.as_u16(),
        success: status.is_success(),
        links: parsed.map(|value| found(&value, links, base)).unwrap_or_default(),
        body,
    })
}

/// The links of an answer, in the order of their relations.
fn found(answer: &Value, links: &Links, base: &str) -> Vec<Link> {
    let mut found = Vec::new();
    for (relation, value) in answer["_links"].as_object().into_iter().flatten() {
        if relation == "curies" {
            continue;
        }
        let list = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        for link in list {
            let href = link["href"].as_str().unwrap_or_default();
            let title = ["title", "name"].iter().find_map(|key| link[*key].as_str());
            let path = href.strip_prefix(base).filter(|path| path.starts_with('/'));
            found.push(Link {
                relation: relation.clone(),
                title: title.unwrap_or(href).to_owned(),
                href: href.to_owned(),
                browse: path.map(|path| links.browse(path)),
                doc: relations::meaning(relation).map(|_| links.relation(relation)),
            });
        }
    }
    found
}

#[derive(Template)]
#[template(path = "relation.html")]
struct RelationPage {
    frame: Frame,
    relation: String,
    meaning: &'static str,
}

/// `GET /doc/{relation}`
pub(super) async fn relation(call: Call, Path(relation): Path<String>) -> Result<Response> {
    let meaning = relations::meaning(&relation)
        .ok_or_else(|| Fault::missing(format!("No relation {relation} is known here.")))?;
    let template = RelationPage {
        frame: frame(&call, None),
        relation,
        meaning,
    };
    super::page::page(http::StatusCode::OK, template)
}
