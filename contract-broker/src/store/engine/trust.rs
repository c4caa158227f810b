//! TLS verification for PostgreSQL: libpq's `sslmode` and `sslrootcert`.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor,
    },
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};
use rustls_platform_verifier::Verifier;

use crate::tls;

/// The value of `sslrootcert` for the authorities trusted by this machine.
const SYSTEM: &str = "system";
/// The ALPN protocol name that PostgreSQL expects.
const PROTOCOL: &[u8] = b"postgresql";

/// Whether TLS is used, and how the server's certificate is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Disable,
    /// TLS if it works, with any certificate.
    Prefer,
    /// TLS with any certificate.
    Require,
    /// TLS with a certificate of a trusted authority.
    VerifyCa,
    /// Like `VerifyCa`, and the certificate must be for the host.
    VerifyFull,
}

impl Mode {
    const ALL: [Self; 5] = [
        Self::Disable,
        Self::Prefer,
        Self::Require,
        Self::VerifyCa,
        Self::VerifyFull,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    /// Returns the mode from the two parameters of an address.
    ///
    /// # Errors
    /// The mode does not exist.
    pub(super) fn read(sslmode: Option<&str>, sslrootcert: Option<&str>) -> Result<Self, String> {
        let Some(name) = sslmode else {
            return Ok(match sslrootcert {
                Some(SYSTEM) => Self::VerifyFull,
                _ => Self::Prefer,
            });
        };
        match Self::ALL.into_iter().find(|mode| mode.name() == name) {
            // An authority implies verification.
            Some(Self::Require) if sslrootcert.is_some() => Ok(Self::VerifyCa),
            Some(mode) => Ok(mode),
            None => Err(format!(
                "sslmode={name} is not known; write {}",
                Self::ALL.map(Self::name).join(", ")
            )),
        }
    }
}

/// Returns the TLS settings for the parameters.
///
/// # Errors
/// They contradict each other, or the file cannot be used.
pub(super) fn client(mode: Mode, sslrootcert: Option<&str>) -> Result<ClientConfig, String> {
    let provider = tls::provider();
    let mut client = tls::builder(provider.clone())?
        .dangerous()
        .with_custom_certificate_verifier(verifier(mode, sslrootcert, provider)?)
        .with_no_client_auth();
    client.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(client)
}

fn verifier(
    mode: Mode,
    sslrootcert: Option<&str>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, String> {
    let authorities = |path| Ok::<_, String>(tls::authorities("sslrootcert", Path::new(path))?.1);
    Ok(match (mode, sslrootcert) {
        (Mode::VerifyFull, None | Some(SYSTEM)) => Arc::new(Verifier::new(provider).map_err(|error| {
            format!("this machine has no authorities to trust ({error}); name a file of them (PEM) by sslrootcert=PATH")
        })?),
        (Mode::VerifyFull, Some(path)) => {
            WebPkiServerVerifier::builder_with_provider(authorities(path)?.into(), provider)
                .build()
                .map_err(|error| format!("sslrootcert: {error}"))?
        }
        (_, Some(SYSTEM)) => {
            return Err(format!(
                "sslrootcert={SYSTEM} needs sslmode={}: with less, anybody's certificate would do",
                Mode::VerifyFull.name()
            ));
        }
        (Mode::VerifyCa | Mode::Require, Some(path)) => Arc::new(AnyHost {
            authorities: Some(authorities(path)?),
            provider,
        }),
        (Mode::VerifyCa, None) => {
            return Err(format!(
                "sslmode={} needs sslrootcert=PATH, a file with the certificate (PEM) of the authority",
                mode.name()
            ));
        }
        (Mode::Disable | Mode::Prefer, Some(_)) => {
            return Err(format!(
                "sslrootcert verifies nothing with sslmode={}; write sslmode={}",
                mode.name(),
                Mode::VerifyFull.name()
            ));
        }
        (Mode::Disable | Mode::Prefer | Mode::Require, None) => Arc::new(AnyHost {
            authorities: None,
            provider,
        }),
    })
}

/// Accepts certificates for any host: of the given authorities, or all without authorities. It still verifies that the
/// server has the key of its certificate, as channel binding requires.
#[derive(Debug)]
struct AnyHost {
    authorities: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyHost {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _host: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(authorities) = &self.authorities {
            verify_server_cert_signed_by_trust_anchor(
                &ParsedCertificate::try_from(certificate)?,
                authorities,
                intermediates,
                now,
                self.provider.signature_verification_algorithms.all,
            )?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_contradict_each_other_or_lack_something_say_what_to_write() {
        let nothing = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let nothing = nothing.to_str().expect("UTF-8");
        for (sslmode, sslrootcert, expected) in [
            (
                Some("allow"),
                None,
                "sslmode=allow is not known; write disable, prefer, require, verify-ca, verify-full",
            ),
            (
                Some("verify-ca"),
                None,
                "sslmode=verify-ca needs sslrootcert=PATH",
            ),
            (
                Some("verify-ca"),
                Some("system"),
                "sslrootcert=system needs sslmode=verify-full",
            ),
            (
                Some("require"),
                Some("system"),
                "sslrootcert=system needs sslmode=verify-full",
            ),
            (
                None,
                Some("authority.pem"),
                "sslrootcert verifies nothing with sslmode=prefer; write sslmode=verify-full",
            ),
            (
                Some("disable"),
                Some("authority.pem"),
                "sslrootcert verifies nothing with sslmode=disable",
            ),
            (
                Some("verify-full"),
                Some("/nothing/here.pem"),
                "sslrootcert: cannot read /nothing/here.pem",
            ),
            (
                Some("verify-full"),
                Some(nothing),
                "there is no certificate in it",
            ),
            (Some("require"), Some(nothing), "there is no certificate in it"),
        ] {
            let problem = Mode::read(sslmode, sslrootcert)
                .and_then(|mode| client(mode, sslrootcert))
                .expect_err("it cannot be meant");
            assert!(problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn without_a_mode_tls_is_preferred_and_the_authorities_of_the_machine_verify_fully() {
        assert_eq!(Mode::read(None, None), Ok(Mode::Prefer));
        assert_eq!(Mode::read(None, Some("system")), Ok(Mode::VerifyFull));
    }

    #[test]
    fn an_authority_that_is_named_is_asked_for() {
        assert_eq!(
            Mode::read(Some("require"), Some("authority.pem")),
            Ok(Mode::VerifyCa)
        );
        assert_eq!(Mode::read(Some("require"), None), Ok(Mode::Require));
    }
}
