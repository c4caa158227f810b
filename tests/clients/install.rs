//! The clients, in pinned versions, each in a folder of its own below `CONTRACT_CLIENTS_DIR`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// A package with the versions that are installed of it and of what it runs.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    folder: &'static str,
    requirements: &'static [&'static str],
}

/// The program `pact` of the Rust family: broker client, verifier, mock and stub server.
pub(crate) const RUST: Package = Package {
    folder: "rust",
    requirements: &["pact-python-cli==1!0.10.9"],
};

/// The Ruby clients: `pact-broker`, `pact-provider-verifier`.
pub(crate) const RUBY: Package = Package {
    folder: "ruby",
    requirements: &["pact-python-cli==2.6.4.0"],
};

/// Where the packages are installed, each when it is first asked for.
pub(crate) struct Clients {
    folder: PathBuf,
    installing: Mutex<()>,
}

impl Clients {
    pub(crate) fn below(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        Self {
            folder: folder.canonicalize().unwrap(),
            installing: Mutex::new(()),
        }
    }

    /// The folder of a package, which is installed if need be.
    pub(crate) fn folder(&self, package: Package) -> PathBuf {
        // Where an installation failed, the next scenario tries again and fails with the same words.
        let _guard = self
            .installing
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let folder = self.folder.join(package.folder);
        // An environment of Python names its own folder: one that was moved is made anew.
        let complete = format!("{} in {}\n", package.requirements.join(" "), folder.display());
        let marker = folder.join("installed.txt");
        if fs::read_to_string(&marker).is_ok_and(|installed| installed == complete) {
            return folder;
        }
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        run(Command::new(folder.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(package.requirements));
        fs::write(&marker, complete).unwrap();
        folder
    }
}

fn run(command: &mut Command) {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; the clients need Python 3 with venv"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
