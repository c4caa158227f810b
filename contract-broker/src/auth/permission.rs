//! What each route asks of its caller.

use http::Method;

use super::Access;
use crate::http::address;

/// What a request needs. It is decided by the route that serves the request, never by the path as it was sent: two
/// readings of one path would be a way around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    /// Sees whether the broker is alive.
    SeeHealth,
    /// Sees a badge.
    SeeBadge,
    /// Reads anything.
    Read,
    /// Changes something.
    Write,
}

impl Permission {
    /// What a request needs at a route; `None` is an address that no route has. What is in no list below needs the right
    /// to read, or to write with a method that may change something.
    pub(super) fn needed(method: &Method, route: Option<&str>) -> Self {
        let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        match route {
            Some(route) if reads && address::HEALTH.contains(&route) => Self::SeeHealth,
            Some(route) if reads && address::badge::ALL.contains(&route) => Self::SeeBadge,
            Some(route) if route == address::FOR_VERIFICATION.route() && *method == Method::POST => {
                Self::Read
            }
            _ if reads => Self::Read,
            _ => Self::Write,
        }
    }

    /// What an account must be allowed for this.
    pub(super) fn access(self) -> Access {
        match self {
            Self::SeeHealth | Self::SeeBadge | Self::Read => Access::Read,
            Self::Write => Access::Write,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_and_methods_decide_together() {
        use Permission::{Read, SeeBadge, SeeHealth, Write};
        let brew = Method::from_bytes(b"BREW").expect("a method");
        for (method, route, needed) in [
            (Method::GET, Some("/pacticipants"), Read),
            (Method::HEAD, Some("/"), Read),
            (Method::OPTIONS, Some("/"), Read),
            (Method::GET, Some("/healthz"), SeeHealth),
            (Method::HEAD, Some("/diagnostic/status/heartbeat"), SeeHealth),
            (Method::POST, Some("/healthz"), Write),
            (Method::GET, Some(address::badge::LATEST.route()), SeeBadge),
            (Method::DELETE, Some(address::badge::LATEST.route()), Write),
            (
                Method::GET,
                Some("/pacts/provider/p/consumer/c/latest/badge"),
                Read,
            ),
            (Method::POST, Some(address::FOR_VERIFICATION.route()), Read),
            (Method::PUT, Some(address::FOR_VERIFICATION.route()), Write),
            (Method::POST, Some("/pacts/provider/p/for-verification"), Write),
            (Method::POST, Some("/contracts/publish"), Write),
            (Method::DELETE, Some("/pacticipants/{pacticipant}"), Write),
            (brew, Some("/"), Write),
            (Method::GET, None, Read),
            (Method::POST, None, Write),
        ] {
            assert_eq!(Permission::needed(&method, route), needed, "{method} {route:?}");
        }
    }
}
