//! The HTTP client of tests.

/// A client in the making. The build of reqwest in this workspace has no TLS provider of its own, so that the process needs
/// one.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    // Fails if an earlier test of the process has installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
