//! The audit log.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::key::items;
use crate::broker::hal::{Document, encode};
use crate::broker::{Client, List};
use crate::{Error, ErrorKind};

/// Events of one page: the most that PactFlow answers with.
const PAGE_SIZE: usize = 100;

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditEvent {
    /// Its UUID.
    pub uuid: String,
    /// When it was done (RFC 3339).
    pub timestamp: String,
    /// What was done, such as `team.created`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Everything else, as the broker tells it: who (`actor`), to what (`object`), from where (`payload`), before and after
    /// (`changes`).
    #[serde(flatten)]
    pub details: serde_json::Map<String, Value>,
}

impl AuditEvent {
    /// Returns who did it.
    pub fn actor(&self) -> Option<&str> {
        let name = self.member("actor", "name");
        name.or_else(|| self.details.get("user_email").and_then(Value::as_str))
    }

    /// Returns what it was done to.
    pub fn object(&self) -> Option<&str> {
        self.member("object", "name")
    }

    /// Returns whether it was done: `success`, `denied` or `failure`.
    pub fn outcome(&self) -> Option<&str> {
        self.details.get("outcome").and_then(Value::as_str)
    }

    fn member(&self, of: &str, name: &str) -> Option<&str> {
        self.details.get(of)?.get(name)?.as_str()
    }
}

/// Which events are wanted, and in what order.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// From this date or time (RFC 3339) on.
    pub since: Option<String>,
    /// Done by the account with this UUID.
    pub account: Option<String>,
    /// Of this type, such as `team.created`.
    pub kind: Option<String>,
    /// Whether the newest event comes first.
    pub newest_first: bool,
}

impl AuditQuery {
    fn path(&self, size: usize) -> String {
        let sort = if self.newest_first {
            "-timestamp"
        } else {
            "timestamp"
        };
        let mut path = format!("audit?sort={sort}&pageSize={size}");
        let texts = [
            ("since", &self.since),
            ("userUuid", &self.account),
            ("type", &self.kind),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                // Writing into a `String` cannot fail.
                let _ = write!(path, "&{name}={}", encode(text));
            }
        }
        path
    }
}

impl Client {
    /// Returns events of the audit log, at most `limit`.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`.
    pub async fn audit_events(&self, query: &AuditQuery, limit: usize) -> Result<List<AuditEvent>, Error> {
        let mut found = Vec::new();
        let is_complete = self
            .each_audit_event(query, |event| {
                let has_room = found.len() < limit;
                if has_room {
                    found.push(event);
                }
                Ok(has_room)
            })
            .await?;
        Ok(List {
            items: found,
            is_complete,
        })
    }

    /// Reads events of the audit log page by page, and calls `each` with every one of them until it returns `false`. Returns
    /// whether all were read. One page is in memory at a time.
    ///
    /// # Errors
    ///
    /// `Broker` and `Unreachable`; the errors of `each`.
    pub async fn each_audit_event(
        &self,
        query: &AuditQuery,
        mut each: impl FnMut(AuditEvent) -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        let doing = "reading the audit log";
        let mut next = Some(self.below(&query.path(PAGE_SIZE)));
        while let Some(url) = next.take() {
            let page = self.read(doing, &url).await?;
            let mut is_empty = true;
            for value in items(&page.body, "events") {
                is_empty = false;
                if !each(event(value, &page)?)? {
                    return Ok(false);
                }
            }
            // An empty page ends the list, even if it links to another one.
            next = page
                .optional_link("next")
                .filter(|_| !is_empty)
                .map(str::to_owned);
        }
        Ok(true)
    }
}

fn event(value: &Value, page: &Document) -> Result<AuditEvent, Error> {
    AuditEvent::deserialize(value).map_err(|error| {
        Error::new(
            ErrorKind::Broker,
            format!(
                "the response at {} has an event that cannot be read ({error})",
                page.url
            ),
        )
    })
}
