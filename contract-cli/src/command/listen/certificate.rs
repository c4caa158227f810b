//! The TLS certificate of a mock or a stub.

use std::path::{Path, PathBuf};

use clap::Args;
use contract_core::mock::ServerTls;
use contract_core::{Error, ErrorKind};

/// The TLS certificate of a mock or a stub.
#[derive(Debug, Args)]
pub(super) struct TlsArguments {
    /// Serve TLS with a self-signed certificate, which clients must be configured to accept
    #[arg(
        long = "tls-self-signed",
        conflicts_with = "certificate",
        help_heading = "TLS"
    )]
    self_signed: bool,
    /// Serve TLS with the certificate in this PEM file
    #[arg(
        long = "tls-certificate",
        value_name = "PATH",
        requires = "key",
        help_heading = "TLS"
    )]
    certificate: Option<PathBuf>,
    /// PEM file with the private key of the certificate
    #[arg(
        long = "tls-key",
        value_name = "PATH",
        requires = "certificate",
        help_heading = "TLS"
    )]
    key: Option<PathBuf>,
}

impl TlsArguments {
    /// Reads or generates the certificate for a server at this host; returns `None` without TLS.
    ///
    /// # Errors
    ///
    /// `Io` if a file cannot be read, `Usage` if it contains no certificate or key, or none can be generated for the host.
    pub(super) fn read(&self, host: &str) -> Result<Option<ServerTls>, Error> {
        if let (Some(certificate), Some(key)) = (&self.certificate, &self.key) {
            return ServerTls::from_pem(&text(certificate)?, &text(key)?).map(Some);
        }
        if !self.self_signed {
            return Ok(None);
        }
        ServerTls::self_signed([host]).map(Some)
    }
}

fn text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display())))
}
