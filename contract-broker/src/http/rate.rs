//! How many requests a caller may send (draft-ietf-httpapi-ratelimit-headers-11).

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderName, HeaderValue};

use super::{AppState, access_log::Client, address, error::Failure};
use crate::{
    auth::{Caller, Principal},
    config::Config,
    domain::bucket::{Buckets, Rate, Taken},
};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// The name of the policy.
const NAME: &str = "default";
/// The most callers that one node keeps in mind.
const MOST: usize = 50_000;

/// Limits the requests of each caller, on one node and for one site.
#[derive(Clone)]
pub(crate) struct Limits {
    rate: Rate,
    buckets: Arc<Mutex<Buckets<Key>>>,
}

/// Whose requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(i64),
    /// Credentials of the settings, by their name.
    Settings(String),
    /// Somebody who does not say who they are.
    Address(Option<IpAddr>),
}

impl Key {
    fn of(who: &Principal, client: Option<IpAddr>) -> Self {
        match who.caller() {
            Caller::Account(account) => Self::Account(account.id),
            Caller::Settings | Caller::Operator => Self::Settings(who.name().to_owned()),
            Caller::Anonymous | Caller::Job | Caller::Device | Caller::Provider => {
                Self::Address(client.map(network))
            }
        }
    }
}

/// The network that a client has for itself: everybody who has one IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

impl Limits {
    /// The limits that the settings ask for; `None` if there is none.
    pub(crate) fn new(config: &Config) -> Option<Self> {
        let rate = Rate {
            per_minute: config.limits_requests_per_minute?,
            burst: config.limits_burst,
        };
        Some(Self {
            rate,
            buckets: Arc::new(Mutex::new(Buckets::new(rate, MOST, Instant::now()))),
        })
    }

    fn take(&self, key: Key) -> Taken {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(key, Instant::now())
    }

    /// Says in an answer what is left.
    fn describe(&self, taken: Taken, response: &mut Response) {
        let policy = format!(
            "\"{NAME}\";q={};w={}",
            self.rate.burst,
            seconds(self.rate.window())
        );
        let left = format!("\"{NAME}\";r={};t={}", taken.remaining, seconds(taken.full_in));
        for (name, text) in [(POLICY, policy), (LIMIT, left)] {
            if let Ok(value) = HeaderValue::try_from(text) {
                response.headers_mut().insert(name, value);
            }
        }
    }
}

/// Whole seconds, rounded up: whoever waits so long does not come too early.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// Answers 429 to somebody who sends more than the settings allow. The guard has said who asks. Health, counts and what pages
/// load are never limited.
pub(crate) async fn rate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limits = match state.site(request.extensions()) {
        Ok(site) => site.limits.clone(),
        Err(failure) => return failure.into_response(),
    };
    let Some(limits) = limits else {
        return next.run(request).await;
    };
    let who = request.extensions().get::<Principal>();
    let Some(who) = who.filter(|_| !is_free(&request)) else {
        return next.run(request).await;
    };
    let client = request.extensions().get::<Client>().map(|client| client.0);
    let taken = limits.take(Key::of(who, client));
    let mut response = if taken.is_allowed {
        next.run(request).await
    } else {
        Failure::TooMany {
            policy: NAME,
            retry_after: seconds(taken.next_in).max(1),
        }
        .into_response()
    };
    limits.describe(taken, &mut response);
    response
}

/// Whether a request is never limited.
pub(super) fn is_free(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    route.is_some_and(|route| {
        address::HEALTH.contains(&route)
            || route == address::METRICS.route()
            || route == address::ASSET.route()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_one_client_is_one_client() {
        let of = |text: &str| network(text.parse().expect("an address")).to_string();
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    #[test]
    fn seconds_are_rounded_up() {
        for (millis, expected) in [(0, 0), (1, 1), (1000, 1), (1001, 2)] {
            assert_eq!(seconds(Duration::from_millis(millis)), expected);
        }
    }
}
