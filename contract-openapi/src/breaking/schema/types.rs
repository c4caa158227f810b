//! Types and formats.

use super::walk::Side;
use crate::document::Node;

/// The change of type and format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::breaking) struct TypeChange {
    /// The suffix of the rule's id.
    pub(in crate::breaking) suffix: &'static str,
    /// `type`, `format` or `type/format`.
    pub(in crate::breaking) what: &'static str,
    pub(in crate::breaking) old: String,
    pub(in crate::breaking) new: String,
}

/// Returns the types that a schema names, without `null`.
pub(super) fn types_of(schema: &Node) -> Vec<&str> {
    let Some(node) = schema.get("type") else {
        return Vec::new();
    };
    let names = node.as_str().into_iter().chain(node.strings());
    names.filter(|name| *name != "null").collect()
}

/// Returns whether a schema allows `null`: by `nullable` or as one of its types.
pub(super) fn admits_null(schema: &Node) -> bool {
    let names = |node: &Node| node.as_str() == Some("null") || node.strings().any(|name| name == "null");
    schema.get("nullable").and_then(Node::as_bool) == Some(true)
        || schema.get("x-nullable").and_then(Node::as_bool) == Some(true)
        || schema.get("type").is_some_and(names)
}

/// Returns how nullability changed: the suffix of the rule's id.
pub(in crate::breaking) fn nullability(old: &Node, new: &Node) -> Option<&'static str> {
    match (admits_null(old), admits_null(new)) {
        (false, true) => Some("became-nullable"),
        (true, false) => Some("became-not-nullable"),
        _ => None,
    }
}

/// Returns how type and format changed; `None` if they did not. In media types other than JSON a number may
/// be read as a string (`is_json`).
pub(in crate::breaking) fn change_of_types(
    old: &Node,
    new: &Node,
    side: Side,
    is_json: bool,
) -> Option<TypeChange> {
    let (old_types, new_types) = (types_of(old), types_of(new));
    let (old_format, new_format) = (format_of(old), format_of(new));
    let types_differ = !same(&old_types, &new_types);
    let formats_differ = old_format != new_format;
    let what = match (types_differ, formats_differ) {
        (false, false) => return None,
        (true, true) => "type/format",
        (true, false) => "type",
        (false, true) => "format",
    };
    // The request's types may widen; the response's may narrow.
    let (from, to) = match side {
        Side::Request => (
            Shape {
                types: &old_types,
                format: old_format,
            },
            Shape {
                types: &new_types,
                format: new_format,
            },
        ),
        Side::Response => (
            Shape {
                types: &new_types,
                format: new_format,
            },
            Shape {
                types: &old_types,
                format: old_format,
            },
        ),
    };
    let is_widened = types_differ && is_covered(from.types, to.types);
    let types_break = types_differ && !is_widened && !is_contained(&from, &to, is_json);
    let is_open = types_differ && !is_widened && to.types.is_empty();
    let formats_break = formats_differ && !is_format_contained(to.types, to.format, from.format);
    let breaks = !is_open && (types_break || formats_break);
    let both_named = !old_types.is_empty() && !new_types.is_empty();
    let is_swap = types_differ && both_named && !is_widened;
    let suffix = match side {
        Side::Request if breaks => "type-changed",
        Side::Request if is_swap => "type-compatible",
        Side::Request => "type-generalized",
        Side::Response if breaks && types_differ && is_covered(&old_types, &new_types) => "type-generalized",
        Side::Response if breaks => "type-changed",
        Side::Response if is_swap => "type-compatible",
        Side::Response => "type-specialized",
    };
    let shown = |types: &[&str], format: Option<&str>| {
        let types = if types.is_empty() {
            "any".to_owned()
        } else {
            types.join(", ")
        };
        match (what, format) {
            ("format", format) => format.unwrap_or("none").to_owned(),
            ("type/format", Some(format)) => format!("{types}/{format}"),
            _ => types,
        }
    };
    Some(TypeChange {
        suffix,
        what,
        old: shown(&old_types, old_format),
        new: shown(&new_types, new_format),
    })
}

struct Shape<'s> {
    types: &'s [&'s str],
    format: Option<&'s str>,
}

fn format_of(schema: &Node) -> Option<&str> {
    schema
        .get("format")
        .and_then(Node::as_str)
        .filter(|format| !format.is_empty())
}

fn same(one: &[&str], other: &[&str]) -> bool {
    one.len() == other.len() && one.iter().all(|name| other.contains(name))
}

/// Returns whether all types of one set are in the other: an integer is also a number. An empty set has no
/// restriction.
pub(super) fn is_covered(types: &[&str], by: &[&str]) -> bool {
    !types.is_empty()
        && types
            .iter()
            .all(|name| by.contains(name) || *name == "integer" && by.contains(&"number"))
}

/// Returns whether every value of one type and format is also valid for the other.
fn is_contained(from: &Shape<'_>, to: &Shape<'_>, is_json: bool) -> bool {
    let gone: Vec<&str> = from
        .types
        .iter()
        .filter(|name| !to.types.contains(name))
        .copied()
        .collect();
    let new: Vec<&str> = to
        .types
        .iter()
        .filter(|name| !from.types.contains(name))
        .copied()
        .collect();
    if let ([gone], [new]) = (&gone[..], &new[..])
        && (gone == new || *gone == "integer" && *new == "number")
    {
        return true;
    }
    !is_json && (new.is_empty() || new == ["string"])
}

/// Returns whether every value of one format has the other.
fn is_format_contained(types: &[&str], to: Option<&str>, from: Option<&str>) -> bool {
    let Some(to) = to else { return true };
    let [single] = types else { return false };
    matches!(
        (*single, from, to),
        ("number", Some("float"), "double")
            | ("integer", Some("int32"), "int64" | "bigint")
            | ("integer", Some("int64"), "bigint")
            | ("string", Some("date" | "time"), "date-time")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{change_of_types, nullability};
    use crate::breaking::schema::Side;
    use crate::document::Node;

    #[test]
    fn what_widens_and_what_breaks() {
        let suffix = |old: serde_json::Value, new: serde_json::Value, side: Side, is_json: bool| {
            change_of_types(&Node::from(old), &Node::from(new), side, is_json).map(|change| change.suffix)
        };
        let string = || json!({"type": "string"});
        let integer = || json!({"type": "integer"});
        let number = || json!({"type": "number"});
        assert_eq!(suffix(string(), string(), Side::Request, true), None);
        assert_eq!(
            suffix(integer(), number(), Side::Request, true),
            Some("type-generalized")
        );
        assert_eq!(
            suffix(number(), integer(), Side::Request, true),
            Some("type-changed")
        );
        assert_eq!(
            suffix(integer(), string(), Side::Request, true),
            Some("type-changed")
        );
        assert_eq!(
            suffix(integer(), string(), Side::Request, false),
            Some("type-compatible")
        );
        assert_eq!(
            suffix(integer(), json!({}), Side::Request, true),
            Some("type-generalized")
        );
        assert_eq!(
            suffix(integer(), number(), Side::Response, true),
            Some("type-generalized")
        );
        assert_eq!(
            suffix(number(), integer(), Side::Response, true),
            Some("type-specialized")
        );
        assert_eq!(
            suffix(string(), integer(), Side::Response, true),
            Some("type-changed")
        );
        let formatted = |format: &str| json!({"type": "integer", "format": format});
        assert_eq!(
            suffix(formatted("int32"), formatted("int64"), Side::Request, true),
            Some("type-generalized")
        );
        assert_eq!(
            suffix(formatted("int64"), formatted("int32"), Side::Request, true),
            Some("type-changed")
        );
        assert_eq!(
            suffix(formatted("int64"), integer(), Side::Request, true),
            Some("type-generalized")
        );
    }

    #[test]
    fn null_is_told_apart() {
        let old = Node::from(json!({"type": "string"}));
        let new = Node::from(json!({"type": ["string", "null"]}));
        let other = Node::from(json!({"type": "string", "nullable": true}));
        assert_eq!(nullability(&old, &new), Some("became-nullable"));
        assert_eq!(nullability(&new, &other), None);
        assert_eq!(nullability(&other, &old), Some("became-not-nullable"));
        assert_eq!(change_of_types(&old, &new, Side::Request, true), None);
    }
}
