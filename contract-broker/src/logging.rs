//! The log of the process, on standard error.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::IsTerminal as _,
    panic::PanicHookInfo,
};

use contract_broker::config::LogFormat;
use tracing_subscriber::EnvFilter;

/// Starts the log: `level` is error, warn, info, debug or trace, or a filter. From now on a panic is a line of the log
/// too.
///
/// # Errors
/// What is wrong with the level.
pub(crate) fn start(format: LogFormat, level: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(level).map_err(|error| {
        format!(
            "reading log.level {level:?}: {error}; write error, warn, info, debug, trace or a filter such as \
             info,contract_broker::sql=debug"
        )
    })?;
    let logger = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => {
            let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            logger
                .with_ansi(std::io::stderr().is_terminal() && !is_plain)
                .init();
        }
        LogFormat::Json => logger.json().init(),
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("a panic without a message");
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    tracing::error!(
        place = panic.location().map(tracing::field::display),
        backtrace,
        "panic: {message}"
    );
}

/// Says why the broker does not start or go on: as a line of the log where that is JSON, else as programs do.
pub(crate) fn report(format: LogFormat, problem: &str) {
    match format {
        LogFormat::Text => anstream::eprintln!("contract-broker: {problem}"),
        LogFormat::Json => {
            // The log may not have begun yet; then every level is as good as another.
            let _ = start_if_needed();
            tracing::error!("{problem}");
        }
    }
}

fn start_if_needed() -> Result<(), String> {
    if tracing::dispatcher::has_been_set() {
        return Ok(());
    }
    start(LogFormat::Json, "info")
}
