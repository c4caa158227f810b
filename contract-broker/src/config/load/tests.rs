use super::*;

fn load(args: &[&str], env: &[(&str, &str)]) -> Loaded {
    let args = std::iter::once("contract-broker")
        .chain(args.iter().copied())
        .map(OsString::from);
    Config::load(
        args,
        env.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

fn problems(args: &[&str], env: &[(&str, &str)]) -> String {
    load(args, env).expect_err("the settings are wrong").to_string()
}

fn file(text: &str) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("broker.toml");
    std::fs::write(&path, text).expect("the file is written");
    (dir, path.display().to_string())
}

#[test]
fn flags_beat_the_environment_which_beats_the_file() {
    let (_dir, path) = file("bind = \"127.0.0.1:1\"\n[log]\nlevel = \"warn\"\nformat = \"json\"\n");
    let env = [
        ("CONTRACT_BROKER_CONFIG", path.as_str()),
        ("CONTRACT_BROKER_LOG_LEVEL", "debug"),
    ];
    let config = load(&["--log-level", "trace"], &env).expect("settings");
    assert_eq!(config.bind.port(), 1);
    assert_eq!(config.log_level.as_str(), "trace");
    let origins: Vec<String> = config.origins.values().map(ToString::to_string).collect();
    assert_eq!(
        origins,
        [format!("{path}:1"), format!("{path}:4"), "--log-level".to_owned()]
    );
    assert_eq!(load(&[], &env).expect("settings").log_level.as_str(), "debug");
}

#[test]
fn unknown_names_are_errors_with_the_nearest_known_one() {
    let (_dir, path) = file("bnid = \"127.0.0.1:1\"\n\n[webhook]\nretry_schedul = [1]\n");
    let text = problems(&["--config", &path], &[("CONTRACT_BROKER_DATABSE_URL", "x")]);
    assert!(
        text.contains("broker.toml:1: unknown setting bnid; did you mean bind?"),
        "{text}"
    );
    assert!(text.contains(
        "broker.toml:4: unknown setting webhook.retry_schedul; did you mean webhook.retry_schedule?"
    ));
    assert!(
        text.contains(
            "unknown setting CONTRACT_BROKER_DATABSE_URL; did you mean CONTRACT_BROKER_DATABASE_URL?"
        )
    );
    assert!(matches!(load(&["--bnid", "x"], &[]), Err(ConfigError::Usage(_))));
    assert!(
        load(
            &[],
            &[
                ("CONTRACT_BROKER_URL", "http://x"),
                ("CONTRACT_BROKER_TOKEN", "x")
            ]
        )
        .is_ok()
    );
}

#[test]
fn variables_that_kubernetes_makes_of_a_service_are_no_settings() {
    let links = [
        ("CONTRACT_BROKER_SERVICE_HOST", "10.0.0.1"),
        ("CONTRACT_BROKER_SERVICE_PORT", "80"),
        ("CONTRACT_BROKER_SERVICE_PORT_HTTP", "80"),
        ("CONTRACT_BROKER_PORT", "tcp://10.0.0.1:80"),
        ("CONTRACT_BROKER_PORT_80_TCP_ADDR", "10.0.0.1"),
    ];
    assert!(load(&[], &links).is_ok());
    for setting in settings() {
        assert!(!is_service_link(&setting.env()), "{}", setting.key);
    }
    assert!(problems(&[], &[("CONTRACT_BROKER_PORTS", "80")]).contains("unknown setting"));
}

#[test]
fn every_bad_value_is_named_with_its_place() {
    let (_dir, path) = file("bind = 9292\nbase_url = \"example.org\"\n[http]\nbody_limit = \"lots\"\n");
    let text = problems(
        &["--config", &path, "--webhook-timeout", "soon"],
        &[("CONTRACT_BROKER_AUTH_USERNAME", "ci")],
    );
    for part in [
        "broker.toml:1): expected an address and port",
        "base_url: expected an address such as https://",
        "broker.toml:4): expected a size",
        "(--webhook-timeout): expected a duration",
        "only one of the two is set",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (_dir, path) = file("bind = \n");
    assert!(problems(&["--config", &path], &[]).contains("broker.toml:1:"));
    assert!(problems(&["--config", "/nowhere/x.toml"], &[]).contains("/nowhere/x.toml"));
}

#[test]
fn secrets_come_from_files_and_never_from_flags() {
    let (_dir, path) = file("swordfish\n");
    let user = ["--auth-username", "ci", "--auth-password-file", &path];
    let config = load(&user, &[]).expect("settings");
    assert_eq!(config.auth_password.expect("a password").expose(), "swordfish");
    assert!(matches!(
        load(&["--auth-password", "x"], &[]),
        Err(ConfigError::Usage(_))
    ));
    let env = [("CONTRACT_BROKER_AUTH_TOKENS_FILE", path.as_str())];
    assert_eq!(load(&[], &env).expect("settings").auth_tokens.len(), 1);
}

#[test]
fn a_secret_whose_file_is_empty_is_missing_and_not_unset() {
    for text in ["", " \n"] {
        let (_dir, path) = file(text);
        let env = [("CONTRACT_BROKER_AUTH_TOKENS_FILE", path.as_str())];
        let said = problems(&[], &env);
        assert!(
            said.contains("auth.tokens") && said.contains("is empty"),
            "{said}"
        );
        let flags = ["--auth-username", "ci", "--auth-password-file", &path];
        assert!(problems(&flags, &[]).contains("auth.password (--auth-password-file)"));
    }
}

#[test]
fn the_password_of_the_database_is_set_once_and_for_postgresql() {
    let (_dir, path) = file("swordfish\n");
    let password = ["--database-password-file", path.as_str(), "--database-url"];
    let with = |url| [password.as_slice(), &[url]].concat();
    let config = load(&with("postgres://ci@db/x"), &[]).expect("settings");
    assert_eq!(config.database_address(), "postgres://ci@db/x?password=swordfish");
    for (url, problem) in [
        ("postgres://ci:a@db/x", "database.url has a password as well"),
        (
            "postgres://ci@db/x?password=a",
            "database.url has a password as well",
        ),
        ("sqlite:x", "SQLite has no password"),
    ] {
        let text = problems(&with(url), &[]);
        assert!(text.contains(problem), "{url}: {text}");
        assert!(!text.contains("swordfish"), "{text}");
    }
}

#[test]
fn lists_and_switches_read_from_every_source() {
    let (_dir, path) = file("[auth]\npublic_read = true\n[webhook]\nretry_schedule = [1, \"2m\"]\n");
    let config = load(&["--config", &path], &[]).expect("settings");
    assert!(config.auth_public_read);
    assert_eq!(
        config
            .webhook_retry_schedule
            .iter()
            .map(std::time::Duration::as_secs)
            .sum::<u64>(),
        121
    );
    let flags = [
        "--auth-public-read",
        "--webhook-allowed-hosts",
        "a",
        "--webhook-allowed-hosts",
        "b",
    ];
    let config = load(&flags, &[]).expect("settings");
    assert!(config.auth_public_read);
    assert_eq!(config.webhook_allowed_hosts, ["a", "b"]);
    assert!(
        !load(&["--auth-public-read=false"], &[])
            .expect("settings")
            .auth_public_read
    );
}

#[test]
fn values_that_make_no_sense_are_refused() {
    for (flag, value, says) in [
        (
            "--http-request-timeout",
            "0s",
            "http.request_timeout: expected more than 0",
        ),
        (
            "--http-idle-timeout",
            "0",
            "http.idle_timeout: expected more than 0",
        ),
        (
            "--comparison-timeout",
            "0ms",
            "comparison.timeout: expected more than 0",
        ),
        (
            "--retention-interval",
            "0s",
            "retention.interval: expected more than 0",
        ),
        ("--webhook-timeout", "0s", "webhook.timeout: expected more than 0"),
        (
            "--oidc-token-lifetime",
            "0s",
            "oidc.token_lifetime: expected more than 0",
        ),
        (
            "--tenants-visit-interval",
            "0s",
            "tenants.visit_interval: expected more than 0",
        ),
        ("--http-body-limit", "0", "http.body_limit: expected more than 0"),
        (
            "--base-url",
            "https://ci:swordfish@example.org",
            "without an account, got \"https://ci:",
        ),
        ("--http-request-timeout", "36501d", "expected at most 36500d"),
        (
            "--shutdown-delay",
            "18446744073709551615",
            "expected at most 36500d",
        ),
    ] {
        let text = problems(&[flag, value], &[]);
        assert!(text.contains(says), "{flag} {value}: {text}");
    }
    load(
        &["--http-request-timeout", "36500d", "--shutdown-delay", "0s"],
        &[],
    )
    .expect("settings");
}

#[test]
fn help_explains_every_setting() {
    let help = command().render_long_help().to_string();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for setting in settings() {
        assert!(help.contains(&format!("--{}", setting.flag())), "{}", setting.key);
        assert!(
            help.contains(&format!("[env: {}]", setting.env())),
            "{}",
            setting.key
        );
        assert!(help.contains(&setting.help()), "{}", setting.key);
    }
}
