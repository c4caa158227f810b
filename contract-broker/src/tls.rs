//! What the connections that the broker opens with TLS have in common.

use std::{fmt::Display, path::Path, sync::Arc};

use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject as _},
};
use rustls_platform_verifier::Verifier;
use x509_cert::{Certificate, der::Decode as _};

/// The cryptography. It is given to each connection and not to the whole process.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// TLS that does not know yet whom to trust.
pub(crate) fn builder(
    provider: Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, String> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("cannot set up TLS: {error}"))
}

/// TLS that trusts the authorities of this machine; nobody, if it has none.
///
/// # Errors
/// TLS cannot be set up.
pub(crate) fn of_machine() -> Result<ClientConfig, String> {
    let provider = provider();
    let builder = builder(provider.clone())?;
    Ok(match Verifier::new(provider) {
        Ok(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth(),
        Err(_) => builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth(),
    })
}

/// When the first of the certificates in a PEM file expires, in seconds since 1970.
///
/// # Errors
/// The file cannot be read or has no certificate.
pub(crate) fn expiry(path: &Path) -> Result<i64, String> {
    let problem = |error: &dyn Display| format!("cannot read {}: {error}", path.display());
    let mut first: Option<u64> = None;
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| problem(&error))? {
        let certificate = certificate.map_err(|error| problem(&error))?;
        let certificate = Certificate::from_der(&certificate).map_err(|error| problem(&error))?;
        let ends = certificate.tbs_certificate.validity.not_after;
        let ends = ends.to_unix_duration().as_secs();
        first = Some(first.map_or(ends, |first| first.min(ends)));
    }
    let first = first.ok_or_else(|| problem(&"there is no certificate in it"))?;
    i64::try_from(first).map_err(|error| problem(&error))
}

/// The certificates of authorities in a PEM file, and the same for use without any other.
///
/// # Errors
/// The file, which `setting` names, cannot be read or has no certificate that can be used.
pub(crate) fn authorities(
    setting: &str,
    path: &Path,
) -> Result<(Vec<CertificateDer<'static>>, RootCertStore), String> {
    let problem = |error: &dyn Display| format!("{setting}: cannot read {}: {error}", path.display());
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| problem(&error))?;
    if certificates.is_empty() {
        return Err(problem(
            &"there is no certificate in it, which begins with -----BEGIN CERTIFICATE-----",
        ));
    }
    let mut roots = RootCertStore::empty();
    for certificate in &certificates {
        roots
            .add(certificate.clone())
            .map_err(|error| format!("{setting}: a certificate in it cannot be used: {error}"))?;
    }
    Ok((certificates, roots))
}
