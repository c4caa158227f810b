//! Why an HTTP exchange failed.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use reqwest::StatusCode;

use super::proxy;

/// Why an HTTP exchange failed. Displays as a clause about the peer: `closed the connection before it answered`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A proxy failed.
    Proxy { name: String, reason: String },
    /// The peer's certificate is not trusted, expired, or for another host.
    #[cfg_attr(
        not(any(feature = "tls-ring", feature = "tls-aws-lc-rs")),
        expect(dead_code, reason = "this build has no TLS")
    )]
    Certificate(String),
    /// The peer does not speak TLS, or supports no common version.
    #[cfg_attr(
        not(any(feature = "tls-ring", feature = "tls-aws-lc-rs")),
        expect(dead_code, reason = "this build has no TLS")
    )]
    Tls(String),
    /// The connection could not be established.
    Connect(String),
    /// A timeout.
    Timeout,
    /// The connection was closed before a response arrived.
    Closed,
    /// The connection was closed during the response.
    CutShort,
    /// The response's header fields are too many or too long.
    LongHead,
    /// What was received is not a response of HTTP at all: it does not begin like one.
    NotHttp(String),
    /// The response breaks the rules of HTTP.
    Malformed(String),
    /// Anything else.
    Other(String),
}

impl Failure {
    /// Returns the meaning of a client error.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let reason = || root_cause(error);
        if let Some(failure) = causes(error).find_map(tls_failure) {
            return failure;
        }
        if error.is_connect() {
            return match error.url().and_then(proxy::name_of) {
                Some(name) => Self::Proxy {
                    name,
                    reason: reason(),
                },
                None => Self::Connect(reason()),
            };
        }
        if error.is_timeout() {
            return Self::Timeout;
        }
        let hyper = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
        let io = causes(error).find_map(|cause| cause.downcast_ref::<io::Error>());
        let has_ended = |io: &io::Error| {
            matches!(
                io.kind(),
                io::ErrorKind::UnexpectedEof
                    | io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
            )
        };
        match (hyper, io) {
            (Some(hyper), _) if is_long_head(hyper) => Self::LongHead,
            (Some(hyper), _) if hyper.is_parse() && has_no_version(hyper) => Self::NotHttp(reason()),
            (Some(hyper), _) if hyper.is_parse() => Self::Malformed(reason()),
            _ if error.is_body() || error.is_decode() => match io {
                Some(io) if has_ended(io) => Self::CutShort,
                _ => Self::Malformed(reason()),
            },
            (Some(hyper), _) if hyper.is_incomplete_message() || hyper.is_closed() || hyper.is_canceled() => {
                Self::Closed
            }
            (_, Some(io)) if has_ended(io) => Self::Closed,
            _ => Self::Other(reason()),
        }
    }

    /// Returns the failure if this response was not sent by the peer but by the proxy on the way to it.
    pub(crate) fn of_proxy(response: &reqwest::Response) -> Option<Self> {
        let name = proxy::name_of(response.url())?;
        let status = response.status();
        (status == StatusCode::PROXY_AUTHENTICATION_REQUIRED).then(|| Self::Proxy {
            name,
            reason: status.to_string(),
        })
    }

    /// Returns whether retrying is useless until something is changed: no peer was reached.
    #[cfg(feature = "provider")]
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(
            self,
            Self::Proxy { .. } | Self::Certificate(_) | Self::Tls(_) | Self::Connect(_)
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proxy { name, reason } => write!(
                f,
                "cannot be reached through the proxy {name} ({reason}): correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, \
                 or add the host to NO_PROXY to bypass the proxy"
            ),
            Self::Certificate(reason) => write!(
                f,
                "has a certificate that is not trusted ({reason}): add the certificate of its authority to those of this \
                 system, or (on Linux) name a file with it in SSL_CERT_FILE"
            ),
            Self::Tls(reason) => write!(
                f,
                "does not agree on TLS ({reason}): if it listens without TLS, write its address as http://"
            ),
            Self::Connect(reason) => write!(f, "cannot be connected to ({reason})"),
            Self::Timeout => write!(f, "did not answer in time"),
            Self::Closed => write!(f, "closed the connection before it answered"),
            Self::CutShort => write!(
                f,
                "closed the connection during its response: it is shorter than Content-Length says, or its \
                 last chunk is missing"
            ),
            Self::LongHead => write!(
                f,
                "sent more than 100 header fields, or longer ones than are read"
            ),
            Self::NotHttp(reason) => write!(
                f,
                "sent a response that is not HTTP ({reason}): if it listens with TLS, write its address as https://"
            ),
            Self::Malformed(reason) => write!(f, "sent a response that breaks the rules of HTTP ({reason})"),
            Self::Other(reason) => write!(f, "failed during the exchange ({reason})"),
        }
    }
}

/// Returns whether a response was refused for its many or long header fields. hyper has a predicate for this in builds with
/// its server alone.
fn is_long_head(error: &hyper::Error) -> bool {
    error.is_parse() && error.to_string().contains("message head is too large")
}

/// Returns whether a response does not begin with a version of HTTP. hyper has no predicate for this either.
fn has_no_version(error: &hyper::Error) -> bool {
    error.to_string().contains("invalid HTTP version")
}

/// Returns an error and all its causes. Causes inside an I/O error are not among its sources.
fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(within) => Some(within),
        None => error.source(),
    }
}

/// Returns the innermost reason: `connection refused` rather than `error sending request`.
fn root_cause(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
fn tls_failure(cause: &(dyn StdError + 'static)) -> Option<Failure> {
    cause.downcast_ref::<rustls::Error>().map(|error| match error {
        rustls::Error::InvalidCertificate(reason) => {
            Failure::Certificate(certificate_problem(&reason.to_string()))
        }
        other => Failure::Tls(other.to_string()),
    })
}

/// Returns why a certificate is refused; `reason` is said by rustls, in the names of its variants.
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
fn certificate_problem(reason: &str) -> String {
    if reason.contains("CaUsedAsEndEntity") {
        // As `openssl req -x509` makes them, unless told otherwise.
        return "it is one of an authority (CA:TRUE), which a server cannot use itself: make one with \
                basicConstraints=CA:FALSE"
            .to_owned();
    }
    reason.to_owned()
}

#[cfg(not(any(feature = "tls-ring", feature = "tls-aws-lc-rs")))]
fn tls_failure(_cause: &(dyn StdError + 'static)) -> Option<Failure> {
    None
}

#[cfg(all(test, any(feature = "tls-ring", feature = "tls-aws-lc-rs")))]
mod tests {
    use super::certificate_problem;

    #[test]
    fn a_certificate_of_an_authority_that_a_server_uses_is_explained() {
        assert!(
            certificate_problem("Other(OtherError(CaUsedAsEndEntity))").contains("basicConstraints=CA:FALSE")
        );
        assert_eq!(certificate_problem("UnknownIssuer"), "UnknownIssuer");
    }
}
