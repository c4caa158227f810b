//! The listening socket of a server.

use std::net::TcpListener;

use crate::{Error, ErrorKind};

/// Listens on this address, or on a free port of the loopback interface. `way_out` is the hint how to get a
/// free port.
///
/// # Errors
///
/// `Io` if the address cannot be listened on.
pub(super) fn bind(address: Option<&str>, way_out: &str) -> Result<TcpListener, Error> {
    TcpListener::bind(address.unwrap_or("127.0.0.1:0")).map_err(|error| {
        let advice = match (address, error.kind()) {
            (Some(_), std::io::ErrorKind::AddrInUse) => {
                format!(": another program listens there; {way_out}")
            }
            (Some(_), _) => format!(": use an address of this machine, or {way_out}"),
            (None, _) => String::new(),
        };
        Error::new(
            ErrorKind::Io,
            format!(
                "cannot listen on {}: {error}{advice}",
                address.unwrap_or("a free port of 127.0.0.1")
            ),
        )
        .with_source(error)
    })
}
