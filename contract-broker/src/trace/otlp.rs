//! Exports spans to an OpenTelemetry collector: OTLP as protobuf over HTTP.
//!
//! It is configured by the standard variables: `OTEL_EXPORTER_OTLP_ENDPOINT` (or
//! `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) enables it; `OTEL_EXPORTER_OTLP_HEADERS`,
//! `OTEL_EXPORTER_OTLP_TIMEOUT`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER` and
//! the `OTEL_BSP_*` variables of the queue have the meaning defined by OpenTelemetry.
//! `OTEL_TRACES_EXPORTER=none` and `OTEL_SDK_DISABLED=true` disable it.
//!
//! A separate thread sends spans from a bounded queue. If the collector is slow or unreachable, spans are
//! dropped; requests never wait for it.

use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracerProvider, Tracer},
};
use tokio::runtime::Handle;
use tracing::{Level, Subscriber};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};

use super::TARGET;
use crate::tls;

/// Maximum time for sending the last spans at shutdown.
const FLUSH: Duration = Duration::from_secs(5);
/// Maximum size of a collector's response in bytes.
const ANSWER: usize = 1024 * 1024;

/// Exports spans.
#[derive(Debug)]
pub struct Exporter {
    provider: SdkTracerProvider,
}

impl Exporter {
    /// Returns the exporter configured by the environment; `None` if none is configured. Requires a Tokio
    /// runtime, which sends the spans.
    ///
    /// # Errors
    /// The invalid variable, as a lower-case fragment.
    pub fn from_environment() -> Result<Option<Self>, String> {
        let is = |name: &str, value: &str| {
            std::env::var(name).is_ok_and(|set| set.trim().eq_ignore_ascii_case(value))
        };
        let is_set = |name: &str| std::env::var(name).is_ok_and(|set| !set.trim().is_empty());
        let is_wanted = [
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        ]
        .into_iter()
        .any(is_set);
        if !is_wanted || is("OTEL_TRACES_EXPORTER", "none") || is("OTEL_SDK_DISABLED", "true") {
            return Ok(None);
        }
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::of_machine()?)
            .build()
            .map_err(|error| format!("setting up the export of traces: {error}"))?;
        let runtime = Handle::current();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client { client, runtime })
            .build()
            .map_err(|error| format!("setting up the export of traces by the OTEL_* variables: {error}"))?;
        let mut resource =
            Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let attributes = std::env::var("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
        if !is_set("OTEL_SERVICE_NAME") && !attributes.contains("service.name=") {
            resource = resource.with_service_name("contract-broker");
        }
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource.build())
            .build();
        Ok(Some(Self { provider }))
    }

    /// Returns a layer that passes the broker's spans to the exporter, and no other log data.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let tracer: Tracer = self.provider.tracer("contract-broker");
        let layer: OpenTelemetryLayer<S, Tracer> = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false);
        layer.with_filter(Targets::new().with_target(TARGET, Level::DEBUG))
    }

    /// Sends the remaining spans, for a few seconds at most, and ends.
    pub async fn stop(self) {
        let stop = move || self.provider.shutdown_with_timeout(FLUSH);
        match tokio::task::spawn_blocking(stop).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last traces may be lost"),
            Err(error) => tracing::warn!(%error, "the last traces are lost"),
        }
    }
}

/// Sends requests on the broker's runtime, for a thread without one.
#[derive(Debug)]
struct Client {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let answer = client.execute(request.try_into()?).await?;
            let (head, body) = http::Response::from(answer).into_parts();
            let body = http_body_util::Limited::new(body, ANSWER).collect().await?;
            Ok::<_, HttpError>(Response::from_parts(head, body.to_bytes()))
        });
        sent.await?
    }
}
