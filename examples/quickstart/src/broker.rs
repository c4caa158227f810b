//! The broker, within this process.

use std::path::Path;

use contract_broker::{Broker, Config};
use contract_core::broker::{Auth, Client};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::story::Result;

/// A running broker.
pub(crate) struct Running {
    /// Where it listens.
    pub(crate) url: String,
    /// A client of it.
    pub(crate) client: Client,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::result::Result<(), contract_broker::Error>>,
}

/// Starts a broker on a free port, with its database in this directory.
pub(crate) async fn start(directory: &Path) -> Result<Running> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let config = Config {
        database_url: format!("sqlite:{}", directory.join("broker.sqlite3").display()),
        base_url: Some(url.clone()),
        ..Config::default()
    };
    let broker = Broker::build(config).await?;
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(broker.serve(listener, async {
        let _ = stopped.await;
    }));
    let client = Client::new(&url, Auth::None)?;
    Ok(Running {
        url,
        client,
        stop,
        served,
    })
}

impl Running {
    /// Lets it finish what it is doing.
    pub(crate) async fn stop(self) -> Result<()> {
        let _ = self.stop.send(());
        self.served.await??;
        Ok(())
    }
}
