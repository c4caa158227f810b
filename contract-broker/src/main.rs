//! The broker's process.

use std::process::ExitCode;

use contract_broker::{Broker, Config, config::ConfigError};

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
