//! Starts the provider before the first interaction.

use std::time::{Duration, Instant};

use reqwest::StatusCode;

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
    /// `Usage` if the command cannot be run, or something answers at the address before it is; `Unreachable` if the provider exits or is not ready in time.
    pub(super) async fn run(
        &self,
        base: Option<&str>,
        trust: &Trust,
    ) -> Result<Option<ProviderProcess>, Error> {
        let target = match (&self.wait_for, base) {
            (Some(url), _) => Some((url.as_str(), Ready::NoServerError)),
            (None, Some(base)) if self.command.is_some() => Some((base, Ready::Any)),
            _ => None,
        };
        let Some((url, ready)) = target else {
            return self.command.as_ref().map(ProviderCommand::start).transpose();
        };
        let probe = Probe::new(url, trust)?;
        let mut process = match &self.command {
            Some(command) => {
                if probe.ask().await.is_ok() {
                    return Err(Error::new(
                        ErrorKind::Usage,
                        format!(
                            "something already answers at {}, and it is not what the provider's command starts: stop it, \
                             or verify it without the command",
                            probe.address.text
                        ),
                    ));
                }
                Some(command.start()?)
            }
            None => None,
        };
        self.wait(&probe, ready, process.as_mut()).await?;
        Ok(process)
    }

    async fn wait(
        &self,
        probe: &Probe,
        ready: Ready,
        mut process: Option<&mut ProviderProcess>,
    ) -> Result<(), Error> {
        let started = Instant::now();
        loop {
            let answer = probe.ask().await;
            // Asked after the answer: an ended process did not give it.
            if let Some(process) = process.as_deref_mut()
                && let Some(ended) = process.has_ended().await
            {
                return Err(Error::new(ErrorKind::Unreachable, ended));
            }
            let reason = match answer {
                Ok(status) if matches!(ready, Ready::Any) || !status.is_server_error() => return Ok(()),
                Ok(status) => format!("answered {status}"),
                Err(failure) => failure.to_string(),
            };
            if started.elapsed() >= self.timeout {
                let output = process
                    .as_deref()
                    .map(ProviderProcess::last_output)
                    .unwrap_or_default();
                return Err(Error::new(
                    ErrorKind::Unreachable,
                    format!(
                        "the provider was not ready within {:?}: {} {reason}; see why it does not start, or raise the \
                         start-up timeout{output}",
                        self.timeout, probe.address.text
                    ),
                ));
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }
}

/// Asks whether somebody answers at an address.
struct Probe {
    client: reqwest::Client,
    address: Address,
}

impl Probe {
    fn new(url: &str, trust: &Trust) -> Result<Self, Error> {
        let address = Address::parse(url, "a provider to wait for")?;
        let client = http_client::build(http_client::builder(trust)?.timeout(QUESTION_TIMEOUT))?;
        Ok(Self { client, address })
    }

    async fn ask(&self) -> Result<StatusCode, Failure> {
        let mut request = self.client.get(self.address.url.clone());
        if let Some(Credentials { user, password }) = &self.address.credentials {
            request = request.basic_auth(user, Some(password));
        }
        let answer = request.send().await.map_err(|error| Failure::of(&error))?;
        Ok(answer.status())
    }
}
