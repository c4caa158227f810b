//! Plans: expected messages, compiled once and compared with any number of actual ones.

use super::body::BodyPlan;
use super::effort::Effort;
use super::part::{self, HeadersPlan, MetadataPlan, MethodPlan, PathPlan, QueryPlan, StatusPlan};
use super::rule::RecentRules;
use super::{Comparison, Unexpected};
use crate::Error;
use crate::contract::{Message, Request, Response, Specification};
use crate::wire::coding::Codings;

/// A compiled expected request.
///
/// Method, path, query, headers and body are compared with the example or by the contract's rules. Query parameters,
/// object members and XML nodes that the example does not contain are mismatches; additional header fields are allowed.
///
/// ```
/// use contract_core::contract::{Request, Specification};
/// use contract_core::matching::RequestPlan;
///
/// let get = |path: &str| Request { method: "GET".to_owned(), path: path.to_owned(), ..Request::default() };
/// let plan = RequestPlan::compile(&get("/users"), Specification::V4)?;
/// assert!(plan.matches(&get("/users")));
/// assert!(!plan.compare(&get("/orders")).is_match());
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug)]
pub struct RequestPlan {
    pub(super) method: MethodPlan,
    pub(super) path: PathPlan,
    pub(super) query: QueryPlan,
    pub(super) headers: HeadersPlan,
    pub(super) body: BodyPlan,
}

/// A compiled expected response.
///
/// Status, headers and body are compared with the example or by the contract's rules. Anything that the example does
/// not contain is allowed, except additional array elements.
///
/// ```
/// use contract_core::contract::Response;
/// use contract_core::matching::ResponsePlan;
///
/// let plan = ResponsePlan::compile(&Response { status: Some(200), ..Response::default() })?;
/// let actual = Response { status: Some(404), ..Response::default() };
/// assert_eq!(plan.compare(&actual).mismatches()[0].description, "expected 200 but was 404");
/// # Ok::<(), contract_core::Error>(())
/// ```
#[derive(Debug)]
pub struct ResponsePlan {
    status: StatusPlan,
    headers: HeadersPlan,
    body: BodyPlan,
}

/// A compiled expected message.
///
/// Metadata and contents are compared like the headers and body of a response.
#[derive(Debug)]
pub struct MessagePlan {
    metadata: MetadataPlan,
    contents: BodyPlan,
}

impl RequestPlan {
    /// Compiles the expected request with its rules.
    ///
    /// Under version 1 of the specification the query is compared as text, in later versions as parameters.
    ///
    /// # Errors
    ///
    /// `Invalid` or `Malformed` if a rule cannot be compiled (a regular expression, a date pattern, a rule of a
    /// plugin), `MissingFeature` if a rule or a body needs a Cargo feature that this build lacks. The message names
    /// the rule's path.
    pub fn compile(expected: &Request, specification: Specification) -> Result<Self, Error> {
        let effort = Effort::begin();
        let rules = &expected.rules;
        let headers = HeadersPlan::compile(&expected.headers, &rules.headers, &|_| false)?;
        effort.compiled(Self {
            method: MethodPlan::compile(&expected.method, rules.method.as_ref())?,
            path: PathPlan::compile(&expected.path, rules.path.as_ref())?,
            query: QueryPlan::compile(&expected.query, rules, specification)?,
            body: BodyPlan::compile(
                &expected.body,
                expected.headers.first("content-type"),
                headers.rules_over("content-type"),
                Codings::of(&expected.headers),
                &rules.body,
                Unexpected::Refused,
                None,
            )?,
            headers,
        })
    }

    /// Returns whether an actual request matches. Stops at the first part that does not.
    pub fn matches(&self, actual: &Request) -> bool {
        let _effort = Effort::begin();
        let mut out = Vec::new();
        self.method.fits(&actual.method)
            && self.path.fits(&actual.path)
            && {
                self.query.compare(&actual.query, &mut out);
                out.is_empty()
            }
            && {
                self.headers.compare(&actual.headers, &mut out);
                out.is_empty()
            }
            && self.body.fits(&actual.body, actual.headers.first("content-type"))
    }

    /// Compares an actual request with the expected one.
    pub fn compare(&self, actual: &Request) -> Comparison {
        let effort = Effort::begin();
        let mut out = Vec::new();
        self.method.compare(&actual.method, &mut out);
        self.path.compare(&actual.path, &mut out);
        self.query.compare(&actual.query, &mut out);
        self.headers.compare(&actual.headers, &mut out);
        self.body
            .compare(&actual.body, actual.headers.first("content-type"), &mut out);
        Comparison::new(effort.conclude(out))
    }
}

impl ResponsePlan {
    /// Compiles the expected response with its rules.
    ///
    /// # Errors
    ///
    /// See [`RequestPlan::compile`].
    pub fn compile(expected: &Response) -> Result<Self, Error> {
        Self::compile_for("GET", expected)
    }

    /// Like [`compile`](Self::compile), for the response to a request with this method. In a response to `HEAD`,
    /// `Content-Length` is the length of the response to `GET`, so it is compared.
    ///
    /// # Errors
    ///
    /// See [`RequestPlan::compile`].
    pub fn compile_for(method: &str, expected: &Response) -> Result<Self, Error> {
        Self::compile_beside(None, method, expected)
    }

    /// Like [`compile_for`](Self::compile_for), with the compiled rules of other responses, which may be shared.
    ///
    /// # Errors
    ///
    /// See [`RequestPlan::compile`].
    pub(crate) fn compile_beside(
        recent: Option<&RecentRules>,
        method: &str,
        expected: &Response,
    ) -> Result<Self, Error> {
        let effort = Effort::begin();
        let rules = &expected.rules;
        let to_head = method.eq_ignore_ascii_case("HEAD");
        let is_compared = |field: &str| to_head && field.eq_ignore_ascii_case("content-length");
        let headers = HeadersPlan::compile(&expected.headers, &rules.headers, &is_compared)?;
        effort.compiled(Self {
            status: StatusPlan::compile(expected.status, rules.status.as_ref())?,
            body: BodyPlan::compile(
                &expected.body,
                expected.headers.first("content-type"),
                headers.rules_over("content-type"),
                Codings::of(&expected.headers),
                &rules.body,
                Unexpected::Allowed,
                recent,
            )?,
            headers,
        })
    }

    /// Compares an actual response with the expected one.
    pub fn compare(&self, actual: &Response) -> Comparison {
        let effort = Effort::begin();
        let mut out = Vec::new();
        self.status.compare(actual.status, &mut out);
        self.headers.compare(&actual.headers, &mut out);
        self.body
            .compare(&actual.body, actual.headers.first("content-type"), &mut out);
        Comparison::new(effort.conclude(out))
    }
}

impl MessagePlan {
    /// Compiles the expected message with its rules.
    ///
    /// # Errors
    ///
    /// See [`RequestPlan::compile`].
    pub fn compile(expected: &Message) -> Result<Self, Error> {
        let effort = Effort::begin();
        let metadata = MetadataPlan::compile(&expected.metadata, &expected.rules.metadata)?;
        effort.compiled(Self {
            contents: BodyPlan::compile(
                &expected.contents,
                part::content_type(&expected.metadata),
                metadata.rules_over_content_type(),
                Codings::default(),
                &expected.rules.body,
                Unexpected::Allowed,
                None,
            )?,
            metadata,
        })
    }

    /// Compares an actual message with the expected one.
    pub fn compare(&self, actual: &Message) -> Comparison {
        let effort = Effort::begin();
        let mut out = Vec::new();
        let own_type = actual
            .contents
            .content()
            .and_then(|content| content.content_type.as_ref());
        self.metadata.compare(&actual.metadata, own_type, &mut out);
        self.contents
            .compare(&actual.contents, part::content_type(&actual.metadata), &mut out);
        Comparison::new(effort.conclude(out))
    }
}
