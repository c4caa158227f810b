//! TLS on the side of a server.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::{Error, ErrorKind};

/// A certificate with its key, for a mock provider or a stub that speaks TLS. The key is never shown.
#[derive(Clone)]
pub struct ServerTls {
    config: Arc<ServerConfig>,
    /// As PEM.
    certificate: Arc<str>,
}

impl ServerTls {
    /// Makes a certificate for `localhost`, `127.0.0.1`, `::1` and these further names or addresses, signed by itself, which
    /// clients do not trust unless they are configured with [`certificate_pem`](Self::certificate_pem).
    ///
    /// ```
    /// use contract_core::mock::ServerTls;
    ///
    /// let tls = ServerTls::self_signed(["api.test"])?;
    /// assert!(tls.certificate_pem().starts_with("-----BEGIN CERTIFICATE-----"));
    /// # Ok::<(), contract_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Usage` if one of them can be no name of a certificate.
    #[cfg(feature = "mock-tls")]
    pub fn self_signed<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Result<Self, Error> {
        let mut all: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(ToOwned::to_owned).into();
        for name in names.into_iter().map(Into::into) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        let failed = |error: rcgen::Error| {
            Error::new(
                ErrorKind::Usage,
                format!("no certificate can be made for {}: {error}", all.join(", ")),
            )
        };
        let signed = rcgen::generate_simple_self_signed(all.clone()).map_err(failed)?;
        Self::from_pem(&signed.cert.pem(), &signed.signing_key.serialize_pem())
    }

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
            certificate: certificates.into(),
        })
    }

    /// Returns the certificate that the server shows, with those of the authorities between, as PEM.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate
    }

    pub(super) fn shared_certificate(&self) -> Arc<str> {
        Arc::clone(&self.certificate)
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
