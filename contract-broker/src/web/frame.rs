//! The layout of every page.

use super::{assets::FINGERPRINT, links::Links};
use crate::{
    auth::{Caller, Principal, Via},
    domain::access::{Right, Tie},
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
    pub(super) reach: Reach,
}

/// What whoever looks at a page may open: nothing else is linked to.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each of them opens pages of its own"
)]
pub(super) struct Reach {
    pub(super) contracts: bool,
    pub(super) environments: bool,
    pub(super) accounts: bool,
    pub(super) teams: bool,
    pub(super) roles: bool,
    pub(super) audit: bool,
}

impl Reach {
    pub(super) fn of(who: &Principal) -> Self {
        let may = |right| who.may(right, Tie::ANY);
        Self {
            contracts: may(Right::ContractRead),
            environments: may(Right::ContractRead) && may(Right::EnvironmentRead),
            accounts: may(Right::UserRead) || may(Right::SystemAccountRead),
            teams: may(Right::TeamRead),
            roles: may(Right::RoleRead),
            audit: may(Right::AuditRead),
        }
    }
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
        match Self::known(&call.who) {
            Self::Nobody if call.app().config.has_login() => Self::Stranger,
            viewer => viewer,
        }
    }

    /// As far as it is known without the settings.
    pub(super) fn known(who: &Principal) -> Self {
        let name = || who.name().to_owned();
        match who.caller() {
            Caller::Account(account) if matches!(account.via, Via::Session(_)) => Self::LoggedIn(name()),
            Caller::Account(_) | Caller::Settings => Self::Known(name()),
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
        let Reach {
            contracts,
            environments,
            ..
        } = self.reach;
        [
            (
                contracts,
                Section::Integrations,
                "Integrations",
                self.links.index(),
            ),
            (
                contracts,
                Section::Pacticipants,
                "Applications",
                self.links.pacticipants(),
            ),
            (contracts, Section::Matrix, "Matrix", self.links.matrix()),
            (
                environments,
                Section::Environments,
                "Environments",
                self.links.environments(),
            ),
            (contracts, Section::Webhooks, "Webhooks", self.links.webhooks()),
            (true, Section::Accounts, "Access", self.links.own_tokens()),
        ]
        .into_iter()
        .filter(|(reached, ..)| *reached)
        .map(|(_, section, title, href)| Entry {
            href,
            title,
            current: self.section == Some(section),
        })
        .collect()
    }

    /// The pages about who may do what.
    pub(super) fn access_pages(&self, current: &str) -> Vec<Entry> {
        let Reach {
            accounts,
            teams,
            roles,
            audit,
            ..
        } = self.reach;
        [
            (accounts, "Accounts", self.links.accounts()),
            (teams, "Teams", self.links.teams()),
            (roles, "Roles", self.links.roles()),
            (true, "My tokens", self.links.own_tokens()),
            (true, "My sessions", self.links.own_sessions()),
            (audit, "Audit log", self.links.audit()),
        ]
        .into_iter()
        .filter(|(reached, ..)| *reached)
        .map(|(_, title, href)| Entry {
            href,
            title,
            current: title == current,
        })
        .collect()
    }
}
