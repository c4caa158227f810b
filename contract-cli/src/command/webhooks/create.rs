//! `contract webhooks create`

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use contract_core::broker::{Client, Webhook, WebhookRequest};
use contract_core::{Error, ErrorKind};

use super::settings::Settings;
use super::show_changes;
use crate::broker::Asked;
use crate::exit::Exit;
use crate::show::{self, Shown as _, or_dash};

/// A new webhook.
#[derive(Debug, Args)]
pub(super) struct NewWebhook {
    /// URL to call
    #[arg(value_name = "URL")]
    url: String,
    /// UUID: creates the webhook with it, or replaces the webhook that has it
    #[arg(long, value_name = "UUID", conflicts_with_all = ["replace", "another"])]
    uuid: Option<String>,
    /// Replace the webhook with the same request, events and applications
    #[arg(long, conflicts_with = "another")]
    replace: bool,
    /// Create another webhook beside those with the same request, events and applications
    #[arg(long)]
    another: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What is done about webhooks with the same purpose.
#[derive(Debug, Clone, Copy)]
enum OnSamePurpose {
    Refuse,
    Replace,
    CreateAnother,
}

/// Creates the webhook, or replaces one if the arguments say so.
///
/// # Errors
///
/// `Usage` without an event, or if it is not said what to do about a webhook with the same purpose; errors of the broker.
pub(super) async fn create(arguments: NewWebhook, asked: &Asked) -> Result<Exit, Error> {
    let client = asked.broker.client()?;
    let on_same = match (arguments.replace, arguments.another) {
        (true, _) => OnSamePurpose::Replace,
        (_, true) => OnSamePurpose::CreateAnother,
        _ => OnSamePurpose::Refuse,
    };
    let mut new = Webhook {
        uuid: arguments.uuid,
        description: None,
        consumer: None,
        provider: None,
        team_uuid: None,
        enabled: true,
        events: Vec::new(),
        request: WebhookRequest {
            method: "POST".to_owned(),
            url: arguments.url,
            headers: BTreeMap::new(),
            body: None,
            username: None,
            password: None,
        },
    };
    arguments.settings.apply(&mut new)?;
    if new.events.is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            "which events trigger the webhook? Give --event, such as --event contract-requiring-verification-published",
        ));
    }
    let before = replaced(&client, &new, on_same).await?;
    if let Some(before) = &before {
        new.uuid.clone_from(&before.uuid);
        if shows_same(before, &new) {
            return Ok(show::saved(Some(before), before, asked.output.format));
        }
    }
    let after = client.set_webhook(&new).await?;
    if let Some(before) = &before {
        show_changes(before, &after);
        if has_secrets(&new) {
            return Ok(show::told(
                "updated",
                Webhook::NOUN,
                &after.name(),
                &after,
                asked.output.format,
            ));
        }
    }
    Ok(show::saved(before.as_ref(), &after, asked.output.format))
}

/// Returns the webhook that the new one replaces: the one with its UUID, or, if the arguments say so or nothing would
/// change, the one with the same purpose.
///
/// # Errors
///
/// `Usage` if a webhook has the same purpose and other settings, and it is not said what to do about it.
async fn replaced(client: &Client, new: &Webhook, on_same: OnSamePurpose) -> Result<Option<Webhook>, Error> {
    let known = client.webhooks(usize::MAX).await?.items;
    if new.uuid.is_some() {
        return Ok(known.into_iter().find(|known| known.uuid == new.uuid));
    }
    if let OnSamePurpose::CreateAnother = on_same {
        return Ok(None);
    }
    let mut same: Vec<Webhook> = known
        .into_iter()
        .filter(|known| is_for_the_same(known, new))
        .collect();
    if let Some(unchanged) = same.iter().position(|known| shows_same(known, new)) {
        return Ok(Some(same.swap_remove(unchanged)));
    }
    match (on_same, same.len()) {
        (_, 0) => Ok(None),
        (OnSamePurpose::Replace, 1) => Ok(same.pop()),
        _ => Err(ambiguous(&same)),
    }
}

/// Returns whether both send the same request line at the same events about the same applications.
fn is_for_the_same(known: &Webhook, new: &Webhook) -> bool {
    known.request.url == new.request.url
        && known.request.method == new.request.method
        && known.consumer == new.consumer
        && known.provider == new.provider
        && known.events == new.events
}

/// Returns whether it has a password or header fields, whose values the broker does not show.
fn has_secrets(webhook: &Webhook) -> bool {
    let request = &webhook.request;
    !request.headers.is_empty() || request.username.is_some() || request.password.is_some()
}

/// Returns whether it is known that nothing would change. The broker describes a webhook that has no description.
fn shows_same(known: &Webhook, new: &Webhook) -> bool {
    !has_secrets(known)
        && !has_secrets(new)
        && is_for_the_same(known, new)
        && (new.description.is_none() || known.description == new.description)
        && (new.team_uuid.is_none() || known.team_uuid == new.team_uuid)
        && known.enabled == new.enabled
        && known.request.body == new.request.body
}

/// Names the webhooks with the same purpose, and the ways out.
fn ambiguous(same: &[Webhook]) -> Error {
    let mut text = match same.len() {
        1 => "a webhook with the same request, events and applications exists:".to_owned(),
        several => format!("{several} webhooks with the same request, events and applications exist:"),
    };
    for webhook in same {
        let _ = write!(text, "\n  {}", or_dash(webhook.uuid.as_ref()));
        if let Some(description) = &webhook.description {
            let _ = write!(text, " {description:?}");
        }
    }
    let first = same.first().and_then(|webhook| webhook.uuid.as_ref());
    let _ = write!(
        text,
        "\ngive --uuid {} to replace it{}, or --another to create a second one",
        or_dash(first),
        if same.len() == 1 {
            " (so does --replace)"
        } else {
            ""
        }
    );
    Error::new(ErrorKind::Usage, text)
}
