//! Postman collections 2.0 and 2.1: each saved response is an exchange.

use super::at::At;
use super::draft::{self, Draft};
use super::exchange_headers::{is_of_consumer, is_of_provider};
use super::finding::{Notes, Unfit};
use super::options::Options;
use super::url::Url;
use super::variables::Variables;
use crate::contract::{Body, Headers, Matcher, Query, Request, Response, RuleList};
use crate::json::Value;
use crate::{Error, ErrorKind};

/// Maximum nesting of folders.
const DEPTH: usize = 32;

/// Reads the requests of a collection in the order of its folders.
pub(super) fn read(document: &Value, options: &Options, notes: &mut Notes) -> Result<Vec<Draft>, Error> {
    // Postman's API wraps collections.
    let root = match document.get("collection") {
        Some(wrapped) if document.get("item").is_none() => At::named(wrapped, "collection"),
        _ => At::root(document),
    };
    if root.get("requests").is_some() && root.get("item").is_none() {
        return Err(Error::new(
            ErrorKind::Malformed,
            "collections of version 1 are not read: export the collection as v2.1",
        ));
    }
    if let Some(schema) = root.get("info").and_then(|info| info.get("schema"))
        && let Some(text) = schema.value.as_str()
        && !["v2.0.0", "v2.1.0"].iter().any(|version| text.contains(version))
    {
        let unfit = schema.unfit("collections of version 2.0 and 2.1 are read: export it as v2.1");
        return Err(unfit.malformed());
    }
    let mut variables = Variables::of(options.variables.clone());
    for variable in root.get("variable").iter().flat_map(At::items) {
        if variable.is_true("disabled") {
            continue;
        }
        if let (Ok(Some(name)), Ok(Some(value))) = (variable.text_of("key"), variable.text_of("value")) {
            variables.add(name, value);
        }
    }
    let items = root.needed("item").map_err(Unfit::malformed)?;
    if !items.value.is_array() {
        return Err(items.unfit("an array is expected").malformed());
    }
    let mut reader = Reader {
        options,
        variables,
        notes,
        drafts: Vec::new(),
    };
    reader.folder(&items, "", root.get("auth").as_ref(), DEPTH);
    Ok(reader.drafts)
}

struct Reader<'a> {
    options: &'a Options,
    variables: Variables,
    notes: &'a mut Notes,
    drafts: Vec<Draft>,
}

impl Reader<'_> {
    fn folder(&mut self, items: &At<'_>, prefix: &str, auth: Option<&At<'_>>, depth: usize) {
        if depth == 0 {
            self.notes
                .left_out(items.unfit(format!("folders lie deeper in each other than {DEPTH}")));
            return;
        }
        for item in items.items() {
            let name = item.text_of("name").ok().flatten().unwrap_or_default();
            for event in item.get("event").iter().flat_map(At::items) {
                self.notes.lost(
                    event.place,
                    "scripts are not read: what they check is not in the contract",
                );
            }
            if let Some(inner) = item.get("item") {
                let own = item.get("auth");
                let auth = own.as_ref().or(auth);
                self.folder(&inner, &format!("{prefix}{name} / "), auth, depth - 1);
            } else if let Err(unfit) = self.request(&item, &format!("{prefix}{name}"), auth) {
                self.notes.left_out(unfit);
            }
        }
    }

    fn request(&mut self, item: &At<'_>, name: &str, auth: Option<&At<'_>>) -> Result<(), Unfit> {
        let saved = item
            .get("response")
            .map(|saved| saved.items())
            .unwrap_or_default();
        if saved.is_empty() {
            let Some(status) = self.options.assume_status else {
                return Err(item.unfit(
                    "there is no saved response: save one in Postman, or give a status with --assume-status",
                ));
            };
            let request = self.asked(&item.needed("request")?, auth)?;
            self.drafts.push(Draft {
                place: item.place.clone(),
                name: Some(name.to_owned()),
                states: Vec::new(),
                request,
                response: Response {
                    status: Some(status),
                    ..Response::default()
                },
                is_assumed: true,
            });
            return Ok(());
        }
        let has_several = saved.len() > 1;
        for example in saved {
            match self.example(item, &example, name, auth, has_several) {
                Ok(draft) => self.drafts.push(draft),
                Err(unfit) => self.notes.left_out(unfit),
            }
        }
        Ok(())
    }

    fn example(
        &mut self,
        item: &At<'_>,
        example: &At<'_>,
        name: &str,
        auth: Option<&At<'_>>,
        has_several: bool,
    ) -> Result<Draft, Unfit> {
        let asked = match example.get("originalRequest") {
            Some(asked) => asked,
            None => item.needed("request")?,
        };
        let request = self.asked(&asked, auth)?;
        let mut response = Response {
            status: Some(example.needed("code")?.status()?),
            headers: self.headers(example, is_of_provider)?,
            ..Response::default()
        };
        if let Some(body) = example.text_of("body")? {
            let preview = example.text_of("_postman_previewlanguage")?;
            let by_preview = (preview.as_deref() == Some("json")).then_some("application/json");
            response.body = draft::body(body, response.headers.first("content-type").or(by_preview));
        }
        let title = example.text_of("name")?.filter(|title| !title.is_empty());
        let name = match title {
            Some(title) if has_several => format!("{name}: {title}"),
            _ => name.to_owned(),
        };
        Ok(Draft {
            place: example.place.clone(),
            name: Some(name),
            states: Vec::new(),
            request,
            response,
            is_assumed: false,
        })
    }

    fn asked(&mut self, asked: &At<'_>, auth: Option<&At<'_>>) -> Result<Request, Unfit> {
        let mut request = Request {
            method: "GET".to_owned(),
            ..Request::default()
        };
        if asked.value.is_string() {
            let url = Url::parse(&self.variables.put_into(&asked.text()?, &asked.place)?);
            (request.path, request.query) = (url.path, url.query);
            return Ok(request);
        }
        if let Some(method) = asked.text_of("method")? {
            request.method = method.to_ascii_uppercase();
        }
        self.url(&asked.needed("url")?, &mut request)?;
        request.headers = self.headers(asked, is_of_consumer)?;
        let own = asked.get("auth");
        if let Some(auth) = own.as_ref().or(auth) {
            self.auth(auth, &mut request)?;
        }
        if let Some(body) = asked.get("body") {
            request.body = self.body(&body, &request)?;
        }
        Ok(request)
    }

    fn url(&mut self, at: &At<'_>, request: &mut Request) -> Result<(), Unfit> {
        let raw = match at.value {
            Value::String(text) => text.clone(),
            _ => match at.text_of("raw")? {
                Some(raw) => raw,
                None => from_parts(at)?,
            },
        };
        // A variable at the start is the base address.
        let raw = match raw.strip_prefix("{{") {
            Some(rest) => match rest.split_once("}}") {
                Some((_, path)) if path.is_empty() || path.starts_with(['/', '?']) => {
                    format!("http://host{path}")
                }
                _ => raw,
            },
            None => raw,
        };
        let raw = self.variables.put_into(&raw, &at.place)?;
        let url = Url::parse(&if raw.contains("://") {
            raw
        } else {
            format!("http://{raw}")
        });
        (request.path, request.query) = (url.path, url.query);
        if let Some(parameters) = at.get("query") {
            let mut query = Query::new();
            for parameter in parameters.items() {
                if parameter.is_true("disabled") {
                    continue;
                }
                let Some(name) = parameter.text_of("key")? else {
                    continue;
                };
                let value = parameter.text_of("value")?;
                let value = value
                    .map(|value| self.variables.put_into(&value, &parameter.place))
                    .transpose()?;
                query.append(self.variables.put_into(&name, &parameter.place)?, value);
            }
            request.query = query;
        }
        self.path_variables(at, request)
    }

    /// Inserts the examples of `:name` into the path, and adds a rule that accepts other values.
    fn path_variables(&mut self, at: &At<'_>, request: &mut Request) -> Result<(), Unfit> {
        if !request
            .path
            .split('/')
            .any(|segment| segment.len() > 1 && segment.starts_with(':'))
        {
            return Ok(());
        }
        let variables = at
            .get("variable")
            .map(|variables| variables.items())
            .unwrap_or_default();
        let (mut path, mut expression) = (Vec::new(), Vec::new());
        for segment in request.path.split('/') {
            let Some(name) = segment.strip_prefix(':').filter(|name| !name.is_empty()) else {
                path.push(segment.to_owned());
                expression.push(regex::escape(segment));
                continue;
            };
            let example = variables
                .iter()
                .find(|variable| variable.value.get("key").and_then(Value::as_str) == Some(name))
                .and_then(|variable| variable.text_of("value").ok().flatten())
                .filter(|value| !value.is_empty());
            let example = match example {
                Some(example) => self.variables.put_into(&example, &at.place)?,
                None => name.to_owned(),
            };
            path.push(example.replace(' ', "%20"));
            expression.push("[^/]+".to_owned());
        }
        request.path = path.join("/");
        request.rules.path = Some(RuleList::one(Matcher::Regex(expression.join("/"))));
        Ok(())
    }

    fn headers(&mut self, at: &At<'_>, is_kept: impl Fn(&str) -> bool) -> Result<Headers, Unfit> {
        let mut headers = Headers::new();
        let Some(fields) = at.get("header") else {
            return Ok(headers);
        };
        if let Some(block) = fields.value.as_str() {
            for (name, value) in block.lines().filter_map(|line| line.split_once(':')) {
                if is_kept(name.trim()) {
                    headers.append(name.trim(), self.variables.put_into(value.trim(), &fields.place)?);
                }
            }
            return Ok(headers);
        }
        for field in fields.items() {
            // Old exports contain lines instead of objects.
            if let Some((name, value)) = field.value.as_str().and_then(|line| line.split_once(':')) {
                if is_kept(name.trim()) {
                    headers.append(name.trim(), value.trim());
                }
                continue;
            }
            let Some(name) = field.text_of("key")?.filter(|name| !name.is_empty()) else {
                continue;
            };
            if is_kept(&name) && !field.is_true("disabled") {
                let value = field.text_of("value")?.unwrap_or_default();
                headers.append(name, self.variables.put_into(&value, &field.place)?);
            }
        }
        Ok(headers)
    }

    /// Adds the authentication of the request. The credentials are replaced anyway, so their values do not
    /// matter.
    fn auth(&mut self, auth: &At<'_>, request: &mut Request) -> Result<(), Unfit> {
        let kind = auth.text_of("type")?.unwrap_or_default();
        let (name, value) = match kind.as_str() {
            "" | "noauth" => return Ok(()),
            "bearer" | "oauth2" | "jwt" => ("Authorization".to_owned(), "Bearer redacted"),
            "basic" => ("Authorization".to_owned(), "Basic redacted"),
            "digest" => ("Authorization".to_owned(), "Digest redacted"),
            "apikey" => {
                let setting = |wanted: &str| setting(auth, "apikey", wanted);
                let name = setting("key").unwrap_or_else(|| "X-Api-Key".to_owned());
                if setting("in").as_deref() == Some("query") {
                    request.query.append(name.clone(), Some("redacted".to_owned()));
                    request.rules.query.insert(name, RuleList::one(Matcher::TYPE));
                    return Ok(());
                }
                (name, "redacted")
            }
            _ => {
                self.notes.lost(
                    auth.place.clone(),
                    format!("authentication of the kind {kind:?} has no form in contracts"),
                );
                return Ok(());
            }
        };
        if request.headers.get(&name).is_none() {
            let scheme = value.split_once(' ').map(|(scheme, _)| scheme);
            let rule = match scheme {
                Some(scheme) => Matcher::Regex(format!(r"{scheme}\s+\S+.*")),
                None => Matcher::TYPE,
            };
            request.headers.set(name.clone(), vec![value.to_owned()]);
            request.rules.headers.insert(name, RuleList::one(rule));
        }
        Ok(())
    }

    fn body(&mut self, body: &At<'_>, request: &Request) -> Result<Body, Unfit> {
        if body.is_true("disabled") {
            return Ok(Body::Missing);
        }
        let sent_type = request.headers.first("content-type");
        match body.text_of("mode")?.as_deref() {
            Some("raw") | None => {
                let text = body.text_of("raw")?.unwrap_or_default();
                let text = self.variables.put_into(&text, &body.place)?;
                let language = body
                    .value
                    .get("options")
                    .and_then(|options| options.get("raw")?.get("language")?.as_str());
                let by_language = match language {
                    Some("json") => Some("application/json"),
                    Some("xml") => Some("application/xml"),
                    _ => None,
                };
                Ok(draft::body(text, sent_type.or(by_language)))
            }
            Some("urlencoded") => {
                let mut form = Query::new();
                for field in body.get("urlencoded").iter().flat_map(At::items) {
                    if field.is_true("disabled") {
                        continue;
                    }
                    let value = field.text_of("value")?.unwrap_or_default();
                    let value = self.variables.put_into(&value, &field.place)?;
                    form.append(field.needed("key")?.text()?, Some(value));
                }
                Ok(draft::body(
                    form.to_text(),
                    Some(sent_type.unwrap_or("application/x-www-form-urlencoded")),
                ))
            }
            Some("graphql") => {
                let graphql = body.needed("graphql")?;
                let query = graphql.text_of("query")?.unwrap_or_default();
                let mut document = crate::json::object([("query", query.into())]);
                if let Some(text) = graphql
                    .text_of("variables")?
                    .filter(|text| !text.trim().is_empty())
                {
                    let text = self.variables.put_into(&text, &graphql.place)?;
                    let variables = crate::json::from_str(&text).map_err(|error| {
                        graphql.unfit(format!("the variables are not valid JSON: {error}"))
                    })?;
                    if let Some(members) = document.as_object_mut() {
                        members.insert("variables".to_owned(), variables);
                    }
                }
                Ok(Body::json(document))
            }
            Some(mode) => {
                self.notes.lost(
                    body.place.clone(),
                    format!("a body of the mode {mode:?} is not imported: any body is accepted"),
                );
                Ok(Body::Missing)
            }
        }
    }
}

/// Returns a setting of an authentication: `[{key, value}]` in version 2.1, members in 2.0.
fn setting(auth: &At<'_>, kind: &str, wanted: &str) -> Option<String> {
    let settings = auth.get(kind)?;
    if let Some(direct) = settings.get(wanted) {
        return direct.text().ok();
    }
    let settings = settings.items();
    let found = settings
        .iter()
        .find(|setting| setting.value.get("key").and_then(Value::as_str) == Some(wanted))?;
    found.text_of("value").ok().flatten()
}

/// Returns the URL composed of `host` and `path`.
fn from_parts(at: &At<'_>) -> Result<String, Unfit> {
    let mut segments = Vec::new();
    for segment in at.get("path").iter().flat_map(At::items) {
        segments.push(match segment.get("value") {
            Some(value) => value.text()?,
            None => segment.text()?,
        });
    }
    Ok(format!(
        "http://host/{}",
        segments.join("/").trim_start_matches('/')
    ))
}
