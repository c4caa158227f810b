//! A provider's test target, run as `cargo test` and `cargo nextest run` run it.
//!
//! This binary plays both sides: with `HARNESS_CONTRACTS` set it *is* a provider's test target (`ProviderTests::main`), else
//! it tests such a target by starting itself.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod broker;
mod provider;
mod target;

use libtest_mimic::{Arguments, Trial};

fn main() -> std::process::ExitCode {
    if let Ok(contracts) = std::env::var("HARNESS_CONTRACTS") {
        return provider::tests(contracts).main();
    }
    let trials = target::TESTS
        .iter()
        .map(|(name, test)| {
            Trial::test(*name, || {
                test();
                Ok(())
            })
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
