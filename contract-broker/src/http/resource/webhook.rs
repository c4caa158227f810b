//! Webhooks.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Link, Links, Time};
use crate::{
    app::{OpenWebhook, TriedWebhook},
    auth::Access,
    domain::notice::{Kind, Notice},
    http::{
        address,
        base_url::BaseUrl,
        page::{Page, PageDocument},
        path::At,
    },
    store::webhooks::Listener,
    webhook::{Answer, Outcome, Party, Rendered, ShownDefinition},
};

/// A webhook; secrets are masked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookDocument {
    uuid: String,
    #[serde(flatten)]
    definition: ShownDefinition,
    /// The team that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    team_uuid: Option<String>,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
    /// What whoever created it should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    notices: Option<Vec<Notice>>,
    #[serde(rename = "_links")]
    links: Links,
}

impl WebhookDocument {
    /// With an advice about another webhook that is the same.
    pub(crate) fn with_twin(mut self, twin: Option<String>) -> Self {
        self.notices = twin.map(|uuid| {
            let text = format!(
                "the webhook {uuid} sends the same request for the same events: both are sent; delete one of them if this \
                 one was created twice by mistake"
            );
            vec![Notice::new(Kind::Warning, text)]
        });
        self
    }

    /// A webhook as whoever has this access may see it.
    pub(crate) fn of(base: &BaseUrl, webhook: &OpenWebhook, access: Access) -> Self {
        Self {
            uuid: webhook.uuid.clone(),
            definition: webhook.definition.show(access),
            team_uuid: webhook.team.as_ref().map(|team| team.uuid.clone()),
            created_at: Time(webhook.created_at),
            updated_at: Time::of_change(webhook.updated_at, webhook.created_at),
            notices: None,
            links: links_of(base, webhook),
        }
    }
}

fn links_of(base: &BaseUrl, OpenWebhook { uuid, definition, .. }: &OpenWebhook) -> Links {
    let at = |address, title: &str| Link::to(base.to(address, [uuid])).titled(title);
    let scope = &definition.scope;
    let mut links = Links::itself(at(address::WEBHOOK, &definition.title()))
        .with(
            "pb:execute",
            at(
                address::EXECUTE,
                "Test the execution of the webhook with the latest matching contract by sending a POST request to this \
                 URL",
            ),
        )
        .with(
            "pb:triggered-webhooks",
            at(address::SENT_BY_WEBHOOK, "What this webhook sent"),
        )
        .with(
            "pb:webhooks",
            Link::to(base.to(address::WEBHOOKS, [])).titled("All webhooks"),
        )
        .curies(base, "index");
    let pacticipant = |name: &str, title: &str| {
        Link::to(base.to(address::PACTICIPANT, [name]))
            .titled(title)
            .named(name)
    };
    let labelled = |label: &str, title: &str| {
        let href = base.to(address::PACTICIPANTS_WITH_LABEL, [label]);
        Link::to(href).titled(title).named(label)
    };
    match &scope.consumer {
        Party::Any => {}
        Party::Name(name) => links.add("pb:consumer", pacticipant(name, "Consumer")),
        Party::Label(label) => links.add("pb:consumers", labelled(label, "Consumers by label")),
    }
    match &scope.provider {
        Party::Any => {}
        Party::Name(name) => links.add("pb:provider", pacticipant(name, "Provider")),
        Party::Label(label) => links.add("pb:providers", labelled(label, "Providers by label")),
    }
    if let (Party::Name(consumer), Party::Name(provider)) = (&scope.consumer, &scope.provider) {
        let title = format!("All webhooks for the contract between {consumer} and {provider}");
        let href = base.to(address::WEBHOOKS_OF_CONTRACT, [provider, consumer]);
        links.add("pb:pact-webhooks", Link::to(href).titled(title));
    }
    links
}

/// Webhooks, as links.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookList {
    #[serde(rename = "_links")]
    links: Links,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageDocument>,
}

impl WebhookList {
    /// The part of `stored` that `page` names.
    pub(crate) fn of(
        base: &BaseUrl,
        stored: Vec<Listener>,
        page: Option<Page>,
        at: &At,
        title: &str,
    ) -> Self {
        let part = Page::part(page, stored);
        let each = part.rows.iter().map(|webhook| {
            let title = webhook.title();
            Link::to(base.to(address::WEBHOOK, [&webhook.uuid]))
                .titled(&title)
                .named(title)
        });
        let own = base.join(&at.path);
        let mut links = Links::itself(Link::to(&own).titled(title))
            .with("pb:create", Link::to(&own).titled("POST to create a webhook"))
            .with_all("pb:webhooks", each)
            .curies(base, "index");
        let page = Page::describe_shown(page, part.total, &mut links, base, at);
        Self { links, page }
    }
}

/// What sending a webhook once did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookTrial {
    request: SentRequest,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<ReceivedAnswer>,
    success: bool,
    logs: String,
    /// Why there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<TrialError>,
    /// Why the answer is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrialError {
    message: String,
}

/// The request that was sent; secrets are masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SentRequest {
    method: String,
    url: String,
    headers: BTreeMap<String, String>,
    body: String,
}

/// What the receiver answered; headers and body if they may be shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReceivedAnswer {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<BTreeMap<String, String>>,
    /// JSON, or a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
}

const NOT_SHOWN: &str =
    "The answer is not shown, because webhook.allowed_hosts lists no hosts. Its status is above.";

impl WebhookTrial {
    pub(crate) fn of(tried: TriedWebhook, links: Links) -> Self {
        let TriedWebhook {
            request,
            outcome,
            shows_answer,
        } = tried;
        let Rendered {
            method,
            url,
            headers,
            body,
        } = request;
        let Outcome {
            success,
            answer,
            error,
            log,
            ..
        } = outcome;
        Self {
            request: SentRequest {
                method,
                url,
                headers,
                body,
            },
            message: (answer.is_some() && !shows_answer).then_some(NOT_SHOWN),
            response: answer.map(|answer| ReceivedAnswer::of(answer, shows_answer)),
            success,
            logs: log.text(Access::Write),
            error: error.map(|message| TrialError { message }),
            links,
        }
    }
}

impl ReceivedAnswer {
    fn of(answer: Answer, shown: bool) -> Self {
        if !shown {
            return Self {
                status: answer.status,
                headers: None,
                body: None,
            };
        }
        let headers = answer.shown_headers().into_iter();
        let headers = headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let body = serde_json::from_str(&answer.body);
        Self {
            status: answer.status,
            headers: Some(headers),
            body: Some(body.unwrap_or(Value::String(answer.body))),
        }
    }
}
