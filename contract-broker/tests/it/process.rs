//! The real binary.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
};

use crate::database::Database;

/// The key that brokers of tests encrypt with.
pub(crate) const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The broker on a database and a free port, with no settings from elsewhere and no key.
pub(crate) fn command(database_url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contract-broker"));
    command
        .args(["--bind", "127.0.0.1:0", "--database-url", database_url])
        .env_clear()
        .current_dir(std::env::temp_dir());
    command
}

/// Runs a broker that ends by itself; gives its exit code, its standard output and its standard error.
pub(crate) fn ended(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A broker in a process of its own.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
    /// Where its metrics are, if it has a listener for them.
    pub(crate) metrics: Option<String>,
    /// Reads what it logs, to the end.
    log: JoinHandle<String>,
}

impl Process {
    pub(crate) fn start(database: &Database) -> Self {
        Self::start_with(&database.url(), &[])
    }

    /// Starts it with flags.
    pub(crate) fn start_with(database_url: &str, flags: &[&str]) -> Self {
        let mut command = command(database_url);
        command
            .args(flags)
            .env("CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY", KEY)
            .env(
                "CONTRACT_BROKER_WEBHOOK_SIGNING_SECRET",
                "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            );
        Self::spawn(&mut command)
    }

    /// Starts what [`command`] prepared.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command
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
        Self::started(child, log)
    }

    /// As [`Self::spawn`]; the log goes into a file, and can be read while the broker runs.
    pub(crate) fn spawn_logging_to(command: &mut Command, file: File) -> Self {
        let child = command.stdout(Stdio::piped()).stderr(file).spawn().unwrap();
        Self::started(child, std::thread::spawn(String::new))
    }

    fn started(mut child: Child, log: JoinHandle<String>) -> Self {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut metrics = None;
        let address = loop {
            let line = lines.next().expect("the broker says where it listens").unwrap();
            if let Some(at) = line.find("http://") {
                let address = line[at..].trim_end_matches(['"', '}', ' ']).to_owned();
                if !line.contains("metrics") {
                    break address;
                }
                metrics = Some(address);
            }
        };
        Self {
            child,
            address,
            metrics,
            log,
        }
    }

    /// The id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args([format!("-{name}"), self.child.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }

    /// Ends it at once, as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, waits until it has, and gives what it logged.
    pub(crate) fn stop(mut self) -> String {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success());
        self.log.join().unwrap()
    }
}
