//! Making a client.

use super::proxy;
use crate::{Error, ErrorKind};

/// Reads an address that this build can speak to: `http`, or `https` where a TLS feature is enabled. `what` names
/// what should be there, for the error: `a broker`.
pub(crate) fn address(text: &str, what: &str) -> Result<reqwest::Url, Error> {
    let invalid = |reason: &str| {
        Error::new(
            ErrorKind::Usage,
            format!(
                "{text:?} is not the address of {what} ({reason}): write it as http://host:port or https://host"
            ),
        )
    };
    let url = reqwest::Url::parse(text).map_err(|error| invalid(&error.to_string()))?;
    match url.scheme() {
        "http" => Ok(url),
        "https" if cfg!(any(feature = "tls-ring", feature = "tls-aws-lc-rs")) => Ok(url),
        "https" => Err(Error::new(
            ErrorKind::MissingFeature,
            format!("{text} needs TLS, which this build lacks: enable the feature tls-ring or tls-aws-lc-rs"),
        )),
        _ => Err(invalid("its scheme is neither http nor https")),
    }
}

/// A client's builder with this crate's settings.
#[cfg(not(any(feature = "tls-ring", feature = "tls-aws-lc-rs")))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "with a TLS feature the platform's certificates can fail to load"
)]
pub(crate) fn builder() -> Result<reqwest::ClientBuilder, Error> {
    Ok(plain())
}

/// A client's builder with this crate's settings, among them the TLS provider: it is handed over, never installed for the
/// whole process.
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
pub(crate) fn builder() -> Result<reqwest::ClientBuilder, Error> {
    use rustls_platform_verifier::BuilderVerifierExt as _;

    #[cfg(feature = "tls-ring")]
    let provider = rustls::crypto::ring::default_provider();
    #[cfg(not(feature = "tls-ring"))]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let config = rustls::ClientConfig::builder_with_provider(std::sync::Arc::new(provider))
        .with_safe_default_protocol_versions()
        .and_then(rustls::ConfigBuilder::with_platform_verifier)
        .map_err(|error| {
            Error::new(
                ErrorKind::Io,
                "the certificates of this system could not be loaded for TLS",
            )
            .with_source(error)
        })?
        .with_no_client_auth();
    Ok(plain().tls_backend_preconfigured(config))
}

fn plain() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("contract-core/", env!("CARGO_PKG_VERSION")))
        .proxy(reqwest::Proxy::custom(proxy::of))
}

/// Builds the client.
pub(crate) fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    // Without a TLS feature of ours, but with `rustls-no-provider` enabled by another crate of the build, reqwest panics
    // here unless the program has installed a provider.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| builder.build()))
        .map_err(|_| {
            Error::new(
                ErrorKind::MissingFeature,
                "another crate of this build enables reqwest's TLS without a provider: enable the feature tls-ring or \
                 tls-aws-lc-rs of contract-core, or install a provider first",
            )
        })?
        .map_err(|error| Error::new(ErrorKind::Io, "the HTTP client could not be set up").with_source(error))
}
