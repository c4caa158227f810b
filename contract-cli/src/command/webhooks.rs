//! `contract webhooks`

use std::collections::BTreeMap;

use clap::{Args, Subcommand, ValueEnum};
use contract_core::broker::{Client, Webhook, WebhookEvent, WebhookParty, WebhookRequest};
use contract_core::{Error, ErrorKind};
use serde_json::Value;

use crate::broker::{Asked, ListArguments};
use crate::confirm::Confirmation;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};
use crate::show::{self, Fact, Shown, or_dash};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the webhooks
    List {
        #[command(flatten)]
        list: ListArguments,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a webhook
    #[command(visible_alias = "describe")]
    Show {
        #[command(flatten)]
        key: Key,
        #[command(flatten)]
        asked: Asked,
    },
    /// Create a webhook; one that exists with the same address, events and applications is replaced
    Create {
        /// URL to call
        #[arg(value_name = "URL")]
        url: String,
        /// UUID: replaces the webhook that has it
        #[arg(long, value_name = "UUID")]
        uuid: Option<String>,
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Change a webhook: given settings replace existing ones
    Update {
        #[command(flatten)]
        key: Key,
        /// New URL to call
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Delete a webhook
    Delete {
        #[command(flatten)]
        key: Key,
        #[command(flatten)]
        confirmation: Confirmation,
        #[command(flatten)]
        asked: Asked,
    },
    /// Make the broker send a webhook once; exits with 1 if the receiver rejects it
    Test {
        #[command(flatten)]
        key: Key,
        #[command(flatten)]
        asked: Asked,
    },
}

/// The UUID of a webhook.
#[derive(Debug, Args)]
struct Key {
    /// UUID of the webhook
    #[arg(value_name = "UUID", required_unless_present = "uuid")]
    webhook: Option<String>,
    /// UUID of the webhook, instead of UUID
    #[arg(long, value_name = "UUID", hide = true, conflicts_with = "webhook")]
    uuid: Option<String>,
}

impl Key {
    fn text(&self) -> &str {
        self.webhook
            .as_deref()
            .or(self.uuid.as_deref())
            .unwrap_or_default()
    }
}

/// The settings of a webhook.
#[derive(Debug, Args)]
struct Settings {
    /// Event that triggers it; may be repeated
    #[arg(long = "event", value_enum, value_name = "EVENT")]
    events: Vec<Event>,
    #[command(flatten)]
    switches: EventSwitches,
    /// HTTP method; POST for a new webhook
    #[arg(long, value_name = "METHOD")]
    request: Option<String>,
    /// Header field of the request; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
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
    fn apply(self, webhook: &mut Webhook) -> Result<(), Error> {
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

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write it as 'Name: value'")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
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

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Error> {
    match arguments.action {
        Action::List { list, asked } => {
            let webhooks = asked.broker.client()?.webhooks(list.limit).await?;
            Ok(show::list(&webhooks, asked.output.format))
        }
        Action::Show { key, asked } => {
            let found = asked.broker.client()?.webhook(key.text()).await?;
            Ok(show::one(&found, asked.output.format))
        }
        Action::Create {
            url,
            uuid,
            settings,
            asked,
        } => create(url, uuid, *settings, &asked).await,
        Action::Update {
            key,
            url,
            settings,
            asked,
        } => {
            let client = asked.broker.client()?;
            let before = client.webhook(key.text()).await?;
            let mut new = before.clone();
            settings.apply(&mut new)?;
            if let Some(url) = url {
                new.request.url = url;
            }
            let after = client.set_webhook(&new).await?;
            Ok(show::saved(Some(&before), &after, asked.output.format))
        }
        Action::Delete {
            key,
            confirmation,
            asked,
        } => {
            confirmation.confirm(&format!("delete the webhook {}", key.text()))?;
            asked.broker.client()?.delete_webhook(key.text()).await?;
            Ok(show::deleted(Webhook::NOUN, key.text(), asked.output.format))
        }
        Action::Test { key, asked } => test(key.text(), &asked).await,
    }
}

async fn create(url: String, uuid: Option<String>, settings: Settings, asked: &Asked) -> Result<Exit, Error> {
    let client = asked.broker.client()?;
    let mut new = Webhook {
        uuid,
        description: None,
        consumer: None,
        provider: None,
        enabled: true,
        events: Vec::new(),
        request: WebhookRequest {
            method: "POST".to_owned(),
            url,
            headers: BTreeMap::new(),
            body: None,
            username: None,
            password: None,
        },
    };
    settings.apply(&mut new)?;
    if new.events.is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            "which events trigger the webhook? Give --event, such as --event contract-requiring-verification-published",
        ));
    }
    let before = same_purpose(&client, &new).await?;
    if let Some(before) = &before {
        new.uuid.clone_from(&before.uuid);
    }
    let after = client.set_webhook(&new).await?;
    Ok(show::saved(before.as_ref(), &after, asked.output.format))
}

/// Returns the webhook that a new one replaces: the one with its UUID, or without a UUID the one with the same request
/// line, events and applications.
async fn same_purpose(client: &Client, new: &Webhook) -> Result<Option<Webhook>, Error> {
    let known = client.webhooks(usize::MAX).await?.items;
    Ok(known.into_iter().find(|known| match &new.uuid {
        Some(_) => known.uuid == new.uuid,
        None => {
            known.request.url == new.request.url
                && known.request.method == new.request.method
                && known.consumer == new.consumer
                && known.provider == new.provider
                && known.events == new.events
        }
    }))
}

async fn test(uuid: &str, asked: &Asked) -> Result<Exit, Error> {
    let tested = asked.broker.client()?.test_webhook(uuid).await?;
    if asked.output.format == PlainFormat::Json {
        output::json(&tested);
    } else {
        let outcome = match (tested.success, tested.status, &tested.error) {
            (true, Some(status), _) => format!("the receiver accepted the webhook ({status})"),
            (true, None, _) => "the receiver accepted the webhook".to_owned(),
            (false, Some(status), _) => format!("the receiver rejected the webhook ({status})"),
            (false, None, Some(error)) => format!("the webhook could not be sent: {error}"),
            (false, None, None) => "the webhook failed".to_owned(),
        };
        output::result(&outcome);
        if let Some(logs) = &tested.logs {
            output::note(logs.trim_end());
        }
    }
    Ok(if tested.success { Exit::Fine } else { Exit::No })
}

impl Shown for Webhook {
    const NOUN: &'static str = "webhook";
    const PLURAL: &'static str = "webhooks";

    fn name(&self) -> String {
        or_dash(self.uuid.as_ref())
    }

    fn columns() -> Vec<Fact<Self>> {
        vec![
            Fact::new("key", |it| or_dash(it.uuid.as_ref())),
            Fact::new("description", |it| or_dash(it.description.as_ref())),
            Fact::new("consumer", |it| of(it.consumer.as_ref())),
            Fact::new("provider", |it| of(it.provider.as_ref())),
            Fact::new("events", |it| {
                let names = it.events.iter().map(|event| event.name.as_str());
                names.collect::<Vec<_>>().join(", ")
            }),
            Fact::new("request", |it| {
                format!("{} {}", it.request.method, it.request.url)
            }),
            Fact::new("status", |it| {
                let word = if it.enabled { "" } else { "disabled" };
                word.to_owned()
            }),
        ]
    }

    fn lines() -> Vec<Fact<Self>> {
        let mut lines = Self::columns();
        lines.push(Fact::new("headers", |it| {
            let headers = it.request.headers.iter();
            headers
                .map(|(name, value)| format!("{name}: {value}"))
                .collect::<Vec<_>>()
                .join("; ")
        }));
        lines.push(Fact::new("user", |it| or_dash(it.request.username.as_ref())));
        lines.push(Fact::new("body", |it| match &it.request.body {
            Some(Value::String(text)) => text.clone(),
            Some(json) => json.to_string(),
            None => String::new(),
        }));
        lines
    }
}

/// Describes the applications of a webhook.
fn of(party: Option<&WebhookParty>) -> String {
    match party {
        Some(WebhookParty { name: Some(name), .. }) => name.clone(),
        Some(WebhookParty {
            label: Some(label), ..
        }) => format!("label {label}"),
        _ => String::new(),
    }
}
