//! The request and response of an interaction, with its operation.

use super::contract::{HttpMock, Mock, read_interactions};
use super::media_type::{Parameters, find_media_type};
use super::text::form_fields;
use super::{Comparator, ContractFile, Mends};
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
    /// The names of its cookies.
    pub(crate) cookie_names: Vec<String>,
    /// The names of the fields of its form.
    pub(crate) field_names: Vec<String>,
    pub(crate) request_body: Option<&'x Node>,
    /// The media type of the request, as in the description, if it describes one that fits.
    pub(crate) request_type: Option<&'a str>,
    pub(crate) status: u16,
    /// The media type of the response, as in the description, if it describes one that fits.
    pub(crate) response_type: Option<&'a str>,
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
        let mocks = read_interactions(contract, self.options.mends)?
            .into_iter()
            .filter_map(|mock| match mock {
                Mock::Http(mock) => Some(*mock),
                _ => None,
            });
        Ok(mocks.filter_map(|mock| self.exchanged(&mock)).collect())
    }

    fn exchanged<'x>(&'x self, mock: &HttpMock<'x>) -> Option<Exchanged<'x, 'a>> {
        let operation = self.operation_of(mock)?;
        let header_names = |node: &Node| node.entries().map(|(name, _)| name.to_owned()).collect();
        let names = |schemas: Vec<(&'a str, Option<&'a Node>)>| -> Vec<&'a str> {
            schemas.into_iter().map(|(name, _)| name).collect()
        };
        let mends = self.options.mends;
        let response_type = response_for(operation, mock.status).and_then(|found| {
            let available = names(operation.response_schemas(found.node));
            let described = described_response_type(mock, &available, mends);
            let says_none = mock.response_type().is_none();
            described.or(available.first().copied().filter(|_| says_none))
        });
        Some(Exchanged {
            operation,
            query_names: mock
                .query_values(true)
                .iter()
                .map(|(name, _)| name.to_owned())
                .collect(),
            header_names: mock.request.get("headers").map(header_names).unwrap_or_default(),
            cookie_names: cookie_names(mock),
            field_names: field_names(mock),
            request_body: mock.request_content(),
            request_type: described_request_type(
                mock,
                &names(operation.request_schemas()),
                mends.parameters(),
            ),
            status: mock.status,
            response_type,
            response_body: mock.response_content(),
        })
    }
}

/// Returns which of the media types of the description the request has, by its `Content-Type`; JSON without one. `None` if none
/// fits.
pub(super) fn described_request_type<'a>(
    mock: &HttpMock<'_>,
    available: &[&'a str],
    parameters: Parameters,
) -> Option<&'a str> {
    let wanted = mock.request_type().unwrap_or("application/json");
    find_media_type(wanted, available, parameters).map(|index| available[index])
}

/// Returns which of the media types of the description the response has: by its `Content-Type`, otherwise by what the request
/// accepts; JSON without both. `None` if none fits.
pub(super) fn described_response_type<'a>(
    mock: &HttpMock<'_>,
    available: &[&'a str],
    mends: Mends,
) -> Option<&'a str> {
    let expected = mock.response_type().filter(|_| mends.response_content_type);
    let accept = mock.request_headers.text("accept");
    let mut wanted = [expected, accept]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty());
    let wanted = wanted.next().unwrap_or("application/json");
    find_media_type(wanted, available, mends.parameters()).map(|index| available[index])
}

fn cookie_names(mock: &HttpMock<'_>) -> Vec<String> {
    let header = mock.request_headers.text("cookie").unwrap_or_default();
    let pairs = header.split([';', ',']).filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, _)| name.trim().to_owned()).collect()
}

/// Returns the names of the fields of a form; none of another body.
fn field_names(mock: &HttpMock<'_>) -> Vec<String> {
    let text = mock.request_body.as_deref().and_then(Node::as_str);
    let content_type = mock.request_type().unwrap_or_default();
    let Some(fields) = text.and_then(|text| form_fields(text, content_type)) else {
        return Vec::new();
    };
    fields.iter().map(|(name, _)| name.to_owned()).collect()
}
