//! The body of `POST /contracts/publish`.

use std::collections::HashSet;

use base64::Engine as _;
use serde_json::{Map, Value};

use super::{Refusal, Request, RequestedContract};
use crate::domain::{
    content::{Content, without_mark},
    name, text,
};

/// Maximum number of different tags in one publication.
const MOST_TAGS: usize = 1000;
/// Maximum number of contracts in one publication, each with another provider.
const MOST_CONTRACTS: usize = 500;

/// Parses the body of `POST /contracts/publish`. Every fault is reported with its member and, in a list, its index.
pub(crate) fn parse(body: &Value) -> Result<Request, Refusal> {
    let Value::Object(members) = body else {
        return Err(Refusal::Malformed(
            "expected a JSON object with the contracts to publish".into(),
        ));
    };
    let mut body = Body {
        members,
        faults: Vec::new(),
    };
    let consumer = body.required_name("pacticipantName");
    let version = body.required_name("pacticipantVersionNumber");
    let branch = body.optional_name("branch");
    let build_url = body.build_url();
    let tags = body.tags();
    let contracts = body.contracts(&consumer);
    if !body.faults.is_empty() {
        return Err(Refusal::Invalid(body.faults));
    }
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
}

/// The body, and the faults found in it so far by member.
struct Body<'b> {
    members: &'b Map<String, Value>,
    faults: Vec<(String, String)>,
}

impl<'b> Body<'b> {
    fn fault(&mut self, member: &str, message: impl Into<String>) {
        self.faults.push((member.to_owned(), message.into()));
    }

    fn string(&mut self, member: &str) -> Option<&'b str> {
        match self.members.get(member) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.fault(member, "must be a string");
                None
            }
        }
    }

    /// Returns the name in a member; empty if there is none, which is a fault.
    fn required_name(&mut self, member: &str) -> String {
        if matches!(self.members.get(member), None | Some(Value::Null)) {
            self.fault(member, "is missing");
        }
        self.optional_name(member).unwrap_or_default()
    }

    fn optional_name(&mut self, member: &str) -> Option<String> {
        let name = self.string(member)?;
        if let Some(fault) = name::fault(name) {
            self.fault(member, fault);
        }
        Some(name.to_owned())
    }

    fn build_url(&mut self) -> Option<String> {
        let url = self.string("buildUrl").filter(|url| !url.is_empty())?;
        if url.contains(char::is_control) {
            self.fault("buildUrl", "cannot contain a new line");
        }
        if let Some(fault) = text::fault("buildUrl", url) {
            self.fault("buildUrl", fault);
        }
        Some(url.to_owned())
    }

    /// Returns the tags; duplicates count once.
    fn tags(&mut self) -> Vec<String> {
        let list = match self.members.get("tags") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.fault("tags", "must be a list of strings");
                return Vec::new();
            }
        };
        let mut known = HashSet::new();
        let mut tags = Vec::new();
        for (index, tag) in list.iter().enumerate() {
            if self.faults.len() >= text::MOST_FAULTS {
                break;
            }
            match tag.as_str().map(|tag| (tag, name::fault(tag))) {
                Some((tag, None)) => {
                    if known.insert(tag) {
                        tags.push(tag.to_owned());
                    }
                }
                Some((_, Some(fault))) => self.fault("tags", format!("{fault} (at index {index})")),
                None => self.fault("tags", format!("must be a string (at index {index})")),
            }
        }
        if tags.len() > MOST_TAGS {
            let given = tags.len();
            self.fault(
                "tags",
                format!("at most {MOST_TAGS} different tags can be given, not {given}"),
            );
        }
        tags
    }

    /// Returns the contracts of `consumer`, each with another provider.
    fn contracts(&mut self, consumer: &str) -> Vec<RequestedContract> {
        let list = match self.members.get("contracts") {
            Some(Value::Array(list)) if list.len() <= MOST_CONTRACTS => list,
            Some(Value::Array(list)) => {
                let given = list.len();
                self.fault(
                    "contracts",
                    format!("at most {MOST_CONTRACTS} contracts can be published at once, not {given}"),
                );
                return Vec::new();
            }
            None | Some(Value::Null) => {
                self.fault("contracts", "is missing");
                return Vec::new();
            }
            Some(_) => {
                self.fault("contracts", "must be a list");
                return Vec::new();
            }
        };
        let mut contracts = Vec::new();
        for (index, contract) in list.iter().enumerate() {
            match requested(contract, consumer) {
                Ok(contract) => contracts.push(contract),
                Err(messages) => {
                    for message in messages {
                        self.fault("contracts", format!("{message} (at index {index})"));
                    }
                }
            }
        }
        let mut providers: Vec<&str> = contracts
            .iter()
            .map(|contract| contract.provider.as_str())
            .collect();
        providers.sort_unstable();
        for pair in providers.windows(2).filter(|pair| pair[0] == pair[1]) {
            self.fault(
                "contracts",
                format!("more than one contract with {} is given", pair[0]),
            );
        }
        contracts
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
