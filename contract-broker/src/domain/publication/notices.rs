//! The notices for the publisher.

use std::fmt::Write as _;

use super::{Detected, Notice, Outcome, Published, PublishedContract, Request};
use crate::domain::notice::Kind;

/// Returns the notices for the publisher. `contract_urls` are the URLs of the contracts, in order.
pub(crate) fn notices(request: &Request, published: &Published, contract_urls: &[String]) -> Vec<Notice> {
    let mut notices = vec![of_version(request, published)];
    if request.branch.is_none() {
        notices.push(Notice::new(
            Kind::Prompt,
            "  Next steps:\n    Configure the version branch to be the value of your repository branch (--branch): selectors, \
             pending contracts and webhooks go by it",
        ));
    }
    for (contract, url) in published.contracts.iter().zip(contract_urls) {
        notices.push(of_outcome(request, contract));
        notices.push(Notice::new(
            Kind::Debug,
            format!("  View the published pact at {url}"),
        ));
        notices.extend(of_events(&contract.events, url));
        if !contract.ever_verified {
            let provider = &contract.provider;
            notices.push(Notice::new(
                Kind::Prompt,
                format!(
                    "  Next steps:\n    * Add Pact verification tests to the {provider} build, and publish their results"
                ),
            ));
        }
    }
    notices
}

/// Says what became of the consumer version, with its branch and tags.
fn of_version(request: &Request, published: &Published) -> Notice {
    let Request {
        consumer,
        version,
        branch,
        tags,
        ..
    } = request;
    let done = if published.version_created {
        "Created"
    } else {
        "Updated"
    };
    let mut text = format!("{done} {consumer} version {version}");
    if let Some(branch) = branch {
        let _ = write!(text, " with branch {branch}");
    }
    if !tags.is_empty() {
        text.push_str(if branch.is_some() {
            " and tags "
        } else {
            " with tags "
        });
        text.push_str(&tags.join(", "));
    }
    Notice::new(Kind::Debug, text)
}

/// Says what became of a contract.
fn of_outcome(request: &Request, contract: &PublishedContract) -> Notice {
    let provider = &contract.provider;
    let subject = format!(
        "for {} version {} and provider {provider}",
        request.consumer, request.version
    );
    match contract.outcome {
        Outcome::Created => Notice::new(Kind::Success, format!("Pact successfully published {subject}")),
        Outcome::Unchanged => Notice::new(
            Kind::Success,
            format!(
                "Pact successfully republished {subject} with no content changes: same content as before"
            ),
        ),
        Outcome::Revised if request.merged_with.contains(provider) => Notice::new(
            Kind::Success,
            format!("Pact content merged with existing content {subject}"),
        ),
        Outcome::Revised => Notice::new(
            Kind::Warning,
            format!(
                "Pact with changed content published over existing content {subject}: what was published under this \
                 version before is replaced. This is not recommended in normal circumstances"
            ),
        ),
    }
}

/// Describes the events of a contract and the webhooks that they trigger.
fn of_events(events: &[Detected], contract_url: &str) -> Vec<Notice> {
    let detected: Vec<String> = events
        .iter()
        .map(|detected| match &detected.comment {
            Some(comment) => format!("{} ({comment})", detected.event.as_str()),
            None => detected.event.as_str().to_owned(),
        })
        .collect();
    let mut texts = vec![format!("  Events detected: {}", detected.join(", "))];
    let mut triggered: Vec<String> = Vec::new();
    for detected in events {
        triggered.extend(detected.webhooks.iter().map(|title| {
            let event = detected.event.as_str();
            format!("  Webhook \"{title}\" triggered for event {event}")
        }));
    }
    // Several provider versions may have to verify: the webhook is listed once.
    triggered.dedup();
    if triggered.is_empty() {
        texts.push("  No enabled webhooks found for the detected events".to_owned());
    } else {
        texts.append(&mut triggered);
        texts.push(format!("    View logs at {contract_url}/triggered-webhooks"));
    }
    texts
        .into_iter()
        .map(|text| Notice::new(Kind::Debug, text))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::events::Event;

    #[test]
    fn webhooks_are_named_with_the_events_that_they_are_for() {
        let detected = |event, comment: Option<&str>, webhooks: &[&str]| Detected {
            event,
            provider_version: None,
            comment: comment.map(str::to_owned),
            webhooks: webhooks.iter().map(|title| (*title).to_owned()).collect(),
        };
        let texts = |events: &[Detected]| -> Vec<String> {
            let notices = of_events(events, "http://broker/x");
            notices.into_iter().map(|notice| notice.text).collect()
        };
        let published = detected(Event::ContractPublished, None, &[]);
        let waits = detected(
            Event::ContractRequiringVerificationPublished,
            Some("new"),
            &["build", "chat"],
        );
        assert_eq!(
            texts(std::slice::from_ref(&published)),
            [
                "  Events detected: contract_published",
                "  No enabled webhooks found for the detected events"
            ]
        );
        assert_eq!(
            texts(&[published, waits])[1..],
            [
                "  Webhook \"build\" triggered for event contract_requiring_verification_published",
                "  Webhook \"chat\" triggered for event contract_requiring_verification_published",
                "    View logs at http://broker/x/triggered-webhooks",
            ]
        );
    }
}
