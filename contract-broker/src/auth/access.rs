//! What a request needs, and what an account gives.

use http::Method;

/// What an account may do; a writer may read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// May read.
    Read,
    /// May read and write.
    Write,
}

impl Access {
    /// What a request needs. Asking which contracts to verify is a POST that changes nothing: it counts as reading.
    pub fn needed_for(method: &Method, path: &str) -> Self {
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS => Self::Read,
            Method::POST if asks_for_verification(path) => Self::Read,
            _ => Self::Write,
        }
    }
}

/// `/pacts/provider/{provider}/for-verification`
fn asks_for_verification(path: &str) -> bool {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    matches!(
        segments.as_slice(),
        [
            "pacts",
            "provider",
            _,
            "for-verification" | "for-verification.json"
        ]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_and_writing_are_told_apart() {
        for (method, path, needed) in [
            (Method::GET, "/pacticipants", Access::Read),
            (Method::HEAD, "/", Access::Read),
            (Method::OPTIONS, "/", Access::Read),
            (
                Method::POST,
                "/pacts/provider/a%2Fb/for-verification",
                Access::Read,
            ),
            (
                Method::POST,
                "/pacts/provider/a/b/for-verification",
                Access::Write,
            ),
            (Method::PUT, "/pacts/provider/a/for-verification", Access::Write),
            (Method::POST, "/contracts/publish", Access::Write),
            (Method::DELETE, "/pacticipants/a", Access::Write),
            (Method::from_bytes(b"BREW").expect("a method"), "/", Access::Write),
        ] {
            assert_eq!(Access::needed_for(&method, path), needed, "{method} {path}");
        }
    }
}
