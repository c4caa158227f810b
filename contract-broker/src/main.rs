//! The broker's process.

mod logging;

use std::process::ExitCode;

use contract_broker::{
    Broker, Config,
    config::{Action, ConfigError, LogFormat},
};

/// How a command line ends that cannot be read.
const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let (action, config) = match read() {
        Ok(read) => read,
        Err(error) => return refuse(error),
    };
    let format = config.log_format;
    if let Err(problem) = logging::start(format, &config.log_level) {
        logging::report(format, &problem);
        return ExitCode::FAILURE;
    }
    match run(action, config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            logging::report(format, &error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn read() -> Result<(Action, Config), ConfigError> {
    let config = Config::from_process()?;
    Ok((Action::of(std::env::args_os())?, config))
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

async fn run(action: Action, config: Config) -> Result<(), Box<dyn std::error::Error>> {
    match action {
        Action::Serve => serve(config).await,
        Action::Retain { dry_run } => retain(config, dry_run).await,
        Action::ForgetWebhookSecrets => {
            Broker::forget_webhook_secrets(&config, |line| anstream::println!("{line}")).await?;
            Ok(())
        }
        Action::GenerateKey => {
            anstream::println!("{}", Broker::generate_encryption_key());
            Ok(())
        }
    }
}

async fn serve(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind(config.bind)
        .await
        .map_err(|error| {
            format!(
                "listening on {}: {error}; choose another address with --bind",
                config.bind
            )
        })?;
    let format = config.log_format;
    let broker = Broker::build(config).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let stop = stop_requested()?;
    // Standard output says only where the broker listens, so that scripts can wait for it.
    match format {
        LogFormat::Text => anstream::println!("listening on {address}"),
        LogFormat::Json => anstream::println!("{}", serde_json::json!({ "listening": address })),
    }
    broker.serve(listener, stop).await?;
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
