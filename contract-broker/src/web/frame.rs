//! The layout of every page.

use super::{assets::FINGERPRINT, links::Links};

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
