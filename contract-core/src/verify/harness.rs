//! Runs a verification as a test target with one test per interaction.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use super::report::{InteractionReport, Outcome};
use super::run_folder::RunFolder;
use super::session::Session;
use super::stop;
use super::verifier::Verifier;
use crate::Error;
use crate::report::Style;

impl<C: Clone + Send + Sync + 'static> Verifier<C> {
    /// Runs the verification as a test target with `harness = false`: `cargo test` and `cargo nextest run` list one
    /// test per interaction, which can be filtered by name.
    ///
    /// [`provider_tests!`](crate::provider_tests) generates the `main` that calls this, and fails if `harness = false`
    /// is missing.
    ///
    /// The name of a pending interaction ends in ` (pending)`; if it fails it is shown as ignored, with its reason.
    /// Results are [published](Self::publish) when all interactions of a contract ran; if each test is a process of its
    /// own (nextest), by the process that completes its contract. A partially verified contract is never published.
    ///
    /// With `CONTRACT_REPORT_DIR` the report is written to that directory in every [format](super::ReportFormat): JSON,
    /// JUnit XML, HTML, Markdown and SARIF.
    ///
    /// nextest runs processes concurrently. If interactions share something, such as one provider at a
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
        let session = runtime.block_on(Session::open(self))?;
        // One at a time if interactions may disturb each other, unless `--test-threads` is given.
        arguments.test_threads.get_or_insert(session.parallelism);
        let names: Vec<String> = (0..session.tasks.len())
            .map(|task| session.test_name(task))
            .collect();
        if arguments.exact
            && let Some(filter) = &mut arguments.filter
        {
            *filter = present_name(filter, &names);
        }
        let process = if arguments.list {
            None
        } else {
            runtime.block_on(session.start())?
        };
        let found: Found = Arc::new(Mutex::new(Vec::new()));
        let verified = (names.into_iter().enumerate())
            .map(|(task, name)| trial(&session, task, name, &found, runtime.handle().clone()));
        let trials = verified
            .chain(session.unreadable.iter().map(|error| unreadable(error)))
            .collect();
        let conclusion = libtest_mimic::run(&arguments, trials);
        if let Some(process) = process {
            runtime.block_on(process.end());
        }
        let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
        if !arguments.list {
            for line in runtime.block_on(session.finish_tests(found))? {
                say(&line);
            }
        }
        Ok(conclusion.exit_code())
    }
}

impl<C: Clone + Send + Sync + 'static> Session<C> {
    /// Returns the name of an interaction's test. It includes whether the interaction is pending: runners such as
    /// nextest hide the output of tests that do not fail.
    fn test_name(&self, task: usize) -> String {
        let task = &self.tasks[task];
        let loaded = &self.contracts[task.contract];
        if loaded.is_pending(task.interaction) {
            format!("{}{PENDING}", task.name)
        } else {
            task.name.clone()
        }
    }

    /// Publishes results and writes reports after the tests. Returns messages for the user.
    async fn finish_tests(&self, mut found: Vec<(usize, InteractionReport)>) -> Result<Vec<String>, Error> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        // Tests finish in any order.
        found.sort_by_key(|(task, _)| *task);
        let all = found.len();
        found.retain(|(_, report)| !report.is_interrupted());
        let is_complete = found.len() == all;
        let mut report = self.report(found);
        report.ended = (!is_complete).then(stop::interrupted);
        let Some(folder) = RunFolder::of_this_run() else {
            if is_complete {
                self.publish(&mut report).await;
            }
            if let Some(directory) = report_directory() {
                report.document().write_all(&directory)?;
            }
            return match report.publish_error.take() {
                Some(error) => Err(error),
                None => Ok(report.summary()),
            };
        };
        let folder = folder?;
        let addresses = self.publish_part(&folder, &report).await?;
        if let Some(directory) = report_directory() {
            folder.merge(report.document())?.write_all(&directory)?;
        }
        let published = addresses
            .iter()
            .map(|address| format!("result published: {address}"));
        let warnings = self.warnings.iter().map(|warning| format!("warning: {warning}"));
        Ok(warnings.chain(published).collect())
    }
}

/// The suffix of a pending interaction's name.
const PENDING: &str = " (pending)";

/// Returns the test with this name. Whether it is pending may have changed since the names were listed.
fn present_name(wanted: &str, names: &[String]) -> String {
    let other = match wanted.strip_suffix(PENDING) {
        Some(name) => name.to_owned(),
        None => format!("{wanted}{PENDING}"),
    };
    let is_present = |name: &str| names.iter().any(|present| present == name);
    if !is_present(wanted) && is_present(&other) {
        other
    } else {
        wanted.to_owned()
    }
}

/// Returns the report directory from `CONTRACT_REPORT_DIR`.
fn report_directory() -> Option<PathBuf> {
    let directory = std::env::var_os("CONTRACT_REPORT_DIR")?;
    (!directory.is_empty()).then(|| directory.into())
}

type Found = Arc<Mutex<Vec<(usize, InteractionReport)>>>;

fn trial<C: Clone + Send + Sync + 'static>(
    session: &Arc<Session<C>>,
    task: usize,
    name: String,
    found: &Found,
    runtime: tokio::runtime::Handle,
) -> Trial {
    let (session, found) = (Arc::clone(session), Arc::clone(found));
    Trial::ignorable_test(name, move || {
        let report = runtime.block_on(session.verify(task));
        let explanation = session.explain(task, &report, Style::detect());
        let completion = match &report.outcome {
            Outcome::Passed => Ok(Completion::Completed),
            _ if report.fails() => Err(Failed::from(format!("\n{explanation}"))),
            Outcome::NotVerifiable(_) => {
                say(&explanation);
                Ok(Completion::ignored_with("not verifiable (allowed)"))
            }
            _ => {
                say(&explanation);
                Ok(Completion::ignored_with(
                    "pending: its failure does not fail the run",
                ))
            }
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

/// Returns a test that fails because a contract cannot be read.
fn unreadable(error: &str) -> Trial {
    let place = error.split(": ").next().unwrap_or_default();
    let error = error.to_owned();
    Trial::test(format!("the contract can be read: {place}"), move || {
        Err(Failed::from(error))
    })
}

/// Prints a message for the user.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
