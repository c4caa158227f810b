//! The query.

use std::collections::BTreeSet;

use super::parameter::{kind_of, property_names, split};
use crate::compare::Code;
use crate::compare::judge::{Judge, MockPlace};
use crate::compare::quirks::is_truthy;
use crate::compare::text::{Delimited, QueryParser, parse_query, styled};
use crate::description::{Location, Parameter, Style, Version};
use crate::document::{Node, Object};
use crate::schema::Bundle;

impl<'a> Judge<'_, 'a> {
    pub(super) fn query(&mut self) {
        let Some(operation) = self.operation() else { return };
        let (guessed, brackets) = if self.comparator.quirks.legacy_parser {
            (QueryParser::PLAIN, QueryParser::PLAIN)
        } else {
            (QueryParser::NESTED, QueryParser::BRACKETS)
        };
        let mut rest = parse_query(&self.mock.query, guessed);
        let unsplit = parse_query(&self.mock.query, brackets);
        let plain = parse_query(&self.mock.query, QueryParser::PLAIN);
        let mut known = BTreeSet::new();
        for (index, parameter) in operation.parameters.iter().enumerate() {
            if parameter.location != Some(Location::Query) {
                continue;
            }
            if parameter
                .schema()
                .and_then(|schema| schema.get("type"))
                .and_then(Node::as_str)
                == Some("string")
            {
                rest.remove(parameter.name);
                if let Some(value) = unsplit.get(parameter.name) {
                    rest.insert(parameter.name, value.clone());
                }
            }
            if self.is_valid_request() {
                if self.mends().parameter_styles {
                    self.styled_query(index, parameter, &plain, &mut known);
                } else {
                    self.guessed_query(index, parameter, rest.get(parameter.name));
                }
            }
            rest.remove(parameter.name);
        }
        if !self.is_valid_request() {
            return;
        }
        let keys = self.api_key_names("query");
        if self.mends().parameter_styles {
            let unknown = plain.iter().filter(|(name, _)| !known.contains(*name));
            rest = unknown
                .map(|(name, member)| (name, member.node.clone()))
                .collect();
        }
        let unknown: Vec<(String, Node)> = rest
            .iter()
            .filter(|(name, _)| !keys.iter().any(|key| key == name))
            .map(|(name, member)| (name.to_owned(), member.node.clone()))
            .collect();
        for (name, value) in unknown {
            let place = self.query_place(&name, Some(&value));
            let message = format!("Query parameter is not defined in the spec file: {name}");
            self.report(Code::RequestQueryUnknown, message, place, self.operation_place());
        }
    }

    fn query_place<'v>(&self, name: &str, value: Option<&'v Node>) -> MockPlace<'v> {
        let query = self.mock.request.get("query");
        let parameter = query.and_then(|query| query.get(name));
        MockPlace {
            location: format!("request.query.{name}"),
            at: parameter.or(query).map_or(self.mock.request.at, |node| node.at),
            value,
        }
    }

    /// Compares a parameter whose style is guessed from its text.
    fn guessed_query(&mut self, index: usize, parameter: &Parameter<'a>, value: Option<&Node>) {
        if value.is_none() && !parameter.is_required() || parameter.content().is_some() && value.is_none() {
            return;
        }
        if parameter.content().is_some() {
            return;
        }
        let bundle = self.parameter_bundle(parameter);
        let is_v3 = self
            .comparator
            .description
            .is_some_and(|description| description.version() != Version::V2);
        if is_v3 && self.skips_complex(&bundle, value) {
            return;
        }
        let schema = parameter.schema_or_self();
        let is_list = schema.get("type").and_then(Node::as_str) == Some("array");
        let separator = match (is_v3, schema.get("collectionFormat").and_then(Node::as_str)) {
            (false, Some("ssv")) => " ",
            (false, Some("tsv")) => "\t",
            (false, Some("pipes")) => "|",
            _ => ",",
        };
        let text = value.and_then(Node::as_str);
        let converted = if self.comparator.quirks.cast_objects && text == Some("[object Object]") {
            Some(Object::default().into())
        } else {
            match text {
                Some(text) if is_list => Some(split(text, separator)),
                _ => value.cloned(),
            }
        };
        self.judge_query(index, parameter, &bundle, converted.as_ref());
    }

    fn judge_query(
        &mut self,
        index: usize,
        parameter: &Parameter<'a>,
        bundle: &Bundle,
        value: Option<&Node>,
    ) {
        let failures = self.failures(bundle, value, true);
        let mock = self.query_place(parameter.name, value);
        let way = format!("parameters[{index}]");
        let spec = self.below_operation(&way, parameter.node.at, None);
        let lead = "Value is incompatible with the parameter defined in the spec file";
        self.report_failures(Code::RequestQueryIncompatible, lead, failures, &mock, &spec);
    }

    /// Compares a parameter according to its style (OpenAPI 3.0, "style values").
    fn styled_query(
        &mut self,
        index: usize,
        parameter: &Parameter<'a>,
        plain: &Object,
        known: &mut BTreeSet<String>,
    ) {
        known.insert(parameter.name.to_owned());
        let sent = plain.get(parameter.name);
        if parameter.content().is_some() {
            match sent.and_then(Node::as_str) {
                Some(text) => {
                    if let Some(Some((bundle, value))) = self.content_value(parameter, text) {
                        self.judge_query(index, parameter, &bundle, Some(&value));
                    }
                }
                None if parameter.is_required() => {
                    let bundle = Bundle::of(
                        [("type", Node::from("string"))]
                            .into_iter()
                            .collect::<Object>()
                            .into(),
                    );
                    self.judge_query(index, parameter, &bundle, None);
                }
                None => {}
            }
            return;
        }
        let bundle = self.parameter_bundle(parameter);
        let kind = kind_of(&bundle, &bundle.root, 0);
        let value = query_value(parameter, kind, plain, &bundle, known);
        if value.is_none() && !parameter.is_required() {
            return;
        }
        let allows_empty = parameter.node.get("allowEmptyValue").is_some_and(is_truthy);
        if allows_empty && value.as_ref().and_then(Node::as_str) == Some("") {
            return;
        }
        self.judge_query(index, parameter, &bundle, value.as_ref());
    }
}

/// Returns the value of a query parameter, and the names in the query that it was composed from.
fn query_value(
    parameter: &Parameter<'_>,
    kind: Delimited,
    plain: &Object,
    bundle: &Bundle,
    known: &mut BTreeSet<String>,
) -> Option<Node> {
    let name = parameter.name;
    let sent = plain.get(name).or_else(|| {
        // Many clients write lists as `ids[]=1&ids[]=2`.
        let bracketed = format!("{name}[]");
        known.insert(bracketed.clone());
        plain.get(&bracketed)
    });
    let (style, explodes) = (parameter.style(), parameter.explodes());
    match kind {
        Delimited::Object if style == Style::DeepObject => {
            let mut object = Object::default();
            for (sent_name, member) in plain.iter() {
                let inner = sent_name
                    .strip_prefix(name)
                    .and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
                if let Some(inner) = inner {
                    known.insert(sent_name.to_owned());
                    object.insert(inner, member.node.clone());
                }
            }
            (!object.is_empty()).then(|| object.into())
        }
        Delimited::Object if style == Style::Form && explodes => {
            let mut object = Object::default();
            for property in property_names(bundle) {
                if let Some(value) = plain.get(&property) {
                    known.insert(property.clone());
                    object.insert(&property, value.clone());
                }
            }
            (!object.is_empty()).then(|| object.into())
        }
        _ => {
            let sent = sent?;
            let text = sent.as_str();
            Some(match (kind, text) {
                // An exploded list of one element, or a joined text in a contract.
                (Delimited::List, Some(text)) if explodes => split(text, ","),
                (_, Some(text)) => styled(text, style, explodes, name, kind),
                (_, None) => sent.clone(),
            })
        }
    }
}
