//! A webhook as written and read by clients.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::{
    Filters, Guard, Party, RequestTemplate, Scope, ShownDefinition,
    unmask::{is_mask, unmask},
};
use crate::{
    auth::Access,
    domain::{events::Event, text},
};

/// Maximum number of entries of a list: headers, and names of each filter.
const MOST: usize = 100;

/// Faults of a webhook: the dotted member, and the message.
pub(crate) type Faults = Vec<(String, String)>;

/// Everything that the author configures.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Definition {
    pub(crate) description: Option<String>,
    pub(crate) scope: Scope,
    pub(crate) request: RequestTemplate,
}

impl Definition {
    /// Parses what a client sent. Secrets sent masked keep their `stored` values, and so does an omitted password, if
    /// the webhook still goes to the same address.
    ///
    /// # Errors
    /// Every fault, by member.
    pub(crate) fn parse(
        body: &Map<String, Value>,
        stored: Option<&Self>,
        guard: &Guard,
    ) -> Result<Self, Faults> {
        let mut reader = Reader { faults: Vec::new() };
        let definition = Self {
            description: reader.text(body, "description", "description"),
            scope: Scope {
                enabled: reader.flag(body, "enabled", true),
                events: reader.events(body),
                consumer: reader.party(body, "consumer"),
                provider: reader.party(body, "provider"),
                filters: reader.filters(body),
            },
            request: reader.request(body, stored.map(|stored| &stored.request), guard),
        };
        if reader.faults.is_empty() {
            Ok(definition)
        } else {
            Err(reader.faults)
        }
    }

    /// Returns the description, or one derived from the scope of the webhook.
    pub(crate) fn title(&self) -> String {
        self.scope.title(self.description.as_deref())
    }

    /// Returns the definition for a client with this access.
    pub(crate) fn show(&self, access: Access) -> ShownDefinition {
        ShownDefinition::of(self, access)
    }
}

struct Reader {
    faults: Faults,
}

impl Reader {
    fn fault(&mut self, field: impl Into<String>, message: impl Into<String>) {
        if self.faults.len() < text::MOST_FAULTS {
            self.faults.push((field.into(), message.into()));
        }
    }

    /// Reports a list with too many entries.
    fn bound(&mut self, field: &str, length: usize) {
        if length > MOST {
            self.fault(field, format!("is too long (at most {MOST} entries)"));
        }
    }

    fn text(&mut self, body: &Map<String, Value>, member: &str, field: &str) -> Option<String> {
        match body.get(member) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                if let Some(fault) = text::fault(field, text) {
                    self.fault(field, fault);
                }
                Some(text.clone())
            }
            Some(_) => {
                self.fault(field, "must be a text");
                None
            }
        }
    }

    fn flag(&mut self, body: &Map<String, Value>, member: &str, default: bool) -> bool {
        match body.get(member) {
            None | Some(Value::Null) => default,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.fault(member, "must be true or false");
                default
            }
        }
    }

    fn party(&mut self, body: &Map<String, Value>, side: &str) -> Party {
        let Some(value) = body.get(side).filter(|value| !value.is_null()) else {
            return Party::Any;
        };
        let Some(object) = value.as_object() else {
            self.fault(side, "must be an object with a name or a label");
            return Party::Any;
        };
        let name = self.text(object, "name", &format!("{side}.name"));
        let label = self.text(object, "label", &format!("{side}.label"));
        match (name, label) {
            (None, None) => Party::Any,
            (Some(_), Some(_)) => {
                self.fault(side, "must have a name or a label, not both");
                Party::Any
            }
            (Some(text), None) | (None, Some(text)) if text.trim().is_empty() => {
                self.fault(side, "must not have a blank name or label");
                Party::Any
            }
            (Some(name), None) => Party::Name(name),
            (None, Some(label)) => Party::Label(label),
        }
    }

    fn events(&mut self, body: &Map<String, Value>) -> Vec<Event> {
        let list = match body.get("events") {
            None | Some(Value::Null) => return vec![Event::ContractContentChanged],
            Some(Value::Array(list)) if list.is_empty() => return vec![Event::ContractContentChanged],
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.fault("events", "must be a list of objects with a name");
                return Vec::new();
            }
        };
        let mut events = Vec::new();
        for (index, item) in list.iter().enumerate() {
            let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
            match Event::named(name) {
                Some(event) if events.contains(&event) => {}
                Some(event) => events.push(event),
                None => {
                    let known = Event::ALL.map(Event::as_str).join(", ");
                    self.fault("events", format!("must be one of {known} (at index {index})"));
                }
            }
        }
        events
    }

    fn filters(&mut self, body: &Map<String, Value>) -> Filters {
        let filters = match body.get("filters") {
            None | Some(Value::Null) => return Filters::default(),
            Some(Value::Object(filters)) => filters,
            Some(_) => {
                self.fault("filters", "must be an object");
                return Filters::default();
            }
        };
        for name in filters.keys() {
            if !["consumerBranches", "providerBranches", "environments"].contains(&name.as_str()) {
                self.fault(
                    format!("filters.{name}"),
                    "is not known: use consumerBranches, providerBranches or environments",
                );
            }
        }
        let mut list = |member: &str| -> Vec<String> {
            let items = match filters.get(member) {
                None | Some(Value::Null) => return Vec::new(),
                Some(value) => value
                    .as_array()
                    .map(|items| items.iter().map(Value::as_str).collect::<Option<Vec<_>>>()),
            };
            let field = format!("filters.{member}");
            let Some(names) = items.flatten() else {
                self.fault(field, "must be a list of names");
                return Vec::new();
            };
            self.bound(&field, names.len());
            if let Some(fault) = names.iter().find_map(|name| text::fault(&field, name)) {
                self.fault(field, fault);
            }
            names.into_iter().map(str::to_owned).collect()
        };
        Filters {
            consumer_branches: list("consumerBranches"),
            provider_branches: list("providerBranches"),
            environments: list("environments"),
        }
    }

    fn request(
        &mut self,
        body: &Map<String, Value>,
        stored: Option<&RequestTemplate>,
        guard: &Guard,
    ) -> RequestTemplate {
        let Some(request) = body.get("request").and_then(Value::as_object) else {
            self.fault("request", "is missing");
            return RequestTemplate::default();
        };
        let method = self.text(request, "method", "request.method").unwrap_or_default();
        if method.trim().is_empty() {
            self.fault("request.method", "is missing");
        } else if let Err(refused) = guard.check_method(&method) {
            self.fault("request.method", refused.to_string());
        }
        let url = self.text(request, "url", "request.url").unwrap_or_default();
        if url.trim().is_empty() {
            self.fault("request.url", "is missing");
        } else if let Err(refused) = guard.check_url(&url) {
            self.fault("request.url", refused.to_string());
        }
        let headers = self.headers(request);
        let username = self.text(request, "username", "request.username");
        let password = self.text(request, "password", "request.password");
        let mut template = RequestTemplate {
            method,
            url,
            headers,
            body: request.get("body").filter(|body| !body.is_null()).cloned(),
            username,
            password,
        };
        if let Some(body) = &template.body
            && body.to_string().len() > text::most("request.body")
        {
            let most = text::most("request.body");
            self.fault(
                "request.body",
                format!("is too long (at most {most} characters as JSON)"),
            );
        }
        // An omitted password is kept, so that a client can send back what it read.
        let keeps_password = template.username.is_some() && !request.contains_key("password");
        if let Err(faults) = unmask(&mut template, keeps_password, stored) {
            self.faults.extend(faults);
        }
        template
    }

    fn headers(&mut self, request: &Map<String, Value>) -> BTreeMap<String, String> {
        let mut headers = BTreeMap::new();
        let members = match request.get("headers") {
            None | Some(Value::Null) => return headers,
            Some(Value::Object(members)) => members,
            Some(_) => {
                self.fault("request.headers", "must be an object of names and texts");
                return headers;
            }
        };
        self.bound("request.headers", members.len());
        for (name, value) in members {
            let field = format!("request.headers.{name}");
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => {
                    self.fault(field, "must be a text");
                    continue;
                }
            };
            if HeaderName::try_from(name.as_str()).is_err() {
                self.fault(
                    &field,
                    "is not a header that can be sent: its name has characters that none may have",
                );
            }
            if !is_mask(&value) && HeaderValue::try_from(&value).is_err() {
                self.fault(
                    &field,
                    "is not a header that can be sent: its value has a control character, such as a new line",
                );
            }
            if let Some(fault) = text::fault("request.headers", &value) {
                self.fault(&field, fault);
            }
            headers.insert(name.clone(), value);
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::Config;

    fn parse(body: &Value, stored: Option<&Definition>) -> Result<Definition, Faults> {
        let guard = Guard::new(&Config::default()).expect("a guard");
        Definition::parse(body.as_object().expect("an object"), stored, &guard)
    }

    fn fields(body: &Value) -> Vec<String> {
        parse(body, None)
            .expect_err("it is wrong")
            .into_iter()
            .map(|(field, _)| field)
            .collect()
    }

    #[test]
    fn reads_what_it_shows() {
        let body = json!({
            "description": "Build",
            "enabled": false,
            "consumer": {"name": "web"},
            "provider": {"label": "core"},
            "events": [{"name": "contract_published"}, {"name": "contract_published"}],
            "filters": {"consumerBranches": ["main"], "providerBranches": [], "environments": []},
            "request": {"method": "POST", "url": "https://ci.example.org/x", "headers": {"X-A": 1}, "body": {"a": 1}},
        });
        let definition = parse(&body, None).expect("a webhook");
        let shown = serde_json::to_value(definition.show(Access::Write)).unwrap();
        assert_eq!(parse(&shown, Some(&definition)).expect("a webhook"), definition);
        assert_eq!(definition.scope.events, [Event::ContractPublished]);
        assert_eq!(definition.request.headers["X-A"], "1");
    }

    #[test]
    fn little_is_needed() {
        let body = json!({"request": {"method": "POST", "url": "https://ci.example.org"}});
        let definition = parse(&body, None).expect("a webhook");
        assert!(definition.scope.enabled);
        assert_eq!(definition.scope.events, [Event::ContractContentChanged]);
        assert_eq!(
            definition.title(),
            "A webhook for all consumers and all providers"
        );
    }

    #[test]
    fn every_fault_is_named_by_its_member() {
        assert_eq!(fields(&json!({})), ["request"]);
        assert_eq!(
            fields(&json!({
                "enabled": 1,
                "events": [{"name": "nope"}],
                "consumer": {"name": "a", "label": "b"},
                "provider": {"name": " "},
                "filters": {"colour": [], "environments": "x"},
                "request": {"method": "DELETE", "url": "http://10.0.0.1", "headers": {"a b": "x", "c": "d\r\ne: f"}},
            })),
            [
                "enabled",
                "events",
                "consumer",
                "provider",
                "filters.colour",
                "filters.environments",
                "request.method",
                "request.url",
                "request.headers.a b",
                "request.headers.c"
            ]
        );
    }

    #[test]
    fn secrets_are_shown_masked_and_survive_being_sent_back() {
        let body = |secret: &str| {
            json!({"request": {
                "method": "POST", "url": "https://ci.example.org", "username": "ci", "password": secret,
                "headers": {"Authorization": secret},
            }})
        };
        let stored = parse(&body("swordfish"), None).expect("a webhook");
        let shown = serde_json::to_value(stored.show(Access::Write)).unwrap();
        assert!(!shown.to_string().contains("swordfish"));
        assert_eq!(
            parse(&shown, Some(&stored)).expect("a webhook").request,
            stored.request
        );
        let mut without = shown;
        without["request"]
            .as_object_mut()
            .expect("an object")
            .remove("password");
        assert_eq!(
            parse(&without, Some(&stored)).expect("a webhook").request,
            stored.request
        );
        let changed = parse(&body("new"), Some(&stored)).expect("a webhook");
        assert_eq!(changed.request.password.as_deref(), Some("new"));
    }
}
