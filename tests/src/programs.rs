//! The workspace's programs, as a user would run them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::SystemTime;

/// Where the program of this package stands. `cargo test --workspace` has built it; where it is missing or older than
/// the sources, it is built now.
///
/// # Panics
/// Where it cannot be built.
pub fn path(package: &str, program: &str) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    let here = std::env::current_exe().unwrap();
    let built = here
        .ancestors()
        .nth(2)
        .unwrap()
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    let fresh = fs::metadata(&built)
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|modified| modified >= newest_source());
    if !fresh {
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", package, "--bin", program])
            .current_dir(workspace())
            .status()
            .unwrap();
        assert!(status.success(), "building {program} failed");
    }
    assert!(built.exists(), "{} was not built", built.display());
    built
}

/// The folder of the workspace.
///
/// # Panics
/// Never: this package stands in a folder of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn newest_source() -> SystemTime {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut folders: Vec<PathBuf> = [
        "contract-core",
        "contract-macros",
        "contract-broker",
        "contract-cli",
    ]
    .iter()
    .map(|c| workspace().join(c).join("src"))
    .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                newest = newest.max(entry.metadata().unwrap().modified().unwrap());
            }
        }
    }
    newest
}

/// A broker of its own process; killed, not asked, when it goes.
#[derive(Debug)]
pub struct Broker {
    process: Child,
    /// Where it listens, without a slash at the end.
    pub url: String,
}

impl Broker {
    /// Starts the program on a free port over the database of this URL.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start(database_url: &str) -> Self {
        Self::start_with(database_url, &[], &[])
    }

    /// As [`Broker::start`], with more arguments and variables.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_with(database_url: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = [&["--bind", "127.0.0.1:0"], arguments].concat();
        Self::start_process(database_url, &arguments, variables)
    }

    /// As [`Broker::start`], at an address that is chosen, with variables.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_at(bind: &str, database_url: &str, variables: &[(&str, &str)]) -> Self {
        Self::start_process(database_url, &["--bind", bind], variables)
    }

    fn start_process(database_url: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut process = Command::new(path("contract-broker", "contract-broker"))
            .args(["--database-url", database_url])
            .args(arguments)
            // What a test asks for is no news.
            .env("CONTRACT_BROKER_LOG_LEVEL", "warn")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                let url = line.split_whitespace().find(|word| word.starts_with("http://"))?;
                Some(url.trim_end_matches(['/', '.']).to_owned())
            })
            .expect("the broker says where it listens");
        // Its output is read on, so that it never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
