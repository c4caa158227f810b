//! Checks the health of a broker, for example for a container.

use std::time::Duration;

use crate::{Config, tls};

/// Maximum duration of the request.
const PATIENCE: Duration = Duration::from_secs(5);

/// Checks whether a broker is ready: at `url`, or at the broker that these settings start (at its metrics
/// listener, if it has one, because that requires no credentials). An address without a path means `/readyz`.
/// Requires a Tokio runtime.
///
/// # Errors
/// Why it is not ready, or that nothing responds within 5 seconds, as a lower-case fragment.
pub async fn check_health(config: &Config, url: Option<&str>) -> Result<String, String> {
    let own = || {
        let mut address = config.metrics_bind.unwrap_or(config.bind);
        if address.ip().is_unspecified() {
            let loopback = match address {
                std::net::SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                std::net::SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            };
            address.set_ip(loopback);
        }
        format!("http://{address}")
    };
    let asked = url.map_or_else(own, str::to_owned);
    let mut url = reqwest::Url::parse(&asked).map_err(|error| {
        format!("reading the address {asked:?}: {error}; write one such as http://127.0.0.1:9292/readyz")
    })?;
    if url.path() == "/" {
        url.set_path("/readyz");
    }
    let failed = |error: reqwest::Error| {
        let mut text = format!("asking {url}: {error}");
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    };
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls::of_machine()?)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .map_err(&failed)?;
    let answer = client
        .get(url.clone())
        .header(http::header::ACCEPT, "application/json, */*")
        .send()
        .await
        .map_err(&failed)?;
    let status = answer.status();
    if status.is_success() {
        return Ok(format!("{url} answers {status}"));
    }
    let body: serde_json::Value = match answer.bytes().await {
        Ok(body) => serde_json::from_slice(&body).unwrap_or_default(),
        Err(_) => serde_json::Value::Null,
    };
    let problem = body["problem"].as_str().unwrap_or("it does not say why");
    Err(format!("{url} answers {status}: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_is_none_or_where_nobody_listens_is_named() {
        let config = Config::default();
        let wrong = check_health(&config, Some("broker"))
            .await
            .expect_err("no address");
        assert!(wrong.contains("reading the address \"broker\""), "{wrong}");
        // The socket does not listen, and keeps its port from other tests.
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        let address = socket.local_addr().expect("an address");
        let config = Config {
            bind: ([0, 0, 0, 0], address.port()).into(),
            ..Config::default()
        };
        let nobody = check_health(&config, None).await.expect_err("nobody listens");
        let asked = format!("asking http://127.0.0.1:{}/readyz: ", address.port());
        assert!(nobody.starts_with(&asked), "{nobody}");
    }
}
