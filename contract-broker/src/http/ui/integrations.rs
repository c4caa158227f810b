//! The first page: who needs what from whom, and whether it was last verified.

use askama::Template;

use super::{Paging, Stamp, Standing, frame::Frame};

/// The page.
#[derive(Debug, Template)]
#[template(path = "integrations.html")]
pub(super) struct IntegrationsPage {
    pub(super) frame: Frame,
    pub(super) rows: Vec<IntegrationRow>,
    pub(super) query: String,
    pub(super) paging: Paging,
}

/// One integration.
#[derive(Debug, Clone)]
pub(super) struct IntegrationRow {
    pub(super) consumer: String,
    pub(super) provider: String,
    pub(super) contract: Option<VersionAt>,
    pub(super) verification: Option<VersionAt>,
    pub(super) standing: Standing,
}

/// A version and when something happened to it.
#[derive(Debug, Clone)]
pub(super) struct VersionAt {
    pub(super) number: String,
    pub(super) branches: Vec<String>,
    pub(super) at: Stamp,
}
