//! The query.

use std::collections::BTreeSet;

use super::parameter::{kind_of, names_others, property_names, split};
use crate::compare::Code;
use crate::compare::judge::{Judge, MockPlace};
use crate::compare::quirks::is_truthy;
use crate::compare::text::{Delimited, Encoding, Notation, QueryParser, deep_object, parse_query};
use crate::description::{Location, MediaType, Parameter, Style, Version};
use crate::document::{Node, Object};
use crate::schema::{Bundle, Direction};

impl<'a> Judge<'_, 'a> {
    pub(super) fn query(&mut self) {
        if self.mends().parameter_styles {
            self.styled_queries();
        } else {
            self.guessed_queries();
        }
    }

    /// Compares the query by the styles of its parameters.
    fn styled_queries(&mut self) {
        let Some(operation) = self.operation() else { return };
        if !self.is_valid_request() {
            return;
        }
        let mock = self.mock;
        let sent = mock.query_values(self.mends().decoded_queries);
        let declared: Vec<&Parameter<'a>> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == Some(Location::Query))
            .collect();
        let keys = self.api_key_names("query");
        let written = mock.written_query();
        let mut query = SentQuery {
            sent: &sent,
            written: written.as_ref(),
            known: BTreeSet::new(),
            named: declared
                .iter()
                .map(|parameter| parameter.name)
                .chain(keys.iter().map(String::as_str))
                .collect(),
        };
        for (index, parameter) in operation.parameters.iter().enumerate() {
            if parameter.location == Some(Location::Query) {
                self.styled_query(index, parameter, &mut query);
            }
        }
        if self.whole_query(&sent) {
            return;
        }
        let known = query.known;
        let unknown = sent.iter().filter(|(name, _)| !known.contains(*name));
        let unknown: Vec<(&str, &Node)> = unknown.map(|(name, member)| (name, &member.node)).collect();
        self.report_unknown_queries(unknown.into_iter(), &keys);
    }

    /// Compares the query with a parameter that is the whole query (OpenAPI 3.2); returns whether there is one.
    fn whole_query(&mut self, sent: &Object) -> bool {
        let Some(operation) = self.operation() else {
            return false;
        };
        let is_whole = |parameter: &Parameter<'a>| parameter.location == Some(Location::QueryString);
        let Some(index) = operation.parameters.iter().position(is_whole) else {
            return false;
        };
        let parameter = operation.parameters[index];
        if sent.is_empty() {
            if parameter.is_required() {
                self.missing_query(index, &parameter);
            }
            return true;
        }
        let form = "application/x-www-form-urlencoded";
        match parameter.content() {
            Some((media_type, Some(schema))) if MediaType::parse(media_type).essence == form => {
                let bundle = self.comparator.bundle(schema, Direction::Sent);
                self.judge_query(index, &parameter, &bundle, Some(&sent.clone().into()));
            }
            // A query that is a map of values is no document.
            Some(_) if self.mock.is_query_written() => {
                let text = Encoding::Percent.decoded(&self.mock.query);
                let at = self.query_place(parameter.name, None).at;
                if let Some(Some((bundle, value))) = self.content_value(&parameter, &text, at) {
                    self.judge_query(index, &parameter, &bundle, Some(&value));
                }
            }
            _ => {}
        }
        true
    }

    /// Compares the query by guessing the styles of its parameters.
    fn guessed_queries(&mut self) {
        let Some(operation) = self.operation() else { return };
        let (guessed, brackets) = if self.comparator.prepared.quirks.legacy_parser {
            (QueryParser::PLAIN, QueryParser::PLAIN)
        } else {
            (QueryParser::NESTED, QueryParser::BRACKETS)
        };
        let mut rest = parse_query(&self.mock.query, guessed);
        let unsplit = parse_query(&self.mock.query, brackets);
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
                self.guessed_query(index, parameter, rest.get(parameter.name));
            }
            rest.remove(parameter.name);
        }
        if self.is_valid_request() {
            let keys = self.api_key_names("query");
            let unknown = rest.iter().map(|(name, member)| (name, &member.node));
            self.report_unknown_queries(unknown, &keys);
        }
    }

    fn report_unknown_queries<'v>(
        &mut self,
        unknown: impl Iterator<Item = (&'v str, &'v Node)>,
        keys: &[String],
    ) {
        for (name, value) in unknown.filter(|(name, _)| !keys.iter().any(|key| key == name)) {
            let place = self.query_place(name, Some(value));
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
        let converted = if self.comparator.prepared.quirks.cast_objects && text == Some("[object Object]") {
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
    fn styled_query(&mut self, index: usize, parameter: &Parameter<'a>, query: &mut SentQuery<'_>) {
        query.known.insert(parameter.name.to_owned());
        if parameter.content().is_some() {
            let sent = query.sent.get(parameter.name);
            match sent.and_then(Node::as_str) {
                Some(text) => {
                    let at = self.query_place(parameter.name, None).at;
                    if let Some(Some((bundle, value))) = self.content_value(parameter, text, at) {
                        self.judge_query(index, parameter, &bundle, Some(&value));
                    }
                }
                None if parameter.is_required() => self.missing_query(index, parameter),
                None => {}
            }
            return;
        }
        let bundle = self.parameter_bundle(parameter);
        let kind = kind_of(&bundle, &bundle.root, 0);
        let readings = query.readings(parameter, kind, &bundle);
        if readings.is_empty() {
            if parameter.is_required() {
                self.missing_query(index, parameter);
            }
            return;
        }
        let is_empty = query.sent.get(parameter.name).and_then(Node::as_str) == Some("");
        if is_empty && parameter.node.get("allowEmptyValue").is_some_and(is_truthy) {
            return;
        }
        let value = self.fitting(&bundle, readings);
        self.judge_query(index, parameter, &bundle, Some(&value));
    }

    /// Reports that a required parameter is missing.
    fn missing_query(&mut self, index: usize, parameter: &Parameter<'a>) {
        if !self.mends().missing_values {
            let bundle = self.parameter_bundle(parameter);
            self.judge_query(index, parameter, &bundle, None);
            return;
        }
        let place = self.query_place(parameter.name, None);
        let way = format!("parameters[{index}]");
        let spec = self.below_operation(&way, parameter.node.at, Some(parameter.node));
        let message = format!(
            "Value is incompatible with the parameter defined in the spec file: must have required property '{}'",
            parameter.name
        );
        self.report(Code::RequestQueryIncompatible, message, place, spec);
    }
}

/// The values of a query, and which of them belong to a parameter.
struct SentQuery<'q> {
    sent: &'q Object,
    /// The values as they are written, unless the contract has them decoded.
    written: Option<&'q Object>,
    /// The names that values were composed from.
    known: BTreeSet<String>,
    /// The names of parameters and API keys.
    named: BTreeSet<&'q str>,
}

impl SentQuery<'_> {
    /// Returns the values that a parameter may have, the most exact one first; none if it is not sent.
    fn readings(&mut self, parameter: &Parameter<'_>, kind: Delimited, bundle: &Bundle) -> Vec<Node> {
        let (name, style, explodes) = (parameter.name, parameter.style(), parameter.explodes());
        match kind {
            Delimited::Object if style == Style::DeepObject => self.deep(name).into_iter().collect(),
            Delimited::Object if style == Style::Form && explodes => {
                self.exploded(bundle).into_iter().collect()
            }
            _ => self.named(parameter, kind),
        }
    }

    /// Returns an object whose members are written as `name[member]=value`.
    fn deep(&mut self, name: &str) -> Option<Node> {
        let own = |sent: &str| sent.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
        let names = self.sent.iter().map(|(sent, _)| sent).filter(|sent| own(sent));
        self.known.extend(names.map(str::to_owned));
        deep_object(name, self.sent)
    }

    /// Returns an object whose members are parameters of their own.
    fn exploded(&mut self, bundle: &Bundle) -> Option<Node> {
        let mut names = property_names(bundle);
        if names_others(bundle) {
            let sent = self.sent.iter().map(|(sent, _)| sent);
            names.extend(sent.filter(|sent| !self.named.contains(sent)).map(str::to_owned));
        }
        let mut object = Object::default();
        for property in names {
            if let Some(value) = self.sent.get(&property) {
                object.insert(&property, value.clone());
                self.known.insert(property);
            }
        }
        (!object.is_empty()).then(|| object.into())
    }

    /// Returns the readings of what is sent with the parameter's name.
    fn named(&mut self, parameter: &Parameter<'_>, kind: Delimited) -> Vec<Node> {
        // Many clients write lists as `ids[]=1&ids[]=2`.
        let bracketed = format!("{}[]", parameter.name);
        let name = if self.sent.contains(parameter.name) {
            parameter.name
        } else {
            self.known.insert(bracketed.clone());
            &bracketed
        };
        let Some(sent) = self.sent.get(name) else {
            return Vec::new();
        };
        let Some(text) = sent.as_str() else {
            return vec![sent.clone()];
        };
        let separates = parameter.style() == Style::Form;
        let written = self
            .written
            .filter(|_| separates)
            .and_then(|written| written.get(name)?.as_str());
        let (text, encoding) = match written {
            Some(written) => (written, Encoding::Form),
            None => (text, Encoding::Plain),
        };
        let notation = Notation::of(parameter, kind, encoding);
        let mut readings = notation.readings(text);
        // An exploded list of one element may also be a joined text: contracts and servers differ in it.
        if kind == Delimited::List && parameter.explodes() {
            readings.insert(0, vec![sent.clone()].into());
        }
        readings
    }
}
