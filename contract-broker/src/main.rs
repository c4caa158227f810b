//! The broker's process.

mod logging;

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use contract_broker::{
    Broker, Config, Monitor, TenantBroker, check_health,
    config::{Action, ConfigError, LogFormat, Secret, TenantsAction},
    operate, tenants,
};
use logging::Level;
use tokio::{net::TcpListener, sync::Notify};

/// How a command line ends that cannot be read.
const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let Asked {
        action,
        config,
        tenant,
    } = match read() {
        Ok(read) => read,
        Err(error) => return refuse(error),
    };
    let format = config.log_format;
    let log = match logging::start(format, config.log_level.as_str()) {
        Ok(log) => log,
        Err(problem) => {
            logging::report(format, &problem);
            return ExitCode::FAILURE;
        }
    };
    let ended = match on_one_broker(&action, config, tenant).await {
        Ok(config) => Box::pin(run(action, config, log.level())).await,
        Err(error) => Err(error),
    };
    log.stop().await;
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            logging::report(format, &error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
struct Asked {
    action: Action,
    config: Config,
    /// The tenant that the command is to work on.
    tenant: Option<String>,
}

fn read() -> Result<Asked, ConfigError> {
    Ok(Asked {
        config: Config::from_process()?,
        action: Action::of(std::env::args_os())?,
        tenant: TenantsAction::tenant_of(std::env::args_os())?,
    })
}

/// The settings of the broker that a command works on: with tenants, those of the tenant that `--tenant` names.
async fn on_one_broker(
    action: &Action,
    config: Config,
    tenant: Option<String>,
) -> Result<Config, Box<dyn std::error::Error>> {
    let is_of_all = matches!(
        action,
        Action::Serve | Action::Health { .. } | Action::GenerateKey | Action::Tenants(_)
    );
    match tenant {
        Some(_) if is_of_all => {
            Err("--tenant names the tenant of a command that works on what is stored: leave it out".into())
        }
        Some(tenant) => Ok(tenants::settings_of(&config, &tenant).await?),
        None if config.tenants_host.is_some() && !is_of_all => {
            Err("this broker has tenants: say with --tenant NAME which one is meant".into())
        }
        None => Ok(config),
    }
}

fn refuse(error: ConfigError) -> ExitCode {
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let format = LogFormat::asked_for(std::env::args_os(), env);
    match error {
        // Help and version are answers, not failures; clap knows where each is printed.
        ConfigError::Usage(usage) if format == LogFormat::Text || !usage.use_stderr() => usage.exit(),
        ConfigError::Usage(usage) => {
            logging::report(format, usage.to_string().trim_end());
            ExitCode::from(USAGE)
        }
        error @ ConfigError::Invalid(_) => {
            logging::report(format, &error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(action: Action, config: Config, level: Level) -> Result<(), Box<dyn std::error::Error>> {
    match action {
        Action::Serve => Box::pin(serve(config, level)).await,
        Action::Tenants(action) => {
            tenants::run(&config, action, |line| anstream::println!("{line}")).await?;
            Ok(())
        }
        Action::Health { url } => {
            anstream::println!("{}", check_health(&config, url.as_deref()).await?);
            Ok(())
        }
        Action::Retain { dry_run } => retain(config, dry_run).await,
        Action::ForgetWebhookSecrets => {
            Broker::forget_webhook_secrets(&config, |line| anstream::println!("{line}")).await?;
            Ok(())
        }
        Action::MakeAdministrator { name, email, days } => {
            make_administrator(config, &name, &email, days).await
        }
        Action::VerifyAudit => verify_audit(config).await,
        Action::BackUp { to, without_key } => {
            let made = operate::back_up(&config, &to, !without_key).await?;
            anstream::println!("{}", made.summary);
            Ok(())
        }
        Action::Restore { from } => {
            anstream::println!("{}", operate::restore(&config, &from).await?);
            Ok(())
        }
        Action::Migrate { plan } => {
            let steps = if plan {
                operate::migration_plan(&config).await?
            } else {
                operate::migrate(&config).await?
            };
            for step in steps {
                anstream::println!("{step}");
            }
            Ok(())
        }
        Action::SchemaVersion => {
            anstream::println!("{}", operate::schema_version(&config).await?);
            Ok(())
        }
        Action::RotateSecrets => {
            anstream::println!("{}", operate::rotate_secrets(&config).await?);
            Ok(())
        }
        Action::Export { to } => {
            operate::export(&config, &to, |line| anstream::println!("{line}")).await?;
            Ok(())
        }
        Action::Import { from, check, force } => import(&config, &from, check, force).await,
        Action::GenerateKey => {
            anstream::println!("{}", Broker::generate_encryption_key());
            Ok(())
        }
    }
}

async fn import(
    config: &Config,
    from: &str,
    check: bool,
    force: bool,
) -> Result<(), Box<dyn std::error::Error>> {
    let line = |line| anstream::println!("{line}");
    let variable = |name: &str| std::env::var(name).ok();
    let source = if operate::Source::is_database(from) {
        let password = variable("PACT_BROKER_DATABASE_PASSWORD").map(Secret::new);
        operate::Source::database(from, password, force).await?
    } else if from.starts_with("http://") || from.starts_with("https://") {
        operate::Source::at(from, operate::Account::of_pact_variables(variable))?
    } else if check {
        return Err(
            "--check compares with a Pact Broker: give its address or that of its database with --from"
                .into(),
        );
    } else {
        return Ok(operate::import(config, from, line).await?);
    };
    if !check {
        return Ok(operate::move_in(config, &source, line).await?);
    }
    match operate::compare(config, &source, line).await? {
        0 => Ok(()),
        different => Err(format!("{different} differences").into()),
    }
}

async fn serve(config: Config, level: Level) -> Result<(), Box<dyn std::error::Error>> {
    let asked = Arc::new(Notify::new());
    heed_hangups(level, asked.clone())?;
    let settings = config.clone();
    let listener = Arc::new(listen(config.bind, "--bind").await?);
    let address = listener.local_addr()?;
    let format = config.log_format;
    let monitor = match config.metrics_bind {
        Some(bind) => {
            let listener = listen(bind, "--metrics-bind").await?;
            let address = listener.local_addr()?;
            Some((Monitor::start(listener), address))
        }
        None => None,
    };
    let broker = Box::pin(Served::build_behind(config, &listener)).await?;
    broker.follow_files(settings, asked);
    let stop = stop_requested()?;
    // Standard output says only where the broker listens, so that scripts can wait for it: for the last line.
    if let Some((monitor, address)) = &monitor {
        broker.is_watched_by(monitor);
        match format {
            LogFormat::Text => anstream::println!("metrics on http://{address}/metrics"),
            LogFormat::Json => {
                let metrics = format!("http://{address}/metrics");
                anstream::println!("{}", serde_json::json!({ "metrics": metrics }));
            }
        }
    }
    match format {
        LogFormat::Text => anstream::println!("listening on http://{address}"),
        LogFormat::Json => {
            let listening = format!("http://{address}");
            anstream::println!("{}", serde_json::json!({ "listening": listening }));
        }
    }
    match broker {
        Served::One(broker) => broker.serve(listener, stop).await?,
        Served::Tenants(broker) => broker.serve(listener, stop).await?,
    }
    if let Some((monitor, _)) = monitor {
        monitor.stop().await;
    }
    Ok(())
}

/// What the process serves.
enum Served {
    One(Broker),
    Tenants(TenantBroker),
}

impl Served {
    async fn build_behind(
        config: Config,
        listener: &Arc<TcpListener>,
    ) -> Result<Self, contract_broker::Error> {
        if config.tenants_host.is_some() {
            return TenantBroker::build_behind(config, listener)
                .await
                .map(Self::Tenants);
        }
        Broker::build_behind(config, listener).await.map(Self::One)
    }

    /// Takes new secrets and certificates from their files while it runs. A broker with tenants reads them at its start.
    fn follow_files(&self, settings: Config, asked: Arc<Notify>) {
        if let Self::One(broker) = self {
            tokio::spawn(broker.renewer().run(settings, Config::from_process, asked));
        }
    }

    fn is_watched_by(&self, monitor: &Monitor) {
        match self {
            Self::One(broker) => monitor.watch(broker),
            Self::Tenants(broker) => monitor.watch_tenants(broker),
        }
    }
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("listening on {address}: {error}; choose another address with {flag}"))
}

/// Reads the log level again whenever the process gets SIGHUP, and asks for the secrets and certificates.
#[cfg(unix)]
fn heed_hangups(level: Level, asked: Arc<Notify>) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            level.read_again();
            asked.notify_one();
        }
    });
    Ok(())
}

/// There is no such signal.
#[cfg(not(unix))]
fn heed_hangups(_: Level, _: Arc<Notify>) -> std::io::Result<()> {
    Ok(())
}

async fn retain(config: Config, dry_run: bool) -> Result<(), Box<dyn std::error::Error>> {
    let broker = Broker::build(config).await?;
    broker
        .retain(dry_run, |line| anstream::println!("{line}"))
        .await?;
    broker.close().await;
    Ok(())
}

async fn make_administrator(
    config: Config,
    name: &str,
    email: &str,
    days: Option<u32>,
) -> Result<(), Box<dyn std::error::Error>> {
    let broker = Broker::build(config).await?;
    let day = std::time::Duration::from_hours(24);
    let expires_at = days.and_then(|days| std::time::SystemTime::now().checked_add(day * days));
    let expires_at = expires_at.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let expires_at = expires_at.and_then(|since| i64::try_from(since.as_micros()).ok());
    let token = broker.make_administrator(name, email, expires_at).await;
    broker.close().await;
    // Standard output says only the token, so that scripts can take it.
    anstream::println!("{}", token?.expose());
    Ok(())
}

async fn verify_audit(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let broker = Broker::build(config).await?;
    let verified = broker.verify_audit(|line| anstream::println!("{line}")).await;
    broker.close().await;
    Ok(verified?)
}

/// What completes when the process is asked to stop. Requests to stop are heeded from the call on.
#[cfg(unix)]
fn stop_requested() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// What completes when the process is asked to stop.
#[cfg(not(unix))]
fn stop_requested() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
