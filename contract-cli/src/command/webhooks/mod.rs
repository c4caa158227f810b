//! `contract webhooks`

mod create;
mod settings;

use clap::{Args, Subcommand};
use contract_core::Error;
use contract_core::broker::{Webhook, WebhookParty};
use serde_json::Value;

use self::create::{NewWebhook, create};
use self::settings::Settings;
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
    /// Create a webhook, or replace the one with this UUID
    Create {
        #[command(flatten)]
        new: Box<NewWebhook>,
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
        Action::Create { new, asked } => create(*new, &asked).await,
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
            show_changes(&before, &after);
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

/// Says which settings of a webhook were replaced.
fn show_changes(before: &Webhook, after: &Webhook) {
    for change in show::changes(before, after) {
        output::note(&format!("replaced {change}"));
    }
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
        lines.push(Fact::new("team", |it| or_dash(it.team_uuid.as_ref())));
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
