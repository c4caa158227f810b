//! The broker's process.

use std::{io::IsTerminal as _, process::ExitCode};

use contract_broker::{
    Broker, Config,
    config::{Action, ConfigError, LogFormat},
};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("contract-broker: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let config = match Config::from_process() {
        Ok(config) => config,
        // Help and version are answers, not failures; clap knows where each is printed.
        Err(ConfigError::Usage(usage)) => usage.exit(),
        Err(error) => return Err(error.into()),
    };
    start_logging(&config)?;
    if let Action::Retain { dry_run } = Action::of(std::env::args_os())? {
        return retain(config, dry_run).await;
    }
    let listener = tokio::net::TcpListener::bind(config.bind)
        .await
        .map_err(|error| {
            format!(
                "listening on {}: {error}; choose another address with --bind",
                config.bind
            )
        })?;
    let broker = Broker::build(config).await?;
    anstream::println!("listening on http://{}", listener.local_addr()?);
    broker.serve(listener, stopped()).await?;
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

/// Logs to standard error; standard output says only where the broker listens.
fn start_logging(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log_level).map_err(|error| {
        format!(
            "reading log.level {:?}: {error}; write error, warn, info, debug, trace or a filter such as \
             info,contract_broker::sql=debug",
            config.log_level
        )
    })?;
    let logger = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => {
            let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            logger
                .with_ansi(std::io::stderr().is_terminal() && !is_plain)
                .init();
        }
        LogFormat::Json => logger.json().init(),
    }
    Ok(())
}

/// Completes when the process is asked to stop.
async fn stopped() {
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}
