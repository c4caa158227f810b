//! One verification under way: contracts loaded, connections open.

use std::any::Any;
use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::{FutureExt as _, StreamExt as _, future, stream};

use super::Contradictions;
use super::contracts::{self, Contents, Loaded};
use super::deadline::Deadline;
use super::generated;
use super::message::MessageRequest;
use super::message_proxy;
use super::outgoing::OutgoingRequest;
use super::report::{Compared, ContractReport, Difference, InteractionReport, Outcome, VerificationReport};
use super::response_plan::OncePlan;
use super::state_url::{Action, StateChangeUrl};
use super::tasks::{Task, nothing_verified, tasks};
use super::transport::Transport;
use super::verifier::{Hook, Verifier};
use crate::contract::{
    Contract, HttpInteraction, Interaction, InteractionKind, Members, Message, ProviderState, SyncMessage,
};
use crate::matching::{MessagePlan, Mismatch};
use crate::report::{Style, curl};
use crate::wire::framing;
use crate::{Error, ErrorKind, http_client};

/// A verification under way.
pub(super) struct Session<C> {
    pub(super) verifier: Verifier<C>,
    transport: Transport<C>,
    client: Option<reqwest::Client>,
    deadline: Deadline,
    pub(super) contracts: Vec<Loaded>,
    pub(super) tasks: Vec<Task>,
    /// What was left out, and why.
    pub(super) warnings: Vec<String>,
    /// Contracts that cannot be read.
    pub(super) unreadable: Vec<String>,
}

impl<C: Clone + Send + Sync + 'static> Session<C> {
    /// Loads the contracts and chooses the interactions.
    pub(super) async fn open(mut verifier: Verifier<C>) -> Result<Arc<Self>, Error> {
        let transport = verifier.transport()?;
        let sources = std::mem::take(&mut verifier.sources);
        let no_source = sources.is_empty();
        let loaded = contracts::load(sources, &verifier.provider, &verifier.query).await?;
        let tasks = tasks(&loaded.contracts, &verifier);
        if tasks.is_empty() && !verifier.allow_empty {
            return Err(nothing_verified(&loaded, no_source, &verifier.provider));
        }
        let Contents {
            contracts,
            warnings,
            unreadable,
            ..
        } = loaded;
        #[cfg(feature = "broker")]
        if let Some(results) = &verifier.publish {
            results.check()?;
        }
        let client = match (&transport, &verifier.state_url) {
            (Transport::Http(transport), _) => Some(transport.client().clone()),
            (_, Some(_)) => Some(http_client::build(http_client::builder()?)?),
            _ => None,
        };
        Ok(Arc::new(Self {
            deadline: Deadline::new(verifier.request_timeout),
            verifier,
            transport,
            client,
            contracts,
            tasks,
            warnings,
            unreadable,
        }))
    }

    /// Verifies all interactions.
    pub(super) async fn run(self: Arc<Self>) -> Result<VerificationReport, Error> {
        let at_once = self.verifier.parallelism();
        let reports = if at_once == 1 {
            self.run_in_turn().await
        } else {
            self.run_at_once(at_once).await
        };
        let mut report = self.report(reports?.into_iter().enumerate());
        self.publish(&mut report).await;
        Ok(report)
    }

    /// Verifies one interaction after the other, all in the caller's task: a task for each would make two threads wake each
    /// other for every interaction.
    async fn run_in_turn(&self) -> Result<Vec<InteractionReport>, Error> {
        let mut reports = Vec::with_capacity(self.tasks.len());
        for task in 0..self.tasks.len() {
            self.add(self.verify(task).await, &mut reports)?;
        }
        Ok(reports)
    }

    /// Verifies up to `at_once` interactions at a time, on all threads of the runtime.
    async fn run_at_once(self: &Arc<Self>, at_once: usize) -> Result<Vec<InteractionReport>, Error> {
        let mut running = stream::iter(0..self.tasks.len())
            .map(|task| {
                let session = Arc::clone(self);
                tokio::spawn(async move { session.verify(task).await })
            })
            .buffered(at_once);
        let mut reports = Vec::with_capacity(self.tasks.len());
        while let Some(joined) = running.next().await {
            let report = joined.map_err(|error| {
                Error::new(ErrorKind::Verification, "a verification task was stopped").with_source(error)
            })?;
            self.add(report, &mut reports)?;
        }
        Ok(reports)
    }

    /// Adds a report to those before it.
    ///
    /// # Errors
    ///
    /// `Unreachable` if there is no provider: the other interactions would only say the same.
    fn add(&self, report: InteractionReport, reports: &mut Vec<InteractionReport>) -> Result<(), Error> {
        if let Some(progress) = &self.verifier.progress {
            progress(reports.len() + 1, self.tasks.len());
        }
        match report.outcome {
            Outcome::Errored(error) if error.kind() == ErrorKind::Unreachable => Err(error),
            outcome => {
                reports.push(InteractionReport { outcome, ..report });
                Ok(())
            }
        }
    }

    /// Puts the reports of tasks together by contract.
    pub(super) fn report(
        &self,
        reports: impl IntoIterator<Item = (usize, InteractionReport)>,
    ) -> VerificationReport {
        let mut contracts = self.contract_reports();
        for (task, report) in reports {
            let contract = &mut contracts[self.tasks[task].contract];
            contract.interactions.push(report);
            contract.left_out -= 1;
        }
        VerificationReport {
            provider: self.verifier.provider.clone(),
            contracts,
            warnings: self.warnings.clone(),
            unreadable: self.unreadable.clone(),
            publish_error: None,
        }
    }

    /// The contracts, nothing verified yet.
    fn contract_reports(&self) -> Vec<ContractReport> {
        self.contracts.iter().map(Loaded::report).collect()
    }

    /// What went wrong with one interaction, for people.
    pub(super) fn explain(&self, task: usize, report: &InteractionReport, style: Style) -> String {
        report.explanation(&self.contracts[self.tasks[task].contract].report(), style)
    }

    /// Verifies one interaction; a panic of the provider or of a handler is an error of this interaction.
    pub(super) async fn verify(&self, task: usize) -> InteractionReport {
        let task = &self.tasks[task];
        let loaded = &self.contracts[task.contract];
        let interaction = &loaded.contract.interactions[task.interaction];
        let start = Instant::now();
        let specification = loaded.contract.specification;
        let mut warnings_of_attempt = Vec::new();
        let plan = OncePlan::default();
        let attempt = async {
            self.refuse_plugins(&loaded.contract, interaction)?;
            self.attempt(interaction, &plan, &mut warnings_of_attempt).await
        };
        // Joined futures run in this order: the contract is examined while the provider works on its answer.
        let examination = async {
            let mut warnings = shortened(loaded.contract.warnings_of(interaction));
            let found = Contradictions::of(interaction, specification, &plan, &mut warnings);
            (warnings, found)
        };
        let (outcome, (mut warnings, contradictions)) =
            future::join(AssertUnwindSafe(attempt).catch_unwind(), examination).await;
        warnings.append(&mut warnings_of_attempt);
        let outcome = match outcome {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => Outcome::Errored(error),
            Err(panic) => Outcome::Errored(Error::new(
                ErrorKind::Verification,
                format!("the provider or a handler panicked: {}", panic_message(&*panic)),
            )),
        };
        InteractionReport {
            index: task.interaction,
            name: task.name.clone(),
            pending: loaded.is_pending(interaction),
            outcome,
            warnings,
            contradictions,
            duration: start.elapsed(),
        }
    }

    /// What a plugin made only that plugin can compare; a handler of this provider needs no transport.
    fn refuse_plugins(&self, contract: &Contract, interaction: &Interaction) -> Result<(), Error> {
        match contract.plugin_need(interaction) {
            Some(need)
                if !need.plugins.is_empty() || !self.verifier.messages.knows(&interaction.description) =>
            {
                Err(Error::new(
                    ErrorKind::Verification,
                    format!("{need}: verify it with tools that do, and leave it out here by a selection"),
                ))
            }
            _ => Ok(()),
        }
    }

    async fn attempt(
        &self,
        interaction: &Interaction,
        plan: &OncePlan,
        warnings: &mut Vec<String>,
    ) -> Result<Outcome, Error> {
        let fixture = (self.verifier.fixture)().await;
        hook("before_each", self.verifier.before_each.as_ref()).await?;
        let values = self.set_up(interaction, &fixture, warnings).await?;
        let exchange = self.exchange(interaction, plan, &values, &fixture);
        let exchanged = AssertUnwindSafe(exchange).catch_unwind().await;
        let torn_down = self.tear_down(interaction, &fixture).await;
        let after = hook("after_each", self.verifier.after_each.as_ref()).await;
        let outcome = match exchanged {
            Ok(exchanged) => exchanged?,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        torn_down.and(after)?;
        Ok(outcome)
    }

    /// Sets the interaction's states; the parameters of all, overlaid by what the handlers returned.
    async fn set_up(
        &self,
        interaction: &Interaction,
        fixture: &C,
        warnings: &mut Vec<String>,
    ) -> Result<Members, Error> {
        let mut values = Members::new();
        for state in &interaction.provider_states {
            values.extend(state.params.clone());
        }
        for state in self.states_of(interaction).iter() {
            let returned = if self.verifier.states.knows(&state.name) {
                self.verifier.states.set_up(state, fixture.clone()).await?
            } else if let Some(returned) = self.ask(state, Action::SetUp).await {
                returned?
            } else if self.verifier.ignore_unknown_states {
                warnings.push(format!("nothing sets provider state {:?}", state.name));
                continue;
            } else {
                return Err(self.verifier.states.unknown(&state.name));
            };
            values.extend(returned);
        }
        Ok(values)
    }

    async fn tear_down(&self, interaction: &Interaction, fixture: &C) -> Result<(), Error> {
        for state in self.states_of(interaction).iter().rev() {
            if self.verifier.states.knows(&state.name) {
                self.verifier.states.tear_down(state, fixture.clone()).await?;
            } else if (self.verifier.state_url.as_ref()).is_some_and(StateChangeUrl::has_teardown)
                && let Some(answer) = self.ask(state, Action::TearDown).await
            {
                answer?;
            }
        }
        Ok(())
    }

    /// The states of an interaction; where a provider sets its states itself, the state `""` stands for none.
    fn states_of<'a>(&self, interaction: &'a Interaction) -> Cow<'a, [ProviderState]> {
        if interaction.provider_states.is_empty() && self.verifier.state_url.is_some() {
            vec![ProviderState::default()].into()
        } else {
            (&interaction.provider_states).into()
        }
    }

    async fn ask(&self, state: &ProviderState, action: Action) -> Option<Result<Members, Error>> {
        let url = self.verifier.state_url.as_ref()?;
        let client = self.client.as_ref()?;
        Some(url.ask(client, state, action).await)
    }

    async fn exchange(
        &self,
        interaction: &Interaction,
        plan: &OncePlan,
        values: &Members,
        fixture: &C,
    ) -> Result<Outcome, Error> {
        match &interaction.kind {
            InteractionKind::Http(http) => self.http(http, plan, values, fixture).await,
            InteractionKind::Message(message) => {
                let messages = std::slice::from_ref(message);
                let made = self.messages(interaction, None, fixture).await?;
                compare_messages(messages, made, values)
            }
            InteractionKind::SyncMessage(SyncMessage { request, responses }) => {
                let request = generated::outgoing_message(request, values)?;
                let made = self.messages(interaction, Some(request), fixture).await?;
                compare_messages(responses, made, values)
            }
            InteractionKind::Unknown { type_name, .. } => Err(Error::new(
                ErrorKind::Verification,
                format!(
                    "an interaction of type {type_name:?} cannot be verified: this library does not know the type"
                ),
            )),
        }
    }

    async fn http(
        &self,
        http: &HttpInteraction,
        plan: &OncePlan,
        values: &Members,
        fixture: &C,
    ) -> Result<Outcome, Error> {
        let mut request = generated::request(&http.request, values)?;
        framing::remove_computed(&mut request.headers);
        if let Some(filter) = &self.verifier.filter {
            request = filter(OutgoingRequest::new(request)).into_inner();
        }
        let expected = generated::response(&http.response, values)?;
        let sending = self
            .deadline
            .wait_for(self.transport.send(&request, fixture.clone()));
        let is_as_written = matches!(expected, Cow::Borrowed(_)) && request.method == http.request.method;
        let own_plan = OncePlan::default();
        let plan = if is_as_written { plan } else { &own_plan };
        // The request is on its way when the response is compiled.
        let compiling = async { plan.of(&request.method, &expected) };
        let (answer, plan) = future::join(sending, compiling).await;
        let plan = plan?;
        let actual = answer.unwrap_or_else(|| {
            Err(Error::new(
                ErrorKind::Verification,
                format!(
                    "the provider did not answer {} {} within {:?}: see why it hangs, or raise the request timeout",
                    request.method, request.path, self.verifier.request_timeout
                ),
            ))
        })?;
        let comparison = plan.compare(&actual);
        if comparison.is_match() {
            return Ok(Outcome::Passed);
        }
        let reproduce = match &self.transport {
            Transport::Http(transport) => Some(curl(transport.base(), &request)),
            Transport::Service { .. } | Transport::None => None,
        };
        Ok(Outcome::Failed(Box::new(Difference {
            mismatches: comparison.into_mismatches(),
            compared: Compared::Response {
                request,
                expected: expected.into_owned(),
                actual,
            },
            reproduce,
        })))
    }

    /// The messages that the provider makes: by a handler, or asked for over HTTP where the provider has an address.
    async fn messages(
        &self,
        interaction: &Interaction,
        request: Option<Message>,
        fixture: &C,
    ) -> Result<Vec<Message>, Error> {
        if let Transport::Http(transport) = &self.transport
            && !self.verifier.messages.knows(&interaction.description)
        {
            return message_proxy::ask(transport, interaction, request.as_ref())
                .await
                .map(|message| vec![message]);
        }
        let request = MessageRequest {
            description: interaction.description.clone(),
            request,
            fixture: fixture.clone(),
        };
        self.verifier.messages.make(request).await
    }
}

/// Compares messages pairwise, in order; as many must have been made as are expected.
fn compare_messages(expected: &[Message], made: Vec<Message>, values: &Members) -> Result<Outcome, Error> {
    if made.len() != expected.len() {
        return Err(Error::new(
            ErrorKind::Verification,
            format!(
                "the contract expects {} messages and the provider made {}",
                expected.len(),
                made.len()
            ),
        ));
    }
    for (expected, actual) in expected.iter().zip(made) {
        let expected = generated::message(expected, values)?;
        let comparison = MessagePlan::compile(&expected)?.compare(&actual);
        if !comparison.is_match() {
            let mismatches: Vec<Mismatch> = comparison.into_mismatches();
            return Ok(Outcome::Failed(Box::new(Difference {
                mismatches,
                compared: Compared::Message { expected, actual },
                reproduce: None,
            })));
        }
    }
    Ok(Outcome::Passed)
}

/// The first of many warnings, and how many more there are.
fn shortened(mut warnings: Vec<String>) -> Vec<String> {
    const SHOWN: usize = 10;
    if warnings.len() > SHOWN {
        let more = warnings.len() - SHOWN;
        warnings.truncate(SHOWN);
        warnings.push(format!("… and {more} more, which `contract check` shows"));
    }
    warnings
}

async fn hook(what: &str, hook: Option<&Hook>) -> Result<(), Error> {
    let Some(hook) = hook else { return Ok(()) };
    hook().await.map(drop).map_err(|error| {
        Error::new(
            ErrorKind::Verification,
            format!("the {what} hook failed: {error}"),
        )
    })
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
