//! The requests received by a mock provider, up to a limit.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::contract::Request;

/// Maximum number of requests kept; the oldest are dropped first.
const KEPT: usize = 10_000;

/// Maximum number of bytes of all request bodies kept.
const KEPT_BODIES: usize = 16 * 1024 * 1024;

/// A request that a mock provider received.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The request: its method, path, query, header fields and body.
    pub request: Arc<Request>,
    /// The description of the interaction that it matched; `None` if it matched none.
    pub interaction: Option<String>,
}

/// Received requests, oldest first.
#[derive(Debug, Default)]
pub(super) struct Journal {
    received: VecDeque<Received>,
    /// Number of bytes of their bodies.
    body_bytes: usize,
}

#[derive(Debug)]
pub(super) struct Received {
    pub(super) request: Arc<Request>,
    /// The index of the interaction that it matched.
    pub(super) interaction: Option<usize>,
    body_bytes: usize,
}

impl Journal {
    /// Adds a request, and drops the oldest ones that exceed the limits.
    pub(super) fn add(&mut self, request: &Arc<Request>, interaction: Option<usize>) {
        let body_bytes = request.body.to_bytes().len();
        self.body_bytes += body_bytes;
        self.received.push_back(Received {
            request: Arc::clone(request),
            interaction,
            body_bytes,
        });
        while self.received.len() > KEPT || self.body_bytes > KEPT_BODIES {
            let Some(oldest) = self.received.pop_front() else {
                break;
            };
            self.body_bytes -= oldest.body_bytes;
        }
    }

    /// Returns the kept requests, oldest first.
    pub(super) fn received(&self) -> impl Iterator<Item = &Received> {
        self.received.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Body;

    fn request(path: usize, body: &str) -> Arc<Request> {
        Arc::new(Request {
            path: format!("/{path}"),
            body: Body::from_wire(body.to_owned().into(), None),
            ..Request::default()
        })
    }

    #[test]
    fn the_oldest_requests_make_room() {
        let mut journal = Journal::default();
        for number in 0..KEPT + 3 {
            journal.add(&request(number, ""), None);
        }
        assert_eq!(journal.received().count(), KEPT);
        assert_eq!(journal.received().next().unwrap().request.path, "/3");

        let body = "x".repeat(KEPT_BODIES / 2);
        journal.add(&request(0, &body), Some(7));
        journal.add(&request(1, &body), None);
        journal.add(&request(2, "y"), None);
        let paths: Vec<&str> = journal.received().map(|one| one.request.path.as_str()).collect();
        assert_eq!(paths, ["/1", "/2"]);
    }
}
