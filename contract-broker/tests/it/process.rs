//! The real binary.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
};

use crate::database::Database;

/// A broker in a process of its own.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
    /// Reads what it logs, to the end.
    log: JoinHandle<String>,
}

impl Process {
    pub(crate) fn start(database: &Database) -> Self {
        Self::start_with(&database.url(), &[])
    }

    /// Starts it with flags.
    pub(crate) fn start_with(database_url: &str, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_contract-broker"))
            .args(["--bind", "127.0.0.1:0", "--database-url", database_url])
            .args(flags)
            .env_remove("CONTRACT_BROKER_DATABASE_URL")
            .env(
                "CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            )
            .env(
                "CONTRACT_BROKER_WEBHOOK_SIGNING_SECRET",
                "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            )
            .current_dir(std::env::temp_dir())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the broker says where it listens").unwrap();
            if let Some(at) = line.find("http://") {
                break line[at..].trim().to_owned();
            }
        };
        Self { child, address, log }
    }

    /// The id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, waits until it has, and gives what it logged.
    pub(crate) fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.child.wait().unwrap().success());
        self.log.join().unwrap()
    }
}
