//! The Pact compatibility suite: Gherkin scenarios that every implementation of the format should pass.
//!
//! The scenarios are read from `$CONTRACT_CONFORMANCE_DIR/pact-compatibility-suite`. Without the variable nothing
//! runs; with it, everything must be there. Arguments that are no flags select scenarios by a part of their name.

#![expect(clippy::print_stdout, reason = "the suite reports on standard output")]
#![expect(
    clippy::needless_pass_by_value,
    reason = "steps are given their captured text by value"
)]

mod broker_stub;
mod contract_file;
mod definitions;
mod fixtures;
mod generators;
mod http_consumer;
mod http_provider;
mod interactions;
mod known_failures;
mod made;
mod matching;
mod message_cells;
mod message_consumer;
mod message_provider;
mod provider_states;
mod report;
mod server;
mod table;
mod verification;
mod wire;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cucumber::{World as _, WriterExt as _};

use self::known_failures::KnownFailures;
use self::report::{Report, Tally};
use self::world::Suite;

/// How many scenarios the suite has; fewer means that part of it is missing.
const SCENARIOS: usize = 190;

fn main() -> ExitCode {
    // Built with the whole workspace, reqwest has TLS and wants to know whose cryptography it is to use.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Some(suite) = suite_directory() else {
        println!("compatibility suite skipped: CONTRACT_CONFORMANCE_DIR is not set");
        return ExitCode::SUCCESS;
    };
    let features = suite.join("features");
    if !features.is_dir() || !suite.join("fixtures").is_dir() {
        println!(
            "{}: CONTRACT_CONFORMANCE_DIR is set, but the suite's features or fixtures are missing",
            suite.display()
        );
        return ExitCode::FAILURE;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        // What test runners ask for; the suite is one test to them.
        if !arguments.iter().any(|argument| argument == "--ignored") {
            println!("scenarios: test");
        }
        return ExitCode::SUCCESS;
    }
    let names: Vec<String> = arguments
        .into_iter()
        .filter(|argument| !argument.starts_with('-') && argument != "scenarios")
        .collect();

    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let tally = runtime.block_on(run(&features, names.clone()));
    conclude(&tally, names.is_empty())
}

/// Where the suite is, if the environment says.
fn suite_directory() -> Option<PathBuf> {
    let conformance = std::env::var_os("CONTRACT_CONFORMANCE_DIR")?;
    Some(Path::new(&conformance).join("pact-compatibility-suite"))
}

async fn run(features: &Path, names: Vec<String>) -> Tally {
    let report = Report::new(KnownFailures::read());
    let tally = report.tally();
    Suite::cucumber()
        .with_writer(report.normalized().summarized().fail_on_skipped())
        .with_default_cli()
        .max_concurrent_scenarios(8)
        .before(|feature, _, _, world| {
            world.specification = world::specification(feature);
            Box::pin(async {})
        })
        .after(|_, _, _, _, world| {
            Box::pin(async move {
                if let Some(world) = world {
                    world.end_test().await;
                }
            })
        })
        .filter_run(features.to_owned(), move |_, _, scenario| {
            names.is_empty() || names.iter().any(|name| scenario.name.contains(name.as_str()))
        })
        .await;
    std::mem::take(&mut *tally.lock().expect("no step holds the tally"))
}

/// Prints what a reader of the log needs last, and decides.
fn conclude(tally: &Tally, whole: bool) -> ExitCode {
    let mut failed = tally.failed;
    if whole {
        for entry in &tally.never_run {
            println!("{entry}: listed as a known failure, but there is no such scenario");
            failed += 1;
        }
        let run = tally.passed + tally.failed + tally.known;
        if run < SCENARIOS {
            println!("{run} scenarios ran, the suite has {SCENARIOS}: part of it is missing");
            failed += 1;
        }
    }
    if tally.broken > 0 {
        println!("{} feature files could not be read", tally.broken);
        failed += tally.broken;
    }
    if tally.known > 0 {
        println!(
            "{} scenarios are known to fail: {}",
            tally.known,
            known_failures::FILE
        );
    }
    println!("{} passed, {failed} failed", tally.passed);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
