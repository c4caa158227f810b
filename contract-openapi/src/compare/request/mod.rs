//! The request of an interaction.

mod body;
mod cookie;
mod header;
mod parameter;
mod query;
mod security;

pub(super) use self::body::{BodyStatus, VALIDATABLE, body_status};
pub(super) use self::header::styled_header;

use super::Code;
use super::judge::Judge;

impl Judge<'_, '_> {
    /// Compares the request: credentials, headers, cookies, query, body.
    pub(super) fn request(&mut self) {
        self.security();
        self.request_headers();
        if self.mends().cookies {
            self.cookies();
        }
        self.query();
        let has_other_type = self
            .findings
            .iter()
            .any(|finding| finding.code == Code::RequestContentTypeIncompatible);
        if !has_other_type {
            self.request_body();
        }
    }
}
