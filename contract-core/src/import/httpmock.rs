//! Mocks of the crate httpmock, in the format of its server and its recorder.

use super::at::At;
use super::draft::{self, Draft};
use super::finding::{Notes, Unfit};
use super::wiremock::example_of_regex;
use crate::contract::{Body, ContentType, Matcher, Path, Query, Request, Response, RuleList, Token};
use crate::json::Value;

/// Reads `when` and `then` of each document.
pub(super) fn read(documents: &[Value], notes: &mut Notes) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let has_several = documents.len() > 1;
    for (index, document) in documents.iter().enumerate() {
        let place = if has_several {
            format!("document {}", index + 1)
        } else {
            String::new()
        };
        for mock in At::named(document, place).items() {
            if mock.value.is_null() {
                continue;
            }
            match read_mock(&mock, notes) {
                Ok(draft) => drafts.push(draft),
                Err(unfit) => notes.left_out(unfit),
            }
        }
    }
    drafts
}

fn read_mock(mock: &At<'_>, notes: &mut Notes) -> Result<Draft, Unfit> {
    let when = mock.needed("when")?;
    let then = mock.needed("then")?;
    let mut asked = Asked::default();
    for (name, at) in when.members() {
        if !at.value.is_null() {
            asked.condition(name, &at, notes)?;
        }
    }
    let mut request = asked.request;
    if request.method.is_empty() {
        return Err(when.unfit("the mock answers any method, an interaction has one: write the method"));
    }
    if request.path.is_empty() {
        return Err(when.unfit("the mock answers any path: write the path"));
    }
    if !asked.form.is_empty() {
        let content_type: Option<ContentType> = "application/x-www-form-urlencoded".parse().ok();
        request.body = Body::text(asked.form.to_text(), content_type);
    }
    if !asked.cookies.is_empty() {
        request.headers.set("Cookie", vec![asked.cookies.join("; ")]);
    }
    Ok(Draft {
        place: mock.place.clone(),
        name: mock.text_of("name")?,
        states: Vec::new(),
        request,
        response: answer(&then, notes)?,
        is_assumed: false,
    })
}

#[derive(Default)]
struct Asked {
    request: Request,
    form: Query,
    cookies: Vec<String>,
}

/// The subject of a condition.
#[derive(Clone, Copy)]
enum Of {
    Path,
    Query,
    Header,
    Cookie,
    Form,
    Body,
}

/// Names of conditions; those with suffixes by their prefix, longer ones first.
const SUBJECTS: [(&str, Of); 8] = [
    ("form_urlencoded_tuple", Of::Form),
    ("x_www_form_urlencoded_tuple", Of::Form),
    ("x_www_form_urlencoded", Of::Form),
    ("query_param", Of::Query),
    ("header", Of::Header),
    ("cookie", Of::Cookie),
    ("path", Of::Path),
    ("body", Of::Body),
];

impl Asked {
    fn condition(&mut self, name: &str, at: &At<'_>, notes: &mut Notes) -> Result<(), Unfit> {
        match name {
            "method" => self.request.method = at.text()?.to_ascii_uppercase(),
            "json_body" => self.request.body = Body::json(document(at)),
            "json_body_partial" | "json_body_includes" => {
                notes.lost(
                    at.place.clone(),
                    "members that are not in the example are refused",
                );
                for part in at.items() {
                    let part = part.get("partial").unwrap_or(part);
                    self.request.body = Body::json(document(&part));
                }
            }
            "host" | "port" | "scheme" => notes.lost(at.place.clone(), "an interaction has no address"),
            _ => {
                let found = SUBJECTS
                    .iter()
                    .find_map(|(start, of)| name.strip_prefix(start).map(|suffix| (suffix, *of)));
                match found {
                    Some((suffix, of)) => self.about(of, suffix, at, notes)?,
                    None => notes.lost(
                        at.place.clone(),
                        format!("the condition {name:?} has no rule in contracts"),
                    ),
                }
            }
        }
        Ok(())
    }

    fn about(&mut self, of: Of, suffix: &str, at: &At<'_>, notes: &mut Notes) -> Result<(), Unfit> {
        let is_known = matches!(
            suffix,
            "" | "_matches" | "_includes" | "_contains" | "_prefix" | "_suffix" | "_exists"
        );
        if !is_known {
            notes.lost(
                at.place.clone(),
                "a contract cannot say what must not be sent, nor how often",
            );
            return Ok(());
        }
        for item in at.items() {
            let item = item
                .get("regex")
                .filter(|_| item.get("name").is_none())
                .unwrap_or(item);
            let (name, value) = match of {
                Of::Path | Of::Body => (String::new(), Some(item.text()?)),
                _ if suffix == "_exists" => (name_of(&item)?, None),
                _ => (
                    name_of(&item)?,
                    item.first(&["value", "regex"])
                        .map(|value| value.text())
                        .transpose()?,
                ),
            };
            self.value(of, suffix, &name, value.as_deref(), &item, notes)?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        of: Of,
        suffix: &str,
        name: &str,
        value: Option<&str>,
        at: &At<'_>,
        notes: &mut Notes,
    ) -> Result<(), Unfit> {
        let text = value.unwrap_or("any").to_owned();
        let escaped = regex::escape(&text);
        let (example, matcher) = match suffix {
            "_matches" => {
                // httpmock searches within the text; a rule matches the whole text.
                let whole = anywhere(&text);
                (example_of_regex(&whole, at, notes)?, Some(Matcher::Regex(whole)))
            }
            "_includes" | "_contains" if !matches!(of, Of::Path) => {
                (text.clone(), Some(Matcher::Include(text)))
            }
            "_includes" | "_contains" => (text, Some(Matcher::Regex(format!(".*{escaped}.*")))),
            "_prefix" => (text, Some(Matcher::Regex(format!("{escaped}.*")))),
            "_suffix" => (text, Some(Matcher::Regex(format!(".*{escaped}")))),
            "_exists" => (text, Some(Matcher::TYPE)),
            _ => (text, None),
        };
        let rules = matcher.map(RuleList::one);
        let request = &mut self.request;
        match of {
            Of::Path => {
                request.path = if example.starts_with('/') {
                    example
                } else {
                    format!("/{example}")
                };
                request.rules.path = rules.or(request.rules.path.take());
            }
            Of::Query => {
                request.query.append(name, Some(example));
                request
                    .rules
                    .query
                    .extend(rules.map(|rules| (name.to_owned(), rules)));
            }
            Of::Header => {
                request.headers.append(name, example);
                request
                    .rules
                    .headers
                    .extend(rules.map(|rules| (name.to_owned(), rules)));
            }
            Of::Cookie => {
                if rules.is_some() {
                    notes.lost(
                        at.place.clone(),
                        "an interaction compares cookies as one header: any value is accepted",
                    );
                    request
                        .rules
                        .headers
                        .insert("Cookie".to_owned(), RuleList::one(Matcher::TYPE));
                }
                self.cookies.push(format!("{name}={example}"));
            }
            Of::Form => {
                self.form.append(name, Some(example));
                let path = Path::root().join(Token::Field(name.to_owned()));
                request.rules.body.extend(rules.map(|rules| (path, rules)));
            }
            Of::Body => {
                let content_type = request.headers.first("content-type");
                request.body = if rules.is_some() {
                    Body::text(example, content_type.and_then(|text| text.parse().ok()))
                } else {
                    draft::body(example, content_type)
                };
                request
                    .rules
                    .body
                    .extend(rules.map(|rules| (Path::root(), rules)));
            }
        }
        Ok(())
    }
}

/// Returns a pattern for a whole text that contains a match of this one.
fn anywhere(expression: &str) -> String {
    let (start, rest) = match expression.strip_prefix('^') {
        Some(rest) => ("", rest),
        None => (".*", expression),
    };
    let (end, rest) = match rest.strip_suffix('$') {
        Some(rest) if !rest.ends_with('\\') => ("", rest),
        _ => (".*", rest),
    };
    format!("{start}(?:{rest}){end}")
}

fn name_of(item: &At<'_>) -> Result<String, Unfit> {
    match item.first(&["name", "key"]) {
        Some(name) => name.text(),
        None => item.text(),
    }
}

/// Returns a document that is given as JSON or as text.
fn document(at: &At<'_>) -> Value {
    at.value
        .as_str()
        .and_then(|text| crate::json::from_str(text).ok())
        .unwrap_or_else(|| at.value.clone())
}

fn answer(then: &At<'_>, notes: &mut Notes) -> Result<Response, Unfit> {
    let mut response = Response {
        status: Some(then.get("status").map_or(Ok(200), |status| status.status())?),
        ..Response::default()
    };
    for header in then.get("header").iter().flat_map(At::items) {
        let value = header.needed("value")?.text()?;
        response.headers.append(name_of(&header)?, value);
    }
    if let Some(delay) = then.get("delay") {
        notes.lost(delay.place, "a contract has no delays");
    }
    let content_type = response.headers.first("content-type");
    response.body = if let Some(json) = then.get("json_body") {
        Body::json(document(&json))
    } else if let Some(text) = then.get("body") {
        draft::body(text.text()?, content_type)
    } else {
        Body::Missing
    };
    Ok(response)
}
