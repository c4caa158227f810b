//! Stop signals.

use contract_core::{Error, ErrorKind};

/// The stop signals: Ctrl-C, and on Unix also SIGTERM, which container managers send. Once this is created they no
/// longer end the program by themselves.
pub(crate) struct StopSignals {
    #[cfg(unix)]
    terminated: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupted: tokio::signal::unix::Signal,
}

impl StopSignals {
    #[cfg(unix)]
    pub(crate) fn listen() -> Result<Self, Error> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminated: signal(SignalKind::terminate()).map_err(cannot_wait)?,
            interrupted: signal(SignalKind::interrupt()).map_err(cannot_wait)?,
        })
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
    pub(crate) fn listen() -> Result<Self, Error> {
        Ok(Self {})
    }

    /// Waits for one of them.
    #[cfg(unix)]
    pub(crate) async fn wait(mut self) -> Result<(), Error> {
        tokio::select! {
            _ = self.terminated.recv() => {}
            _ = self.interrupted.recv() => {}
        }
        Ok(())
    }

    /// Waits for one of them.
    #[cfg(not(unix))]
    pub(crate) async fn wait(self) -> Result<(), Error> {
        tokio::signal::ctrl_c().await.map_err(cannot_wait)
    }
}

/// Waits for one of the signals to stop.
///
/// # Errors
///
/// `Io` if the system does not support signals.
pub(crate) async fn stopped() -> Result<(), Error> {
    StopSignals::listen()?.wait().await
}

fn cannot_wait(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "cannot wait for the signal to stop").with_source(error)
}
