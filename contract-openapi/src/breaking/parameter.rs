//! Parameters.

use std::fmt;

use super::BreakingOptions;
use super::lifecycle::{Sunset, grace_days, is_before, is_deprecated, is_too_near, stability};
use super::schema::{Part, Side, Walk};
use super::sink::{Report, Sink, Subject};
use crate::description::{Description, Location, Operation, Parameter, Style};
use crate::document::Node;

/// Compares the parameters of an operation. Path parameters are identified by their position in the template, header
/// names are case-insensitive.
pub(super) fn compare<'a>(
    sink: &mut Sink<'a>,
    options: &BreakingOptions,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    let is_plain = |parameter: &&Parameter<'a>| {
        !matches!(
            parameter.location,
            None | Some(Location::Body | Location::FormData)
        )
    };
    for parameter in old.parameters.iter().filter(is_plain) {
        match new
            .parameters
            .iter()
            .find(|other| is_same(old, parameter, new, other))
        {
            Some(other) => compare_parameter(sink, options, new, parameter, other),
            None => removed(sink, options, new, parameter),
        }
    }
    for parameter in new.parameters.iter().filter(is_plain) {
        if !old
            .parameters
            .iter()
            .any(|other| is_same(old, other, new, parameter))
        {
            added(sink, new, parameter);
        }
    }
}

fn is_same(old: &Operation<'_>, one: &Parameter<'_>, new: &Operation<'_>, other: &Parameter<'_>) -> bool {
    one.location == other.location
        && match one.location {
            Some(Location::Header) => one.name.eq_ignore_ascii_case(other.name),
            Some(Location::Path) => {
                one.name == other.name
                    || place_in(old.path, one.name)
                        .is_some_and(|place| place_in(new.path, other.name) == Some(place))
            }
            _ => one.name == other.name,
        }
}

/// Returns the index of the parameter in a template.
fn place_in(path: &str, name: &str) -> Option<usize> {
    path.split('{')
        .skip(1)
        .position(|part| part.split('}').next() == Some(name))
}

/// Returns a report about a parameter.
fn report<'r>(id: &'r str, text: String, parameter: &Parameter<'_>, more: &[&str]) -> Report<'r> {
    let location = parameter.location.map_or("", Location::name);
    let mut arguments = vec![location.to_owned(), parameter.name.to_owned()];
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    Report {
        id,
        text,
        arguments,
        base: None,
        revision: None,
    }
}

fn named(parameter: &Parameter<'_>) -> String {
    format!(
        "the {} parameter `{}`",
        parameter.location.map_or("", Location::name),
        parameter.name
    )
}

fn removed(
    sink: &mut Sink<'_>,
    options: &BreakingOptions,
    operation: &Operation<'_>,
    parameter: &Parameter<'_>,
) {
    let subject = Some(Subject::of(operation));
    let name = named(parameter);
    let (id, text) = if is_deprecated(parameter.node) {
        match Sunset::of(parameter.node) {
            Sunset::Missing => (
                "request-parameter-removed-with-deprecation",
                format!("{name}, which was deprecated, was removed"),
            ),
            Sunset::Unreadable => (
                "request-parameter-sunset-parse",
                format!(
                    "{name} was removed, and its x-sunset `{}` is no date",
                    Sunset::text(parameter.node)
                ),
            ),
            Sunset::On(date) if is_before(options, date) => (
                "request-parameter-removed-before-sunset",
                format!("{name} was removed before its sunset on {date}"),
            ),
            Sunset::On(date) => (
                "request-parameter-removed-with-deprecation",
                format!("{name} was removed after its sunset on {date}"),
            ),
        }
    } else {
        ("request-parameter-removed", format!("{name} was removed"))
    };
    let report = Report {
        base: Some(parameter.node.at),
        ..report(id, text, parameter, &[])
    };
    sink.report(subject, report);
}

fn added(sink: &mut Sink<'_>, operation: &Operation<'_>, parameter: &Parameter<'_>) {
    let required = parameter.is_required();
    let id = match (parameter.location, parameter.is_shared, required) {
        (Some(Location::Path), ..) => "new-request-path-parameter",
        (_, true, true) => "new-required-request-default-parameter-to-existing-path",
        (_, true, false) => "new-optional-request-default-parameter-to-existing-path",
        (_, false, true) => "new-required-request-parameter",
        (_, false, false) => "new-optional-request-parameter",
    };
    let kind = if required { "required" } else { "optional" };
    let text = format!("{}, which is {kind}, was added", named(parameter));
    let report = Report {
        revision: Some(parameter.node.at),
        ..report(id, text, parameter, &[])
    };
    sink.report(Some(Subject::of(operation)), report);
}

fn compare_parameter<'a>(
    sink: &mut Sink<'a>,
    options: &BreakingOptions,
    operation: &Operation<'a>,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
) {
    let subject = Some(Subject::of(operation));
    let places = |report: Report<'static>| Report {
        base: Some(old.node.at),
        revision: Some(new.node.at),
        ..report
    };
    let name = named(new);
    match (old.is_required(), new.is_required()) {
        (false, true) => {
            sink.report(
                subject,
                places(report(
                    "request-parameter-became-required",
                    format!("{name} became required"),
                    new,
                    &[],
                )),
            );
        }
        (true, false) => {
            sink.report(
                subject,
                places(report(
                    "request-parameter-became-optional",
                    format!("{name} became optional"),
                    new,
                    &[],
                )),
            );
        }
        _ => {}
    }
    compare_deprecation(sink, options, operation, old, new);
    compare_writing(sink, operation, old, new);
    let schema = |parameter: &Parameter<'a>| -> Option<Node> {
        if let Some((_, schema)) = parameter.content() {
            return schema.cloned();
        }
        Some(parameter.schema_or_self())
    };
    let (Some(old_schema), Some(new_schema)) = (schema(old), schema(new)) else {
        return;
    };
    let part = Part::Parameter {
        location: new.location.unwrap_or(Location::Query),
        name: new.name.to_owned(),
        is_required: new.is_required(),
    };
    Walk::new(sink, options, operation, Side::Request, part).compare(&old_schema, &new_schema);
}

/// Compares how a value is written: `style`, `explode` and `collectionFormat`, or the media type of `content`.
fn compare_writing(sink: &mut Sink<'_>, operation: &Operation<'_>, old: &Parameter<'_>, new: &Parameter<'_>) {
    let (before, after) = (Writing::of(old, sink.base), Writing::of(new, sink.revision));
    if before == after {
        return;
    }
    let (before, after) = (before.to_string(), after.to_string());
    let text = format!("{} is written as {after} instead of {before}", named(new));
    let report = Report {
        base: Some(old.node.at),
        revision: Some(new.node.at),
        ..report("request-parameter-writing-changed", text, new, &[&before, &after])
    };
    sink.report(Some(Subject::of(operation)), report);
}

/// How the value of a parameter is written.
#[derive(Debug, PartialEq, Eq)]
enum Writing {
    /// As a document of this media type.
    Document(String),
    Styled {
        style: Style,
        /// Makes no difference to a scalar.
        explodes: Option<bool>,
    },
}

impl Writing {
    fn of(parameter: &Parameter<'_>, description: &Description) -> Self {
        if let Some((media_type, _)) = parameter.content() {
            return Self::Document(media_type.to_ascii_lowercase());
        }
        let schema = parameter.schema_or_self();
        let types = description.resolve(&schema).get("type");
        let names: Vec<&str> = match types.and_then(Node::as_str) {
            Some(name) => vec![name],
            None => types.into_iter().flat_map(Node::strings).collect(),
        };
        let is_scalar = !names.is_empty() && !names.iter().any(|name| matches!(*name, "array" | "object"));
        let is_of_path = parameter.location == Some(Location::Path);
        Self::Styled {
            // A scalar is written alike by all styles of other places.
            style: if is_scalar && !is_of_path {
                Style::Simple
            } else {
                parameter.style()
            },
            explodes: (!is_scalar).then(|| parameter.explodes()),
        }
    }
}

impl fmt::Display for Writing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(media_type) => f.write_str(media_type),
            Self::Styled { style, explodes } => {
                let name = match style {
                    Style::Simple => "simple",
                    Style::Label => "label",
                    Style::Matrix => "matrix",
                    Style::Form => "form",
                    Style::SpaceDelimited => "spaceDelimited",
                    Style::PipeDelimited => "pipeDelimited",
                    Style::DeepObject => "deepObject",
                    Style::TabDelimited => "tsv",
                };
                f.write_str(name)?;
                match explodes {
                    Some(true) => f.write_str(" with explode"),
                    Some(false) => f.write_str(" without explode"),
                    None => Ok(()),
                }
            }
        }
    }
}

fn compare_deprecation(
    sink: &mut Sink<'_>,
    options: &BreakingOptions,
    operation: &Operation<'_>,
    old: &Parameter<'_>,
    new: &Parameter<'_>,
) {
    let days = stability(operation.node).map_or(0, |level| grace_days(options, level));
    let name = named(new);
    let sunset = Sunset::text(new.node);
    let (id, text) = match (is_deprecated(old.node), is_deprecated(new.node)) {
        (true, false) => (
            "request-parameter-reactivated",
            format!("{name} is no longer deprecated"),
        ),
        (false, true) => match Sunset::of(new.node) {
            Sunset::Missing if days > 0 => (
                "request-parameter-deprecated-sunset-missing",
                format!("{name} was deprecated without x-sunset, which must be {days} days away"),
            ),
            Sunset::Unreadable => (
                "request-parameter-sunset-parse",
                format!("{name} was deprecated, and its x-sunset `{sunset}` is no date"),
            ),
            Sunset::On(date) if is_too_near(options, date, days) => (
                "request-parameter-sunset-date-too-small",
                format!("{name} was deprecated with the sunset {date}, which must be {days} days away"),
            ),
            _ => ("request-parameter-deprecated", format!("{name} was deprecated")),
        },
        (true, true) => match (Sunset::of(old.node), Sunset::of(new.node)) {
            (Sunset::On(_) | Sunset::Unreadable, Sunset::Missing) => (
                "request-parameter-sunset-deleted",
                format!("the x-sunset of {name}, which is deprecated, was deleted"),
            ),
            (Sunset::On(_) | Sunset::Unreadable, Sunset::Unreadable) => (
                "request-parameter-sunset-parse",
                format!("the x-sunset `{sunset}` of {name} is no date"),
            ),
            (Sunset::On(before), Sunset::On(after))
                if after < before && is_too_near(options, after, days) =>
            {
                (
                    "request-parameter-sunset-date-changed-too-small",
                    format!(
                        "the sunset of {name} was moved from {before} to {after}, which must be {days} days away"
                    ),
                )
            }
            _ => return,
        },
        (false, false) => return,
    };
    let report = Report {
        base: Some(old.node.at),
        revision: Some(new.node.at),
        ..report(id, text, new, &[])
    };
    sink.report(Some(Subject::of(operation)), report);
}
