//! Where and how a mock or a stub listens.

mod certificate;

use clap::Args;
use contract_core::Error;
use contract_core::mock::ServerTls;

use self::certificate::TlsArguments;

/// Where and how a mock or a stub listens.
#[derive(Debug, Args)]
pub(super) struct ListenArguments {
    /// Port; 0 for a free one
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    port: u16,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    host: String,
    /// Allow pages of other origins: respond to preflight requests and add Access-Control-Allow-Origin to all responses
    #[arg(long)]
    pub(super) cors: bool,
    #[command(flatten)]
    tls: TlsArguments,
}

impl ListenArguments {
    /// Returns host and port, with the brackets of an IPv6 address.
    pub(super) fn address(&self) -> String {
        if self.host.contains(':') && !self.host.starts_with('[') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Reads or generates the TLS certificate; returns `None` without TLS.
    ///
    /// # Errors
    ///
    /// See [`TlsArguments::read`].
    pub(super) fn tls(&self) -> Result<Option<ServerTls>, Error> {
        self.tls.read(&self.host)
    }
}
