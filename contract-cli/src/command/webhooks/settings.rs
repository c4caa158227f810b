//! The settings of a webhook.

use clap::{Args, ValueEnum};
use contract_core::broker::{Webhook, WebhookEvent, WebhookParty};
use contract_core::{Error, ErrorKind};
use serde_json::Value;

use crate::header;

/// The settings of a webhook.
#[derive(Debug, Args)]
pub(super) struct Settings {
    /// Event that triggers it; may be repeated
    #[arg(long = "event", value_enum, value_name = "EVENT")]
    events: Vec<Event>,
    #[command(flatten)]
    switches: EventSwitches,
    /// HTTP method; POST for a new webhook
    #[arg(long, value_name = "METHOD")]
    request: Option<String>,
    /// Header field of the request; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header::field)]
    headers: Vec<(String, String)>,
    /// Request body: JSON or text, or @PATH to read a file
    #[arg(long, value_name = "DATA")]
    data: Option<String>,
    /// User and password for the receiver (HTTP basic)
    #[arg(
        long = "user",
        value_name = "USER:PASSWORD",
        env = "CONTRACT_WEBHOOK_USER",
        hide_env_values = true
    )]
    receiver: Option<String>,
    /// Only contracts of this consumer
    #[arg(long, value_name = "NAME", conflicts_with = "consumer_label")]
    consumer: Option<String>,
    /// Only contracts of consumers with this label
    #[arg(long, value_name = "LABEL")]
    consumer_label: Option<String>,
    /// Only contracts with this provider
    #[arg(long, value_name = "NAME", conflicts_with = "provider_label")]
    provider: Option<String>,
    /// Only contracts with providers with this label
    #[arg(long, value_name = "LABEL")]
    provider_label: Option<String>,
    /// UUID of the team that it belongs to
    #[arg(long, value_name = "UUID")]
    team_uuid: Option<String>,
    /// Description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Disable the webhook
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
    /// Enable the webhook
    #[arg(long)]
    enable: bool,
}

/// The events as flags, for compatibility with the `pact` command.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
struct EventSwitches {
    /// The same as --event contract-content-changed
    #[arg(long, hide = true)]
    contract_content_changed: bool,
    /// The same as --event contract-published
    #[arg(long, hide = true)]
    contract_published: bool,
    /// The same as --event contract-requiring-verification-published
    #[arg(long, hide = true)]
    contract_requiring_verification_published: bool,
    /// The same as --event provider-verification-published
    #[arg(long, hide = true)]
    provider_verification_published: bool,
    /// The same as --event provider-verification-failed
    #[arg(long, hide = true)]
    provider_verification_failed: bool,
    /// The same as --event provider-verification-succeeded
    #[arg(long, hide = true)]
    provider_verification_succeeded: bool,
    /// The same as --event provider-contract-published
    #[arg(long, hide = true)]
    provider_contract_published: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Event {
    /// A contract with new content was published
    ContractContentChanged,
    /// A contract was published
    ContractPublished,
    /// A contract was published that a provider version in use has not verified
    ContractRequiringVerificationPublished,
    /// A verification result was published
    ProviderVerificationPublished,
    /// A verification failed
    ProviderVerificationFailed,
    /// A verification succeeded
    ProviderVerificationSucceeded,
    /// A provider published a description of its API
    ProviderContractPublished,
}

impl Event {
    /// Returns the broker's name of the event.
    fn name(self) -> &'static str {
        match self {
            Self::ContractContentChanged => "contract_content_changed",
            Self::ContractPublished => "contract_published",
            Self::ContractRequiringVerificationPublished => "contract_requiring_verification_published",
            Self::ProviderVerificationPublished => "provider_verification_published",
            Self::ProviderVerificationFailed => "provider_verification_failed",
            Self::ProviderVerificationSucceeded => "provider_verification_succeeded",
            Self::ProviderContractPublished => "provider_contract_published",
        }
    }
}

impl Settings {
    fn events(&self) -> Vec<WebhookEvent> {
        let switches = &self.switches;
        let switched = [
            (switches.contract_content_changed, Event::ContractContentChanged),
            (switches.contract_published, Event::ContractPublished),
            (
                switches.contract_requiring_verification_published,
                Event::ContractRequiringVerificationPublished,
            ),
            (
                switches.provider_verification_published,
                Event::ProviderVerificationPublished,
            ),
            (
                switches.provider_verification_failed,
                Event::ProviderVerificationFailed,
            ),
            (
                switches.provider_verification_succeeded,
                Event::ProviderVerificationSucceeded,
            ),
            (
                switches.provider_contract_published,
                Event::ProviderContractPublished,
            ),
        ];
        let mut events = self.events.clone();
        events.extend(
            switched
                .into_iter()
                .filter(|(is_on, _)| *is_on)
                .map(|(_, event)| event),
        );
        events
            .into_iter()
            .map(|event| WebhookEvent {
                name: event.name().to_owned(),
            })
            .collect()
    }

    /// Applies the given settings.
    pub(super) fn apply(self, webhook: &mut Webhook) -> Result<(), Error> {
        let events = self.events();
        if !events.is_empty() {
            webhook.events = events;
        }
        if let Some(method) = self.request {
            webhook.request.method = method;
        }
        if !self.headers.is_empty() {
            webhook.request.headers = self.headers.into_iter().collect();
        }
        if let Some(data) = self.data {
            webhook.request.body = Some(body(&data)?);
        }
        if let Some((user, password)) = self.receiver.as_deref().and_then(|user| user.split_once(':')) {
            webhook.request.username = Some(user.to_owned());
            webhook.request.password = Some(password.to_owned());
        }
        if let Some(consumer) = party(self.consumer, self.consumer_label) {
            webhook.consumer = Some(consumer);
        }
        if let Some(provider) = party(self.provider, self.provider_label) {
            webhook.provider = Some(provider);
        }
        if self.team_uuid.is_some() {
            webhook.team_uuid = self.team_uuid;
        }
        if self.description.is_some() {
            webhook.description = self.description;
        }
        if self.enable || self.disable {
            webhook.enabled = self.enable;
        }
        Ok(())
    }
}

fn party(name: Option<String>, label: Option<String>) -> Option<WebhookParty> {
    (name.is_some() || label.is_some()).then_some(WebhookParty { name, label })
}

/// Parses the body: JSON if it is valid JSON, otherwise text.
fn body(data: &str) -> Result<Value, Error> {
    let text = match data.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path).map_err(|error| {
            Error::new(
                ErrorKind::Io,
                format!("cannot read the body of the webhook from {path}: {error}"),
            )
        })?,
        None => data.to_owned(),
    };
    Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
