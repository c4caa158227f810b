//! Formats an interaction as text: request, expected response, and matching rules.

use contract_core::contract::{
    Body, Data, Headers, HttpInteraction, Interaction, InteractionKind, MatchingRules, Message, RuleList,
    Undecoded,
};
use contract_core::diff::describe_rules;

use crate::domain::count::counted;

/// An interaction as displayed on a page.
pub(super) struct Shown {
    pub(super) description: String,
    pub(super) states: Vec<String>,
    /// `GET /users/42`, or the kind of message.
    pub(super) summary: String,
    pub(super) pending: bool,
    pub(super) test: String,
    pub(super) sides: Vec<Side>,
}

/// A request, a response or a message.
pub(super) struct Side {
    pub(super) title: String,
    /// The start line and headers, or the metadata; one per line.
    pub(super) head: String,
    pub(super) body: String,
    pub(super) rules: Vec<(String, String)>,
}

impl Shown {
    pub(super) fn new(one: &Interaction) -> Self {
        let (summary, sides) = match &one.kind {
            InteractionKind::Http(http) => (
                format!("{} {}", http.request.method, http.request.path),
                http_sides(http),
            ),
            InteractionKind::Message(message) => {
                ("message".to_owned(), vec![message_side("Message", message)])
            }
            InteractionKind::SyncMessage(message) => {
                let mut sides = vec![message_side("Request", &message.request)];
                sides.extend(
                    message
                        .responses
                        .iter()
                        .map(|response| message_side("Response", response)),
                );
                ("request and response messages".to_owned(), sides)
            }
            InteractionKind::Unknown { type_name, members } => {
                let body = serde_json::to_string_pretty(members).unwrap_or_default();
                let side = Side {
                    title: "As published".into(),
                    head: String::new(),
                    body,
                    rules: Vec::new(),
                };
                (type_name.clone(), vec![side])
            }
            other => (other.type_name().to_owned(), Vec::new()),
        };
        Self {
            description: one.description.clone(),
            states: one.provider_states.iter().map(ToString::to_string).collect(),
            summary,
            pending: one.pending,
            test: one.test_name().unwrap_or_default().to_owned(),
            sides,
        }
    }
}

fn http_sides(http: &HttpInteraction) -> Vec<Side> {
    let (request, response) = (&http.request, &http.response);
    let query = match request.query.to_text() {
        query if query.is_empty() => String::new(),
        query => format!("?{query}"),
    };
    let status = response
        .status
        .map_or_else(|| "any status".to_owned(), |status| status.to_string());
    vec![
        Side {
            title: "Request".into(),
            head: format!(
                "{} {}{query}\n{}",
                request.method,
                request.path,
                lines(&request.headers)
            ),
            body: text(&request.body),
            rules: rules(&request.rules),
        },
        Side {
            title: "Response".into(),
            head: format!("{status}\n{}", lines(&response.headers)),
            body: text(&response.body),
            rules: rules(&response.rules),
        },
    ]
}

fn message_side(title: &str, message: &Message) -> Side {
    let head: Vec<String> = message
        .metadata
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    Side {
        title: title.to_owned(),
        head: head.join("\n"),
        body: text(&message.contents),
        rules: rules(&message.rules),
    }
}

fn lines(headers: &Headers) -> String {
    let lines: Vec<String> = headers
        .iter()
        .map(|(name, values)| format!("{name}: {}", values.join(", ")))
        .collect();
    lines.join(
        "
",
    )
}

fn text(body: &Body) -> String {
    match body {
        Body::Missing => String::new(),
        Body::Empty => "(empty)".to_owned(),
        Body::Null => "null".to_owned(),
        Body::Present(content) => match &content.data {
            Data::Json(value) => serde_json::to_string_pretty(value).unwrap_or_default(),
            Data::Text(text) => text.clone(),
            Data::Binary(bytes) | Data::Undecoded(Undecoded { bytes, .. }) => {
                format!("({})", counted(bytes.len(), "byte"))
            }
        },
    }
}

/// Returns each rule with its path.
fn rules(rules: &MatchingRules) -> Vec<(String, String)> {
    let one = |place: &str, list: &Option<RuleList>| {
        list.as_ref().map(|list| (place.to_owned(), describe_rules(list)))
    };
    let mut found: Vec<(String, String)> = [
        one("method", &rules.method),
        one("path", &rules.path),
        one("status", &rules.status),
    ]
    .into_iter()
    .flatten()
    .collect();
    for (part, lists) in [
        ("query", &rules.query),
        ("header", &rules.headers),
        ("metadata", &rules.metadata),
    ] {
        found.extend(
            lists
                .iter()
                .map(|(name, list)| (format!("{part} {name}"), describe_rules(list))),
        );
    }
    found.extend(
        rules
            .body
            .iter()
            .map(|(path, list)| (path.as_str().to_owned(), describe_rules(list))),
    );
    found
}
