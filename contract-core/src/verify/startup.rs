//! Starts the provider before the first interaction.

use std::time::{Duration, Instant};

use super::provider_command::{ProviderCommand, ProviderProcess};
use crate::http_client::{self, Address, Credentials, Failure, Trust};
use crate::{Error, ErrorKind};

/// The default start-up timeout.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The interval between readiness checks.
const INTERVAL: Duration = Duration::from_millis(100);
/// The timeout of a readiness check.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of the start-up.
#[derive(Debug, Clone)]
pub(super) struct Startup {
    pub(super) command: Option<ProviderCommand>,
    pub(super) wait_for: Option<String>,
    pub(super) timeout: Duration,
}

impl Default for Startup {
    fn default() -> Self {
        Self {
            command: None,
            wait_for: None,
            timeout: TIMEOUT,
        }
    }
}

/// Which response means that the provider is ready.
#[derive(Clone, Copy)]
enum Ready {
    /// Any: only its address is known.
    Any,
    /// One without a server error, at the address given for this.
    NoServerError,
}

impl Startup {
    /// Starts the provider's process if there is a command, and waits until the provider responds. Without an address
    /// to wait for, a started provider is polled at `base`.
    ///
    /// # Errors
    ///
    /// `Usage` if the command cannot be run; `Unreachable` if the provider exits or is not ready in time.
    pub(super) async fn run(
        &self,
        base: Option<&str>,
        trust: &Trust,
    ) -> Result<Option<ProviderProcess>, Error> {
        let mut process = self.command.as_ref().map(ProviderCommand::start).transpose()?;
        let target = match (&self.wait_for, base) {
            (Some(url), _) => Some((url.as_str(), Ready::NoServerError)),
            (None, Some(base)) if process.is_some() => Some((base, Ready::Any)),
            _ => None,
        };
        if let Some((url, ready)) = target {
            self.wait(url, ready, trust, process.as_mut()).await?;
        }
        Ok(process)
    }

    async fn wait(
        &self,
        url: &str,
        ready: Ready,
        trust: &Trust,
        mut process: Option<&mut ProviderProcess>,
    ) -> Result<(), Error> {
        let Address {
            text: shown,
            url,
            credentials,
        } = Address::parse(url, "a provider to wait for")?;
        let client = http_client::build(http_client::builder(trust)?.timeout(QUESTION_TIMEOUT))?;
        let started = Instant::now();
        loop {
            let mut request = client.get(url.clone());
            if let Some(Credentials { user, password }) = &credentials {
                request = request.basic_auth(user, Some(password));
            }
            let reason = match request.send().await {
                Ok(answer) if matches!(ready, Ready::Any) || !answer.status().is_server_error() => {
                    return Ok(());
                }
                Ok(answer) => format!("answered {}", answer.status()),
                Err(error) => Failure::of(&error).to_string(),
            };
            if let Some(process) = process.as_deref_mut()
                && let Some(ended) = process.has_ended().await
            {
                return Err(Error::new(ErrorKind::Unreachable, ended));
            }
            if started.elapsed() >= self.timeout {
                let output = process
                    .as_deref()
                    .map(ProviderProcess::last_output)
                    .unwrap_or_default();
                return Err(Error::new(
                    ErrorKind::Unreachable,
                    format!(
                        "the provider was not ready within {:?}: {shown} {reason}; see why it does not start, or raise the \
                         start-up timeout{output}",
                        self.timeout
                    ),
                ));
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }
}
