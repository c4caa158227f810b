//! Reads and merges the sources of settings.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use contract_core::report::nearest;
use toml::de::DeTable;

use super::{
    Config, ConfigError, Origin, Raw, Setting,
    database::mask_password,
    help::{FILE_FLAG, FILE_VARIABLE, command},
    settings,
    tables::scalar_or_list,
};

/// Variables of the clients, which share the broker's prefix but are not settings of the broker.
const CLIENT_VARIABLES: &[&str] = &[
    "CONTRACT_BROKER_URL",
    "CONTRACT_BROKER_TOKEN",
    "CONTRACT_BROKER_USERNAME",
    "CONTRACT_BROKER_PASSWORD",
    "CONTRACT_BROKER_HEADERS",
    "CONTRACT_BROKER_ATTEMPTS",
];

/// Whether Kubernetes sets this variable because of a service named `contract-broker` in the same namespace:
/// `CONTRACT_BROKER_SERVICE_HOST`, `CONTRACT_BROKER_PORT_80_TCP` and others.
fn is_service_link(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(Setting::ENV_PREFIX) else {
        return false;
    };
    let starts = |start: &str| {
        rest.strip_prefix(start)
            .is_some_and(|end| end.is_empty() || end.starts_with('_'))
    };
    rest == "SERVICE_HOST" || starts("SERVICE_PORT") || starts("PORT")
}

/// The settings, or the errors in them.
pub type Loaded = Result<Config, ConfigError>;

impl Config {
    /// Reads the settings of this process: its file, its environment and its command line.
    ///
    /// # Errors
    /// See [`Config::load`].
    pub fn from_process() -> Loaded {
        let env = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        });
        Self::load(std::env::args_os(), env)
    }

    /// Reads the settings from a command line (which starts with the program's name), an environment, and the file
    /// named by either of them.
    ///
    /// # Errors
    /// [`ConfigError::Usage`] for an invalid command line, and for `--help` and `--version`; [`ConfigError::Invalid`]
    /// with every unknown name and every invalid value.
    pub fn load<A, E>(args: A, env: E) -> Loaded
    where
        A: IntoIterator<Item = OsString>,
        E: IntoIterator<Item = (String, String)>,
    {
        let matches = command().try_get_matches_from(args)?;
        // A flag may precede or follow the sub-command, which knows both.
        let mut flags = &matches;
        while let Some((_, inner)) = flags.subcommand() {
            flags = inner;
        }
        let env: Vec<(String, String)> = env
            .into_iter()
            .filter(|(name, _)| name.starts_with(Setting::ENV_PREFIX))
            .collect();
        let mut loading = Loading {
            config: Self::default(),
            problems: Vec::new(),
        };

        let from_env = || {
            env.iter()
                .find(|(name, _)| name == FILE_VARIABLE)
                .map(|(_, path)| path.clone())
        };
        if let Some(path) = flags.get_one::<String>(FILE_FLAG).cloned().or_else(from_env) {
            loading.read_file(Path::new(&path));
        }
        for (name, value) in env {
            loading.read_variable(&name, value);
        }
        for setting in settings() {
            if let Some(values) = flags.get_many::<String>(setting.key) {
                loading.read_flag(setting, values.cloned().collect());
            }
        }
        loading.config.check(&mut loading.problems);
        if loading.problems.is_empty() {
            Ok(loading.config)
        } else {
            Err(ConfigError::Invalid(loading.problems))
        }
    }

    /// Checks combinations of settings.
    fn check(&mut self, problems: &mut Vec<String>) {
        if let Some(url) = &mut self.base_url {
            let length = url.trim_end_matches('/').len();
            url.truncate(length);
            let absolute = url.parse::<http::Uri>().is_ok_and(|uri| {
                uri.authority()
                    .is_some_and(|authority| !authority.as_str().contains('@'))
                    && matches!(uri.scheme_str(), Some("http" | "https"))
                    && uri.query().is_none()
            });
            if !absolute {
                problems.push(format!(
                    "base_url: expected an address such as https://contracts.example.org, without an account, got {:?}",
                    mask_password(url.clone())
                ));
            }
        }
        for (name, password, label) in [
            (
                &self.auth_username,
                &self.auth_password,
                "auth.username and auth.password",
            ),
            (
                &self.auth_read_only_username,
                &self.auth_read_only_password,
                "auth.read_only_username and auth.read_only_password",
            ),
        ] {
            if name.is_some() != password.is_some() {
                problems.push(format!(
                    "{label}: only one of the two is set; set both, or neither"
                ));
            }
        }
        problems.extend(self.problem_of_database_password());
        problems.extend(self.problems_of_logins());
        problems.extend(self.problems_of_tenants());
        for (key, value) in [
            ("database.max_connections", self.database_max_connections),
            ("retention.keep_newest", self.retention_keep_newest),
            ("limits.burst", self.limits_burst),
            (
                "limits.requests_per_minute",
                self.limits_requests_per_minute.unwrap_or(1),
            ),
            (
                "limits.requests_at_once",
                self.limits_requests_at_once.unwrap_or(1),
            ),
            ("limits.applications", self.limits_applications.unwrap_or(1)),
            ("webhook.concurrency", self.webhook_concurrency),
            ("webhook.concurrency_per_host", self.webhook_concurrency_per_host),
        ] {
            if value == 0 {
                problems.push(format!("{key}: expected at least 1, got 0"));
            }
        }
        for (key, value) in [
            ("http.request_timeout", self.http_request_timeout),
            ("http.idle_timeout", self.http_idle_timeout),
            ("comparison.timeout", self.comparison_timeout),
            ("retention.interval", self.retention_interval),
            ("webhook.timeout", self.webhook_timeout),
            ("oidc.token_lifetime", self.oidc_token_lifetime),
            ("tenants.visit_interval", self.tenants_visit_interval),
        ] {
            if value.is_zero() {
                problems.push(format!("{key}: expected more than 0"));
            }
        }
        if self.http_body_limit.bytes() == 0 {
            problems.push("http.body_limit: expected more than 0".to_owned());
        }
    }
}

struct Loading {
    config: Config,
    problems: Vec<String>,
}

impl Loading {
    fn set(&mut self, setting: &Setting, raw: Raw, origin: Origin) {
        let place = origin.to_string();
        if let Err(problem) = setting.set(&mut self.config, raw, origin) {
            self.problems
                .push(format!("{} ({place}): {problem}", setting.key));
        }
    }

    /// Sets a secret from the file that holds it.
    fn set_from_file(&mut self, setting: &Setting, path: &str, origin: Origin) {
        match std::fs::read_to_string(path) {
            // An empty text unsets a setting: without its tokens the broker would let everyone in.
            Ok(text) if text.trim().is_empty() => self.problems.push(format!(
                "{} ({origin}): {path} is empty: write the secret into it, or leave the setting out",
                setting.key
            )),
            Ok(text) => {
                self.config.secret_files.insert(setting.key, path.into());
                self.set(setting, Raw::Text(text), origin);
            }
            Err(error) => {
                self.problems.push(format!(
                    "{} ({origin}): cannot read the secret from {path}: {error}",
                    setting.key
                ));
            }
        }
    }

    fn read_variable(&mut self, name: &str, value: String) {
        let origin = Origin::Environment(name.to_owned());
        if let Some(setting) = settings().iter().find(|setting| setting.env() == name) {
            self.set(setting, Raw::Text(value), origin);
        } else if let Some(setting) = secret_named(name.strip_suffix("_FILE"), Setting::env) {
            self.set_from_file(setting, &value, origin);
        } else if name != FILE_VARIABLE && !CLIENT_VARIABLES.contains(&name) && !is_service_link(name) {
            let known: Vec<String> = settings().iter().map(Setting::env).collect();
            let hint = hint(nearest(name, known.iter().map(String::as_str)));
            self.problems.push(format!("unknown setting {name}{hint}"));
        }
    }

    fn read_flag(&mut self, setting: &Setting, mut values: Vec<String>) {
        let origin = Origin::Flag(format!("--{}", setting.flag()));
        let last = values.pop().unwrap_or_default();
        if setting.secret {
            self.set_from_file(setting, &last, origin);
        } else if values.is_empty() {
            self.set(setting, Raw::Text(last), origin);
        } else {
            values.push(last);
            self.set(setting, Raw::List(values), origin);
        }
    }

    fn read_file(&mut self, path: &Path) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                self.problems.push(format!(
                    "cannot read the settings file {}: {error}",
                    path.display()
                ));
                return;
            }
        };
        match DeTable::parse(&text) {
            Ok(table) => {
                let file = SettingsFile {
                    path: path.to_owned(),
                    text: &text,
                };
                self.read_table(&file, "", table.get_ref());
            }
            Err(error) => {
                let line = error.span().map_or(1, |span| line_at(&text, span.start));
                self.problems
                    .push(format!("{}:{line}: {}", path.display(), error.message()));
            }
        }
    }

    fn read_table(&mut self, file: &SettingsFile<'_>, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let origin = file.origin(key.span().start);
            if let Some(setting) = settings().iter().find(|setting| setting.key == name) {
                match scalar_or_list(value.get_ref()) {
                    Some(raw) => self.set(setting, raw, origin),
                    None => self
                        .problems
                        .push(format!("{name} ({origin}): expected a value, got a table")),
                }
            } else if let Some(setting) = secret_named(name.strip_suffix("_file"), |s| s.key.to_owned()) {
                let path = value.get_ref().as_str().unwrap_or_default().to_owned();
                self.set_from_file(setting, &path, origin);
            } else if let Some(inner) = value.get_ref().as_table().filter(|_| is_group(&name)) {
                self.read_table(file, &format!("{name}."), inner);
            } else {
                let hint = hint(nearest(&name, settings().iter().map(|setting| setting.key)));
                self.problems
                    .push(format!("{origin}: unknown setting {name}{hint}"));
            }
        }
    }
}

struct SettingsFile<'a> {
    path: PathBuf,
    text: &'a str,
}

impl SettingsFile<'_> {
    fn origin(&self, offset: usize) -> Origin {
        Origin::File {
            path: self.path.clone(),
            line: line_at(self.text, offset),
        }
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

fn secret_named(name: Option<&str>, of: impl Fn(&Setting) -> String) -> Option<&'static Setting> {
    let name = name?;
    settings()
        .iter()
        .find(|setting| setting.secret && of(setting) == name)
}

fn is_group(name: &str) -> bool {
    settings()
        .iter()
        .any(|s| s.key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

fn hint(nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("; did you mean {name}?"),
        None => "; contract-broker --help lists them all".to_owned(),
    }
}

#[cfg(test)]
mod tests;
