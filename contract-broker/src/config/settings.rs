//! The table of settings.

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;

use super::{
    ByteSize, CiRule, HostPattern, LogFormat, LogLevel, LoginRule, Migrate, Origin, Raw, Secret, StatusRange,
    Tables, Value, database::mask_password,
};

/// One setting: its names, its help, and how it is read from and written to a [`Config`].
#[derive(Clone, Copy)]
pub struct Setting {
    /// Its key in the settings file; a dot separates the table from the key in it.
    pub key: &'static str,
    /// The lines of its description.
    help: &'static [&'static str],
    /// The placeholder for its value in `--help`.
    pub shape: &'static str,
    /// Whether it takes several values.
    pub list: bool,
    /// Whether its value is secret: never printed, and read from a file instead of a flag.
    pub secret: bool,
    /// Whether a flag without a value means `true`.
    pub switch: bool,
    set: fn(&mut Config, Raw) -> Result<(), String>,
    show: fn(&Config) -> String,
}

impl Setting {
    /// Returns the environment variable that sets it.
    pub fn env(&self) -> String {
        format!(
            "{}{}",
            Self::ENV_PREFIX,
            self.key.replace('.', "_").to_uppercase()
        )
    }

    /// Returns the flag that sets it, without the leading dashes. The flag of a secret takes a file.
    pub fn flag(&self) -> String {
        let flag = self.key.replace(['.', '_'], "-");
        if self.secret { format!("{flag}-file") } else { flag }
    }

    /// Returns its description as one paragraph.
    pub fn help(&self) -> String {
        self.help
            .iter()
            .map(|line| line.trim())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Returns its default; empty if there is none.
    pub fn default(&self) -> String {
        self.show(&Config::default())
    }

    /// Returns its value in `config`; secrets are masked.
    pub fn show(&self, config: &Config) -> String {
        (self.show)(config)
    }

    pub(crate) fn set(&self, config: &mut Config, raw: Raw, origin: Origin) -> Result<(), String> {
        (self.set)(config, raw)?;
        config.origins.insert(self.key, origin);
        Ok(())
    }

    /// The prefix of the broker's environment variables.
    pub const ENV_PREFIX: &'static str = "CONTRACT_BROKER_";
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

macro_rules! settings {
    ($($(#[doc = $help:literal])+ $key:literal => $field:ident: $kind:ty = $default:expr;)+) => {
        /// All settings. Build one with [`Config::load`], or start from `Config::default()`.
        #[derive(Clone)]
        pub struct Config {
            $($(#[doc = $help])+ pub $field: $kind,)+
            /// The source of each value that was set, by key.
            pub origins: BTreeMap<&'static str, Origin>,
            /// The file of each secret that was read from one, by key.
            pub secret_files: BTreeMap<&'static str, PathBuf>,
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($field: $default,)+ origins: BTreeMap::new(), secret_files: BTreeMap::new() }
            }
        }

        static SETTINGS: &[Setting] = &[$(Setting {
            key: $key,
            help: &[$($help),+],
            shape: <$kind as Value>::SHAPE,
            list: <$kind as Value>::LIST,
            secret: <$kind as Value>::SECRET,
            switch: matches!(<$kind as Value>::SHAPE.as_bytes(), b"true|false"),
            set: |config, raw| <$kind as Value>::parse(raw).map(|value| config.$field = value),
            show: |config| config.$field.show(),
        }),+];
    };
}

settings! {
    /// Address and port to listen on. Port 0 takes a free one.
    "bind" => bind: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 9292));
    /// The address under which clients reach the broker, such as <https://contracts.example.org> or
    /// <https://example.org/broker> behind a proxy. Every link starts with it. Unset: taken from each request.
    "base_url" => base_url: Option<String> = None;
    /// Where the data lives: <sqlite://PATH> for one node, <postgres://USER:PASSWORD@HOST/NAME> for one or many. With
    /// PostgreSQL TLS is used if the server supports it; `?sslmode=verify-full` demands it with a certificate that this
    /// machine trusts, `&sslrootcert=FILE` with one of the authorities (PEM) in that file. The other modes are those of
    /// libpq: disable, prefer, require (any certificate) and verify-ca (any host).
    "database.url" => database_url: String = "sqlite:contract-broker.sqlite3".to_owned();
    /// The password of the user that database.url names, for PostgreSQL: from a file it appears in no list of processes and
    /// no description of a container. Unset: the one in database.url, if any.
    "database.password" => database_password: Option<Secret> = None;
    /// What a broker does at its start with tables of an older version: auto migrates them, check refuses to start until
    /// `contract-broker migrate` has, off does not look at their version.
    "database.migrate" => database_migrate: Migrate = Migrate::Auto;
    /// How many database connections one node opens at most.
    "database.max_connections" => database_max_connections: u32 = 10;
    /// What is logged: error, warn, info, debug or trace, or a filter such as `info,contract_broker::sql=debug`, which shows each statement.
    /// Read again at SIGHUP.
    "log.level" => log_level: LogLevel = LogLevel::default();
    /// How a log line looks: text for people, json for machines.
    "log.format" => log_format: LogFormat = LogFormat::Text;
    /// The user name that may read and write. With no account at all the broker is open to everyone.
    "auth.username" => auth_username: Option<String> = None;
    /// The password that belongs to auth.username.
    "auth.password" => auth_password: Option<Secret> = None;
    /// The user name that may only read.
    "auth.read_only_username" => auth_read_only_username: Option<String> = None;
    /// The password that belongs to `auth.read_only_username`.
    "auth.read_only_password" => auth_read_only_password: Option<Secret> = None;
    /// Bearer tokens that may read and write.
    "auth.tokens" => auth_tokens: Vec<Secret> = Vec::new();
    /// Bearer tokens that may only read.
    "auth.read_only_tokens" => auth_read_only_tokens: Vec<Secret> = Vec::new();
    /// Lets everyone read; writing still needs an account.
    "auth.public_read" => auth_public_read: bool = false;
    /// Lets everyone ask whether the broker is alive (/healthz, /readyz and the heartbeat).
    "auth.public_health" => auth_public_health: bool = true;
    /// Lets everyone see badges, so that a README can show them.
    "auth.public_badges" => auth_public_badges: bool = false;
    /// The provider with which people log in (OIDC): exactly what it says as its issuer. `base_url` must be set, and
    /// `base_url/login/callback` be a redirect address of the client there. Unset: nobody logs in.
    "oidc.issuer" => oidc_issuer: Option<String> = None;
    /// What the pages call the provider.
    "oidc.name" => oidc_name: String = "your company's account".to_owned();
    /// The id of the broker as a client of the provider.
    "oidc.client_id" => oidc_client_id: Option<String> = None;
    /// The secret that belongs to `oidc.client_id`. Unset: a public client, which PKCE protects alone.
    "oidc.client_secret" => oidc_client_secret: Option<Secret> = None;
    /// What the provider is asked for.
    "oidc.scopes" => oidc_scopes: Vec<String> =
        ["openid", "email", "profile"].map(str::to_owned).to_vec();
    /// The claim that tells people apart. With Entra ID `oid`.
    "oidc.subject_claim" => oidc_subject_claim: String = "sub".to_owned();
    /// The claims that name groups, exactly as they are called; one that starts with a slash is a path in the token, such as
    /// `/realm_access/roles`.
    "oidc.groups_claims" => oidc_groups_claims: Vec<String> = vec!["groups".to_owned()];
    /// What groups give, in order: tables with `group`, `roles`, `teams`, `claim` and `last`.
    "oidc.rules" => oidc_rules: Tables<LoginRule> = Tables::default();
    /// Who is an administrator, whatever the rules say: email addresses that the provider verified, or values of
    /// `oidc.subject_claim`.
    "oidc.administrators" => oidc_administrators: Vec<String> = Vec::new();
    /// The role of people whom no rule fits. Unset: they are refused.
    "oidc.default_role" => oidc_default_role: Option<String> = None;
    /// Lets somebody who logs in for the first time have the account that has their email address, if the provider verified
    /// it. Whoever can get any address verified there can then have any account.
    "oidc.link_by_email" => oidc_link_by_email: bool = false;
    /// How long a login lasts at most.
    "session.lifetime" => session_lifetime: Duration = Duration::from_hours(7 * 24);
    /// How long a login lasts without being used; at least 15m.
    "session.idle_timeout" => session_idle_timeout: Duration = Duration::from_hours(24);
    /// How long a token works that `contract login` gets.
    "oidc.token_lifetime" => oidc_token_lifetime: Duration = Duration::from_hours(30 * 24);
    /// Which CI jobs get a token for a while in exchange for one of GitHub or GitLab: tables with `name`, `issuer`, `account`
    /// and a number that pins a repository, and more. The first that fits counts.
    "ci.rules" => ci_rules: Tables<CiRule> = Tables::default();
    /// Whom the tokens of CI jobs must be for. Unset: `base_url`.
    "ci.audience" => ci_audience: Option<String> = None;
    /// A file of certificates (PEM) of authorities that are trusted, beside those of the machine, when issuers are asked for
    /// their keys.
    "auth.issuer_ca_file" => auth_issuer_ca_file: Option<PathBuf> = None;
    /// The largest request body that is accepted; a larger one is answered with 413.
    "http.body_limit" => http_body_limit: ByteSize = ByteSize::mebibytes(64);
    /// How long a request may take, reading its body included, before it is answered with 408.
    "http.request_timeout" => http_request_timeout: Duration = Duration::from_mins(1);
    /// How long a connection may be silent: while the head of a request is sent, between two requests, and while an
    /// answer is not read. Then it is closed.
    "http.idle_timeout" => http_idle_timeout: Duration = Duration::from_secs(30);
    /// Proxies whose X-Forwarded-For names the client in the log: addresses or networks such as 10.0.0.0/8. Unset: the
    /// log has the address that connected.
    "http.trusted_proxies" => http_trusted_proxies: Vec<IpNet> = Vec::new();
    /// How many requests a minute one account may send, and each address without credentials, in the long run. More are
    /// answered with 429. Counted by each node for itself; health, badges and counts are never limited. Unset: no limit.
    "limits.requests_per_minute" => limits_requests_per_minute: Option<u32> = None;
    /// How many of them may come at once: a build sends ten to fifty.
    "limits.burst" => limits_burst: u32 = 200;
    /// How many requests one node answers at once; one more is answered with 429. Health, badges and counts are not counted.
    /// With tenants, `tenants.max_requests` says it for each. Unset: no limit.
    "limits.requests_at_once" => limits_requests_at_once: Option<u32> = None;
    /// How many applications there may be; creating one more is refused. With tenants: in each that has no limit of its own.
    /// Unset: no limit.
    "limits.applications" => limits_applications: Option<u32> = None;
    /// How much the database may take, indexes included, before nothing more is published; reading, recording deployments and
    /// deleting go on. With tenants: of each that has no limit of its own. Unset: no limit.
    "limits.bytes" => limits_bytes: Option<ByteSize> = None;
    /// Address and port for metrics and health, apart from the API: /metrics for Prometheus, /healthz and /readyz, without
    /// credentials. Unset: off.
    "metrics.bind" => metrics_bind: Option<SocketAddr> = None;
    /// How long the broker goes on serving after it was asked to stop, while /readyz says that it is not ready: as long as
    /// load balancers need to notice.
    "shutdown.delay" => shutdown_delay: Duration = Duration::ZERO;
    /// The host names of tenants, such as `{tenant}.contracts.example.com`. Each tenant then has a database of its own, and
    /// database.url is the control store, which says what tenants there are. Unset: one broker for all, without tenants.
    "tenants.host" => tenants_host: Option<HostPattern> = None;
    /// The folder with the SQLite databases of tenants. Unset: beside the control store, with .tenants added to its name.
    "tenants.directory" => tenants_directory: Option<PathBuf> = None;
    /// What the names of the schemas of tenants begin with, in PostgreSQL.
    "tenants.schema_prefix" => tenants_schema_prefix: String = "tenant_".to_owned();
    /// How many database connections one node opens for each open tenant at most.
    "tenants.connections" => tenants_connections: u32 = 2;
    /// How many tenants one node has open at once at most. One more takes the place of the one that was used longest ago.
    "tenants.max_open" => tenants_max_open: u32 = 128;
    /// After how long without a request an open tenant that has no queued work is closed.
    "tenants.idle_timeout" => tenants_idle_timeout: Duration = Duration::from_mins(10);
    /// How often a closed tenant is opened for its background work: retention, seals of the audit log, queued webhooks.
    "tenants.visit_interval" => tenants_visit_interval: Duration = Duration::from_mins(10);
    /// How many requests of one tenant one node answers at once, unless the tenant has a limit of its own; one more is
    /// answered with 429.
    "tenants.max_requests" => tenants_max_requests: u32 = 32;
    /// How many tenants have a label of their own in metrics; the others are counted as one. 0: no metric names a tenant.
    "tenants.metric_labels" => tenants_metric_labels: u32 = 0;
    /// Accepts different content for a contract that was already published under the same consumer version.
    "contracts.allow_modification" => contracts_allow_modification: bool = false;
    /// How long the comparison of one contract with the description that its provider published may take.
    "comparison.timeout" => comparison_timeout: Duration = Duration::from_mins(1);
    /// Branch names that make a branch the main branch of a pacticipant which has none yet.
    "branches.main_candidates" => branches_main_candidates: Vec<String> =
        ["develop", "main", "master"].map(str::to_owned).to_vec();
    /// Deletes versions in the background that none of the rules below keeps. What is deployed or released, the
    /// newest version of each branch and tag, and what these need always stay.
    "retention.enabled" => retention_enabled: bool = false;
    /// For how many days a version stays after it was created or published to; ended webhook deliveries too.
    "retention.keep_days" => retention_keep_days: u32 = 90;
    /// How many of the newest versions of each pacticipant stay, whatever their age.
    "retention.keep_newest" => retention_keep_newest: u32 = 10;
    /// Keeps every version of the main branch.
    "retention.keep_main_branch" => retention_keep_main_branch: bool = true;
    /// For how many days a branch stays after its last new version; the main branch always does. Unset: every branch
    /// stays, and with it its newest version.
    "retention.keep_branch_days" => retention_keep_branch_days: Option<u32> = None;
    /// How often retention runs.
    "retention.interval" => retention_interval: Duration = Duration::from_hours(1);
    /// Writes what builds write into the audit log too: contracts, results, versions and deployments. Off, it has who may do
    /// what, who was refused, and what was set.
    "audit.data" => audit_data: bool = true;
    /// For how many days the audit log keeps who may do what, who was refused, and what was set. Unset: for ever.
    "audit.keep_security_days" => audit_keep_security_days: Option<u32> = None;
    /// For how many days the audit log keeps what builds write: contracts, results, versions and deployments. Unset: for ever.
    "audit.keep_data_days" => audit_keep_data_days: Option<u32> = None;
    /// URL schemes that webhooks may use.
    "webhook.schemes" => webhook_schemes: Vec<String> = vec!["https".to_owned()];
    /// HTTP methods that webhooks may use.
    "webhook.methods" => webhook_methods: Vec<String> = vec!["POST".to_owned()];
    /// Hosts that webhooks may call: names, *.names, addresses or networks such as 10.1.0.0/16. Unset: every
    /// public address and no private one. A private or loopback address is called only when it is listed here.
    "webhook.allowed_hosts" => webhook_allowed_hosts: Vec<String> = Vec::new();
    /// How long to wait after each failed attempt, plus some jitter. After the last one the delivery is
    /// a dead letter, which can be replayed.
    "webhook.retry_schedule" => webhook_retry_schedule: Vec<Duration> =
        [10, 60, 120, 300, 600, 1200].map(Duration::from_secs).to_vec();
    /// Status codes that count as delivered.
    "webhook.success_codes" => webhook_success_codes: Vec<StatusRange> = vec![StatusRange::new(200, 206)];
    /// How long one delivery may take, from connecting to the end of the answer.
    "webhook.timeout" => webhook_timeout: Duration = Duration::from_secs(15);
    /// How many deliveries one node has under way at once.
    "webhook.concurrency" => webhook_concurrency: u32 = 64;
    /// How many of them go to one host at once, so that a receiver that hangs does not delay the others.
    "webhook.concurrency_per_host" => webhook_concurrency_per_host: u32 = 4;
    /// A file of certificates (PEM) of authorities that webhooks trust beside those of the machine: for receivers with
    /// certificates of a company's own.
    "webhook.ca_file" => webhook_ca_file: Option<PathBuf> = None;
    /// The secret that signs deliveries (headers webhook-id, webhook-timestamp and webhook-signature, as
    /// Standard Webhooks describes): whsec_ and at least 24 bytes in base64. Unset: not signed.
    "webhook.signing_secret" => webhook_signing_secret: Option<Secret> = None;
    /// The key that encrypts the secrets of webhooks at rest: 32 bytes in base64, as `contract-broker generate-key`
    /// prints. All nodes need the same. Keep a copy: without it, what webhooks send is lost. Of several, separated by
    /// spaces, the first encrypts and each decrypts its own: `contract-broker secrets rotate` then needs the first only.
    "webhook.encryption_key" => webhook_encryption_key: Option<Secret> = None;
    /// The file that holds the encryption key if none is set; a new database gets a new one. Unset: beside the
    /// database file of SQLite, with .key added to its name; with PostgreSQL the key itself must be set.
    "webhook.encryption_key_path" => webhook_encryption_key_path: Option<PathBuf> = None;
}

/// Returns all settings, in documentation order.
pub fn settings() -> &'static [Setting] {
    SETTINGS
}

/// Names and values; secrets are masked, including passwords in URLs.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (key, value, origin) in self.explain() {
            map.entry(&key, &format_args!("{value:?} ({origin})"));
        }
        map.finish()
    }
}

impl Config {
    /// Returns every setting with its value as text and its source; secrets are masked.
    pub fn explain(&self) -> Vec<(&'static str, String, Origin)> {
        settings()
            .iter()
            .map(|setting| {
                let origin = self.origins.get(setting.key).cloned().unwrap_or_default();
                (setting.key, mask_password(setting.show(self)), origin)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_flags_and_variables_are_unique_and_every_default_reads_back() {
        let mut names = std::collections::BTreeSet::new();
        for setting in settings() {
            assert!(names.insert(setting.env()), "{}", setting.key);
            assert!(names.insert(setting.flag()), "{}", setting.key);
            assert!(
                setting.help().ends_with('.'),
                "{}: help ends with a full stop",
                setting.key
            );
            if !setting.secret {
                let mut config = Config::default();
                let raw = Raw::Text(setting.default());
                setting.set(&mut config, raw, Origin::Program).expect(setting.key);
                assert_eq!(setting.show(&config), setting.default(), "{}", setting.key);
            }
        }
    }

    #[test]
    fn debug_never_shows_a_secret() {
        let config = Config {
            auth_password: Some(Secret::new("swordfish")),
            auth_tokens: vec![Secret::new("swordfish")],
            database_url: "postgres://broker:swordfish@db/broker?x=1".to_owned(),
            ..Config::default()
        };
        let shown = format!("{config:?} {config:#?} {:?}", config.auth_tokens);
        assert!(!shown.contains("swordfish"), "{shown}");
        assert!(
            shown.contains("postgres://broker:**********@db/broker?x=1"),
            "{shown}"
        );
    }
}
