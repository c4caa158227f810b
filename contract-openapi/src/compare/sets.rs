//! Compares all values that the description allows with all that the contract accepts.

use std::cell::RefCell;
use std::sync::OnceLock;

use contract_core::contract::{Body, Content, Data, HttpInteraction, Request, Response};
use contract_core::generate::{self, Context, Mode};
use contract_core::json;
use contract_core::matching::{Comparison as Matching, RequestPlan, ResponsePlan};

use super::finding::{JsonText, Witness};
use super::judge::{Judge, MockPlace};
use super::media_type::{find_media_type, fits};
use super::{Code, Comparison, ContractFile};
use crate::description::response_for;
use crate::document::Node;
use crate::schema::{Bundle, Direction};
use crate::sets::{Answer, EditKind, Effort, Oracle, Refutation, Second, permitted, survey};

/// A schema as declared, and a second validator for it.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) bundle: Bundle,
    /// Whether all validators understand the schema alike.
    is_elementary: bool,
    /// Whether a `$dynamicRef` could lead to several schemas: none of them is looked at.
    has_dynamic_references: bool,
    second: OnceLock<Option<jsonschema::Validator>>,
}

impl Declared {
    pub(super) fn new(bundle: Bundle) -> Self {
        Self {
            is_elementary: bundle.is_elementary(),
            has_dynamic_references: bundle.has_keyword("$dynamicRef"),
            bundle,
            second: OnceLock::new(),
        }
    }

    fn second(&self) -> Second<'_> {
        if self.is_elementary {
            return Second::Unneeded;
        }
        let made = self.second.get_or_init(|| {
            if !self.bundle.is_tractable() {
                return None;
            }
            jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(true)
                .offline()
                .build(&self.bundle.to_json_schema())
                .ok()
        });
        made.as_ref().map_or(Second::Unsupported, Second::Asked)
    }
}

/// Why nothing is known of a schema with `$dynamicRef`.
const DYNAMIC: &str = "dynamic-reference";

/// Number of values generated with the contract's generators.
const GENERATED: u64 = 8;

impl<'j> Judge<'j, '_> {
    /// Compares sets of values, if the examples match.
    pub(super) fn sets(&mut self, wanted: &dyn Fn() -> bool, comparison: &mut Comparison) {
        if !self.comparator.options.sets {
            return;
        }
        let has = |code: Code| self.findings.iter().any(|finding| finding.code == code);
        let (request_fits, response_fits) = (
            !has(Code::RequestBodyIncompatible),
            !has(Code::ResponseBodyIncompatible),
        );
        let Some(interaction) = self.interaction() else {
            return;
        };
        let of_request = (request_fits && self.is_valid_request())
            .then(|| self.request_sets(interaction, wanted))
            .flatten();
        let of_response = response_fits
            .then(|| self.response_sets(interaction, wanted))
            .flatten();
        for reason in [of_request, of_response].into_iter().flatten() {
            comparison.add_unknown(reason);
        }
    }

    /// Returns the interaction in the model of `contract-core`.
    fn interaction(&self) -> Option<&'j HttpInteraction> {
        let contract: &'j ContractFile = self.contract;
        let contract = contract.contract()?;
        let interaction = contract.interactions.get(self.mock.lead.index)?;
        let is_same = self
            .mock
            .lead
            .description
            .is_none_or(|description| description == interaction.description);
        interaction.as_http().filter(|_| is_same)
    }

    /// Reports responses of the description that do not match the contract. Returns the reason if this is unknown.
    fn response_sets(
        &mut self,
        interaction: &HttpInteraction,
        wanted: &dyn Fn() -> bool,
    ) -> Option<&'static str> {
        let operation = self.operation()?;
        let found = response_for(operation, self.mock.status)?;
        let chosen = self.chosen_schema(operation, &found);
        let example = self.mock.response_body.as_deref()?;
        let Some(schema) = chosen
            .schema
            .filter(|_| fits("application/json", &chosen.media_type))
        else {
            return Some("no-json");
        };
        let expected = &interaction.response;
        if !is_json(&expected.body) {
            return Some("no-json");
        }
        let Ok(plan) = ResponsePlan::compile_for(self.mock.method, expected) else {
            return Some("no-json");
        };
        let declared = self.comparator.declared(schema, Direction::Received);
        if declared.has_dynamic_references {
            return Some(DYNAMIC);
        }
        let actual = RefCell::new(Response {
            status: expected.status,
            headers: expected.headers.clone(),
            body: expected.body.clone(),
            ..Response::default()
        });
        let refuses = |value: &mut json::Value| {
            let mut actual = actual.borrow_mut();
            swap_json(&mut actual.body, value);
            let refusal = refusal(plan.compare(&actual));
            swap_json(&mut actual.body, value);
            refusal
        };
        let second = || declared.second();
        let oracle = self.oracle(&declared, &second, &refuses, wanted);
        let survey = survey(
            &declared.bundle,
            &self.comparator.prepared.patterns,
            example,
            &expected.rules.body,
        );
        let answer = oracle.not_handled(&survey);
        let way = format!("responses.{}.content.{}", self.mock.status, chosen.media_type);
        match answer {
            Answer::Contained => None,
            Answer::Unknown(reason) => Some(reason),
            Answer::NotContained(refutations) => {
                for refutation in refutations {
                    let (code, text) = match refutation.kind {
                        EditKind::Absent => (Code::ResponseBodyMayBeAbsent, "may leave it out"),
                        EditKind::Null => (Code::ResponseBodyMayBeNull, "may send null"),
                        EditKind::Empty => (Code::ResponseBodyMayBeEmpty, "may send an empty array"),
                        EditKind::Value => (Code::ResponseBodyValueNotHandled, "may send another value"),
                    };
                    let message = format!(
                        "The provider {text}, which the contract does not accept: {}",
                        refutation.refused
                    );
                    self.report_refutation(code, message, "response", &way, schema, refutation);
                }
                None
            }
        }
    }

    fn oracle<'o>(
        &'o self,
        declared: &'o Declared,
        second: &'o dyn Fn() -> Second<'o>,
        refuses: &'o dyn Fn(&mut json::Value) -> Option<String>,
        wanted: &'o dyn Fn() -> bool,
    ) -> Oracle<'o> {
        Oracle {
            bundle: &declared.bundle,
            patterns: &self.comparator.prepared.patterns,
            second,
            refuses,
            wanted,
            effort: Effort::new(),
        }
    }

    /// Reports requests that the description rejects although the consumer may send them, or the contract's
    /// rules accept them. Returns the reason if that is unknown because of the description.
    fn request_sets(
        &mut self,
        interaction: &HttpInteraction,
        wanted: &dyn Fn() -> bool,
    ) -> Option<&'static str> {
        let operation = self.operation()?;
        let expected = &interaction.request;
        // Without rules and generators the consumer sends the example alone.
        if expected.rules.body.is_empty() && expected.generators.body.is_empty() {
            return None;
        }
        let example = self.mock.request_body.as_deref()?;
        let media_type = self.mock.request_type().unwrap_or("application/json").to_owned();
        if !fits("application/json", &media_type) || !is_json(&expected.body) {
            return Some("no-json");
        }
        let schemas = operation.request_schemas();
        let names: Vec<&str> = schemas.iter().map(|(name, _)| *name).collect();
        let index = find_media_type(&media_type, &names, self.mends().parameters())?;
        let schema = schemas[index].1?;
        let specification = self.contract.contract().map(|contract| contract.specification)?;
        let Ok(plan) = RequestPlan::compile(expected, specification) else {
            return Some("no-json");
        };
        let declared = self.comparator.declared(schema, Direction::Sent);
        if declared.has_dynamic_references {
            return Some(DYNAMIC);
        }
        let actual = RefCell::new(expected.clone());
        let refuses = |value: &mut json::Value| {
            let mut actual = actual.borrow_mut();
            swap_json(&mut actual.body, value);
            let refusal = refusal(plan.compare(&actual));
            swap_json(&mut actual.body, value);
            refusal
        };
        let second = || declared.second();
        let oracle = self.oracle(&declared, &second, &refuses, wanted);
        let outside = generated(expected).iter().find_map(|value| oracle.outside(value));
        let permitted = permitted(
            &declared.bundle,
            &self.comparator.prepared.patterns,
            example,
            &expected.rules.body,
        );
        let (laxer, unknown) = match oracle.laxer(example, &permitted) {
            Answer::Contained => (Vec::new(), None),
            Answer::NotContained(refutations) => (refutations, None),
            Answer::Unknown(reason) => (Vec::new(), Some(reason)),
        };
        let way = format!("requestBody.content.{media_type}");
        if let Some(refutation) = outside {
            let message = format!(
                "The contract's generators make a value that the provider does not accept: {}",
                refutation.refused
            );
            self.report_refutation(
                Code::RequestBodyValueOutsideSpec,
                message,
                "request",
                &way,
                schema,
                refutation,
            );
        }
        for refutation in laxer {
            let message = format!(
                "The contract's rules accept a request that the provider does not accept: {}",
                refutation.refused
            );
            self.report_refutation(
                Code::RequestBodyLaxerThanSpec,
                message,
                "request",
                &way,
                schema,
                refutation,
            );
        }
        unknown
    }

    fn report_refutation(
        &mut self,
        code: Code,
        message: String,
        part: &str,
        way: &str,
        schema: &Node,
        refutation: Refutation,
    ) {
        let body = match part {
            "request" => self.mock.request_body.as_deref(),
            _ => self.mock.response_body.as_deref(),
        };
        let tokens: Vec<String> = refutation
            .path
            .split('/')
            .skip(1)
            .map(|token| crate::document::unescape(token).into_owned())
            .collect();
        let place = body
            .and_then(|body| body.descend(tokens.iter().map(String::as_str)))
            .or(body);
        let mock = MockPlace {
            location: format!("{part}.body{}", refutation.path.replace('/', ".")),
            at: place.map_or(self.mock.lead.at, |place| place.at),
            value: place,
        };
        let spec = self.below_operation(&format!("{way}.schema"), schema.at, None);
        self.report(code, message, mock, spec);
        if let Some(finding) = self.findings.last_mut() {
            finding.witness = Some(Witness {
                value: JsonText(refutation.value),
                path: refutation.path,
                refused: refutation.refused,
            });
        }
    }
}

fn is_json(body: &Body) -> bool {
    body.content()
        .is_some_and(|content| matches!(content.data, Data::Json(_)))
}

/// Exchanges the value of a JSON body with another one.
fn swap_json(body: &mut Body, value: &mut json::Value) {
    if let Body::Present(Content {
        data: Data::Json(present),
        ..
    }) = body
    {
        std::mem::swap(present, value);
    }
}

/// Returns why a comparison rejects a body; `None` if it does not.
fn refusal(matching: Matching) -> Option<String> {
    let mismatch = matching.into_mismatches().into_iter().next()?;
    let way = if mismatch.path.is_empty() {
        String::new()
    } else {
        format!("{}: ", mismatch.path)
    };
    Some(format!("{way}{}", mismatch.description))
}

/// Returns bodies from the contract's generators. Values from provider states are those of the example.
fn generated(expected: &Request) -> Vec<Node> {
    if expected.generators.body.is_empty() {
        return Vec::new();
    }
    let mut now = Context::consumer().with_now(jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC));
    now.mode = Mode::Provider;
    (0..GENERATED)
        .filter_map(|seed| generate::request(expected, &now.clone().with_seed(seed)).ok())
        .filter_map(
            |request| match request.body.content().map(|content| &content.data) {
                Some(Data::Json(value)) => Some(Node::from_json(value)),
                _ => None,
            },
        )
        .collect()
}
