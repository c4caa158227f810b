//! Publishing: the request, and the notices for the publisher.

use std::{collections::HashSet, fmt::Write as _};

use base64::Engine as _;
use serde_json::Value;

use super::{
    Notice, Refusal,
    cancel::{Cancel, Cancelled},
    content::{Content, without_mark},
    events::Event,
    name,
    notice::Kind,
    text, text_diff,
};

/// Maximum number of different tags in one publication.
const MOST_TAGS: usize = 1000;
/// Maximum number of contracts in one publication, each with another provider.
const MOST_CONTRACTS: usize = 500;

/// The outcome of a publication for one contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The first contract of this consumer version with the provider.
    Created,
    /// The same content existed.
    Unchanged,
    /// Different content existed; it is now an earlier revision.
    Revised,
}

/// The outcome of a publication.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) version_created: bool,
    pub(crate) consumer_id: i64,
    pub(crate) version_id: i64,
    /// By provider name.
    pub(crate) contracts: Vec<PublishedContract>,
    /// Whether any webhook is listening for events.
    pub(crate) listening: bool,
}

/// The outcome of a publication for one contract.
#[derive(Debug, Clone)]
pub(crate) struct PublishedContract {
    pub(crate) provider: String,
    pub(crate) provider_id: i64,
    pub(crate) content_id: i64,
    pub(crate) outcome: Outcome,
    pub(crate) events: Vec<Detected>,
    /// Whether any contract of the pair has a result.
    pub(crate) ever_verified: bool,
}

/// An event caused by a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Detected {
    pub(crate) event: Event,
    /// The provider version that should verify, if the event is about one.
    pub(crate) provider_version: Option<i64>,
    /// A human-readable reason.
    pub(crate) comment: Option<String>,
    /// The titles of the webhooks triggered by the event. Not set by the store: they are found after the publication is
    /// stored.
    pub(crate) webhooks: Vec<String>,
}

/// A validated request to publish.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) consumer: String,
    pub(crate) version: String,
    pub(crate) branch: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) build_url: Option<String>,
    pub(crate) contracts: Vec<RequestedContract>,
    /// The providers whose contracts are merged with the existing ones.
    pub(crate) merged_with: Vec<String>,
}

/// One contract of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestedContract {
    pub(crate) provider: String,
    pub(crate) content: Content,
    pub(crate) merge: bool,
}

/// Parses the body of `POST /contracts/publish`. Every fault is reported with its member and, in a list, its index.
pub(crate) fn parse(body: &Value) -> Result<Request, Refusal> {
    let Value::Object(body) = body else {
        return Err(Refusal::Malformed(
            "expected a JSON object with the contracts to publish".into(),
        ));
    };
    let mut faults: Vec<(String, String)> = Vec::new();
    let mut required = |key: &str| match body.get(key) {
        None | Some(Value::Null) => {
            faults.push((key.to_owned(), "is missing".to_owned()));
            String::new()
        }
        Some(Value::String(text)) => {
            if let Some(fault) = name::fault(text) {
                faults.push((key.to_owned(), fault.to_owned()));
            }
            text.clone()
        }
        Some(_) => {
            faults.push((key.to_owned(), "must be a string".to_owned()));
            String::new()
        }
    };
    let (consumer, version) = (required("pacticipantName"), required("pacticipantVersionNumber"));
    let mut optional = |key: &str, fault: fn(&str) -> Option<&'static str>| match body.get(key) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => {
            if let Some(fault) = fault(text) {
                faults.push((key.to_owned(), fault.to_owned()));
            }
            Some(text.clone())
        }
        Some(_) => {
            faults.push((key.to_owned(), "must be a string".to_owned()));
            None
        }
    };
    let branch = optional("branch", name::fault);
    let build_url = optional("buildUrl", |url| {
        url.contains(char::is_control)
            .then_some("cannot contain a new line")
    })
    .filter(|url| !url.is_empty());
    if let Some(fault) = build_url.as_deref().and_then(|url| text::fault("buildUrl", url)) {
        faults.push(("buildUrl".to_owned(), fault));
    }
    let mut tags = Vec::new();
    match body.get("tags") {
        None | Some(Value::Null) => {}
        Some(Value::Array(list)) => {
            let mut known = HashSet::new();
            for (index, tag) in list.iter().enumerate() {
                if faults.len() >= text::MOST_FAULTS {
                    break;
                }
                match tag.as_str().map(|tag| (tag, name::fault(tag))) {
                    // Duplicates count once.
                    Some((tag, None)) => {
                        if known.insert(tag) {
                            tags.push(tag.to_owned());
                        }
                    }
                    Some((_, Some(fault))) => {
                        faults.push(("tags".into(), format!("{fault} (at index {index})")));
                    }
                    None => faults.push(("tags".into(), format!("must be a string (at index {index})"))),
                }
            }
        }
        Some(_) => faults.push(("tags".into(), "must be a list of strings".into())),
    }
    if tags.len() > MOST_TAGS {
        let given = tags.len();
        faults.push((
            "tags".into(),
            format!("at most {MOST_TAGS} different tags can be given, not {given}"),
        ));
    }
    let mut contracts = Vec::new();
    match body.get("contracts") {
        Some(Value::Array(list)) if list.len() > MOST_CONTRACTS => {
            let given = list.len();
            faults.push((
                "contracts".into(),
                format!("at most {MOST_CONTRACTS} contracts can be published at once, not {given}"),
            ));
        }
        Some(Value::Array(list)) => {
            for (index, contract) in list.iter().enumerate() {
                match requested(contract, &consumer) {
                    Ok(contract) => contracts.push(contract),
                    Err(messages) => faults.extend(
                        messages
                            .into_iter()
                            .map(|message| ("contracts".into(), format!("{message} (at index {index})"))),
                    ),
                }
            }
            let mut providers: Vec<&str> = contracts
                .iter()
                .map(|c: &RequestedContract| c.provider.as_str())
                .collect();
            providers.sort_unstable();
            for pair in providers.windows(2).filter(|pair| pair[0] == pair[1]) {
                faults.push((
                    "contracts".into(),
                    format!("more than one contract with {} is given", pair[0]),
                ));
            }
        }
        None | Some(Value::Null) => faults.push(("contracts".into(), "is missing".into())),
        Some(_) => faults.push(("contracts".into(), "must be a list".into())),
    }
    if faults.is_empty() {
        let to_merge = contracts.iter().filter(|contract| contract.merge);
        Ok(Request {
            merged_with: to_merge.map(|contract| contract.provider.clone()).collect(),
            consumer,
            version,
            branch,
            tags,
            build_url,
            contracts,
        })
    } else {
        Err(Refusal::Invalid(faults))
    }
}

fn requested(contract: &Value, consumer: &str) -> Result<RequestedContract, Vec<String>> {
    let mut faults = Vec::new();
    let mut text = |key: &str| match contract.get(key) {
        None | Some(Value::Null) => {
            faults.push(format!("{key} is missing"));
            None
        }
        Some(Value::String(text)) if key == "content" => Some(text.as_str()),
        Some(Value::String(text)) => match name::fault(text) {
            Some(fault) => {
                faults.push(format!("{key} {fault}"));
                None
            }
            None => Some(text.as_str()),
        },
        Some(_) => {
            faults.push(format!("{key} must be a string"));
            None
        }
    };
    let (named_consumer, provider, encoded) = (text("consumerName"), text("providerName"), text("content"));
    if let Some(name) = named_consumer.filter(|name| *name != consumer) {
        faults.push(format!(
            "consumerName ({name}) must match pacticipantName ({consumer})"
        ));
    }
    if let Some(kind) = contract.get("contentType").and_then(Value::as_str)
        && !kind.contains("json")
    {
        faults.push("contentType must be application/json".into());
    }
    if let Some(kind) = contract.get("specification").and_then(Value::as_str)
        && kind != "pact"
    {
        faults.push("specification must be pact".into());
    }
    let merge = match contract.get("onConflict") {
        None | Some(Value::Null) => false,
        Some(Value::String(choice)) if choice == "overwrite" || choice == "merge" => choice == "merge",
        Some(_) => {
            faults.push("onConflict must be one of overwrite, merge".into());
            false
        }
    };
    let content = encoded.and_then(|encoded| match decode(encoded) {
        Ok(content) => Some(content),
        Err(fault) => {
            faults.push(fault);
            None
        }
    });
    if let Some(content) = &content {
        faults.extend(name_faults(content, named_consumer, provider));
    }
    match (provider, content) {
        (Some(provider), Some(content)) if faults.is_empty() => Ok(RequestedContract {
            provider: provider.to_owned(),
            content,
            merge,
        }),
        _ => Err(faults),
    }
}

fn decode(encoded: &str) -> Result<Content, String> {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(encoded.trim())
        .map_err(|error| format!("content is not valid base64: {error}"))?;
    let document = String::from_utf8(bytes).map_err(|error| {
        format!(
            "content is not UTF-8 text once decoded: byte {} does not fit",
            error.utf8_error().valid_up_to()
        )
    })?;
    if !without_mark(&document).trim_start().starts_with('{') {
        return Err("content must be a JSON object once decoded".into());
    }
    Content::analyse(document).map_err(|error| format!("content is not JSON once decoded: {error}"))
}

/// Returns what is wrong with the names inside a contract, compared with those under which it is published.
pub(crate) fn name_faults(content: &Content, consumer: Option<&str>, provider: Option<&str>) -> Vec<String> {
    [
        ("consumer", &content.consumer, consumer),
        ("provider", &content.provider, provider),
    ]
    .into_iter()
    .filter_map(|(role, inside, expected)| {
        let (inside, expected) = (inside.as_deref()?, expected?);
        (inside != expected)
            .then(|| format!("{role} name in contract ('{inside}') does not match {role} name '{expected}'"))
    })
    .collect()
}

/// Returns the refusal of different content for a published contract. The difference is omitted: computing it takes a
/// while, and only some clients are shown it.
pub(crate) fn conflict(consumer: &str, version: &str, provider: &str, content_id: i64) -> Refusal {
    let message = format!(
        "Cannot change the content of the pact for {consumer} version {version} and provider {provider}, as different \
         content was published for version {version} of {consumer} before. Each pact must be published with a unique \
         consumer version number: a version stands for one commit, and the contract of one commit does not change."
    );
    Refusal::ContentConflict {
        notices: vec![Notice::new(Kind::Error, message.clone())],
        message,
        provider: provider.to_owned(),
        content_id,
    }
}

/// Returns the notice with the difference to the published content; `None` if there is none that affects verification.
///
/// # Errors
/// The computation was cancelled.
pub(crate) fn difference(old: &str, new: &str, cancel: &Cancel) -> Result<Option<Notice>, Cancelled> {
    let diff = text_diff::excerpt((old, "published before"), (new, "refused now"), cancel)?;
    Ok((!diff.is_empty()).then(|| Notice::new(Kind::Info, diff)))
}

/// Returns the notices for the publisher. `contract_urls` are the URLs of the contracts, in order.
pub(crate) fn notices(request: &Request, published: &Published, contract_urls: &[String]) -> Vec<Notice> {
    let mut notices = Vec::new();
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
    notices.push(Notice::new(Kind::Debug, text));
    if branch.is_none() {
        notices.push(Notice::new(
            Kind::Prompt,
            "  Next steps:\n    Configure the version branch to be the value of your repository branch (--branch): selectors, \
             pending contracts and webhooks go by it",
        ));
    }
    for (contract, url) in published.contracts.iter().zip(contract_urls) {
        let provider = &contract.provider;
        let subject = format!("for {consumer} version {version} and provider {provider}");
        let is_merged = request.merged_with.contains(provider);
        notices.push(match contract.outcome {
            Outcome::Created => Notice::new(Kind::Success, format!("Pact successfully published {subject}")),
            Outcome::Unchanged => Notice::new(
                Kind::Success,
                format!("Pact successfully republished {subject} with no content changes: same content as before"),
            ),
            Outcome::Revised if is_merged => Notice::new(
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
        });
        notices.push(Notice::new(
            Kind::Debug,
            format!("  View the published pact at {url}"),
        ));
        notices.extend(of_events(&contract.events, url));
        if !contract.ever_verified {
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
    use serde_json::json;

    use super::*;

    fn body(content: &str) -> Value {
        json!({
            "pacticipantName": "web", "pacticipantVersionNumber": "1",
            "contracts": [{
                "consumerName": "web", "providerName": "api", "specification": "pact", "contentType": "application/json",
                "content": base64::engine::general_purpose::STANDARD.encode(content),
            }],
        })
    }

    #[test]
    fn a_request_is_read() {
        let request = parse(&body(r#"{"consumer":{"name":"web"},"interactions":[{}]}"#)).unwrap();
        assert_eq!(
            (request.consumer.as_str(), request.version.as_str()),
            ("web", "1")
        );
        assert_eq!(request.contracts[0].content.interactions, 1);
    }

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

    #[test]
    fn every_fault_is_named() {
        let faults = |mut change: Box<dyn FnMut(&mut Value)>| {
            let mut value = body(r#"{"consumer":{"name":"web"}}"#);
            change(&mut value);
            parse(&value).unwrap_err().to_string()
        };
        for (change, expected) in [
            (
                Box::new(|v: &mut Value| v["pacticipantName"] = json!("")) as Box<dyn FnMut(&mut Value)>,
                "pacticipantName can't be blank, contracts consumerName (web) must match pacticipantName () (at index 0)",
            ),
            (
                Box::new(|v| v["branch"] = json!("a\nb")),
                "branch cannot contain a new line",
            ),
            (
                Box::new(|v| v["tags"] = json!(["a", " "])),
                "tags can't be blank (at index 1)",
            ),
            (Box::new(|v| v["contracts"] = json!(null)), "contracts is missing"),
            (
                Box::new(|v| v["contracts"][0]["content"] = json!(null)),
                "contracts content is missing (at index 0)",
            ),
            (
                Box::new(|v| v["contracts"][0]["content"] = json!("e30K=")),
                "contracts content is not valid base64: Invalid symbol 61, offset 4. (at index 0)",
            ),
            (
                Box::new(|v| v["contracts"][0]["content"] = json!("/////w==")),
                "contracts content is not UTF-8 text once decoded: byte 0 does not fit (at index 0)",
            ),
            (
                Box::new(|v| v["contracts"][0]["content"] = json!("W10=")),
                "contracts content must be a JSON object once decoded (at index 0)",
            ),
            (
                Box::new(|v| v["contracts"][0]["content"] = json!("eyJjb25zdW1lciI6eyJuYW1lIjoieCJ9fQ==")),
                "contracts consumer name in contract ('x') does not match consumer name 'web' (at index 0)",
            ),
        ] {
            assert_eq!(faults(change), expected);
        }
        assert!(parse(&json!([])).is_err());
    }
}
