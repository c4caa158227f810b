//! Verifies one interaction: sets up provider states, sends the request, tears the states down.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future;

use super::Contradictions;
use super::captured::Capture;
use super::output::Output;
use super::report::{InteractionReport, Outcome, Sent};
use super::response_plan::OncePlan;
use super::session::Session;
use super::state_url::{Action, StateChangeUrl};
use super::verifier::Hook;
use crate::contract::{Contract, Interaction, Members, NotVerifiable, ProviderState};
use crate::{Error, ErrorKind};

/// A function of the test author, as named in messages.
#[derive(Debug, Clone, Copy)]
pub(super) enum Handler<'a> {
    Fixture,
    BeforeEach,
    AfterEach,
    SetUp(&'a str),
    TearDown(&'a str),
    Message(&'a str),
    RequestFilter,
}

impl<'a> Handler<'a> {
    /// Returns the handler that sets up or tears down a provider state.
    pub(super) fn of_state(action: Action, state: &'a str) -> Self {
        match action {
            Action::SetUp => Self::SetUp(state),
            Action::TearDown => Self::TearDown(state),
        }
    }
}

impl fmt::Display for Handler<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixture => f.write_str("the fixture"),
            Self::BeforeEach => f.write_str("the before_each hook"),
            Self::AfterEach => f.write_str("the after_each hook"),
            Self::SetUp(state) => write!(f, "the handler of provider state {state:?}"),
            Self::TearDown(state) => write!(f, "the teardown handler of provider state {state:?}"),
            Self::Message(description) => write!(f, "the handler of message {description:?}"),
            Self::RequestFilter => f.write_str("the request filter"),
        }
    }
}

/// How long after its response a provider may write output about a request.
const OUTPUT_LAG: Duration = Duration::from_millis(50);

/// Results of an attempt other than its outcome.
#[derive(Default)]
struct Remarks {
    warnings: Vec<String>,
    /// Number of provider states to tear down: those that were set up, and one whose set-up was interrupted. A state
    /// that could not be set up is not torn down.
    states_to_undo: usize,
    /// Number of provider states that were to be set up, whatever became of it.
    states_tried: usize,
    /// The indices of provider states that were set up and could not be torn down, in the order in which that was tried.
    states_left: Vec<usize>,
    /// Whether the hook before the interaction was run.
    has_begun: bool,
    /// What was sent, if the interaction does not pass.
    sent: Sent,
}

impl<C: Clone + Send + Sync + 'static> Session<C> {
    /// Verifies one interaction; a panic of the provider or of a handler is an error of this interaction.
    pub(super) async fn verify(&self, task: usize) -> InteractionReport {
        let task = &self.tasks[task];
        let loaded = &self.contracts[task.contract];
        let head = &loaded.contract.head;
        let interaction = &*loaded.contract.interaction(task.interaction);
        let start = Instant::now();
        let written = self.output.get().map(Output::written);
        let capture = Capture::begin();
        let plan = OncePlan::beside(&self.recent_rules);
        let mut remarks = Remarks::default();
        let attempt = async {
            match self.not_verifiable(head, interaction) {
                Some(reason) => Ok(Outcome::NotVerifiable(reason)),
                None => Box::pin(self.attempt(interaction, &plan, &mut remarks)).await,
            }
        };
        // Joined futures run in this order: the contract is examined while the provider computes its response.
        let examination = async {
            let mut warnings = shortened(head.warnings_of(interaction));
            let found = Contradictions::of(interaction, head.specification, &plan, &mut warnings);
            (warnings, found)
        };
        let (outcome, (mut warnings, contradictions)) =
            capture.during(future::join(attempt, examination)).await;
        warnings.append(&mut remarks.warnings);
        let outcome = outcome.unwrap_or_else(Outcome::Errored);
        let sent = (!outcome.is_passed()).then(|| {
            self.add_states(interaction, &mut remarks);
            Box::new(remarks.sent)
        });
        let mut provider_output = match (self.output.get(), written) {
            (Some(output), Some(written)) if !outcome.is_passed() => {
                tokio::time::sleep(OUTPUT_LAG).await;
                output.since(written)
            }
            _ => Vec::new(),
        };
        if !outcome.is_passed() {
            provider_output.append(&mut capture.lines());
        }
        InteractionReport {
            index: task.interaction,
            name: task.name.clone(),
            pending: loaded.is_pending(task.interaction),
            allowed: self.verifier.allowed.not_verifiable && matches!(outcome, Outcome::NotVerifiable(_)),
            outcome,
            sent,
            warnings,
            contradictions,
            provider_output,
            duration: start.elapsed(),
        }
    }

    /// Returns why the interaction cannot be verified. A message handler needs no transport, and a transport with an
    /// address is supported.
    fn not_verifiable(&self, contract: &Contract, interaction: &Interaction) -> Option<NotVerifiable> {
        let reason = contract.not_verifiable(interaction)?;
        let lacks_transport_alone = matches!(&reason, NotVerifiable::Plugin(need) if need.plugins.is_empty());
        let has_transport = self.verifier.messages.knows(&interaction.description)
            || (interaction.transport.as_ref()).is_some_and(|name| self.named_transports.contains_key(name));
        (!lacks_transport_alone || !has_transport).then_some(reason)
    }

    async fn attempt(
        &self,
        interaction: &Interaction,
        plan: &OncePlan<'_>,
        remarks: &mut Remarks,
    ) -> Result<Outcome, Error> {
        let making = async { Ok((self.verifier.fixture)().await) };
        let fixture = if self.verifier.is_separate {
            self.guard(Handler::Fixture, making).await?
        } else {
            making.await?
        };
        let trial = async {
            remarks.has_begun = true;
            self.hook(Handler::BeforeEach, self.verifier.before_each.as_ref())
                .await?;
            let values = self.set_up(interaction, &fixture, remarks).await?;
            // Boxed: futures that contain this one are moved, and it is large.
            Box::pin(self.exchange(interaction, plan, &values, &fixture, &mut remarks.sent)).await
        };
        let trial = self.verifier.stop.unless_stopped(trial);
        let tried = AssertUnwindSafe(trial).catch_unwind().await;
        let mut left = self.tear_down(interaction, &fixture, remarks).await;
        if remarks.has_begun {
            let after = self.verifier.after_each.as_ref();
            left.extend(self.hook(Handler::AfterEach, after).await.err());
        }
        let outcome = tried.unwrap_or_else(|panic| Err(panicked(&*panic)));
        if matches!(outcome, Ok(Outcome::Passed)) {
            return match Error::all("errors after the interaction", left) {
                Some(error) => Err(error),
                None => outcome,
            };
        }
        remarks.warnings.extend(left.iter().map(Error::to_string));
        outcome
    }

    /// Runs a function of the test author: a panic or a timeout is an error that names it.
    pub(super) async fn guard<T>(
        &self,
        handler: Handler<'_>,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let failed = |what: String| Error::new(ErrorKind::Verification, format!("{handler} {what}"));
        let guarded = AssertUnwindSafe(work).catch_unwind();
        match self.handler_deadline.wait_for(guarded).await {
            Some(Ok(result)) => result,
            Some(Err(panic)) => Err(failed(format!("panicked: {}", panic_message(&*panic)))),
            None => Err(failed(format!(
                "took longer than {:?}: see why it hangs, or raise the limit (handler_timeout)",
                self.verifier.handler_timeout
            ))),
        }
    }

    async fn hook(&self, handler: Handler<'_>, hook: Option<&Hook>) -> Result<(), Error> {
        let Some(hook) = hook else { return Ok(()) };
        let run = async {
            let result = hook().await;
            result
                .map(drop)
                .map_err(|error| Error::new(ErrorKind::Verification, format!("{handler} failed: {error}")))
        };
        self.guard(handler, run).await
    }

    /// Sets up the interaction's states; returns their parameters, overlaid by what the handlers returned.
    async fn set_up(
        &self,
        interaction: &Interaction,
        fixture: &C,
        remarks: &mut Remarks,
    ) -> Result<Members, Error> {
        let mut values = Members::new();
        for state in &interaction.provider_states {
            values.extend(state.params.clone());
        }
        for state in self.states_of(interaction).iter() {
            remarks.states_tried += 1;
            remarks.states_to_undo += 1;
            match self.set(state, fixture, &mut remarks.warnings).await {
                Ok(returned) => values.extend(returned),
                Err(error) => {
                    remarks.states_to_undo -= 1;
                    return Err(error);
                }
            }
        }
        Ok(values)
    }

    /// Adds the states that the provider was asked to set before the command that sends the request, and those that it could
    /// not tear down after it.
    fn add_states(&self, interaction: &Interaction, remarks: &mut Remarks) {
        let sent = &mut remarks.sent;
        let has_no_command = sent.request.is_some() && sent.commands.is_empty();
        let Some(url) = (self.verifier.state_url.as_ref()).filter(|_| !has_no_command) else {
            return;
        };
        let states = self.states_of(interaction);
        let command = |state: &ProviderState, action| {
            let is_asked = !self.verifier.states.knows(&state.name);
            is_asked.then(|| url.command(state, action)).flatten()
        };
        let tried = states.iter().take(remarks.states_tried);
        let set_up = tried.filter_map(|state| command(state, Action::SetUp));
        sent.commands.splice(..0, set_up);
        let left = remarks.states_left.iter();
        let torn_down = left.filter_map(|index| command(&states[*index], Action::TearDown));
        sent.commands.extend(torn_down);
    }

    /// Sets up one state: by its handler, otherwise by asking the provider. Returns its values.
    async fn set(
        &self,
        state: &ProviderState,
        fixture: &C,
        warnings: &mut Vec<String>,
    ) -> Result<Members, Error> {
        let handlers = &self.verifier.states;
        if handlers.knows(&state.name) {
            let setting = handlers.set_up(state, fixture.clone());
            return self.guard(Handler::SetUp(&state.name), setting).await;
        }
        if let Some(returned) = self.ask(state, Action::SetUp).await {
            return returned;
        }
        if self.verifier.allowed.unknown_states {
            warnings.push(format!("no handler for provider state {:?}", state.name));
            return Ok(Members::new());
        }
        Err(handlers.unknown(&state.name))
    }

    /// Tears down the states that were set up, in reverse order. Returns the errors; the other states are torn down after
    /// one as well.
    async fn tear_down(&self, interaction: &Interaction, fixture: &C, remarks: &mut Remarks) -> Vec<Error> {
        let handlers = &self.verifier.states;
        let states = self.states_of(interaction);
        let mut errors = Vec::new();
        let to_undo = states.iter().enumerate().take(remarks.states_to_undo);
        for (index, state) in to_undo.rev() {
            let undone = if handlers.knows(&state.name) {
                let undoing = handlers.tear_down(state, fixture.clone());
                self.guard(Handler::TearDown(&state.name), undoing).await
            } else if self.asks_for_teardown()
                && let Some(answer) = self.ask(state, Action::TearDown).await
            {
                answer.map(drop)
            } else {
                Ok(())
            };
            if let Err(error) = undone {
                remarks.states_left.push(index);
                errors.push(error);
            }
        }
        errors
    }

    /// Returns whether the provider is asked to tear down the states that it set.
    pub(super) fn asks_for_teardown(&self) -> bool {
        (self.verifier.state_url.as_ref()).is_some_and(StateChangeUrl::has_teardown)
    }

    /// Returns the states of an interaction. For providers that set states themselves, the state `""` stands for none.
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
        let answered = self
            .handler_deadline
            .wait_for(url.ask(client, state, action))
            .await;
        Some(answered.unwrap_or_else(|| {
            Err(Error::new(
                ErrorKind::Verification,
                format!(
                    "{} took longer than {:?}: see why it hangs, or raise the limit (handler_timeout, \
                     --state-change-timeout)",
                    url.doing(state, action),
                    self.verifier.handler_timeout
                ),
            ))
        }))
    }
}

/// Returns the first of many warnings, and the number of others.
fn shortened(mut warnings: Vec<String>) -> Vec<String> {
    const SHOWN: usize = 10;
    if warnings.len() > SHOWN {
        let more = warnings.len() - SHOWN;
        warnings.truncate(SHOWN);
        warnings.push(format!("… and {more} more, which `contract check` shows"));
    }
    warnings
}

/// Returns the error of a provider that panicked.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Error {
    Error::new(
        ErrorKind::Verification,
        format!("the provider panicked: {}", panic_message(panic)),
    )
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
