//! The log of the process, on standard error, and what is exported of its traces.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::IsTerminal as _,
    panic::PanicHookInfo,
};

use contract_broker::{
    Config,
    config::{LogFormat, Origin},
};
use tracing_subscriber::{
    EnvFilter, Layer, Registry, layer::SubscriberExt as _, reload, util::SubscriberInitExt as _,
};

/// The log, once it is started.
pub(crate) struct Log {
    level: Level,
    #[cfg(feature = "otel")]
    exporter: Option<contract_broker::trace::otlp::Exporter>,
}

/// What is logged, which can be changed.
#[derive(Clone)]
pub(crate) struct Level(reload::Handle<EnvFilter, Registry>);

/// Starts the log: `level` is error, warn, info, debug or trace, or a filter. From now on a panic is a line of the log
/// too.
///
/// # Errors
/// What is wrong with the level, or with what the environment says about the export of traces.
pub(crate) fn start(format: LogFormat, level: &str) -> Result<Log, String> {
    let (filter, handle) = reload::Layer::new(read(level)?);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => {
            let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let lines = lines.with_ansi(std::io::stderr().is_terminal() && !is_plain);
            lines.with_filter(filter).boxed()
        }
        LogFormat::Json => lines.json().with_span_list(false).with_filter(filter).boxed(),
    };
    let registry = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "otel")]
    let log = {
        let exporter = contract_broker::trace::otlp::Exporter::from_environment()?;
        let spans = exporter
            .as_ref()
            .map(contract_broker::trace::otlp::Exporter::layer);
        registry.with(spans).init();
        Log {
            level: Level(handle),
            exporter,
        }
    };
    #[cfg(not(feature = "otel"))]
    let log = {
        registry.init();
        warn_of_traces_that_nobody_gets();
        Log { level: Level(handle) }
    };
    std::panic::set_hook(Box::new(log_panic));
    Ok(log)
}

fn read(level: &str) -> Result<EnvFilter, String> {
    EnvFilter::try_new(level).map_err(|error| {
        format!(
            "reading log.level {level:?}: {error}; write error, warn, info, debug, trace or a filter such as \
             info,contract_broker::sql=debug"
        )
    })
}

#[cfg(not(feature = "otel"))]
fn warn_of_traces_that_nobody_gets() {
    for name in [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    ] {
        if std::env::var_os(name).is_some_and(|value| !value.is_empty()) {
            tracing::warn!(
                "{name} is set, but this program cannot export traces: build it with the feature otel"
            );
            return;
        }
    }
}

impl Log {
    /// What is logged.
    pub(crate) fn level(&self) -> Level {
        self.level.clone()
    }

    /// Sends the last traces, if they are exported.
    pub(crate) async fn stop(self) {
        #[cfg(feature = "otel")]
        if let Some(exporter) = self.exporter {
            exporter.stop().await;
        }
        #[cfg(not(feature = "otel"))]
        std::future::ready(()).await;
    }
}

impl Level {
    /// Takes the level from the settings as they are now. What cannot be used changes nothing.
    pub(crate) fn read_again(&self) {
        let read = Config::from_process()
            .map_err(|error| error.to_string())
            .and_then(|config| Ok((read(config.log_level.as_str())?, config)));
        let (filter, config) = match read {
            Ok(read) => read,
            Err(problem) => {
                tracing::warn!("the log level stays as it is: {problem}");
                return;
            }
        };
        if let Err(error) = self.0.reload(filter) {
            tracing::warn!(%error, "the log level stays as it is");
            return;
        }
        let origin = config.origins.get("log.level").unwrap_or(&Origin::Default);
        tracing::info!(level = config.log_level.as_str(), %origin, "the log level was read again");
    }
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
    start(LogFormat::Json, "info").map(drop)
}
