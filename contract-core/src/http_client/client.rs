//! Creates HTTP clients.

use super::{Trust, proxy};
use crate::{Error, ErrorKind};

/// Returns a client builder with this crate's settings: TLS, proxies and user agent.
///
/// # Errors
///
/// `Usage` if a file of trusted certificates cannot be read, or a variable that names a proxy holds no address; `MissingFeature` if there is one and this build has no
/// TLS.
pub(crate) fn builder(trust: &Trust) -> Result<reqwest::ClientBuilder, Error> {
    proxy::check()?;
    let builder = reqwest::Client::builder()
        .user_agent(concat!("contract-core/", env!("CARGO_PKG_VERSION")))
        .proxy(reqwest::Proxy::custom(proxy::of));
    with_tls(builder, trust)
}

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
fn with_tls(builder: reqwest::ClientBuilder, trust: &Trust) -> Result<reqwest::ClientBuilder, Error> {
    Ok(builder.tls_backend_preconfigured(super::trust::config(trust)?))
}

#[cfg(not(any(feature = "tls-ring", feature = "tls-aws-lc-rs")))]
fn with_tls(builder: reqwest::ClientBuilder, trust: &Trust) -> Result<reqwest::ClientBuilder, Error> {
    if trust.authorities.is_empty() && !trust.accept_any {
        return Ok(builder);
    }
    Err(Error::new(
        ErrorKind::MissingFeature,
        "this build has no TLS, so there are no certificates to trust: enable the feature tls-ring or tls-aws-lc-rs",
    ))
}

/// Builds the client.
pub(crate) fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    // Without a TLS feature of this crate, but with `rustls-no-provider` enabled by another crate of the build, reqwest
    // panics here unless the program has installed a provider.
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
