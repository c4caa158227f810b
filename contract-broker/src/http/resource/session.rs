//! Logins in browsers, and tokens that clients get.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, Links, List, Time};
use crate::{
    auth::{Principal, Via},
    http::{address, base_url::BaseUrl},
    store::identity::sessions::Session,
};

/// A login in a browser.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionDocument {
    uuid: String,
    created_at: Time,
    /// To about five minutes.
    last_used_at: Time,
    expires_at: Time,
    /// Where the browser was when it logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// Whether this request came with it.
    current: bool,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sessions {
    sessions: Vec<SessionDocument>,
}

/// Logins in browsers.
pub(crate) type SessionList = List<Sessions>;

impl SessionList {
    pub(crate) fn of(base: &BaseUrl, href: String, who: &Principal, found: &[Session]) -> Self {
        let used = who.account().map(|account| &account.via);
        let document = |session: &Session| {
            let end = base.to(address::END_SESSION, [&session.uuid]);
            SessionDocument {
                uuid: session.uuid.clone(),
                created_at: Time(session.created_at),
                last_used_at: Time(session.used_at),
                expires_at: Time(session.expires_at),
                address: session.address.clone(),
                user_agent: session.user_agent.clone(),
                current: matches!(used, Some(Via::Session(uuid)) if *uuid == session.uuid),
                links: Links::default().with("pf:revoke", Link::to(end).titled("POST to end it")),
            }
        };
        Self {
            embedded: Sessions {
                sessions: found.iter().map(document).collect(),
            },
            links: Links::itself(Link::to(href).titled("Sessions")),
            page: None,
        }
    }
}
