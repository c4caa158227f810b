//! Trusted TLS servers.

use std::path::PathBuf;

/// What is trusted in addition to the system's certificate authorities.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    /// PEM files with certificates of authorities.
    pub(crate) authorities: Vec<PathBuf>,
    /// Whether any certificate is accepted.
    pub(crate) accept_any: bool,
}

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
pub(super) use self::tls::config;

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
mod tls {
    use std::sync::{Arc, OnceLock};

    use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use rustls::crypto::CryptoProvider;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
    use rustls_platform_verifier::Verifier;

    use super::Trust;
    use crate::{Error, ErrorKind};

    /// Returns the TLS settings of a client. The crypto provider is passed explicitly, never installed for the whole
    /// process.
    ///
    /// # Errors
    ///
    /// `Usage` if a certificate file cannot be read, or has no certificates.
    pub(in crate::http_client) fn config(trust: &Trust) -> Result<ClientConfig, Error> {
        #[cfg(feature = "tls-ring")]
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        #[cfg(not(feature = "tls-ring"))]
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut authorities = Vec::new();
        for path in &trust.authorities {
            authorities.extend(certificates(path)?);
        }
        let verifier = OnDemandVerifier {
            provider: Arc::clone(&provider),
            authorities,
            accept_any: trust.accept_any,
            system: OnceLock::new(),
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::new(ErrorKind::Io, "TLS could not be set up").with_source(error))?;
        Ok(config
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth())
    }

    fn certificates(path: &std::path::Path) -> Result<Vec<CertificateDer<'static>>, Error> {
        let failed = |reason: String| {
            Error::new(
                ErrorKind::Usage,
                format!(
                    "cannot read the certificates of {}: {reason}; give a PEM file with the certificate of the authority",
                    path.display()
                ),
            )
        };
        let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path)
            .map_err(|error| failed(error.to_string()))?
            .collect();
        match found {
            Ok(found) if found.is_empty() => Err(failed("it has no certificates".to_owned())),
            Ok(found) => Ok(found),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Verifies certificates like the system does. The system's certificates are loaded for the first TLS connection:
    /// this takes milliseconds, and most providers under test do not use TLS.
    #[derive(Debug)]
    struct OnDemandVerifier {
        provider: Arc<CryptoProvider>,
        authorities: Vec<CertificateDer<'static>>,
        accept_any: bool,
        system: OnceLock<Result<Verifier, rustls::Error>>,
    }

    impl OnDemandVerifier {
        fn system(&self) -> Result<&Verifier, rustls::Error> {
            let load =
                || Verifier::new_with_extra_roots(self.authorities.clone(), Arc::clone(&self.provider));
            self.system.get_or_init(load).as_ref().map_err(Clone::clone)
        }
    }

    impl ServerCertVerifier for OnDemandVerifier {
        fn verify_server_cert(
            &self,
            end_entity: &CertificateDer<'_>,
            intermediates: &[CertificateDer<'_>],
            server_name: &ServerName<'_>,
            ocsp_response: &[u8],
            now: UnixTime,
        ) -> Result<ServerCertVerified, rustls::Error> {
            if self.accept_any {
                return Ok(ServerCertVerified::assertion());
            }
            self.system()?
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        }

        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signed: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, rustls::Error> {
            let algorithms = &self.provider.signature_verification_algorithms;
            rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signed: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, rustls::Error> {
            let algorithms = &self.provider.signature_verification_algorithms;
            rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.provider
                .signature_verification_algorithms
                .supported_schemes()
        }
    }
}
