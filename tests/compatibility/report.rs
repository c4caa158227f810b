//! What the run prints: one line a feature, every failure with its step and message.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use cucumber::event::{Cucumber, Feature, Hook, RetryableScenario, Scenario, Step};
use cucumber::{Event, Writer, cli, gherkin, parser, writer};

use crate::known_failures::{FILE, KnownFailures};
use crate::world::Suite;

/// How many scenarios ended how.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Passed, as they should.
    pub(crate) passed: usize,
    /// Failed without being listed, or passed though listed.
    pub(crate) failed: usize,
    /// Failed, as the list says.
    pub(crate) known: usize,
    /// Feature files that could not be read.
    pub(crate) broken: usize,
    /// Listed scenarios that did not run.
    pub(crate) never_run: BTreeSet<String>,
}

/// Prints the outcome and counts it.
pub(crate) struct Report {
    known: KnownFailures,
    tally: Arc<Mutex<Tally>>,
    /// Of the feature that is being reported.
    passed: usize,
    failed: usize,
    /// Why the scenario that is being reported failed.
    failure: Option<String>,
}

impl Report {
    /// A report that knows these scenarios to fail.
    pub(crate) fn new(known: KnownFailures) -> Self {
        let tally = Tally {
            never_run: known.scenarios().cloned().collect(),
            ..Tally::default()
        };
        Self {
            known,
            tally: Arc::new(Mutex::new(tally)),
            passed: 0,
            failed: 0,
            failure: None,
        }
    }

    /// The counts, complete when the run is over.
    pub(crate) fn tally(&self) -> Arc<Mutex<Tally>> {
        Arc::clone(&self.tally)
    }

    fn scenario(
        &mut self,
        feature: &gherkin::Feature,
        scenario: &gherkin::Scenario,
        event: &RetryableScenario<Suite>,
    ) {
        match &event.event {
            Scenario::Started => self.failure = None,
            Scenario::Background(step, event) | Scenario::Step(step, event) => self.step(step, event),
            Scenario::Hook(_, Hook::Failed(_, panic)) => self.failure = Some(message(&**panic)),
            Scenario::Finished => self.finished(&format!("{}: {}", name(feature), scenario.name)),
            Scenario::Hook(..) | Scenario::Log(_) => {}
        }
    }

    fn step(&mut self, step: &gherkin::Step, event: &Step<Suite>) {
        let reason = match event {
            Step::Failed(_, _, _, cucumber::event::StepError::Panic(panic)) => message(&**panic),
            Step::Failed(_, _, _, error) => error.to_string(),
            Step::Skipped => "the step is not defined".to_owned(),
            Step::Started | Step::Passed(..) => return,
        };
        self.failure = Some(format!(
            "{} {}\n    {}",
            step.keyword.trim(),
            step.value,
            reason.replace('\n', "\n    ")
        ));
    }

    fn finished(&mut self, scenario: &str) {
        let mut tally = self.tally.lock().expect("nobody panics while counting");
        tally.never_run.remove(scenario);
        match (self.failure.take(), self.known.reason(scenario)) {
            (None, None) => {
                self.passed += 1;
                tally.passed += 1;
            }
            (Some(_), Some(_)) => tally.known += 1,
            (Some(failure), None) => {
                self.failed += 1;
                tally.failed += 1;
                println!("FAILED {scenario}\n    {failure}");
            }
            (None, Some(_)) => {
                self.failed += 1;
                tally.failed += 1;
                println!("PASSED {scenario}\n    it is listed as a known failure: remove it from {FILE}");
            }
        }
    }
}

impl Writer<Suite> for Report {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<Cucumber<Suite>>>, _: &Self::Cli) {
        match event.map(Event::into_inner) {
            Ok(Cucumber::Feature(feature, Feature::Scenario(scenario, event))) => {
                self.scenario(&feature, &scenario, &event);
            }
            Ok(Cucumber::Feature(feature, Feature::Finished)) => {
                println!(
                    "{:<36} {:>3} passed, {} failed",
                    name(&feature),
                    self.passed,
                    self.failed
                );
                (self.passed, self.failed) = (0, 0);
            }
            Ok(_) => {}
            Err(error) => {
                println!("{error}");
                self.tally.lock().expect("nobody panics while counting").broken += 1;
            }
        }
    }
}

impl writer::Arbitrary<Suite, String> for Report {
    async fn write(&mut self, text: String) {
        println!("{text}");
    }
}

impl writer::NonTransforming for Report {}

/// The feature's file without its ending, with its version: `V1/http_consumer`.
fn name(feature: &gherkin::Feature) -> String {
    let path = feature.path.as_deref().unwrap_or(Path::new(""));
    let file = path.file_stem().unwrap_or_default().to_string_lossy();
    let version = path
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default()
        .to_string_lossy();
    format!("{version}/{file}")
}

/// What a panic said.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "the step panicked".to_owned())
}
