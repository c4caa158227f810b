//! The response of an interaction.

mod body;
mod header;

use super::Code;
use super::judge::Judge;

impl Judge<'_, '_> {
    /// Compares the response: headers, status, body.
    pub(super) fn response(&mut self) {
        self.response_headers();
        let has_other_type = self
            .findings
            .iter()
            .any(|finding| finding.code == Code::ResponseContentTypeIncompatible);
        if !has_other_type {
            self.response_body();
        }
    }
}
