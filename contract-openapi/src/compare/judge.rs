//! Compares one HTTP interaction.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::contract::{HttpMock, Lead};
use super::finding::{ContractSide, JsonText, SpecSide};
use super::route::Route;
use super::{Code, Comparator, Comparison, ContractFile, Finding, Mends};
use crate::description::{Description, Location, Operation, Parameter};
use crate::document::{Documents, Node, Position};
use crate::schema::validate::{Failure, MAX_WORK, Undecided, Validator};
use crate::schema::{Bundle, Direction};
use crate::{Error, ErrorKind};

/// The comparison of one interaction with one operation.
pub(super) struct Judge<'j, 'a> {
    pub(super) comparator: &'j Comparator<'a>,
    pub(super) contract: &'j ContractFile,
    pub(super) mock: &'j HttpMock<'j>,
    pub(super) route: Option<&'j Route>,
    pub(super) findings: Vec<Finding>,
    /// What validations of examples could not decide.
    pub(super) undecided: RefCell<Vec<Undecided>>,
}

/// A place in the contract: the path below the interaction, and the position.
pub(super) struct MockPlace<'v> {
    pub(super) location: String,
    pub(super) at: Position,
    pub(super) value: Option<&'v Node>,
}

/// A place in the description: the path below `[root]`, and the position.
pub(super) struct SpecPlace<'v> {
    pub(super) location: String,
    pub(super) at: Position,
    pub(super) value: Option<&'v Node>,
}

impl<'j, 'a> Judge<'j, 'a> {
    pub(super) fn new(
        comparator: &'j Comparator<'a>,
        contract: &'j ContractFile,
        mock: &'j HttpMock<'j>,
        route: Option<&'j Route>,
    ) -> Self {
        Self {
            comparator,
            contract,
            mock,
            route,
            findings: Vec::new(),
            undecided: RefCell::default(),
        }
    }

    pub(super) fn mends(&self) -> Mends {
        self.comparator.options.mends
    }

    /// Returns the operation, if a route was found.
    pub(super) fn operation(&self) -> Option<&'j Operation<'a>> {
        self.comparator.operations.get(self.route?.operation)
    }

    /// Returns whether the provider should accept the request: one that is expected to be rejected is not
    /// checked.
    pub(super) fn is_valid_request(&self) -> bool {
        self.mock.status < 400
    }

    /// Returns the path of the operation: `[root].paths./users/{id}.get`.
    pub(super) fn operation_location(&self) -> String {
        self.operation()
            .map_or_else(|| "[root].paths".to_owned(), Operation::location)
    }

    /// Returns the operation as a place.
    pub(super) fn operation_place(&self) -> SpecPlace<'static> {
        SpecPlace {
            location: self.operation_location(),
            at: self
                .operation()
                .map_or_else(Position::default, |operation| operation.at),
            value: None,
        }
    }

    /// Returns a place below the operation.
    pub(super) fn below_operation<'v>(
        &self,
        way: &str,
        at: Position,
        value: Option<&'v Node>,
    ) -> SpecPlace<'v> {
        let at = if at.is_known() {
            at
        } else {
            self.operation_place().at
        };
        SpecPlace {
            location: format!("{}.{way}", self.operation_location()),
            at,
            value,
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "a place is made for its finding")]
    pub(super) fn report(
        &mut self,
        code: Code,
        message: impl Into<String>,
        mock: MockPlace<'_>,
        spec: SpecPlace<'_>,
    ) {
        let location = format!("{}.{}", self.mock.lead.way, mock.location);
        let message = message.into();
        if self.mends().told_once && self.is_told(code, &message, &location) {
            return;
        }
        let operation = self.operation();
        let names = if spec.location == "[root].paths" {
            None
        } else {
            operation
        };
        let finding = Finding {
            code,
            level: self.comparator.level(code),
            message,
            contract: Some(ContractSide {
                location,
                value: mock.value.map(|value| JsonText(value.to_json())),
                place: self.contract.documents().place(mock.at),
                ..lead_side(&self.mock.lead, self.mends().provider_states)
            }),
            spec: Some(SpecSide {
                path_method: names.map(|operation| operation.method.to_owned()),
                path_name: names.map(|operation| operation.path.to_owned()),
                value: spec.value.map(|value| JsonText(value.to_json())),
                place: self
                    .comparator
                    .description
                    .and_then(|description| description.documents().place(spec.at)),
                location: spec.location,
            }),
            witness: None,
            causes: Vec::new(),
        };
        self.findings.push(finding);
    }

    /// Returns whether this was reported before: several parts of a schema may find the same.
    fn is_told(&self, code: Code, message: &str, location: &str) -> bool {
        self.findings.iter().any(|finding| {
            let place = finding.contract.as_ref().map(|side| side.location.as_str());
            finding.witness.is_none()
                && finding.code == code
                && finding.message == message
                && place == Some(location)
        })
    }

    /// Reports that there is no description.
    pub(super) fn report_missing_description(&mut self) {
        let message = "No OpenAPI document provided to validate HTTP interaction";
        self.report(Code::RequestSpecMissing, message, self.whole(), root_place());
        if let Some(side) = self
            .findings
            .last_mut()
            .and_then(|finding| finding.contract.as_mut())
        {
            side.location.clone_from(&self.mock.lead.way);
        }
    }

    fn whole(&self) -> MockPlace<'static> {
        MockPlace {
            location: String::new(),
            at: self.mock.lead.at,
            value: None,
        }
    }

    /// Reports that no operation matches.
    pub(super) fn report_unknown_path(&mut self) {
        let mut message = format!(
            "Path or method not defined in spec file: {} {}",
            self.mock.method, self.mock.path
        );
        if self.mends().clear_messages && self.mock.path.contains('?') {
            message.push_str(" (the contract has the query in `path`: it belongs in `query`)");
        }
        let place = self.path_place();
        self.report(
            Code::RequestPathOrMethodUnknown,
            message,
            place,
            paths_place(self.comparator),
        );
    }

    fn path_place(&self) -> MockPlace<'j> {
        MockPlace {
            location: "request.path".to_owned(),
            at: self.mock.path_at,
            value: self.mock.request.get("path"),
        }
    }

    /// Compares what is left after the path.
    ///
    /// # Errors
    ///
    /// A schema of the operation is too complex.
    pub(super) fn rest(
        mut self,
        wanted: &dyn Fn() -> bool,
        comparison: &mut Comparison,
    ) -> Result<(), Error> {
        self.request();
        self.response();
        self.count_undecided(comparison)?;
        self.sets(wanted, comparison);
        comparison.findings.append(&mut self.findings);
        Ok(())
    }

    /// Reports path parameters that violate their schemas: such a path is unknown.
    pub(super) fn path_parameters(&mut self) {
        let (Some(operation), Some(route)) = (self.operation(), self.route) else {
            return;
        };
        for parameter in operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == Some(Location::Path))
        {
            let Some(text) = route.value(parameter.name) else {
                continue;
            };
            let Some((bundle, value)) = self.path_value(parameter, text) else {
                continue;
            };
            for _ in self.failures(&bundle, Some(&value), true) {
                let message = format!(
                    "Path or method not defined in spec file: {} {}",
                    operation.method.to_uppercase(),
                    self.mock.path
                );
                let place = self.path_place();
                self.report(
                    Code::RequestPathOrMethodUnknown,
                    message,
                    place,
                    paths_place(self.comparator),
                );
            }
        }
    }

    /// Returns the schema of a parameter, prepared.
    pub(super) fn parameter_bundle(&self, parameter: &Parameter<'a>) -> Arc<Bundle> {
        match parameter.schema() {
            Some(schema) => self.comparator.bundle(schema, Direction::Sent),
            None => self
                .comparator
                .bundle_of(&parameter.schema_or_self(), Direction::Sent),
        }
    }

    /// Validates a value with a schema.
    pub(super) fn failures(&self, bundle: &Bundle, value: Option<&Node>, coerces: bool) -> Vec<Failure> {
        let validator = Validator {
            bundle,
            patterns: &self.comparator.prepared.patterns,
            dialect: self.comparator.dialect(),
            bounds_int64: self.comparator.options.mends.int64_bounds,
            coerces,
            budget: &Cell::new(MAX_WORK),
        };
        let outcome = validator.outcome(value);
        self.undecided.borrow_mut().extend(outcome.undecided);
        outcome.failures
    }

    /// Counts values for which validation had no verdict.
    ///
    /// # Errors
    ///
    /// A schema of the operation is too complex.
    pub(super) fn count_undecided(&self, comparison: &mut Comparison) -> Result<(), Error> {
        comparison.add_undecided(self.undecided.take(), || {
            let operation = self.operation().map(|operation| {
                let name = format!("{} {}", operation.method.to_ascii_uppercase(), operation.path);
                (name, operation.at)
            });
            let (name, at) = operation.unwrap_or_default();
            too_complex(self.comparator.description.map(Description::documents), &name, at)
        })
    }

    /// Reports violated keywords of a body or a parameter.
    pub(super) fn report_failures(
        &mut self,
        code: Code,
        lead: &str,
        failures: Vec<Failure>,
        mock: &MockPlace<'_>,
        spec: &SpecPlace<'_>,
    ) {
        for failure in failures {
            let place = MockPlace {
                location: format!("{}{}", mock.location, failure.instance_path.replace('/', ".")),
                at: known(failure.instance_at, mock.at),
                value: failure.instance.as_ref(),
            };
            let spec = SpecPlace {
                location: format!("{}.schema.{}", spec.location, spelled(&failure.schema_path)),
                at: known(failure.schema_at, spec.at),
                value: Some(&failure.keyword_value),
            };
            // Members that the provider does not send have such a schema.
            let is_forbidden = failure.schema_path.ends_with("/false schema");
            let message = if is_forbidden && self.mends().clear_messages {
                "no value is allowed here, as its schema is false or writeOnly"
            } else {
                &failure.message
            };
            self.report(code, format!("{lead}: {message}"), place, spec);
        }
    }

    /// Returns the place of the body of the request or the response.
    pub(super) fn body_place<'v>(&self, part: &str, body: Option<&'v Cow<'_, Node>>) -> MockPlace<'v> {
        MockPlace {
            location: format!("{part}.body"),
            at: body.map_or(self.mock.lead.at, |body| body.at),
            value: body.map(AsRef::as_ref),
        }
    }
}

/// Returns the error for a schema whose parts apply to one value too often.
pub(super) fn too_complex(documents: Option<&Documents>, operation: &str, at: Position) -> Error {
    let (name, place) = match documents {
        Some(documents) => (documents.name(at.file), documents.place(at)),
        None => ("", None),
    };
    let text = format!(
        "a schema of {operation} is too complex to compare: its allOf, anyOf, oneOf and references expand to too many \
         schemas. Nest them less"
    );
    Error::at(ErrorKind::Unsupported, name, place, text)
}

/// Returns a position, or another one if it is unknown.
pub(super) fn known(at: Position, otherwise: Position) -> Position {
    if at.is_known() { at } else { otherwise }
}

/// Returns a path to a keyword in the notation of findings: `#/properties/id/type` becomes
/// `properties.id.type`.
pub(super) fn spelled(schema_path: &str) -> String {
    schema_path.replace('/', ".").chars().skip(2).collect()
}

/// Returns the contract's side of a finding for an interaction.
pub(super) fn lead_side(lead: &Lead<'_>, with_states: bool) -> ContractSide {
    let mut states: Vec<&str> = lead.old_state.into_iter().collect();
    if with_states && states.is_empty() {
        states.extend(&lead.states);
    }
    ContractSide {
        interaction: lead.index,
        description: lead.description.map(str::to_owned),
        state: if states.is_empty() {
            "[none]".to_owned()
        } else {
            states.join(", ")
        },
        ..ContractSide::default()
    }
}

fn root_place() -> SpecPlace<'static> {
    SpecPlace {
        location: "[root]".to_owned(),
        at: Position::default(),
        value: None,
    }
}

fn paths_place(comparator: &Comparator<'_>) -> SpecPlace<'static> {
    let paths = comparator
        .description
        .and_then(|description| description.root().get("paths"));
    SpecPlace {
        location: "[root].paths".to_owned(),
        at: paths.map_or_else(Position::default, |paths| paths.at),
        value: None,
    }
}
