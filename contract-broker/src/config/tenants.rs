//! Settings of a broker with tenants, and the settings that each tenant is served with.

use std::path::PathBuf;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{ByteSize, Config, Raw, Value};
use crate::domain::tenant::{SchemaName, TenantLimits, TenantName};

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
    /// The settings that one tenant is served with: its own database and address, the rules that name it, and no credentials
    /// of the settings, which are the operator's. People log in if a rule gives somebody something.
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
        let holds = |named: &Option<String>| named.as_deref() == Some(tenant.as_str());
        let mut oidc_rules = self.oidc_rules.clone();
        oidc_rules.0.retain(|rule| holds(&rule.tenant));
        let mut ci_rules = self.ci_rules.clone();
        ci_rules.0.retain(|rule| holds(&rule.tenant));
        Ok(Self {
            database_url,
            database_max_connections: self.tenants_connections,
            base_url: self.base_url_of(tenant),
            auth_username: None,
            auth_password: None,
            auth_read_only_username: None,
            auth_read_only_password: None,
            auth_tokens: Vec::new(),
            auth_read_only_tokens: Vec::new(),
            oidc_issuer: self.oidc_issuer.clone().filter(|_| !oidc_rules.0.is_empty()),
            oidc_rules,
            oidc_administrators: Vec::new(),
            oidc_default_role: None,
            ci_rules,
            limits_requests_at_once: None,
            tenants_host: None,
            ..self.clone()
        })
    }

    /// The address of a tenant, if `base_url` says what is around its host.
    fn base_url_of(&self, tenant: &TenantName) -> Option<String> {
        let uri: http::Uri = self.base_url.as_deref()?.parse().ok()?;
        let host = self.tenants_host.as_ref()?.host_of(tenant);
        let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
        let path = uri.path().trim_end_matches('/');
        Some(format!("{}://{host}{port}{path}", uri.scheme_str()?))
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

    /// What may be stored at most, if a tenant has no limit of its own.
    pub(crate) fn storage_limits(&self) -> TenantLimits {
        let bytes = |size: ByteSize| i64::try_from(size.bytes()).unwrap_or(i64::MAX);
        TenantLimits {
            applications: self.limits_applications.map(i64::from),
            bytes: self.limits_bytes.map(bytes),
            requests: None,
        }
    }

    fn rules_and_tenants(&self) -> Vec<RuleOfTenant<'_>> {
        let of_logins = self.oidc_rules.0.iter().map(|rule| RuleOfTenant {
            name: format!("oidc.rules: the rule of the group {:?}", rule.group),
            tenant: rule.tenant.as_deref(),
        });
        let of_jobs = self.ci_rules.0.iter().map(|rule| RuleOfTenant {
            name: format!("ci.rules: the rule {:?}", rule.name),
            tenant: rule.tenant.as_deref(),
        });
        of_logins.chain(of_jobs).collect()
    }

    /// What is wrong with the settings of tenants.
    pub(super) fn problems_of_tenants(&self) -> Vec<String> {
        let of_rules = self.rules_and_tenants();
        if self.tenants_host.is_none() {
            let named = of_rules.into_iter().filter(|rule| rule.tenant.is_some());
            return named
                .map(|rule| {
                    format!(
                        "{}: names a tenant, and this broker has none (tenants.host is not set)",
                        rule.name
                    )
                })
                .collect();
        }
        let nameless = of_rules.into_iter().filter(|rule| rule.tenant.is_none());
        let mut problems: Vec<String> = nameless
            .map(|rule| {
                format!(
                    "{}: names no tenant, and would hold for every one: add tenant",
                    rule.name
                )
            })
            .collect();
        for (key, value) in [
            ("tenants.connections", self.tenants_connections),
            ("tenants.max_open", self.tenants_max_open),
            ("tenants.max_requests", self.tenants_max_requests),
        ] {
            if value == 0 {
                problems.push(format!("{key}: expected at least 1, got 0"));
            }
        }
        // Whoever they let in would be let into every tenant.
        for (key, is_set) in [
            ("oidc.administrators", !self.oidc_administrators.is_empty()),
            ("oidc.default_role", self.oidc_default_role.is_some()),
        ] {
            if is_set {
                problems.push(format!(
                    "{key}: cannot be used with tenants.host, because it would hold for every tenant: use oidc.rules"
                ));
            }
        }
        let placed = TenantName::read("a").and_then(|name| self.of_tenant(&name));
        problems.extend(placed.err());
        problems
    }
}

/// A rule of logins or of CI jobs, and the tenant that it names.
struct RuleOfTenant<'r> {
    /// What messages call it.
    name: String,
    tenant: Option<&'r str>,
}

/// Why no tenant has the name that a rule gives, if that is so.
pub(super) fn unusable_tenant(name: Option<&str>) -> Option<String> {
    name.and_then(|name| TenantName::read(name).err())
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
    use crate::config::Tables;

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
        assert_eq!(own.base_url, None, "no pattern of hosts is set");
        assert!(own.tenants_host.is_none());
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

    /// The settings of a broker with tenants, with rules.
    fn with_rules(oidc: &str, ci: &str) -> Config {
        let tables = |text: &str| Raw::Text(text.to_owned());
        Config {
            database_url: "sqlite:/data/control.sqlite3".to_owned(),
            base_url: Some("https://contracts.example.com:8443/broker/".to_owned()),
            tenants_host: Some(pattern("{tenant}.contracts.example.com").expect("a pattern")),
            oidc_issuer: Some("https://login.example.org".to_owned()),
            oidc_rules: Tables::parse(tables(oidc)).expect("rules"),
            ci_rules: Tables::parse(tables(ci)).expect("rules"),
            ..Config::default()
        }
    }

    #[test]
    fn a_rule_holds_in_the_tenant_that_it_names_and_in_no_other() {
        let config = with_rules(
            r#"[{ tenant = "a", group = "dev", roles = ["User"] }, { tenant = "b", group = "ops", roles = ["User"] }]"#,
            r#"{ name = "web", tenant = "b", issuer = "github", repository_id = 1, account = "x" }"#,
        );
        assert_eq!(config.problems_of_tenants(), Vec::<String>::new());
        let of = |name| config.of_tenant(&tenant(name)).expect("settings");
        let groups = |own: &Config| {
            own.oidc_rules
                .0
                .iter()
                .map(|rule| rule.group.clone())
                .collect::<Vec<_>>()
        };
        let (a, b, c) = (of("a"), of("b"), of("c"));
        assert_eq!(
            (groups(&a), groups(&b)),
            (vec!["dev".to_owned()], vec!["ops".to_owned()])
        );
        assert_eq!((a.ci_rules.0.len(), b.ci_rules.0.len()), (0, 1));
        assert!(a.has_login() && b.has_login() && !c.has_login());
        // Its own address is where its people come back to, and whom its tokens are for.
        let base = "https://b.contracts.example.com:8443/broker";
        assert_eq!((b.base_url.as_deref(), b.ci_audience()), (Some(base), Some(base)));
    }

    #[test]
    fn nothing_lets_anybody_into_every_tenant() {
        let mut config = with_rules(
            r#"{ group = "dev", roles = ["User"] }"#,
            r#"{ name = "web", issuer = "github", repository_id = 1, account = "x" }"#,
        );
        config.oidc_administrators = vec!["boss@example.org".to_owned()];
        config.oidc_default_role = Some("User".to_owned());
        let problems = config.problems_of_tenants();
        let starts = [
            "oidc.rules: the rule of the group \"dev\": names no tenant",
            "ci.rules: the rule \"web\": names no tenant",
            "oidc.administrators: ",
            "oidc.default_role: ",
        ];
        assert_eq!(problems.len(), starts.len(), "{problems:?}");
        for (problem, start) in problems.iter().zip(starts) {
            assert!(problem.starts_with(start), "{problem}");
        }
        let alone = Config {
            tenants_host: None,
            ..with_rules(
                r#"{ tenant = "a", group = "dev", roles = ["User"] }"#,
                r#"{ tenant = "a", name = "web", issuer = "github", repository_id = 1, account = "x" }"#,
            )
        };
        assert!(alone.problems_of_tenants()[0].contains("this broker has none"));
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
