//! Runs a test again in a separate process.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::change::Change;
use super::probe::{Probe, name};
use super::search::Rerun;
use crate::contract::Interaction;
use crate::mock::record::Recorder;
use crate::mock::running_test;

/// Maximum number of runs per test.
const MOST_RUNS: usize = 200;

/// Maximum duration of all runs of one test.
const MOST_TIME: Duration = Duration::from_secs(60);

/// Minimum timeout of a run, even if the test is fast.
const LEAST_PATIENCE: Duration = Duration::from_secs(5);

/// Timeout of a changed run, as a multiple of the duration of an unchanged one.
const PATIENCE: u32 = 10;

/// Interval at which a running test is polled.
const GLANCE: Duration = Duration::from_millis(2);

/// A test of this program, as a separate process.
///
/// A separate process isolates what two runs of the body would share: panics and their output, statics,
/// threads, and a body that never ends.
pub(super) struct TestProcess {
    program: PathBuf,
    arguments: Vec<OsString>,
    directory: PathBuf,
    probe: Probe,
    pub(super) runs: usize,
    began: Instant,
    patience: Duration,
}

impl TestProcess {
    /// Prepares to run the test of the current thread.
    ///
    /// # Errors
    ///
    /// Why it cannot be run again.
    pub(super) fn of_this_thread(recorder: &Recorder, interactions: &[Interaction]) -> Result<Self, String> {
        let program =
            std::env::current_exe().map_err(|error| format!("its program is not known: {error}"))?;
        let test = running_test::name().ok_or(
            "its name is not known: run it without --test-threads=1, or alone with --exact and its name",
        )?;
        let directory =
            own_directory().map_err(|error| format!("there is no temporary directory: {error}"))?;
        Ok(Self {
            program,
            arguments: vec![
                test.into(),
                "--exact".into(),
                "--include-ignored".into(),
                "--nocapture".into(),
            ],
            probe: Probe {
                consumer: recorder.consumer.clone(),
                provider: recorder.provider.clone(),
                interactions: interactions.iter().map(name).collect(),
                changes: Vec::new(),
                passed: directory.join("passed"),
            },
            directory,
            runs: 0,
            began: Instant::now(),
            patience: MOST_TIME,
        })
    }

    /// Runs the test twice without a change.
    ///
    /// # Errors
    ///
    /// Why its runs are not conclusive: it does not pass each time.
    pub(super) fn is_repeatable(&mut self) -> Result<(), String> {
        for _ in 0..2 {
            let began = Instant::now();
            if !self.passes(&[])? {
                return Err("it passed, and failed when it was run again unchanged: it is not repeatable, so nothing can \
                            be learnt from running it with changed answers"
                    .to_owned());
            }
            self.patience = (began.elapsed() * PATIENCE).max(LEAST_PATIENCE);
        }
        Ok(())
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn run(&self, probe: &Path) -> Result<bool, std::io::Error> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env(Probe::VARIABLE, probe)
            // Nobody reads the backtraces of provoked failures.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status.success());
            }
            if began.elapsed() > self.patience {
                child.kill()?;
                child.wait()?;
                return Ok(false);
            }
            std::thread::sleep(GLANCE);
        }
    }
}

impl Rerun for TestProcess {
    fn passes(&mut self, changes: &[Change]) -> Result<bool, String> {
        if self.runs >= MOST_RUNS {
            return Err(format!("the test was run {MOST_RUNS} times, which is the most"));
        }
        if self.elapsed() > MOST_TIME {
            return Err(format!(
                "the runs took {} seconds, which is the most",
                MOST_TIME.as_secs()
            ));
        }
        self.runs += 1;
        self.probe.changes = changes.to_vec();
        let failed = |error: &dyn std::fmt::Display| format!("it could not be run again: {error}");
        let probe = self.directory.join("probe.json");
        let text = serde_json::to_vec(&self.probe).map_err(|error| failed(&error))?;
        fs::write(&probe, text).map_err(|error| failed(&error))?;
        // Left over from the previous run.
        let _ = fs::remove_file(&self.probe.passed);
        let success = self.run(&probe).map_err(|error| failed(&error))?;
        let reached = self.probe.passed.is_file();
        if success && !reached {
            return Err(format!(
                "it was not run again by {} {}: its name was not found there",
                self.program.display(),
                self.arguments[0].display()
            ));
        }
        Ok(success && reached)
    }
}

impl Drop for TestProcess {
    fn drop(&mut self) {
        // Files left in the temporary directory do no harm.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn own_directory() -> Result<PathBuf, std::io::Error> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("contract-minimize-{}-{number}", std::process::id()));
        match fs::create_dir(&directory) {
            Ok(()) => return Ok(directory),
            // An earlier process with this id was killed.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}
