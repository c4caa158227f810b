//! The codes of findings.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The level of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Information.
    Info,
    /// A possible problem.
    Warning,
    /// Contract and description do not match.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal, $level:ident;)+) => {
        /// The kind of a finding. The codes up to `message.matched` and their levels are those of the OpenAPI-Pact
        /// comparator, so existing scripts stay valid.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the code as written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Returns the default level.
            pub fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level,)+ }
            }

            /// Returns its meaning, as a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// There is no OpenAPI description to compare an HTTP interaction with.
    RequestSpecMissing = "request.spec.missing", Error;
    /// No path template and method of the description fit the request, or a path parameter breaks its schema.
    RequestPathOrMethodUnknown = "request.path-or-method.unknown", Error;
    /// The request carries none of the credentials that the operation asks for.
    RequestAuthorizationMissing = "request.authorization.missing", Error;
    /// `Accept` is sent, and no response of the operation declares a media type.
    RequestAcceptUnknown = "request.accept.unknown", Warning;
    /// `Accept` fits no media type of the responses.
    RequestAcceptIncompatible = "request.accept.incompatible", Error;
    /// `Content-Type` is sent, and the operation declares no media type for requests.
    RequestContentTypeUnknown = "request.content-type.unknown", Warning;
    /// `Content-Type` fits no media type that the operation takes.
    RequestContentTypeIncompatible = "request.content-type.incompatible", Error;
    /// A body is sent without `Content-Type`.
    RequestContentTypeMissing = "request.content-type.missing", Warning;
    /// A header breaks its schema, or a required one is missing.
    RequestHeaderIncompatible = "request.header.incompatible", Error;
    /// A header is sent that the operation does not declare.
    RequestHeaderUnknown = "request.header.unknown", Warning;
    /// A query parameter breaks its schema, or a required one is missing.
    RequestQueryIncompatible = "request.query.incompatible", Error;
    /// A query parameter is sent that the operation does not declare.
    RequestQueryUnknown = "request.query.unknown", Warning;
    /// The request body has a media type that cannot be validated.
    RequestBodyUnvalidatable = "request.body.unvalidatable", Warning;
    /// The request body breaks its schema, or a required one is missing.
    RequestBodyIncompatible = "request.body.incompatible", Error;
    /// A request body is sent, and the operation has no schema for it.
    RequestBodyUnknown = "request.body.unknown", Warning;
    /// The response has a `Content-Type`, and the description declares no media type for it.
    ResponseContentTypeUnknown = "response.content-type.unknown", Warning;
    /// The response's `Content-Type` fits no media type of the description.
    ResponseContentTypeIncompatible = "response.content-type.incompatible", Error;
    /// A response header breaks its schema.
    ResponseHeaderIncompatible = "response.header.incompatible", Error;
    /// A standard response header is expected that the description does not declare.
    ResponseHeaderUndefined = "response.header.undefined", Warning;
    /// A response header is expected that the description does not declare.
    ResponseHeaderUnknown = "response.header.unknown", Error;
    /// The description declares no response for the status.
    ResponseStatusUnknown = "response.status.unknown", Error;
    /// Only the response `default` fits the status.
    ResponseStatusDefault = "response.status.default", Warning;
    /// The response body has a media type that cannot be validated.
    ResponseBodyUnvalidatable = "response.body.unvalidatable", Warning;
    /// A response body is expected, and the description has no schema for it.
    ResponseBodyUnknown = "response.body.unknown", Error;
    /// The expected response body is none that the description allows.
    ResponseBodyIncompatible = "response.body.incompatible", Error;
    /// There was no contract to compare.
    NoPactsFound = "pact-broker.no-pacts-found", Warning;
    /// There is no AsyncAPI document to compare a message with.
    MessageSpecMissing = "message.spec.missing", Error;
    /// The interaction does not say which operation of the AsyncAPI document it belongs to.
    MessageReferencesMissing = "message.references.missing", Error;
    /// The AsyncAPI document has no such operation.
    MessageOperationUnknown = "message.operation.unknown", Error;
    /// No message of the operation fits.
    MessageNoMatch = "message.no.match", Error;
    /// The payload breaks the schema of a message.
    MessagePayloadIncompatible = "message.payload.incompatible", Error;
    /// The metadata breaks the schema of a message's headers.
    MessageHeadersIncompatible = "message.headers.incompatible", Error;
    /// The operation has no reply.
    MessageReplyMissing = "message.reply.missing", Error;
    /// The contract has no response to compare with the reply.
    MessageResponseMissing = "message.response.missing", Warning;
    /// The message has no schema for its payload.
    MessagePayloadUnknown = "message.payload.unknown", Warning;
    /// The payload has a media type that cannot be validated.
    MessagePayloadUnvalidatable = "message.payload.unvalidatable", Warning;
    /// A message of the operation fits.
    MessageMatched = "message.matched", Info;
    /// A cookie breaks its schema, or a required one is missing.
    RequestCookieIncompatible = "request.cookie.incompatible", Error;
    /// The consumer needs a member that the description lets the provider leave out.
    ResponseBodyMayBeAbsent = "response.body.may-be-absent", Warning;
    /// The consumer needs a value where the description allows `null`.
    ResponseBodyMayBeNull = "response.body.may-be-null", Warning;
    /// The description allows a value that the contract does not accept.
    ResponseBodyValueNotHandled = "response.body.value-not-handled", Warning;
    /// The consumer needs elements where the description allows an empty array.
    ResponseBodyMayBeEmpty = "response.body.may-be-empty", Warning;
    /// The contract's generators make a value that the description does not allow.
    RequestBodyValueOutsideSpec = "request.body.value-outside-spec", Error;
    /// The contract's rules accept requests that the description does not allow: a test with another value would pass.
    RequestBodyLaxerThanSpec = "request.body.laxer-than-spec", Info;
    /// Whether all values of the description fit the contract is not known.
    BodyContainmentUnknown = "body.containment-unknown", Info;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCode(pub String);

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown finding code {}", self.0)
    }
}

impl std::error::Error for UnknownCode {}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let found = Self::ALL.iter().find(|code| code.as_str() == text);
        found.copied().ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for code in Code::ALL {
            assert_eq!(code.as_str().parse::<Code>().unwrap(), *code);
            assert!(code.meaning().ends_with('.'), "{code}");
        }
        assert!("response.colour".parse::<Code>().is_err());
    }
}
