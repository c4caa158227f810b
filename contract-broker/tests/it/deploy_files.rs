//! What `deploy/` sets exists, and every secret can be given as a file. `.ci/deploy` checks the rest with tools of others.

use std::path::{Path, PathBuf};

use contract_broker::{
    Config,
    config::{Setting, settings},
};

/// A variable of the build of the container file, which is no setting.
const COMMIT: &str = "CONTRACT_BROKER_COMMIT";

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

fn read(file: &str) -> String {
    let path = deploy().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every text file below `deploy/`.
fn files() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![deploy()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

/// The variables of the broker that a text names.
fn variables(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_')
        .filter(|word| word.starts_with(Setting::ENV_PREFIX) && *word != Setting::ENV_PREFIX)
        .map(str::to_owned)
        .collect()
}

/// The members of a block of YAML in `text`, as `table.key`: those of `name:` at the start of a line.
fn nested(text: &str, name: &str) -> Vec<String> {
    let start = format!("{name}:");
    let mut table = String::new();
    let mut found = Vec::new();
    let block = text.lines().skip_while(|line| *line != start).skip(1);
    for line in block.take_while(|line| line.is_empty() || line.starts_with([' ', '#'])) {
        let depth = line.len() - line.trim_start().len();
        let Some((key, value)) = line.trim().split_once(':') else {
            continue;
        };
        match (depth, value.trim()) {
            (2, "") => key.clone_into(&mut table),
            (2, _) => found.push(key.to_owned()),
            (4, _) => found.push(format!("{table}.{key}")),
            _ => {}
        }
    }
    found
}

fn setting(key: &str) -> Option<&'static Setting> {
    settings().iter().find(|setting| setting.key == key)
}

#[test]
fn every_variable_that_is_set_is_a_setting() {
    let is_known = |name: &str| {
        settings().iter().any(|setting| {
            name == setting.env() || (setting.secret && name.strip_suffix("_FILE") == Some(&setting.env()))
        })
    };
    let mut found = 0;
    for (path, text) in files() {
        for name in variables(&text) {
            assert!(
                is_known(&name) || name == COMMIT,
                "{}: {name} is no setting",
                path.display()
            );
            found += 1;
        }
    }
    assert!(found >= 20, "only {found} variables: were the files moved?");
}

#[test]
fn what_the_values_of_the_chart_set_are_settings() {
    for file in [
        "values.yaml",
        "ci/postgresql-values.yaml",
        "ci/everything-values.yaml",
    ] {
        let text = read(&format!("helm/contract-broker/{file}"));
        let keys = nested(&text, "config");
        assert!(!keys.is_empty(), "{file}");
        for key in keys {
            let found = setting(&key).unwrap_or_else(|| panic!("{file}: config: {key} is no setting"));
            assert!(!found.secret, "{file}: config: {key} is a secret");
        }
        for key in nested(&text, "secrets") {
            let found = setting(&key).unwrap_or_else(|| panic!("{file}: secrets: {key} is no setting"));
            assert!(found.secret, "{file}: secrets: {key} is no secret");
        }
    }
}

/// The chart mounts whatever its value `secrets` names; it refuses settings of `config` by the ends of their names.
#[test]
fn every_secret_comes_from_a_file() {
    let values = read("helm/contract-broker/ci/everything-values.yaml");
    let mounted = nested(&values, "secrets");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("secret");
    std::fs::write(&file, "a-secret\n").unwrap();
    let ends = ["password", "tokens", "secret", "_key"];
    let pattern = format!("({})$", ends.join("|"));
    assert!(read("helm/contract-broker/templates/_helpers.tpl").contains(&pattern));
    for setting in settings() {
        let looks_secret = ends.iter().any(|end| setting.key.ends_with(end));
        assert_eq!(
            setting.secret, looks_secret,
            "{}: the chart tells secrets by the end of their names, {pattern}",
            setting.key
        );
        if setting.secret {
            assert!(
                mounted.iter().any(|key| key == setting.key),
                "{} is missing in secrets of ci/everything-values.yaml, which are {mounted:?}",
                setting.key
            );
            let variable = format!("{}_FILE", setting.env());
            let loaded = Config::load(
                ["contract-broker".into()],
                [(variable, file.display().to_string())],
            );
            // A setting that needs another one may refuse to be alone, but never because of the file.
            if let Err(error) = loaded {
                let error = error.to_string();
                assert!(!error.contains("unknown setting"), "{error}");
                assert!(!error.contains("a-secret"), "{error}");
            }
        }
    }
}

#[test]
fn the_settings_file_of_the_service_can_be_read() {
    let file = deploy().join("systemd/broker.toml");
    let arguments = ["contract-broker".into(), "--config".into(), file.into_os_string()];
    let config = Config::load(arguments, []).unwrap();
    assert!(config.retention_enabled && config.metrics_bind.is_some());
    // What is mounted for the service is where its settings look for it.
    let unit = read("systemd/contract-broker.service");
    let state = "/var/lib/contract-broker/";
    assert!(unit.contains("StateDirectory=contract-broker\n") && config.database_url.contains(state));
}

#[test]
fn the_version_is_that_of_the_broker() {
    let version = env!("CARGO_PKG_VERSION");
    for (file, line) in [
        (
            "helm/contract-broker/Chart.yaml",
            format!("appVersion: \"{version}\""),
        ),
        ("compose/compose.yaml", format!("contract-broker:{version}")),
        ("kubernetes/sqlite.yaml", format!("contract-broker:{version}\"")),
        (
            "kubernetes/postgresql.yaml",
            format!("contract-broker:{version}\""),
        ),
    ] {
        assert!(
            read(file).lines().any(|text| text.ends_with(&line)),
            "{file}: {line}"
        );
    }
}

/// A service named like the broker would otherwise set variables that look like its settings.
#[test]
fn pods_get_no_variables_of_services() {
    for file in ["kubernetes/sqlite.yaml", "kubernetes/postgresql.yaml"] {
        assert!(read(file).contains("enableServiceLinks: false"), "{file}");
    }
}
