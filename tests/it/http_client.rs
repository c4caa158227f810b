//! The HTTP client of tests.

/// A client in the making. The build of reqwest in this workspace has no TLS provider of its own, so that the process needs
/// one.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    install_tls();
    reqwest::Client::builder()
}

/// The same for a client that blocks.
pub(crate) fn blocking_builder() -> reqwest::blocking::ClientBuilder {
    install_tls();
    reqwest::blocking::Client::builder()
}

fn install_tls() {
    // Fails if an earlier test of the process has installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
