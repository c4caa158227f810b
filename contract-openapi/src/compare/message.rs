//! Messages and the operations of an AsyncAPI document.

use std::cell::{Cell, RefCell};

use super::async_description::{AsyncDescription, Candidate};
use super::contract::{About, Exchange, Lead, MessageMock, MessageSide};
use super::finding::{ContractSide, Finding, JsonText, SpecSide};
use super::judge::{known, lead_side, spelled, too_complex};
use super::request::{BodyStatus, VALIDATABLE, body_status};
use super::{Code, Comparator, Comparison, ContractFile, Level};
use crate::Error;
use crate::document::{Node, Position};
use crate::schema::validate::{MAX_WORK, Undecided, Validator};
use crate::schema::{SchemaRules, partial, received};

/// One side of a message interaction.
struct Side<'s> {
    comparator: &'s Comparator<'s>,
    contract: &'s ContractFile,
    lead: &'s Lead<'s>,
    document: &'s AsyncDescription,
    /// Whether the consumer receives the message.
    is_received: bool,
    payload_way: String,
    metadata_way: String,
    /// Whether only the nearest candidate is told if none matches: there may be many.
    tells_nearest: bool,
    /// What validations could not decide.
    undecided: RefCell<Vec<Undecided>>,
}

/// Compares an interaction with one message.
pub(super) fn compare_message(
    comparator: &Comparator<'_>,
    contract: &ContractFile,
    mock: &MessageMock<'_>,
    comparison: &mut Comparison,
) -> Result<(), Error> {
    let reporter = Reporter {
        comparator,
        contract,
        lead: &mock.lead,
    };
    let findings = &mut comparison.findings;
    let found = match mock.about {
        About::Reference(reference) => {
            reporter
                .operation(reference, "async", findings)
                .map(|(document, id)| {
                    let way = format!("[root].operations.{id}.messages");
                    let list = document.operation(id).and_then(|node| node.get("messages"));
                    Candidates {
                        document,
                        operation: id,
                        messages: document.messages(list, &way),
                        way,
                    }
                })
        }
        About::Any => reporter.document("async", findings).map(|document| Candidates {
            document,
            operation: "its messages",
            messages: document.all_messages(),
            way: "[root].operations".to_owned(),
        }),
    };
    let Some(candidates) = found else {
        return Ok(());
    };
    let contents = match mock.about {
        About::Reference(_) => "contents.content",
        About::Any => "contents",
    };
    let way = &mock.lead.way;
    let side = Side {
        comparator,
        contract,
        lead: &mock.lead,
        document: candidates.document,
        is_received: true,
        payload_way: format!("{way}.{contents}"),
        metadata_way: format!("{way}.metadata"),
        tells_nearest: matches!(mock.about, About::Any),
        undecided: RefCell::default(),
    };
    let no_match = reporter.side(way.clone(), mock.lead.at, mock.lead.description);
    side.compare(
        &mock.message,
        &candidates.messages,
        &candidates.way,
        no_match,
        &mut comparison.findings,
    );
    side.count_undecided(comparison, candidates.operation)
}

/// The messages of a document that a message of a contract may be.
struct Candidates<'c> {
    document: &'c AsyncDescription,
    /// The operation, for errors.
    operation: &'c str,
    messages: Vec<Candidate<'c>>,
    way: String,
}

/// Compares an interaction with a request message and responses.
pub(super) fn compare_exchange(
    comparator: &Comparator<'_>,
    contract: &ContractFile,
    mock: &Exchange<'_>,
    comparison: &mut Comparison,
) -> Result<(), Error> {
    let reporter = Reporter {
        comparator,
        contract,
        lead: &mock.lead,
    };
    let findings = &mut comparison.findings;
    let Some((document, id)) = reporter.operation(mock.reference, "sync", findings) else {
        return Ok(());
    };
    let root = &mock.lead.way;
    let no_match = || {
        reporter.side(
            format!("{root}.comments.references.AsyncAPI.operationId"),
            mock.lead.at,
            Some(id),
        )
    };
    let mut side = Side {
        comparator,
        contract,
        lead: &mock.lead,
        document,
        is_received: false,
        payload_way: format!("{root}.request.contents.content"),
        metadata_way: format!("{root}.request.metadata"),
        tells_nearest: false,
        undecided: RefCell::default(),
    };
    let operation = document.operation(id);
    let way = format!("[root].operations.{id}.messages");
    let candidates = document.messages(operation.and_then(|node| node.get("messages")), &way);
    if !side.compare(&mock.request, &candidates, &way, no_match(), findings) {
        return side.count_undecided(comparison, id);
    }
    let reply = operation.and_then(|node| node.get("reply"));
    let reply_way = format!("[root].operations.{id}.reply.messages");
    let replies = reply.and_then(|reply| reply.get("messages"));
    let has_replies = replies
        .and_then(Node::as_array)
        .is_some_and(|list| !list.is_empty());
    let reference_way = format!("{root}.comments.references.AsyncAPI");
    let missing = match (reply, has_replies) {
        (None, _) => Some((
            format!("Operation \"{id}\" has no reply field in AsyncAPI spec"),
            format!("[root].operations.{id}"),
        )),
        (Some(_), false) => Some((
            format!("Operation \"{id}\" reply defines no messages in AsyncAPI spec"),
            reply_way.clone(),
        )),
        _ => None,
    };
    if let Some((message, way)) = missing {
        let side = reporter.side(reference_way, mock.lead.at, Some(id));
        findings.push(reporter.finding(Code::MessageReplyMissing, message, side, way));
        return Ok(());
    }
    if mock.responses.is_empty() {
        let message = "Sync interaction defines no responses to validate against the reply";
        let side = reporter.side(format!("{root}.response"), mock.lead.at, None);
        findings.push(reporter.finding(Code::MessageResponseMissing, message.to_owned(), side, reply_way));
        return Ok(());
    }
    side.is_received = true;
    for (response_index, response) in mock.responses.iter().enumerate() {
        side.payload_way = format!("{root}.response[{response_index}].contents.content");
        side.metadata_way = format!("{root}.response[{response_index}].metadata");
        let candidates = document.messages(replies, &reply_way);
        side.compare(response, &candidates, &reply_way, no_match(), findings);
    }
    side.count_undecided(comparison, id)
}

/// Reports the findings of an interaction.
struct Reporter<'r> {
    comparator: &'r Comparator<'r>,
    contract: &'r ContractFile,
    lead: &'r Lead<'r>,
}

impl<'r> Reporter<'r> {
    fn side(&self, location: String, at: Position, value: Option<&str>) -> ContractSide {
        ContractSide {
            location,
            value: value.map(|value| JsonText(value.into())),
            place: self.contract.documents().place(at),
            ..lead_side(self.lead, self.comparator.options.mends.provider_states)
        }
    }

    fn finding(&self, code: Code, message: String, side: ContractSide, way: String) -> Finding {
        Finding {
            code,
            level: self.comparator.level(code),
            message,
            contract: Some(side),
            spec: Some(SpecSide {
                location: way,
                ..SpecSide::default()
            }),
            witness: None,
            causes: Vec::new(),
        }
    }

    /// Returns the document that messages are compared with; reports if there is none.
    fn document(&self, kind: &str, findings: &mut Vec<Finding>) -> Option<&'r AsyncDescription> {
        if self.comparator.messages.is_none() {
            let message = format!("No AsyncAPI document provided to validate {kind} interaction");
            let side = self.side(self.lead.way.clone(), self.lead.at, self.lead.description);
            findings.push(self.finding(Code::MessageSpecMissing, message, side, "[root]".to_owned()));
        }
        self.comparator.messages
    }

    /// Returns the document and the operation that the interaction belongs to.
    fn operation(
        &self,
        reference: Option<&'r Node>,
        kind: &str,
        findings: &mut Vec<Finding>,
    ) -> Option<(&'r AsyncDescription, &'r str)> {
        let root = &self.lead.way;
        let document = self.document(kind, findings)?;
        let title = if kind == "async" { "Async" } else { "Sync" };
        let way = format!("{root}.comments.references.AsyncAPI");
        let id = reference
            .and_then(|reference| reference.get("operationId"))
            .and_then(Node::as_str);
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            let message = if reference.is_none() {
                format!("{title} interaction has no AsyncAPI references in comments.references.AsyncAPI")
            } else {
                format!(
                    "{title} interaction has a malformed AsyncAPI reference in comments.references.AsyncAPI: expected \
                     an \"operationId\" property"
                )
            };
            let mut side = self.side(
                way,
                reference.map_or(self.lead.at, |reference| reference.at),
                None,
            );
            side.value = reference.map(|reference| JsonText(reference.to_json()));
            findings.push(self.finding(Code::MessageReferencesMissing, message, side, "[root]".to_owned()));
            return None;
        };
        if document.operation(id).is_none() {
            let message = format!("Operation not defined in AsyncAPI spec: {id}");
            let side = self.side(format!("{way}.operationId"), self.lead.at, Some(id));
            findings.push(self.finding(
                Code::MessageOperationUnknown,
                message,
                side,
                "[root].operations".to_owned(),
            ));
            return None;
        }
        Some((document, id))
    }
}

impl Side<'_> {
    /// Returns whether one of the candidates matches; reports the first that does, or why none does.
    fn compare(
        &self,
        message: &MessageSide<'_>,
        candidates: &[Candidate<'_>],
        way: &str,
        no_match: ContractSide,
        findings: &mut Vec<Finding>,
    ) -> bool {
        let mut causes: Vec<Finding> = Vec::new();
        for candidate in candidates {
            let mut results = self.payload(message, candidate);
            results.extend(self.headers(message, candidate));
            let (errors, others): (Vec<Finding>, Vec<Finding>) = results
                .into_iter()
                .partition(|finding| finding.level == Level::Error);
            if errors.is_empty() {
                findings.extend(others);
                findings.push(Finding {
                    code: Code::MessageMatched,
                    level: Level::Info,
                    message: format!("Matched message at {}", candidate.way),
                    contract: None,
                    spec: Some(SpecSide {
                        location: candidate.way.clone(),
                        place: self.document.documents().place(candidate.message.at),
                        ..SpecSide::default()
                    }),
                    witness: None,
                    causes: Vec::new(),
                });
                return true;
            }
            if !self.tells_nearest {
                causes.extend(errors);
            } else if causes.is_empty() || errors.len() < causes.len() {
                causes = errors;
            }
        }
        let reporter = self.reporter();
        let text = "No message in the operation matched the interaction".to_owned();
        let finding = reporter.finding(Code::MessageNoMatch, text, no_match, way.to_owned());
        findings.push(Finding { causes, ..finding });
        false
    }

    /// Counts values for which validation had no verdict.
    fn count_undecided(&self, comparison: &mut Comparison, operation: &str) -> Result<(), Error> {
        comparison.add_undecided(self.undecided.take(), || {
            let at = self.document.operation(operation).map(|node| node.at);
            too_complex(Some(self.document.documents()), operation, at.unwrap_or_default())
        })
    }

    fn reporter(&self) -> Reporter<'_> {
        Reporter {
            comparator: self.comparator,
            contract: self.contract,
            lead: self.lead,
        }
    }

    fn payload(&self, message: &MessageSide<'_>, candidate: &Candidate<'_>) -> Vec<Finding> {
        let payload = message.payload.as_deref();
        let reporter = self.reporter();
        let side = |way: &str, node: Option<&Node>| {
            let mut side = reporter.side(way.to_owned(), node.map_or(self.lead.at, |node| node.at), None);
            side.value = node.map(|node| JsonText(node.to_json()));
            side
        };
        let Some(content_type) = message.content_type else {
            return Vec::new();
        };
        match body_status(content_type, payload, &VALIDATABLE) {
            BodyStatus::Absent => return Vec::new(),
            BodyStatus::Unvalidatable => {
                let text = format!(
                    "Body with content type '{content_type}' is not supported by the spec comparator"
                );
                let side = side(&self.payload_way, payload);
                return vec![reporter.finding(
                    Code::MessagePayloadUnvalidatable,
                    text,
                    side,
                    candidate.way.clone(),
                )];
            }
            BodyStatus::Validatable => {}
        }
        let Some(schema) = candidate.message.get("payload") else {
            if payload.is_none() {
                return Vec::new();
            }
            let text = "No schema found for message payload".to_owned();
            let side = side(&self.payload_way, payload);
            return vec![reporter.finding(Code::MessagePayloadUnknown, text, side, candidate.way.clone())];
        };
        let lead = "Message payload is incompatible with the schema in the spec file";
        let way = format!("{}.payload", candidate.way);
        self.judge(
            Code::MessagePayloadIncompatible,
            lead,
            schema,
            payload,
            &self.payload_way,
            &way,
        )
    }

    fn headers(&self, message: &MessageSide<'_>, candidate: &Candidate<'_>) -> Vec<Finding> {
        let (Some(schema), Some(metadata)) = (candidate.message.get("headers"), message.metadata) else {
            return Vec::new();
        };
        let lead = "Message headers are incompatible with the schema in the spec file";
        let way = format!("{}.headers", candidate.way);
        self.judge(
            Code::MessageHeadersIncompatible,
            lead,
            schema,
            Some(metadata),
            &self.metadata_way,
            &way,
        )
    }

    fn judge(
        &self,
        code: Code,
        lead: &str,
        schema: &Node,
        value: Option<&Node>,
        mock_way: &str,
        spec_way: &str,
    ) -> Vec<Finding> {
        let mut bundle = self.document.inlined(schema);
        let mends = self.comparator.options.mends;
        if self.is_received && mends.partial_responses {
            bundle = partial(&bundle, mends.schema_rules());
        } else if self.is_received {
            let rules = SchemaRules {
                free_form_maps: mends.free_form_maps,
                one_of_is_any_of: mends.free_form_maps,
                ..SchemaRules::default()
            };
            received(&mut bundle, rules);
        }
        let validator = Validator {
            bundle: &bundle,
            patterns: &self.comparator.prepared.patterns,
            dialect: self.comparator.dialect(),
            bounds_int64: self.comparator.options.mends.int64_bounds,
            coerces: false,
            budget: &Cell::new(MAX_WORK),
        };
        let reporter = self.reporter();
        let outcome = validator.outcome(value);
        self.undecided.borrow_mut().extend(outcome.undecided);
        let failures = outcome.failures.into_iter();
        failures
            .map(|failure| {
                let way = format!("{mock_way}{}", failure.instance_path.replace('/', "."));
                let at = known(failure.instance_at, self.lead.at);
                let mut side = reporter.side(way, at, None);
                side.value = failure.instance.map(|value| JsonText(value.to_json()));
                let spec = format!("{spec_way}.{}", spelled(&failure.schema_path));
                let mut finding = reporter.finding(code, format!("{lead}: {}", failure.message), side, spec);
                if let Some(spec) = &mut finding.spec {
                    spec.place = self.document.documents().place(failure.schema_at);
                    spec.value = Some(JsonText(failure.keyword_value.to_json()));
                }
                finding
            })
            .collect()
    }
}
