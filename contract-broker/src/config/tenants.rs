//! Settings of a broker with tenants, and the settings that each tenant is served with.

use std::path::PathBuf;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{Config, Raw, Tables, Value};
use crate::domain::tenant::{SchemaName, TenantName};

/// The part of a pattern that stands for the name of the tenant.
const TENANT: &str = "{tenant}";

/// The host names of tenants: `{tenant}.contracts.example.com`. Without its first label it is the host of the control API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern {
    /// What follows the name and a dot, in lower case.
    domain: String,
}

impl HostPattern {
    /// The host that belongs to no tenant.
    pub(crate) fn bare(&self) -> &str {
        &self.domain
    }

    /// The host of a tenant.
    pub(crate) fn host_of(&self, tenant: &TenantName) -> String {
        format!("{tenant}.{}", self.domain)
    }

    /// The label of a host below this domain, as it was sent but in lower case; none for any other host.
    pub(crate) fn label_of(&self, host: &str) -> Option<String> {
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let label = host.strip_suffix(&self.domain)?.strip_suffix('.')?;
        (!label.is_empty()).then(|| label.to_owned())
    }
}

impl Value for HostPattern {
    const SHAPE: &'static str = "PATTERN";

    fn parse(raw: Raw) -> Result<Self, String> {
        let Raw::Text(text) = raw else {
            return Err("expected one value, got a list".to_owned());
        };
        let text = text.trim().to_ascii_lowercase();
        let is_label = |label: &str| {
            let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            !label.is_empty()
                && label.bytes().all(is_fine)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        text.strip_prefix(TENANT)
            .and_then(|rest| rest.strip_prefix('.'))
            .filter(|domain| domain.split('.').all(is_label))
            .map(|domain| Self {
                domain: domain.to_owned(),
            })
            .ok_or_else(|| {
                format!(
                    "expected a host name whose first label is {TENANT}, such as {TENANT}.contracts.example.com, without a \
                     scheme and a port, got {text:?}"
                )
            })
    }

    fn show(&self) -> String {
        format!("{TENANT}.{}", self.domain)
    }
}

impl Config {
    /// The settings that one tenant is served with: its own database, no credentials of the settings (they are the
    /// operator's), links as the request names the broker.
    ///
    /// # Errors
    /// There is no place for its database.
    pub(crate) fn of_tenant(&self, tenant: &TenantName) -> Result<Self, String> {
        let database_url = match self.tenant_directory()? {
            Some(directory) => {
                let file = directory.join(format!("{tenant}.sqlite3"));
                format!("sqlite:{}", file.display())
            }
            None => with_search_path(&self.database_url, self.schema_of(tenant)?.as_str()),
        };
        Ok(Self {
            database_url,
            database_max_connections: self.tenants_connections,
            base_url: None,
            auth_username: None,
            auth_password: None,
            auth_read_only_username: None,
            auth_read_only_password: None,
            auth_tokens: Vec::new(),
            auth_read_only_tokens: Vec::new(),
            oidc_issuer: None,
            ci_rules: Tables::default(),
            tenants_host: None,
            ..self.clone()
        })
    }

    /// The folder with the databases of tenants; none with PostgreSQL.
    ///
    /// # Errors
    /// The path has a question mark, behind which SQLite would look for parameters.
    pub(crate) fn tenant_directory(&self) -> Result<Option<PathBuf>, String> {
        let Some(control) = self.sqlite_file() else {
            return Ok(None);
        };
        let directory = self.tenants_directory.clone().unwrap_or_else(|| {
            let mut beside = control.into_os_string();
            beside.push(".tenants");
            beside.into()
        });
        if directory.to_str().is_none_or(|path| path.contains('?')) {
            return Err(format!(
                "tenants.directory: {} is not UTF-8 or has a question mark: choose another folder",
                directory.display()
            ));
        }
        Ok(Some(directory))
    }

    /// The schema of a tenant in PostgreSQL.
    ///
    /// # Errors
    /// The prefix of the settings or the name does not fit.
    pub(crate) fn schema_of(&self, tenant: &TenantName) -> Result<SchemaName, String> {
        SchemaName::of(&self.tenants_schema_prefix, tenant)
    }

    /// What is wrong with the settings of tenants.
    pub(super) fn problems_of_tenants(&self) -> Vec<String> {
        if self.tenants_host.is_none() {
            return Vec::new();
        }
        let mut problems = Vec::new();
        for (key, value) in [
            ("tenants.connections", self.tenants_connections),
            ("tenants.max_open", self.tenants_max_open),
            ("tenants.max_requests", self.tenants_max_requests),
        ] {
            if value == 0 {
                problems.push(format!("{key}: expected at least 1, got 0"));
            }
        }
        if self.tenants_visit_interval.is_zero() {
            problems.push("tenants.visit_interval: expected more than 0".to_owned());
        }
        // Their rules know no tenants: whoever they let in would be let into every one.
        for (key, is_set) in [
            ("oidc.issuer", self.oidc_issuer.is_some()),
            ("ci.rules", !self.ci_rules.0.is_empty()),
        ] {
            if is_set {
                problems.push(format!(
                    "{key}: cannot be used with tenants.host, because it would hold for every tenant: remove one of the two"
                ));
            }
        }
        let placed = TenantName::read("a").and_then(|name| self.of_tenant(&name));
        problems.extend(placed.err());
        problems
    }
}

/// The address of a PostgreSQL database, where connections look into one schema.
fn with_search_path(url: &str, schema: &str) -> String {
    // A password may contain a question mark.
    let after_password = url.find('@').map_or(0, |at| at + 1);
    let (before, query) = match url[after_password..].find('?') {
        Some(mark) => (&url[..after_password + mark], &url[after_password + mark + 1..]),
        None => (url, ""),
    };
    let mut options = String::new();
    let mut parameters: Vec<String> = Vec::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter.strip_prefix("options=") {
            Some(set) => {
                options.push_str(&percent_decode_str(set).decode_utf8_lossy());
                options.push(' ');
            }
            None => parameters.push(parameter.to_owned()),
        }
    }
    // Of several, the last one counts.
    options.push_str("-csearch_path=");
    options.push_str(schema);
    let options = utf8_percent_encode(&options, NON_ALPHANUMERIC);
    parameters.push(format!("options={options}"));
    format!("{before}?{}", parameters.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Result<HostPattern, String> {
        HostPattern::parse(Raw::Text(text.to_owned()))
    }

    fn tenant(name: &str) -> TenantName {
        TenantName::read(name).expect("a name")
    }

    #[test]
    fn a_pattern_is_a_domain_with_a_tenant_in_front() {
        let hosts = pattern("{tenant}.Contracts.example.com").expect("a pattern");
        assert_eq!(hosts.show(), "{tenant}.contracts.example.com");
        assert_eq!(hosts.bare(), "contracts.example.com");
        assert_eq!(hosts.host_of(&tenant("a")), "a.contracts.example.com");
        for (host, label) in [
            ("a.contracts.example.com", Some("a")),
            ("Team-X.CONTRACTS.example.com.", Some("team-x")),
            ("a.b.contracts.example.com", Some("a.b")),
            ("contracts.example.com", None),
            (".contracts.example.com", None),
            ("evilcontracts.example.com", None),
            ("a.contracts.example.com.evil.org", None),
            ("127.0.0.1", None),
            ("", None),
        ] {
            assert_eq!(hosts.label_of(host).as_deref(), label, "{host}");
        }
        for text in [
            "",
            "contracts.example.com",
            "{tenant}",
            "{tenant}.",
            "x-{tenant}.example.com",
            "https://{tenant}.example.com",
            "{tenant}.example.com:443",
            "{tenant}.{tenant}.com",
            "{tenant}..com",
        ] {
            assert!(pattern(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_tenant_has_a_database_and_no_credentials_of_the_operator() {
        let config = Config {
            database_url: "sqlite:/data/control.sqlite3?x=1".to_owned(),
            auth_tokens: vec!["operator".into()],
            auth_read_only_tokens: vec!["operator".into()],
            auth_username: Some("operator".to_owned()),
            auth_password: Some("operator".into()),
            base_url: Some("https://contracts.example.com".to_owned()),
            ..Config::default()
        };
        let own = config.of_tenant(&tenant("team-x")).expect("settings");
        assert_eq!(
            own.database_url,
            "sqlite:/data/control.sqlite3.tenants/team-x.sqlite3"
        );
        assert_eq!((own.base_url.is_none(), own.tenants_host.is_none()), (true, true));
        assert!(crate::auth::Credentials::new(&own).is_empty());
        let elsewhere = Config {
            tenants_directory: Some("/tenants".into()),
            ..config.clone()
        };
        let own = elsewhere.of_tenant(&tenant("a")).expect("settings");
        assert_eq!(own.database_url, "sqlite:/tenants/a.sqlite3");
        let unusable = Config {
            tenants_directory: Some("/what?".into()),
            ..config
        };
        assert!(unusable.of_tenant(&tenant("a")).is_err());
    }

    #[test]
    fn logins_and_jobs_of_ci_systems_are_not_let_into_every_tenant() {
        let config = Config {
            database_url: "sqlite:/data/control.sqlite3".to_owned(),
            tenants_host: Some(pattern("{tenant}.contracts.example.com").expect("a pattern")),
            oidc_issuer: Some("https://login.example.org".to_owned()),
            ..Config::default()
        };
        assert_eq!(
            config.problems_of_tenants(),
            [
                "oidc.issuer: cannot be used with tenants.host, because it would hold for every tenant: remove one of the two"
            ]
        );
        let own = config.of_tenant(&tenant("a")).expect("settings");
        assert_eq!(own.oidc_issuer, None);
    }

    #[test]
    fn connections_of_a_tenant_look_into_its_schema_alone() {
        for (url, expected) in [
            (
                "postgres://db/x",
                "postgres://db/x?options=%2Dcsearch%5Fpath%3Dtenant%5Fteam%5Fx",
            ),
            (
                "postgres://ci:a?b@db/x?sslmode=disable&options=-cjit%3Doff%20-csearch_path%3Dcontrol",
                "postgres://ci:a?b@db/x?sslmode=disable&options=%2Dcjit%3Doff%20%2Dcsearch%5Fpath%3Dcontrol%20%2Dcsearch%5Fpath%3D\
                 tenant%5Fteam%5Fx",
            ),
        ] {
            let config = Config {
                database_url: url.to_owned(),
                ..Config::default()
            };
            let own = config.of_tenant(&tenant("team-x")).expect("settings");
            assert_eq!(own.database_url, expected);
        }
        let wrong = Config {
            database_url: "postgres://db/x".to_owned(),
            tenants_schema_prefix: "\"; DROP".to_owned(),
            ..Config::default()
        };
        assert!(wrong.of_tenant(&tenant("a")).is_err());
    }
}
