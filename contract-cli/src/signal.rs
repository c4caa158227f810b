//! Stop signals.

use std::time::Duration;

use contract_core::{Error, ErrorKind};
use tokio::sync::oneshot;

use crate::exit::Exit;

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

    /// Waits for the next of them.
    #[cfg(unix)]
    pub(crate) async fn wait(&mut self) -> Result<(), Error> {
        tokio::select! {
            _ = self.terminated.recv() => {}
            _ = self.interrupted.recv() => {}
        }
        Ok(())
    }

    /// Waits for the next of them.
    #[cfg(not(unix))]
    pub(crate) async fn wait(&mut self) -> Result<(), Error> {
        tokio::signal::ctrl_c().await.map_err(cannot_wait)
    }
}

/// The first two stop signals: the first asks work to end in order, the second not to wait for that.
pub(crate) struct Stops {
    pub(crate) first: Stop,
    pub(crate) second: Stop,
}

/// How long the program may take to end after the second signal.
const GRACE: Duration = Duration::from_secs(2);

/// One stop signal.
pub(crate) struct Stop {
    received: oneshot::Receiver<()>,
}

impl Stops {
    /// Listens from now on. Without signals of the system, none is ever received.
    pub(crate) fn listen() -> Self {
        let ((tell_first, first), (tell_second, second)) = (oneshot::channel(), oneshot::channel());
        if let Ok(mut signals) = StopSignals::listen() {
            tokio::spawn(async move {
                for tell in [tell_first, tell_second] {
                    if signals.wait().await.is_err() {
                        return;
                    }
                    // Nobody may be interested any more.
                    let _ = tell.send(());
                }
                // Work that blocks its thread, such as reading from a file system that hangs, sees no signal.
                tokio::time::sleep(GRACE).await;
                std::process::exit(i32::from(Exit::Interrupted.code()));
            });
        }
        Self {
            first: Stop { received: first },
            second: Stop { received: second },
        }
    }
}

impl Stop {
    /// Waits for the signal.
    pub(crate) async fn wait(self) {
        if self.received.await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn cannot_wait(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "cannot wait for the signal to stop").with_source(error)
}
