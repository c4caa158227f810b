//! The conditions of a stub on the body of a request.

use super::json_body::JsonBody;
use super::matcher::{self, Matched};
use crate::contract::{Body, ContentType, Matcher, Path, Query, Request, RuleList, Token};
use crate::import::at::At;
use crate::import::draft;
use crate::import::finding::{Notes, Unfit};

/// Reads `bodyPatterns`, `formParameters` and `multipartPatterns`.
pub(super) fn read(asked: &At<'_>, request: &mut Request, notes: &mut Notes) -> Result<(), Unfit> {
    let content_type = request.headers.first("content-type").map(str::to_owned);
    let mut json = JsonBody::default();
    for pattern in asked.get("bodyPatterns").iter().flat_map(At::items) {
        read_pattern(&pattern, content_type.as_deref(), &mut json, request, notes)?;
    }
    if let Some(document) = json.document {
        request.body = Body::json(document);
        request.rules.body = json.rules;
    }
    if let Some(form) = asked.get("formParameters") {
        read_form(&form, request, notes)?;
    }
    if let Some(parts) = asked.get("multipartPatterns") {
        notes.lost(
            parts.place,
            "the parts of a multipart body are not imported: any body is accepted",
        );
    }
    Ok(())
}

fn read_pattern(
    pattern: &At<'_>,
    content_type: Option<&str>,
    json: &mut JsonBody,
    request: &mut Request,
    notes: &mut Notes,
) -> Result<(), Unfit> {
    if pattern.get("equalToJson").is_some() {
        return json.equal_to(pattern, notes);
    }
    if let Some(path) = pattern.get("matchesJsonPath") {
        return json.at_path(&path, notes);
    }
    if let Some(schema) = pattern.get("matchesJsonSchema") {
        return json.schema(&schema, notes);
    }
    if let Some(xml) = pattern.get("equalToXml") {
        let content_type = content_type.unwrap_or("application/xml");
        request.body = draft::body(xml.text()?, Some(content_type));
        return Ok(());
    }
    if let Some(binary) = pattern.get("binaryEqualTo") {
        request.body = Body::binary(decoded(&binary)?, content_type.and_then(|text| text.parse().ok()));
        return Ok(());
    }
    if let Some(path) = pattern.get("matchesXPath") {
        notes.lost(
            path.place,
            "an XPath has no rule in contracts: any body is accepted",
        );
        return Ok(());
    }
    match matcher::read(pattern, notes)? {
        Matched::Value { example, rules } => {
            if matches!(request.body, Body::Missing) && json.document.is_none() {
                request.body = match content_type {
                    // A rule for a part of a document does not make it a whole document.
                    _ if !rules.rules.is_empty() => {
                        Body::text(example, content_type.and_then(|text| text.parse().ok()))
                    }
                    content_type => draft::body(example, content_type),
                };
                if !rules.rules.is_empty() {
                    request.rules.body.insert(Path::root(), rules);
                }
            } else {
                notes.lost(
                    pattern.place.clone(),
                    "a body has one example: the first pattern gave it",
                );
            }
        }
        Matched::Several(_) => notes.lost(pattern.place.clone(), "a body has one value"),
        Matched::Nothing => {}
    }
    Ok(())
}

fn read_form(form: &At<'_>, request: &mut Request, notes: &mut Notes) -> Result<(), Unfit> {
    let mut fields = Query::new();
    for (name, at) in form.members() {
        match matcher::read(&at, notes)? {
            Matched::Value { example, rules } => {
                fields.append(name, Some(example));
                if !rules.rules.is_empty() {
                    let path = Path::root().join(Token::Field(name.to_owned()));
                    request.rules.body.insert(path, rules);
                }
            }
            Matched::Several(values) => fields.set(name, values.into_iter().map(Some).collect()),
            Matched::Nothing => {}
        }
    }
    let content_type: Option<ContentType> = "application/x-www-form-urlencoded".parse().ok();
    request.body = Body::text(fields.to_text(), content_type);
    Ok(())
}

pub(super) fn decoded(at: &At<'_>) -> Result<Vec<u8>, Unfit> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(at.text()?.trim())
        .map_err(|error| at.unfit(format!("not valid base64: {error}")))
}

/// Returns the rule for a value of a known type.
pub(super) fn any_of_type() -> RuleList {
    RuleList::one(Matcher::TYPE)
}
