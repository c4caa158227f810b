//! How a mock provider is served.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use super::handler::Handler;
use super::server::{Protection, Server};
use super::session::Session;
use super::socket::bind;
use crate::Error;
use crate::wire::BODY_LIMIT;

/// Where and how a mock provider listens.
#[derive(Debug, Clone)]
pub(super) struct Serving {
    /// `127.0.0.1:8080`; a free port of the loopback interface unless set.
    pub(super) address: Option<String>,
    pub(super) body_limit: usize,
    /// Whether pages of other origins may use it.
    pub(super) cors: bool,
    pub(super) protection: Protection,
}

/// A server that is running.
pub(super) struct Served {
    pub(super) server: Server,
    /// Its URL without a slash at its end, which clients of this machine can connect to.
    pub(super) url: String,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            address: None,
            body_limit: BODY_LIMIT,
            cors: false,
            protection: Protection::None,
        }
    }
}

impl Serving {
    /// Starts a server that answers with this handler. `way_out` says how to get a free port.
    ///
    /// # Errors
    ///
    /// `Io` if the address cannot be listened on.
    pub(super) fn start(&self, handler: Arc<dyn Handler>, way_out: &str) -> Result<Served, Error> {
        let socket = bind(self.address.as_deref(), way_out)?;
        let protection = self.protection.clone();
        let scheme = protection.scheme();
        let server = Server::start(socket, handler, self.body_limit, protection)?;
        let url = format!("{scheme}://{}", reachable(server.address()));
        Ok(Served { server, url })
    }

    /// Starts a server that answers with this session.
    ///
    /// # Errors
    ///
    /// `Io` if the address cannot be listened on.
    pub(super) fn start_session(&self, session: &Arc<Session>) -> Result<Server, Error> {
        let handler = Arc::clone(session) as Arc<_>;
        let Served { server, url } = self.start(handler, "leave `listen` out to use a free port")?;
        session.listens_at(url);
        if self.cors {
            session.allow_other_origins();
        }
        Ok(server)
    }
}

/// Returns an address that a client of this machine can connect to: a server that listens on all interfaces is reached over the
/// loopback interface.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
