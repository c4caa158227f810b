//! Reads secrets and certificates again when their files change.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::sync::Notify;

use crate::{Config, app::App, config::Loaded, webhook};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(30);

/// Keeps the secrets and certificates of a broker as its files have them: credentials, encryption keys, the signing secret
/// and authorities of webhooks, and the password and authorities of the database.
///
/// Only what can be used replaces what is in use. The other settings stay as they were at the start.
pub struct Renewer {
    pub(crate) app: Arc<App>,
}

impl Renewer {
    /// Looks at the files every 30 seconds, and whenever it is asked to, until the task ends. `read` reads the settings
    /// again; settings that cannot be read, and files that cannot be used, are in the log, and are tried again the next time.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::sync::Arc;
    ///
    /// use contract_broker::{Broker, Config};
    ///
    /// let config = Config::from_process()?;
    /// let broker = Broker::build(config.clone()).await?;
    /// let asked = Arc::new(tokio::sync::Notify::new());
    /// tokio::spawn(broker.renewer().run(config, Config::from_process, asked));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run(self, config: Config, read: impl Fn() -> Loaded, asked: Arc<Notify>) {
        let mut seen = Files::of(&config);
        let mut last = config;
        loop {
            let is_asked = tokio::select! {
                () = asked.notified() => true,
                () = tokio::time::sleep(LOOK) => false,
            };
            // The stamps are older than what is read: a change meanwhile is found the next time.
            let now = Files::of(&last);
            if now == seen && !is_asked {
                continue;
            }
            match read() {
                Ok(config) => {
                    if self.renew(&config).await {
                        seen = now;
                    }
                    last = config;
                }
                Err(error) => {
                    tracing::warn!(%error, "the settings cannot be read again: secrets and certificates stay as they were");
                }
            }
        }
    }

    /// Takes the secrets and certificates of these settings. Returns whether all of them can be used; what cannot is in the
    /// log, and stays as it was.
    pub async fn renew(&self, config: &Config) -> bool {
        let problems = self.app.renew(config).await;
        for problem in &problems {
            tracing::warn!(
                problem,
                "a secret or certificate cannot be used: the earlier one stays"
            );
        }
        if problems.is_empty() {
            tracing::info!("secrets and certificates were read again");
        }
        problems.is_empty()
    }
}

/// The files with secrets and certificates, and when they were changed.
#[derive(PartialEq, Eq)]
struct Files(Vec<File>);

#[derive(PartialEq, Eq)]
struct File {
    path: PathBuf,
    changed: Option<SystemTime>,
    length: Option<u64>,
}

impl Files {
    fn of(config: &Config) -> Self {
        let paths = config
            .secret_files
            .values()
            .cloned()
            .chain(webhook::key_file(config))
            .chain(config.webhook_ca_file.clone())
            .chain(config.database_authorities());
        let files = paths.map(|path| {
            let found = std::fs::metadata(&path).ok();
            File {
                changed: found.as_ref().and_then(|found| found.modified().ok()),
                length: found.map(|found| found.len()),
                path,
            }
        });
        Self(files.collect())
    }
}
