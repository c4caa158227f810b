//! Keywords that no rule is about.

use super::normal::is_annotation;
use super::walk::{Pair, Part, Walk};
use crate::document::Node;

/// Keywords that are compared elsewhere, and those without an effect on values.
const COMPARED: &[&str] = &[
    "$anchor",
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "allowEmptyValue",
    "allowReserved",
    "anyOf",
    "collectionFormat",
    "const",
    "contains",
    "content",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "definitions",
    "dependentRequired",
    "dependentSchemas",
    "discriminator",
    "else",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "explode",
    "format",
    "if",
    "in",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "name",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "schema",
    "style",
    "summary",
    "then",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "$vocabulary",
    "$comment",
    "id",
];

/// Reports each keyword that differs and that no rule is about: the decision must not be silent about it.
pub(super) fn compare(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let is_xml = matches!(&walk.part, Part::Body { media_type, .. } if media_type.contains("xml"));
    let is_other = |keyword: &&str| {
        !COMPARED.contains(keyword) && (!is_annotation(keyword) || is_xml && *keyword == "xml")
    };
    let names = |schema: &Node| -> Vec<String> {
        let keywords = schema.entries().map(|(keyword, _)| keyword);
        keywords.filter(is_other).map(str::to_owned).collect()
    };
    let mut keywords = names(pair.old);
    keywords.extend(names(pair.new));
    keywords.sort_unstable();
    keywords.dedup();
    for keyword in keywords {
        let is_same = match (pair.old.get(&keyword), pair.new.get(&keyword)) {
            (Some(old), Some(new)) => old.same_value(new),
            _ => false,
        };
        if !is_same {
            let text = format!("changed its {keyword}, and no rule is about that");
            walk.report(pair, "keyword-changed", text, &[&keyword]);
        }
    }
}
