//! A verification in progress: contracts loaded, connections open.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use futures_util::future::Either;
use futures_util::{StreamExt as _, stream};
use tokio::task::JoinSet;

use super::contracts::{self, Contents};
use super::deadline::Deadline;
use super::loaded::Loaded;
use super::output::Output;
use super::provider_command::ProviderProcess;
use super::report::{ContractReport, InteractionReport, Outcome, SourceReport, VerificationReport};
use super::tasks::{Task, nothing_verified, tasks, unknown_selected};
use super::transport::{HttpTransport, Transport};
use super::verifier::Verifier;
use crate::matching::rule::RecentRules;
use crate::report::Style;
use crate::{Error, ErrorKind, http_client};

/// A verification in progress.
pub(super) struct Session<C> {
    pub(super) verifier: Verifier<C>,
    pub(super) transport: Transport<C>,
    /// The addresses of named transports.
    pub(super) named_transports: BTreeMap<String, HttpTransport>,
    /// The client for provider states.
    pub(super) client: Option<reqwest::Client>,
    /// The time limit of a response.
    pub(super) deadline: Deadline,
    /// The time limit of a handler.
    pub(super) handler_deadline: Deadline,
    pub(super) contracts: Vec<Loaded>,
    pub(super) tasks: Vec<Task>,
    /// Number of interactions verified concurrently.
    pub(super) parallelism: usize,
    sources: Vec<SourceReport>,
    /// What was skipped, and why.
    pub(super) warnings: Vec<String>,
    /// Contracts that cannot be read.
    pub(super) unreadable: Vec<String>,
    /// The compiled rules that several responses have.
    pub(super) recent_rules: RecentRules,
    /// The output of the provider's process, if the verification started it.
    pub(super) output: OnceLock<Output>,
    /// When the session was opened.
    started: Instant,
}

impl<C: Clone + Send + Sync + 'static> Session<C> {
    /// Loads the contracts and selects the interactions.
    pub(super) async fn open(mut verifier: Verifier<C>) -> Result<Arc<Self>, Error> {
        let started = Instant::now();
        let transport = verifier.transport()?;
        let named_transports = verifier
            .transports
            .iter()
            .map(|(name, url)| Ok((name.clone(), verifier.http_transport(url)?)))
            .collect::<Result<_, Error>>()?;
        if let Some(url) = &verifier.state_url {
            url.check()?;
        }
        let sources = std::mem::take(&mut verifier.sources);
        let no_source = sources.is_empty();
        let mut loaded = contracts::load(sources, &verifier.provider, &verifier.query).await?;
        let mut selected = tasks(&loaded.contracts, &verifier);
        if selected.is_empty() && verifier.selection.forget_names() {
            let why = "the interactions selected by name, such as those that failed last time, exist no longer: they \
                       were left out of the selection";
            loaded.warnings.push(why.to_owned());
            selected = tasks(&loaded.contracts, &verifier);
        }
        let tasks = selected;
        if !verifier.allowed.nothing {
            if !loaded.contracts.is_empty()
                && let Some(why) = verifier.selection.unknown(&loaded.contracts)
            {
                return Err(unknown_selected(&why));
            }
            if tasks.is_empty() {
                return Err(nothing_verified(&loaded, no_source, &verifier.provider));
            }
        }
        let Contents {
            contracts,
            sources,
            mut warnings,
            unreadable,
            ..
        } = loaded;
        #[cfg(feature = "broker")]
        if let Some(results) = &verifier.publish {
            results.check()?;
        }
        if verifier.trust.accept_any {
            warnings.push(
                "certificates were not checked (--insecure): any server could have responded in the provider's place"
                    .to_owned(),
            );
        }
        let has_state = |task: &Task| {
            let summary = &contracts[task.contract].contract.summaries[task.interaction];
            !summary.provider_states.is_empty()
        };
        let parallelism = verifier.parallelism(!tasks.iter().any(has_state));
        let client = match (&transport, &verifier.state_url) {
            (Transport::Http(transport), _) => Some(transport.client().clone()),
            (_, Some(_)) => Some(http_client::build(http_client::builder(&verifier.trust)?)?),
            _ => None,
        };
        Ok(Arc::new(Self {
            deadline: Deadline::new(verifier.request_timeout),
            handler_deadline: Deadline::new(verifier.handler_timeout),
            verifier,
            transport,
            named_transports,
            client,
            contracts,
            tasks,
            parallelism,
            sources,
            warnings,
            unreadable,
            recent_rules: RecentRules::default(),
            output: OnceLock::new(),
            started,
        }))
    }

    /// Verifies all interactions.
    pub(super) async fn run(self: Arc<Self>) -> Result<VerificationReport, Error> {
        let mut process = match self.verifier.stop.unless_stopped(self.start()).await {
            Ok(process) => process,
            Err(error) if error.is_interrupted() => return Ok(self.report_until(Vec::new(), error)),
            Err(error) => return Err(error),
        };
        let session = Arc::clone(&self);
        let verified = as_task(async move { session.verify_all().await }).await;
        let ended = match &mut process {
            Some(process) => process.has_ended().await,
            None => None,
        };
        if let Some(process) = process {
            process.end().await;
        }
        let Verified {
            reports,
            end,
            warnings,
        } = verified??;
        let end = match (end, ended) {
            (Some(error), Some(ended)) if error.kind() == ErrorKind::Unreachable => {
                Some(Error::new(error.kind(), ended).with_source(error))
            }
            (None, Some(ended)) => {
                let error = Error::new(ErrorKind::Unreachable, ended);
                Some(error.context("it is not known that the provider gave every answer"))
            }
            (end, _) => end,
        };
        match end {
            Some(error) if reports.is_empty() && !error.is_interrupted() => Err(error),
            Some(error) => {
                let mut report = self.report_until(reports, error);
                report.warnings.extend(warnings);
                Ok(report)
            }
            None => {
                let mut report = self.report(reports);
                self.publish(&mut report).await;
                Ok(report)
            }
        }
    }

    /// Returns the report of a run that ended early.
    fn report_until(
        &self,
        reports: impl IntoIterator<Item = (usize, InteractionReport)>,
        end: Error,
    ) -> VerificationReport {
        VerificationReport {
            ended: Some(end),
            ..self.report(reports)
        }
    }

    /// Starts the provider if there is a command, and waits until it is ready.
    pub(super) async fn start(&self) -> Result<Option<ProviderProcess>, Error> {
        let base = match &self.transport {
            Transport::Http(transport) => Some(transport.base()),
            Transport::Service { .. } | Transport::None => None,
        };
        let process = self.verifier.startup.run(base, &self.verifier.trust).await?;
        if let Some(process) = &process {
            self.output.get_or_init(|| process.output());
        }
        Ok(process)
    }

    /// Verifies the interactions concurrently, returning the results in order; to be run as a task: tasks of one worker wake
    /// each other without a system call, unlike the thread that waits for the runtime. Ends early if there is no provider (the
    /// other interactions would fail the same way), if the verifier is stopped, or with the first failure if
    /// configured. Interactions in progress are finished then.
    async fn verify_all(self: &Arc<Self>) -> Result<Verified, Error> {
        let is_over = AtomicBool::new(false);
        let pending_tasks = (0..self.tasks.len()).take_while(|_| !is_over.load(Ordering::Relaxed));
        let mut running = stream::iter(pending_tasks)
            .map(|task| self.verify_on_runtime(task))
            .buffered(self.parallelism)
            .enumerate();
        let mut verified = Verified {
            reports: Vec::with_capacity(self.tasks.len()),
            end: None,
            warnings: Vec::new(),
        };
        while let Some((task, report)) = running.next().await {
            let report = report?;
            let fails = report.fails();
            match report.outcome {
                Outcome::Errored(error) if is_end(&error) => {
                    verified.end.get_or_insert(error);
                    let warnings = report.warnings.iter();
                    (verified.warnings).extend(warnings.map(|warning| format!("{}: {warning}", report.name)));
                }
                outcome => {
                    if let Some(progress) = &self.verifier.progress {
                        progress(task + 1, self.tasks.len());
                    }
                    let report = InteractionReport { outcome, ..report };
                    verified.reports.push((task, report));
                }
            }
            if verified.end.is_some() || (self.verifier.fail_fast && fails) {
                is_over.store(true, Ordering::Relaxed);
            }
        }
        Ok(verified)
    }

    /// Verifies one interaction. A provider in this process computes, so it gets its own task; a remote one does not:
    /// two threads would wake each other for every interaction.
    fn verify_on_runtime(
        self: &Arc<Self>,
        task: usize,
    ) -> impl Future<Output = Result<InteractionReport, Error>> + use<'_, C> {
        let is_shared = self.parallelism > 1 && matches!(self.transport, Transport::Service { .. });
        if !is_shared {
            return Either::Left(Box::pin(async move { Ok(self.verify(task).await) }));
        }
        let session = Arc::clone(self);
        Either::Right(as_task(async move { session.verify(task).await }))
    }

    /// Groups the reports of tasks by contract.
    pub(super) fn report(
        &self,
        reports: impl IntoIterator<Item = (usize, InteractionReport)>,
    ) -> VerificationReport {
        let mut contracts: Vec<ContractReport> = self.contracts.iter().map(Loaded::report).collect();
        for (task, report) in reports {
            let contract = &mut contracts[self.tasks[task].contract];
            contract.interactions.push(report);
            contract.left_out -= 1;
        }
        VerificationReport {
            provider: self.verifier.provider.clone(),
            provider_version: self.verifier.provider_version(),
            sources: self.sources.clone(),
            contracts,
            warnings: self.warnings.clone(),
            unreadable: self.unreadable.clone(),
            ended: None,
            publish_error: None,
            duration: self.started.elapsed(),
        }
    }

    /// Explains what went wrong with one interaction.
    pub(super) fn explain(&self, task: usize, report: &InteractionReport, style: Style) -> String {
        report.explanation(&self.contracts[self.tasks[task].contract].report(), style)
    }
}

/// Runs work as a task of the runtime. The task is stopped if nobody waits for it any more.
async fn as_task<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, Error> {
    let mut task = JoinSet::new();
    task.spawn(work);
    let stopped = || Error::new(ErrorKind::Verification, "a verification task was stopped");
    match task.join_next().await {
        Some(Ok(done)) => Ok(done),
        Some(Err(error)) => Err(stopped().with_source(error)),
        None => Err(stopped()),
    }
}

/// The results of a run.
struct Verified {
    /// The reports with the numbers of their tasks, without those that [ended](is_end) the run.
    reports: Vec<(usize, InteractionReport)>,
    /// Why the run ended early: `Unreachable` without a provider, `Interrupted` if the verifier was stopped.
    end: Option<Error>,
    /// The warnings of interactions that ended the run, such as a provider state that could not be torn down.
    warnings: Vec<String>,
}

/// Returns whether no further interaction can be verified.
fn is_end(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::Interrupted)
}
