//! Webhooks, disabled.

use http::Method;
use serde_json::Value;

use super::{Copy, path};
use crate::{Error, config::Secret, domain::count::counted, operate::pact_broker::target::Answer};

impl<L: FnMut(String)> Copy<'_, L> {
    /// Copies webhooks, disabled: two brokers must not both start builds. One that is here already stays as it is.
    pub(super) async fn webhooks(&mut self) -> Result<(), Error> {
        let mut count = 0_usize;
        for webhook in self.source.webhooks().await? {
            let uuid = &webhook.uuid;
            let place = path(&["webhooks", uuid]);
            let here = self.target.send(Method::GET, &place, String::new()).await?;
            if here.status.is_success() {
                continue;
            }
            let mut body = webhook.fields;
            body.insert("enabled".to_owned(), Value::from(false));
            let missing = body.get_mut("request").map(without_masked).unwrap_or_default();
            let body = Value::Object(body).to_string();
            let Answer { status, body } = self.target.send(Method::PUT, &place, body).await?;
            if !status.is_success() {
                self.say(format!("webhook {uuid} is NOT copied: {status}: {body}"));
                continue;
            }
            count += 1;
            if !missing.is_empty() {
                self.say(format!(
                    "webhook {uuid} is here without {}, which the Pact Broker masks: set them before you enable it",
                    missing.join(", ")
                ));
            }
        }
        self.say(format!("{} added, disabled", counted(count, "webhook")));
        Ok(())
    }
}

/// Removes headers and the account of a webhook whose values are masked; returns their names.
fn without_masked(request: &mut Value) -> Vec<String> {
    let is_masked = |value: &Value| value.as_str().is_some_and(|text| text.contains(Secret::MASK));
    let mut removed = Vec::new();
    if let Some(headers) = request.get_mut("headers").and_then(Value::as_object_mut) {
        headers.retain(|name, value| {
            let stays = !is_masked(value);
            if !stays {
                removed.push(format!("the header {name}"));
            }
            stays
        });
    }
    if is_masked(&request["password"])
        && let Some(members) = request.as_object_mut()
    {
        members.remove("username");
        members.remove("password");
        removed.push("username and password".to_owned());
    }
    removed
}
