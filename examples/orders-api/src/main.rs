//! Serves the orders API: `orders-api [ADDRESS]`, by default on a free port of the loopback.

use std::io::Write as _;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(&address)
        .await
        .map_err(|error| std::io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))?;
    writeln!(
        std::io::stdout(),
        "orders-api listens on http://{}",
        listener.local_addr()?
    )?;
    axum::serve(listener, orders_api::app(orders_api::Store::default())).await
}
