//! A verification as a test target: one test per interaction.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use super::report::{InteractionReport, Outcome};
use super::session::Session;
use super::verifier::Verifier;
use crate::Error;
use crate::report::Style;

impl<C: Clone + Send + Sync + 'static> Verifier<C> {
    /// Runs the verification as a test target with `harness = false`: `cargo test` and `cargo nextest run` list
    /// one test per interaction, which can be filtered by name like any other.
    ///
    /// [`provider_tests!`](crate::provider_tests) writes the `main` that calls this, and fails if `harness = false` is missing.
    ///
    /// A pending interaction that fails is shown as ignored, with its reason. Results are [published](Self::publish)
    /// when all interactions of a contract ran; where each test is a process of its own (nextest), by the process that
    /// completes its contract. A part of a contract is never published.
    ///
    /// nextest runs processes at the same time. Where interactions share something, such as one provider behind a
    /// [`base_url`](Self::base_url), put the test target into a nextest test group with `max-threads = 1`.
    pub fn main(self) -> ExitCode {
        match self.run_tests(Arguments::from_args()) {
            Ok(code) => code,
            Err(error) => {
                say(&format!("error: {error:?}"));
                ExitCode::FAILURE
            }
        }
    }

    fn run_tests(self, mut arguments: Arguments) -> Result<ExitCode, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                Error::new(
                    crate::ErrorKind::Io,
                    "the asynchronous runtime could not be started",
                )
                .with_source(error)
            })?;
        // Where interactions may disturb each other, one at a time; `--test-threads` has the last word.
        arguments.test_threads.get_or_insert(self.parallelism());
        let session = runtime.block_on(Session::open(self))?;
        let found: Found = Arc::new(Mutex::new(Vec::new()));
        let verified =
            (0..session.tasks.len()).map(|task| trial(&session, task, &found, runtime.handle().clone()));
        let trials = verified
            .chain(session.unreadable.iter().map(|error| unreadable(error)))
            .collect();
        let conclusion = libtest_mimic::run(&arguments, trials);
        let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
        if arguments.list {
            return Ok(conclusion.exit_code());
        }
        let published = runtime.block_on(session.finish_tests(found))?;
        for line in published {
            say(&line);
        }
        Ok(conclusion.exit_code())
    }
}

type Found = Arc<Mutex<Vec<(usize, InteractionReport)>>>;

fn trial<C: Clone + Send + Sync + 'static>(
    session: &Arc<Session<C>>,
    task: usize,
    found: &Found,
    runtime: tokio::runtime::Handle,
) -> Trial {
    let (session, found) = (Arc::clone(session), Arc::clone(found));
    Trial::ignorable_test(session.tasks[task].name.clone(), move || {
        let report = runtime.block_on(session.verify(task));
        let explanation = session.explain(task, &report, Style::detect());
        let completion = match (&report.outcome, report.pending) {
            (Outcome::Passed, _) => Ok(Completion::Completed),
            (_, true) => {
                say(&explanation);
                Ok(Completion::ignored_with(
                    "pending: it fails, and does not fail the run",
                ))
            }
            (_, false) => Err(Failed::from(format!("\n{explanation}"))),
        };
        for remark in report.remarks() {
            say(&format!("warning: {}: {remark}", report.name));
        }
        found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((task, report));
        completion
    })
}

/// A test that fails because a contract cannot be read.
fn unreadable(error: &str) -> Trial {
    let place = error.split(": ").next().unwrap_or_default();
    let error = error.to_owned();
    Trial::test(format!("the contract can be read: {place}"), move || {
        Err(Failed::from(error))
    })
}

/// Tells the person who runs the tests.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
