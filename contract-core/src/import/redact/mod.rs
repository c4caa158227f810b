//! Replaces secrets before anything is written.

mod known;
mod names;
mod text;

use self::known::Known;
use self::names::{is_secret_header, is_secret_member, is_secret_parameter};
use super::draft::Draft;
use super::finding::{FindingKind, Notes};
use super::options::Options;
use crate::contract::{
    Body, Content, Data, Headers, Matcher, MatchingRules, Path, Query, Request, RuleList, Token,
};
use crate::json::Value;

/// The replacement of a secret.
const REDACTED: &str = "redacted";

/// Compiles an expression of this module.
fn regex(expression: &str) -> regex::Regex {
    regex::Regex::new(expression).expect("the expression is valid, as the tests of each one show")
}

/// Replaces the secrets of the exchanges, and reports each. `notes` says of which file an exchange is.
///
/// A secret that is known by its name in one place is replaced in all others: the token of a login's response is in a path or in a
/// text as well.
pub(super) fn redact(drafts: &mut [(Draft, String)], options: &Options, notes: &mut Notes) {
    let mut known = Known::default();
    for (draft, file) in &mut *drafts {
        notes.file.clone_from(file);
        redact_one(draft, &mut known, options, notes);
    }
    if known.is_empty() {
        return;
    }
    // What is replaced already stays as it is.
    for (draft, file) in drafts {
        notes.file.clone_from(file);
        redact_one(draft, &mut known, options, notes);
    }
}

fn redact_one(draft: &mut Draft, known: &mut Known, options: &Options, notes: &mut Notes) {
    let place = draft.place.clone();
    let mut redaction = Redaction {
        known,
        options,
        notes,
        place: &place,
    };
    if let Some(name) = &mut draft.name {
        redaction.text(name, "the name");
    }
    for state in &mut draft.states {
        redaction.text(&mut state.name, "a provider state");
        for value in state.params.values_mut() {
            redaction.document(value, &Path::root(), "a provider state", &mut Vec::new());
        }
    }
    redaction.request(&mut draft.request);
    let response = &mut draft.response;
    redaction.headers(&mut response.headers, &mut response.rules, "response");
    redaction.body(&mut response.body, &mut response.rules, "response");
    redaction.rules(&mut response.rules, "response");
}

struct Redaction<'a> {
    known: &'a mut Known,
    options: &'a Options,
    notes: &'a mut Notes,
    place: &'a str,
}

impl Redaction<'_> {
    fn note(&mut self, what: &str) {
        let place = self.place.to_owned();
        self.notes.add(
            FindingKind::Redacted,
            place,
            format!("{what}: it looks like a secret, and was replaced"),
        );
    }

    fn request(&mut self, request: &mut Request) {
        let before = request.path.clone();
        self.text(&mut request.path, "the path of the request");
        if request.path != before {
            // Spaces are not allowed in paths.
            request.path = request.path.replace(' ', "%20");
            request.rules.path = Some(RuleList::one(Matcher::Regex(as_any_segment(
                &before,
                &request.path,
            ))));
        }
        self.parameters(
            &mut request.query,
            &mut request.rules,
            "query parameter",
            "request",
        );
        self.headers(&mut request.headers, &mut request.rules, "request");
        self.body(&mut request.body, &mut request.rules, "request");
        self.rules(&mut request.rules, "request");
    }

    /// Replaces the secrets of a query, or of a form; `what` one of them is.
    fn parameters(&mut self, query: &mut Query, rules: &mut MatchingRules, what: &str, side: &str) {
        let mut replaced = Vec::new();
        for (name, values) in query.iter() {
            let by_name = is_secret_parameter(name) && !self.options.keeps(name);
            let values: Vec<(Option<String>, bool)> = values
                .iter()
                .map(|value| self.value(value.as_deref(), by_name))
                .collect();
            if values.iter().any(|(_, is_replaced)| *is_replaced) {
                replaced.push((name.to_owned(), values));
            }
        }
        for (name, values) in replaced {
            query.set(name.clone(), values.into_iter().map(|(value, _)| value).collect());
            rules.query.retain(|key, _| bare(key) != name);
            rules.query.insert(name.clone(), RuleList::one(Matcher::TYPE));
            self.note(&format!("the {what} {name:?} of the {side}"));
        }
    }

    /// Returns the value to show, and whether it was replaced.
    fn value(&mut self, value: Option<&str>, by_name: bool) -> (Option<String>, bool) {
        let Some(value) = value else { return (None, false) };
        if by_name && !value.is_empty() && value != REDACTED {
            self.known.add(value);
            return (Some(REDACTED.to_owned()), true);
        }
        let shown = self.without_secrets(value);
        let is_replaced = shown != value;
        (Some(shown), is_replaced)
    }

    fn headers(&mut self, headers: &mut Headers, rules: &mut MatchingRules, side: &str) {
        let mut replaced = Vec::new();
        for (name, values) in headers.iter() {
            if self.options.keeps(name) {
                continue;
            }
            let by_name = is_secret_header(name);
            let shown: Vec<String> = values
                .iter()
                .map(|value| {
                    if by_name && !value.is_empty() {
                        self.known.add_credentials(value);
                        credentials(name, value)
                    } else {
                        self.without_secrets(value)
                    }
                })
                .collect();
            if shown != values {
                replaced.push((name.to_owned(), shown));
            }
        }
        for (name, shown) in replaced {
            rules
                .headers
                .retain(|key, _| !bare(key).eq_ignore_ascii_case(&name));
            rules
                .headers
                .insert(name.clone(), RuleList::one(like_credentials(&shown)));
            headers.set(name.clone(), shown);
            self.note(&format!("the header {name:?} of the {side}"));
        }
    }

    fn body(&mut self, body: &mut Body, rules: &mut MatchingRules, side: &str) {
        let Body::Present(Content {
            data, content_type, ..
        }) = body
        else {
            return;
        };
        let is_form = content_type
            .as_ref()
            .is_some_and(crate::contract::ContentType::is_form);
        match data {
            Data::Json(value) => {
                let mut places = Vec::new();
                self.document(
                    value,
                    &Path::root(),
                    &format!("the body of the {side}"),
                    &mut places,
                );
                for path in places {
                    // Existing rules for the secret and its content no longer apply.
                    rules.body.retain(|at, _| !at.tokens().starts_with(path.tokens()));
                    rules.body.insert(path, RuleList::one(Matcher::TYPE));
                }
            }
            Data::Text(text) if is_form => {
                let mut form = Query::parse(text);
                let mut of_form = MatchingRules::default();
                self.parameters(&mut form, &mut of_form, "form field", side);
                if !of_form.query.is_empty() {
                    *text = form.to_text();
                    for (name, list) in of_form.query {
                        rules.body.insert(Path::root().join(Token::Field(name)), list);
                    }
                }
            }
            Data::Text(text) => {
                let shown = self.without_secrets(text);
                if shown != *text {
                    *text = shown;
                    self.replaced_part(rules, side);
                }
            }
            Data::Binary(bytes) => {
                let shown = self.bytes_without_secrets(bytes);
                if shown != *bytes {
                    *bytes = shown.into();
                    self.replaced_part(rules, side);
                }
            }
            // Does not occur in contracts.
            Data::Undecoded(_) => {}
        }
    }

    /// A part of a body that has no members was replaced: no rule may be about it, and the example must not be compared.
    fn replaced_part(&mut self, rules: &mut MatchingRules, side: &str) {
        rules.body.clear();
        rules.body.insert(Path::root(), RuleList::one(Matcher::TYPE));
        self.note(&format!("a part of the body of the {side}"));
    }

    /// Replaces the secrets of a document, and collects their paths.
    fn document(&mut self, value: &mut Value, at: &Path, what: &str, places: &mut Vec<Path>) {
        match value {
            Value::String(text) => {
                let shown = self.without_secrets(text);
                if shown != *text {
                    *text = shown;
                    self.note(&format!("{what} at {at}"));
                    places.push(at.clone());
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.document(item, &at.join(Token::Index(index)), what, places);
                }
            }
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    let below = at.join(Token::Field(name.clone()));
                    let by_name = is_secret_member(name) && !self.options.keeps(name);
                    if by_name && self.replace_scalars(member) {
                        self.note(&format!("{what} at {below}"));
                        places.push(below);
                    } else {
                        self.document(member, &below, what, places);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Replaces a string or number, or all those inside of an array or object, by values of the same type. Returns whether there
    /// were any.
    fn replace_scalars(&mut self, value: &mut Value) -> bool {
        match value {
            Value::String(text) if !text.is_empty() && text != REDACTED => {
                self.known.add(text);
                REDACTED.clone_into(text);
                true
            }
            Value::Number(number) if number.as_i64() != Some(0) => {
                *value = 0.into();
                true
            }
            Value::Array(items) => items
                .iter_mut()
                .fold(false, |any, item| self.replace_scalars(item) | any),
            Value::Object(members) => members
                .values_mut()
                .fold(false, |any, member| self.replace_scalars(member) | any),
            Value::String(_) | Value::Number(_) | Value::Null | Value::Bool(_) => false,
        }
    }

    /// Replaces rules that contain a secret.
    fn rules(&mut self, rules: &mut MatchingRules, side: &str) {
        let lists = rules
            .path
            .iter_mut()
            .chain(rules.query.values_mut())
            .chain(rules.headers.values_mut())
            .chain(rules.body.values_mut());
        let mut replaced = 0;
        for list in lists {
            for rule in &mut list.rules {
                let (Matcher::Regex(text) | Matcher::Include(text)) = &rule.matcher else {
                    continue;
                };
                if self.without_secrets(text) != *text && !text.ends_with(ANY_CREDENTIALS) {
                    rule.matcher = Matcher::TYPE;
                    replaced += 1;
                }
            }
        }
        for _ in 0..replaced {
            self.note(&format!("a rule of the {side}"));
        }
    }

    /// As [`without_secrets`](Self::without_secrets), for bytes that may contain text: a multipart body with a file.
    fn bytes_without_secrets(&self, bytes: &[u8]) -> Vec<u8> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return self.without_secrets(text).into_bytes();
        }
        // Latin-1: each byte is a character, and back. What replaces a secret is ASCII.
        let text: String = bytes.iter().copied().map(char::from).collect();
        let shown = self.without_secrets(&text);
        shown.chars().filter_map(|c| u8::try_from(c).ok()).collect()
    }

    fn text(&mut self, text: &mut String, what: &str) {
        let shown = self.without_secrets(text);
        if shown != *text {
            *text = shown;
            self.note(what);
        }
    }

    fn without_secrets(&self, text: &str) -> String {
        if self.options.keeps("*") {
            return text.to_owned();
        }
        self.known.without(&text::without_secrets(text, self.options))
    }
}

/// The end of a pattern for credentials with a scheme.
const ANY_CREDENTIALS: &str = r"\s+\S+.*";

/// Returns `Bearer redacted` for `Bearer abc`, `session=redacted; id=redacted` for cookies, otherwise
/// `redacted`.
fn credentials(name: &str, value: &str) -> String {
    if name.eq_ignore_ascii_case("cookie") {
        let cookies = value
            .split(';')
            .map(str::trim)
            .filter(|cookie| !cookie.is_empty());
        let shown: Vec<String> = cookies
            .map(|cookie| match cookie.split_once('=') {
                Some((name, _)) => format!("{name}={REDACTED}"),
                None => REDACTED.to_owned(),
            })
            .collect();
        return shown.join("; ");
    }
    if name.eq_ignore_ascii_case("set-cookie") {
        let (cookie, attributes) = value.split_once(';').unwrap_or((value, ""));
        let name = cookie.split_once('=').map_or("cookie", |(name, _)| name.trim());
        let mark = if attributes.is_empty() { "" } else { ";" };
        return format!("{name}={REDACTED}{mark}{attributes}");
    }
    match value.split_once(' ') {
        Some((scheme, _))
            if scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') =>
        {
            format!("{scheme} {REDACTED}")
        }
        _ => REDACTED.to_owned(),
    }
}

/// Returns the rule for replaced credentials: the same scheme with any credentials.
fn like_credentials(shown: &[String]) -> Matcher {
    let scheme = match shown {
        [one] => one.strip_suffix(REDACTED).map(str::trim_end),
        _ => None,
    };
    match scheme {
        Some(scheme)
            if !scheme.is_empty()
                && scheme
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') =>
        {
            Matcher::Regex(format!("{}{ANY_CREDENTIALS}", regex::escape(scheme)))
        }
        _ => Matcher::TYPE,
    }
}

/// Returns a pattern for the path that accepts any text in place of each replaced segment.
fn as_any_segment(before: &str, after: &str) -> String {
    let segments = before.split('/').zip(after.split('/'));
    let segments: Vec<String> = segments
        .map(|(before, after)| {
            if before == after {
                regex::escape(before)
            } else {
                "[^/]+".to_owned()
            }
        })
        .collect();
    segments.join("/")
}

/// Returns `name` for `name[0]`.
fn bare(name: &str) -> &str {
    name.split_once('[').map_or(name, |(name, _)| name)
}
