//! TLS on the side of a server.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::{Error, ErrorKind};

/// A certificate with its key, for a stub that speaks TLS. The key is never shown.
#[derive(Clone)]
pub struct ServerTls {
    config: Arc<ServerConfig>,
}

impl ServerTls {
    /// Reads the certificate, with those of the authorities between, and its private key, each as PEM.
    ///
    /// # Errors
    ///
    /// `Usage` if there is no certificate or key in the texts, or they do not belong together.
    pub fn from_pem(certificates: &str, key: &str) -> Result<Self, Error> {
        let invalid = |what: &str, error: &dyn fmt::Display| {
            Error::new(ErrorKind::Usage, format!("the {what} cannot be used: {error}"))
        };
        let chain = CertificateDer::pem_slice_iter(certificates.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| invalid("certificate", &error))?;
        if chain.is_empty() {
            return Err(invalid(
                "certificate",
                &"there is none in PEM (-----BEGIN CERTIFICATE-----)",
            ));
        }
        let key =
            PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|error| invalid("private key", &error))?;
        #[cfg(feature = "tls-ring")]
        let provider = rustls::crypto::ring::default_provider();
        #[cfg(not(feature = "tls-ring"))]
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| invalid("certificate and private key", &error))?;
        if cfg!(feature = "http2") {
            config.alpn_protocols.push(b"h2".to_vec());
        }
        config.alpn_protocols.push(b"http/1.1".to_vec());
        Ok(Self {
            config: Arc::new(config),
        })
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerTls(***)")
    }
}
