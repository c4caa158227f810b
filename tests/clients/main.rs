//! Unmodified Pact clients against the real broker, each scenario on SQLite and on PostgreSQL.
//!
//! Runs where `CONTRACT_CLIENTS_DIR` names a directory: the clients are installed there, once, from the package
//! registries. PostgreSQL is the server that `CONTRACT_TEST_POSTGRES_URL` names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(
    clippy::print_stdout,
    reason = "the suite says on standard output what it skipped"
)]

mod agents;
mod arrange;
mod command;
mod database;
mod http;
mod install;
mod provider;
mod recorder;
mod scene;
mod suite;
mod verification;

mod credentials;
mod deploying;
mod environments;
mod flags;
mod interop;
mod legacy;
mod login;
mod participants;
mod pipelines;
mod provider_contracts;
mod publishing;
mod reading;
mod verifying;
mod webhooks;

use std::process::ExitCode;

use libtest_mimic::Arguments;

use crate::suite::Suite;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let Some(folder) = std::env::var_os("CONTRACT_CLIENTS_DIR") else {
        println!("clients: skipped, CONTRACT_CLIENTS_DIR is not set");
        return ExitCode::SUCCESS;
    };
    let mut suite = Suite::new(folder.as_ref());
    publishing::add_to(&mut suite);
    provider_contracts::add_to(&mut suite);
    reading::add_to(&mut suite);
    participants::add_to(&mut suite);
    environments::add_to(&mut suite);
    deploying::add_to(&mut suite);
    verifying::add_to(&mut suite);
    legacy::add_to(&mut suite);
    interop::add_to(&mut suite);
    credentials::add_to(&mut suite);
    webhooks::add_to(&mut suite);
    flags::add_to(&mut suite);
    login::add_to(&mut suite);
    agents::add_to(&mut suite);
    pipelines::add_to(&mut suite);
    libtest_mimic::run(&arguments, suite.trials).exit_code()
}
