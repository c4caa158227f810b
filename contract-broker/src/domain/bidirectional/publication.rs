//! The request to publish a description.

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{Specification, description::MOST_BYTES};
use crate::domain::{Refusal, content::hex, name, text};

/// Maximum number of different tags per publication.
const MOST_TAGS: usize = 1000;
/// The media types of descriptions, without parameters.
const MEDIA_TYPES: [&str; 5] = [
    "application/yaml",
    "application/yml",
    "application/x-yaml",
    "text/yaml",
    "application/json",
];

/// A validated request to publish a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderPublication {
    /// The number of the provider version; empty if it is in the path.
    pub(crate) version: String,
    pub(crate) branch: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) build_url: Option<String>,
    pub(crate) specification: Specification,
    pub(crate) content_type: String,
    pub(crate) document: String,
    /// SHA-256 in hexadecimal of specification and document.
    pub(crate) sha: String,
    pub(crate) self_verification: Option<SelfVerification>,
}

/// The provider's own verification of its description. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SelfVerification {
    pub(crate) success: bool,
    /// The report, in base64.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) verifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) verifier_version: Option<String>,
}

/// Parses the body of `POST /provider-contracts/provider/{provider}/publish`. Every problem is reported with
/// its member.
///
/// # Errors
/// The invalid members, with the problems.
pub(crate) fn parse(body: &Map<String, Value>) -> Result<ProviderPublication, Refusal> {
    let mut reader = Reader::default();
    let version = reader.required(body, "", "pacticipantVersionNumber", name::fault);
    let branch = reader.text(body, "", "branch", name::fault);
    let build_url = reader
        .text(body, "", "buildUrl", no_fault)
        .filter(|url| !url.is_empty());
    let tags = reader.tags(body);
    let none = Map::new();
    let contract = match body.get("contract") {
        Some(Value::Object(contract)) => contract,
        None | Some(Value::Null) => {
            reader.fault("contract", "is missing");
            &none
        }
        Some(_) => {
            reader.fault("contract", "must be an object");
            &none
        }
    };
    let names = Names {
        specification: "specification",
        self_verification: "selfVerificationResults",
    };
    let contract = reader.contract(contract, "contract.", &names);
    reader.finish(ProviderPublication {
        version,
        branch,
        tags,
        build_url,
        ..contract
    })
}

/// Parses the body of `PUT /contracts/provider/{provider}/version/{version}`, the older form.
///
/// # Errors
/// The invalid members, with the problems.
pub(crate) fn parse_older(body: &Map<String, Value>, version: &str) -> Result<ProviderPublication, Refusal> {
    let mut reader = Reader::default();
    if let Some(fault) = name::fault(version) {
        reader.fault("version", fault);
    }
    let names = Names {
        specification: "contractType",
        self_verification: "verificationResults",
    };
    let contract = reader.contract(body, "", &names);
    reader.finish(ProviderPublication {
        version: version.to_owned(),
        ..contract
    })
}

/// The names of the members that differ between the two forms.
struct Names {
    specification: &'static str,
    self_verification: &'static str,
}

/// Reads members and collects the problems.
#[derive(Default)]
struct Reader {
    faults: Vec<(String, String)>,
}

fn no_fault(_: &str) -> Option<&'static str> {
    None
}

impl Reader {
    fn fault(&mut self, member: impl Into<String>, message: impl Into<String>) {
        if self.faults.len() < text::MOST_FAULTS {
            self.faults.push((member.into(), message.into()));
        }
    }

    fn finish(self, publication: ProviderPublication) -> Result<ProviderPublication, Refusal> {
        if self.faults.is_empty() {
            Ok(publication)
        } else {
            Err(Refusal::Invalid(self.faults))
        }
    }

    fn text(
        &mut self,
        map: &Map<String, Value>,
        within: &str,
        key: &str,
        fault: fn(&str) -> Option<&'static str>,
    ) -> Option<String> {
        match map.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                let wrong = fault(text).map(str::to_owned).or_else(|| text::fault(key, text));
                if let Some(wrong) = wrong {
                    self.fault(format!("{within}{key}"), wrong);
                } else if text.contains(char::is_control) {
                    self.fault(format!("{within}{key}"), "cannot contain control characters");
                }
                Some(text.clone())
            }
            Some(_) => {
                self.fault(format!("{within}{key}"), "must be a string");
                None
            }
        }
    }

    fn required(
        &mut self,
        map: &Map<String, Value>,
        within: &str,
        key: &str,
        fault: fn(&str) -> Option<&'static str>,
    ) -> String {
        if map.get(key).is_none_or(Value::is_null) {
            self.fault(format!("{within}{key}"), "is missing");
        }
        self.text(map, within, key, fault).unwrap_or_default()
    }

    fn tags(&mut self, map: &Map<String, Value>) -> Vec<String> {
        let list = match map.get("tags") {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.fault("tags", "must be a list of strings");
                return Vec::new();
            }
        };
        let mut tags: Vec<String> = Vec::new();
        for (index, tag) in list.iter().enumerate().take(MOST_TAGS + 1) {
            match tag.as_str().map(|tag| (tag, name::fault(tag))) {
                Some((tag, None)) => tags.push(tag.to_owned()),
                Some((_, Some(fault))) => self.fault("tags", format!("{fault} (at index {index})")),
                None => self.fault("tags", format!("must be a string (at index {index})")),
            }
        }
        if list.len() > MOST_TAGS {
            let given = list.len();
            self.fault(
                "tags",
                format!("at most {MOST_TAGS} tags can be given, not {given}"),
            );
        }
        tags.sort_unstable();
        tags.dedup();
        tags
    }

    /// Reads the members of the description itself.
    fn contract(&mut self, map: &Map<String, Value>, within: &str, names: &Names) -> ProviderPublication {
        let known = Specification::ALL.map(Specification::as_str).join(", ");
        let specification = match self.text(map, within, names.specification, no_fault) {
            None => Specification::OpenApi,
            Some(name) => Specification::named(&name).unwrap_or_else(|| {
                let member = format!("{within}{}", names.specification);
                self.fault(member, format!("must be one of {known}"));
                Specification::OpenApi
            }),
        };
        let content_type = self
            .text(map, within, "contentType", no_fault)
            .unwrap_or_else(|| MEDIA_TYPES[0].to_owned());
        let bare = content_type.split(';').next().unwrap_or_default().trim();
        if !MEDIA_TYPES.contains(&bare.to_ascii_lowercase().as_str()) {
            let member = format!("{within}contentType");
            self.fault(member, format!("must be one of {}", MEDIA_TYPES.join(", ")));
        }
        let member = format!("{within}content");
        let document = match map.get("content") {
            None | Some(Value::Null) => {
                self.fault(member, "is missing");
                String::new()
            }
            Some(Value::String(encoded)) => match decode(encoded) {
                Ok(document) => document,
                Err(fault) => {
                    self.fault(member, fault);
                    String::new()
                }
            },
            Some(_) => {
                self.fault(member, "must be a string");
                String::new()
            }
        };
        let mut hash = Sha256::new();
        hash.update(specification.as_str());
        hash.update([0]);
        hash.update(&document);
        ProviderPublication {
            version: String::new(),
            branch: None,
            tags: Vec::new(),
            build_url: None,
            specification,
            content_type,
            sha: hex(&hash.finalize()),
            document,
            self_verification: self.self_verification(map, within, names.self_verification),
        }
    }

    fn self_verification(
        &mut self,
        map: &Map<String, Value>,
        within: &str,
        key: &str,
    ) -> Option<SelfVerification> {
        let results = match map.get(key) {
            None | Some(Value::Null) => return None,
            Some(Value::Object(results)) => results,
            Some(_) => {
                self.fault(format!("{within}{key}"), "must be an object");
                return None;
            }
        };
        let within = format!("{within}{key}.");
        let success = match results.get("success") {
            Some(Value::Bool(success)) => *success,
            // Command-line clients for other languages omit it if the user did not state a success.
            None | Some(Value::Null) => false,
            Some(_) => {
                self.fault(format!("{within}success"), "must be true or false");
                false
            }
        };
        let content = match results.get("content") {
            None | Some(Value::Null) => None,
            Some(Value::String(encoded)) => {
                if encoded.len() / 4 * 3 > MOST_BYTES {
                    self.fault(format!("{within}content"), too_large(encoded.len() / 4 * 3));
                } else if base64::engine::general_purpose::STANDARD
                    .decode(encoded.trim())
                    .is_err()
                {
                    self.fault(format!("{within}content"), "is not valid base64");
                }
                Some(encoded.trim().to_owned())
            }
            Some(_) => {
                self.fault(format!("{within}content"), "must be a string");
                None
            }
        };
        let mut text = |key| self.text(results, &within, key, no_fault);
        Some(SelfVerification {
            success,
            content,
            content_type: text("contentType"),
            format: text("format"),
            verifier: text("verifier"),
            verifier_version: text("verifierVersion"),
        })
    }
}

fn too_large(bytes: usize) -> String {
    format!(
        "is larger than the {} MiB that are kept: it has {bytes} bytes",
        MOST_BYTES >> 20
    )
}

fn decode(encoded: &str) -> Result<String, String> {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(encoded.trim())
        .map_err(|error| format!("is not valid base64: {error}"))?;
    if bytes.len() > MOST_BYTES {
        return Err(too_large(bytes.len()));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("is not UTF-8 text once decoded: byte {at} does not fit")
    })?;
    if text.contains('\0') {
        return Err("cannot contain the character U+0000".to_owned());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(body: &Value) -> Vec<String> {
        match parse(body.as_object().unwrap()) {
            Err(Refusal::Invalid(faults)) => faults
                .into_iter()
                .map(|(member, message)| format!("{member} {message}"))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_request_of_the_rust_command_line_is_read() {
        let body = json!({
            "pacticipantVersionNumber": "1", "tags": [], "branch": "main", "buildUrl": null,
            "contract": { "content": "b3BlbmFwaTogMy4wLjM=", "contentType": "application/yaml", "specification": "oas" },
        });
        let read = parse(body.as_object().unwrap()).unwrap();
        assert_eq!(
            (read.document.as_str(), read.specification),
            ("openapi: 3.0.3", Specification::OpenApi)
        );
        assert_eq!(
            (read.branch.as_deref(), read.self_verification),
            (Some("main"), None)
        );
    }

    #[test]
    fn the_older_way_has_other_names_for_the_same() {
        let body = json!({
            "content": "b3BlbmFwaTogMy4wLjM=", "contractType": "oas", "contentType": "application/yaml",
            "verificationResults": { "success": true, "content": "b2s=", "contentType": "text/plain", "verifier": "dredd" },
        });
        let read = parse_older(body.as_object().unwrap(), "7").unwrap();
        let own = read.self_verification.unwrap();
        assert_eq!(
            (read.version.as_str(), own.success, own.verifier.as_deref()),
            ("7", true, Some("dredd"))
        );
    }

    #[test]
    fn every_fault_is_named_with_its_member() {
        assert_eq!(
            faults(
                &json!({ "tags": "a", "contract": { "content": "#", "contentType": "text/html", "specification": "wsdl" } })
            ),
            [
                "pacticipantVersionNumber is missing",
                "tags must be a list of strings",
                "contract.specification must be one of oas, asyncapi",
                "contract.contentType must be one of application/yaml, application/yml, application/x-yaml, text/yaml, application/json",
                "contract.content is not valid base64: Invalid symbol 35, offset 0.",
            ]
        );
        assert_eq!(
            faults(&json!({ "pacticipantVersionNumber": "1" })),
            ["contract is missing", "contract.content is missing"]
        );
    }
}
