//! The comparator.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::contract::{About, HttpMock, Mock, read_interactions};
use super::judge::Judge;
use super::message::{compare_exchange, compare_message};
use super::prepared::{Prepared, SchemaKey};
use super::route::Route;
use super::sets::Declared;
use super::{AsyncDescription, Code, CompareOptions, ContractFile, Finding, Level};
use crate::Error;
use crate::description::{Description, Operation};
use crate::document::Node;
use crate::schema::validate::{Dialect, Undecided};
use crate::schema::{Bundle, Direction, as_declared, sent_or_received};

/// Compares contracts with one description. It can be used for any number of contracts and by several threads; schemas
/// are prepared once.
///
/// ```
/// use contract_openapi::{Comparator, CompareOptions, ContractFile, Description};
///
/// let description = Description::from_text("openapi.yaml", "
/// openapi: 3.0.3
/// paths:
///   /users/{id}:
///     get:
///       parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
///       responses:
///         200: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
/// ")?;
/// let contract = ContractFile::from_text("web-users.json", r#"{
///   "consumer": {"name": "web"}, "provider": {"name": "users"},
///   "interactions": [{
///     "description": "a user",
///     "request": {"method": "GET", "path": "/users/7"},
///     "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"nmae": "Ada"}}
///   }]
/// }"#)?;
/// let comparison = Comparator::new(&description, CompareOptions::default())?.compare(&contract)?;
/// assert!(!comparison.is_compatible());
/// assert_eq!(comparison.findings[0].message, "Response body is incompatible with the response body schema in the spec \
///     file: must NOT have additional properties - nmae");
/// # Ok::<(), contract_openapi::Error>(())
/// ```
#[derive(Debug)]
pub struct Comparator<'a> {
    pub(super) description: Option<&'a Description>,
    pub(super) messages: Option<&'a AsyncDescription>,
    pub(super) options: CompareOptions,
    pub(super) operations: Vec<Operation<'a>>,
    pub(super) prepared: Arc<Prepared>,
}

/// The result of comparing one contract.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The findings in the order of the interactions.
    pub findings: Vec<Finding>,
    /// Number of compared interactions.
    pub interactions: usize,
    /// Number of bodies for which it is unknown whether all values allowed by one side match the other, and of values of the
    /// contract for which it is unknown whether the description allows them.
    pub unknown: usize,
    /// Their number by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub unknown_reasons: BTreeMap<String, usize>,
}

impl Comparison {
    /// Counts something that is unknown.
    pub(super) fn add_unknown(&mut self, reason: &str) {
        self.unknown += 1;
        *self.unknown_reasons.entry(reason.to_owned()).or_default() += 1;
    }

    /// Counts values for which validation had no verdict.
    ///
    /// # Errors
    ///
    /// `too_complex`, if that is the reason.
    pub(super) fn add_undecided(
        &mut self,
        undecided: Vec<Undecided>,
        too_complex: impl Fn() -> Error,
    ) -> Result<(), Error> {
        for reason in undecided {
            if reason == Undecided::Budget {
                return Err(too_complex());
            }
            self.add_unknown(reason.name());
        }
        Ok(())
    }

    /// Returns whether no finding is an error.
    pub fn is_compatible(&self) -> bool {
        self.count(Level::Error) == 0
    }

    /// Returns the number of findings of this level.
    pub fn count(&self, level: Level) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    }
}

impl<'a> Comparator<'a> {
    /// Prepares the comparison with a description.
    ///
    /// # Errors
    ///
    /// A reference of the description leads nowhere; or, without
    /// [`Mends::equivalent_templates`](super::Mends::equivalent_templates), two templates differ only in parameter names.
    pub fn new(description: &'a Description, options: CompareOptions) -> Result<Self, Error> {
        Self::with(Some(description), None, options)
    }

    /// Prepares the comparison of HTTP interactions with a description and of messages with an AsyncAPI document. If
    /// one of them is missing, its kind of interactions is skipped; if both are, each interaction is a finding.
    ///
    /// # Errors
    ///
    /// See [`Comparator::new`].
    pub fn with(
        description: Option<&'a Description>,
        messages: Option<&'a AsyncDescription>,
        options: CompareOptions,
    ) -> Result<Self, Error> {
        let documents = description
            .map(Description::documents)
            .into_iter()
            .chain(messages.map(AsyncDescription::documents));
        for documents in documents.filter(|_| options.mends.whole_references) {
            documents.check_references()?;
        }
        let operations = description.map(Description::operations).unwrap_or_default();
        let prepared = Prepared::of(description, &operations, options)?;
        Ok(Self {
            description,
            messages,
            options,
            operations,
            prepared: Arc::new(prepared),
        })
    }

    /// Returns a comparator with what another one has prepared of the same description with the same options.
    pub(super) fn again(
        description: &'a Description,
        options: CompareOptions,
        prepared: Arc<Prepared>,
    ) -> Self {
        Self {
            description: Some(description),
            messages: None,
            options,
            operations: description.operations(),
            prepared,
        }
    }

    /// Compares a contract.
    ///
    /// # Errors
    ///
    /// The file is not a valid contract: an HTTP interaction lacks method, path or status. Or schemas of the description apply
    /// to one value more than two million times.
    pub fn compare(&self, contract: &ContractFile) -> Result<Comparison, Error> {
        let compared = self.compare_while(contract, &|| true)?;
        Ok(compared.unwrap_or_default())
    }

    /// Compares a contract as long as `wanted` returns true, which is called before each interaction and each value that is
    /// tried; `None` if the comparison was cancelled.
    ///
    /// # Errors
    ///
    /// See [`Comparator::compare`].
    ///
    /// ```
    /// use contract_openapi::{Comparator, CompareOptions, ContractFile, Description};
    ///
    /// let description = Description::from_text("openapi.yaml", "openapi: 3.1.0\npaths: {}")?;
    /// let contract = ContractFile::from_text("web.json", r#"{"interactions": [
    ///   {"description": "a", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}}
    /// ]}"#)?;
    /// let comparator = Comparator::new(&description, CompareOptions::default())?;
    /// assert!(comparator.compare_while(&contract, &|| false)?.is_none());
    /// # Ok::<(), contract_openapi::Error>(())
    /// ```
    pub fn compare_while(
        &self,
        contract: &ContractFile,
        wanted: &dyn Fn() -> bool,
    ) -> Result<Option<Comparison>, Error> {
        let mut comparison = Comparison::default();
        for mock in read_interactions(contract, self.options.mends)? {
            if !wanted() {
                return Ok(None);
            }
            match mock {
                Mock::Http(mock) if self.description.is_some() || self.messages.is_none() => {
                    comparison.interactions += 1;
                    self.compare_http(contract, &mock, wanted, &mut comparison)?;
                }
                // The widely used comparator does not read messages of version 3.
                Mock::Message(mock)
                    if matches!(mock.about, About::Any) && !self.options.mends.message_contracts => {}
                Mock::Message(mock) if self.messages.is_some() || self.description.is_none() => {
                    comparison.interactions += 1;
                    compare_message(self, contract, &mock, &mut comparison)?;
                }
                Mock::Exchange(mock) if self.messages.is_some() || self.description.is_none() => {
                    comparison.interactions += 1;
                    compare_exchange(self, contract, &mock, &mut comparison)?;
                }
                _ => {}
            }
        }
        Ok(wanted().then_some(comparison))
    }

    fn compare_http(
        &self,
        contract: &ContractFile,
        mock: &HttpMock<'_>,
        wanted: &dyn Fn() -> bool,
        comparison: &mut Comparison,
    ) -> Result<(), Error> {
        let routes = self.routes(mock);
        if self.description.is_none() {
            let mut judge = Judge::new(self, contract, mock, None);
            judge.report_missing_description();
            comparison.findings.append(&mut judge.findings);
            return Ok(());
        }
        let mut first_failure: Option<Vec<Finding>> = None;
        let tried = if self.options.mends.equivalent_templates {
            routes.len()
        } else {
            routes.len().min(1)
        };
        for route in &routes[..tried] {
            let mut judge = Judge::new(self, contract, mock, Some(route));
            judge.path_parameters();
            if judge.findings.is_empty() {
                return judge.rest(wanted, comparison);
            }
            judge.count_undecided(comparison)?;
            first_failure.get_or_insert(judge.findings);
        }
        if let Some(route) = routes.first() {
            let judge = Judge::new(self, contract, mock, Some(route));
            if self.options.mends.rejected_paths && !judge.is_valid_request() {
                return judge.rest(wanted, comparison);
            }
        }
        let mut findings = first_failure.unwrap_or_else(|| {
            let mut judge = Judge::new(self, contract, mock, None);
            judge.report_unknown_path();
            judge.findings
        });
        comparison.findings.append(&mut findings);
        Ok(())
    }

    /// Returns the distinct operations of the interactions in a contract.
    ///
    /// # Errors
    ///
    /// See [`Comparator::compare`].
    pub fn operations_of(&self, contract: &ContractFile) -> Result<Vec<&Operation<'a>>, Error> {
        let mut used: Vec<usize> = Vec::new();
        for mock in read_interactions(contract, self.options.mends)? {
            if let Mock::Http(mock) = mock {
                used.extend(self.routes(&mock).first().map(|route| route.operation));
            }
        }
        used.sort_unstable();
        used.dedup();
        Ok(used
            .into_iter()
            .filter_map(|index| self.operations.get(index))
            .collect())
    }

    /// Returns the operation of an interaction.
    pub(super) fn operation_of(&self, mock: &HttpMock<'_>) -> Option<&Operation<'a>> {
        let route = self.routes(mock).into_iter().next()?;
        self.operations.get(route.operation)
    }

    /// Returns the possible operations of a request.
    fn routes(&self, mock: &HttpMock<'_>) -> Vec<Route> {
        let mut path = if mock.path.starts_with('/') {
            mock.path.to_owned()
        } else {
            format!("/{}", mock.path)
        };
        if path.contains('?') {
            return Vec::new();
        }
        if self.prepared.quirks.no_percent_encoding {
            path = path.replace('%', "%25");
        }
        self.prepared.router.find(mock.method, &path)
    }

    /// Returns the dialect of JSON Schema.
    pub(super) fn dialect(&self) -> Dialect {
        if self.options.mends.prefix_items {
            Dialect::Draft202012
        } else {
            Dialect::Draft201909
        }
    }

    /// Returns a prepared schema of the description; each is prepared once.
    pub(super) fn bundle(&self, schema: &'a Node, direction: Direction) -> Arc<Bundle> {
        let key = SchemaKey::of(schema, direction);
        self.prepared
            .bundles
            .get_or_make(key, || self.bundle_of(schema, direction))
    }

    /// Returns a schema of the description as declared.
    pub(super) fn declared(&self, schema: &'a Node, direction: Direction) -> Arc<Declared> {
        let key = SchemaKey::of(schema, direction);
        self.prepared.declared.get_or_make(key, || {
            let bundle = match self.description {
                Some(description) => as_declared(description.documents(), schema, direction),
                None => Bundle::of(schema.clone()),
            };
            Arc::new(Declared::new(bundle))
        })
    }

    /// Returns a prepared schema that is not shared.
    pub(super) fn bundle_of(&self, schema: &Node, direction: Direction) -> Arc<Bundle> {
        let rules = self.options.mends.schema_rules();
        Arc::new(match self.description {
            Some(description) => sent_or_received(description.documents(), schema, direction, rules),
            None => Bundle::of(schema.clone()),
        })
    }

    /// Returns the level of a code under these options.
    pub(super) fn level(&self, code: Code) -> Level {
        let is_of_sets = matches!(
            code,
            Code::ResponseBodyMayBeAbsent
                | Code::ResponseBodyMayBeNull
                | Code::ResponseBodyMayBeEmpty
                | Code::ResponseBodyValueNotHandled
        );
        if is_of_sets && self.options.strict {
            Level::Error
        } else {
            code.level()
        }
    }
}
