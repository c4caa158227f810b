//! Replaces secrets before anything is written.

use std::sync::LazyLock;

use regex::Regex;

use super::draft::Draft;
use super::finding::{FindingKind, Notes};
use super::options::Options;
use crate::contract::{
    Body, Content, Data, Headers, Matcher, MatchingRules, Path, Query, Request, RuleList, Token,
};
use crate::json::Value;
use crate::report::secret::is_secret;

/// The replacement of a secret.
const REDACTED: &str = "redacted";

/// Secrets by the format of the value: JSON Web Tokens, credentials with a scheme, keys of cloud services and
/// code hosts, private keys.
static SECRET_VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*",
        r"|(?i:\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,})",
        r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"|\bgh[pousr]_[A-Za-z0-9]{10,}|\bgithub_pat_[A-Za-z0-9_]{10,}",
        r"|\bxox[abprs]-[A-Za-z0-9-]{8,}",
        r"|\b[sr]k_live_[A-Za-z0-9]{8,}",
        r"|\bAIza[A-Za-z0-9_-]{20,}",
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
    ))
    .ok()
});

/// Credentials of a URL: `https://user:password@host`.
static USER_INFO: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"://[^/\s:@]+:[^/\s@]+@").ok());

/// Replaces the secrets of an exchange, and reports each.
pub(super) fn redact(draft: &mut Draft, options: &Options, notes: &mut Notes) {
    let place = draft.place.clone();
    let mut redaction = Redaction {
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
        self.query(&mut request.query, &mut request.rules);
        self.headers(&mut request.headers, &mut request.rules, "request");
        self.body(&mut request.body, &mut request.rules, "request");
        self.rules(&mut request.rules, "request");
    }

    fn query(&mut self, query: &mut Query, rules: &mut MatchingRules) {
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
            self.note(&format!("the query parameter {name:?} of the request"));
        }
    }

    /// Returns the value to show, and whether it was replaced.
    fn value(&self, value: Option<&str>, by_name: bool) -> (Option<String>, bool) {
        let Some(value) = value else { return (None, false) };
        if by_name && !value.is_empty() {
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
                    rules.body.insert(path, RuleList::one(Matcher::TYPE));
                }
            }
            Data::Text(text) if is_form => {
                let mut form = Query::parse(text);
                let mut of_form = MatchingRules::default();
                self.query(&mut form, &mut of_form);
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
                    rules.body.clear();
                    rules.body.insert(Path::root(), RuleList::one(Matcher::TYPE));
                    self.note(&format!("a part of the body of the {side}"));
                }
            }
            Data::Binary(_) | Data::Undecoded(_) => {}
        }
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
                    if by_name && replace_scalar(member) {
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
        let mut shown = text.to_owned();
        if let Some(secret) = &*SECRET_VALUE {
            shown = secret
                .replace_all(&shown, |found: &regex::Captures<'_>| {
                    match found[0].split_once(char::is_whitespace) {
                        Some((scheme, _)) if !scheme.starts_with('-') => format!("{scheme} {REDACTED}"),
                        _ => REDACTED.to_owned(),
                    }
                })
                .into_owned();
        }
        if let Some(user_info) = &*USER_INFO {
            shown = user_info.replace_all(&shown, "://").into_owned();
        }
        shown
    }
}

/// Replaces a string, number or Boolean by a value of the same type.
fn replace_scalar(value: &mut Value) -> bool {
    match value {
        Value::String(text) if !text.is_empty() => {
            REDACTED.clone_into(text);
            true
        }
        Value::Number(_) => {
            *value = 0.into();
            true
        }
        _ => false,
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

fn is_secret_header(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if matches!(&*lower, "idempotency-key" | "sec-websocket-key") {
        return false;
    }
    is_secret(name)
        || ["-key", "-token", "-secret"]
            .iter()
            .any(|end| lower.ends_with(end))
        || lower.starts_with("x-goog-")
        || lower == "x-amz-credential"
}

/// Returns whether a query parameter or form field with this name contains a secret.
fn is_secret_parameter(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "key",
        "code",
        "sig",
        "signature",
        "session",
        "sessionid",
        "xamzsignature",
        "xamzcredential",
        "xamzsecuritytoken",
        "accesskey",
    ];
    NAMES.contains(&plain(name).as_str()) || is_secret_member(name)
}

/// Returns whether a member of a document with this name contains a secret.
fn is_secret_member(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "token",
        "apikey",
        "passwd",
        "pwd",
        "secret",
        "sessiontoken",
        "authtoken",
        "csrftoken",
        "authorization",
        "pin",
        "cvv",
        "cardnumber",
        "privatekey",
        "secretkey",
    ];
    const ENDS: [&str; 5] = [
        "password",
        "accesstoken",
        "refreshtoken",
        "idtoken",
        "clientsecret",
    ];
    let plain = plain(name);
    NAMES.contains(&plain.as_str()) || ENDS.iter().any(|end| plain.ends_with(end))
}

/// Returns `accesstoken` for `access_token`, `access-token` and `accessToken`.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | '.'));
    letters.collect::<String>().to_ascii_lowercase()
}

/// Returns `name` for `name[0]`.
fn bare(name: &str) -> &str {
    name.split_once('[').map_or(name, |(name, _)| name)
}
