//! The request and response of an interaction, with its operation.

use super::contract::{HttpMock, Mock, read_interactions};
use super::media_type::find_media_type;
use super::{Comparator, ContractFile};
use crate::Error;
use crate::description::{Operation, response_for, scheme};
use crate::document::Node;

/// An interaction and its operation.
pub(crate) struct Exchanged<'x, 'a> {
    pub(crate) operation: &'x Operation<'a>,
    /// The names in the query, as written.
    pub(crate) query_names: Vec<String>,
    /// The names of the request's headers.
    pub(crate) header_names: Vec<String>,
    pub(crate) request_body: Option<&'x Node>,
    pub(crate) status: u16,
    /// The media type of the response, as in the description; empty if there is none.
    pub(crate) media_type: String,
    pub(crate) response_body: Option<&'x Node>,
}

impl Exchanged<'_, '_> {
    /// Returns whether the request has credentials for a security scheme.
    pub(crate) fn has_credentials(&self, name: &str) -> bool {
        let Some(scheme) = scheme(self.operation.description(), name) else {
            return false;
        };
        let text = |member: &str| scheme.get(member).and_then(Node::as_str).unwrap_or("");
        let has_header = |wanted: &str| {
            self.header_names
                .iter()
                .any(|header| header.eq_ignore_ascii_case(wanted))
        };
        match (text("type"), text("in")) {
            ("apiKey", "header") => has_header(text("name")),
            ("apiKey", "query") => self.query_names.iter().any(|other| other == text("name")),
            ("apiKey", _) => has_header("cookie"),
            _ => has_header("authorization"),
        }
    }
}

impl<'a> Comparator<'a> {
    /// Returns the HTTP interactions of a contract that have an operation.
    ///
    /// # Errors
    ///
    /// See [`Comparator::compare`].
    pub(crate) fn exchanges<'x>(
        &'x self,
        contract: &'x ContractFile,
    ) -> Result<Vec<Exchanged<'x, 'a>>, Error> {
        let mocks = read_interactions(contract)?
            .into_iter()
            .filter_map(|mock| match mock {
                Mock::Http(mock) => Some(*mock),
                _ => None,
            });
        Ok(mocks.filter_map(|mock| self.exchanged(&mock)).collect())
    }

    fn exchanged<'x>(&'x self, mock: &HttpMock<'x>) -> Option<Exchanged<'x, 'a>> {
        let operation = self.operation_of(mock)?;
        let names = |node: &Node| node.entries().map(|(name, _)| name.to_owned()).collect();
        let media_type = response_for(operation, mock.status).map_or_else(String::new, |found| {
            let available = operation.response_media_types(found.node);
            let wanted = mock
                .response_headers
                .text("content-type")
                .unwrap_or("application/json");
            find_media_type(wanted, &available).map_or_else(String::new, |index| available[index].to_owned())
        });
        Some(Exchanged {
            operation,
            query_names: mock
                .query_values(true)
                .iter()
                .map(|(name, _)| name.to_owned())
                .collect(),
            header_names: mock.request.get("headers").map(names).unwrap_or_default(),
            request_body: mock.request_content(),
            status: mock.status,
            media_type,
            response_body: mock.response_content(),
        })
    }
}
