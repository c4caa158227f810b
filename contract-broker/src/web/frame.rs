//! The layout of every page.

use super::{assets::FINGERPRINT, links::Links};
use crate::{
    auth::{Caller, Via},
    http::call::Call,
};

/// The sections of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Integrations,
    Pacticipants,
    Matrix,
    Environments,
    Webhooks,
    Accounts,
}

/// Data of the layout.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) links: Links,
    /// The broker's own address, for commands to copy.
    pub(super) base_url: String,
    pub(super) section: Option<Section>,
    pub(super) viewer: Viewer,
}

/// Who looks at a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Viewer {
    /// Nobody known, and nobody logs in here.
    Nobody,
    /// Nobody known, who may log in.
    Stranger,
    /// Somebody who brings credentials with each request.
    Known(String),
    /// Somebody who logged in, and may log out.
    LoggedIn(String),
}

impl Viewer {
    pub(super) fn of(call: &Call) -> Self {
        let name = || call.who.name().to_owned();
        match call.who.caller() {
            Caller::Account(account) if matches!(account.via, Via::Session(_)) => Self::LoggedIn(name()),
            Caller::Account(_) | Caller::Settings => Self::Known(name()),
            _ if call.app().config.has_login() => Self::Stranger,
            _ => Self::Nobody,
        }
    }
}

pub(super) struct Entry {
    pub(super) href: String,
    pub(super) title: &'static str,
    pub(super) current: bool,
}

impl Frame {
    #[expect(clippy::unused_self, reason = "templates call methods of the frame")]
    pub(super) fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    pub(super) fn may_log_out(&self) -> bool {
        matches!(self.viewer, Viewer::LoggedIn(_))
    }

    pub(super) fn may_log_in(&self) -> bool {
        self.viewer == Viewer::Stranger
    }

    /// Who looks at the page; empty if nobody is known.
    pub(super) fn viewer_name(&self) -> &str {
        match &self.viewer {
            Viewer::Known(name) | Viewer::LoggedIn(name) => name,
            Viewer::Stranger | Viewer::Nobody => "",
        }
    }

    pub(super) fn asset(&self, name: &str) -> String {
        format!("{}?v={}", self.links.asset(name), *FINGERPRINT)
    }

    pub(super) fn navigation(&self) -> Vec<Entry> {
        [
            (Section::Integrations, "Integrations", self.links.index()),
            (Section::Pacticipants, "Applications", self.links.pacticipants()),
            (Section::Matrix, "Matrix", self.links.matrix()),
            (Section::Environments, "Environments", self.links.environments()),
            (Section::Webhooks, "Webhooks", self.links.webhooks()),
            (Section::Accounts, "Access", self.links.own_tokens()),
        ]
        .into_iter()
        .map(|(section, title, href)| Entry {
            href,
            title,
            current: self.section == Some(section),
        })
        .collect()
    }
}
