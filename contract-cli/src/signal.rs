//! The signal to stop.

use contract_core::{Error, ErrorKind};

/// Waits for the signal to stop: Ctrl-C, and on Unix also SIGTERM, which container managers send.
pub(crate) async fn stopped() -> Result<(), Error> {
    let failed = |error| Error::new(ErrorKind::Io, "cannot wait for the signal to stop").with_source(error);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate()).map_err(failed)?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(failed),
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(failed)
}
